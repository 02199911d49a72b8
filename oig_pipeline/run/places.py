"""Where steps leave rows for one another: a folder, or an address that all who work on a run can reach.

Belongs here: making such a place appear when all is written, and opening what lies there. Does not: what lies there.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pyarrow as pa

from oig_pipeline.errors import CannotRun
from oig_pipeline.storage import TmpFolder

Place = Any
"""A `pathlib.Path`, or a `upath.UPath` in an object store; both open, join and list in the same words."""


def place(address: str | Path) -> Place:
    """Return a folder, or what stands for it in an object store.

    Raises:
        CannotRun: what reads and writes there is not installed.
    """
    if "://" not in str(address):
        return Path(address)
    try:
        from upath import UPath
    except ImportError:
        raise CannotRun(f"{address}: to work in an object store, install oig-pipeline[dask]") from None
    # A listing that is kept for later would not tell what another process has put there meanwhile.
    return UPath(str(address), use_listings_cache=False)


@contextmanager
def making(folder: Place) -> Iterator[Place]:
    """Give a folder to write to that is `folder` once all is written; what lies there, since it is of no use, goes.

    In an object store, where nothing is renamed, it is `folder` itself: there objects appear whole, and whoever writes
    a note of what is there writes it last.
    """
    if not isinstance(folder, Path):
        yield folder
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TmpFolder(folder.parent, f".{folder.name}-") as beside:
        if folder.exists():
            folder.rename(beside / "damaged")
            shutil.rmtree(beside / "damaged", ignore_errors=True)
        yield beside
        with suppress(OSError):  # somebody else made the same meanwhile
            beside.rename(folder)


@contextmanager
def opened(file: Place) -> Iterator[Any]:
    """Open a file for reading in any order."""
    if isinstance(file, Path):
        # Not mapped: of many small slices the kernel would map, and count as memory, far more than is asked for.
        with pa.OSFile(str(file)) as source:
            yield source
    else:
        # Nothing is read ahead: who opens a portion wants one slice of many.
        with file.open("rb", cache_type="none") as stream:
            yield stream
