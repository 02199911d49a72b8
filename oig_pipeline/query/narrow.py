"""A closed connection that has only what one query names.

Belongs here: closing a connection to everything but the tables of a release that it is given as Arrow datasets, and
making those that a query names, by the views that the release was published with. Does not: which statements are
answered (`sql_guard.py`), or all views (`sandbox.py`). It imports nothing of the contract.

Not a list of allowed folders: DuckDB lets `COPY` write to whatever it may read. Here it may open no file at all; what
it reads, pyarrow opens for it, and only when a query asks for it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from oig_pipeline.release.folders import MANIFEST, VIEWS

_CLOSED: dict[str, str] = {
    "enable_external_access": "false",
    "allow_community_extensions": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",  # variables of the calling Python are no tables
    "temp_directory": "",  # a large sort would write to the current folder
}
LOCK = "SET lock_configuration = true"
_FORMAT = 3
"""The oldest format whose views are those of today."""
# What may show that other views are missing, or the descriptions of columns.
_OF_THE_CATALOG = re.compile(
    r"show|describe|summarize|pragma|pivot|explain|comment|duckdb_|information_schema|pg_|sqlite_", re.IGNORECASE
)
_VIEW = re.compile(r"CREATE OR REPLACE VIEW (\w+) AS\s+(.*)", re.DOTALL)
_FROM_FILES = "FROM read_parquet("
_WORD = re.compile(r"\w+")


def open_closed() -> duckdb.DuckDBPyConnection:
    """Return a connection in memory that can open nothing."""
    return duckdb.connect(config={**_CLOSED})


def connect_for(sql: str, release: str) -> duckdb.DuckDBPyConnection | None:
    """Return a closed connection with the tables and views of a release that a query may name; None if that is unclear.

    Args:
        sql: the query.
        release: the folder of the release.
    """
    if _OF_THE_CATALOG.search(sql):
        return None
    views = _published_views(Path(release))
    if views is None:
        return None
    paths, selects = views
    needed = _needed(sql, selects)
    connection = open_closed()
    for name, select in selects.items():
        if name not in needed:
            continue
        if _FROM_FILES in select:
            files = files_of(name, paths)
            connection.from_arrow(dataset([f"{release}/{file}" for file in files])).create_view(name)
        else:
            connection.execute(f"CREATE VIEW {name} AS {select}")
    connection.execute(LOCK)
    return connection


def _published_views(release: Path) -> tuple[list[str], dict[str, str]] | None:
    """Return the paths of a release's files, and view → SELECT; None if they are not what its manifest says."""
    try:
        manifest = json.loads((release / MANIFEST).read_bytes())
        text = (release / VIEWS).read_bytes()
        hashes = {entry["path"]: entry["sha256"] for entry in manifest["files"]}
        if manifest["format"] != _FORMAT or hashlib.sha256(text).hexdigest() != hashes[VIEWS]:
            return None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    statements = text.decode().split(";\n")
    views = filter(None, (_VIEW.search(statement) for statement in statements))
    return list(hashes), {match[1]: match[2] for match in views}


def _needed(sql: str, selects: dict[str, str]) -> set[str]:
    """Return the views whose names stand in a query, or in a view that it needs."""
    needed, texts = set[str](), [sql]
    while texts:
        words = {word.lower() for word in _WORD.findall(texts.pop())}
        names = {name for name in selects if name in words} - needed
        needed |= names
        texts += [selects[name] for name in names if _FROM_FILES not in selects[name]]
    return needed


def files_of(table: str, paths: Iterable[str]) -> list[str]:
    """Return the files of a table among the paths of a release, in order: one, or those of its folder."""
    parquet = sorted(path for path in paths if path.endswith(".parquet"))
    return [path for path in parquet if path == f"{table}.parquet" or path.startswith(f"{table}/")]


def dataset(files: list[str], schema: Any = None, filesystem: Any = None) -> Any:
    """Return files as an Arrow dataset; without a schema, it is that of the first of them."""
    import pyarrow.dataset as ds  # slow to import, and of no use to who asks nothing
    from pyarrow import fs

    form, system = ds.ParquetFileFormat(), filesystem or fs.LocalFileSystem()
    if schema is None:
        schema = form.inspect(files[0], system).remove_metadata()
    return ds.FileSystemDataset.from_paths(files, schema=schema, format=form, filesystem=system)
