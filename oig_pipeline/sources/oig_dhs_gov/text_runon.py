"""Run-on cards: keyword pages saved as text, labels and values glued together.

Belongs here: this layout only. Does not: what the values mean.

A row ends in a run of labels, `Report NumberOIG-23-62Issue DateDocument FileDHS AgencyKeywordsFiscal Year2023`, in
which any but the first may be missing. Its title stands above, mostly glued to the end of the run before; what follows
a year is the title of the next row. The first title of a page is usually lost, and stays missing: it is never borrowed
from a neighbour.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from oig_pipeline.capture.boilerplate import BANNER, is_boilerplate, row_is_open
from oig_pipeline.capture.cut import cut_at
from oig_pipeline.capture.rows import NO_CELL, Cell, Finding, Layout, Rows, frame_of
from oig_pipeline.domain.report_number import NumberError
from oig_pipeline.offices.dhs.numbers import NUMBERS

NAME = "text_runon"
SUMMARY = "Executive Summary"
FIRST, LAST = "Report Number", "Fiscal Year"
LABELS = {
    FIRST: "listed_number",
    "Issue Date": "listed_issue_date",
    "Document File": "listed_document_url",
    "DHS Agency": "listed_agency",
    "Oversight Area": None,
    "Keywords": None,
    LAST: "listed_fiscal_year",
}
_LABEL = re.compile("|".join(LABELS))
_GLUED = "|".join([*LABELS][1:])
# A run begins where the first label is glued to something; within a line, to a number or the next label.
_RUN = re.compile(
    rf"^[ \t]*(?:- )?{FIRST}(?=[A-Za-z0-9])|{FIRST}(?=[A-Za-z]{{1,3}}[A-Za-z-]{{0,4}} ?\d|{_GLUED})", re.M
)
_BEGINNING = re.compile(rf"{FIRST}[A-Za-z0-9]")
_TO_LINE_END = re.compile(rf"(?:{_RUN.pattern})[^\n]*", re.M)
_YEAR = re.compile(r"\d{4,5}")
_DIGITS = re.compile(r"\d*")

Line = tuple[int, str]


@dataclass
class _Run:
    """A run of labels: its line, what stands above it since the run before, and its values."""

    line: int
    above: list[Line]
    values: dict[str, str] = field(default_factory=dict)


def matches(text: str) -> bool:
    """Return whether a text holds a line of labels and values glued together."""
    # A pattern that begins with a word is found much faster than one that begins with a line.
    return bool(_BEGINNING.search(text)) and any(len(_LABEL.findall(run[0])) > 1 for run in _TO_LINE_END.finditer(text))


def read(text: str) -> Rows:
    """Return the rows of a page; lines that belong to none as findings."""
    rows: list[tuple[int, dict[str, Cell]]] = []
    runs, below = _runs(text)
    topic, head = _heading(runs[0].above) if runs else (NO_CELL, below)
    if runs:
        runs[0].above = head
    findings = []
    for run in runs:
        title, summary, stray = _parts(run.above)
        findings += [Finding("text_unread", "the line belongs to no row", n, words) for n, words in stray]
        above = {"listed_title": title, "listed_summary": summary, "topic": topic}
        rows.append((run.line, {name: (value, run.line) for name, value in run.values.items()} | above))
    unread = [(n, words) for n, words in below if words and not is_boilerplate(words)]
    year = runs[-1].values.get("listed_fiscal_year") if runs else None
    is_cut = bool(runs) and row_is_open(text, is_closed=bool(_YEAR.fullmatch(year or "")) and not unread)
    is_below = is_cut and bool(unread)
    if is_below:
        findings.append(replace(cut_at(text, "below its last row"), value=unread.pop()[1]))
    elif is_cut:
        findings.append(cut_at(text))
    findings += [Finding("text_unread", "no label line follows", n, words) for n, words in unread]
    return Rows(frame_of(rows), tuple(findings), last_is_cut=is_cut and not is_below)


def _runs(text: str) -> tuple[list[_Run], list[Line]]:
    """Return the runs of a page, and the lines below the last one."""
    runs: list[_Run] = []
    above: list[Line] = []
    for number, line in enumerate(text.split("\n"), start=1):
        starts = [match.start() for match in _RUN.finditer(line)]
        above.append((number, line[: starts[0]].strip() if starts else line.strip()))
        for start, end in pairwise([*starts, len(line)]):
            run = _Run(number, above)
            above = [(number, _take(run, line[start:end]))]
            runs.append(run)
    return runs, above


def _take(run: _Run, words: str) -> str:
    """Fill a run with the values of its labels; return what follows the last of them: the next row's title."""
    labels = list(_before_title(words))
    for (label, start), following in zip(labels, [*(at for _, at in labels[1:]), None], strict=True):
        value = words[start : None if following is None else following - len(_label_at(labels, following))]
        if label == LAST:
            year, title = _year(value, run.values.get("listed_number"))
            run.values |= {"listed_fiscal_year": year} if year else {}
            return title.strip()
        if (column := LABELS[label]) and value.strip():
            run.values[column] = value.strip()
    return ""


def _before_title(words: str) -> Iterator[tuple[str, int]]:
    """Yield the labels of a run with where their values begin, each once, until the year's."""
    labels = set()
    for match in _LABEL.finditer(words):
        if match[0] not in labels:
            labels.add(match[0])
            yield match[0], match.end()
        if match[0] == LAST:
            return


def _label_at(labels: list[tuple[str, int]], start: int) -> str:
    return next(label for label, at in labels if at == start)


def _year(words: str, number: str | None) -> tuple[str, str]:
    """Return the year at the beginning of words, and what follows it.

    A title that begins with digits is glued to the year, and some years have a digit too many. Five digits are a year
    if no blank follows them, or if the first four are not the number's year.
    """
    match = _DIGITS.match(words)
    assert match is not None
    digits = match[0]
    length = min(len(digits), 4)
    if len(digits) == 5 and not (words[5:6] == " " and _is_year_of(digits[:4], number)):
        length = 5
    return digits[:length], words[length:]


def _is_year_of(year: str, number: str | None) -> bool:
    try:
        return number is not None and int(year) in {reading.fiscal_year for reading in NUMBERS.readings(number)}
    except NumberError:
        return False


def _heading(above: list[Line]) -> tuple[Cell, list[Line]]:
    """Return the heading, the first line that is no banner, and the lines below it."""
    unknown = [(n, words) for n, words in above if words and not BANNER.match(words)]
    return _cell(unknown[0]) if unknown else NO_CELL, unknown[1:]


def _cell(line: Line) -> Cell:
    number, words = line
    return words, number


def _parts(above: list[Line]) -> tuple[Cell, Cell, list[Line]]:
    """Return title and summary of the lines above a run, and what is neither."""
    words = [(n, w) for n, w in above if w]
    title = NO_CELL
    if words and not words[0][1].startswith(SUMMARY):
        number = words[0][0]
        bare, glued, rest = words[0][1].partition(SUMMARY)
        words[0:1] = [(number, glued + rest)] if glued else []
        title = bare.removeprefix("- ").strip(), number
    if words and words[0][1].startswith(SUMMARY):
        words[0] = words[0][0], words[0][1].removeprefix(SUMMARY).strip()
        paragraphs = [(n, w) for n, w in words if w]
        return title, ("\n\n".join(w for _, w in paragraphs), paragraphs[0][0]) if paragraphs else NO_CELL, []
    return title, NO_CELL, words


LAYOUT = Layout(NAME, matches, read)
