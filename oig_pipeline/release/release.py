"""The release folder.

Belongs here: writing a release beside the others, naming it by its content, and switching to it in one rename.
Does not: what the tables hold, what is said of them, or which releases are kept (see `releases.py`).

A release is whole before it has its name, and named before `latest` leads to it; so a reader or a crash at any
instant finds the old release or the new one.
"""

from __future__ import annotations

import filecmp
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from oig_pipeline.errors import CannotRun, SchemaViolated
from oig_pipeline.release import atomic, catalog, exports, files, manifest, parquet, version_log
from oig_pipeline.release.diff import difference
from oig_pipeline.release.folders import LATEST as LATEST
from oig_pipeline.release.folders import RELEASES as RELEASES
from oig_pipeline.release.folders import VIEWS as VIEWS
from oig_pipeline.release.folders import latest as latest
from oig_pipeline.release.lock import writing
from oig_pipeline.release.metadata import descriptions
from oig_pipeline.release.metadata.about import DatasetInfo, TableStats, files_of

REJECTED = "rejected"
DERIVED = (catalog.CATALOG, *exports.EXPORTS)
"""Files whose bytes a library does not promise: outside the id, verified by content."""
PRUNED = ".pruned-"
"""How the name of a release begins that is being removed."""
_BUILDING = ".building"
_DAMAGED = ".damaged"

Step = Callable[[str], None]
"""Called with the name of each step of publishing, before it is done."""


@dataclass(frozen=True)
class Release:
    """A release on disk.

    `is_new` is false where the same content had been published before; `before` is the release that was the latest
    until this one took its place, None where that is unknown or it was this one.
    """

    id: str
    path: Path
    is_new: bool
    before: str | None = None


def silent(step: str) -> None:
    """Tell of no step."""


def publish(
    out: Path,
    tables: files.Tables,
    content: TableStats,
    about: Mapping[str, Any],
    *,
    exports: bool = True,
    switch: bool,
    wait: bool = True,
    step: Step = silent,
) -> Release:
    """Write a release of the contract's tables below `out`.

    Args:
        out: the curated folder.
        tables: the tables of the contract.
        content: what descriptions say of them.
        about: what the manifest says of inputs, versions and counts; part of the release's identity.
        exports: whether it has the reports for other programs beside it.
        switch: whether the release becomes the latest; else it waits to be activated.
        wait: whether to wait while another process writes there.
        step: told of each step.

    Raises:
        CannotRun: another process writes there, and `wait` is false.
        SchemaViolated: what was written does not agree with the contract.
    """
    with writing(out, wait=wait, busy=lambda holder: step(f"Waiting for {holder}")):
        clear_abandoned(out)
        release = _publish(
            out, tables, content, {**about, "derived": list(DERIVED if exports else (catalog.CATALOG,))}, step
        )
        if switch:
            old = latest(out)
            _activate(out, release, step)
            return replace(release, before=old.name if old and old.name != release.id else None)
        return release


def activate(release: Release, *, wait: bool = True) -> Path:
    """Give a release what is derived from it and make it the latest; return the path of its catalog."""
    out = release.path.parent.parent
    with writing(out, wait=wait):
        return _activate(out, release, silent)


def _publish(out: Path, tables: files.Tables, content: TableStats, about: Mapping[str, Any], step: Step) -> Release:
    step("Writing the tables")
    tmp_dir = _clear(out / RELEASES / _BUILDING)
    parts = files.write(tmp_dir, tables, files.of(latest(out)))
    step("Describing them")
    info = DatasetInfo(content, files_of(parts), exports.EXPORTS[0] in about["derived"])
    descriptions.write(tmp_dir, info)
    (tmp_dir / VIEWS).write_text(catalog.sql(parts), encoding="utf-8")
    step("Checking the tables")
    if problems := list(descriptions.schema_errors(tmp_dir)):
        raise SchemaViolated("; ".join(problems))
    identity = manifest.write(tmp_dir, {**about, "parquet": parquet.SETTINGS}, parts)
    step("Naming the release")
    target = out / RELEASES / identity
    if _has_same_files(target, tmp_dir):
        shutil.rmtree(tmp_dir)
        return Release(identity, target, is_new=False)
    damaged = out / RELEASES / _DAMAGED
    shutil.rmtree(damaged, ignore_errors=True)
    atomic.move(tmp_dir, target, sync=True, aside=damaged)
    shutil.rmtree(damaged, ignore_errors=True)
    return Release(identity, target, is_new=True)


def _activate(out: Path, release: Release, step: Step) -> Path:
    step("Writing the exports")
    derive(release.path)
    step("Recording the changes")
    before = latest(out)
    changes = None
    if before is not None and before != release.path.resolve() and not any(manifest.problems(before, release.path)):
        with suppress(CannotRun):  # of a damaged or foreign release nothing can be told
            changes = difference(before, release.path)
    version_log.record(out, release.id, changes)
    step("Switching to the release")
    switch(out, release.id)
    shutil.rmtree(out / REJECTED, ignore_errors=True)
    step("Ending")
    return release.path / catalog.CATALOG


def derive(release: Path) -> None:
    """Make the derived files of a release that are missing or do not hold it; what a killed run left goes."""
    clear_leftovers(release)
    if not catalog.is_current(release):
        catalog.write(release)
    if exports.are_of(release):
        reports, recommendations = (files.read_table(release, name) for name in ("reports", "recommendations"))
        if any(exports.problems(reports, release, recommendations)):
            exports.write(reports, release, recommendations)


def clear_abandoned(out: Path) -> None:
    """Remove what killed runs left beside the releases; the caller must hold the lock."""
    names = (REJECTED, LATEST, version_log.LOG_FILE)
    for path in (*(out / RELEASES).glob(".*"), *(out / f".{name}" for name in names)):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def clear_leftovers(release: Path) -> None:
    """Remove partial derived files that a killed run left behind."""
    for path in release.glob(".*"):
        path.unlink()


def switch(out: Path, identity: str) -> None:
    """Make `latest` lead to a release, in one rename."""
    with atomic.replacing(out / LATEST, sync=True) as link:
        link.unlink(missing_ok=True)
        link.symlink_to(Path(RELEASES) / identity)


def reject(out: Path, tables: files.Tables, reasons: list[str], *, wait: bool = True) -> Path:
    """Write what was judged to `rejected/`, for inspection, with the reasons; return the folder."""
    with writing(out, wait=wait):
        clear_abandoned(out)
        tmp_dir = _clear(out / f".{REJECTED}")
        files.write(tmp_dir, tables)
        (tmp_dir / "reasons.json").write_text(manifest.as_json({"reasons": reasons}), encoding="utf-8")
        shutil.rmtree(out / REJECTED, ignore_errors=True)
        atomic.move(tmp_dir, out / REJECTED)
        return out / REJECTED


def _clear(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _has_same_files(release: Path, new_release: Path) -> bool:
    """Return whether a release holds, byte for byte, the files of a new one."""
    paths = (p.relative_to(new_release) for p in new_release.rglob("*") if p.is_file())
    return all((release / p).is_file() and filecmp.cmp(new_release / p, release / p, shallow=False) for p in paths)
