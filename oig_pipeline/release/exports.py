"""Reports for other programs: CSV, NDJSON, SQLite.

Belongs here: making these files from the reports of a release, and telling whether they hold them. Their bytes are a
library's, so they are derived files: outside the release's id, and verified by content.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import polars as pl

from oig_pipeline.contract.column import NAMES
from oig_pipeline.contract.columns import KEY, REPORTS
from oig_pipeline.contract.schemas import POLARS_SCHEMAS
from oig_pipeline.release import atomic, manifest
from oig_pipeline.release.metadata.about import BETWEEN, REPORTS_CSV, REPORTS_NDJSON, REPORTS_SQLITE

SEARCHED = [name for name, column in REPORTS.items() if column.search_weight is not None]
"""The columns that the full-text index holds."""
EXPORTS = (REPORTS_CSV, REPORTS_NDJSON, REPORTS_SQLITE)
# What a spreadsheet takes for the beginning of a formula.
_FORMULA = r"^[=+\-@\t\r]"
_BATCH = 5_000
_TYPES: dict[Any, type] = {pl.Int32: int, pl.Int64: int, pl.Float64: float, pl.Boolean: int}


def are_of(release: Path) -> bool:
    """Return whether a release has these files according to its manifest; without an entry, it has them."""
    content = manifest.read(release)
    return content is None or REPORTS_CSV in content.get("derived", EXPORTS)


def write(reports: pl.DataFrame, folder: Path) -> None:
    """Write all exports of the reports into a folder, each in one rename."""
    # SQLite is written elsewhere: it takes locks, which not every file system supports.
    with tempfile.TemporaryDirectory() as tmp_dir:
        source = Path(tmp_dir)
        flat(reports).write_csv(source / REPORTS_CSV)
        reports.write_ndjson(source / REPORTS_NDJSON)
        _write_sqlite(reports, source / REPORTS_SQLITE)
        for name in EXPORTS:
            atomic.write(folder / name, (source / name).read_bytes())


def flat(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows as CSV holds them: lists joined, and nothing that a spreadsheet would run."""
    lists = [name for name, dtype in rows.schema.items() if dtype == NAMES]
    joined = rows.with_columns(pl.col(name).list.join(BETWEEN) for name in lists)
    texts = pl.col(pl.String)
    return joined.with_columns(pl.when(texts.str.contains(_FORMULA)).then("'" + texts).otherwise(texts).name.keep())


def _write_sqlite(reports: pl.DataFrame, file: Path) -> None:
    import sqlite_utils  # slow to import, and a build may leave exports out

    with closing(sqlite3.connect(file)) as connection:
        database = sqlite_utils.Database(connection)
        table = database.table("reports")
        # Types are the contract's: guessed from the first rows, a column of nulls would become text.
        table.create({name: _TYPES.get(dtype, str) for name, dtype in reports.schema.items()}, pk=KEY)
        for batch in reports.iter_slices(_BATCH):
            table.insert_all(map(_row, batch.iter_rows(named=True)))
        table.enable_fts(SEARCHED, tokenize="porter unicode61")
        table.create_index(["fiscal_year"])
        database.vacuum()


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: json.dumps(value, ensure_ascii=False) if isinstance(value, list) else _plain(value)
        for name, value in row.items()
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def problems(reports: pl.DataFrame, folder: Path) -> Iterator[str]:
    """Yield which export does not hold the reports, as sentences."""
    for name, holds in ((REPORTS_CSV, _csv_holds), (REPORTS_NDJSON, _ndjson_holds), (REPORTS_SQLITE, _sqlite_holds)):
        try:
            right = (folder / name).is_file() and holds(reports, folder / name)
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


def _sqlite_holds(reports: pl.DataFrame, file: Path) -> bool:
    with (
        closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as connection,
        closing(sqlite3.connect(":memory:")) as copy,
    ):
        connection.backup(copy)  # the index is checked by a statement that wants to write
        copy.row_factory = sqlite3.Row
        rows = copy.execute("SELECT * FROM reports ORDER BY rowid").fetchall()
        if len(rows) != reports.height:
            return False
        copy.execute("INSERT INTO reports_fts(reports_fts, rank) VALUES ('integrity-check', 1)")
        return all(dict(row) == _row(report) for row, report in zip(rows, reports.iter_rows(named=True), strict=True))
