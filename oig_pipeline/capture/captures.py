"""What lies in the raw folder.

Belongs here: finding captures, hashing them, and reading the `.meta.json` beside each. Does not: their content.

`NAME.meta.json` may hold `url` and `retrieved_at` (ISO 8601), `agency_from` (`"listing"` where the rows' agency is
that of the page they stood on), `office` (the office that issued all its reports: code or name) and free keys such as
`source`. Of a copy in a web archive, `url` is the address behind
it and `retrieved_at`, where it is missing, the time of the copy. Hidden files, the meta files and what lies beside a
record of an archive are no captures.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from oig_pipeline.capture import line_ranges
from oig_pipeline.capture.hash_cache import Stamp, stamp_of
from oig_pipeline.capture.line_ranges import FileIndex, LineRange
from oig_pipeline.domain import wayback
from oig_pipeline.errors import CannotRun

META = ".meta.json"
LARGEST_META = 16 * 2**20
"""Most bytes of metadata: far more than anybody says of a page."""
NAME_DIGITS = 16
AGENCY_FROM = ("stated", "listing")
Index = Callable[[Path], FileIndex]


@dataclass(frozen=True)
class Capture:
    """One raw file.

    `problem` says why it cannot be read at all; `also_at` names files with the same bytes; `stamp` is what the file
    system said when it was hashed; `ranges` are the lines that are read at a time, none where that is the whole file.
    """

    path: str
    file: Path
    sha256: str | None
    size: int
    url: str | None = None
    retrieved_at: dt.datetime | None = None
    agency_from: str = "stated"
    office: str | None = None
    also_at: tuple[str, ...] = ()
    problem: str | None = None
    stamp: Stamp | None = field(default=None, compare=False)
    ranges: tuple[LineRange, ...] = field(default=(), compare=False)

    @property
    def name(self) -> str:
        """The unique name of the capture: digits of a hash of its bytes and of what its metadata says."""
        identity = "\n".join(map(str, (self.sha256, self.url, self.retrieved_at, self.agency_from)))
        identity += f"\n{self.office}" if self.office else ""
        return hashlib.sha256(identity.encode()).hexdigest()[:NAME_DIGITS]


def take(
    raw: Path, index: Index = line_ranges.index, is_companion: Callable[[Path], bool] = lambda file: False
) -> tuple[Capture, ...]:
    """Return the captures of a folder and its subfolders, by path; equal bytes are one capture with several paths.

    Args:
        raw: the folder.
        index: hashes a file and finds where its lines are.
        is_companion: whether a file is no capture, but belongs to one that lies beside it.

    Raises:
        CannotRun: the folder is missing, is no folder, or holds no capture.
    """
    if not raw.is_dir():
        raise CannotRun(f"{raw}: there is no such folder; put captures there or name another with --raw")
    files = sorted(p for p in raw.rglob("*") if _is_capture(p, raw) and not is_companion(p))
    if not files:
        raise CannotRun(f"{raw}: the folder holds no capture; save a listing there (.txt, .csv, .ndjson)")
    return _without_copies([_capture(raw, file, index) for file in files])


def _is_capture(file: Path, raw: Path) -> bool:
    is_hidden = any(name.startswith(".") for name in file.relative_to(raw).parts)
    is_meta = file.name.endswith(META) and file.with_name(file.name.removesuffix(META)).exists()
    if is_hidden or is_meta:
        return False
    return file.is_symlink() or not file.is_dir()


def _capture(raw: Path, file: Path, index: Index) -> Capture:
    path = os.fsencode(file.relative_to(raw)).decode("utf-8", "backslashreplace")
    problem = _problem(raw, file, path)
    if problem:
        return Capture(path, file, None, 0, problem=problem)
    try:
        status = file.stat()
        indexed = index(file)
    except OSError as error:
        return Capture(path, file, None, 0, problem=f"the file cannot be read: {error.strerror}")
    try:
        meta = _meta(raw, file.with_name(file.name + META))
        fields = {"stamp": stamp_of(status), "ranges": indexed.ranges, **meta}
        return Capture(path, file, indexed.sha256, status.st_size, **fields)
    except ValueError as error:
        return Capture(path, file, indexed.sha256, status.st_size, problem=f"its metadata cannot be read: {error}")


def _problem(raw: Path, file: Path, path: str) -> str | None:
    """Return why a file is no capture that can be opened, None where it is one."""
    if file.name.endswith(META):
        return f"there is no capture {file.name.removesuffix(META)} beside this metadata"
    if path.encode() != os.fsencode(file.relative_to(raw)):
        return "the file's name is not UTF-8"
    return _not_opened(raw, file)


def _not_opened(raw: Path, file: Path) -> str | None:
    """Return why a file is not opened: what is no file may never end, and a link may lead to anything."""
    if file.is_symlink():
        try:
            inside = file.resolve(strict=True).is_relative_to(raw.resolve())
        except (OSError, RuntimeError):
            return "the link leads nowhere"
        if not inside:
            return "the link leads out of the raw folder"
        if file.is_dir():
            return "a link to a folder is not followed"
    return None if file.is_file() else "it is not a regular file"


def _meta(raw: Path, file: Path) -> dict[str, Any]:
    """Return the keys of a meta file that a capture takes up.

    Raises:
        ValueError: the file is there, but is no JSON object or holds a value of the wrong form.
    """
    if not file.exists() and not file.is_symlink():
        return {}
    if problem := _not_opened(raw, file):
        raise ValueError(f"{file.name}: {problem}")
    if file.stat().st_size > LARGEST_META:
        raise ValueError(f"{file.name}: larger than {LARGEST_META // 2**20} MiB")
    try:
        meta = json.loads(file.read_text(encoding="utf-8-sig"))
        json.dumps(meta, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise ValueError(f"{file.name}, line {error.lineno}: {error.msg}") from None
    except UnicodeDecodeError:
        raise ValueError(f"{file.name}: not a UTF-8 file") from None
    except UnicodeEncodeError:
        raise ValueError(f"{file.name}: half a character (a lone surrogate)") from None
    except RecursionError:
        raise ValueError(f"{file.name}: nested too deeply") from None
    except ValueError as error:  # an endless number
        raise ValueError(f"{file.name}: {error}") from None
    except OSError as error:
        raise ValueError(f"{file.name}: {error.strerror}") from None
    if not isinstance(meta, dict):
        raise ValueError(f"{file.name}: not a JSON object")
    url, agency_from = meta.get("url"), meta.get("agency_from", "stated")
    if url is not None and not isinstance(url, str):
        raise ValueError(f"{file.name}: url must be a text")
    if not isinstance(office := meta.get("office"), str | None):
        raise ValueError(f"{file.name}: office must be a text")
    if agency_from not in AGENCY_FROM:
        raise ValueError(f"{file.name}: agency_from must be one of {', '.join(AGENCY_FROM)}")
    time = _time(file, meta.get("retrieved_at")) or (url and wayback.copied_at(url)) or None
    office = (office or "").strip() or None
    return {"url": url and wayback.original(url), "agency_from": agency_from, "retrieved_at": time, "office": office}


def _time(file: Path, text: object) -> dt.datetime | None:
    if text is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(str(text))
        return moment.astimezone(dt.UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        raise ValueError(f"{file.name}: retrieved_at must be an ISO 8601 time, not '{text}'") from None


def _without_copies(captures: list[Capture]) -> tuple[Capture, ...]:
    """Return one capture for files of equal bytes, address and time: the first by path, which names the others."""
    originals: dict[object, Capture] = {}
    for capture in captures:
        same = (capture.sha256, capture.url, capture.retrieved_at, capture.agency_from, capture.office)
        key = capture.path if capture.problem else same
        first = originals.setdefault(key, capture)
        if first is not capture:
            originals[key] = replace(first, also_at=(*first.also_at, capture.path))
    return tuple(originals.values())
