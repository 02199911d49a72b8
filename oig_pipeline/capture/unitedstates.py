"""Reports of the @unitedstates inspectors-general archive: one `report.json` each.

Belongs here: this layout only. Does not: what the values mean.

The id ends in a calendar year, which is no fiscal year; titles were cleaned of marks; a day of issue that is the first
of a month may be invented. So the number is taken without the year, and no fiscal year is read.
"""

from __future__ import annotations

import json
import re

from oig_pipeline.capture.rows import Layout, Rows, frame

NAME = "unitedstates"
KEYS = {"inspector", "report_id", "title"}
_CALENDAR_YEAR = re.compile(r"_(?:19|20)\d\d$")


def _report(text: str) -> dict[str, object] | None:
    if not text.lstrip().startswith("{"):
        return None
    try:
        report = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return report if isinstance(report, dict) and set(report) >= KEYS else None


def matches(text: str) -> bool:
    """Return whether a text is one report of the archive."""
    return _report(text) is not None


def read(text: str) -> Rows:
    """Return the one row of a report."""
    report = _report(text) or {}
    values = {
        "listed_number": _CALENDAR_YEAR.sub("", str(report.get("report_id") or "")) or None,
        "listed_title": _text(report.get("title")),
        "listed_summary": _text(report.get("summary")),
        "listed_issue_date": _text(report.get("published_on")),
        "listed_document_url": _text(report.get("url")),
        "listed_agency": _text(report.get("agency")),
    }
    return Rows(frame({name: [value] for name, value in values.items()}, [1]))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


LAYOUT = Layout(NAME, matches, read)
