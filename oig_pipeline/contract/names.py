"""The names by which people give values.

Belongs here: the columns of the exchange format, which are also the names that corrections use, and the columns of
`sightings` in which they are kept. Does not: types or descriptions (see `schemas.py`).
"""

from __future__ import annotations

LISTED_COLUMNS = {
    "report_number": "listed_number",
    "title": "listed_title",
    "summary": "listed_summary",
    "issue_date": "listed_issue_date",
    "document_url": "listed_document_url",
    "agency": "listed_agency",
    "fiscal_year": "listed_fiscal_year",
    "oversight_area": "topic",
    "office": "listed_office",
    "report_type": "listed_report_type",
    "components": "listed_components",
    "recommendations": "listed_recommendations",
    "questioned_costs": "listed_questioned_costs",
    "funds_for_better_use": "listed_funds_for_better_use",
}
"""Name → column of `sightings`."""
LINE_COLUMNS = {column: f"{column}_line" for column in LISTED_COLUMNS.values()}
"""Column of `sightings` → the column with the line on which its value begins, where that is not the row's."""
CORRECTABLE = {name: column for name, column in LISTED_COLUMNS.items() if name != "oversight_area"}
"""The names of which a correction may expect and set values."""

BETWEEN_TOPICS = "; "
"""What stands between several topics of a row."""
