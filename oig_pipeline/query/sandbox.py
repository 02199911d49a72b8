"""A DuckDB connection that can read one release and nothing else.

Belongs here: closing a connection to files, addresses, other databases and settings, and giving it the tables of a
release as Arrow datasets. Does not: which statements are answered (see `sql_guard.py`), or the open connection of a
person's own Python (see `catalog.py`).

Not a list of allowed folders: DuckDB lets `COPY` write to whatever it may read. Here it may open no file at all; what
it reads, pyarrow opens for it, and only when a query asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from oig_pipeline.contract.schemas import TABLES
from oig_pipeline.contract.surfaces import arrow_schema
from oig_pipeline.errors import CannotRun
from oig_pipeline.release import catalog, manifest

_CLOSED: dict[str, str] = {
    "enable_external_access": "false",
    "allow_community_extensions": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",  # variables of the calling Python are no tables
    "temp_directory": "",  # a large sort would write to the current folder
}
_LOCK = "SET lock_configuration = true"


def connect(release: str, store: Any = None) -> duckdb.DuckDBPyConnection:
    """Return a closed connection with the views over a release: a folder, or an address in an fsspec store.

    Raises:
        CannotRun: its manifest cannot be read.
    """
    file = f"{release}/{manifest.MANIFEST}"
    paths = manifest.paths(store.cat_file(file) if store is not None else Path(file).read_bytes())
    if not paths:
        raise CannotRun(f"{file}: cannot be read; oig verify says what is wrong")
    connection = duckdb.connect(config={**_CLOSED})
    for table in TABLES:
        files = files_of(table, paths)
        connection.from_arrow(_dataset(release, files, table, store)).create_view(table)
        for comment in catalog.comments(table):
            connection.execute(comment)
    for view in catalog.derived_statements():
        connection.execute(view)
    connection.execute(_LOCK)
    return connection


def files_of(table: str, paths: Iterable[str]) -> list[str]:
    """Return the files of a table among the paths of a release, in order: one, or those of its folder."""
    parquet = sorted(path for path in paths if path.endswith(".parquet"))
    return [path for path in parquet if path == f"{table}.parquet" or path.startswith(f"{table}/")]


def _dataset(release: str, files: list[str], table: str, store: Any) -> Any:
    import pyarrow.dataset as ds  # slow to import, and of no use to who asks nothing
    from pyarrow import fs

    if store is None:
        system, root = fs.LocalFileSystem(), release
    else:
        system, root = fs.PyFileSystem(fs.FSSpecHandler(store)), store._strip_protocol(release)
    # The schema is the contract's, so that no file is opened before a query asks for it.
    return ds.FileSystemDataset.from_paths(
        [f"{root}/{file}" for file in files],
        schema=arrow_schema(table).remove_metadata(),
        format=ds.ParquetFileFormat(),
        filesystem=system,
    )
