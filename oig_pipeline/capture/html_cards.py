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

from oig_pipeline.capture.html import day_of, lines_of, parsed, stray, text_of
from oig_pipeline.capture.rows import SUSPECT, Finding, Layout, Rows, frame
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
# Selector of cards → where one begins in the source.
CARDS = {
    ".views-row": re.compile(r"""class=["'][^"']*\bviews-row\b"""),
    "article": re.compile(r"<article[\s>]", re.I),
    "body": re.compile(r"<body[\s>]", re.I),
}
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
    page = parsed(text)
    heading = text_of(page.css_first("h1"))
    columns: dict[str, list[str | None]] = {name: [] for name in ("listed_title", "listed_datetime", *LABELS.values())}
    lines, findings = [], []
    page_columns: dict[str, None] = {}
    strange: dict[str, Finding] = {}
    selector, cards = _cards(page, text)
    alone = selector != ".views-row" and len(cards) == 1
    for line, card in cards:
        unread: list[str] = []
        values, several = _fields(card, unread)
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
        title = _title(card)
        columns["listed_title"].append((heading or title) if alone else title)
        columns["listed_datetime"].append(_marked(card, values.get("listed_issue_date")))
        for name in LABELS.values():
            value = values.get(name)
            columns[name].append(value if value or name != "topic" or alone else heading)
        lines.append(line)
    if selector != "body":
        findings += stray(page, selector, text)
    return Rows(frame(columns, lines), (*strange.values(), *findings), tuple(page_columns))


def _cards(page: LexborHTMLParser, text: str) -> tuple[str, list[tuple[int, LexborNode]]]:
    """Return the selector of a page's cards, and each card with its line."""
    for selector, begins in CARDS.items():
        nodes = page.css(selector)
        places = [*lines_of(begins, text), *[1] * len(nodes)]
        cards = [(line, node) for line, node in zip(places, nodes, strict=False) if not _holds(node, selector)]
        if any(card.css_first(".field__label") is not None for _, card in cards):
            return selector, cards
    return selector, []


def _holds(node: LexborNode, selector: str) -> bool:
    """Return whether a node contains others of the same kind, and so is no card itself."""
    return any(child.css_first(selector) is not None for child in node.iter())


def _title(card: LexborNode) -> str | None:
    return next(
        (words for node in card.css(_HEADINGS) if (words := text_of(node)) and not _is_hidden(node, card)), None
    )


def _is_hidden(node: LexborNode, card: LexborNode) -> bool:
    above: LexborNode | None = node
    while above is not None and above.mem_id != card.mem_id:
        if _NO_TITLE & set((above.attributes.get("class") or "").split()):
            return True
        above = above.parent
    return False


def _fields(card: LexborNode, unread: list[str]) -> tuple[dict[str, str], str | None]:
    """Return column → value of the labelled fields of a card, and the label of its number if that stands twice.

    Labels that are not known are added to `unread`.
    """
    fields: dict[str, str] = {}
    several = None
    for column, label, values in _labelled(card, unread):
        if column == "listed_number" and fields.get(column) not in (None, ", ".join(values)):
            several = label
            continue
        fields[column] = BETWEEN.get(column, ", ").join(values[:1] if column == "listed_document_url" else values)
    return fields, several


def _labelled(card: LexborNode, unread: list[str]) -> Iterator[tuple[str, str, list[str]]]:
    """Yield column, label and values of each labelled field."""
    for node in card.css(".field__label"):
        label = (text_of(node) or "").rstrip(": ")
        field = node.parent
        if label in LABELS and field is not None:
            column = LABELS[label]
            yield column, label, [value for item in field.css(".field__item") if (value := _value(column, item))]
        elif label and label != NOT_READ:
            unread.append(label)


def _value(column: str, item: LexborNode) -> str | None:
    if column == "listed_document_url" and (link := item.css_first("a")) is not None:
        return link.attributes.get("href")
    return day_of(item)[0] if column == "listed_issue_date" else text_of(item)


def _marked(card: LexborNode, issue_date: str | None) -> str | None:
    """Return the day in the markup of a card's date, where the card shows another."""
    days = (day_of(time.parent) for time in card.css(".field__item time"))
    return next((marked for day, marked in days if marked and day == issue_date), None)


LAYOUT = Layout(NAME, matches, read)
