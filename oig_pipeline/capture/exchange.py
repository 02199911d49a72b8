"""The exchange layout as CSV, with this project's column names.

Belongs here: rows of this form. Does not: which columns there are and where the header stands (see `header.py`), or
archives of other projects.

`report_number` and `title` are required, the other columns of `LISTED_COLUMNS` optional; unknown ones are reported. A
record without any content is no row, and a column without name and content is none. A line that is no row (fields too
many or too few) is reported with its number; the other rows are read.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from oig_pipeline.capture.cut import RULE
from oig_pipeline.capture.header import Header, checked, header, is_rule, rows_above, unknown
from oig_pipeline.capture.rows import BLANK, Finding, Layout, Rows, Unreadable, frame, lines_above
from oig_pipeline.capture.unpack import LARGEST_FILE
from oig_pipeline.contract.names import LISTED_COLUMNS
from oig_pipeline.domain.report_number import MENTION
from oig_pipeline.domain.whitespace import WHITESPACE

NAME = "exchange"
SEVERAL_LINES = ("title", "summary", "agency", "oversight_area", "components")
"""The columns whose values may have several lines: prose, and lists."""
MOST_STRAY_QUOTES = 100
OPEN_QUOTE = "unexpected end of data"
"""What the csv module says of quotes that the file never closes."""
csv.field_size_limit(2**31 - 1)


def matches_csv(text: str) -> bool:
    """Return whether a line at the top is a CSV header that names known columns."""
    return header(text) is not None


def read_csv(text: str) -> Rows:
    """Return the rows of a CSV capture; `line` is where a row begins, though fields may span lines."""
    head = header(text)
    if head is None:
        return Rows(frame({}, []))
    names = checked(head.names, head.line)
    begins_row = re.compile(rf"\n\s*\"?(?:{MENTION})\"?{re.escape(head.separator)}(?! )")
    rows, lines, findings = [], [], [*rows_above(head)]
    nameless: dict[int, Finding] = {}
    for line, values in _records(text, head):
        if isinstance(values, Finding):
            findings.append(values)
        elif not _has_content(values) or (head.separator == "|" and is_rule(values)):
            continue
        elif message := _misread(values, head, begins_row):
            findings.append(Finding("text_unread", message, line, head.separator.join(values)))
        else:
            rows.append(values)
            lines.append(line)
            for place in _beyond(values, head):
                nameless.setdefault(place, _nameless(place, line, values[place]))
    places = {LISTED_COLUMNS[name]: place for place, name in enumerate(names) if name in LISTED_COLUMNS}
    columns = {column: [row[place] or BLANK.get(column) for row in rows] for column, place in places.items()}
    # Where each record is one line, so is each value.
    is_plain = not rows or (lines[-1] - lines[0] == len(lines) - 1 and not any("\n" in value for value in rows[-1]))
    field_lines = [] if is_plain else list(map(_field_lines, rows, lines))
    value_lines = {column: [numbers[place] for numbers in field_lines] for column, place in places.items()}
    findings = _as_cut(findings, text, lines[-1] if lines else 0, head)
    all_findings = (*unknown(names, head.line), *nameless.values(), *findings)
    return Rows(frame(columns, lines, None if is_plain else value_lines), all_findings, tuple(columns))


def _field_lines(values: list[str], line: int) -> list[int]:
    """Return the line on which the words of each field of a record begin."""
    numbers = []
    for value in values:
        if "\n" in value:
            numbers.append(line + lines_above(value))
            line += value.count("\n")
        else:
            numbers.append(line)
    return numbers


def _has_content(values: list[str]) -> bool:
    # The first field mostly has some.
    return any(value.strip(WHITESPACE) for value in values)


def _beyond(values: list[str], head: Header) -> Iterator[int]:
    """Yield the places of a row's values that stand in columns without a name."""
    if len(values) == len(head.names) and all(head.names):
        return
    for place, value in enumerate(values):
        if value.strip(WHITESPACE) and not (place < len(head.names) and head.names[place]):
            yield place


def _nameless(place: int, line: int, value: str) -> Finding:
    return Finding("column_unknown", f"column {place + 1} has no name and was not read", line, value)


def _records(text: str, head: Header) -> Iterator[tuple[int, list[str] | Finding]]:
    """Yield the line on which a record below the header begins and its fields; a stray quote costs its line alone.

    Raises:
        Unreadable: there are too many such lines for the file to be CSV.
    """
    remaining = text.split("\n")
    start = head.below - 1
    for _ in range(MOST_STRAY_QUOTES):
        below = (line + "\n" for line in remaining[start:])
        reader = csv.reader(below, strict=True, delimiter=head.separator)
        begins = start + 1
        try:
            for values in reader:
                if values:
                    yield begins, values
                begins = start + reader.line_num + 1
        except csv.Error as error:
            message = f"the line cannot be read: {error}"
            yield begins, Finding("text_unread", message, begins, remaining[begins - 1])
            start = begins
        else:
            return
    raise Unreadable(Finding("capture_unreadable", "the file is not CSV: too many lines have stray quotes", start))


def _as_cut(findings: list[Finding], text: str, last: int, head: Header) -> list[Finding]:
    """Return findings in which the end of a file that breaks off is reported as such.

    It does within a record that has too few fields and no line end; or within quotes, if none of the lines that follow
    the opening one is a row: else that quote was never closed, and costs its line alone.

    Args:
        findings: the findings below the header, in order.
        text: the file.
        last: the line of the last row.
        head: the header.
    """
    end = text.rstrip("\n").count("\n") + 1
    is_ended = text.endswith("\n")
    for place, finding in enumerate(findings):
        line = finding.line or 0
        if line < last or finding.rule != "text_unread":
            continue
        is_quoted = finding.message.endswith(OPEN_QUOTE) and (line < end or not is_ended)
        is_short = not is_ended and line == end and (finding.value or "").count(head.separator) < len(head.names) - 1
        if is_quoted or is_short:
            message = f"the capture breaks off within the record that begins in line {line}: rows may be missing"
            return [*findings[:place], Finding(RULE, message, line, finding.value)]
    return findings


def _misread(values: list[str], head: Header, begins_row: re.Pattern[str]) -> str | None:
    """Return why the fields cannot be a row, None where they can."""
    needed = max(place for place, name in enumerate(head.names, start=1) if name)
    # Columns without a name are none; a field too many that is blank is none either.
    if len(values) < needed or any(value.strip(WHITESPACE) for value in values[len(head.names) :]):
        return f"the line has {len(values)} fields where the header names {needed}"
    for name, value in zip(head.names, values, strict=False):
        if "\n" in value and (
            begins_row.search(value) or (name not in SEVERAL_LINES and "\n" in value.strip(WHITESPACE))
        ):
            return f"{name or 'a column without a name'} runs over several lines; a quote may be missing"
    return None


CSV = Layout(NAME, matches_csv, read_csv, LARGEST_FILE, has_header=True)
