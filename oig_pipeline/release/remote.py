"""Releases in an object store, through fsspec.

Belongs here: what lies where below an address, fetching the latest release, and putting a new one there; the switch is
one small object. Does not: making a release, which always happens in a local folder.

An object store has no lock: whoever publishes there sees to it that no other does at the same time. Releases are named
by their content, so two publishers of the same write the same objects.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from oig_pipeline.errors import CannotRun
from oig_pipeline.release import version_log
from oig_pipeline.release.folders import is_remote as is_remote
from oig_pipeline.release.manifest import MANIFEST
from oig_pipeline.release.release import RELEASES, Release, switch
from oig_pipeline.storage import TmpFolder

POINTER = "latest.json"


@contextmanager
def _store(address: str) -> Iterator[tuple[Any, str]]:
    """Give the file system of an address and the path within it; what it refuses becomes one line."""
    import fsspec  # slow to import, and of no use to who has no store

    try:
        yield fsspec.url_to_fs(address.rstrip("/"))
    except ImportError as error:
        raise CannotRun(f"{address}: {error}; for s3:// install oig-pipeline[s3]") from None
    except CannotRun:
        raise
    except Exception as error:  # each store has exceptions of its own
        message = f"{type(error).__name__}: {error}".splitlines()[0]
        raise CannotRun(f"{address}: the store cannot be reached or refuses: {message}") from None


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
        if (identity := _latest_id(store, path)) is None:
            raise CannotRun(f"{address}: there is no release here; make one with oig build --out {address}")
        return f"{address.rstrip('/')}/{RELEASES}/{identity}"


@contextmanager
def fetched(address: str, name: str) -> Iterator[Path]:
    """Give a local copy of one file of a release."""
    with TmpFolder() as tmp_dir, _store(f"{address}/{name}") as (store, path):
        target = tmp_dir / name
        store.get_file(path, str(target))
        yield target


def mirror(address: str, out: Path) -> None:
    """Fetch what a new release builds on into a local curated folder: the change log and the latest release."""
    with _store(address) as (store, path):
        if store.exists(f"{path}/{version_log.LOG_FILE}"):
            store.get_file(f"{path}/{version_log.LOG_FILE}", str(out / version_log.LOG_FILE))
        if (identity := _latest_id(store, path)) is not None:
            _fetch(store, path, out, identity)
            switch(out, identity)


@contextmanager
def local_folder(place: Path | str) -> Iterator[Path]:
    """Give a curated folder: a local one as it is, of an address a copy with the change log and all manifests."""
    if not is_remote(place):
        yield Path(place)
        return
    address = str(place)
    with TmpFolder() as out:
        with _store(address) as (store, path):
            if store.exists(f"{path}/{version_log.LOG_FILE}"):
                store.get_file(f"{path}/{version_log.LOG_FILE}", str(out / version_log.LOG_FILE))
            for manifest in store.glob(f"{path}/{RELEASES}/*/{MANIFEST}"):
                folder = out / RELEASES / manifest.split("/")[-2]
                folder.mkdir(parents=True)
                store.get_file(manifest, str(folder / MANIFEST))
            identity = _latest_id(store, path)
            if identity is not None and (out / RELEASES / identity).is_dir():
                switch(out, identity)
        yield out


@contextmanager
def copy(address: str) -> Iterator[Path]:
    """Give a local copy of a release: of the latest, if a curated folder is named.

    Raises:
        CannotRun: no release lies there.
    """
    source = release(address)
    with TmpFolder() as tmp_dir, _store(source) as (store, path):
        target = tmp_dir / path.rpartition("/")[2]
        store.get(path, str(target), recursive=True)
        yield target


def seen_from(address: str, new_release: Release) -> Release:
    """Return a release with `is_new` as the store has it: the same release may already exist there."""
    with _store(address) as (store, path):
        return replace(new_release, is_new=not store.exists(f"{path}/{RELEASES}/{new_release.id}/{MANIFEST}"))


def point(address: str, identity: str) -> str:
    """Make a release of the store the latest; return its address."""
    with _store(address) as (store, path):
        _point(store, path, identity)
    return f"{address.rstrip('/')}/{RELEASES}/{identity}"


def remove(address: str, identity: str) -> None:
    """Remove a release from the store, its manifest first: from then on nobody takes the rest for a release."""
    with _store(address) as (store, path):
        folder = f"{path}/{RELEASES}/{identity}"
        if store.exists(f"{folder}/{MANIFEST}"):
            store.rm_file(f"{folder}/{MANIFEST}")
        store.rm(folder, recursive=True)


def remains(address: str) -> list[str]:
    """Return the releases of which a removal that was killed left something."""
    with _store(address) as (store, path):
        if not store.exists(f"{path}/{RELEASES}"):
            return []
        names = [folder.rstrip("/").rpartition("/")[2] for folder in store.ls(f"{path}/{RELEASES}", detail=False)]
        return [name for name in names if not store.exists(f"{path}/{RELEASES}/{name}/{MANIFEST}")]


def _latest_id(store: Any, path: str) -> str | None:
    if not store.exists(f"{path}/{POINTER}"):
        return None
    return str(json.loads(store.cat_file(f"{path}/{POINTER}"))["release"])


def _point(store: Any, path: str, identity: str) -> None:
    store.pipe_file(f"{path}/{POINTER}", json.dumps({"release": identity}).encode() + b"\n")


def _fetch(store: Any, path: str, out: Path, identity: str) -> None:
    (out / RELEASES).mkdir(parents=True, exist_ok=True)
    shutil.rmtree(out / RELEASES / identity, ignore_errors=True)
    store.get(f"{path}/{RELEASES}/{identity}", str(out / RELEASES / identity), recursive=True)


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
        store.put_file(str(out / version_log.LOG_FILE), f"{path}/{version_log.LOG_FILE}")
        _point(store, path, identity)
    return f"{address.rstrip('/')}/{RELEASES}/{identity}"
