"""The manifest of a release.

Belongs here: what `manifest.json` says, the id that is made of it, and whether a folder still holds what it says.
Does not: whether the content keeps the contract.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from oig_pipeline.release.parquet import Part, digest

MANIFEST = "manifest.json"
ID_DIGITS = 16


def write(folder: Path, about: Mapping[str, Any], known: Mapping[str, Part] = MappingProxyType({})) -> str:
    """Write the manifest of the files in a folder, with what else is to be said; return the id.

    Args:
        folder: the folder.
        about: what else is to be said.
        known: path → file, of those that need not be looked at again.
    """
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    paths = [p.relative_to(folder).as_posix() for p in files]
    listed = [
        {"path": path, **(_told(known[path]) if path in known else _described(file))}
        for path, file in zip(paths, files, strict=True)
    ]
    content = {**about, "files": listed}
    identity = _identity(content)
    (folder / MANIFEST).write_text(as_json({"release": identity, **content}), encoding="utf-8")
    return identity


def read(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of a folder, None where it has none that can be read."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        as_json(found).encode()
        is_one = (
            isinstance(found["release"], str)
            and all(isinstance(found.get(name, {}), dict) for name in ("rows", "versions", "rules"))
            and isinstance(found["rows"]["reports"], int)
            and isinstance(found["versions"], dict)
            and all(isinstance(name, str) for name in found.get("derived", []))
            and isinstance(found.get("derived", []), list)
            and isinstance(found["files"], list)
            and all(_is_file(said) for said in found["files"])
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return found if is_one else None


def paths(content: bytes) -> list[str]:
    """Return the paths of the files that a manifest lists; none where it is damaged."""
    try:
        return [str(said["path"]) for said in json.loads(content)["files"]]
    except (ValueError, TypeError, KeyError):
        return []


def _is_file(said: Any) -> bool:
    return (
        isinstance(said, dict)
        and isinstance(said.get("path"), str)
        and isinstance(said.get("bytes"), int)
        and isinstance(said.get("sha256"), str)
    )


def problems(folder: Path, made: Path | None = None) -> Iterator[str]:
    """Yield where a folder is not what its manifest says, as sentences that begin with the file.

    Args:
        folder: the release.
        made: one that was made just now: what it has from `folder` as the very same file has been read for it.
    """
    told = read(folder)
    if told is None:
        yield f"{MANIFEST}: is missing or cannot be read"
        return
    content = {key: value for key, value in told.items() if key != "release"}
    is_written = (folder / MANIFEST).read_bytes() == as_json(told).encode()
    if not is_written or _identity(content) != told["release"]:
        yield f"{MANIFEST}: was changed: its bytes do not give the id {told['release']}"
    with ThreadPoolExecutor() as pool:
        yield from filter(None, pool.map(partial(_problem, folder), _unread(folder, told["files"], made)))
    known = {MANIFEST, *told.get("derived", ()), *(said["path"] for said in told["files"])}
    for file in sorted(p for p in folder.rglob("*") if p.is_file()):
        if file.relative_to(folder).as_posix() not in known:
            yield f"{file.relative_to(folder).as_posix()}: does not belong to the release"


def _unread(folder: Path, files: Iterable[Mapping[str, Any]], made: Path | None) -> list[Mapping[str, Any]]:
    """Return the files of a release that another, made just now, does not share and vouch for."""
    told = (read(made) or {}) if made else {}
    sure = {said["path"]: said["sha256"] for said in told.get("files", ())}
    return [
        said
        for said in files
        if made is None or sure.get(said["path"]) != said["sha256"] or not _is_one(folder, made, said["path"])
    ]


def _is_one(folder: Path, made: Path, path: str) -> bool:
    return (folder / path).is_file() and (folder / path).samefile(made / path)


def _problem(folder: Path, said: Mapping[str, Any]) -> str | None:
    """Return where a file is not what is said of it."""
    file = folder / said["path"]
    if not file.is_file():
        return f"{said['path']}: is missing"
    if file.stat().st_size != said["bytes"]:
        return f"{said['path']}: has {file.stat().st_size} bytes, not {said['bytes']}"
    if digest(file) != said["sha256"]:
        return f"{said['path']}: was changed: its SHA-256 is not that of the manifest"
    return None


def as_json(content: Mapping[str, Any]) -> str:
    """Return content as JSON whose bytes depend on nothing else."""
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _identity(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(as_json(content).encode()).hexdigest()[:ID_DIGITS]


def _told(part: Part) -> dict[str, Any]:
    return {"bytes": part.bytes, "sha256": part.sha256, "rows": part.rows}


def _described(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = {"bytes": file.stat().st_size, "sha256": digest(file)}
    if file.suffix == ".parquet":
        import pyarrow.parquet as pq  # a check reads no file, and this is slow to import

        content["rows"] = pq.read_metadata(file).num_rows
    return content
