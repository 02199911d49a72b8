"""A DuckDB connection that can read one release and nothing else.

Belongs here: a closed connection with all tables and views of a release. Does not: how a connection is closed, or one
with only what a query names (see `narrow.py`), which statements are answered (see `sql_guard.py`), or the open
connection of a person's own Python (see `catalog.py`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from oig_pipeline.contract.schemas import TABLES
from oig_pipeline.contract.surfaces import arrow_schema
from oig_pipeline.errors import CannotRun
from oig_pipeline.query import narrow
from oig_pipeline.release import catalog, manifest


def connect(release: str, store: Any = None) -> duckdb.DuckDBPyConnection:
    """Return a closed connection with the views over a release: a folder, or an address in an fsspec store.

    Raises:
        CannotRun: its manifest cannot be read.
    """
    file = f"{release}/{manifest.MANIFEST}"
    paths = manifest.paths(store.cat_file(file) if store is not None else Path(file).read_bytes())
    if not paths:
        raise CannotRun(f"{file}: cannot be read; oig verify says what is wrong")
    connection = narrow.open_closed()
    for table in TABLES:
        files = narrow.files_of(table, paths)
        connection.from_arrow(_dataset(release, files, table, store)).create_view(table)
        for comment in catalog.comments(table):
            connection.execute(comment)
    for view in catalog.derived_statements():
        connection.execute(view)
    connection.execute(narrow.LOCK)
    return connection


def _dataset(release: str, files: list[str], table: str, store: Any) -> Any:
    # The schema is the contract's, so that no file is opened before a query asks for it.
    schema = arrow_schema(table).remove_metadata()
    if store is None:
        return narrow.dataset([f"{release}/{file}" for file in files], schema)
    from pyarrow import fs

    root = store._strip_protocol(release)
    return narrow.dataset([f"{root}/{file}" for file in files], schema, fs.PyFileSystem(fs.FSSpecHandler(store)))
