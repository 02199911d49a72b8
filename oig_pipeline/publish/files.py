"""Which file of a release holds which rows.

Belongs here: the paths of the tables' files, writing them, and reading a table again. Does not: how rows become a file
(see `parquet.py`), or the release around them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import polars as pl

from oig_pipeline.contract.schemas import TABLES, empty
from oig_pipeline.publish import manifest, parquet
from oig_pipeline.publish.parquet import Part, Parts

NO_YEAR = "__HIVE_DEFAULT_PARTITION__"
"""What stands for no fiscal year in the name of a part's folder: the word that other readers know."""
Tables = Mapping[str, pl.DataFrame | Parts]
"""The tables of the contract by name, each in its final order: whole, or in parts by fiscal year."""


def of(release: Path | None) -> dict[str, Part]:
    """Return path → file of a release, as its manifest tells; of none, none."""
    told = manifest.read(release) if release else None
    if release is None or told is None:
        return {}
    return {f["path"]: Part(release / f["path"], f.get("rows", 0), f["bytes"], f["sha256"]) for f in told["files"]}


def write(folder: Path, tables: Tables, old: Mapping[str, Part] = MappingProxyType({})) -> dict[str, Part]:
    """Write the tables into a folder; return path → file. What the last release (`old`) holds already is its file."""
    found = {}
    for name in (name for name in TABLES if name in tables):
        for path, rows in _paths(name, tables[name]):
            file = folder / path
            part = parquet.write(rows, name, file) if isinstance(rows, pl.DataFrame) else parquet.carry(rows, file)
            before = old.get(path)
            if before and before.sha256 == part.sha256 and _is_other(before, file):
                file.unlink()
                part = parquet.carry(before, file)
            found[path] = part
    return found


def _is_other(before: Part, file: Path) -> bool:
    """Return whether a file of the last release, which ought to hold the same, is another one and does hold it."""
    return before.file.is_file() and not before.file.samefile(file) and parquet.digest(before.file) == before.sha256


def _paths(name: str, table: pl.DataFrame | Parts) -> Iterator[tuple[str, pl.DataFrame | Part]]:
    """Yield the path of each file of a table, and its rows."""
    if not isinstance(table, pl.DataFrame):
        for year, part in table.items():
            yield f"{name}/fiscal_year={NO_YEAR if year is None else year}/{name}.parquet", part
        if not table:
            yield f"{name}.parquet", empty(name)
    elif name == "reports":
        for (year,), rows in table.group_by("fiscal_year", maintain_order=True):
            yield f"{name}/fiscal_year={year}/{name}.parquet", rows
    else:
        yield f"{name}.parquet", table


def read_reports(release: Path) -> pl.DataFrame:
    """Return the reports of a release, in the order of the contract."""
    return read_table(release, "reports")


def read_table(release: Path, table: str) -> pl.DataFrame:
    """Return the rows of a table of a release."""
    files = files_of_table(release, table)
    return pl.concat([parquet.read(file) for file in files]) if files else empty(table)


def files_of_table(release: Path, table: str) -> list[Path]:
    """Return the files that hold a table of a release, by fiscal year, rows without one last."""
    parts = list((release / table).glob(f"fiscal_year=*/{table}.parquet"))
    whole = release / f"{table}.parquet"
    return sorted(parts, key=lambda file: file.parent.name) or [whole] * whole.exists()
