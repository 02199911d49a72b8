"""The list of reports saved as a Markdown table.

Belongs here: joining rows that are broken over lines, and finding the column of each cell where one is lost. Does not:
the page as HTML, which has more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from oig_pipeline.domain import dates
from oig_pipeline.sources.oversight_gov.open_table import check_columns
from oig_pipeline.sources.oversight_gov.page_labels import LIST_COLUMNS, column_of
from oig_pipeline.sources.oversight_gov.page_values import ValueReader
from oig_pipeline.sources.oversight_gov.pages import ListPage, ListRow, ProblemCode
from oig_pipeline.sources.oversight_gov.passages import (
    Passage,
    cells_of,
    fold,
    is_no_value,
    is_ruler,
    is_table_line,
    passage_of,
)

SHOWN_ROWS = re.compile(r"Displaying ([\d,]+) ?[-\u2013] ?([\d,]+) of ([\d,]+)", re.I | re.ASCII)
_LINK_WORDS = re.compile(r"\W*view report\W*", re.I)
_BREAK = re.compile(r"<br ?/?>", re.I)
_FEWEST_HEADS, _MOST_HEADS = 3, 12
_FEWEST_CELLS = 3


@dataclass
class _Broken:
    """A row while its lines are put together."""

    line: int
    cells: list[str]
    is_whole: bool


def is_list_head(source: str) -> bool:
    """Return whether a line is the head of a list of reports."""
    heads = [passage_of(cell, 1).text for cell in cells_of(source)[:_MOST_HEADS]] if is_table_line(source) else []
    columns = {column_of(head, LIST_COLUMNS) for head in heads} - {None}
    return len(columns) >= _FEWEST_HEADS and "title" in columns | {"title" if "agencies" in columns else ""}


def read_text_list(text: str, page_url: str | None) -> ListPage:
    """Return a page of the list; its text has lines that end in a line feed."""
    reader = ValueReader(page_url)
    lines = [(line, source) for line, source in enumerate(text.split("\n"), start=1) if fold(source)]
    start = next((place for place, (_, source) in enumerate(lines) if is_list_head(source)), len(lines))
    reader.keep(passage_of(source, line) for line, source in lines[:start])
    heads = [passage_of(cell, lines[start][0]) for cell in cells_of(lines[start][1])] if start < len(lines) else []
    columns = [column_of(head.text, LIST_COLUMNS) for head in heads]
    check_columns(heads, columns, LIST_COLUMNS, reader)
    has_border = bool(heads) and lines[start][1].lstrip().startswith("|")
    rows = [_row(broken, columns, reader) for broken in _rows(lines[start + 1 :], has_border, reader)]
    rows = [row for row in rows if row.lines or row.url]
    total = check_shown(" ".join(source for _, source in lines), rows, lines[-1][0] if lines else 1, reader)
    return ListPage(tuple(rows), total, reader.all_problems(), reader.all_other())


def check_shown(text: str, rows: Sequence[ListRow], line: int, reader: ValueReader) -> int | None:
    """Return how many reports the list has, as its footer says; report a page with other rows than it says."""
    match = SHOWN_ROWS.search(fold(text))
    if match is None:
        if not rows:
            reader.report(ProblemCode.ROW_COUNT_DIFFERS, line, "the list has a head and no row, and no footer says why")
        return None
    first, last, total = (int(number.replace(",", "") or 0) for number in match.groups())
    expected = last - first + 1 if total else 0
    if expected != len(rows):
        message = f"the footer says that rows {first} to {last} are shown, but the page has {len(rows)}"
        reader.report(ProblemCode.ROW_COUNT_DIFFERS, line, message, match[0])
    return total


def _rows(lines: Sequence[tuple[int, str]], has_border: bool, reader: ValueReader) -> Iterator[_Broken]:
    row: _Broken | None = None
    for line, source in lines:
        if is_ruler(source):
            continue
        if not is_table_line(source):
            if SHOWN_ROWS.search(fold(source)) or row is None or row.is_whole or is_no_value(row.cells[-1].strip()):
                reader.keep([passage_of(source, line)])
            else:
                row.cells[-1] = f"{row.cells[-1]} {source}"
            continue
        cells = cells_of(source, has_border=has_border)
        has_link = any(_is_link(cell) for cell in cells)
        is_new = sum(bool(fold(cell)) for cell in cells) >= _FEWEST_CELLS
        if is_new or row is None or row.is_whole:
            if row is not None:
                yield row
            row = _Broken(line, cells, has_link)
        else:
            row.cells += cells
            row.is_whole = has_link
    if row is not None:
        yield row


def _row(broken: _Broken, columns: Sequence[str | None], reader: ValueReader) -> ListRow:
    cells = [passage_of(cell, broken.line) for cell in broken.cells]
    link = next((cell for cell in cells if _LINK_WORDS.fullmatch(cell.text)), None)
    values = [cell for cell in cells if cell is not link]
    # The first column is the day: a row that begins with something else has lost that cell.
    lost = bool(columns) and columns[0] == "issue_date" and bool(cells) and not _is_day(cells[0].text)
    if lost:
        message = "the row has no cell for the report date: its first cell is another's"
        reader.report(ProblemCode.CELLS_MISSING, broken.line, message, cells[0].text)
    places = columns[1:] if lost else columns
    by_column: dict[str, Passage] = {}
    for place, cell in enumerate(values):
        column = places[place] if place < len(places) else None
        if column is not None:
            by_column[column] = cell
        elif not is_no_value(cell.text):
            reader.keep([cell])
    sources = {column: raw for column, raw in zip(places, _without_link(broken.cells), strict=False) if column}
    return list_row(broken.line, by_column, sources, link, reader)


def list_row(
    line: int, cells: Mapping[str, Passage], sources: Mapping[str, str], link: Passage | None, reader: ValueReader
) -> ListRow:
    """Return a row from its cells by column.

    Args:
        line: where the row begins.
        cells: the cells.
        sources: the same as they are in the page, in which `<br>` divides several values.
        link: the cell with the link to the report.
        reader: collects problems.
    """
    title = cells.get("title")
    url = reader.url(link, "View Report") or reader.url(title if title and title.link else None, "the title")
    return ListRow(
        line=line,
        title=reader.text(title),
        issue_date=reader.day(cells.get("issue_date"), LIST_COLUMNS["issue_date"]),
        agencies=_several(cells.get("agencies"), sources.get("agencies"), line),
        report_type=reader.text(cells.get("report_type")),
        locations=_several(cells.get("locations"), sources.get("locations"), line),
        url=url,
        lines={column: cell.line for column, cell in cells.items() if not is_no_value(cell.text)},
        printed={column: cell.text for column, cell in cells.items()},
    )


def _several(cell: Passage | None, source: str | None, line: int) -> tuple[str, ...] | None:
    if cell is None:
        return None
    texts = [passage_of(piece, line).text for piece in _BREAK.split(source)] if source else [cell.text]
    return tuple(text for text in texts if not is_no_value(text)) or None


def _without_link(cells: Sequence[str]) -> list[str]:
    place = next((n for n, cell in enumerate(cells) if _is_link(cell)), None)
    return [cell for n, cell in enumerate(cells) if n != place]


def _is_link(cell: str) -> bool:
    return _LINK_WORDS.fullmatch(passage_of(cell, 1).text) is not None


def _is_day(text: str) -> bool:
    return not text or dates.read(text).day is not None or any(character.isdigit() for character in text[:2])
