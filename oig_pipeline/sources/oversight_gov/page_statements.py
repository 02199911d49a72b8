"""What a page of oversight.gov says of recommendations, as statements.

Belongs here: which value of a page is which statement, with its words and line. Does not: reading a page, or prose: the
text of a recommendation is a statement here, and what its words say is read where all prose is.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from oig_pipeline.capture.rows import LinkedReport, PageStatement
from oig_pipeline.contract.ledger_columns import BETWEEN_NUMBERS
from oig_pipeline.sources.oversight_gov.pages import PageRecommendation, RecommendationPage, ReportDetailPage

_FIELDS = {
    "status": "completion",
    "significant": "is_significant",
    "questioned_costs": "questioned_costs",
    "funds_for_better_use": "funds_for_better_use",
    "text": "text",
    "additional_information": "note",
}
"""Field of a recommendation → what its statement says."""


def of_report(page: ReportDetailPage) -> tuple[PageStatement, ...]:
    """Return what the page of a report says of its recommendations, but for what stands in its row."""
    statements: list[PageStatement] = []
    line = page.lines.get("open_recommendations", 1)
    words = page.printed.get("open_recommendations")
    if page.open_recommendations is not None:
        statements.append(PageStatement("open", str(page.open_recommendations), words, line))
    if page.lists_all_open:
        numbers = BETWEEN_NUMBERS.join(row.number for row in page.listed_recommendations if row.number)
        statements.append(PageStatement("all_open", numbers, words, line))  # of a page without a list, no number
    for row in page.listed_recommendations:
        statements += _of_recommendation(row)
    return tuple(statements)


def of_recommendation(page: RecommendationPage) -> tuple[PageStatement, ...]:
    """Return what the page of one recommendation says of it."""
    return tuple(_of_recommendation(page.recommendation))


def linked_report(page: RecommendationPage) -> LinkedReport:
    """Return the report that the page of a recommendation belongs to, as it says."""
    return LinkedReport(page.report_number, page.title, page.linked_report_url, page.submitting_oig)


def _of_recommendation(row: PageRecommendation) -> Iterator[PageStatement]:
    """Yield what is said of one recommendation; without a number it is nobody's, and the page's problems name it."""
    if row.number is None:
        return
    for name, says in _FIELDS.items():
        value = getattr(row, name)
        if value is not None:
            # That it is open, a row says by standing among the open ones.
            words = row.printed.get(name) or (row.number if name == "status" else str(value))
            yield PageStatement(says, _written(value), words, row.lines.get(name, row.line), row.number)


def _written(value: str | bool | Decimal) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
