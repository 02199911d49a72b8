"""Pages of oversight.gov as rows of a capture.

Belongs here: which value of a page stands in which column of a sighting, and which rule each problem breaks. Does not:
reading a page, or what a value means.

The year of a list is a year of issue, so no row has a fiscal year. What a page says and no column holds is named in the
note of its capture. A component says which part of a department a report concerns; the department alone, which is that
of the office itself, says nothing of it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import polars as pl

from oig_pipeline.capture.cut import RULE as CUT
from oig_pipeline.capture.rows import NUMBER_FAULT, Cell, Finding, Rows, Unreadable, frame_of
from oig_pipeline.contract.names import BETWEEN_TOPICS, LISTED_COLUMNS
from oig_pipeline.sources.oversight_gov import page_statements
from oig_pipeline.sources.oversight_gov.page_labels import DESCRIPTION, NAMES
from oig_pipeline.sources.oversight_gov.pages import (
    ListPage,
    ListRow,
    Page,
    PageProblem,
    ProblemCode,
    RecommendationPage,
    ReportDetailPage,
    UnknownPage,
)

RULES = {
    ProblemCode.PAGE_UNKNOWN: "layout_unknown",
    ProblemCode.PAGE_UNREADABLE: "capture_unreadable",
    ProblemCode.PAGE_CUT: CUT,
    ProblemCode.VALUES_DIFFER: "page_inconsistent",
    ProblemCode.AMOUNT_UNREADABLE: "value_unread",
    ProblemCode.COUNT_UNREADABLE: "value_unread",
    ProblemCode.DATE_UNREADABLE: "value_unread",
    ProblemCode.ANSWER_UNREADABLE: "value_unread",
    ProblemCode.STATUS_UNREADABLE: "value_unread",
    ProblemCode.LINK_UNREADABLE: "value_unread",
    ProblemCode.COLUMN_MISSING: "columns_changed",
    ProblemCode.COLUMN_RENAMED: "columns_changed",
    ProblemCode.COLUMN_UNKNOWN: "column_unknown",
    ProblemCode.CELLS_MISSING: "page_inconsistent",
    ProblemCode.ROW_COUNT_DIFFERS: "page_inconsistent",
    ProblemCode.OPEN_COUNT_DIFFERS: "page_inconsistent",
    ProblemCode.OPEN_EXCEEDS_MADE: "open_exceeds_made",
    ProblemCode.RECOMMENDATION_NUMBER_MISSING: "value_unread",
    ProblemCode.RECOMMENDATION_NUMBER_REPEATED: "page_inconsistent",
}
"""Problem → the rule that it breaks; those of numbers are for the rules on rows."""
_OF_NUMBERS = (ProblemCode.NUMBER_MISSING, ProblemCode.NUMBERS_DIFFER)
_FIGURES = ("recommendations", "questioned_costs", "funds_for_better_use")
_READ = ("issue_date", *_FIGURES)
_CELLS: Mapping[str, tuple[str, Callable[[Any], str]]] = {
    "report_number": ("listed_number", str),
    "title": ("listed_title", str),
    DESCRIPTION: ("listed_summary", str),
    "issue_date": ("listed_issue_date", str),
    "submitting_oig": ("listed_office", str),
    "document_url": ("listed_document_url", str),
    "report_type": ("listed_report_type", str),
    "components": ("listed_components", BETWEEN_TOPICS.join),
    **{name: (LISTED_COLUMNS[name], str) for name in _FIGURES},
}
"""Field of a page → the column of its value, and how this is written."""
_NOTED = (
    "agencies", "other_participating_oigs", "locations", "special_projects", "agency_wide", "external_url",
    "period_start", "period_end",
)  # fmt: skip
_ROW_NOTED = ("locations", "url")


def rows_of(page: Page) -> Rows:
    """Return the rows of a page, its problems as findings.

    Raises:
        Unreadable: it is no page that can be read.
    """
    if isinstance(page, UnknownPage):
        raise Unreadable(_finding(page.problems[0]))
    if isinstance(page, RecommendationPage):
        note = _sentence([_recommendation(page), *_unread(page.other)])
        return Rows(
            frame_of([]), tuple(map(_finding, page.problems)), note=note, is_no_listing=True,
            statements=page_statements.of_recommendation(page), linked_report=page_statements.linked_report(page),
        )  # fmt: skip
    return _list_rows(page) if isinstance(page, ListPage) else _report_row(page)


def _list_rows(page: ListPage) -> Rows:
    rows = [(row.line, _cells(row, row.submitting_oig, row.line)) for row in page.rows]
    noted = [name for name in _ROW_NOTED if any(getattr(row, name) for row in page.rows)]
    other = [*page.other, *(text for row in page.rows for text in row.other)]
    note = _sentence([*_not_published(noted), *_unread(other)])
    columns = tuple(dict.fromkeys(column for _, cells in rows for column in cells))
    is_cut = any(problem.code is ProblemCode.PAGE_CUT for problem in page.problems)
    return Rows(frame_of(rows), tuple(map(_finding, page.problems)), columns, is_cut, note)


def _report_row(page: ReportDetailPage) -> Rows:
    cells = _cells(page, page.submitting_oig, 1)
    findings, number_fault = [], None
    for problem in page.problems:
        column = _column_of(problem)
        if column is not None and column not in cells:
            cells[column] = (problem.value, problem.line)  # the words: a rule on rows shows them
        elif problem.code not in _OF_NUMBERS:
            findings.append(_finding(problem))
        if problem.code is ProblemCode.NUMBERS_DIFFER:
            number_fault = problem.message
    statements = page_statements.of_report(page)
    noted = [name for name in _NOTED if getattr(page, name) is not None]
    if "agencies" in noted and page.components is None and "listed_agency" in cells:
        noted.remove("agencies")
    note = _sentence([*_not_published(noted), *_unread(page.other)])
    is_cut = any(problem.code is ProblemCode.PAGE_CUT for problem in page.problems)
    line = min([*page.lines.values(), *(line for _, line in cells.values() if line)], default=1)
    frame = frame_of([(line, cells)]).with_columns(pl.lit(number_fault, pl.String).alias(NUMBER_FAULT))
    return Rows(frame, tuple(findings), tuple(cells), is_cut, note, statements=statements)


def _cells(page: ListRow | ReportDetailPage, office: str | None, line: int) -> dict[str, Cell]:
    """Return the values of a report by column, each with its line."""
    cells: dict[str, Cell] = {}
    for name, (column, write) in _CELLS.items():
        if (value := getattr(page, name, None)) is not None:
            words = _words(value, page.printed.get(name)) if name in _READ else write(value)
            cells[column] = (words, page.lines.get(name, line))
    components = getattr(page, "components", None)
    agencies = components or [name for name in page.agencies or () if office is None or not _is_own(name, office)]
    if agencies:
        names = "components" if components else "agencies"
        cells["listed_agency"] = (BETWEEN_TOPICS.join(agencies), page.lines.get(names, line))
    return cells


def _words(value: dt.date | Decimal | int, printed: str | None) -> str:
    """Return the words that a value was read from; those of the markup, where that says more, as the page would."""
    if printed and (not isinstance(value, Decimal) or re.sub(r"[$, ]", "", printed) == str(value)):
        return printed
    return _money(value) if isinstance(value, Decimal) else str(value)


def _money(amount: Decimal) -> str:
    return f"${amount:,}"


def _is_own(agency: str, office: str) -> bool:
    """Return whether an agency is the one that an office belongs to."""
    return office.casefold().startswith(agency.casefold())


def _column_of(problem: PageProblem) -> str | None:
    """Return the column of the one value that a problem is about, None where it is about none that a row has."""
    if problem.code in _OF_NUMBERS:
        return _CELLS["report_number"][0]
    field = next((name for name in _READ if NAMES[name] == problem.name), None)
    return _CELLS[field][0] if field else None


def _finding(problem: PageProblem) -> Finding:
    return Finding(RULES.get(problem.code, "value_unread"), problem.message, problem.line, problem.value)


def _recommendation(page: RecommendationPage) -> str:
    """Return what the page of one recommendation says, in words."""
    facts = page.recommendation
    of_report = " of ".join(filter(None, [facts.number, page.report_number]))
    amounts = {"questioned costs": facts.questioned_costs, "funds for better use": facts.funds_for_better_use}
    words = [
        " ".join(filter(None, ["the page of recommendation", of_report])),
        f"of '{page.title}'" if page.title else None,
        facts.status,
        {True: "significant", False: "not significant", None: None}[facts.significant],
        *(f"{name} {_money(amount)}" for name, amount in amounts.items() if amount is not None),
        page.submitting_oig,
        f"text in line {page.lines.get('text', facts.line)}" if facts.text else None,
    ]
    return ", ".join(filter(None, words))


def _not_published(names: Sequence[str]) -> list[str]:
    return [f"read and not published: {', '.join(name.replace('_', ' ') for name in names)}"] if names else []


def _unread(other: Iterable[Any]) -> list[str]:
    lines = sorted({text.line for text in other})
    return [f"text outside its fields in line {', '.join(map(str, lines))}"] if lines else []


def _sentence(parts: Sequence[str]) -> str | None:
    return "; ".join(parts) or None
