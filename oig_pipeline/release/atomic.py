"""Files and folders that appear whole, in one rename: whoever reads sees the old one or the new one.

Belongs here: every write-then-rename, and when the disk is waited for. Does not: what is written.

With `sync`, it is on the disk before it has its name: what cannot be made again, which are releases, their log and
fetched pages. What can be made again (cache, catalog, site) is not waited for; its reader notices when it is torn.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

from oig_pipeline.storage import TmpFolder, WorkPath


@contextmanager
def replacing(target: Path, *, sync: bool = False, shared: bool = False) -> Iterator[Path]:
    """Yield a hidden path beside a file, to write to, and rename it to the file at the end.

    Args:
        target: the file.
        sync: wait until it is on the disk.
        shared: several processes may write the file at the same time; one of them wins.
    """
    suffix = f"-{os.getpid()}-{threading.get_ident()}" if shared else ""
    tmp_path = target.with_name(f".{target.name}{suffix}")
    yield tmp_path
    if sync and not tmp_path.is_symlink():
        _sync_file(tmp_path)
    tmp_path.replace(target)
    tmp_path.unlink(missing_ok=True)  # rename() does nothing if both are links to one file
    if sync:
        _sync_folder(target.parent)


def write(target: Path, content: bytes, *, sync: bool = False, shared: bool = False) -> None:
    """Write a file; see `replacing`."""
    with replacing(target, sync=sync, shared=shared) as tmp_path:
        tmp_path.write_bytes(content)


def move(folder: Path, target: Path, *, sync: bool = False, aside: Path | None = None) -> None:
    """Move a folder to its place, in one rename.

    Args:
        folder: the folder.
        target: its place, where nothing may be unless `aside` is given.
        sync: wait until it is on the disk.
        aside: to where a folder that is in its place is moved just before.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if sync:
        with ThreadPoolExecutor() as pool:  # the disk takes many at once
            list(pool.map(_sync_file, filter(Path.is_file, folder.rglob("*"))))
        for path in (*filter(Path.is_dir, folder.rglob("*")), folder):
            _sync_folder(path)
    if aside is not None and target.exists():
        target.rename(aside)
    folder.rename(target)
    if sync:
        _sync_folder(target.parent)


@contextmanager
def new_folder(target: WorkPath) -> Iterator[WorkPath]:
    """Yield a folder to write to, and rename it to `target` at the end; an existing `target` is damaged and removed.

    An object store cannot rename, so there it yields `target` itself: each object appears complete, and the caller
    writes the note that lists the files last.
    """
    if not isinstance(target, Path):
        yield target
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with TmpFolder(target.parent, f".{target.name}-") as tmp_dir:
        if target.exists():
            target.rename(tmp_dir / "damaged")
            shutil.rmtree(tmp_dir / "damaged", ignore_errors=True)
        yield tmp_dir
        with suppress(OSError):  # another process has written the same folder meanwhile
            tmp_dir.rename(target)


def _sync_file(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
