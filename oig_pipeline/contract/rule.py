"""What a rule is.

Belongs here: the form of a rule and of its examples. Does not: the rules themselves (see `rules.py`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

Severity = Literal["error", "warning"]
Row = Mapping[str, str]
Example = tuple[Row, ...] | Mapping[str, str | bytes]
"""Rows of one listing, or whole files by name; `corrections.yml` and `documents/` stand beside the raw folder."""

ROW: Row = {
    "report_number": "OIG-21-49",
    "title": "CBP Needs to Strengthen Its Oversight of Medical Attention",
    "summary": "We made four recommendations. CBP concurred with all four recommendations.",
    "issue_date": "07/20/2021",
    "document_url": "https://www.oig.dhs.gov/sites/default/files/assets/2021-07/medical-attention.pdf",
    "agency": "CBP",
    "fiscal_year": "2021",
}
"""A row that breaks no rule; the examples change a value of it."""


MISTYPED = "report_number,title,fiscal_year\nOIG-18-16,Audit of Cargo Screening,20187\n"
CORRECTION = """corrections:
  - rule: fiscal_year_malformed
    where: {report_number: OIG-18-16}
    expect: {fiscal_year: "20187"}
    set: {fiscal_year: "2018"}
    why: The number says FY 2018; the year shown has a digit too many.
"""
"""A listing whose year has a digit too many, and the correction that settles it."""


def row(**changes: str) -> Row:
    """Return `ROW` with `changes`."""
    return {**ROW, **changes}


def document(cover: str) -> dict[str, str]:
    """Return the files of a fetched document that `ROW` links: its entry, and one page with the text `cover`."""
    sha256 = "0" * 64
    entry = {"url": ROW["document_url"], "status": "read", "sha256": sha256, "bytes": 9, "pages": 1}
    entry["retrieved_at"] = "2021-08-01T12:00:00Z"
    return {
        "documents/documents.ndjson": json.dumps(entry) + "\n",
        f"documents/pages/{sha256}.ndjson": json.dumps({"page": 1, "text": cover}) + "\n",
    }


def listing(*rows: Row) -> dict[str, str]:
    """Return rows as one NDJSON listing."""
    return {"listing.ndjson": "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows)}


def files(example: Example) -> dict[str, bytes]:
    """Return an example as files: rows as one NDJSON listing, named files as they are."""
    contents = example if isinstance(example, Mapping) else listing(*example)
    return {name: text if isinstance(text, bytes) else text.encode() for name, text in contents.items()}


@dataclass(frozen=True)
class Rule:
    """A named condition. `holds` is true, or null where the rule does not apply, for what keeps it.

    Attributes:
        code: the name that every surface shows.
        severity: an error quarantines the sighting; a warning publishes it with the code among its quality flags.
        scope: what it judges: a `sighting` alone, a `group` of accepted sightings, or a whole `capture`
            (found while reading, so without a condition here).
        column: the column of `sightings` that shows the fault.
        why: the reason for the rule, as a sentence.
        remedy: what mends a violation, as a sentence.
        message: what a violation says; `{column}` stands for a value of the judged sighting.
        passes: an example that keeps the rule.
        fails: an example that breaks it.
        when_all: on a merged report, the flag stands only if all its sightings bear it (a value that one sighting
            lacks and another has is not missing); else if any does.
    """

    code: str
    severity: Severity
    scope: Literal["sighting", "group", "capture"]
    column: str
    why: str
    remedy: str
    passes: Example
    fails: Example
    message: str = ""
    holds: pl.Expr | None = None
    when_all: bool = False
