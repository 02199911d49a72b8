"""Report pages and pages of one recommendation as HTML.

Belongs here: the heading, the table of open recommendations and the sentence that counts them. Does not: labeled
blocks, which today's site, the older one and pages of one recommendation share.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from selectolax.lexbor import LexborNode

from oig_pipeline.sources.oversight_gov.detail_page import DetailParts, detail_page
from oig_pipeline.sources.oversight_gov.html_blocks import BlockFinder
from oig_pipeline.sources.oversight_gov.html_nodes import HtmlPage, classes_of, is_small
from oig_pipeline.sources.oversight_gov.open_table import OPEN_COUNT, OpenRow, OpenTable, check_open_columns
from oig_pipeline.sources.oversight_gov.page_labels import (
    DOCUMENT,
    OPEN_COLUMNS,
    OPEN_HEADING,
    column_of,
    recommendation_field,
    report_field,
)
from oig_pipeline.sources.oversight_gov.page_values import ValueReader
from oig_pipeline.sources.oversight_gov.pages import RecommendationPage, ReportDetailPage
from oig_pipeline.sources.oversight_gov.passages import LabeledBlock, Passage
from oig_pipeline.sources.oversight_gov.single_recommendation import recommendation_page

_SITE_NAME = re.compile(r" ?\| ?Oversight\.gov$", re.I)
_CELLS = {
    "views-field-field-rec-number": "number",
    "views-field-field-rec-significant": "significant",
    "views-field-field-net-questioned-costs": "questioned_costs",
    "views-field-field-net-funds-for-better-use": "funds_for_better_use",
}
_OPEN_CELL = "td.views-field-field-rec-number, td.views-field-field-rec-significant"
_FEWEST_HEADS = 3


def read_html_report(text: str, page_url: str | None) -> ReportDetailPage:
    """Return the page of a report.

    Raises:
        Unreadable: parsing the page would take minutes.
    """
    reader = ValueReader(page_url)
    page = HtmlPage(text, reader)
    title = _title(page)
    root = page.root
    if root is None:
        return detail_page(DetailParts(title, (), OpenTable()), reader)
    counts = _counts(page, root)
    table = _open_table(page, root, counts, reader)
    blocks = BlockFinder(page, root, report_field, by_name=True).blocks()
    blocks = tuple(block for block in blocks if block.field != OPEN_HEADING)
    links = [page.passage(node) for node in root.css("a.report-download-button")]
    block_links = {p.link for block in blocks if block.field == DOCUMENT for p in block.passages}
    documents = tuple(
        LabeledBlock(link.text, link.line, DOCUMENT, (link,))
        for link in links
        if link.link and link.link not in block_links
    )
    return detail_page(DetailParts(title, (*blocks, *documents), table), reader)


def read_html_recommendation(text: str, page_url: str | None) -> RecommendationPage:
    """Return the page of one recommendation.

    Raises:
        Unreadable: parsing the page would take minutes.
    """
    reader = ValueReader(page_url)
    page = HtmlPage(text, reader)
    blocks = BlockFinder(page, page.root, recommendation_field, by_name=False).blocks() if page.root else ()
    return recommendation_page(blocks, reader)


def _title(page: HtmlPage) -> Passage | None:
    heading = page.parser.css_first("h1.page-title") or page.parser.css_first("h1")
    node = heading or page.parser.css_first("head > title")
    if node is None:
        return None
    words = page.words(node)
    title = _SITE_NAME.sub("", words)
    # The title of the window is the report's only where it names the site, too.
    return page.passage(node, title) if heading is not None or title != words else None


def _counts(page: HtmlPage, root: LexborNode) -> tuple[Passage, ...]:
    """Return the sentences that count open recommendations."""
    passages = []
    for node in root.css("div, p, span, h2, h3, h4, caption"):
        if is_small(node):
            words = page.words(node)
            if OPEN_COUNT.fullmatch(words):
                passages.append(page.passage(node, words))
    if not passages and (match := OPEN_COUNT.search(page.words(root))):
        passages.append(page.passage(root, match[0]))
    return tuple(passages)


def is_open_table(page: HtmlPage, table: LexborNode) -> bool:
    """Return whether a table is that of open recommendations: its rows have the list's class, but other cells."""
    if table.css_first(_OPEN_CELL) is not None:
        return True
    columns = {column_of(page.words(head), OPEN_COLUMNS) for head in table.css("th")} - {None}
    return len(columns) >= _FEWEST_HEADS


def _open_table(page: HtmlPage, root: LexborNode, counts: tuple[Passage, ...], reader: ValueReader) -> OpenTable:
    """Return the table of open recommendations, and take it out of the page."""
    rows: list[OpenRow] = []
    line = None
    for table in [node for node in root.css("table") if is_open_table(page, node)]:
        line = line or page.line(table)
        heads = [page.passage(head) for head in table.css("thead th") or table.css("th")]
        columns = [column_of(head.text, OPEN_COLUMNS) for head in heads]
        if heads:
            check_open_columns(heads, columns, reader)
        rows += _rows(page, table, columns, reader)
        table.decompose()
    return OpenTable(line, tuple(rows), counts, is_whole=not page.is_cut)


def _rows(page: HtmlPage, table: LexborNode, columns: Sequence[str | None], reader: ValueReader) -> list[OpenRow]:
    rows: list[OpenRow] = []
    for row in table.css("tr"):
        cells = [node for node in row.iter() if node.tag == "td"]
        if len(cells) > 1:
            by_column: dict[str, Passage] = {}
            for place, cell in enumerate(cells):
                passage = page.passage(cell)
                column = _column(page, cell, columns[place] if place < len(columns) else None)
                if column is not None and column not in by_column:
                    by_column[column] = passage
                elif passage.text:
                    reader.keep([passage])
            number = by_column.get("number")
            rows.append(OpenRow(number.line if number else page.line(row), by_column))
        elif cells and rows:
            passage = page.passage(cells[0])
            text = rows[-1].text
            joined = Passage(f"{text.text} {passage.text}".strip(), text.line) if text else passage
            rows[-1] = OpenRow(rows[-1].line, rows[-1].cells, joined)
        elif cells:
            reader.keep([page.passage(cells[0])])
    return rows


def _column(page: HtmlPage, cell: LexborNode, by_place: str | None) -> str | None:
    """Return the column of a cell: by its class, else by the label in its markup, else by the head above it."""
    classes = classes_of(cell)
    column = next((name for class_name, name in _CELLS.items() if class_name in classes), None)
    if column is None and (label := page.attribute(cell, "data-label")):
        column = column_of(label, OPEN_COLUMNS)
    if column is None and (by_place == "details_url" or not any(c.startswith("views-field-") for c in classes)):
        column = by_place
    return column
