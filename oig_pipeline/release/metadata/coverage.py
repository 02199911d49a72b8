"""How much of what its source has a release holds.

Belongs here: reports beside the numbers that their series are known to reach, when captures were made, and both as
sentences. Does not: a view that names each missing number (`release/views/`).

A number that no report has may never have been captured, or never been published: that is not known, so nothing here
says which.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl


class SeriesYear(NamedTuple):
    """A series of an office in a fiscal year."""

    office: str
    series: str
    fiscal_year: int | None


@dataclass(frozen=True)
class NumberRange:
    """The reports of a series and year, and the lowest and the highest of their numbers."""

    reports: int
    first: int
    last: int

    @property
    def numbers(self) -> int:
        """How many numbers there are from the lowest to the highest."""
        return self.last - self.first + 1

    def __add__(self, other: NumberRange) -> NumberRange:
        return NumberRange(self.reports + other.reports, min(self.first, other.first), max(self.last, other.last))


@dataclass(frozen=True)
class Coverage:
    """What some rows of the tables say of coverage.

    Attributes:
        ranges: each series and year with its reports and numbers, in order; JSON, in which the cache keeps them, has no
            mapping with such keys.
        captures: the number of captures.
        dated: how many of them say when they were made.
        first_day: the day of the oldest of these.
        last_day: the day of the newest.
    """

    ranges: tuple[tuple[SeriesYear, NumberRange], ...] = ()
    captures: int = 0
    dated: int = 0
    first_day: dt.date | None = None
    last_day: dt.date | None = None

    def __add__(self, other: Coverage) -> Coverage:
        ranges = dict(self.ranges)
        for key, numbers in other.ranges:
            ranges[key] = ranges[key] + numbers if key in ranges else numbers
        return Coverage(
            tuple(sorted(ranges.items(), key=_by_series)),
            self.captures + other.captures,
            self.dated + other.dated,
            min(filter(None, (self.first_day, other.first_day)), default=None),
            max(filter(None, (self.last_day, other.last_day)), default=None),
        )

    def of(self, office: str | None = None, series: str | None = None, fiscal_year: int | None = None) -> NumberRange:
        """Return the sum of the ranges that match: their reports, and numbers counted from 1; None matches all."""
        key_values = SeriesYear(office or "", series or "", fiscal_year)
        matches = [
            numbers
            for key, numbers in self.ranges
            if all(expected in ("", None, value) for expected, value in zip(key_values, key, strict=True))
        ]
        return NumberRange(sum(m.reports for m in matches), 1, sum(m.numbers for m in matches))


def of_tables(tables: Mapping[str, pl.DataFrame]) -> Coverage:
    """Return what rows of `reports` and `captures` say of coverage."""
    ranges: tuple[tuple[SeriesYear, NumberRange], ...] = ()
    days = pl.Series(dtype=pl.Date)
    if "reports" in tables:
        rows = tables["reports"].filter(pl.col("series").is_not_null() & pl.col("sequence").is_not_null())
        keys, sequence = list(SeriesYear._fields), pl.col("sequence")
        grouped = rows.group_by(keys).agg(pl.len(), sequence.min().alias("first"), sequence.max().alias("last"))
        pairs = ((SeriesYear(*row[:3]), NumberRange(*row[3:])) for row in grouped.iter_rows())
        ranges = tuple(sorted(pairs, key=_by_series))
    if "captures" in tables:
        days = tables["captures"]["retrieved_at"].dt.date()
    known_days = days.drop_nulls()
    return Coverage(ranges, days.len(), known_days.len(), known_days.min(), known_days.max())  # type: ignore[arg-type]


def _by_series(item: tuple[SeriesYear, NumberRange]) -> tuple[str, str, int]:
    key, _ = item
    return key.office, key.series, key.fiscal_year or 0


def rows(coverage: Coverage) -> list[tuple[SeriesYear, NumberRange]]:
    """Return the ranges by office, series and year."""
    return list(coverage.ranges)


def sentences(coverage: Coverage, reports: int) -> str:
    """Return what is to be said of the coverage of a release that holds so many reports."""
    return " ".join(filter(None, (of_numbers(coverage, reports), of_captures(coverage))))


def of_numbers(coverage: Coverage, reports: int) -> str:
    """Return how many reports there are, of how many numbers."""
    total = coverage.of()
    if not reports or not total.reports:
        return ""
    missing = total.numbers - total.reports
    if missing <= 0:
        return f"It holds {_counted(reports, 'report')}, and no number between the lowest and the highest is missing."
    return (
        f"It is not complete: it holds {_counted(reports, 'report')}, while their series count {total.numbers:,} "
        f"numbers from the lowest to the highest of each year. At least {missing:,} numbers have no report here: never "
        "captured, or never published."
    )


def in_short(coverage: Coverage, reports: int) -> str:
    """Return the same in a few words, for a place under a chart."""
    total = coverage.of()
    if not total.reports:
        return f"{_counted(reports, 'report')}."
    return f"{_counted(reports, 'report')} of {total.numbers:,} numbers that their series are known to count."


def of_captures(coverage: Coverage) -> str:
    """Return how many captures there are, and when they were made."""
    if not coverage.captures:
        return ""
    read = f"It was read from {_counted(coverage.captures, 'capture')}"
    if not coverage.dated or coverage.first_day is None:
        return f"{read}, of which none says when it was made."
    days = f"{coverage.first_day}" if coverage.first_day == coverage.last_day else (
        f"{coverage.first_day} to {coverage.last_day}"
    )  # fmt: skip
    undated = coverage.captures - coverage.dated
    rest = f"; {undated:,} of them {'does' if undated == 1 else 'do'} not say when" if undated else ""
    return f"{read}, made {days}{rest}."


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
