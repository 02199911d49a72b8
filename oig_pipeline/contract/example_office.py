"""The Example office, of which the examples of rules speak.

Belongs here: the form of an example, and what several examples share. Does not: the examples of one rule (see
`*_rules.py`).

The office is made up, and the registry does not have it: the Department of Examples OIG, whose code is `examples` and
whose site is www.oig.example.gov. `EX-21-49` is its report no. 49 of FY 2021; `ER-07-04`, of its regional series, is a
report of FY 2007 or of FY 2004. Its reports concern the agencies RBA and PHA. The tests read the examples with the
words of an office that declares its numbers and agencies.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

Row = Mapping[str, str]
Example = tuple[Row, ...] | Mapping[str, str | bytes]
"""Rows of one listing, or whole files by name; `corrections.yml` and `documents/` stand beside the raw folder."""

ROW: Row = {
    "report_number": "EX-21-49",
    "title": "RBA Needs to Strengthen Its Oversight of Medical Attention",
    "summary": "We made four recommendations. RBA concurred with all four recommendations.",
    "issue_date": "07/20/2021",
    "document_url": "https://www.oig.example.gov/sites/default/files/assets/2021-07/medical-attention.pdf",
    "agency": "RBA",
    "fiscal_year": "2021",
}
"""A row that breaks no rule; the examples change a value of it."""

MISTYPED = "report_number,title,fiscal_year\nEX-18-16,Audit of Cargo Screening,20187\n"
CORRECTION = """corrections:
  - rule: fiscal_year_malformed
    where: {report_number: EX-18-16}
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
