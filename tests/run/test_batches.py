"""Batches: in files they hold the same rows as in memory."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.run.batches import COLUMNS, Batch, read_columns, read_partition, write_batch
from oig_pipeline.run.read_batch import judge_batch
from oig_pipeline.run.store import FolderStore, MemoryStore
from tests.conftest import examples
from tests.rows import Values, any_rows, sightings


def both(folder: Path, *rows: Values) -> tuple[Batch, Batch]:
    """Return the batch of these rows in memory, and in files."""
    frames = judge_batch(sightings(*rows))
    return write_batch(("a",), (), (), *frames, MemoryStore()), write_batch(
        ("a",), (), (), *frames, FolderStore(folder)
    )


@given(st.lists(any_rows(), max_size=6))
@examples(30)
def test_a_batch_in_files_holds_the_same_rows_as_in_memory(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Values]
) -> None:
    here, there = both(tmp_path_factory.mktemp("batch"), *rows)
    assert (here.row_ranges, here.rows, there.row_ranges) == (there.row_ranges, len(rows), here.row_ranges)
    for row_range in here.row_ranges:
        key = row_range.year, row_range.block
        for in_memory, in_files in zip(read_partition(here, key), read_partition(there, key), strict=True):
            assert in_memory.equals(in_files)
            assert in_memory.schema == in_files.schema
        columns = ["title", "sighting_id"]
        assert read_columns(there, key, columns).equals(read_columns(here, key, columns))
        assert read_columns(here, key, columns).columns == columns


def test_each_row_and_its_violations_are_in_the_slice_of_its_year(tmp_path: Path) -> None:
    rows = [{"fiscal_year": "2021"}, {"report_number": "OIG-20-01", "fiscal_year": "2020"}, {"report_number": ""}]
    _, batch = both(tmp_path, *rows, {"report_number": "OIG-21-70000"})
    assert [(row_range.year, row_range.block, row_range.sightings) for row_range in batch.row_ranges] == [
        (2020, 0, 1), (2021, 0, 1), (2021, 2, 1), (None, 0, 1),
    ]  # fmt: skip
    for row_range in batch.row_ranges:
        year_rows, violations = read_partition(batch, (row_range.year, row_range.block))
        assert year_rows["fiscal_year"].to_list() == [row_range.year]
        assert set(violations["sighting_id"]) <= set(year_rows["sighting_id"])
        assert violations.height == row_range.violations == year_rows["rules"].list.len().sum()


def test_of_a_year_that_it_does_not_have_it_gives_no_row(tmp_path: Path) -> None:
    for batch in both(tmp_path, {}):
        year_rows, violations = read_partition(batch, (1999, 0))
        assert (year_rows.height, violations.height, year_rows.schema) == (0, 0, pl.Schema(COLUMNS))
        assert read_columns(batch, (1999, 0), ["title"]).schema == {"title": pl.String}
