"""Releases in an object store, through fsspec.

Belongs here: what lies where below an address, fetching the latest release, and putting a new one there; the switch is
one small object. Does not: making a release, which always happens in a local folder.

An object store has no lock: whoever publishes there sees to it that no other does at the same time. Releases are named
by their content, so two publishers of the same write the same objects.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import fsspec

from oig_pipeline.contract.faults import CannotRun
from oig_pipeline.publish import journal
from oig_pipeline.publish.manifest import MANIFEST
from oig_pipeline.publish.release import RELEASES, switch

POINTER = "latest.json"


def is_remote(place: object) -> bool:
    """Return whether a place is an address (`s3://…`) and no local path."""
    return isinstance(place, str) and "://" in place


@contextmanager
def _store(address: str) -> Iterator[tuple[Any, str]]:
    """Give the file system of an address and the path within it; what it refuses becomes one line."""
    try:
        yield fsspec.url_to_fs(address.rstrip("/"))
    except ImportError as error:
        raise CannotRun(f"{address}: {error}; for s3:// install oig-pipeline[s3]") from None
    except CannotRun:
        raise
    except Exception as error:  # each store has exceptions of its own
        said = f"{type(error).__name__}: {error}".splitlines()[0]
        raise CannotRun(f"{address}: the store cannot be reached or refuses: {said}") from None


def filesystem(address: str) -> Any:
    """Return the fsspec file system of an address."""
    with _store(address) as (store, _):
        return store


def release(address: str) -> str:
    """Return the address of a release: of the latest, if a curated folder is named.

    Raises:
        CannotRun: no release lies there.
    """
    with _store(address) as (store, path):
        if store.exists(f"{path}/{MANIFEST}"):
            return address.rstrip("/")
        if not store.exists(f"{path}/{POINTER}"):
            raise CannotRun(f"{address}: there is no release here; make one with oig build --out {address}")
        identity = json.loads(store.cat_file(f"{path}/{POINTER}"))["release"]
        return f"{address.rstrip('/')}/{RELEASES}/{identity}"


@contextmanager
def fetched(address: str, name: str) -> Iterator[Path]:
    """Give a local copy of one file of a release."""
    with TemporaryDirectory() as workshop, _store(f"{address}/{name}") as (store, path):
        target = Path(workshop) / name
        store.get_file(path, str(target))
        yield target


def mirror(address: str, out: Path) -> None:
    """Fetch what a new release builds on into a local curated folder: the change log and the latest release."""
    with _store(address) as (store, path):
        if store.exists(f"{path}/{journal.JOURNAL}"):
            store.get_file(f"{path}/{journal.JOURNAL}", str(out / journal.JOURNAL))
        if store.exists(f"{path}/{POINTER}"):
            identity = json.loads(store.cat_file(f"{path}/{POINTER}"))["release"]
            (out / RELEASES).mkdir()
            store.get(f"{path}/{RELEASES}/{identity}", str(out / RELEASES / identity), recursive=True)
            switch(out, identity)


def upload(address: str, out: Path, identity: str) -> str:
    """Put a release and the change log into the store, then switch to it; return the release's address.

    The manifest goes last among the files and the pointer after everything, so a reader finds a release whole.
    """
    folder = out / RELEASES / identity
    files = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    with _store(address) as (store, path):
        target = f"{path}/{RELEASES}/{identity}"
        if not store.exists(f"{target}/{MANIFEST}"):
            for name in sorted(files, key=lambda name: name == MANIFEST):
                store.put_file(str(folder / name), f"{target}/{name}")
        store.put_file(str(out / journal.JOURNAL), f"{path}/{journal.JOURNAL}")
        store.pipe_file(f"{path}/{POINTER}", json.dumps({"release": identity}).encode() + b"\n")
    return f"{address.rstrip('/')}/{RELEASES}/{identity}"
