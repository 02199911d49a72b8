"""The failure policy of the design as cases, one per line of its table: files in, outcome out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from oig_pipeline.contract.example_office import Row
from tests.dhs_examples import files, row


@dataclass(frozen=True)
class Case:
    """What arrives, and what each way in must make of it."""

    arrived: dict[str, bytes]
    build: int
    check: int
    published: int
    quarantined: int
    rules: tuple[str, ...] = ()
    """Error rules that are broken."""

    @property
    def rejected(self) -> bool:
        return self.build == 1


def rows(count: int) -> list[Row]:
    """Return rows that break no rule."""
    return [
        row(report_number=f"OIG-21-{n:02d}", title=f"Audit of Programme {n * 7919} in Region {n}")
        for n in range(1, count + 1)
    ]


GOOD = files(tuple(rows(40)))
FLAWED = row(report_number="OIG-21-98", title="Grants Awarded to a County", fiscal_year="20217")
ACKNOWLEDGED = b"""corrections:
  - rule: fiscal_year_malformed
    where: {report_number: OIG-21-98}
    expect: {fiscal_year: "20217"}
    acknowledge: true
    why: The document cannot be found, so nothing tells the year.
"""
LISTING_URL = "https://www.oig.dhs.gov/reports/audits-inspections-and-evaluations"
PAGE_999 = f'{{"url": "{LISTING_URL}?page=999"}}'.encode()
PROVED: dict[str, bytes] = {
    "ongoing.txt": b"Projects\n\nNew Title Project Objective DHS Component Mission Area\nAudit of Camps To see FEMA\n",
    "press.txt": "News\n\n  \u2022 Former Official Sentenced\n\n    Washington\n\n  \u2022 Statement\n".encode(),
    "page-999.csv": b"report_number,title\n",
    "page-999.csv.meta.json": PAGE_999,
    "page-999.html": (
        b"<html><body><h1>Audits, Inspections, and Evaluations</h1>"
        b'<div class="view"><div class="view-empty">No results found</div></div></body></html>'
    ),
    "page-999.html.meta.json": PAGE_999,
}
"""Pages that prove to hold no reports."""
INSTEAD: dict[str, bytes] = {
    "missing.txt": b"Page not found\n\nThe requested page could not be found.\n",
    "challenge.txt": b"Just a moment...\nChecking your browser before accessing the site.\n",
    "refused.html": b"<html><title>Access Denied</title><h1>Access Denied</h1></html>",
    "error.html": b"<html><body><h1>503 Service Unavailable</h1></body></html>",
    "maintenance.txt": b"Site under maintenance\nWe will be back soon.\n",
    "broken.json": b'{"error": "forbidden"}',
}
"""What a site shows instead of the page that was asked for."""
ACCEPTED = (
    "corrections:\n"
    f"  - capture: {hashlib.sha256(INSTEAD['challenge.txt']).hexdigest()}\n"
    "    acknowledge: true\n"
    "    why: The page was fetched again a day later; this download is kept for the record.\n"
).encode()

CASES = {
    "all valid": Case(GOOD, 0, 0, 40, 0),
    "some error rows within the threshold": Case(
        files((*rows(40), FLAWED)), 0, 1, 40, 1, ("fiscal_year_malformed",)
    ),
    "acknowledged error rows": Case(
        {**files((*rows(3), FLAWED)), "corrections.yml": ACKNOWLEDGED}, 0, 0, 3, 1, ("fiscal_year_malformed",)
    ),
    "share above the threshold": Case(files((*rows(10), FLAWED)), 1, 1, 10, 1, ("fiscal_year_malformed",)),
    "no valid row": Case(files((FLAWED,)), 1, 1, 0, 1, ("fiscal_year_malformed",)),
    "no valid row, acknowledged": Case(
        {**files((FLAWED,)), "corrections.yml": ACKNOWLEDGED}, 1, 1, 0, 1, ("fiscal_year_malformed",)
    ),
    "a listing without rows": Case(
        {**GOOD, "empty.csv": b"report_number,title\n"}, 1, 1, 40, 0, ("listing_empty",)
    ),
    "only warnings": Case(files((row(issue_date="", document_url="", summary=""),)), 0, 0, 1, 0),
    "an unreadable capture": Case(
        {**GOOD, "bad.csv": b"report_number,title\n\xff\n"}, 0, 1, 40, 0, ("capture_unreadable",)
    ),
    "an unknown layout": Case(
        {**GOOD, "notes.txt": b"to do: save the March listing\n"}, 0, 1, 40, 0, ("layout_unknown",)
    ),
    "unread text between rows": Case(
        {**GOOD, "more.csv": b"report_number,title\nOIG-21-77,Audit of Ports\nOIG-21-78,Audit of Ships, Boats\n"},
        0, 1, 41, 0, ("text_unread",),
    ),
    "a stale correction": Case(
        {**GOOD, "corrections.yml": ACKNOWLEDGED.replace(b"OIG-21-98", b"OIG-21-07")},
        0, 1, 40, 0, ("correction_stale",),
    ),
    "pages that prove to hold no reports": Case({**GOOD, **PROVED}, 0, 0, 40, 0),
    "pages instead of the one that was asked for": Case(
        {**GOOD, **INSTEAD, **{f"{name}.meta.json": PAGE_999 for name in INSTEAD}}, 0, 1, 40, 0, ("capture_unreadable",)
    ),
    "a later page that proves nothing": Case(
        {**GOOD, "p.txt": b"Powered by us\nPrivacy\n", "p.txt.meta.json": PAGE_999}, 0, 1, 40, 0, ("layout_unknown",)
    ),
    "a capture that breaks off": Case(
        {**GOOD, "cut.csv": b"report_number,title\nOIG-21-77,Audit of Ports\nOIG-21-78"}, 0, 1, 41, 0, ("capture_cut",)
    ),
    "a bad capture that is acknowledged": Case(
        {**GOOD, "challenge.txt": INSTEAD["challenge.txt"], "corrections.yml": ACCEPTED},
        0, 0, 40, 0, ("capture_unreadable",),
    ),
    "an acknowledged capture that is gone": Case(
        {**GOOD, "corrections.yml": ACCEPTED}, 0, 1, 40, 0, ("correction_stale",)
    ),
}  # fmt: skip

COULD_NOT_RUN: dict[str, tuple[dict[str, bytes], str]] = {
    "an empty folder": ({}, "holds no capture"),
    "corrections that do not parse": ({**GOOD, "corrections.yml": b"corrections: [\n"}, "corrections.yml, line 2"),
    "corrections that name an unknown rule": (
        {**GOOD, "corrections.yml": ACKNOWLEDGED.replace(b"fiscal_year_malformed", b"year_wrong")},
        "corrections.yml, line 2: 'year_wrong' is not a rule",
    ),
}
"""Files in → words of the message that names file, line and remedy."""
