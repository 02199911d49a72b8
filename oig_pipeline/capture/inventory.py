"""What lies in the raw folder.

Belongs here: finding captures, hashing them, and reading the `.meta.json` beside each. Does not: their content.

`NAME.meta.json` may hold `url` and `retrieved_at` (ISO 8601), `agency_from` (`"listing"` where the rows' agency is
that of the page they stood on) and free keys such as `source`. Hidden files and the meta files are no captures.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oig_pipeline.contract.faults import CannotRun

META = ".meta.json"
AGENCY_FROM = ("stated", "listing")


@dataclass(frozen=True)
class Capture:
    """One raw file. `problem` says why it cannot be read at all; `also_at` names files with the same bytes."""

    path: str
    file: Path
    sha256: str | None
    size: int
    url: str | None = None
    retrieved_at: dt.datetime | None = None
    agency_from: str = "stated"
    also_at: tuple[str, ...] = ()
    problem: str | None = None


def take(raw: Path) -> tuple[Capture, ...]:
    """Return the captures of a folder and its subfolders, by path; equal bytes are one capture with several paths.

    Raises:
        CannotRun: the folder is missing, is no folder, or holds no capture.
    """
    if not raw.is_dir():
        raise CannotRun(f"{raw}: there is no such folder; put captures there or name another with --raw")
    found = sorted(p for p in raw.rglob("*") if _is_capture(p, raw))
    if not found:
        raise CannotRun(f"{raw}: the folder holds no capture; save a listing there (.txt, .csv, .ndjson)")
    return _without_copies([_capture(raw, file) for file in found])


def _is_capture(file: Path, raw: Path) -> bool:
    hidden = any(part.startswith(".") for part in file.relative_to(raw).parts)
    return not hidden and not file.name.endswith(META) and not file.is_dir()


def _capture(raw: Path, file: Path) -> Capture:
    path = file.relative_to(raw).as_posix()
    if file.is_symlink() and not file.resolve().is_relative_to(raw.resolve()):
        return Capture(path, file, None, 0, problem="the link leads out of the raw folder")
    try:
        sha256, size = _digest(file)
    except OSError as error:
        return Capture(path, file, None, 0, problem=f"the file cannot be read: {error.strerror}")
    try:
        return Capture(path, file, sha256, size, **_meta(file.with_name(file.name + META)))
    except ValueError as error:
        return Capture(path, file, sha256, size, problem=f"its metadata cannot be read: {error}")


def _digest(file: Path) -> tuple[str, int]:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest(), stream.tell()


def _meta(file: Path) -> dict[str, Any]:
    """Return the keys of a meta file that a capture takes up.

    Raises:
        ValueError: the file is there, but is no JSON object or holds a value of the wrong form.
    """
    if not file.exists():
        return {}
    try:
        meta = json.loads(file.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise ValueError(f"{file.name}, line {error.lineno}: {error.msg}") from None
    except (UnicodeDecodeError, OSError):
        raise ValueError(f"{file.name}: not a UTF-8 file") from None
    if not isinstance(meta, dict):
        raise ValueError(f"{file.name}: not a JSON object")
    url, agency_from = meta.get("url"), meta.get("agency_from", "stated")
    if url is not None and not isinstance(url, str):
        raise ValueError(f"{file.name}: url must be a text")
    if agency_from not in AGENCY_FROM:
        raise ValueError(f"{file.name}: agency_from must be one of {', '.join(AGENCY_FROM)}")
    return {"url": url, "agency_from": agency_from, "retrieved_at": _time(file, meta.get("retrieved_at"))}


def _time(file: Path, text: object) -> dt.datetime | None:
    if text is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(str(text))
    except ValueError:
        raise ValueError(f"{file.name}: retrieved_at must be an ISO 8601 time, not '{text}'") from None
    return moment.astimezone(dt.UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _without_copies(captures: list[Capture]) -> tuple[Capture, ...]:
    """Return one capture per content: the one that knows its address, else the earliest, else the first by path."""

    def rank(capture: Capture) -> tuple[bool, dt.datetime, str]:
        return capture.url is None, capture.retrieved_at or dt.datetime.max, capture.path

    by_content: dict[str, list[Capture]] = {}
    for capture in captures:
        by_content.setdefault(capture.sha256 or f"unread {capture.path}", []).append(capture)
    kept = []
    for copies in by_content.values():
        first, *others = sorted(copies, key=rank)
        kept.append(Capture(**{**vars(first), "also_at": tuple(c.path for c in others)}))
    return tuple(sorted(kept, key=lambda c: c.path))
