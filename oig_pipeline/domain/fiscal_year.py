"""Federal fiscal years.

Belongs here: the arithmetic between dates and fiscal years. Does not: what a listing says about years.

A federal fiscal year runs from 1 October to 30 September and bears the year in which it ends:
FY 2021 is 2020-10-01 to 2021-09-30.
"""

from __future__ import annotations

import datetime as dt

import polars as pl

FIRST_MONTH = 10


def of_date(day: dt.date) -> int:
    """Return the fiscal year in which `day` lies."""
    return day.year + (day.month >= FIRST_MONTH)


def first_day(year: int) -> dt.date:
    """Return the first day of fiscal year `year`: 1 October of the calendar year before."""
    return dt.date(year - 1, FIRST_MONTH, 1)


def last_day(year: int) -> dt.date:
    """Return the last day of fiscal year `year`: 30 September."""
    return dt.date(year, FIRST_MONTH, 1) - dt.timedelta(days=1)


def of_date_column(day: pl.Expr) -> pl.Expr:
    """Return the fiscal year (Int32) of a column of dates or datetimes; null stays null."""
    return (day.dt.year() + (day.dt.month() >= FIRST_MONTH).cast(pl.Int32)).cast(pl.Int32)


def days_outside(day: pl.Expr, year: pl.Expr) -> pl.Expr:
    """Return by how many days `day` lies outside fiscal year `year`; 0 inside, null where either is null."""
    start = pl.date(year - 1, FIRST_MONTH, 1)
    end = pl.date(year, FIRST_MONTH, 1)
    early = (start - day).dt.total_days()
    late = (day - end).dt.total_days() + 1
    return pl.max_horizontal(early, late).clip(lower_bound=0) + (early + late) * 0
