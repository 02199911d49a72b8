"""The releases of a curated folder.

Belongs here: which there are, going back to one, and putting away old ones. Does not: making one.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from oig_pipeline.contract.faults import CannotRun
from oig_pipeline.publish import journal, manifest
from oig_pipeline.publish.lock import writing
from oig_pipeline.publish.release import RELEASES, clear_left, derive, latest, switch

_PRUNED = ".pruned"


@dataclass(frozen=True)
class Shelved:
    """A release that was published. `is_here` is false once it was pruned; `entry` is what the journal says of it."""

    id: str
    is_current: bool
    is_here: bool
    reports: int | None
    entry: journal.Entry


def shelved(out: Path) -> list[Shelved]:
    """Return the releases below `out`, oldest first; those that the journal does not know stand before the others."""
    entries = {entry["release"]: entry for entry in journal.read(out)}
    here = {p.name for p in (out / RELEASES).glob("[!.]*") if (p / manifest.MANIFEST).is_file()}
    current = latest(out)
    found = []
    for identity in [*sorted(here - entries.keys()), *entries]:
        told = manifest.read(out / RELEASES / identity)
        reports = told["rows"]["reports"] if told else None
        is_current = current is not None and current.name == identity
        found.append(Shelved(identity, is_current, identity in here, reports, entries.get(identity, {})))
    return found


def find(out: Path, name: str) -> Path:
    """Return the folder of the release that an id, the beginning of one, or a version names.

    Raises:
        CannotRun: none here is so named, or several are.
    """
    known = [s for s in shelved(out) if s.id.startswith(name) or s.entry.get("version") == name]
    found = [s.id for s in known if s.is_here]
    if name and len(found) == 1:
        return (out / RELEASES / found[0]).resolve()
    if known and not found:
        raise CannotRun(f"{name}: this release was pruned")
    said = "is the beginning of several" if found else "is none"
    raise CannotRun(f"{name}: {said} of the releases in {out}; oig releases lists them")


def rollback(out: Path, name: str, *, wait: bool = True) -> Path:
    """Make an earlier release the latest again; return its folder.

    Raises:
        CannotRun: there is no such release, or it is damaged.
    """
    release = find(out, name)
    with _writable(out), writing(out, wait=wait):
        clear_left(release)
        if problems := list(manifest.problems(release)):
            raise CannotRun(f"{release}: is damaged, so latest stays where it is: {problems[0]}")
        derive(release)
        switch(out, release.name)
        return release


def prune(out: Path, keep: int, *, wait: bool = True) -> list[str]:
    """Remove all but the newest `keep` releases, and never the current one; return the ids of those that went.

    Raises:
        CannotRun: `keep` is less than 1.
    """
    if keep < 1:
        raise CannotRun(f"--keep {keep}: keep at least one release")
    if not (out / RELEASES).is_dir():
        raise CannotRun(f"{out}: there are no releases here")
    with _writable(out), writing(out, wait=wait):
        _remove_pruned(out)  # what a killed run left
        here = [s for s in shelved(out) if s.is_here]
        gone = [s.id for s in here[:-keep] if not s.is_current]
        for identity in gone:
            # Renamed first: a reader finds a release whole, or not at all.
            away = out / RELEASES / f"{_PRUNED}-{identity}"
            (out / RELEASES / identity).rename(away)
        _remove_pruned(out)
        return gone


@contextmanager
def _writable(out: Path) -> Iterator[None]:
    """Turn what the disk, or a library that writes to it, refuses into one line that says where."""
    try:
        yield
    except OSError as error:
        raise CannotRun(f"{error.filename or out}: cannot be written: {error.strerror or error}") from None
    except (duckdb.Error, sqlite3.Error) as error:
        raise CannotRun(f"{out}: cannot be written: {' '.join(str(error).split())}") from None


def _remove_pruned(out: Path) -> None:
    for left in (out / RELEASES).glob(f"{_PRUNED}-*"):
        shutil.rmtree(left)
