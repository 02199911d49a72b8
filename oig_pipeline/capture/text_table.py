"""Text tables: the listing of reports saved as text.

Belongs here: this layout only. Does not: what the values mean.

Below the header a row is one line, `NUMBER TITLE YEAR`; or, where the page held a summary, `NUMBER SUMMARY` in one or
more paragraphs, a blank line, `>TITLE`, and the year on a line of its own. Issue dates are always lost. Number or year
may be missing. The year is the last all-digit word: a title may end in a year of its own. A line of a summary may
begin with a number, so a row with a summary is closed by its `>TITLE` alone.
"""

from __future__ import annotations

import re

from oig_pipeline.capture.furniture import FURNITURE
from oig_pipeline.capture.rows import Finding, Layout, Rows, frame
from oig_pipeline.domain.report_number import LEADING

NAME = "text_table"
_SORT = r"(?: Sort (?:ascending|descending))?"
_HEADER = re.compile(
    rf"^[ \t]*Report Number{_SORT}\s+Title{_SORT}\s+Issue Date{_SORT}\s+Fiscal Year{_SORT}[ \t]*$", re.M
)
_NUMBER = re.compile(LEADING, re.I)
_YEAR = re.compile(r"(?:^|\s)(\d{4,5})$")


def matches(text: str) -> bool:
    """Return whether a text holds the header line of the table."""
    return bool(_HEADER.search(text))


def read(text: str) -> Rows:
    """Return the rows below the header; lines that belong to none as findings."""
    header = _HEADER.search(text)
    assert header is not None
    lines = text.split("\n")
    closes = _closed_by(lines)
    columns: dict[str, list[str | None]] = {
        name: [] for name in ("listed_number", "listed_title", "listed_summary", "listed_fiscal_year")
    }
    begins, findings = [], []
    position = text[: header.end()].count("\n") + 1
    while position < len(lines):
        line = lines[position].strip()
        closed = closes[position]
        number = _NUMBER.match(line)
        if not line or FURNITURE.match(line):
            position += 1
        elif closed is not None and (number or not _YEAR.search(line)):
            title, year, after = _closing(lines, closed)
            first = line[number.end() :] if number else line
            paragraphs = "\n".join(s.strip() for s in (first, *lines[position + 1 : closed])).strip("\n\u00a0 ")
            _add(columns, number and number[1], title, re.sub(r"\n{3,}", "\n\n", paragraphs) or None, year)
            begins.append(position + 1)
            position = after
        else:
            year_at = _YEAR.search(line)
            if number or year_at:
                title = line[number.end() if number else 0 : year_at.start() if year_at else None].strip()
                _add(columns, number and number[1], title or None, None, year_at and year_at[1])
                begins.append(position + 1)
            else:
                findings.append(Finding("text_unread", "the line is not part of a row", position + 1, line))
            position += 1
    return Rows(frame(columns, begins), tuple(findings))


def _closed_by(lines: list[str]) -> list[int | None]:
    """Return for each line the `>TITLE` line that closes a row beginning there; None where the row is that line alone.

    A row with a summary is followed by a blank line or by its title; one without is followed by the next row.
    """
    closes: list[int | None] = [None] * len(lines)
    title: int | None = None  # the nearest one below, with no row of one line before it
    for position in range(len(lines) - 1, -1, -1):
        below = lines[position + 1].strip() if position + 1 < len(lines) else None
        if below is not None and (not below or lines[position + 1].startswith(">")):
            closes[position] = title
        if lines[position].startswith(">"):
            title = position
        elif below and not below.startswith(">") and _NUMBER.match(lines[position]):
            title = None
    return closes


def _closing(lines: list[str], closed: int) -> tuple[str | None, str | None, int]:
    """Return the title and the year that close a row, and the position after them."""
    title = lines[closed].removeprefix(">").strip() or None
    below = lines[closed + 1].strip() if closed + 1 < len(lines) else ""
    if re.fullmatch(r"\d{4,5}", below):
        return title, below, closed + 2
    return title, None, closed + 1


def _add(columns: dict[str, list[str | None]], *values: str | None) -> None:
    for column, value in zip(columns.values(), values, strict=True):
        column.append(value)


LAYOUT = Layout(NAME, matches, read)
