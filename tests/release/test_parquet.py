"""Tables as Parquet files: the contract's schema, the same bytes for the same rows."""

from __future__ import annotations

from pathlib import Path

import pyarrow.dataset
import pyarrow.parquet as pq
import pytest

from oig_pipeline.contract.schemas import POLARS_SCHEMAS, TABLES
from oig_pipeline.contract.surfaces import arrow_schema
from oig_pipeline.release import parquet
from oig_pipeline.run import pipeline
from oig_pipeline.settings import settings
from tests.conftest import DATA


@pytest.mark.parametrize("table", TABLES)
def test_a_file_carries_the_contracts_schema_and_descriptions(table: str, tmp_path: Path) -> None:
    outcome = pipeline.check(settings(DATA / "raw"))
    frame = outcome.result.tables()[table]
    file = tmp_path / "file.parquet"
    parquet.write(frame, table, file)
    assert pq.read_schema(file).equals(arrow_schema(table), check_metadata=False)
    schema = pq.read_schema(file)
    assert all(schema.field(f.name).metadata[b"description"] == f.metadata[b"description"] for f in arrow_schema(table))
    again = tmp_path / "again.parquet"
    parquet.write(frame, table, again)
    assert again.read_bytes() == file.read_bytes()
    metadata = pq.read_metadata(file)
    assert metadata.row_group(0).column(0).compression == "ZSTD"


@pytest.mark.parametrize("table", TABLES)
def test_an_empty_table_is_written_and_typed(table: str, tmp_path: Path) -> None:
    parquet.write(POLARS_SCHEMAS[table].to_frame(), table, tmp_path / "deep" / "file.parquet")
    read = pq.read_table(tmp_path / "deep" / "file.parquet")
    assert read.num_rows == 0
    assert read.schema.names == list(TABLES[table].columns)


def test_row_groups_have_a_fixed_size(tmp_path: Path) -> None:
    outcome = pipeline.check(settings(DATA / "raw"))
    frame = outcome.reports.sample(150_000, with_replacement=True, seed=1)
    parquet.write(frame, "reports", tmp_path / "many.parquet")
    metadata = pq.read_metadata(tmp_path / "many.parquet")
    assert [metadata.row_group(n).num_rows for n in range(metadata.num_row_groups)] == [65_536, 65_536, 18_928]


def test_partitions_are_read_as_one_dataset_by_pyarrow(tmp_path: Path) -> None:
    built = pipeline.build(settings(DATA / "raw", tmp_path)).release
    assert built is not None
    dataset = pyarrow.dataset.dataset(built.path / "reports", partitioning="hive")
    assert dataset.count_rows() == 367
    assert dataset.count_rows(filter=pyarrow.dataset.field("fiscal_year") == 2020) == 9
