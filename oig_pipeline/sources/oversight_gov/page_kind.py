"""Which kind of page of oversight.gov a text is.

Belongs here: recognizing a page by its markup and its labels. Does not: reading it. An address alone proves nothing: it
may be unknown, or show an error page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from oig_pipeline.sources.oversight_gov.open_table import OPEN_COUNT
from oig_pipeline.sources.oversight_gov.page_labels import (
    DISTINCTIVE,
    LIST_COLUMNS,
    OPEN_COLUMNS,
    RECOMMENDATION_NAMES,
    column_of,
    recommendation_field,
    report_field,
)
from oig_pipeline.sources.oversight_gov.pages import PageKind
from oig_pipeline.sources.oversight_gov.passages import fold, unescape, with_newlines
from oig_pipeline.sources.oversight_gov.single_recommendation import is_third_party
from oig_pipeline.sources.oversight_gov.site_facts import HOSTS
from oig_pipeline.sources.oversight_gov.text_blocks import tokens_of
from oig_pipeline.sources.oversight_gov.text_listing import is_list_head
from oig_pipeline.sources.oversight_gov.text_open_table import is_open_head

_HTML = re.compile(r"<(?:!doctype|html|head|body|main|article|section|table|tbody|tr|td|div)\b", re.I)
_UNSEEN = tuple(
    (re.compile(opening, re.I), re.compile(closing, re.I))
    for opening, closing in (
        ("<!--", "-->"),
        *((rf"<{name}\b", rf"</{name}\s*>") for name in ("script", "style", "form", "nav", "footer", "noscript")),
    )
)
_PIECE = re.compile(r">([^<>]+)")
_LIST_CELLS = ("views-field-field-report-date-issued", "views-field-title", "views-field-field-report-type")
_OPEN_CELLS = ("views-field-field-rec-number", "view-report-recommendations")
_REPORT_ARTICLE = re.compile(r"<article\b[^>]*\bnode--type-report\b", re.I)
_HEAD = re.compile(r"<th\b[^<>]*>(.{0,300}?)</th\s*>", re.I | re.S)
_CONTENT = re.compile(r"<(?:table|article|h1)\b", re.I)
_LONGEST_HEAD = 60
_FEWEST_LABELS = 2
_FEWEST_HEADS = 3


@dataclass(frozen=True)
class PageForm:
    """What a page is: its kind, and whether it is HTML or text."""

    kind: PageKind
    is_html: bool


def detect(text: str, url: str | None = None) -> PageForm | None:
    """Return what page of oversight.gov a text is, None for one of no kind that is known.

    Args:
        text: the page, HTML or text.
        url: its address, where it is known: on a page of the site, one of its labels is proof enough.
    """
    text = with_newlines(text)
    is_html = _HTML.search(text) is not None
    minimum = 1 if _is_of_site(url) else _FEWEST_LABELS
    kind = _html_kind(_seen_part(text), minimum) if is_html else _text_kind(text, minimum)
    return PageForm(kind, is_html) if kind else None


def _is_of_site(url: str | None) -> bool:
    try:
        return url is not None and (urlsplit(url).hostname or "") in HOSTS
    except ValueError:
        return False


def _seen_part(text: str) -> str:
    """Return a page less comments, scripts and forms, whose labels are those of the filters."""
    for opening, closing in _UNSEEN:
        pieces, position = [], 0
        while (start := opening.search(text, position)) and (end := closing.search(text, start.end())):
            if opening.pattern != r"<form\b" or not _CONTENT.search(text, start.end(), end.start()):
                pieces.append(text[position : start.start()])
            else:
                pieces.append(text[position : end.end()])
            position = end.end()
        text = " ".join([*pieces, text[position:]])
    return text


def _html_kind(text: str, minimum: int) -> PageKind | None:
    pieces = [piece for match in _PIECE.finditer(text) if (piece := fold(unescape(match[1])))]
    if _is_recommendation(pieces):
        return PageKind.RECOMMENDATION
    if _REPORT_ARTICLE.search(text):  # it may show a list of related reports, too
        return PageKind.REPORT
    heads = [fold(unescape(re.sub(r"<[^<>]*>", " ", head))) for head in _HEAD.findall(text)]
    if sum(cell in text for cell in _LIST_CELLS) >= _FEWEST_LABELS or _columns(heads, LIST_COLUMNS) >= _FEWEST_HEADS:
        return PageKind.LIST
    is_report = any(cell in text for cell in _OPEN_CELLS)
    if is_report or _columns(heads, OPEN_COLUMNS) >= _FEWEST_HEADS or _labels(pieces) >= minimum:
        return PageKind.REPORT
    return None


def _text_kind(text: str, minimum: int) -> PageKind | None:
    if is_third_party(text):
        return PageKind.RECOMMENDATION
    labels = [t.passage.text for t in tokens_of(text, recommendation_field) if t.is_label]
    lines = text.split("\n")
    if any(is_list_head(line) for line in lines):
        return PageKind.LIST
    # The heads of the table of open recommendations are labels of a recommendation, too.
    if _is_recommendation(labels):
        return PageKind.RECOMMENDATION
    has_heads = _columns([fold(line) for line in lines if len(line) < _LONGEST_HEAD], OPEN_COLUMNS) >= _FEWEST_HEADS
    if has_heads or any(is_open_head(line) or OPEN_COUNT.fullmatch(fold(line)) for line in lines):
        return PageKind.REPORT
    reports = [t.passage.text for t in tokens_of(text, report_field) if t.is_label]
    return PageKind.REPORT if _labels(reports) >= minimum else None


def _is_recommendation(labels: list[str]) -> bool:
    fields = {recommendation_field(label) for label in labels} - {None}
    values = fields & (RECOMMENDATION_NAMES.keys() - {"submitting_oig", "number", "significant"})
    return ("text" in fields and len(fields) > 1) or ("status" in fields and len(values) > 1)


def _columns(heads: list[str], names: dict[str, str]) -> int:
    return len({column_of(head, names) for head in heads} - {None})


def _labels(pieces: list[str]) -> int:
    return len({report_field(piece) for piece in pieces} & DISTINCTIVE)
