"""The list of reports as HTML.

Belongs here: the three table rows of each report, and the column of each cell, by its class. Does not: the list saved
as Markdown, or the table of open recommendations, whose rows have the same class.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from selectolax.lexbor import LexborNode

from oig_pipeline.sources.oversight_gov.detail_page import FieldReader, report_number_of
from oig_pipeline.sources.oversight_gov.html_blocks import BlockFinder
from oig_pipeline.sources.oversight_gov.html_nodes import HtmlPage, classes_of, is_address
from oig_pipeline.sources.oversight_gov.html_pages import is_open_table
from oig_pipeline.sources.oversight_gov.open_table import check_columns
from oig_pipeline.sources.oversight_gov.page_labels import LIST_COLUMNS, NAMES, column_of, report_field
from oig_pipeline.sources.oversight_gov.page_values import ValueReader
from oig_pipeline.sources.oversight_gov.pages import ListPage, ListRow, OtherText, ProblemCode
from oig_pipeline.sources.oversight_gov.passages import Passage, is_no_value
from oig_pipeline.sources.oversight_gov.text_listing import check_shown, list_row

_CELLS = {
    "views-field-field-report-date-issued": "issue_date",
    "views-field-field-report-agency-reviewed": "agencies",
    "views-field-title": "title",
    "views-field-field-report-type": "report_type",
    "views-field-field-report-location": "locations",
    "action-cell": "link",
}
_FEWEST_COLUMNS = 2
_TOGGLE = "View Report Highlights"
_HIGHLIGHTS = frozenset(
    ("submitting_oig", "report_number", "recommendations", "questioned_costs", "funds_for_better_use")
)


def read_html_list(text: str, page_url: str | None) -> ListPage:
    """Return a page of the list.

    Raises:
        Unreadable: parsing the page would take minutes.
    """
    reader = ValueReader(page_url)
    page = HtmlPage(text, reader)
    body = page.parser.body
    rows: list[ListRow] = []
    for table in body.css("table") if body else ():
        if not is_list_table(page, table) or is_open_table(page, table):
            continue
        heads = [page.passage(head) for head in table.css("thead th") or table.css("th")]
        columns = [column_of(head.text, LIST_COLUMNS) for head in heads]
        if heads:
            check_columns(heads, columns, LIST_COLUMNS, reader)
        rows += _rows(page, table, columns, reader)
    last_line = text.count("\n", 0, len(text.rstrip())) + 1
    total = check_shown(page.words(body), rows, last_line, reader)
    return ListPage(tuple(rows), total, reader.all_problems(), reader.all_other())


def is_list_table(page: HtmlPage, table: LexborNode) -> bool:
    """Return whether a table is a list of reports: by the classes of its cells, or by its heads."""
    classes = {name for cell in table.css("td")[:6] for name in classes_of(cell)}
    if len({_CELLS[name] for name in classes & _CELLS.keys()} - {"link"}) > _FEWEST_COLUMNS:
        return True
    columns = {column_of(page.words(head), LIST_COLUMNS) for head in table.css("th")} - {None}
    return len(columns) > _FEWEST_COLUMNS


def _rows(page: HtmlPage, table: LexborNode, columns: Sequence[str | None], reader: ValueReader) -> list[ListRow]:
    rows: list[tuple[ListRow, list[LexborNode]]] = []
    for node in table.css("tr"):
        cells = [child for child in node.iter() if child.tag == "td"]
        if len(cells) > 1:
            row = _row(page, node, cells, columns, reader)
            if row.lines or row.url:
                rows.append((row, []))
            else:
                message = "the row has no value in any column of the list"
                words = page.words(node)
                reader.report(ProblemCode.CELLS_MISSING, row.line, message, words or None)
        elif cells and page.words(cells[0]) not in ("", _TOGGLE):
            if rows:
                rows[-1][1].append(node)
            else:
                reader.keep([page.passage(cells[0])])
    if page.is_cut and rows:  # why the last row has fewer cells is said already
        line = rows[-1][0].line
        reader.problems = [p for p in reader.problems if (p.code, p.line) != (ProblemCode.CELLS_MISSING, line)]
    return [_with_highlights(page, nodes, row, reader) if nodes else row for row, nodes in rows]


def _row(
    page: HtmlPage, node: LexborNode, cells: Sequence[LexborNode], columns: Sequence[str | None], reader: ValueReader
) -> ListRow:
    by_column: dict[str, Passage] = {}
    several: dict[str, tuple[str, ...] | None] = {}
    other = []
    for place, cell in enumerate(cells):
        passage = page.passage(cell)
        column = _column(page, cell, columns[place] if place < len(columns) else None)
        if column is not None and column not in by_column:
            by_column[column] = passage
            several[column] = _several(page, cell)
        elif passage.text:
            other.append(OtherText(passage.text, passage.line, page.attribute(cell, "data-label")))
    line = page.line(node)
    for column, name in LIST_COLUMNS.items():
        if column in columns and column not in by_column:
            message = f'the row has no cell of the column "{name}"'
            reader.report(ProblemCode.CELLS_MISSING, line, message, name)
    link = by_column.pop("link", None)
    row = list_row(line, by_column, {}, link if link and link.link else None, reader)
    return replace(row, agencies=several.get("agencies"), locations=several.get("locations"), other=tuple(other))


def _column(page: HtmlPage, cell: LexborNode, by_place: str | None) -> str | None:
    """Return the column of a cell: by its class, else by the label in its markup, else by the head above it."""
    classes = classes_of(cell)
    column = next((name for class_name, name in _CELLS.items() if class_name in classes), None)
    if column is None and (label := page.attribute(cell, "data-label")):
        column = column_of(label, LIST_COLUMNS)
    if column is None and not any(c.startswith("views-field-") for c in classes):
        column = by_place or ("link" if page.passage(cell).link else None)
    return column


def _several(page: HtmlPage, cell: LexborNode) -> tuple[str, ...] | None:
    """Return the values of a cell."""
    texts = [page.words(cell)] if is_address(cell) else page.word_lines(cell)
    return tuple(text for text in texts if not is_no_value(text)) or None


def _with_highlights(page: HtmlPage, nodes: Sequence[LexborNode], row: ListRow, reader: ValueReader) -> ListRow:
    """Return a row with the values of its highlights."""
    by_node = [BlockFinder(page, node, report_field, by_name=True).blocks() for node in nodes]
    blocks = tuple(block for node_blocks in by_node for block in node_blocks)
    fields = FieldReader(blocks, reader)
    number = report_number_of(fields.passages("report_number"), reader)
    fields.at("report_number", number, number)
    values: dict[str, object] = {
        "report_number": number and number.text,
        "submitting_oig": fields.words("submitting_oig"),
    }
    for name, read in (
        ("recommendations", reader.count),
        ("questioned_costs", reader.amount),
        ("funds_for_better_use", reader.amount),
    ):
        passage = fields.single(name)
        values[name] = read(passage, NAMES[name])
        fields.at(name, passage, values[name])
    others = [block for block in blocks if block.field not in _HIGHLIGHTS]
    other = [OtherText(p.text, p.line, block.label) for block in others for p in block.passages if p.text]
    unlabeled = [page.passage(node) for node, node_blocks in zip(nodes, by_node, strict=True) if not node_blocks]
    other += [OtherText(passage.text, passage.line) for passage in unlabeled]
    lines, printed = {**row.lines, **fields.lines}, {**row.printed, **fields.printed}
    return replace(row, **values, lines=lines, printed=printed, other=(*row.other, *other))  # type: ignore[arg-type]
