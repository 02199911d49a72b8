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

from oig_pipeline.release.folders import MANIFEST as MANIFEST
from oig_pipeline.release.parquet import Part, digest

ID_DIGITS = 16


def write(folder: Path, about: Mapping[str, Any], parts: Mapping[str, Part] = MappingProxyType({})) -> str:
    """Write the manifest of the files in a folder; return the id.

    Args:
        folder: the folder.
        about: what the manifest says besides its files.
        parts: path → file, of those that need not be read again.
    """
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    paths = [p.relative_to(folder).as_posix() for p in files]
    entries = [
        {"path": path, **(_part_entry(parts[path]) if path in parts else _file_entry(file))}
        for path, file in zip(paths, files, strict=True)
    ]
    content = {**about, "files": entries}
    identity = _identity(content)
    (folder / MANIFEST).write_text(as_json({"release": identity, **content}), encoding="utf-8")
    return identity


def read(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of a folder, None where it has none that can be read."""
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        as_json(content).encode()
        is_valid = (
            isinstance(content["release"], str)
            and all(isinstance(content.get(name, {}), dict) for name in ("rows", "versions", "rules"))
            and isinstance(content["rows"]["reports"], int)
            and isinstance(content["versions"], dict)
            and all(isinstance(name, str) for name in content.get("derived", []))
            and isinstance(content.get("derived", []), list)
            and isinstance(content["files"], list)
            and all(_is_file(entry) for entry in content["files"])
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return content if is_valid else None


def paths(content: bytes) -> list[str]:
    """Return the paths of the files that a manifest lists; none where it is damaged."""
    try:
        return [str(entry["path"]) for entry in json.loads(content)["files"]]
    except (ValueError, TypeError, KeyError):
        return []


def _is_file(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and isinstance(entry.get("path"), str)
        and isinstance(entry.get("bytes"), int)
        and isinstance(entry.get("sha256"), str)
    )


def problems(folder: Path, new_release: Path | None = None) -> Iterator[str]:
    """Yield where a folder is not what its manifest says, as sentences that begin with the file.

    Args:
        folder: the release.
        new_release: a release that was just made; files that it shares with `folder` (hard links) are not read again.
    """
    manifest = read(folder)
    if manifest is None:
        yield f"{MANIFEST}: is missing or cannot be read"
        return
    content = {key: value for key, value in manifest.items() if key != "release"}
    is_written = (folder / MANIFEST).read_bytes() == as_json(manifest).encode()
    if not is_written or _identity(content) != manifest["release"]:
        yield f"{MANIFEST}: was changed: its bytes do not give the id {manifest['release']}"
    with ThreadPoolExecutor() as pool:
        yield from filter(None, pool.map(partial(_problem, folder), _unread(folder, manifest["files"], new_release)))
    expected = {MANIFEST, *manifest.get("derived", ()), *(entry["path"] for entry in manifest["files"])}
    for file in sorted(p for p in folder.rglob("*") if p.is_file()):
        if file.relative_to(folder).as_posix() not in expected:
            yield f"{file.relative_to(folder).as_posix()}: does not belong to the release"


def _unread(folder: Path, files: Iterable[Mapping[str, Any]], new_release: Path | None) -> list[Mapping[str, Any]]:
    """Return the files of a release that a new release does not share."""
    manifest = (read(new_release) or {}) if new_release else {}
    hashes = {entry["path"]: entry["sha256"] for entry in manifest.get("files", ())}
    return [
        entry
        for entry in files
        if new_release is None
        or hashes.get(entry["path"]) != entry["sha256"]
        or not _is_same_file(folder, new_release, entry["path"])
    ]


def _is_same_file(folder: Path, new_release: Path, path: str) -> bool:
    return (folder / path).is_file() and (folder / path).samefile(new_release / path)


def _problem(folder: Path, entry: Mapping[str, Any]) -> str | None:
    """Return how a file differs from its entry in the manifest, None if it does not."""
    file = folder / entry["path"]
    if not file.is_file():
        return f"{entry['path']}: is missing"
    if file.stat().st_size != entry["bytes"]:
        return f"{entry['path']}: has {file.stat().st_size} bytes, not {entry['bytes']}"
    if digest(file) != entry["sha256"]:
        return f"{entry['path']}: was changed: its SHA-256 is not that of the manifest"
    return None


def as_json(content: Mapping[str, Any]) -> str:
    """Return content as JSON whose bytes depend on nothing else."""
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _identity(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(as_json(content).encode()).hexdigest()[:ID_DIGITS]


def _part_entry(parquet_file: Part) -> dict[str, Any]:
    return {"bytes": parquet_file.bytes, "sha256": parquet_file.sha256, "rows": parquet_file.rows}


def _file_entry(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = {"bytes": file.stat().st_size, "sha256": digest(file)}
    if file.suffix == ".parquet":
        import pyarrow.parquet as pq  # a check reads no file, and this is slow to import

        content["rows"] = pq.read_metadata(file).num_rows
    return content
