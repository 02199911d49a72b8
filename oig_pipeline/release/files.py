"""Which file of a release holds which rows.

Belongs here: the paths of the tables' files, writing them, and reading a table again. Does not: how rows become a file
(see `parquet.py`), or the release around them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any

import polars as pl

from oig_pipeline.contract.schemas import BY_YEAR, POLARS_SCHEMAS, TABLES
from oig_pipeline.offices import OFFICES
from oig_pipeline.release import manifest, parquet
from oig_pipeline.release.parquet import Part, Parts

FORMAT = 3
"""Where a release has its rows, and by which columns they are joined; the manifest says it."""
FORMAT_CHANGES = {
    2: "tables are folders of plain Parquet files, reports/2021.parquet instead of "
    "reports/fiscal_year=2021/reports.parquet, so that pandas, pyarrow, Polars and DuckDB read the same from them",
    3: "the column office is part of a report's key, since offices share report numbers: join on office, report_number "
    "and fiscal_year",
}
"""Format → what it changed for those who read the files."""
NO_YEAR = "unknown"
"""What stands for no fiscal year in the name of a file, an address or a sentence."""
_FORMAT_1 = "fiscal_year="
_FORMAT_1_NO_YEAR = "__HIVE_DEFAULT_PARTITION__"
_YEAR = "_year"
Tables = Mapping[str, pl.DataFrame | Parts]
"""The tables of the contract by name, each in its final order: in parts by fiscal year, or whole."""


def format_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is different for readers of files between the formats that two manifests name."""
    before, after = (m["format"] if m.get("format") in (1, *FORMAT_CHANGES) else FORMAT for m in (old, new))
    for number in range(min(before, after) + 1, max(before, after) + 1):
        yield f"{FORMAT_CHANGES[number]}{' (taken back)' * (after < before)}"


def of(release: Path | None) -> dict[str, Part]:
    """Return path → file of a release, from its manifest; empty if there is no release."""
    content = manifest.read(release) if release else None
    if release is None or content is None:
        return {}
    return {f["path"]: Part(release / f["path"], f.get("rows", 0), f["bytes"], f["sha256"]) for f in content["files"]}


def write(folder: Path, tables: Tables, old: Mapping[str, Part] = MappingProxyType({})) -> dict[str, Part]:
    """Write the tables into a folder; return path → file. What the last release (`old`) holds already is its file."""
    rows = dict(pair for name in TABLES if name in tables for pair in _paths(name, tables[name]))
    with ThreadPoolExecutor() as pool:
        return dict(zip(rows, pool.map(partial(_write, folder, old), rows.items()), strict=True))


def _write(folder: Path, old: Mapping[str, Part], pair: tuple[str, pl.DataFrame | Part]) -> Part:
    path, rows = pair
    file = folder / path
    current = parquet.write(rows, table_of(path), file) if isinstance(rows, pl.DataFrame) else parquet.carry(rows, file)
    before = old.get(path)
    if before and before.sha256 == current.sha256 and _is_other(before, file):
        file.unlink()
        current = parquet.carry(before, file)
    return current


def _is_other(before: Part, file: Path) -> bool:
    """Return whether a file of the last release, which ought to hold the same, is another one and does hold it."""
    return before.file.is_file() and not before.file.samefile(file) and parquet.digest(before.file) == before.sha256


def _paths(name: str, table: pl.DataFrame | Parts) -> Iterator[tuple[str, pl.DataFrame | Part]]:
    """Yield the path of each file of a table, and its rows; there is one even of a table without a row."""
    if isinstance(table, pl.DataFrame):
        if name not in BY_YEAR:
            yield f"{name}.parquet", table
            return
        table = by_year(name, table) if "fiscal_year" in table.columns else {None: table}
    for year, rows in table.items() if table else [(None, POLARS_SCHEMAS[name].to_frame())]:
        yield path_of(name, year), rows


def path_of(table: str, year: int | None) -> str:
    """Return the path of the file that holds one fiscal year of a table, or its rows without one."""
    return f"{table}/{year_name(year)}.parquet"


def year_name(year: int | None) -> str:
    """Return a fiscal year as files, addresses and sentences name it."""
    return NO_YEAR if year is None else str(year)


def table_of(path: str) -> str:
    """Return the table that a Parquet file of a release belongs to."""
    return path.partition("/")[0].removesuffix(".parquet")


def year_of(path: str) -> str | None:
    """Return the fiscal year of a file, `NO_YEAR` for rows without one, None where it holds a table whole."""
    parts = PurePosixPath(path).parts
    if len(parts) == 3:  # as releases of format 1 have it
        return parts[1].removeprefix(_FORMAT_1).replace(_FORMAT_1_NO_YEAR, NO_YEAR)
    return parts[1].removesuffix(".parquet") if len(parts) == 2 else None


def with_office(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows of a release of any format with the column `office`: before it was there, all were of one office."""
    office = pl.lit(OFFICES.default).alias("office")
    return rows if "office" in rows.columns else rows.select(office, pl.all())


def read_reports(release: Path) -> pl.DataFrame:
    """Return the reports of a release, in the order of the contract."""
    return read_table(release, "reports")


def read_table(release: Path, table: str) -> pl.DataFrame:
    """Return the rows of a table of a release."""
    return joined(table, read_parts(release, table))


def joined(table: str, parts: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return the rows of a table whose files have been read."""
    return pl.concat(parts.values()) if parts else POLARS_SCHEMAS[table].to_frame()


def read_parts(release: Path, table: str) -> dict[str, pl.DataFrame]:
    """Return path in the release → rows, of the files that hold a table, in their order."""
    return {file.relative_to(release).as_posix(): parquet.read(file) for file in files_of_table(release, table)}


def files_of_table(release: Path, table: str) -> list[Path]:
    """Return the files that hold a table of a release, by fiscal year, rows without one last."""
    files = [file for form in (f"{table}.parquet", f"{table}/*.parquet", f"{table}/{_FORMAT_1}*/{table}.parquet")
             for file in release.glob(form)]  # fmt: skip
    return sorted(files, key=lambda file: year_of(file.relative_to(release).as_posix()) or "")


def file_of_year(release: Path, table: str, year: int | None) -> Path | None:
    """Return the file that holds one fiscal year of a table of a release, None where there is none."""
    of_format_1 = release / table / f"{_FORMAT_1}{year}" / f"{table}.parquet"
    return next((file for file in (release / path_of(table, year), of_format_1) if file.is_file()), None)


def by_year(table: str, rows: pl.DataFrame, years: pl.Series | None = None) -> dict[int | None, pl.DataFrame]:
    """Return fiscal year → its rows of a table, in the order given, the rows without a year last.

    Args:
        table: the table, one of those that are folders.
        rows: its rows.
        years: the fiscal year of each row, for a table that has no column of it.
    """
    assert table in BY_YEAR, table
    keyed = rows.with_columns((rows["fiscal_year"] if years is None else years).alias(_YEAR))
    parts = keyed.partition_by(_YEAR, as_dict=True, include_key=False, maintain_order=True)
    frames = {year: frame for (year,), frame in parts.items()}
    return {year: frames[year] for year in sorted(frames, key=lambda year: (year is None, year or 0))}
