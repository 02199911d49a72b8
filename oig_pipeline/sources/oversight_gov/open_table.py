"""The table of open recommendations in a report page.

Belongs here: its rows as recommendations, and checking them against the stated count and against each other. Does not:
finding the table in a text or in HTML.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from oig_pipeline.sources.oversight_gov.page_labels import OPEN_COLUMNS
from oig_pipeline.sources.oversight_gov.page_values import ValueReader
from oig_pipeline.sources.oversight_gov.pages import PageRecommendation, ProblemCode
from oig_pipeline.sources.oversight_gov.passages import Passage

OPEN_COUNT = re.compile(r"This report has (\d{1,6}|no|zero) open recommendations?\.?", re.I | re.ASCII)
_COLUMN_NAMES = {column: name for column, name in OPEN_COLUMNS.items() if column != "details_url"}


@dataclass(frozen=True)
class OpenRow:
    """One row of the table: its cells by column, and the text below them."""

    line: int
    cells: Mapping[str, Passage]
    text: Passage | None = None


@dataclass(frozen=True)
class OpenTable:
    """What a page says of open recommendations: its table, and the sentences that count them.

    Attributes:
        line: where the heading or the head of the table stands; None for a page without either.
        rows: the rows of the table.
        counts: the sentences.
        is_whole: whether the page is known to go on after the table.
    """

    line: int | None = None
    rows: tuple[OpenRow, ...] = ()
    counts: tuple[Passage, ...] = ()
    is_whole: bool = False


def stated_open(counts: Sequence[Passage], reader: ValueReader) -> tuple[int | None, Passage | None]:
    """Return how many recommendations are open as a sentence says, and the sentence."""
    stated: dict[int, Passage] = {}
    for passage in counts:
        if match := OPEN_COUNT.fullmatch(passage.text):
            stated.setdefault(int(match[1]) if match[1].isdigit() else 0, passage)
    if len(stated) > 1:
        words = " and ".join(str(number) for number in stated)
        last = list(stated.values())[-1]
        message = f"the page says of {words} recommendations that they are open; neither number is taken"
        reader.report(ProblemCode.OPEN_COUNT_DIFFERS, last.line, message, last.text)
        return None, None
    return next(iter(stated.items()), (None, None))


def lists_all_open(table: OpenTable, stated: int | None) -> bool:
    """Return whether a page lists all recommendations that are open: as many as it says, each with its number.

    A page that says no count lists all where it is known to go on after the table, or to be whole without one.
    """
    numbers = {row.cells["number"].text for row in table.rows if "number" in row.cells} - {""}
    is_complete = stated == len(table.rows) if table.counts else table.is_whole
    return is_complete and len(numbers) == len(table.rows)


def open_recommendations(table: OpenTable, reader: ValueReader) -> tuple[PageRecommendation, ...]:
    """Return the rows of the table as recommendations, all of them open."""
    return tuple(_recommendation(row, reader) for row in table.rows)


def check_open_count(table: OpenTable, stated: int | None, number_made: int | None, reader: ValueReader) -> None:
    """Report where the rows, the stated count of open recommendations and that of all do not agree."""
    number_of_rows, line = len(table.rows), table.counts[0].line if table.counts else table.line or 1
    if stated is not None and number_of_rows < stated and not table.is_whole:
        message = f"the page says that {stated} recommendations are open, but ends after {number_of_rows} of them"
        reader.report(ProblemCode.PAGE_CUT, line, message, table.counts[0].text)
    elif stated is not None and number_of_rows != stated:
        message = f"the page says that {stated} recommendations are open, but lists {number_of_rows}"
        reader.report(ProblemCode.OPEN_COUNT_DIFFERS, line, message, table.counts[0].text)
    number_open = max(number_of_rows, stated or 0)
    if number_made is not None and number_open > number_made:
        message = f"{number_open} recommendations are open, but the page says that {number_made} were made"
        reader.report(ProblemCode.OPEN_EXCEEDS_MADE, line, message, str(number_open))


def check_recommendation_numbers(rows: Sequence[PageRecommendation], reader: ValueReader) -> None:
    """Report recommendation numbers that stand more than once, and rows without one."""
    lines: dict[str, int] = {}
    for row in rows:
        if row.number is None:
            message = "the recommendation has no number"
            reader.report(ProblemCode.RECOMMENDATION_NUMBER_MISSING, row.line, message, row.text)
        elif row.number in lines:
            message = f"recommendation {row.number} stands here again, after line {lines[row.number]}; both are given"
            reader.report(ProblemCode.RECOMMENDATION_NUMBER_REPEATED, row.line, message, row.number)
        else:
            lines[row.number] = row.line


def check_columns(
    heads: Sequence[Passage], found_columns: Sequence[str | None], names: Mapping[str, str], reader: ValueReader
) -> None:
    """Report columns of a table that are missing, renamed or new.

    Args:
        heads: the heads, as printed.
        found_columns: the column that each head names, None for an unknown one.
        names: the expected columns and their heads.
        reader: collects the problems.
    """
    line = heads[0].line if heads else 1
    missing = [column for column in names if column not in found_columns]
    unknown = [
        (place, head)
        for place, (head, column) in enumerate(zip(heads, found_columns, strict=True))
        if column is None and head.text
    ]
    expected = list(names)
    for place, head in unknown:
        column = expected[place] if place < len(expected) else None
        if column in missing and len(heads) <= len(expected) + 2:
            missing.remove(column)
            message = f'the column "{names[column]}" is now called "{head.text}"; its cells are not read by this head'
            reader.report(ProblemCode.COLUMN_RENAMED, head.line, message, head.text)
        else:
            message = f'the table has a further column "{head.text}"'
            reader.report(ProblemCode.COLUMN_UNKNOWN, head.line, message, head.text)
    for column in missing:
        reader.report(ProblemCode.COLUMN_MISSING, line, f'the table has no column "{names[column]}"', names[column])


def check_open_columns(heads: Sequence[Passage], columns: Sequence[str | None], reader: ValueReader) -> None:
    """Report columns of the table of open recommendations that are missing, renamed or new."""
    required = [column for column in columns if column != "details_url"]
    rest = [head for head, column in zip(heads, columns, strict=True) if column != "details_url"]
    check_columns(rest, required, _COLUMN_NAMES, reader)


def _recommendation(row: OpenRow, reader: ValueReader) -> PageRecommendation:
    cells = row.cells
    number = reader.text(cells.get("number"))
    name = f"of recommendation {number}" if number else "of a recommendation"
    details = cells.get("details_url")
    printed = {**cells, **({"text": row.text} if row.text else {})}
    url = reader.url(details, f"Additional Details {name}")
    if details is not None and url is None:
        reader.keep([details])
    return PageRecommendation(
        number=number,
        line=row.line,
        text=reader.text(row.text),
        status="open",
        significant=reader.answer(cells.get("significant"), f"Significant Recommendation {name}"),
        questioned_costs=reader.amount(cells.get("questioned_costs"), f"Recommended Questioned Costs {name}"),
        funds_for_better_use=reader.amount(
            cells.get("funds_for_better_use"), f"Recommended Funds for Better Use {name}"
        ),
        details_url=url,
        lines={name: passage.line for name, passage in printed.items()},
        printed={name: passage.text for name, passage in printed.items()},
    )
