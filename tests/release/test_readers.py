"""Programs that read Parquet read the tables as they lie: the same rows and whole numbers, whatever the reader."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

import oig_pipeline
from oig_pipeline.contract.schemas import BY_YEAR, POLARS_SCHEMAS
from oig_pipeline.contract.surfaces import arrow_schema
from oig_pipeline.release.files import read_table

Rows = list[str]
Reader = Callable[[Path, str], Iterable[tuple[Any, ...]]]


def ordered(rows: Iterable[tuple[Any, ...]]) -> Rows:
    """Return rows in an order of their own; a whole number and a float of the same value do not look alike."""
    return sorted(map(repr, rows))


def of_arrow(table: Any) -> Iterable[tuple[Any, ...]]:
    return (tuple(row.values()) for row in table.to_pylist())


def of_catalog(release: Path, table: str) -> Iterable[tuple[Any, ...]]:
    with duckdb.connect(str(release / "catalog.duckdb"), read_only=True) as connection:
        return connection.sql(f"FROM {table}").fetchall()


def of_connection(release: Path, table: str) -> Iterable[tuple[Any, ...]]:
    with oig_pipeline.connect(release) as connection:
        return connection.sql(f"FROM {table}").fetchall()


def of_text(release: Path, table: str) -> Iterable[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        connection.execute(f"SET VARIABLE release = '{release}'")
        connection.execute((release / "views.sql").read_text(encoding="utf-8"))
        return connection.sql(f"FROM {table}").fetchall()


READERS: dict[str, Reader] = {
    "pyarrow.parquet, the folder": lambda release, table: of_arrow(pq.read_table(release / table)),
    "pyarrow.dataset, the folder": lambda release, table: of_arrow(ds.dataset(release / table).to_table()),
    "Polars, the folder": lambda release, table: pl.read_parquet(release / table).rows(),
    "Polars, the folder, lazily": lambda release, table: pl.scan_parquet(release / table).collect().rows(),
    "Polars, a glob": lambda release, table: pl.read_parquet(f"{release}/{table}/*.parquet").rows(),
    "Polars, file by file": lambda release, table: pl.concat(
        [pl.read_parquet(file) for file in (release / table).iterdir()]
    ).rows(),
    "DuckDB, a glob": lambda release, table: duckdb.execute(f"FROM '{release}/{table}/*.parquet'").fetchall(),
    "DuckDB, all options": lambda release, table: duckdb.execute(
        f"FROM read_parquet('{release}/{table}/*.parquet', hive_partitioning = true, union_by_name = true)"
    ).fetchall(),
    "DuckDB, the catalog": of_catalog,
    "DuckDB, a connection": of_connection,
    "DuckDB, the views as text": of_text,
}


@pytest.fixture(scope="module")
def release(own_release: Path) -> Path:
    return own_release


@pytest.mark.parametrize("table", BY_YEAR)
@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_every_reader_gives_the_same_rows(
    reader: Reader, table: str, release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert ordered(reader(release, table)) == ordered(read_table(release, table).rows())


@pytest.mark.parametrize("table", BY_YEAR)
def test_every_file_keeps_every_column_and_no_name_says_key_and_value(table: str, release: Path) -> None:
    files = list((release / table).iterdir())
    assert files
    for file in files:
        assert pq.read_schema(file).equals(arrow_schema(table))
        assert file.stem == "unknown" or file.stem.isdecimal()
    assert not [path for path in release.rglob("*") if "=" in path.name]
    assert {path.name for path in release.iterdir() if path.is_dir()} == set(BY_YEAR)


def test_a_year_can_be_read_by_itself(release: Path) -> None:
    assert pl.read_parquet(release / "reports" / "2021.parquet")["fiscal_year"].unique().to_list() == [2021]
    assert pl.read_parquet(release / "sightings" / "unknown.parquet")["fiscal_year"].null_count() > 0


IN_PANDAS = """
import json, sys
import pandas
release, *tables = sys.argv[1:]
found = {}
for table in tables:
    frame = pandas.read_parquet(f"{release}/{table}")
    parts = {str(name): str(dtype) for name, dtype in frame.dtypes.items()}
    years = frame["fiscal_year"] if "fiscal_year" in frame else pandas.Series(dtype="int32")
    found[table] = [len(frame), parts, sorted(years.dropna().astype(float).tolist()), str(years.dtype)]
found["2021"] = str(pandas.read_parquet(f"{release}/reports/2021.parquet")["fiscal_year"].dtype)
print(json.dumps(found))
"""


def test_pandas_reads_the_folders(release: Path, validators: Path) -> None:
    done = subprocess.run(
        [validators / "python", "-c", IN_PANDAS, release, *BY_YEAR], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout)
    for table in BY_YEAR:
        expected = read_table(release, table)
        rows, types, years, kind = results[table]
        assert rows == expected.height
        assert list(types) == expected.columns
        if "fiscal_year" in expected.columns:
            fiscal_years = expected["fiscal_year"]
            assert years == sorted(map(float, fiscal_years.drop_nulls()))
            assert kind == ("float64" if fiscal_years.null_count() else "int32")
    assert results["2021"] == "int32"


def test_a_table_without_a_row_is_read_too(release: Path) -> None:
    assert read_table(release, "report_history").equals(POLARS_SCHEMAS["report_history"].to_frame())
    assert pq.read_table(release / "report_history").num_rows == 0
