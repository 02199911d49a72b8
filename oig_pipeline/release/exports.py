"""Reports for other programs: CSV, NDJSON, SQLite.

Belongs here: making these files from the reports of a release, and telling whether they hold them. Their bytes are a
library's, so they are derived files: outside the release's id, and verified by content.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from oig_pipeline.contract.column import NAMES
from oig_pipeline.contract.schemas import COLUMNS, POLARS_SCHEMAS, TABLES
from oig_pipeline.release import atomic, manifest
from oig_pipeline.release.metadata.about import BETWEEN, REPORTS_CSV, REPORTS_NDJSON, REPORTS_SQLITE

EXPORTS = (REPORTS_CSV, REPORTS_NDJSON, REPORTS_SQLITE)
# What a spreadsheet takes for the beginning of a formula.
_FORMULA = r"^[=+\-@\t\r]"
_BATCH = 5_000
_TYPES: dict[Any, type] = {pl.Int32: int, pl.Int64: int, pl.Float64: float, pl.Boolean: int}


def are_of(release: Path) -> bool:
    """Return whether a release has these files according to its manifest; without an entry, it has them."""
    content = manifest.read(release)
    return content is None or REPORTS_CSV in content.get("derived", EXPORTS)


def write(reports: pl.DataFrame, folder: Path, recommendations: pl.DataFrame | None = None) -> None:
    """Write all exports of the reports into a folder, each in one rename; SQLite has the recommendations as well."""
    # SQLite is written elsewhere: it takes locks, which not every file system supports.
    with tempfile.TemporaryDirectory() as tmp_dir:
        source = Path(tmp_dir)
        flat(reports).write_csv(source / REPORTS_CSV)
        reports.write_ndjson(source / REPORTS_NDJSON)
        _write_sqlite(_in_sqlite(reports, recommendations), source / REPORTS_SQLITE)
        for name in EXPORTS:
            atomic.write(folder / name, (source / name).read_bytes())


def flat(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows as CSV holds them: lists joined, and nothing that a spreadsheet would run."""
    lists = [name for name, dtype in rows.schema.items() if dtype == NAMES]
    joined = rows.with_columns(pl.col(name).list.join(BETWEEN) for name in lists)
    texts = pl.col(pl.String)
    return joined.with_columns(pl.when(texts.str.contains(_FORMULA)).then("'" + texts).otherwise(texts).name.keep())


def _in_sqlite(reports: pl.DataFrame, recommendations: pl.DataFrame | None) -> dict[str, pl.DataFrame]:
    """Return the tables that SQLite holds."""
    none = POLARS_SCHEMAS["recommendations"].to_frame()
    return {"reports": reports, "recommendations": none if recommendations is None else recommendations}


def _write_sqlite(tables: Mapping[str, pl.DataFrame], file: Path) -> None:
    import sqlite_utils  # slow to import, and a build may leave exports out

    with closing(sqlite3.connect(file)) as connection:
        database = sqlite_utils.Database(connection)
        for name, rows in tables.items():
            table = database.table(name)
            # Types are the contract's: guessed from the first rows, a column of nulls would become text.
            types = {column: _TYPES.get(dtype, str) for column, dtype in rows.schema.items()}
            table.create(types, pk=TABLES[name].unique)
            insert = f"INSERT INTO {name} VALUES ({', '.join('?' * rows.width)})"
            with connection:
                for batch in rows.iter_slices(_BATCH):
                    connection.executemany(insert, zip(*map(_cells, batch), strict=True))
            table.enable_fts(list(weights := _search_weights(name)), tokenize="porter unicode61")
            # So the index ranks by itself as `oig search` does.
            ranking = f"bm25({', '.join(map(str, weights.values()))})"
            database.execute(f"INSERT INTO {name}_fts({name}_fts, rank) VALUES ('rank', ?)", [ranking])
            table.create_index(["fiscal_year"])
        database.vacuum()


def _search_weights(table: str) -> dict[str, float]:
    """Return the columns that the full-text index of a table holds, each with its weight."""
    weights = {name: column.search_weight for name, column in COLUMNS[table].items()}
    return {name: weight for name, weight in weights.items() if weight is not None}


def _cells(column: pl.Series) -> list[Any]:
    """Return the values of a column as SQLite holds them: lists as JSON, days and times as ISO texts."""
    values = column.to_list()
    if column.dtype == NAMES:
        return [None if value is None else json.dumps(value, ensure_ascii=False) for value in values]
    if column.dtype.is_temporal():
        return [None if value is None else value.isoformat() for value in values]
    return values


def problems(reports: pl.DataFrame, folder: Path, recommendations: pl.DataFrame | None = None) -> Iterator[str]:
    """Yield which export does not hold the reports, as sentences."""
    tables = _in_sqlite(reports, recommendations)
    holding: dict[str, Callable[[Path], bool]] = {
        REPORTS_CSV: partial(_csv_holds, reports),
        REPORTS_NDJSON: partial(_ndjson_holds, reports),
        REPORTS_SQLITE: partial(_sqlite_holds, tables),
    }
    for name, holds in holding.items():
        try:
            right = (folder / name).is_file() and holds(folder / name)
        except (OSError, pl.exceptions.PolarsError, sqlite3.Error):
            right = False
        if not right:
            yield f"{name}: does not hold the reports of the release"


def _csv_holds(reports: pl.DataFrame, file: Path) -> bool:
    actual = pl.read_csv(file.read_bytes(), infer_schema=False)
    with tempfile.TemporaryDirectory() as tmp_dir:
        expected = Path(tmp_dir) / REPORTS_CSV
        flat(reports).write_csv(expected)
        return actual.equals(pl.read_csv(expected.read_bytes(), infer_schema=False))


def _ndjson_holds(reports: pl.DataFrame, file: Path) -> bool:
    return pl.read_ndjson(file.read_bytes(), schema=POLARS_SCHEMAS["reports"]).equals(reports)


def _sqlite_holds(tables: Mapping[str, pl.DataFrame], file: Path) -> bool:
    with (
        closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as connection,
        closing(sqlite3.connect(":memory:")) as copy,
    ):
        connection.backup(copy)  # the index is checked by a statement that wants to write
        copy.row_factory = sqlite3.Row
        return all(_table_holds(copy, name, expected) for name, expected in tables.items())


def _table_holds(connection: sqlite3.Connection, name: str, expected: pl.DataFrame) -> bool:
    rows = connection.execute(f"SELECT * FROM {name} ORDER BY rowid").fetchall()
    if len(rows) != expected.height:
        return False
    connection.execute(f"INSERT INTO {name}_fts({name}_fts, rank) VALUES ('integrity-check', 1)")
    if rows and rows[0].keys() != expected.columns:
        return False
    return all(tuple(row) == cells for row, cells in zip(rows, zip(*map(_cells, expected), strict=True), strict=True))
