"""The rules that rows of the corpora can break, for all contenders.

Belongs here: code, severity, column and message of each, in the order of the codes. Does not: how a row is judged. The
rules that no row of the corpora breaks are left out (damage, corrections, links to other sites, covers, dates in
markup), which counts for the contenders.
"""

from __future__ import annotations

RULES = {
    "agency_inferred": ("warning", "listed_agency", "no agency is stated; the title names {agencies}"),
    "agency_missing": ("warning", "listed_agency", "no agency is known"),
    "agency_unknown": ("error", "listed_agency", "'{agency}' names an agency that is not in the list"),
    "conflict": ("error", "listed_title", "{number} of {year} also has the unrelated title '{rival_title}'"),
    "date_edge": ("warning", "listed_issue_date", "{day} lies {days} days outside fiscal year {year}"),
    "date_missing": ("warning", "listed_issue_date", "no issue date is shown"),
    "date_outside": ("error", "listed_issue_date", "{day} lies {days} days outside fiscal year {year}"),
    "date_unreadable": ("error", "listed_issue_date", "'{date}' is not a date"),
    "document_missing": ("warning", "listed_document_url", "no document is linked"),
    "document_shared": ("warning", "listed_document_url", "{document_of} of {year} links the same document"),
    "fiscal_year_future": (
        "error", "listed_fiscal_year",
        "fiscal year {year} lies after 2027, the year in which the listing was captured",
    ),
    "fiscal_year_malformed": ("error", "listed_fiscal_year", "'{stated_year}' is not a fiscal year"),
    "fiscal_year_mismatch": (
        "error", "listed_fiscal_year", "the listing shows fiscal year {stated_year}; {number} can mean {years}",
    ),
    "fiscal_year_missing": (
        "warning", "listed_fiscal_year", "no fiscal year is shown; {number} belongs to {year}"
    ),
    "number_malformed": ("error", "listed_number", "'{stated_number}' is not a report number"),
    "number_missing": ("error", "listed_number", "the row has no report number"),
    "number_repaired": ("warning", "listed_number", "'{stated_number}' was read as {number}"),
    "sequence_large": ("warning", "listed_number", "no. {sequence} of fiscal year {year} is unusually high"),
    "summary_missing": ("warning", "listed_summary", "no summary is shown"),
    "title_empty": ("error", "listed_title", "the row has no title"),
    "title_repaired": ("warning", "listed_title", "'{listed_title}' was read as '{title}'"),
    "title_shared": ("warning", "listed_title", "{other_number} of {year} has the same title"),
}  # fmt: skip
BITS = {code: 1 << place for place, code in enumerate(RULES)}
"""The number that stands for a rule in a set of rules."""
ERRORS = sum(bit for code, bit in BITS.items() if RULES[code][0] == "error")
WHEN_ALL = sum(
    BITS[code]
    for code in (
        "agency_inferred", "agency_missing", "date_missing", "document_missing", "fiscal_year_missing",
        "summary_missing",
    )
)  # fmt: skip
"""Warnings that a report bears only where all its sightings do."""


def names(mask: int) -> list[str]:
    """Return the codes in a set of rules, sorted."""
    return [code for code, bit in BITS.items() if mask & bit]
