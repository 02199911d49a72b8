"""Federal fiscal years: where they begin and end, and how far a day lies outside one."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.domain.fiscal_year import days_outside, first_day, last_day, of_date, of_date_column

days = st.dates(dt.date(1900, 1, 1), dt.date(2200, 12, 31))
years = st.integers(1900, 2200)


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (dt.date(2020, 9, 30), 2020),
        (dt.date(2020, 10, 1), 2021),
        (dt.date(2020, 11, 9), 2021),
        (dt.date(2020, 12, 31), 2021),
        (dt.date(2021, 1, 1), 2021),
        (dt.date(2021, 9, 30), 2021),
        (dt.date(2021, 10, 1), 2022),
        (dt.date(2020, 2, 29), 2020),
        (dt.date(2000, 2, 29), 2000),
    ],
)
def test_a_day_lies_in_the_year_that_ends_after_it(day: dt.date, year: int) -> None:
    assert of_date(day) == year
    assert pl.select(of_date_column(pl.lit(day))).item() == year


def test_fiscal_2021_runs_from_october_2020_to_september_2021() -> None:
    assert (first_day(2021), last_day(2021)) == (dt.date(2020, 10, 1), dt.date(2021, 9, 30))


@pytest.mark.parametrize(("year", "length"), [(2019, 365), (2020, 366), (2021, 365), (1900, 365), (2000, 366)])
def test_a_leap_day_makes_a_fiscal_year_longer(year: int, length: int) -> None:
    assert (last_day(year) - first_day(year)).days + 1 == length


@given(years)
def test_the_first_and_last_day_are_the_edges_of_their_year(year: int) -> None:
    one_day = dt.timedelta(days=1)
    assert of_date(first_day(year)) == of_date(last_day(year)) == year
    assert of_date(first_day(year) - one_day) == year - 1
    assert last_day(year) + one_day == first_day(year + 1)


@given(days)
def test_every_day_lies_between_the_edges_of_its_year(day: dt.date) -> None:
    assert first_day(of_date(day)) <= day <= last_day(of_date(day))


@given(st.lists(st.none() | days, min_size=1, max_size=20))
def test_the_column_of_years_says_what_the_function_says(written: list[dt.date | None]) -> None:
    expected = [None if day is None else of_date(day) for day in written]
    dates = pl.Series("day", written, dtype=pl.Date)
    for column in (dates, dates.cast(pl.Datetime("us"))):
        result = pl.DataFrame(column).select(of_date_column(pl.col("day"))).to_series()
        assert result.dtype == pl.Int32
        assert result.to_list() == expected


@pytest.mark.parametrize(
    ("day", "outside"),
    [
        (dt.date(2020, 8, 17), 45),
        (dt.date(2020, 8, 16), 46),
        (dt.date(2020, 9, 30), 1),
        (dt.date(2020, 10, 1), 0),
        (dt.date(2021, 9, 30), 0),
        (dt.date(2021, 10, 1), 1),
        (dt.date(2021, 11, 14), 45),
    ],
)
def test_days_outside_count_from_the_nearer_edge(day: dt.date, outside: int) -> None:
    assert pl.select(days_outside(pl.lit(day), pl.lit(2021, pl.Int32))).item() == outside


@given(st.lists(st.tuples(st.none() | days, st.none() | years), min_size=1, max_size=20))
def test_days_outside_are_what_plain_arithmetic_gives(written: list[tuple[dt.date | None, int | None]]) -> None:
    def plain(day: dt.date | None, year: int | None) -> int | None:
        if day is None or year is None:
            return None
        return max((first_day(year) - day).days, (day - last_day(year)).days, 0)

    frame = pl.DataFrame(written, schema={"day": pl.Date, "year": pl.Int32}, orient="row")
    result = frame.select(days_outside(pl.col("day"), pl.col("year"))).to_series()
    assert result.to_list() == [plain(day, year) for day, year in written]
