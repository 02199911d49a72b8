"""The releases of a curated folder, here or in an object store.

Belongs here: which there are, going back to one, and putting away old ones. Does not: making one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from oig_pipeline.errors import CannotRun
from oig_pipeline.release import manifest, remote, version_log
from oig_pipeline.release.lock import writing
from oig_pipeline.release.release import PRUNED, RELEASES, clear_abandoned, clear_leftovers, derive, latest, switch

Place = Path | str
"""A curated folder, or the address of one in an object store."""


@dataclass(frozen=True)
class ReleaseInfo:
    """A release that was published. `is_here` is false once it was pruned; `entry` is its entry in the version log."""

    id: str
    is_current: bool
    is_here: bool
    reports: int | None
    entry: version_log.Entry


def list_releases(place: Place) -> list[ReleaseInfo]:
    """Return the releases of a place, oldest first; those that the version log does not list come first."""
    with remote.local_folder(place) as out:
        entries = {entry["release"]: entry for entry in version_log.read(out)}
        here = {p.name for p in (out / RELEASES).glob("[!.]*") if (p / manifest.MANIFEST).is_file()}
        current = latest(out)
        infos = []
        for identity in [*sorted(here - entries.keys()), *entries]:
            content = manifest.read(out / RELEASES / identity)
            reports = content["rows"]["reports"] if content else None
            is_current = current is not None and current.name == identity
            infos.append(ReleaseInfo(identity, is_current, identity in here, reports, entries.get(identity, {})))
        return infos


def find(out: Path, name: str) -> Path:
    """Return the folder of the release that an id, the beginning of one, or a version names.

    Raises:
        CannotRun: none here is so named, or several are.
    """
    return (out / RELEASES / identify(out, name)).resolve()


def identify(place: Place, name: str) -> str:
    """Return the id of the release that an id, the beginning of one, or a version names.

    Raises:
        CannotRun: none here is so named, or several are.
    """
    matches = [s for s in list_releases(place) if s.id.startswith(name) or s.entry.get("version") == name]
    here = [s.id for s in matches if s.is_here]
    if name and len(here) == 1:
        return here[0]
    if matches and not here:
        raise CannotRun(f"{name}: this release was pruned")
    problem = "is the beginning of several" if here else "is none"
    raise CannotRun(f"{name}: {problem} of the releases in {place}; oig releases lists them")


def rollback(place: Place, name: str, *, wait: bool = True) -> str:
    """Make an earlier release the latest again; return its folder or address.

    Raises:
        CannotRun: there is no such release, or it is damaged.
    """
    identity = identify(place, name)
    if remote.is_remote(place):
        address = str(place)
        with remote.copy(f"{address.rstrip('/')}/{RELEASES}/{identity}") as release:
            _refuse_damaged(release, f"{address}: release {identity}")
        return remote.point(address, identity)
    out = Path(place)
    release = (out / RELEASES / identity).resolve()
    with _writable(out), writing(out, wait=wait):
        clear_leftovers(release)
        _refuse_damaged(release, str(release))
        derive(release)
        switch(out, release.name)
        return str(release)


def _refuse_damaged(release: Path, name: str) -> None:
    if problems := list(manifest.problems(release)):
        raise CannotRun(f"{name}: is damaged, so latest stays where it is: {problems[0]}")


def prune(place: Place, count: int, *, wait: bool = True) -> list[str]:
    """Remove all but the newest `count` releases, never the current one; return the ids of those removed.

    Raises:
        CannotRun: `count` is less than 1, or there are no releases.
    """
    if count < 1:
        raise CannotRun(f"--keep {count}: keep at least one release")
    if remote.is_remote(place):
        address = str(place)
        for identity in remote.remains(address):  # what a killed run left
            remote.remove(address, identity)
        gone = _superfluous(address, count)
        for identity in gone:
            remote.remove(address, identity)
        return gone
    out = Path(place)
    if not (out / RELEASES).is_dir():
        raise CannotRun(f"{out}: there are no releases here")
    with _writable(out), writing(out, wait=wait):
        clear_abandoned(out)
        gone = _superfluous(out, count)
        for identity in gone:
            # Renamed first: a reader finds a release whole, or not at all.
            (out / RELEASES / identity).rename(out / RELEASES / f"{PRUNED}{identity}")
        clear_abandoned(out)
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


def _superfluous(place: Place, count: int) -> list[str]:
    """Return the ids of the releases that are not among the newest, oldest first.

    Raises:
        CannotRun: there are no releases.
    """
    here = [s for s in list_releases(place) if s.is_here]
    if not here and remote.is_remote(place):
        raise CannotRun(f"{place}: there are no releases here")
    return [s.id for s in here[:-count] if not s.is_current]
