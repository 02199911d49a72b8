"""Text tables: the listing of reports saved as text.

Belongs here: this layout only. Does not: what the values mean.

Below the header a row is one line, `NUMBER TITLE YEAR`; or, where the page held a summary, `NUMBER SUMMARY` in one or
more paragraphs, a blank line, `>TITLE`, and the year on a line of its own. Issue dates are always lost. Number or year
may be missing. The year is the last all-digit word: a title may end in a year of its own. A line of a summary may
begin with a number, so a row with a summary is closed by its `>TITLE` alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from oig_pipeline.capture.boilerplate import is_boilerplate, row_is_open
from oig_pipeline.capture.cut import cut_at
from oig_pipeline.capture.rows import NO_CELL, Cell, Finding, Layout, Rows, frame_of, lines_above
from oig_pipeline.domain.report_number import NumberError
from oig_pipeline.offices.dhs.numbers import NUMBERS

NAME = "text_table"
_SORT = r"(?: Sort (?:ascending|descending))?"
_HEADER = re.compile(
    rf"^[ \t]*Report Number{_SORT}\s+Title{_SORT}\s+Issue Date{_SORT}\s+Fiscal Year{_SORT}[ \t]*$", re.M
)
_BEGINNING = re.compile(rf"Report Number{_SORT}\s+Title")
_NUMBER = re.compile(NUMBERS.leading, re.I)
_YEAR = r"(?:19\d\d|20[0-4]\d)\d?"
_LAST_YEAR = re.compile(rf"(?:^|\s)({_YEAR})$")
_ALONE = re.compile(r"\d{4,5}")


@dataclass(frozen=True)
class _Line:
    """A line, its number and its trailing year; `is_whole` if the year is the number's: a row by itself."""

    words: str
    number: str | None
    rest: str
    year: str | None

    @property
    def is_whole(self) -> bool:
        if self.number is None or self.year is None or not self.rest:
            return False
        try:
            return int(self.year) in {reading.fiscal_year for reading in NUMBERS.readings(self.number)}
        except NumberError:
            return False

    @property
    def title(self) -> str | None:
        """What stands between number and year."""
        bare = self.rest[: -len(self.year)] if self.year and self.rest.endswith(self.year) else self.rest
        return bare.strip() or None


def matches(text: str) -> bool:
    """Return whether a text holds the header line of the table."""
    # A pattern that begins with a word is found much faster than one that begins with a line.
    return bool(_BEGINNING.search(text) and _HEADER.search(text))


def read(text: str) -> Rows:
    """Return the rows below the header; lines that belong to none as findings."""
    header = _HEADER.search(text)
    assert header is not None
    lines = [_line(raw) for raw in text.split("\n")]
    closes = _closed_by(lines)
    names = ("listed_number", "listed_title", "listed_summary", "listed_fiscal_year")
    rows: list[tuple[int, dict[str, Cell]]] = []
    findings = []
    position = text[: header.end()].count("\n") + 1
    while position < len(lines):
        line = lines[position]
        after, closed = position + 1, closes[position]
        row: tuple[Cell, ...] | None = None
        if line.words.startswith(">"):  # a row that has neither number nor summary
            title, year, after = _closing(lines, position)
            row = (NO_CELL, title, NO_CELL, year)
        elif closed is not None:
            title, year, after = _closing(lines, closed)
            paragraphs = "\n".join([line.rest, *(inner.words for inner in lines[position + 1 : closed])])
            summary = re.sub(r"\n{3,}", "\n\n", paragraphs).strip("\n\u00a0 ") or None
            row = ((line.number, None), title, (summary, position + 1 + lines_above(paragraphs)), year)
        elif line.words and not is_boilerplate(line.words):
            if line.number or line.year:
                row = ((line.number, None), (line.title, None), NO_CELL, (line.year, None))
            else:
                findings.append(Finding("text_unread", "the line is not part of a row", position + 1, line.words))
        if row is not None:
            rows.append((position + 1, dict(zip(names, row, strict=True))))
        position = after
    is_cut = bool(rows) and _is_open(text, {name: value for name, (value, _) in rows[-1][1].items()})
    if is_cut:
        findings = [*(f for f in findings if (f.line or 0) < rows[-1][0]), cut_at(text)]
    return Rows(frame_of(rows), tuple(findings), last_is_cut=is_cut)


def _is_open(text: str, last: dict[str, str | None]) -> bool:
    """Return whether a table ends within its last row: rows end in their year, and a sentence is no title."""
    if last["listed_fiscal_year"] is not None:
        return False
    is_prose = not last["listed_summary"] and (last["listed_title"] or "").endswith(".")
    return row_is_open(text, is_closed=False) or (is_prose and bool(last["listed_number"]))


def _line(raw: str) -> _Line:
    words = raw.strip()
    number, year = _NUMBER.match(words), _LAST_YEAR.search(words)
    return _Line(words, number and number[1], words[number.end() :].strip() if number else words, year and year[1])


def _closed_by(lines: list[_Line]) -> list[int | None]:
    """Return for each line the `>TITLE` line that closes a row beginning there; None where the row is that line alone.

    A row that is whole by itself begins none; one whose year is missing, or is not its number's, is a line
    alone if the next row follows at once; a summary's first line is followed by a blank one, by another line of the
    summary, or by the title.
    """
    closes: list[int | None] = [None] * len(lines)
    title: int | None = None  # the nearest one below, with no whole row before it
    for position in range(len(lines) - 1, -1, -1):
        line = lines[position]
        below = lines[position + 1] if position + 1 < len(lines) else None
        if line.words.startswith(">"):
            title = position
        elif line.is_whole:
            # One that stands among blank lines may be a sentence of a summary; rows of one line follow one another.
            above = lines[position - 1] if position else None
            if (below is not None and below.number) or (above is not None and above.number):
                title = None
        elif (
            line.number and below is not None and not (below.number or (line.year and below.words[:1] not in ("", ">")))
        ):
            closes[position] = title
        elif not line.number and line.words and not line.year and below is not None and title is not None:
            closes[position] = title if _opens(lines, position) else None
    return closes


def _opens(lines: list[_Line], position: int) -> bool:
    """Return whether a line without a number begins a row: what stands above it ended one."""
    above = position - 1
    while above >= 0 and not lines[above].words:
        above -= 1
    return above >= 0 and (lines[above].is_whole or bool(_ALONE.fullmatch(lines[above].words)))


def _closing(lines: list[_Line], closed: int) -> tuple[Cell, Cell, int]:
    """Return the title and the year that close a row, and the position after them.

    The year stands on the next line that is not blank; a title may run on over a line before it.
    """
    title = [(lines[closed].words.removeprefix(">").strip(), closed + 1)]
    after = closed + 1
    for length in (0, 1):
        at = after + length
        while at < len(lines) and not lines[at].words:
            at += 1
        more = lines[after:at]
        begins_row = any(line.number or line.words.startswith(">") for line in more)
        if at < len(lines) and _ALONE.fullmatch(lines[at].words) and not begins_row:
            title += [(line.words, number) for number, line in enumerate(more, start=after + 1)]
            return _joined(title), (lines[at].words, at + 1), at + 1
    return _joined(title), NO_CELL, after


def _joined(lines: list[tuple[str, int]]) -> Cell:
    """Return the words of lines as one, None for none, and the first line that has any."""
    filled = [(words, number) for words, number in lines if words]
    return (" ".join(words for words, _ in filled), filled[0][1]) if filled else NO_CELL


LAYOUT = Layout(NAME, matches, read, has_header=True)
