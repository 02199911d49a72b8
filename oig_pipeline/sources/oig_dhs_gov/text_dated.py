"""Dated lists: the alerts of the site's earlier form, saved as text.

Belongs here: this layout only. Does not: what the values mean.

Below the header `Date Title` a row is `MM/DD/YY TITLE (PDF, N pages - SIZE)`, the bracket sometimes on the next line.
There are no columns for number and fiscal year; now and then a title ends in its number.
"""

from __future__ import annotations

import re

from oig_pipeline.capture.boilerplate import is_boilerplate, row_is_open
from oig_pipeline.capture.cut import cut_at
from oig_pipeline.capture.rows import Finding, Layout, Rows, frame
from oig_pipeline.offices.dhs.numbers import NUMBERS

NAME = "text_dated"
_HEADER = re.compile(r"^[ \t]*Date[ \t]+Title[ \t]*$", re.M)
_WORDS = re.compile(r"Date[ \t]+Title")
_ROW = re.compile(r"^(\d{1,2}/\d{1,2}/\d{2}(?:\d{2})?)\s+(.*)$")
_NOTE = re.compile(r"\s*\(PDF,[^)]*\)$")
_OPEN_NOTE = re.compile(r"\s*\(PDF[^)]*$")
_DAY_BEGINS = re.compile(r"\n[\d/]+\s*$")
_NUMBER = re.compile(rf"({NUMBERS.mention}(?:-[A-Z]{{1,5}})?)$", re.I)


def matches(text: str) -> bool:
    """Return whether a text holds the header of a dated list."""
    # A pattern that begins with a word is found much faster than one that begins with a line.
    return bool(_WORDS.search(text) and _HEADER.search(text))


def read(text: str) -> Rows:
    """Return the rows below the header; lines that belong to none as findings."""
    header = _HEADER.search(text)
    assert header is not None
    columns: dict[str, list[str | None]] = {n: [] for n in ("listed_number", "listed_title", "listed_issue_date")}
    lines, findings = [], []
    note_count, has_note = 0, False
    start = text[: header.end()].count("\n") + 2
    for number, raw in enumerate(text.split("\n")[start - 1 :], start=start):
        line = raw.strip()
        row = _ROW.match(line)
        if row:
            has_note = bool(_NOTE.search(row[2]))
            note_count += has_note
            title = _OPEN_NOTE.sub("", _NOTE.sub("", row[2])).strip()
            ending = _NUMBER.search(title)
            for name, value in zip(columns, (ending and ending[1], title or None, row[1]), strict=True):
                columns[name].append(value)
            lines.append(number)
        elif _NOTE.fullmatch(line):
            note_count, has_note = note_count + (not has_note), True
        elif line and not is_boilerplate(line):
            findings.append(Finding("text_unread", "the line is not part of a row", number, line))
    # Where rows end in a bracket, one without it is incomplete.
    is_closed = has_note or (not note_count and not _OPEN_NOTE.search(text))
    is_cut = bool(lines) and row_is_open(text, is_closed=is_closed and not _DAY_BEGINS.search(text))
    if is_cut:
        findings = [*(f for f in findings if (f.line or 0) < lines[-1]), cut_at(text)]
    return Rows(frame(columns, lines), tuple(findings), last_is_cut=is_cut)


LAYOUT = Layout(NAME, matches, read, has_header=True)
