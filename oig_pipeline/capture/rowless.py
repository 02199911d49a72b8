"""What a capture is that gave no row.

Belongs here: which of the statuses it has, and why: proved to hold no reports, or an error. Does not: the evidence
(see `absence.py`, `refusal.py`, `cut.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from oig_pipeline.capture import absence, cut
from oig_pipeline.capture.absence import Evidence
from oig_pipeline.capture.foreign import JSON_DOCUMENT, is_json_document
from oig_pipeline.capture.header import looks_like_a_table
from oig_pipeline.capture.refusal import refusal
from oig_pipeline.capture.rows import Finding, Layout

Status = Literal["read", "not_a_listing", "unreadable", "empty"]
UNPROVEN = "the page has no rows, and nothing in it proves that it is past the end of the listing"


@dataclass(frozen=True)
class Account:
    """The status of a capture without rows, what is wrong with it, what a person should know, and what it proves."""

    status: Status
    findings: tuple[Finding, ...]
    note: str
    evidence: Evidence | None = None


def account(
    text: str, url: str | None, layout: Layout | None, findings: tuple[Finding, ...] = (), *, is_cut: bool = False
) -> Account:
    """Return what a text without a row is.

    Args:
        text: the text.
        url: the address from which it was obtained.
        layout: the layout in which it is, None where it has none.
        findings: what its reader found.
        is_cut: whether its bytes break off.
    """
    evidence = absence.evidence(text, url)
    if evidence is None and (what := refusal(text)) is not None:
        return _error("capture_unreadable", f"the capture is {what}, not the page that was asked for")
    if is_cut or _breaks_off(text, layout) or any(finding.rule == cut.RULE for finding in findings):
        finding = cut.cut_at(text, "before its first row")
        return Account("unreadable", (finding,), finding.message)
    is_later = absence.is_later_page(url)
    if layout is not None and layout.has_header and is_later and absence.header_is_all(text):
        evidence = Evidence.PAST_THE_END
    is_read = all(finding.rule != "text_unread" for finding in findings)
    if evidence is not None and evidence != Evidence.EMPTY_FIRST and is_read:
        return Account("not_a_listing", findings, evidence.value, evidence)
    if evidence is None and layout is None:
        unknown = "the text has no known layout (see oig captures --help), and nothing proves that it holds no reports"
        message = JSON_DOCUMENT if is_json_document(text) else looks_like_a_table(text) or unknown
        return _error("layout_unknown", message)
    if is_later:
        return _error("capture_unreadable", UNPROVEN, *findings)
    return _error("listing_empty", Evidence.EMPTY_FIRST.value, *findings, status="empty")


def _breaks_off(text: str, layout: Layout | None) -> bool:
    if layout is not None and not layout.name.startswith("html"):
        return False
    is_page = text.lstrip().startswith("<") or "<html" in text
    return (is_page and cut.html_breaks_off(text)) or (layout is None and cut.json_breaks_off(text))


def _error(rule: str, message: str, *findings: Finding, status: Status = "unreadable") -> Account:
    return Account(status, (*findings, Finding(rule, message, 1)), message)
