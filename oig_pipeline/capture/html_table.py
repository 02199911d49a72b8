"""HTML tables: the listing as the current site serves it.

Belongs here: this layout only. Does not: what the values mean, or resolving links.

Cells are known by their class; columns of other classes are named as not read. The title's cell holds the link to the
document and, in a hidden span, the summary; the date's cell a `time` element. Malformed and truncated pages are read as
far as they go.
"""

from __future__ import annotations

import re
from functools import lru_cache

from selectolax.lexbor import LexborNode

from oig_pipeline.capture.html import day_at, first, parsed, stray, text_at, text_of
from oig_pipeline.capture.html_lines import Places
from oig_pipeline.capture.rows import Cell, Finding, Layout, Rows, frame_of

NAME = "html_table"
NUMBER, TITLE, DATE, YEAR = (
    f"views-field-{name}" for name in ("field-report-number", "title", "field-issue-date", "field-fy")
)
_COLUMN = {
    NUMBER: "listed_number", TITLE: "listed_title", DATE: "listed_issue_date", YEAR: "listed_fiscal_year",
}  # fmt: skip


def matches(text: str) -> bool:
    """Return whether a text is an HTML page with the columns of the listing."""
    return NUMBER in text and TITLE in text and bool(re.search(r"<t[dh][\s>]", text, re.I))


def read(text: str) -> Rows:
    """Return the rows of a page's listing; table rows that are none of it as findings."""
    kind_of = lru_cache(64)(_kind)  # all rows have the same few classes
    rows: list[tuple[int, dict[str, Cell]]] = []
    findings = []
    page_kinds: set[str | None] = set()
    strange: dict[str, Finding] = {}
    places = Places(text, "t[dr]|a|span")
    page = parsed(places.marked)
    # A selector for each row costs more than one for the page, and to look.
    is_deep = page.css_first("td td, td * span.hidden") is not None
    for row in page.css("tr"):
        nodes = row.css("td") if is_deep else [node for node in row.iter() if node.tag == "td"]
        start = places.of(row)
        if start is None and nodes:  # HTML may leave out <tr>
            start = places.of(nodes[0])
        line = places.line(start) or 1
        cells = {kind_of(node.attrs.get("class")): node for node in nodes}
        if NUMBER in cells or TITLE in cells:
            if None in cells:
                _note_strange(strange, nodes, line)
            values = _values(cells, places, is_deep=is_deep)
            if not (any(value for value, _ in values.values()) or text_of(row) or row.css_first("img")):
                continue  # as a record of a spreadsheet without any content is no row
            rows.append((line, values))
            page_kinds.update(cells)
        elif not nodes:
            heads = row.css("th")
            kinds = {kind_of(head.attrs.get("class")) for head in heads}
            if NUMBER in kinds or TITLE in kinds:
                _note_strange(strange, heads, line)
                page_kinds |= kinds
        elif words := " ".join(filter(None, map(text_of, nodes))):
            findings.append(Finding("text_unread", "the table row has no cell of the listing", line, words))
    page_columns = tuple(name for kind, name in _COLUMN.items() if kind in page_kinds)
    all_findings = (*strange.values(), *findings, *stray(page, "tr", text))
    return places.unmarked(Rows(frame_of(rows), all_findings, page_columns))


def _kind(classes: str | None) -> str | None:
    names = (classes or "").split()
    return next((kind for kind in (NUMBER, TITLE, DATE, YEAR) if kind in names), None)


def _note_strange(strange: dict[str, Finding], cells: list[LexborNode], line: int) -> None:
    """Note the columns of a row that are not read, each once: by its class, or by its place where it has none."""
    for place, cell in enumerate(cells, start=1):
        classes = (cell.attrs.get("class") or "").split()
        if _kind(" ".join(classes)) is not None:
            continue
        words = text_of(cell)
        fields = [name for name in classes if name.startswith("views-field-")]
        key = min(fields, default=" ".join(classes)) or f"column {place}"
        if key not in strange and (words or (cell.tag == "td" and cell.css_first("a, img") is not None)):
            label = f"'{words}' ({key})" if cell.tag == "th" else f"'{key}'"
            message = f"the column {label} is not known and was not read"
            strange[key] = Finding("column_unknown", message, line, words if cell.tag == "th" else key)


def _values(cells: dict[str | None, LexborNode], places: Places, *, is_deep: bool) -> dict[str, Cell]:
    cell = cells.get(TITLE)
    hidden = None
    if cell is not None:
        hidden = cell.css_first("span.hidden") if is_deep else next(filter(_is_hidden, cell.iter()), None)
    summary = text_of(hidden)
    summary_at = places.text_from(places.of(hidden)) if summary else None
    if hidden is not None:
        hidden.decompose()
    title, title_at = text_of(cell), places.text_from(places.of(cell))
    link = first(cell, "a")
    address = link.attrs.get("href") if link is not None else None
    # Where the summary stands first, the text of the cell does not begin with the title; that of its link may.
    if summary and title_at == summary_at:
        link_at = places.text_from(places.of(link)) if text_of(link) == title else None
        title_at = link_at if link_at != summary_at else None
    day, marked = day_at(cells.get(DATE), places)
    return {
        "listed_number": text_at(cells.get(NUMBER), places),
        "listed_title": (title, places.line_if(title, title_at)),
        "listed_summary": (summary, places.line_if(summary, summary_at)),
        "listed_issue_date": day,
        "listed_datetime": (marked, None),
        "listed_document_url": (address or None, places.line_of_attribute(places.of(link), "href", address)),
        "listed_fiscal_year": text_at(cells.get(YEAR), places),
    }


def _is_hidden(node: LexborNode) -> bool:
    return node.tag == "span" and "hidden" in (node.attrs.get("class") or "").split()


LAYOUT = Layout(NAME, matches, read, has_header=True)
