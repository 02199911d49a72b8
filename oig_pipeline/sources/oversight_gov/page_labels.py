"""The labels and column heads of the site, and the fields that they name.

Belongs here: every spelling seen, of today's site and of the older one, and what a value under a label cannot be. Does
not: finding labels in a page. Field names are those of the dataclasses in `pages`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from oig_pipeline.domain import dates
from oig_pipeline.sources.oversight_gov.passages import fold

DESCRIPTION, DOCUMENT, TITLE_FULL, OPEN_HEADING = "description", "document_url", "title_full", "open_heading"
NAMES = {
    "issue_date": "Date Issued",
    "submitting_oig": "Submitting OIG",
    "other_participating_oigs": "Other Participating OIGs",
    "agencies": "Agencies Reviewed/Investigated",
    "components": "Components",
    "report_number": "Report Number",
    DESCRIPTION: "Report Description",
    "report_type": "Report Type",
    "special_projects": "Special Projects",
    "agency_wide": "Agency Wide",
    "recommendations": "Number of Recommendations",
    "questioned_costs": "Questioned Costs",
    "funds_for_better_use": "Funds for Better Use",
    "external_url": "External Link",
    "locations": "Location",
    DOCUMENT: "Report File",
    TITLE_FULL: "Title Full",
    "period_start": "SARC Start Date",
    "period_end": "SARC End Date",
    OPEN_HEADING: "Open Recommendations",
}
"""How today's site labels each field of a report."""
_OLDER = {
    "agencies": ("Agency Reviewed/Investigated", "Agencies Reviewed", "Agency Reviewed"),
    "components": ("Component", "Component, if applicable", "Components, if applicable"),
    "report_number": ("Submitting OIG-Specific Report Number",),
    "report_type": ("Type of Report",),
    "funds_for_better_use": ("Funds Put to Better Use", "Funds to be Put to Better Use"),
    "locations": ("Locations", "Location(s)"),
    "other_participating_oigs": ("Other Participating OIG",),
    "special_projects": ("Special Project",),
    DOCUMENT: ("View Document",),
}
RECOMMENDATION_NAMES = {
    "text": "Text of Recommendation",
    "number": "Recommendation Number",
    "status": "Recommendation Status",
    "significant": "Significant Recommendation",
    "questioned_costs": "Recommendation Questioned Costs",
    "funds_for_better_use": "Recommendation Funds for Better Use",
    "details_url": "Additional Details Link",
    "additional_information": "Additional Information",
    "submitting_oig": "Submitting OIG",
    "linked_report": "Linked Report",
}
OPEN_COLUMNS = {
    "number": "Recommendation Number",
    "significant": "Significant Recommendation",
    "questioned_costs": "Recommended Questioned Costs",
    "funds_for_better_use": "Recommended Funds for Better Use",
    "details_url": "Additional Details",
}
"""The columns of the table of open recommendations in a report page."""
LIST_COLUMNS = {
    "issue_date": "Report Date",
    "agencies": "Agency Reviewed / Investigated",
    "title": "Report Title",
    "report_type": "Type",
    "locations": "Location",
}
"""The columns of the list of reports; a last one, without a head, has the link."""
SEVERAL = frozenset(("other_participating_oigs", "agencies", "components", "locations"))
"""Fields that may have more than one value."""
_NO_OFFICE = frozenset(("agencies", "components", "locations", "report_type", "special_projects"))
_WORDED = SEVERAL | _NO_OFFICE | {"submitting_oig"}
_HIGHLIGHTS = frozenset(
    ("submitting_oig", "other_participating_oigs", "agencies", "report_number", "recommendations", "questioned_costs")
) | {"funds_for_better_use", "agency_wide", "period_start", "period_end"}
DISTINCTIVE = _HIGHLIGHTS | {"components", DESCRIPTION}
"""Fields whose labels together are seen on pages of this site alone."""
REPORT_TYPES = frozenset(
    (
        *("Audit", "Inspection / Evaluation", "Other", "Semiannual Report", "Disaster Recovery Report"),
        *("Top Management Challenges", "Review", "Investigation"),
    )
)
_OFFICE = re.compile(r".* OIG|.*\bInspector General\b.*", re.I)
_SUBMITTER = re.compile(r".* OIG", re.I)
_MOST_WORDS = 6  # of a report number: more are a sentence
_NUMBER = re.compile(r"(?=\S*\d)[A-Za-z0-9]+(?:[-\u2010-\u2014]+[A-Za-z0-9]+)+")
_LONGEST = 90  # characters of a label
_SPACED_SLASH = re.compile(r" ?/ ?")
_EXAMPLES = re.compile(r" \((?:Audit|e\.g\.)[^()]*\)$", re.I)


@lru_cache(4_096)
def _key(label: str) -> str:
    return _EXAMPLES.sub("", _SPACED_SLASH.sub("/", fold(label).rstrip(": "))).casefold()


_REPORT = {_key(name): field for field, name in NAMES.items()} | {
    _key(name): field for field, names in _OLDER.items() for name in names
}
_RECOMMENDATION = {_key(name): field for field, name in RECOMMENDATION_NAMES.items()}


def report_field(label: str) -> str | None:
    """Return the field of a report that a label names, None for other text."""
    return _REPORT.get(_key(label)) if len(label) <= _LONGEST else None


def recommendation_field(label: str) -> str | None:
    """Return the field of a page of one recommendation that a label names, None for other text."""
    return _RECOMMENDATION.get(_key(label)) if len(label) <= _LONGEST else None


def column_of(head: str, columns: dict[str, str]) -> str | None:
    """Return the column that a head names."""
    key = _key(head) if len(head) <= _LONGEST else None
    return next((column for column, name in columns.items() if _key(name) == key), None)


def begins_label(text: str) -> bool:
    """Return whether a text is a label that breaks off."""
    key = fold(text).casefold()
    if column_of(text, OPEN_COLUMNS) is not None:
        return False
    return len(key) > 5 and any(label.startswith(key) and label != key for label in (*_REPORT, *_RECOMMENDATION))


def is_bare(text: str) -> bool:
    """Return whether a text is an answer, an amount, a day or a year: it says nothing without a label."""
    is_answer_or_amount = text.lower() in ("yes", "no") or text.startswith("$")
    return is_answer_or_amount or text.isdigit() or dates.read(text).day is not None


def cannot_be(field: str, text: str) -> bool:
    """Return whether a text under the label of a field must belong elsewhere, its own label being lost."""
    if field in ("text", DESCRIPTION, "additional_information", "linked_report", "number", "title"):
        return False
    if field != "report_type" and text in REPORT_TYPES:
        return True
    is_submitter = _SUBMITTER.fullmatch(text) is not None
    is_answer_or_amount = text.lower() in ("yes", "no") or text.startswith("$")
    if field == "report_number":
        return is_answer_or_amount or is_submitter or text.count(" ") >= _MOST_WORDS
    if field not in _WORDED:
        return False
    return (
        is_answer_or_amount
        or not any(character.isalpha() for character in text)
        or _NUMBER.fullmatch(text) is not None
        or dates.read(text).day is not None
        or (field == "other_participating_oigs" and _OFFICE.fullmatch(text) is None)
        or (field in _NO_OFFICE and is_submitter)
    )
