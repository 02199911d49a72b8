"""How much a release holds of what its source has, and the words for it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from oig_pipeline.release.catalog import connect
from oig_pipeline.release.metadata import coverage
from oig_pipeline.release.metadata.coverage import Coverage, NumberRange, SeriesYear
from oig_pipeline.release.metadata.descriptions import facts_of

DAY = dt.datetime(2024, 2, 1, 12)


def reports(*rows: tuple[str | None, int | None, int | None]) -> pl.DataFrame:
    """Return reports by series, fiscal year and sequence number."""
    schema = {"series": pl.String, "fiscal_year": pl.Int32, "sequence": pl.Int32}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(office=pl.lit("example"))


def captures(*times: dt.datetime | None) -> pl.DataFrame:
    return pl.DataFrame({"retrieved_at": times}, schema={"retrieved_at": pl.Datetime("us")})


def test_parts_of_a_release_add_up_to_the_whole() -> None:
    rows = [("A", 2021, 3), ("A", 2021, 9), ("A", 2020, 1), ("B", None, 5), (None, 2021, None), ("A", 2021, 4)]
    total = coverage.of_tables({"reports": reports(*rows), "captures": captures(DAY, None)})
    parts = [coverage.of_tables({"reports": reports(row)}) for row in rows]
    parts.append(coverage.of_tables({"captures": captures(DAY, None)}))
    assert sum(parts, Coverage()) == total
    assert dict(total.ranges)[SeriesYear("example", "A", 2021)] == NumberRange(3, 3, 9)
    assert dict(total.ranges)[SeriesYear("example", "A", 2021)].numbers == 7
    assert len(total.ranges) == 3


def test_a_series_and_a_year_sum_what_they_span() -> None:
    extent = coverage.of_tables({"reports": reports(("A", 2021, 3), ("A", 2021, 9), ("B", 2021, 1), ("A", 2020, 5))})
    assert (extent.of(series="A").reports, extent.of(series="A").numbers) == (3, 8)
    assert (extent.of(fiscal_year=2021).reports, extent.of(fiscal_year=2021).numbers) == (3, 8)
    assert (extent.of().reports, extent.of().numbers) == (4, 9)
    assert extent.of(series="C").reports == 0


@pytest.mark.parametrize(
    ("rows", "times", "words"),
    [
        ([], [], ""),
        ([("A", 2021, 3), ("A", 2021, 9)], [], "holds 2 reports, while their series count 7 numbers"),
        ([("A", 2021, 3), ("A", 2021, 4)], [], "no number between the lowest and the highest is missing"),
        ([], [None], "read from 1 capture, of which none says when it was made"),
        ([], [DAY], "read from 1 capture, made 2024-02-01."),
        ([], [DAY, DAY.replace(year=2025), None], "made 2024-02-01 to 2025-02-01; 1 of them does not say when."),
    ],
)
def test_what_is_said_of_it(rows: list[tuple[str, int, int]], times: list[dt.datetime | None], words: str) -> None:
    extent = coverage.of_tables({"reports": reports(*rows), "captures": captures(*times)})
    text = coverage.sentences(extent, len(rows))
    assert words in text
    assert bool(text) == bool(words)


def test_the_numbers_are_those_of_the_views(own_release: Path) -> None:
    extent = facts_of(own_release).content.coverage
    with connect(str(own_release)) as connection:
        rows = connection.sql(
            "SELECT office, series, fiscal_year, known + missing, first_known, last_known FROM series_years"
        ).fetchall()
    assert {(*key, n.numbers, n.first, n.last) for key, n in extent.ranges} == set(rows)


def test_every_description_says_how_much_there_is(own_release: Path) -> None:
    words = coverage.of_numbers(facts_of(own_release).content.coverage, 367)
    assert "367 reports" in words
    for name in ("DICTIONARY.md", "datapackage.json", "data.json", "croissant.json"):
        assert words in (own_release / name).read_text(encoding="utf-8"), name
