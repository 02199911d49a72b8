"""What a reader gives.

Belongs here: the columns that every reader fills, and the findings it reports beside them. Does not: any layout.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from oig_pipeline.contract.names import LINE_COLUMNS, LISTED_COLUMNS
from oig_pipeline.domain.report_number import MENTION

ISSUE_YEAR = "issue_year"
"""The column in which a reader may say of which calendar year a report is that has no day of issue."""
MARKUP = "listed_datetime"
"""The day that a page gives in its markup, where it shows another."""
NUMBER_FAULT = "number_fault"
"""The column in which a reader may say why a page gives no one report number."""
ORDINAL = "ordinal"
"""A further column of readers in whose layout a line may hold a place without being a row."""
COLUMNS: dict[str, Any] = {
    "line": pl.Int32,
    **dict.fromkeys(LISTED_COLUMNS.values(), pl.String),
    **dict.fromkeys(LINE_COLUMNS.values(), pl.Int32),
    MARKUP: pl.String,
}
BLANK = {"listed_office": ""}
"""What a blank cell of a column is, where that differs from having no such column."""
Cell = tuple[str | None, int | None]
"""A value, and the line on which it begins; None for the line of its row."""
NO_CELL: Cell = (None, None)
BULLET = r"\n[ \t\u00a0]*\u2022[ \t\u00a0]+"
"""What an entry of a list begins with in a page saved as text."""
LARGEST_PAGE = 32 * 2**20
"""Most characters of a page; the site's have some hundred thousand."""
SUSPECT = rf"(?i:\breport number\b|\bexecutive summary\b)|{MENTION}"
"""What only a page or a card with a report on it says."""


@dataclass(frozen=True)
class Finding:
    """Something about a capture that is no row.

    Attributes:
        rule: the rule that it breaks.
        message: what is wrong.
        line: the line at fault, from 1; None where the file as a whole is.
        value: what stands there.
        is_transient: whether it is of the moment, so that the same bytes may be read another time.
    """

    rule: str
    message: str
    line: int | None = None
    value: str | None = None
    is_transient: bool = False


@dataclass(frozen=True)
class PageStatement:
    """Something that a page says of the recommendations of one report, besides what stands in the report's row.

    Attributes:
        says: what it is about (see `contract/ledger_columns.py`).
        value: what it says; None where there is nothing to say.
        words: the words of the page.
        line: the line on which they begin, from 1.
        recommendation: the number of the recommendation, as printed; None for the whole report.
    """

    says: str
    value: str | None
    words: str | None
    line: int
    recommendation: str | None = None


@dataclass(frozen=True)
class LinkedReport:
    """The report that a page is about which has no row of it: what the page says to find it by."""

    number: str | None = None
    title: str | None = None
    url: str | None = None
    office: str | None = None


@dataclass(frozen=True)
class Rows:
    """The rows of one capture in page order, with the columns of `COLUMNS`, and what was found beside them.

    Attributes:
        frame: the rows.
        findings: what was found beside them.
        columns: the columns that the capture shows, whether or not they hold values.
        last_is_cut: whether the capture breaks off within its last row, whose values are then in doubt.
        note: what a person should know of the page.
        is_no_listing: whether the page proves to show no report of its own, as the note says.
        statements: what it says of the recommendations of the report in its one row, or of `linked_report`.
        linked_report: the report that it is about, where it has no row.
    """

    frame: pl.DataFrame
    findings: tuple[Finding, ...] = ()
    columns: tuple[str, ...] = ()
    last_is_cut: bool = False
    note: str | None = None
    is_no_listing: bool = False
    statements: tuple[PageStatement, ...] = ()
    linked_report: LinkedReport | None = None


class Unreadable(Exception):
    """A capture in a known layout that cannot be read; carries the finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


@dataclass(frozen=True)
class Layout:
    """One form in which listings come: its name, how its text is recognised, its reader, and its most characters.

    Readers take time and memory linear in the text, so the bound on it bounds both. `has_header` says that its pages
    show the headings of their columns, so that one without a row still proves to be a page of a listing.
    `precedes_exchange` says that its texts would pass for files of the exchange format too. `source` is the source that
    declares it, as `detect.layout_of` fills in; None where it is anybody's.
    """

    name: str
    matches: Callable[[str], bool]
    read: Callable[[str], Rows]
    largest: int = LARGEST_PAGE
    has_header: bool = False
    precedes_exchange: bool = False
    source: str | None = None


def frame(
    columns: Mapping[str, Sequence[str | None]],
    lines: Sequence[int],
    value_lines: Mapping[str, Sequence[int | None]] | None = None,
) -> pl.DataFrame:
    """Return the frame of rows given by column; columns that a layout does not have are null.

    Args:
        columns: column → the values of the rows.
        lines: the line on which each row begins.
        value_lines: column → the line on which the value of each row begins, None for the row's; for columns whose
            values may begin on other lines.
    """
    own_lines = {
        LINE_COLUMNS[name]: [
            begin if begin != line and value is not None else None
            for begin, line, value in zip(begins, lines, columns[name], strict=True)
        ]
        for name, begins in (value_lines or {}).items()
    }
    values: dict[str, Sequence[str | None] | Sequence[int | None]] = {"line": lines, **columns, **own_lines}
    nothing = [None] * len(lines)
    # Series of a known type: making a frame of lists looks at each again.
    return pl.DataFrame(
        [pl.Series(name, values.get(name, nothing), kind, strict=False) for name, kind in COLUMNS.items()]
    )


def frame_of(rows: Sequence[tuple[int, Mapping[str, Cell]]]) -> pl.DataFrame:
    """Return the frame of rows, each with the line on which it begins, and its values by column."""
    names = {name for _, row in rows for name in row}
    cells = {name: [row.get(name, NO_CELL) for _, row in rows] for name in names}
    columns = {name: [value for value, _ in column] for name, column in cells.items()}
    value_lines = {name: [begin for _, begin in column] for name, column in cells.items() if name in LINE_COLUMNS}
    return frame(columns, [line for line, _ in rows], value_lines)


def lines_above(text: str) -> int:
    """Return how many lines end before the first words of a text."""
    return text.count("\n", 0, len(text) - len(text.lstrip()))
