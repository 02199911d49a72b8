"""Folders: temporary ones that a killed run leaves nothing of for long, and those where tasks exchange rows.

Belongs here: making a folder that is held by its process as long as that lives, removing those that nobody holds, and
opening an address. Does not: what is written there, or how it gets its name (`release/atomic.py`).

The hold is a lock of the operating system on the folder itself, so it ends with its process, however that ends.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import weakref
from pathlib import Path
from tempfile import gettempdir, mkdtemp
from typing import TYPE_CHECKING, TypeAlias

from oig_pipeline.errors import CannotRun

if TYPE_CHECKING:
    from upath import UPath

WorkPath: TypeAlias = "Path | UPath"
"""A path here, or in an object store that all workers reach."""
PREFIX = "oig-tmp-"
"""How the names of the folders of this program begin in the folder for temporary files."""


class TmpFolder:
    """An empty folder that goes, with what is in it, when it is left, forgotten, or the process ends.

    Args:
        parent: where to make it; by default in the folder for temporary files.
        prefix: how its name begins.
    """

    def __init__(self, parent: Path | None = None, prefix: str = PREFIX) -> None:
        self.path, descriptor = _create_locked(parent, prefix)
        self._end = weakref.finalize(self, _end, self.path, descriptor)

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *_: object) -> None:
        self._end()


def _end(folder: Path, descriptor: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    os.close(descriptor)


def _create_locked(parent: Path | None, prefix: str) -> tuple[Path, int]:
    while True:
        folder = Path(mkdtemp(prefix=prefix, dir=parent))
        try:
            descriptor = os.open(folder, os.O_RDONLY)
        except FileNotFoundError:
            continue  # another run removed it before it was held
        if _is_locked(descriptor) is not False and folder.is_dir():
            return folder, descriptor
        os.close(descriptor)  # another run is removing it


def _is_locked(descriptor: int) -> bool | None:
    """Return whether the lock was to be had; None where the file system has none."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def remove_abandoned(parent: Path | None = None, prefix: str = PREFIX) -> None:
    """Remove the temporary folders whose process has ended; those of others, or of unknown state, stay."""
    for folder in (parent or Path(gettempdir())).glob(f"{prefix}*"):
        try:
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:
            continue  # no folder, somebody else's, or gone meanwhile
        if _is_locked(descriptor):
            shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


def open_work_folder(address: str | Path) -> WorkPath:
    """Return the path of a folder, or of a prefix in an object store.

    Raises:
        CannotRun: the library that reads and writes there is not installed.
    """
    if "://" not in str(address):
        return Path(address)
    try:
        from upath import UPath
    except ImportError:
        raise CannotRun(f"{address}: to work in an object store, install oig-pipeline[dask]") from None
    # A cached listing would miss what another process has written since.
    return UPath(str(address), use_listings_cache=False)
