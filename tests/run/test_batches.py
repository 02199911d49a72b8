"""Portions: kept as files they hold what they hold in memory."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.run.batches import COLUMNS, Portion, kept, some, taken
from oig_pipeline.run.read_batch import judged_alone
from tests.conftest import examples
from tests.rows import Values, any_rows, sightings


def both(folder: Path, *rows: Values) -> tuple[Portion, Portion]:
    """Return the portion of rows in memory, and in files."""
    judged = judged_alone(sightings(*rows))
    return kept(("a",), (), (), *judged, None), kept(("a",), (), (), *judged, folder)


@given(st.lists(any_rows(), max_size=6))
@examples(30)
def test_a_portion_in_files_holds_what_it_holds_in_memory(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Values]
) -> None:
    here, there = both(tmp_path_factory.mktemp("portion"), *rows)
    assert (here.slices, here.rows, there.slices) == (there.slices, len(rows), here.slices)
    for part in here.slices:
        key = part.year, part.block
        for one, other in zip(taken(here, key), taken(there, key), strict=True):
            assert one.equals(other)
            assert one.schema == other.schema
        few = ["title", "sighting_id"]
        assert some(there, key, few).equals(some(here, key, few))
        assert some(here, key, few).columns == few


def test_each_row_and_its_violations_are_in_the_slice_of_its_year(tmp_path: Path) -> None:
    rows = [{"fiscal_year": "2021"}, {"report_number": "OIG-20-01", "fiscal_year": "2020"}, {"report_number": ""}]
    _, portion = both(tmp_path, *rows, {"report_number": "OIG-21-70000"})
    assert [(part.year, part.block, part.sightings) for part in portion.slices] == [
        (2020, 0, 1), (2021, 0, 1), (2021, 2, 1), (None, 0, 1),
    ]  # fmt: skip
    for part in portion.slices:
        own, found = taken(portion, (part.year, part.block))
        assert own["fiscal_year"].to_list() == [part.year]
        assert set(found["sighting_id"]) <= set(own["sighting_id"])
        assert found.height == part.violations == own["rules"].list.len().sum()


def test_of_a_year_that_it_does_not_have_it_gives_no_row(tmp_path: Path) -> None:
    for portion in both(tmp_path, {}):
        own, found = taken(portion, (1999, 0))
        assert (own.height, found.height, own.schema) == (0, 0, pl.Schema(COLUMNS))
        assert some(portion, (1999, 0), ["title"]).schema == {"title": pl.String}
