"""What every description of a release says.

Belongs here: title, licence, source and notice, once, and the files of a release as descriptions list them. Does not:
any one notation.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import polars as pl

from oig_pipeline.domain.known_sources import HOSTS
from oig_pipeline.offices import OFFICES
from oig_pipeline.release.files import table_of, year_of
from oig_pipeline.release.folders import REPORTS_SQLITE as REPORTS_SQLITE
from oig_pipeline.release.metadata.coverage import Coverage, of_tables, sentences
from oig_pipeline.release.parquet import Part

LICENCE_TITLE = "US government work, public domain"
LICENCE_URL = "https://www.usa.gov/government-works"
PUBLISHER = "oig_pipeline"
CONTACT = "mailto:releases@oig-pipeline.invalid"
"""A release is made by whoever runs the software, so the address is one of the domain reserved for nobody."""

REPORTS_CSV, REPORTS_NDJSON = "reports.csv", "reports.ndjson"
BETWEEN = "; "
"""What stands between the values of a list in CSV."""


@dataclass(frozen=True)
class Wording:
    """How descriptions of a release and its site speak of the offices whose reports it holds.

    Attributes:
        name: the name of the dataset, as an identifier.
        short_name: what the offices are called where a name in full is too long.
        title: the title of the dataset.
        description: what the dataset is, as a sentence.
        source_title: what the listings are called.
        source_url: the address of the listings.
        publisher: who issues the reports.
        notice: that the dataset is not official.
        heading: the heading of the site.
        inspector: who made the reports, in the middle of a sentence.
        on_subject: what the reports are on, behind "Inspector General reports"; may be empty.
        keywords: words by which the dataset is found.
    """

    name: str
    short_name: str
    title: str
    description: str
    source_title: str
    source_url: str
    publisher: str
    notice: str
    heading: str
    inspector: str
    on_subject: str
    keywords: tuple[str, ...]


_OFFICE = OFFICES.first.about
_SHORT_NAME = f"{_OFFICE.acronym} OIG"
_READ = (
    "read from captures of the listings, checked by declared rules and merged: one row per report, every row of every "
    "listing accounted for, every value traceable to its line."
)
OF_DEFAULT_OFFICE = Wording(
    name=f"{_OFFICE.acronym.lower()}-oig-reports",
    short_name=_SHORT_NAME,
    title=f"Reports of the {_OFFICE.name}",
    description=f"The reports that {_SHORT_NAME} lists on its website, {_READ}",
    source_title=f"{_SHORT_NAME}, report listings",
    source_url=_OFFICE.listings,
    publisher=_OFFICE.name,
    notice=f"This is not an official product of {_SHORT_NAME}, which neither made nor reviewed it.",
    heading=f"What the Inspector General found at {_OFFICE.subject}",
    inspector=f"the {_OFFICE.acronym} Inspector General",
    on_subject=f"on {_OFFICE.subject}",
    keywords=("oversight", "inspector general", _OFFICE.subject.lower(), "audit", "inspection", "reports"),
)
"""Of a release that holds the reports of the default office alone."""
OF_ANY_OFFICES = Wording(
    name="oig-reports",
    short_name="OIG",
    title="Reports of Offices of Inspector General",
    description=f"The reports of federal Offices of Inspector General, {_READ}",
    source_title="Report listings of Offices of Inspector General",
    source_url=f"https://{next(iter(HOSTS))}",
    publisher="Offices of Inspector General",
    notice="This is not an official product of any Office of Inspector General; none has made or reviewed it.",
    heading="What Inspectors General found",
    inspector="Inspectors General",
    on_subject="",
    keywords=("oversight", "inspector general", "audit", "inspection", "reports"),
)
"""Of a release that holds those of others, too or only."""


def wording(offices: Collection[str]) -> Wording:
    """Return how to speak of these offices."""
    return OF_DEFAULT_OFFICE if {OFFICES.default}.issuperset(offices) else OF_ANY_OFFICES


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
        return "-".join(filter(None, (self.table, year_of(self.path)))).replace("_", "-")

    @property
    def is_part(self) -> bool:
        """Whether it holds one fiscal year of its table, or the rows that have none."""
        return year_of(self.path) is not None


@dataclass(frozen=True)
class TableStats:
    """What descriptions say of rows of the tables.

    `rows` counts them; `first_issue` and `last_issue` bound the reports' dates; `modified` is the day of the newest
    capture, never that of the run; `examples` has a value of each column, by table and name; `offices` issued the
    reports; `coverage` says how much of what its source has a release holds. What is unknown is None.
    """

    rows: Mapping[str, int] = field(default_factory=dict)
    modified: dt.date | None = None
    first_issue: dt.date | None = None
    last_issue: dt.date | None = None
    examples: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    offices: frozenset[str] = frozenset()
    coverage: Coverage = field(default_factory=Coverage)

    def __add__(self, other: TableStats) -> TableStats:
        """Return the content of both; examples are those of the first that has one."""
        return TableStats(
            {name: self.rows.get(name, 0) + other.rows.get(name, 0) for name in {**self.rows, **other.rows}},
            max(filter(None, (self.modified, other.modified)), default=None),
            min(filter(None, (self.first_issue, other.first_issue)), default=None),
            max(filter(None, (self.last_issue, other.last_issue)), default=None),
            {t: {**other.examples.get(t, {}), **self.examples.get(t, {})} for t in {**self.examples, **other.examples}},
            self.offices | other.offices,
            self.coverage + other.coverage,
        )


def stats_of_tables(tables: Mapping[str, pl.DataFrame]) -> TableStats:
    """Return what is to be said of rows of some tables."""
    issued = tables["reports"]["issue_date"] if "reports" in tables else pl.Series(dtype=pl.Date)
    newest = tables["captures"]["retrieved_at"].max() if "captures" in tables else None
    return TableStats(
        {name: frame.height for name, frame in tables.items()},
        newest.date() if isinstance(newest, dt.datetime) else None,
        issued.min(),  # type: ignore[arg-type]
        issued.max(),  # type: ignore[arg-type]
        {table: examples for table, frame in tables.items() if (examples := _examples(frame))},
        frozenset(tables["reports"]["office"].unique() if "reports" in tables else ()),
        of_tables(tables),
    )


@dataclass(frozen=True)
class DatasetInfo:
    """What descriptions of a release are made from: its content, its Parquet files, and whether it has exports."""

    content: TableStats
    files: tuple[File, ...]
    exports: bool = True

    @property
    def wording(self) -> Wording:
        """How to speak of the offices whose reports it holds."""
        return wording(self.content.offices)

    @property
    def description(self) -> str:
        """What the release is, and how much it holds, as sentences."""
        coverage = sentences(self.content.coverage, self.content.rows.get("reports", 0))
        return f"{self.wording.description} {coverage}".rstrip()


def files_of(parts: Mapping[str, Part]) -> tuple[File, ...]:
    """Return files by their path in the release, as descriptions list them."""
    return tuple(
        File(path, table_of(path), parquet_file.bytes, parquet_file.sha256)
        for path, parquet_file in sorted(parts.items())
    )


def _examples(frame: pl.DataFrame) -> dict[str, str]:
    """Return column → an example of its values, where it has one."""
    return {name: text for name in frame.columns if (text := _example(frame[name])) is not None}


def _example(column: pl.Series) -> str | None:
    """Return the first value of a column that shows something, as text; None where there is none."""
    if column.null_count() == column.len():
        return None
    begin, size = 0, 16  # nearly always among the first
    while begin < column.len():
        for value in column.slice(begin, size).to_list():
            if value is None or value == [] or (isinstance(value, str) and not value.strip()):
                continue
            if isinstance(value, list):
                return BETWEEN.join(value)
            return str(value).lower() if isinstance(value, bool) else str(value)
        begin, size = begin + size, size * 4
    return None


def publisher_of(office: str) -> str:
    """Return the name of the office that published a report."""
    return OF_DEFAULT_OFFICE.publisher if office == OFFICES.default else OFFICES.declared(office).spelling or office
