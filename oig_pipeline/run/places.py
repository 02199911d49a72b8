"""Where the tasks of a run exchange rows: a folder, or an address that all workers can reach.

Belongs here: folders that appear once they are complete, and opening files in them. Does not: their content.
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

WorkPath = Any
"""A `pathlib.Path`, or a `upath.UPath` in an object store; both have the same methods to open, join and list."""


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


@contextmanager
def atomic_dir(folder: WorkPath) -> Iterator[WorkPath]:
    """Yield a folder to write to, and rename it to `folder` at the end; an existing `folder` is damaged and removed.

    An object store cannot rename, so there it yields `folder` itself: each object appears complete, and the caller
    writes the note that lists the files last.
    """
    if not isinstance(folder, Path):
        yield folder
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TmpFolder(folder.parent, f".{folder.name}-") as tmp_dir:
        if folder.exists():
            folder.rename(tmp_dir / "damaged")
            shutil.rmtree(tmp_dir / "damaged", ignore_errors=True)
        yield tmp_dir
        with suppress(OSError):  # another process has written the same folder meanwhile
            tmp_dir.rename(folder)


@contextmanager
def open_input(file: WorkPath) -> Iterator[Any]:
    """Open a file for random access."""
    if isinstance(file, Path):
        # Not memory-mapped: for many small slices the kernel would map, and count as memory, far more than is read.
        with pa.OSFile(str(file)) as stream:
            yield stream
    else:
        # No read-ahead: a reader of a batch needs one of its many slices.
        with file.open("rb", cache_type="none") as stream:
            yield stream
