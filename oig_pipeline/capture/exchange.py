"""The exchange layout as CSV, with this project's column names.

Belongs here: this form, and what it shares with NDJSON (see `ndjson.py`): which columns there are and must be. Does
not: archives of other projects.

`report_number` and `title` are required, the other columns of `LISTED` optional; unknown ones are reported. A line
that is no row (fields too many or too few) is reported with its number; the other rows are read.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator

from oig_pipeline.capture.cut import RULE
from oig_pipeline.capture.rows import Finding, Layout, Rows, Unreadable, frame
from oig_pipeline.capture.unpack import LARGEST_FILE
from oig_pipeline.contract.names import LISTED
from oig_pipeline.domain.report_number import MENTION

NAME = "exchange"
REQUIRED = ("report_number", "title")
SITE_LABELS = {
    "Report Number": "report_number", "Title": "title", "Executive Summary": "summary", "Issue Date": "issue_date",
    "Document File": "document_url", "DHS Agency": "agency", "Oversight Area": "oversight_area",
    "Fiscal Year": "fiscal_year",
}  # fmt: skip
PROSE = ("title", "summary")  # the only columns whose values may hold line breaks
MOST_STRAY_QUOTES = 100
OPEN_QUOTE = "unexpected end of data"
"""What the csv module says of quotes that the file never closes."""
csv.field_size_limit(2**31 - 1)


def matches_csv(text: str) -> bool:
    """Return whether the first line is a CSV header that names at least one known column."""
    found = re.search(r"[^\n]+", text)
    first = found[0] if found else ""
    try:
        return bool(set(_named(next(csv.reader([first]), []))) & set(LISTED))
    except csv.Error:
        return False


def read_csv(text: str) -> Rows:
    """Return the rows of a CSV capture; `line` is where a row begins, though fields may span lines."""
    names: list[str] = []
    rows, lines, findings = [], [], []
    for line, values in _records(text):
        if isinstance(values, Finding):
            findings.append(values)
        elif not names:
            names = checked(_named(values), line)
        elif said := _misread(values, names):
            findings.append(Finding("text_unread", said, line, ",".join(values)))
        else:
            rows.append(values)
            lines.append(line)
    known = {LISTED[n]: [r[i] or None for r in rows] for i, n in enumerate(names) if n in LISTED}
    findings = _as_cut(findings, text, lines[-1] if lines else 0, len(names))
    return Rows(frame(known, lines), (*unknown(names), *findings), tuple(known))


def _named(headings: list[str]) -> list[str]:
    """Return the columns that the headings of a CSV mean: their own names, or the labels that the site gives them."""
    names = [heading.strip() for heading in headings]
    return [SITE_LABELS.get(name, name) for name in names] if "Report Number" in names else names


def _records(text: str) -> Iterator[tuple[int, list[str] | Finding]]:
    """Yield the line on which a record begins and its fields; a line with a stray quote costs itself alone.

    Raises:
        Unreadable: there are too many such lines for the file to be CSV.
    """
    remaining = text.split("\n")
    start = 0
    for _ in range(MOST_STRAY_QUOTES):
        reader = csv.reader((line + "\n" for line in remaining[start:]), strict=True)
        begins = start + 1
        try:
            for values in reader:
                if values:
                    yield begins, values
                begins = start + reader.line_num + 1
        except csv.Error as error:
            said = f"the line cannot be read: {error}"
            yield begins, Finding("text_unread", said, begins, remaining[begins - 1])
            start = begins
        else:
            return
    raise Unreadable(Finding("capture_unreadable", "the file is not CSV: too many lines have stray quotes", start))


def _as_cut(findings: list[Finding], text: str, last: int, fields: int) -> list[Finding]:
    """Return findings in which the end of a file that breaks off is named as such.

    It does within a record that has too few fields and no line end; or within quotes, if none of the lines that follow
    the opening one is a row: else that quote was never closed, and costs its line alone.

    Args:
        findings: what was found below the header, in order.
        text: the file.
        last: the line of the last row.
        fields: how many the header names.
    """
    end = text.rstrip("\n").count("\n") + 1
    is_ended = text.endswith("\n")
    for place, finding in enumerate(findings):
        line = finding.line or 0
        if line < last or finding.rule != "text_unread":
            continue
        is_quoted = finding.message.endswith(OPEN_QUOTE) and (line < end or not is_ended)
        is_short = not is_ended and line == end and (finding.value or "").count(",") < fields - 1
        if is_quoted or is_short:
            said = f"the capture breaks off within the record that begins in line {line}: rows may be missing"
            return [*findings[:place], Finding(RULE, said, line, finding.value)]
    return findings


def _misread(values: list[str], names: list[str]) -> str | None:
    """Return why the fields cannot be a row, None where they can."""
    if len(values) != len(names):
        return f"the line has {len(values)} fields where the header names {len(names)}"
    for name, value in zip(names, values, strict=True):
        if "\n" in value and (name not in PROSE or re.search(rf"\n\s*\"?(?:{MENTION})\"?,(?! )", value)):
            return f"{name} runs over several lines; a quote may be missing"
    return None


def checked(names: list[str], line: int) -> list[str]:
    """Return the names of a header, if the required ones are among them and none stands twice.

    Raises:
        Unreadable: otherwise.
    """
    missing = [n for n in REQUIRED if n not in names]
    twice = sorted({n for n in names if names.count(n) > 1})
    if missing:
        said = f"the column {' and '.join(missing)} is missing; there are {', '.join(names)}"
        raise Unreadable(Finding("capture_unreadable", said, line))
    if twice:
        raise Unreadable(Finding("capture_unreadable", f"the column {', '.join(twice)} stands twice", line))
    return names


def unknown(names: Iterable[str]) -> Iterator[Finding]:
    """Yield the findings of columns that are not read."""
    for name in names:
        if name not in LISTED:
            yield Finding("column_unknown", f"the column '{name}' is not known and was not read", 1, name)


CSV = Layout(NAME, matches_csv, read_csv, LARGEST_FILE, has_header=True)
