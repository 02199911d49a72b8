"""The exchange layouts: CSV and NDJSON with this project's column names.

Belongs here: these two forms. Does not: archives of other projects.

`report_number` and `title` are required, the other columns of `LISTED` optional; unknown ones are reported. A line
that is no row (fields too many or too few, broken JSON) is reported with its number; the other rows are read.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator

import polars as pl

from oig_pipeline.capture.rows import COLUMNS, LISTED, Finding, Layout, Rows, Unreadable, frame

NAME = "exchange"
REQUIRED = ("report_number", "title")
LONGEST_FIELD = 2**27


def matches_csv(text: str) -> bool:
    """Return whether the first line is a CSV header that names at least one known column."""
    return bool(set(_header(text)) & set(LISTED))


def matches_ndjson(text: str) -> bool:
    """Return whether the first line that is not blank is a JSON object."""
    first = text.lstrip().split("\n", 1)[0]
    try:
        return first.startswith("{") and isinstance(json.loads(first), dict)
    except ValueError:
        return False


def _header(text: str) -> list[str]:
    first = text.lstrip("\r\n").split("\n", 1)[0]
    return [name.strip() for name in next(csv.reader([first]), [])]


def read_csv(text: str) -> Rows:
    """Return the rows of a CSV capture; `line` is where a row begins, though fields may span lines."""
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    names: list[str] | None = None
    rows, lines, findings = [], [], []
    begins = 1
    try:
        for values in reader:
            if names is None and values:
                names = _checked([v.strip() for v in values], begins)
            elif names is not None and len(values) == len(names):
                rows.append(values)
                lines.append(begins)
            elif names is not None and values:
                said = f"the line has {len(values)} fields where the header names {len(names)}"
                findings.append(Finding("text_unread", said, begins, ",".join(values)))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(Finding("capture_unreadable", f"the CSV cannot be read: {error}", begins)) from None
    names = names or []
    known = {LISTED[n]: [r[i] or None for r in rows] for i, n in enumerate(names) if n in LISTED}
    return Rows(frame(known, lines), (*_unknown(names), *findings))


def read_ndjson(text: str) -> Rows:
    """Return the rows of an NDJSON capture; numbers are taken as they are written."""
    fast = _read_all(text)
    return fast if fast is not None else _read_each(text)


def _read_all(text: str) -> Rows | None:
    """Return the rows of a capture in which every line is an object, None where one is not."""
    content = text.encode()
    try:
        names = list(pl.scan_ndjson(io.BytesIO(content), infer_schema_length=None).collect_schema())
        read = pl.read_ndjson(io.BytesIO(content), schema=dict.fromkeys(LISTED, pl.String))
    except pl.exceptions.PolarsError:
        return None
    lines = [n for n, line in enumerate(text.split("\n"), start=1) if line.strip()]
    if len(lines) != read.height:
        return None
    names = _checked(names, lines[0])
    listed = read.rename(LISTED).with_columns(pl.Series("line", lines, dtype=pl.Int32)).select(*COLUMNS)
    return Rows(listed, tuple(_unknown(names)))


def _read_each(text: str) -> Rows:
    """Return the rows of a capture line by line, so that a broken line costs that line alone."""
    rows, lines, findings = [], [], []
    names: dict[str, None] = {}
    for line, words in enumerate(text.split("\n"), start=1):
        if not words.strip():
            continue
        try:
            value = json.loads(words)
        except ValueError as error:
            findings.append(Finding("text_unread", f"the line is not JSON: {error}", line, words))
            continue
        if not isinstance(value, dict):
            findings.append(Finding("text_unread", "the line is not a JSON object", line, words))
            continue
        names |= dict.fromkeys(value)
        rows.append(value)
        lines.append(line)
    _checked(list(names), lines[0] if lines else 1)
    columns = {column: [_as_text(r.get(name)) for r in rows] for name, column in LISTED.items()}
    return Rows(frame(columns, lines), (*_unknown(names), *findings))


def _as_text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


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


CSV = Layout(NAME, matches_csv, read_csv)
NDJSON = Layout(NAME, matches_ndjson, read_ndjson)
