"""The values of a page in the form of the golden files."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from oig_pipeline.sources.oversight_gov.pages import (
    ListPage,
    Page,
    PageRecommendation,
    RecommendationPage,
    ReportDetailPage,
)
from tests.conftest import PROJECT

GOLDEN = PROJECT / "tests" / "golden" / "oversight"
PAGES = sorted(file.with_name(file.name.removesuffix(".expected.json")) for file in GOLDEN.glob("*.expected.json"))
REPORT_KEYS = (
    *("report_number", "title", "issue_date", "submitting_oig", "other_participating_oigs", "agencies", "components"),
    *("locations", "report_type", "special_projects", "agency_wide", "recommendations", "open_recommendations"),
    *("questioned_costs", "funds_for_better_use", "document_url", "external_url"),
)
ROW_KEYS = (
    *("report_number", "title", "issue_date", "submitting_oig", "agencies", "report_type", "locations", "url", "line"),
    *("recommendations", "questioned_costs", "funds_for_better_use"),
)
RECOMMENDATION_KEYS = ("number", "text", "status", "significant", "questioned_costs", "funds_for_better_use", "line")


def source(page: Path) -> tuple[str, str | None]:
    metadata = json.loads(page.with_name(f"{page.name}.meta.json").read_text(encoding="utf-8"))
    return page.read_bytes().decode("utf-8"), metadata["url"]


def golden(page: Path) -> dict[str, Any]:
    expected: dict[str, Any] = json.loads(page.with_name(f"{page.name}.expected.json").read_text(encoding="utf-8"))
    for row in expected.setdefault("rows", []):
        row.update({key: row.get(key) for key in ROW_KEYS})
    for recommendation in expected["recommendations"]:
        for key in ("addressee", "response"):
            recommendation.pop(key)
    return {
        "page": expected["page"],
        "report": expected["report"],
        "rows": expected["rows"],
        "recommendations": expected["recommendations"],
        "linked_report_url": expected.get("linked_report_url"),
        "period": expected.get("period"),
        "total": expected.get("total"),
    }


def values(page: Page) -> dict[str, Any]:
    """Return the values of a page, as the golden files have them."""
    recommendations: tuple[PageRecommendation, ...] = ()
    report: dict[str, Any] | None = None
    period = linked_report_url = total = None
    rows: list[dict[str, Any]] = []
    match page:
        case ListPage():
            rows = [{key: _plain(getattr(row, key)) for key in ROW_KEYS} for row in page.rows]
            total = page.total
        case ReportDetailPage():
            recommendations = page.listed_recommendations
            report = {key: _plain(getattr(page, key)) for key in REPORT_KEYS}
            if page.period_start or page.period_end:
                period = [_plain(page.period_start), _plain(page.period_end)]
        case RecommendationPage():
            recommendations = (page.recommendation,)
            linked_report_url = page.linked_report_url
            if page.report_number or page.title or page.submitting_oig:
                report = dict.fromkeys(REPORT_KEYS)
                report |= {key: getattr(page, key) for key in ("report_number", "title", "submitting_oig")}
    return {
        "page": str(page.kind),
        "report": report,
        "rows": rows,
        "recommendations": [{key: _plain(getattr(r, key)) for key in RECOMMENDATION_KEYS} for r in recommendations],
        "linked_report_url": linked_report_url,
        "period": period,
        "total": total,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else value
    return value.isoformat() if hasattr(value, "isoformat") else value
