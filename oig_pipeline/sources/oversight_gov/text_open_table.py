"""The table of open recommendations in a page saved as text.

Belongs here: its forms, a Markdown table, plain lines (`3 No $0 $0`, a blank line, the text), and a line for each cell.
Does not: what the cells say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from oig_pipeline.sources.oversight_gov.open_table import (
    OPEN_COUNT,
    OpenRow,
    OpenTable,
    check_columns,
    check_open_columns,
)
from oig_pipeline.sources.oversight_gov.page_labels import OPEN_COLUMNS, column_of
from oig_pipeline.sources.oversight_gov.page_values import ValueReader
from oig_pipeline.sources.oversight_gov.pages import ProblemCode
from oig_pipeline.sources.oversight_gov.passages import Passage, cells_of, fold, is_no_value, is_table_line, passage_of
from oig_pipeline.sources.oversight_gov.text_blocks import Token

_ANSWERED = re.compile(r"(?P<number>(?=.{0,40}\d).{1,40}?) (?P<significant>Yes|No)(?P<rest>(?: (?:\$|N/A\b).*)?)", re.I)
_UNANSWERED = re.compile(r"(?P<number>\d+(?:[-.]\d+)*[A-Za-z]?) (?P<rest>\$.*)")
_AMOUNT = re.compile(r" +(?=\$|N/A\b)")
_WITH_DETAILS = re.compile(r"(\$[\d,.]+) (\[.*\]\(.*\)|https?://\S+)", re.I)
_ANSWER = re.compile(r"Yes|No", re.I)
_OFFICE = re.compile(r".{1,90} OIG", re.I)
_HEADS = " ".join(OPEN_COLUMNS.values())
_FEWEST_HEADS, _MOST_CELLS = 3, 12


@dataclass
class _GrowingRow:
    """A row while the lines of its text are put together."""

    line: int
    cells: Mapping[str, Passage]
    texts: list[Passage] = field(default_factory=list)

    def whole_text(self) -> Passage | None:
        return Passage(" ".join(p.text for p in self.texts), self.texts[0].line) if self.texts else None

    def finished(self) -> OpenRow:
        return OpenRow(self.line, self.cells, self.whole_text())


def is_open_head(source: str) -> bool:
    """Return whether a line is the head of the table, in one of its forms."""
    if is_table_line(source):
        cells = cells_of(source)
        return len(cells) < _MOST_CELLS and sum(_names_column(cell) for cell in cells) >= _FEWEST_HEADS
    words = fold(source).casefold()
    return len(words) < 2 * len(_HEADS) and sum(n.casefold() in words for n in OPEN_COLUMNS.values()) >= _FEWEST_HEADS


def _names_column(cell: str) -> bool:
    return column_of(passage_of(cell, 1).text, OPEN_COLUMNS) is not None


def text_open_table(
    tokens: Sequence[Token], counts: Sequence[Passage], is_last: bool, reader: ValueReader
) -> OpenTable:
    """Return the table that the lines from its heading on hold.

    Args:
        tokens: the lines.
        counts: the sentences of the page that count open recommendations.
        is_last: whether the page ends with them.
        reader: collects what belongs to no row, and problems.
    """
    line = tokens[0].passage.line if tokens else None
    body = [t for t in tokens if not OPEN_COUNT.fullmatch(t.passage.text) and t.passage.text != "Open Recommendations"]
    has_cells = any(is_table_line(token.source) for token in body)
    rows = _table_rows(body, is_last, reader) if has_cells else _plain_rows(_joined_cells(body, reader), reader)
    return OpenTable(line, tuple(rows), tuple(counts), is_whole=not is_last)


def _table_rows(tokens: Sequence[Token], is_last: bool, reader: ValueReader) -> list[OpenRow]:
    columns: list[str | None] = list(OPEN_COLUMNS)
    rows: list[_GrowingRow] = []
    has_border = True
    open_text: list[Passage] | None = None  # the text of the last row, until a bar ends it
    for token in tokens:
        line, source = token.passage.line, token.source
        cells = [passage_of(cell, line) for cell in cells_of(source, has_border=has_border)]
        words = [cell for cell in cells if cell.text or cell.link]
        if is_open_head(source):
            has_border = source.lstrip().startswith("|")
            columns = [column_of(cell.text, OPEN_COLUMNS) for cell in cells]
            check_open_columns(cells, columns, reader)
        elif is_table_line(source) and len(words) > 1:
            by_column = {c: cell for c, cell in zip(columns, cells, strict=False) if c and (cell.text or cell.link)}
            unknown = [c for n, c in enumerate(cells) if (n >= len(columns) or columns[n] is None) and c.text]
            reader.keep(unknown)
            rows.append(_GrowingRow(line, by_column))
            open_text = rows[-1].texts
        elif rows and open_text is not None and not _OFFICE.fullmatch(token.passage.text):
            open_text += words
            if is_table_line(source):
                open_text = None
        else:
            open_text = None
            reader.keep(words)
    if is_last and open_text is not None and rows:
        text = rows[-1].whole_text()
        message = "the page ends in the table of open recommendations, so its last text may be incomplete"
        reader.report(ProblemCode.PAGE_CUT, text.line if text else rows[-1].line, message, text.text if text else None)
    return [row.finished() for row in rows]


def _joined_cells(tokens: Sequence[Token], reader: ValueReader) -> list[Passage]:
    """Return plain lines, a row of the table in one, where each of its cells has a line; heads left out."""
    lines: list[Passage] = []
    heads: list[Passage] = []
    for token in tokens:
        passage = token.passage
        if column_of(passage.text, OPEN_COLUMNS) is not None and not lines:
            heads.append(passage)
        elif is_open_head(token.source):
            _check_plain_heads(passage, reader)
        elif lines and (_ANSWER.fullmatch(passage.text) or _continues_row(lines[-1].text, passage.text)):
            lines[-1] = Passage(f"{lines[-1].text} {passage.text}", lines[-1].line)
        else:
            lines.append(passage)
    if heads:
        check_columns(heads, [column_of(h.text, OPEN_COLUMNS) for h in heads], OPEN_COLUMNS, reader)
    return lines


def _continues_row(row: str, cell: str) -> bool:
    match = _ANSWERED.fullmatch(row)
    return match is not None and (cell.startswith("$") or is_no_value(cell)) and len(_AMOUNT.split(match["rest"])) < 3


def _check_plain_heads(passage: Passage, reader: ValueReader) -> None:
    """Report heads that are missing in, or new to, a line that has all of them without bars."""
    rest, heads = passage.text, []
    for column, name in sorted(OPEN_COLUMNS.items(), key=lambda item: -len(item[1])):
        if name.casefold() in rest.casefold():
            place = rest.casefold().index(name.casefold())
            rest = f"{rest[:place]}\n{rest[place + len(name) :]}"
            heads.append(column)
    unknown = [Passage(fold(words), passage.line) for words in rest.split("\n") if fold(words)]
    heading = [Passage(OPEN_COLUMNS[column], passage.line) for column in OPEN_COLUMNS if column in heads]
    columns = [*(column for column in OPEN_COLUMNS if column in heads), *(None for _ in unknown)]
    check_columns([*heading, *unknown], columns, OPEN_COLUMNS, reader)


def _plain_rows(lines: Sequence[Passage], reader: ValueReader) -> list[OpenRow]:
    rows: list[_GrowingRow] = []
    is_over = False
    for passage in lines:
        match = _ANSWERED.fullmatch(passage.text) or _UNANSWERED.fullmatch(passage.text)
        if match is not None:
            rows.append(_GrowingRow(passage.line, _plain_cells(match, passage, reader)))
            is_over = False
        elif not rows or is_over or _OFFICE.fullmatch(passage.text):
            # Behind the last recommendation stand the office and the place, without labels.
            is_over = bool(rows)
            reader.keep([passage])
        else:
            rows[-1].texts.append(passage)
    return [row.finished() for row in rows]


def _plain_cells(match: re.Match[str], passage: Passage, reader: ValueReader) -> dict[str, Passage]:
    groups = match.groupdict()
    amounts = [words for words in _AMOUNT.split(f" {groups['rest']}") if words.strip()]
    cells = {"number": groups["number"], "significant": groups.get("significant")}
    if len(amounts) == 1:
        message = "the row has one amount: whether it is questioned costs or funds for better use is not known"
        reader.report(ProblemCode.CELLS_MISSING, passage.line, message, amounts[0])
    elif amounts:
        cells["questioned_costs"] = amounts[0]
        better_use = _WITH_DETAILS.fullmatch(amounts[1])
        cells["funds_for_better_use"] = better_use[1] if better_use else amounts[1]
        cells["details_url"] = better_use[2] if better_use else None
        reader.keep(Passage(words, passage.line) for words in amounts[2:])
    return {column: passage_of(words, passage.line) for column, words in cells.items() if words}
