"""HTML cards: topic pages and the pages of single reports, in Drupal's field markup.

Belongs here: this layout only. Does not: what the values mean, or resolving links.

A card is a `views-row`, or the whole page of one report; each of its fields is a `field__label` and one or more
`field__item`. A row without these labels is a press release.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from oig_pipeline.capture.html import day_of, lines_of, stray, text_of
from oig_pipeline.capture.rows import SUSPECT, Finding, Layout, Rows, frame

NAME = "html_cards"
LABELS = {
    "Report Number": "listed_number",
    "Executive Summary": "listed_summary",
    "Issue Date": "listed_issue_date",
    "Document File": "listed_document_url",
    "DHS Agency": "listed_agency",
    "Oversight Area": "topic",
    "Fiscal Year": "listed_fiscal_year",
}
_ROW = re.compile(r"""class=["'][^"']*\bviews-row\b""")
_HEADINGS = "h1, h2, h3, h4, .views-field-title, .field--name-title"


def matches(text: str) -> bool:
    """Return whether a text is an HTML page with labelled fields of reports."""
    return "field__label" in text and any(label in text for label in LABELS)


def read(text: str) -> Rows:
    """Return the cards of a page; rows that mention a report but have no label of one as findings."""
    page = LexborHTMLParser(text)
    heading = text_of(page.css_first("h1"))
    columns: dict[str, list[str | None]] = {name: [] for name in ("listed_title", *LABELS.values())}
    lines, findings = [], []
    rows = page.css(".views-row")
    places = list(lines_of(_ROW, text))
    alone = [(1, page.body)] if page.body is not None and not rows else []
    for line, card in alone or zip([*places, *[1] * len(rows)], rows, strict=False):
        values = _fields(card)
        if not values:
            words = " ".join((card.text() or "").split())
            if re.search(SUSPECT, words):
                said = "the row mentions a report, but has no label of one"
                findings.append(Finding("text_unread", said, line, words))
            continue
        columns["listed_title"].append(heading if alone else text_of(card.css_first(_HEADINGS)))
        for name in LABELS.values():
            value = values.get(name)
            columns[name].append(value if value or name != "topic" or alone else heading)
        lines.append(line)
    if not alone:
        findings += stray(page, ".views-row", text)
    return Rows(frame(columns, lines), tuple(findings))


def _fields(card: LexborNode) -> dict[str, str]:
    """Return column → value of the labelled fields of a card."""
    found: dict[str, str] = {}
    for label in card.css(".field__label"):
        column = LABELS.get((text_of(label) or "").rstrip(":"))
        field = label.parent
        if column is None or field is None:
            continue
        items = [value for item in field.css(".field__item") if (value := _value(column, item))]
        between = "\n\n" if column == "listed_summary" else ", "
        found[column] = between.join(items[:1] if column == "listed_document_url" else items)
    return found


def _value(column: str, item: LexborNode) -> str | None:
    if column == "listed_document_url" and (link := item.css_first("a")) is not None:
        return link.attributes.get("href")
    if column == "listed_issue_date":
        return day_of(item)
    paragraphs = [words for p in item.css("p") if (words := text_of(p))] if column == "listed_summary" else []
    return "\n\n".join(paragraphs) or text_of(item)


LAYOUT = Layout(NAME, matches, read)
