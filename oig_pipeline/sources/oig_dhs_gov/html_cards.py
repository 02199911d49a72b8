"""HTML cards: topic pages and the pages of single reports, in Drupal's field markup.

Belongs here: this layout only. Does not: what the values mean, or resolving links.

A card is a `views-row`, else an `article`, else the whole page: the first of these that holds labelled fields, and the
innermost where they are nested. Each of its fields is a `field__label` and one or more `field__item`. A row without
such fields is a press release or a block of another page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from oig_pipeline.capture.html import day_at, day_of, parsed, stray, text_at, text_of
from oig_pipeline.capture.html_lines import Places
from oig_pipeline.capture.rows import NO_CELL, SUSPECT, Cell, Finding, Layout, Rows, frame_of
from oig_pipeline.contract.names import BETWEEN_TOPICS

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
NOT_READ = "Keywords"
"""A label of the site whose values are left aside on purpose, as in text."""
CARDS = (".views-row", "article", "body")
"""Selectors of cards."""
BETWEEN = {"listed_summary": "\n\n", "topic": BETWEEN_TOPICS}
"""What stands between several values of a field; a comma where not said."""
_HEADINGS = "h1, h2, h3, h4, .views-field-title, .field--name-title"
# In these a heading is no title: part of a text, or meant for screen readers.
_NO_TITLE = {"field__item", "visually-hidden", "contextual", "hidden", "sr-only"}


def matches(text: str) -> bool:
    """Return whether a text is an HTML page with labelled fields of reports."""
    return "field__label" in text and any(label in text for label in LABELS)


def read(text: str) -> Rows:
    """Return the cards of a page; rows that mention a report but have no label of one as findings."""
    places = Places(text)
    page = parsed(places.marked)
    heading = text_at(page.css_first("h1"), places)
    rows: list[tuple[int, dict[str, Cell]]] = []
    findings = []
    page_columns: dict[str, None] = {}
    strange: dict[str, Finding] = {}
    selector, cards = _cards(page)
    alone = selector != ".views-row" and len(cards) == 1
    for card in cards:
        line = places.line(places.of(card)) or 1
        unread: list[str] = []
        values, several = _fields(card, places, unread)
        if not values:
            words = " ".join((text_of(card) or "").split())
            if re.search(SUSPECT, words):
                message = "the row mentions a report, but has no label of one"
                findings.append(Finding("text_unread", message, line, words))
            continue
        page_columns |= dict.fromkeys(values)
        for label in unread:
            message = f"the field '{label}' is not known and was not read"
            strange.setdefault(label, Finding("column_unknown", message, line, label))
        if several:
            message = f"the card has several fields {several}; it may be several reports"
            findings.append(Finding("text_unread", message, line, several))
        title = _title(card, places)
        values["listed_title"] = heading if alone and heading[0] else title
        values["listed_datetime"] = _marked(card, values.get("listed_issue_date", NO_CELL)[0]), None
        if not (alone or values.get("topic", NO_CELL)[0]):
            values["topic"] = heading
        rows.append((line, values))
    if selector != "body":
        findings += stray(page, selector, text)
    return places.unmarked(Rows(frame_of(rows), (*strange.values(), *findings), tuple(page_columns)))


def _cards(page: LexborHTMLParser) -> tuple[str, list[LexborNode]]:
    """Return the selector of a page's cards, and the cards."""
    for selector in CARDS:
        cards = [node for node in page.css(selector) if not _holds(node, selector)]
        if any(card.css_first(".field__label") is not None for card in cards):
            return selector, cards
    return selector, []


def _holds(node: LexborNode, selector: str) -> bool:
    """Return whether a node contains others of the same kind, and so is no card itself."""
    return any(child.css_first(selector) is not None for child in node.iter())


def _title(card: LexborNode, places: Places) -> Cell:
    titles = (text_at(node, places) for node in card.css(_HEADINGS) if text_of(node) and not _is_hidden(node, card))
    return next(titles, NO_CELL)


def _is_hidden(node: LexborNode, card: LexborNode) -> bool:
    above: LexborNode | None = node
    while above is not None and above.mem_id != card.mem_id:
        if _NO_TITLE & set((above.attrs.get("class") or "").split()):
            return True
        above = above.parent
    return False


def _fields(card: LexborNode, places: Places, unread: list[str]) -> tuple[dict[str, Cell], str | None]:
    """Return column → value of the labelled fields of a card, and the label of its number if that stands twice.

    Labels that are not known are added to `unread`.
    """
    fields: dict[str, Cell] = {}
    several = None
    for column, label, values in _labelled(card, places, unread):
        joined = BETWEEN.get(column, ", ").join(value for value, _ in values)
        if column == "listed_number" and fields.get(column, NO_CELL)[0] not in (None, joined):
            several = label
            continue
        if column == "listed_document_url":
            joined = values[0][0] if values else ""
        fields[column] = joined, values[0][1] if values else None
    return fields, several


def _labelled(
    card: LexborNode, places: Places, unread: list[str]
) -> Iterator[tuple[str, str, list[tuple[str, int | None]]]]:
    """Yield column, label and values of each labelled field."""
    for node in card.css(".field__label"):
        label = (text_of(node) or "").rstrip(": ")
        field = node.parent
        if label in LABELS and field is not None:
            column = LABELS[label]
            cells = (_value(column, item, places) for item in field.css(".field__item"))
            yield column, label, [(value, line) for value, line in cells if value]
        elif label and label != NOT_READ:
            unread.append(label)


def _value(column: str, item: LexborNode, places: Places) -> Cell:
    if column == "listed_document_url" and (link := item.css_first("a")) is not None:
        address = link.attrs.get("href")
        return address, places.line_of_attribute(places.of(link), "href", address)
    if column == "listed_issue_date":
        cell, _ = day_at(item, places)
        return cell
    return text_at(item, places)


def _marked(card: LexborNode, issue_date: str | None) -> str | None:
    """Return the day in the markup of a card's date, where the card shows another."""
    days = (day_of(time.parent) for time in card.css(".field__item time"))
    return next((marked for day, marked in days if marked and day == issue_date), None)


LAYOUT = Layout(NAME, matches, read)
