"""The release folder.

Belongs here: writing a release beside the others, naming it by its content, and switching to it in one rename.
Does not: what the tables hold, or the views over them.

A release is whole before it has its name, and named before `latest` leads to it; so a reader or a crash at any
instant finds the old release or the new one.
"""

from __future__ import annotations

import filecmp
import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq

from oig_pipeline.contract.schemas import TABLES
from oig_pipeline.publish import catalog, parquet
from oig_pipeline.publish.lock import writing

RELEASES = "releases"
LATEST = "latest"
REJECTED = "rejected"
MANIFEST = "manifest.json"
VIEWS = "views.sql"
ID_DIGITS = 16
DERIVED = (catalog.CATALOG,)
"""Files whose bytes a library does not promise: outside the id, verified by content."""
_BESIDE = ".building"
_DAMAGED = ".damaged"

Tables = Mapping[str, pl.DataFrame]


@dataclass(frozen=True)
class Release:
    """A release on disk. `is_new` is false where the same content had been published before."""

    id: str
    path: Path
    is_new: bool


def publish(out: Path, tables: Tables, about: Mapping[str, Any]) -> Release:
    """Write a release of the tables below `out`; `latest` stays where it is.

    Args:
        out: the curated folder.
        tables: the tables of the contract by name, each in its final order.
        about: what the manifest says of inputs, versions and counts; part of the release's identity.
    """
    with writing(out):
        beside = _clear(out / RELEASES / _BESIDE)
        _write_tables(beside, tables)
        (beside / VIEWS).write_text(catalog.sql(), encoding="utf-8")
        identity = _write_manifest(beside, about)
        target = out / RELEASES / identity
        is_new = not _is_whole(target, beside)
        if is_new:
            _sync(beside)
            damaged = out / RELEASES / _DAMAGED
            shutil.rmtree(damaged, ignore_errors=True)
            if target.exists():
                target.rename(damaged)
            beside.rename(target)
            _sync_folder(target.parent)
            shutil.rmtree(damaged, ignore_errors=True)
        else:
            shutil.rmtree(beside)
        return Release(identity, target, is_new)


def activate(release: Release) -> Path:
    """Give a release its catalog and make it the latest, in one rename; return the catalog's path."""
    out = release.path.parent.parent
    with writing(out):
        file = release.path / catalog.CATALOG
        if not catalog.is_current(release.path):
            file = catalog.write(release.path)
        link = out / f".{LATEST}"
        link.unlink(missing_ok=True)
        link.symlink_to(Path(RELEASES) / release.id)
        link.replace(out / LATEST)
        _sync_folder(out)
        shutil.rmtree(out / REJECTED, ignore_errors=True)
        return file


def reject(out: Path, tables: Tables, reasons: list[str]) -> Path:
    """Write what was judged to `rejected/`, for inspection, with the reasons; return the folder."""
    with writing(out):
        beside = _clear(out / f".{REJECTED}")
        for name, frame in tables.items():
            parquet.write(frame, name, beside / f"{name}.parquet")
        (beside / "reasons.json").write_text(_json({"reasons": reasons}), encoding="utf-8")
        shutil.rmtree(out / REJECTED, ignore_errors=True)
        beside.rename(out / REJECTED)
        return out / REJECTED


def latest(out: Path) -> Path | None:
    """Return the folder of the latest release below `out`, resolved once, so that it stays the same for its reader."""
    link = out / LATEST
    return link.resolve() if link.exists() else None


def _clear(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _write_tables(folder: Path, tables: Tables) -> None:
    for name in TABLES:
        if name != "reports":
            parquet.write(tables[name], name, folder / f"{name}.parquet")
    for (year,), part in tables["reports"].group_by("fiscal_year", maintain_order=True):
        parquet.write(part, "reports", folder / "reports" / f"fiscal_year={year}" / "reports.parquet")


def _write_manifest(folder: Path, about: Mapping[str, Any]) -> str:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    listed = [{"path": p.relative_to(folder).as_posix(), **_described(p)} for p in files]
    content = {**about, "files": listed, "derived": list(DERIVED)}
    identity = hashlib.sha256(_json(content).encode()).hexdigest()[:ID_DIGITS]
    (folder / MANIFEST).write_text(_json({"release": identity, **content}), encoding="utf-8")
    return identity


def _is_whole(release: Path, made: Path) -> bool:
    """Return whether a release holds, byte for byte, the files of one made just now."""
    files = (p.relative_to(made) for p in made.rglob("*") if p.is_file())
    return all((release / p).is_file() and filecmp.cmp(made / p, release / p, shallow=False) for p in files)


def _described(file: Path) -> dict[str, Any]:
    content = {"bytes": file.stat().st_size, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
    if file.suffix == ".parquet":
        content["rows"] = pq.read_metadata(file).num_rows
    return content


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _sync(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    for path in (*filter(Path.is_dir, folder.rglob("*")), folder):
        _sync_folder(path)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
