"""DuckDB views over a release.

Belongs here: the views, their comments, and where they can be made: in a catalog file, as SQL text, in a connection.
Does not: the SQL of a derived view (one file each in `views/`; what several share, in `views/parts/`), or the
description of a column (the contract).
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Collection, Iterable
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import duckdb

from oig_pipeline.contract.schemas import TABLE_DESCRIPTIONS, TABLES
from oig_pipeline.contract.surfaces import columns
from oig_pipeline.release import atomic, manifest
from oig_pipeline.release.files import table_of

CATALOG = "catalog.duckdb"
# The newest format that DuckDB's current command line opens.
STORAGE_VERSION = "v1.4.0"
# Views are made faster than further threads are started.
ONE_THREAD: dict[str, str | bool | int | float | list[str]] = {"threads": 1}
VARIABLE = "release"
"""The variable of DuckDB that says where the release lies, if not where its catalog was made."""
ADVICE = f"of a release that lies elsewhere; type: SET VARIABLE {VARIABLE} = 'ITS FOLDER';"
_BUILT_IN = re.compile(rf"(?<=getvariable\('{VARIABLE}'\), )'(?:[^']|'')*'", re.IGNORECASE)
_VIEWS = files("oig_pipeline.release") / "views"


def derived_views() -> dict[str, tuple[str, str]]:
    """Return view → (description, SELECT), by name."""
    parts = {name: query for name, (_, query) in _queries(_VIEWS / "parts").items()}
    return {name: (comment, query.format_map(parts)) for name, (comment, query) in _queries(_VIEWS).items()}


def _queries(folder: Traversable) -> dict[str, tuple[str, str]]:
    """Return name → (first line, other lines) of the SQL files of a folder, sorted by name."""
    queries = {}
    for file in sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name):
        comment, _, query = file.read_text(encoding="utf-8").partition("\n")
        queries[file.name.removesuffix(".sql")] = (comment.removeprefix("-- ").strip(), query.strip())
    return queries


def descriptions() -> dict[str, str]:
    """Return view → description, tables first."""
    return {**TABLE_DESCRIPTIONS, **{name: comment for name, (comment, _) in derived_views().items()}}


def pattern(table: str, paths: Iterable[str]) -> str:
    """Return what matches the files of a table among the paths of a release's files, whatever its format."""
    depth = max((path.count("/") for path in paths if path.endswith(".parquet") and table_of(path) == table), default=0)
    return (f"{table}.parquet", f"{table}/*.parquet", f"{table}/*/{table}.parquet")[depth]


def statements(folder: str, paths: Collection[str], advice: str = "") -> list[str]:
    """Return the statements that create all views over a release.

    Args:
        folder: the folder of the release, unless the variable `release` names another.
        paths: the paths of its files.
        advice: text for DuckDB's error message when no file matches the pattern.
    """
    ddl = []
    for table in TABLES:
        files = _literal(f"/{_advising(pattern(table, paths), advice)}")
        names = ", ".join(c.name for c in columns(table))
        place = f"coalesce(getvariable('{VARIABLE}'), {_literal(_escaped(folder))}) || {files}"
        source = f"read_parquet({place}, hive_partitioning = false)"
        ddl.append(f"CREATE OR REPLACE VIEW {table} AS SELECT {names} FROM {source}")
        ddl += comments(table)
    return ddl + derived_statements()


def comments(table: str) -> list[str]:
    """Return the statements that describe the view of a table and its columns."""
    column_comments = [f"COMMENT ON COLUMN {table}.{c.name} IS {_literal(c.description)}" for c in columns(table)]
    return [_comment(table, TABLE_DESCRIPTIONS[table]), *column_comments]


def derived_statements() -> list[str]:
    """Return the statements that create the derived views; those of the tables must exist."""
    ddl = []
    for name, (comment, query) in derived_views().items():
        ddl += [f"CREATE OR REPLACE VIEW {name} AS\n{query}", _comment(name, comment)]
    return ddl


def _advising(files: str, advice: str) -> str:
    """Return a pattern for the same files that says more in DuckDB's message where none of them is there.

    That message quotes the pattern and nothing else, and no view can look whether a file is there before it is bound
    to it. So the last letter stands in brackets, as one of the letters of the advice, which all may match.
    """
    return f"{files[:-1]}[{files[-1]} {advice}]" if advice else files


def sql(paths: Collection[str]) -> str:
    """Return the views as text that reads the current folder, or the one that the variable names."""
    head = (
        "-- Views over this release. Run in its folder: duckdb -init views.sql\n"
        f"-- From elsewhere, first say where it lies: SET VARIABLE {VARIABLE} = 'FOLDER';\n"
    )
    return head + "".join(f"\n{statement};\n" for statement in statements(".", paths))


def write(release: Path) -> Path:
    """Write `catalog.duckdb` into a release, in one rename; return its path."""
    target = release / CATALOG
    # Made elsewhere: DuckDB cannot create a database below a folder whose name holds a question mark.
    with tempfile.TemporaryDirectory() as tmp_dir:
        database = Path(tmp_dir) / CATALOG
        with duckdb.connect(config=ONE_THREAD) as connection:
            connection.execute(f"ATTACH {_literal(str(database))} AS catalog (STORAGE_VERSION '{STORAGE_VERSION}')")
            connection.execute("USE catalog")
            # In one transaction: each by itself would wait for the disk.
            connection.begin()
            for statement in statements(str(release.resolve()), _paths(release), ADVICE):
                connection.execute(statement)
            connection.commit()
        with atomic.replacing(target) as tmp_path:
            shutil.copyfile(database, tmp_path)
    return target


def is_current(release: Path) -> bool:
    """Return whether a release has a catalog with the very views that one made for its place would have now."""
    return _has_views(release, str(release.resolve()))


def is_whole(release: Path) -> bool:
    """Return whether a release has a catalog with the views that it should have, wherever it was made."""
    return _has_views(release, None)


def _has_views(release: Path, folder: str | None) -> bool:
    """Return whether the catalog of a release has the right views, reading the given folder or any."""
    if not (release / CATALOG).exists():
        return False
    try:
        with duckdb.connect(str(release / CATALOG), read_only=True) as connection:
            views = _views_of(connection, folder is None)
        return views == _views_made(tuple(statements(str(release.resolve()), _paths(release), ADVICE)), folder is None)
    except duckdb.Error:
        return False


@lru_cache(maxsize=32)
def _views_made(statements: tuple[str, ...], of_any_folder: bool) -> list[tuple[Any, ...]]:
    """Return the views that statements make, which takes DuckDB longer than all else here."""
    with duckdb.connect(config=ONE_THREAD) as connection:
        for statement in statements:
            connection.execute(statement)
        return _views_of(connection, of_any_folder)


def _views_of(connection: duckdb.DuckDBPyConnection, of_any_folder: bool) -> list[tuple[Any, ...]]:
    views = connection.execute("SELECT view_name, sql, comment FROM duckdb_views() WHERE NOT internal").fetchall()
    return sorted((name, _BUILT_IN.sub("", text) if of_any_folder else text, comment) for name, text, comment in views)


def connect(release: str, store: Any = None) -> duckdb.DuckDBPyConnection:
    """Return a connection in memory with the views over a release: a folder, or an address in an fsspec store."""
    connection = duckdb.connect()
    if store is None:
        paths = _paths(Path(release))
    else:
        connection.register_filesystem(store)
        paths = manifest.paths(store.cat_file(f"{release}/{manifest.MANIFEST}"))
    set_release(connection, release)
    for statement in statements(release, paths):
        connection.execute(statement)
    return connection


def set_release(connection: duckdb.DuckDBPyConnection, release: str) -> None:
    """Set the folder or address of the release that the views of a connection read."""
    connection.execute(f"SET VARIABLE {VARIABLE} = {_literal(_escaped(release))}")


def _paths(release: Path) -> list[str]:
    return [file.relative_to(release).as_posix() for file in release.rglob("*.parquet")]


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _escaped(folder: str) -> str:
    """Return a folder's name with what a glob would read as a wildcard escaped."""
    return re.sub(r"([\[*?])", r"[\1]", folder)


def _comment(view: str, text: str) -> str:
    return f"COMMENT ON VIEW {view} IS {_literal(text)}"
