"""What every description of a release says.

Belongs here: title, licence, source and notice, once, and the files of a release as descriptions list them. Does not:
any one notation.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

NAME = "dhs-oig-reports"
TITLE = "Reports of the Office of Inspector General, US Department of Homeland Security"
DESCRIPTION = (
    "The reports that DHS OIG lists on its website, read from captures of the listings, checked by declared rules and "
    "merged: one row per report, every row of every listing accounted for, every value traceable to its line."
)
SOURCE_TITLE = "DHS OIG, report listings"
SOURCE_URL = "https://www.oig.dhs.gov/reports"
PUBLISHER_OF_SOURCE = "Office of Inspector General, US Department of Homeland Security"
LICENCE_TITLE = "US government work, public domain"
LICENCE_URL = "https://www.usa.gov/government-works"
NOTICE = "This is not an official product of DHS OIG, which neither made nor reviewed it."
KEYWORDS = ("oversight", "inspector general", "homeland security", "audit", "inspection", "reports")
PUBLISHER = "oig_pipeline"
CONTACT = "mailto:releases@oig-pipeline.invalid"
"""A release is made by whoever runs the software, so the address is one of the domain reserved for nobody."""

REPORTS_CSV, REPORTS_NDJSON, REPORTS_SQLITE = "reports.csv", "reports.ndjson", "reports.sqlite"
BETWEEN = "; "
"""What stands between the values of a list in CSV."""


@dataclass(frozen=True)
class File:
    """A Parquet file of a release: its path, its table, its size in bytes and its SHA-256."""

    path: str
    table: str
    bytes: int
    sha256: str

    @property
    def name(self) -> str:
        """The file's name as an identifier: table, and the fiscal year of a part."""
        year = self.path.rpartition("fiscal_year=")[2].partition("/")[0] if "fiscal_year=" in self.path else ""
        return f"{self.table}-{year}".rstrip("-").replace("_", "-")


@dataclass(frozen=True)
class Facts:
    """What descriptions of a release are made of.

    `modified` is the day of the newest capture, never the day of the run; `first_issue` and `last_issue` bound the
    reports' dates; all are None where nothing is known.
    """

    files: tuple[File, ...]
    reports: int
    modified: dt.date | None
    first_issue: dt.date | None
    last_issue: dt.date | None
    examples: dict[tuple[str, str], str]


def facts(tables: dict[str, pl.DataFrame], files: tuple[File, ...]) -> Facts:
    """Return the facts of the tables of a release and the files that hold them."""
    newest = tables["captures"]["retrieved_at"].max()
    issued = tables["reports"]["issue_date"]
    return Facts(
        files=files,
        reports=tables["reports"].height,
        modified=newest.date() if isinstance(newest, dt.datetime) else None,
        first_issue=issued.min(),  # type: ignore[arg-type]
        last_issue=issued.max(),  # type: ignore[arg-type]
        examples={
            (table, name): example
            for table, frame in tables.items()
            for name in frame.columns
            if (example := _example(frame[name])) is not None
        },
    )


def table_of(path: str) -> str:
    """Return the table that a Parquet file of a release belongs to."""
    return Path(path).parts[0].removesuffix(".parquet")


def _example(column: pl.Series) -> str | None:
    """Return the first value of a column that shows something, as text; None where there is none."""
    known = column.drop_nulls()
    if column.dtype == pl.String:
        known = known.filter(known.str.strip_chars().str.len_chars() > 0)
    if isinstance(column.dtype, pl.List):
        known = known.filter(known.list.len() > 0)
    if known.is_empty():
        return None
    value: Any = known[0]
    return (
        BETWEEN.join(value)
        if isinstance(value, pl.Series)
        else str(value).lower()
        if isinstance(value, bool)
        else str(value)
    )
