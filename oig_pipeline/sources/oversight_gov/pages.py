"""What a page of oversight.gov says.

Belongs here: the values of each kind of page, and the problems of one. Does not: reading any of them. A value is what
the page says, or None; what could not be read stands in a problem, and what belongs to no field in `other`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class PageKind(StrEnum):
    """The kinds of pages that are read."""

    LIST = "list"
    REPORT = "report"
    RECOMMENDATION = "recommendation"


class ProblemCode(StrEnum):
    """What can be wrong with a page."""

    PAGE_UNKNOWN = "page_unknown"
    PAGE_UNREADABLE = "page_unreadable"
    PAGE_CUT = "page_cut"
    NUMBER_MISSING = "number_missing"
    NUMBERS_DIFFER = "numbers_differ"
    VALUES_DIFFER = "values_differ"
    AMOUNT_UNREADABLE = "amount_unreadable"
    COUNT_UNREADABLE = "count_unreadable"
    DATE_UNREADABLE = "date_unreadable"
    ANSWER_UNREADABLE = "answer_unreadable"
    STATUS_UNREADABLE = "status_unreadable"
    LINK_UNREADABLE = "link_unreadable"
    COLUMN_MISSING = "column_missing"
    COLUMN_RENAMED = "column_renamed"
    COLUMN_UNKNOWN = "column_unknown"
    CELLS_MISSING = "cells_missing"
    ROW_COUNT_DIFFERS = "row_count_differs"
    OPEN_COUNT_DIFFERS = "open_count_differs"
    OPEN_EXCEEDS_MADE = "open_exceeds_made"
    RECOMMENDATION_NUMBER_MISSING = "recommendation_number_missing"
    RECOMMENDATION_NUMBER_REPEATED = "recommendation_number_repeated"


@dataclass(frozen=True)
class PageProblem:
    """Something wrong with a page.

    Attributes:
        code: what kind of problem it is.
        line: the line at fault, from 1.
        message: what is wrong, in words.
        value: what stands there, as printed; None where nothing does.
        name: the label or column under which it stands, where that is a single value.
    """

    code: ProblemCode
    line: int
    message: str
    value: str | None = None
    name: str | None = None


@dataclass(frozen=True)
class OtherText:
    """Text of a page that belongs to no field that is read: prose, unknown fields, what stands between."""

    text: str
    line: int
    label: str | None = None


@dataclass(frozen=True)
class PageRecommendation:
    """One recommendation, from its own page or from the open ones of a report page.

    Attributes:
        number: as printed, such as `1-1` or `Finding 2, Rec. 3`.
        line: where its number stands, or its row begins.
        status: `open` or `closed`; the recommendations in a report page are open, since only these are listed.
        questioned_costs: dollars.
        funds_for_better_use: dollars.
        additional_information: a sentence of the page, such as whether the management concurred.
        details_url: the link to additional details.
        lines: where the value of each field stands, from 1.
        printed: the words of each field, as the page shows them.
    """

    number: str | None
    line: int
    text: str | None = None
    status: str | None = None
    significant: bool | None = None
    questioned_costs: Decimal | None = None
    funds_for_better_use: Decimal | None = None
    additional_information: str | None = None
    details_url: str | None = None
    lines: Mapping[str, int] = field(default_factory=dict)
    printed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ListRow:
    """One report in a list; amounts in dollars. `printed` has the words of days and figures, as the page shows them."""

    line: int
    report_number: str | None = None
    title: str | None = None
    issue_date: dt.date | None = None
    submitting_oig: str | None = None
    agencies: tuple[str, ...] | None = None
    report_type: str | None = None
    locations: tuple[str, ...] | None = None
    recommendations: int | None = None
    questioned_costs: Decimal | None = None
    funds_for_better_use: Decimal | None = None
    url: str | None = None
    lines: Mapping[str, int] = field(default_factory=dict)
    printed: Mapping[str, str] = field(default_factory=dict)
    other: tuple[OtherText, ...] = ()


@dataclass(frozen=True)
class ListPage:
    """One page of a list of reports.

    Attributes:
        rows: its reports, in the order of the page.
        total: how many reports the whole list has, as its footer says.
        problems: what is wrong with the page, in the order of lines.
        other: text outside the rows.
    """

    rows: tuple[ListRow, ...]
    total: int | None = None
    problems: tuple[PageProblem, ...] = ()
    other: tuple[OtherText, ...] = ()
    kind: PageKind = PageKind.LIST


@dataclass(frozen=True)
class ReportDetailPage:
    """The page of one report; amounts in dollars.

    Attributes:
        recommendations: how many were made.
        open_recommendations: how many are open, as a sentence of the page says.
        listed_recommendations: the open ones that the page lists.
        lists_all_open: whether these are known to be all that were open.
        period_start: first day of the half-year of a semiannual report.
        period_end: its last day.
        description: the summary, where a label names it so.
        lines: where the value of each field stands, from 1.
        printed: the words of single values, as the page shows them.
    """

    report_number: str | None = None
    title: str | None = None
    issue_date: dt.date | None = None
    submitting_oig: str | None = None
    other_participating_oigs: tuple[str, ...] | None = None
    agencies: tuple[str, ...] | None = None
    components: tuple[str, ...] | None = None
    locations: tuple[str, ...] | None = None
    report_type: str | None = None
    special_projects: str | None = None
    agency_wide: bool | None = None
    recommendations: int | None = None
    open_recommendations: int | None = None
    questioned_costs: Decimal | None = None
    funds_for_better_use: Decimal | None = None
    document_url: str | None = None
    external_url: str | None = None
    period_start: dt.date | None = None
    period_end: dt.date | None = None
    description: str | None = None
    lines: Mapping[str, int] = field(default_factory=dict)
    printed: Mapping[str, str] = field(default_factory=dict)
    listed_recommendations: tuple[PageRecommendation, ...] = ()
    lists_all_open: bool = False
    problems: tuple[PageProblem, ...] = ()
    other: tuple[OtherText, ...] = ()
    kind: PageKind = PageKind.REPORT


@dataclass(frozen=True)
class RecommendationPage:
    """The page of one recommendation, with what it says of its report.

    Attributes:
        title: the title of the report.
        linked_report_url: the page of the report.
        lines: where the value of each field stands, from 1.
    """

    recommendation: PageRecommendation
    report_number: str | None = None
    title: str | None = None
    submitting_oig: str | None = None
    linked_report_url: str | None = None
    lines: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[PageProblem, ...] = ()
    other: tuple[OtherText, ...] = ()
    kind: PageKind = PageKind.RECOMMENDATION


@dataclass(frozen=True)
class UnknownPage:
    """A page of no kind that is known, or one that cannot be read; it always has a problem."""

    problems: tuple[PageProblem, ...]
    kind: None = None


Page = ListPage | ReportDetailPage | RecommendationPage | UnknownPage
