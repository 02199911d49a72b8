"""DuckDB views over a release.

Belongs here: the views, their comments, and where they can be made: in a catalog file, as SQL text, in a connection.
Does not: the SQL of a derived view (one file each in `views/`), or the description of a column (the contract).
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Collection, Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb

from oig_pipeline.contract.schemas import TABLE_DESCRIPTIONS, TABLES
from oig_pipeline.contract.surfaces import columns
from oig_pipeline.publish import manifest

CATALOG = "catalog.duckdb"
# The newest format that DuckDB's current command line opens.
STORAGE_VERSION = "v1.4.0"
_VIEWS = files("oig_pipeline.publish") / "views"


def derived_views() -> dict[str, tuple[str, str]]:
    """Return view → (description, SELECT), by name."""
    found = {}
    for file in sorted(_VIEWS.iterdir(), key=lambda f: f.name):
        comment, _, query = file.read_text(encoding="utf-8").partition("\n")
        found[file.name.removesuffix(".sql")] = (comment.removeprefix("-- ").strip(), query.strip())
    return found


def descriptions() -> dict[str, str]:
    """Return view → description, tables first."""
    return {**TABLE_DESCRIPTIONS, **{name: comment for name, (comment, _) in derived_views().items()}}


def pattern(table: str, paths: Iterable[str]) -> str:
    """Return what matches the files of a table among the paths of a release's files: one file, or a part a year."""
    whole = f"{table}.parquet"
    return whole if whole in paths else f"{table}/*/{whole}"


def statements(folder: str, paths: Collection[str]) -> list[str]:
    """Return the statements that make all views over a release.

    Args:
        folder: where it lies; empty for the current folder.
        paths: the paths of its files.
    """
    made = []
    for table in TABLES:
        place = f"{_escaped(folder)}/" * bool(folder) + pattern(table, paths)
        names = ", ".join(c.name for c in columns(table))
        source = f"read_parquet({_literal(place)}, hive_partitioning = false)"
        made.append(f"CREATE OR REPLACE VIEW {table} AS SELECT {names} FROM {source}")
        made += comments(table)
    return made + derived_statements()


def comments(table: str) -> list[str]:
    """Return the statements that describe the view of a table and its columns."""
    described = [f"COMMENT ON COLUMN {table}.{c.name} IS {_literal(c.description)}" for c in columns(table)]
    return [_comment(table, TABLE_DESCRIPTIONS[table]), *described]


def derived_statements() -> list[str]:
    """Return the statements that make the derived views, once those of the tables are there."""
    made = []
    for name, (comment, query) in derived_views().items():
        made += [f"CREATE OR REPLACE VIEW {name} AS\n{query}", _comment(name, comment)]
    return made


def sql(paths: Collection[str]) -> str:
    """Return the views as text with relative paths, for use in the release's own folder."""
    head = "-- Views over this release. Run in its folder, e.g.: duckdb -init views.sql\n"
    return head + "".join(f"\n{statement};\n" for statement in statements("", paths))


def write(release: Path) -> Path:
    """Write `catalog.duckdb` into a release, views with absolute paths, in one rename; return its path."""
    target = release / CATALOG
    # Made elsewhere: DuckDB cannot create a database below a folder whose name holds a question mark.
    with tempfile.TemporaryDirectory() as workshop:
        made = Path(workshop) / CATALOG
        with duckdb.connect() as connection:
            connection.execute(f"ATTACH {_literal(str(made))} AS catalog (STORAGE_VERSION '{STORAGE_VERSION}')")
            connection.execute("USE catalog")
            for statement in statements(str(release.resolve()), _paths(release)):
                connection.execute(statement)
        beside = release / f".{CATALOG}"
        shutil.copyfile(made, beside)
        beside.replace(target)
    return target


def is_current(release: Path) -> bool:
    """Return whether a release has a catalog with the very views that one made for its place would have now."""
    if not (release / CATALOG).exists():
        return False
    try:
        with duckdb.connect(str(release / CATALOG), read_only=True) as connection:
            found = _views_of(connection)
        with connect(str(release.resolve())) as expected:
            return found == _views_of(expected)
    except duckdb.Error:
        return False


def _views_of(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    views = "SELECT view_name, sql, comment FROM duckdb_views() WHERE NOT internal"
    return sorted(connection.execute(views).fetchall())


def connect(release: str, store: Any = None) -> duckdb.DuckDBPyConnection:
    """Return a connection in memory with the views over a release: a folder, or an address in an fsspec store."""
    connection = duckdb.connect()
    if store is None:
        paths = _paths(Path(release))
    else:
        connection.register_filesystem(store)
        paths = manifest.paths(store.cat_file(f"{release}/{manifest.MANIFEST}"))
    for statement in statements(release, paths):
        connection.execute(statement)
    return connection


def _paths(release: Path) -> list[str]:
    return [file.relative_to(release).as_posix() for file in release.rglob("*.parquet")]


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _escaped(folder: str) -> str:
    """Return a folder's name with what a glob would read as a wildcard escaped."""
    return re.sub(r"([\[*?])", r"[\1]", folder)


def _comment(view: str, text: str) -> str:
    return f"COMMENT ON VIEW {view} IS {_literal(text)}"
