"""The exchange layouts: CSV and NDJSON with this project's column names.

Belongs here: these two forms. Does not: archives of other projects.

`report_number` and `title` are required, the other columns of `LISTED` optional; unknown ones are reported. A line
that is no row (fields too many or too few, broken JSON) is reported with its number; the other rows are read.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator

import polars as pl

from oig_pipeline.capture.rows import COLUMNS, Finding, Layout, Rows, Unreadable, frame
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
csv.field_size_limit(2**31 - 1)


def matches_csv(text: str) -> bool:
    """Return whether the first line is a CSV header that names at least one known column."""
    first = text.lstrip("\n").split("\n", 1)[0]
    try:
        return bool(set(_named(next(csv.reader([first]), []))) & set(LISTED))
    except csv.Error:
        return False


def matches_ndjson(text: str) -> bool:
    """Return whether the first line that can be read is a JSON object, and all before it open one."""
    for line in text.split("\n"):
        if not line.strip():
            continue
        if not line.lstrip().startswith("{"):
            return False
        try:
            return isinstance(json.loads(line), dict)
        except (ValueError, RecursionError):
            continue
    return False


def read_csv(text: str) -> Rows:
    """Return the rows of a CSV capture; `line` is where a row begins, though fields may span lines."""
    names: list[str] = []
    rows, lines, findings = [], [], []
    for line, values in _records(text):
        if isinstance(values, Finding):
            findings.append(values)
        elif not names:
            names = _checked(_named(values), line)
        elif said := _misread(values, names):
            findings.append(Finding("text_unread", said, line, ",".join(values)))
        else:
            rows.append(values)
            lines.append(line)
    known = {LISTED[n]: [r[i] or None for r in rows] for i, n in enumerate(names) if n in LISTED}
    return Rows(frame(known, lines), (*_unknown(names), *findings))


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


def _misread(values: list[str], names: list[str]) -> str | None:
    """Return why the fields cannot be a row, None where they can."""
    if len(values) != len(names):
        return f"the line has {len(values)} fields where the header names {len(names)}"
    for name, value in zip(names, values, strict=True):
        if "\n" in value and (name not in PROSE or re.search(rf"\n\s*\"?(?:{MENTION})\"?,(?! )", value)):
            return f"{name} runs over several lines; a quote may be missing"
    return None


def read_ndjson(text: str) -> Rows:
    """Return the rows of an NDJSON capture. Values are texts or numbers, and taken as they are written."""
    return _read_all(text) or _read_each(text)


def _read_all(text: str) -> Rows | None:
    """Return the rows of a capture in which every row has the same columns and every value is a text, else None.

    Then no key stands twice and nothing is converted, so that reading at once and line by line are the same.
    """
    content = text.encode()
    keys = content.count(b'":')
    if keys != content.count(b'":"') + content.count(b'": "') or b"\\ud" in content or b"\\uD" in content:
        return None
    try:
        names = list(pl.scan_ndjson(io.BytesIO(content), infer_schema_length=None).collect_schema())
        read = pl.read_ndjson(io.BytesIO(content), schema=dict.fromkeys(names, pl.String))
    except pl.exceptions.PolarsError:
        return None
    lines = [n for n, line in enumerate(text.split("\n"), start=1) if line.strip()]
    if len(lines) != read.height or keys != read.height * len(names) or sum(read.null_count().row(0)):
        return None
    _checked(names, lines[0])
    listed = read.select(
        pl.Series("line", lines, dtype=pl.Int32),
        *((pl.col(n) if n in names else pl.lit(None, dtype=pl.String)).alias(c) for n, c in LISTED.items()),
    )
    return Rows(listed.select(*COLUMNS), tuple(_unknown(names)))


def _read_each(text: str) -> Rows:
    """Return the rows of a capture line by line, so that a broken line costs that line alone."""
    rows, lines, findings = [], [], []
    names: dict[str, None] = {}
    for line, words in enumerate(text.split("\n"), start=1):
        if not words.strip():
            continue
        try:
            row = _object(words)
        except (ValueError, RecursionError) as error:
            findings.append(Finding("text_unread", f"the line is no row: {error}", line, words))
            continue
        names |= dict.fromkeys(row)
        rows.append(row)
        lines.append(line)
    if not rows and findings:
        said = f"no line is a row; in the first, {findings[0].message}"
        raise Unreadable(Finding("capture_unreadable", said, findings[0].line))
    _checked(list(names), lines[0] if lines else 1)
    columns = {column: [r.get(name) for r in rows] for name, column in LISTED.items()}
    return Rows(frame(columns, lines), (*_unknown(names), *findings))


def _object(words: str) -> dict[str, str | None]:
    """Return the object that a line holds, the known values as texts, numbers as they are written.

    Raises:
        ValueError: the line is no JSON object, a key stands twice, or a known value is no text and no number.
    """
    value = json.loads(words, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_pairs)
    if not isinstance(value, dict):
        raise ValueError("it is not a JSON object")
    for name, said in value.items():
        if name in LISTED and said is not None:
            if not isinstance(said, str):
                raise ValueError(f"{name} holds neither a text nor a number")
            said.encode()  # half a character is a UnicodeEncodeError, and so a ValueError
    return value


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _checked(names: list[str], line: int) -> list[str]:
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


def _unknown(names: Iterable[str]) -> Iterator[Finding]:
    for name in names:
        if name not in LISTED:
            yield Finding("column_unknown", f"the column '{name}' is not known and was not read", 1, name)


CSV = Layout(NAME, matches_csv, read_csv, LARGEST_FILE)
NDJSON = Layout(NAME, matches_ndjson, read_ndjson, LARGEST_FILE)
