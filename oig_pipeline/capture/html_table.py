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

from oig_pipeline.capture.html import day_of, first, lines_of, parsed, stray, text_of
from oig_pipeline.capture.rows import Finding, Layout, Rows, frame

NAME = "html_table"
NUMBER, TITLE, DATE, YEAR = (
    f"views-field-{name}" for name in ("field-report-number", "title", "field-issue-date", "field-fy")
)
_ROW = re.compile(r"<tr[\s>]", re.I)
_COLUMN = {
    NUMBER: "listed_number", TITLE: "listed_title", DATE: "listed_issue_date", YEAR: "listed_fiscal_year",
}  # fmt: skip
COLUMNS = (
    "listed_number", "listed_title", "listed_summary", "listed_issue_date", "listed_datetime", "listed_document_url",
    "listed_fiscal_year",
)  # fmt: skip


def matches(text: str) -> bool:
    """Return whether a text is an HTML page with the columns of the listing."""
    return NUMBER in text and TITLE in text and bool(re.search(r"<t[dh][\s>]", text, re.I))


def read(text: str) -> Rows:
    """Return the rows of a page's listing; table rows that are none of it as findings."""
    places = list(lines_of(_ROW, text))
    kind_of = lru_cache(64)(_kind)  # all rows have the same few classes
    lines, values, findings = [], [], []
    page_kinds: set[str | None] = set()
    strange: dict[str, Finding] = {}
    page = parsed(text)
    for position, row in enumerate(page.css("tr")):
        line = places[position] if position < len(places) else 1
        nodes = row.css("td")
        cells = {kind_of(cell.attributes.get("class")): cell for cell in nodes}
        if NUMBER in cells or TITLE in cells:
            if None in cells:
                _note_strange(strange, nodes, line)
            shows = _values(cells)
            if not (any(shows) or text_of(row) or row.css_first("img")):
                continue  # as a record of a spreadsheet without any content is no row
            values.append(shows)
            lines.append(line)
            page_kinds.update(cells)
        elif not nodes:
            heads = row.css("th")
            kinds = {kind_of(head.attributes.get("class")) for head in heads}
            if NUMBER in kinds or TITLE in kinds:
                _note_strange(strange, heads, line)
                page_kinds |= kinds
        elif words := " ".join(filter(None, map(text_of, nodes))):
            findings.append(Finding("text_unread", "the table row has no cell of the listing", line, words))
    columns = dict(zip(COLUMNS, map(list, zip(*values, strict=True)), strict=False))  # none, where no row is
    page_columns = tuple(name for kind, name in _COLUMN.items() if kind in page_kinds)
    return Rows(frame(columns, lines), (*strange.values(), *findings, *stray(page, "tr", text)), page_columns)


def _kind(classes: str | None) -> str | None:
    names = (classes or "").split()
    return next((kind for kind in (NUMBER, TITLE, DATE, YEAR) if kind in names), None)


def _note_strange(strange: dict[str, Finding], cells: list[LexborNode], line: int) -> None:
    """Note the columns of a row that are not read, each once: by its class, or by its place where it has none."""
    for place, cell in enumerate(cells, start=1):
        classes = (cell.attributes.get("class") or "").split()
        if _kind(" ".join(classes)) is not None:
            continue
        words = text_of(cell)
        fields = [name for name in classes if name.startswith("views-field-")]
        key = min(fields, default=" ".join(classes)) or f"column {place}"
        if key not in strange and (words or (cell.tag == "td" and cell.css_first("a, img") is not None)):
            label = f"'{words}' ({key})" if cell.tag == "th" else f"'{key}'"
            message = f"the column {label} is not known and was not read"
            strange[key] = Finding("column_unknown", message, line, words if cell.tag == "th" else key)


def _values(cells: dict[str | None, LexborNode]) -> tuple[str | None, ...]:
    title = cells.get(TITLE)
    hidden = title.css_first("span.hidden") if title is not None else None
    summary = text_of(hidden)
    if hidden is not None:
        hidden.decompose()
    link = first(title, "a")
    address = link.attributes.get("href") if link is not None else None
    return (
        text_of(cells.get(NUMBER)),
        text_of(title),
        summary,
        *day_of(cells.get(DATE)),
        address or None,
        text_of(cells.get(YEAR)),
    )


LAYOUT = Layout(NAME, matches, read, has_header=True)
