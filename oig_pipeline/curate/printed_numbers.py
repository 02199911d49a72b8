"""Reports of offices whose numbers have no declared grammar.

Belongs here: the fiscal year of such a report, and which of its dates contradict each other. Does not: the number and
year of one row (see `normalize.py`).

Office and number alone are the identity, and the fiscal year is read from the day of issue, else from the listing. Rows
of one report may so have several years, or none, until all of them have been seen; then one year is decided for all.
"""

from __future__ import annotations

import polars as pl

REPORT = ["office", "report_number"]
MAX_DAYS_APART = 366
"""How far apart two days of issue of one report may lie."""

c = pl.col


def decided_years(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the sightings whose fiscal year is another than that of their report, as `sighting_id` and `decided`.

    A report's year is that of its newest dated row, else of its newest row with a year; ties go by value.

    Args:
        rows: office, number, year, day of issue and time of the accepted rows of some reports, all rows of each.
    """
    newest_first = rows.sort(
        c("fiscal_year").is_null(), c("issue_date").is_null(), "retrieved_at", "issue_date", "fiscal_year",
        descending=[False, False, True, False, False], nulls_last=True,
    )  # fmt: skip
    decided = newest_first.group_by(REPORT, maintain_order=True).agg(c("fiscal_year").first().alias("decided"))
    moved = rows.join(decided, on=REPORT).filter(c("decided").ne_missing(c("fiscal_year")))
    return moved.select("sighting_id", "decided")


def with_rival_dates(frame: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """Return rows with `rival_date`: a day of issue of the same report too far from the row's own, else null."""
    if not frame["number_is_printed"].any():
        return frame.with_columns(pl.lit(None, pl.Date).alias("rival_date"))
    day = c("issue_date")
    first, last = day.min().over(key), day.max().over(key)
    other = pl.when(day - first > last - day).then(first).otherwise(last)
    is_apart = (day - other).dt.total_days().abs() > MAX_DAYS_APART
    return frame.with_columns(pl.when(c("number_is_printed") & is_apart).then(other).alias("rival_date"))
