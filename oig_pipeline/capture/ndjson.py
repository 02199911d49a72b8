"""The exchange layout as NDJSON: one JSON object a line.

Belongs here: this form, read as one or in chunks of whole lines, and combining the chunks of one file. Does not: which
columns there are and must be (see `exchange.py`), or where a file is split.

A line that is no row is reported with its number; the other rows are read.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from oig_pipeline.capture.cut import RULE, json_breaks_off
from oig_pipeline.capture.exchange import NAME
from oig_pipeline.capture.header import checked, column_names, unknown
from oig_pipeline.capture.rows import BLANK, COLUMNS, MARKUP, ORDINAL, Finding, Layout, Rows, Unreadable, frame
from oig_pipeline.capture.unpack import LARGEST_FILE
from oig_pipeline.contract.names import LINE_COLUMNS, LISTED_COLUMNS
from oig_pipeline.domain.whitespace import WHITESPACE

ASCII_BLANKS = " \t\v\f"
"""What a line holds that has no place: other blanks are seen only by whoever decodes it."""
_DOUBTFUL_ESCAPES = (b"\\ud", b"\\uD", b"\\\\", b'\\":')
"""Halves of characters, a backslash in front of a quote, and a colon behind a quote, within a text."""


@dataclass(frozen=True)
class ChunkStats:
    """Statistics of some lines of a file, without their rows.

    `names` are the keys as they came, `first` is the line of the first row, `rows` is how many there are.
    """

    names: tuple[str, ...]
    findings: tuple[Finding, ...]
    first: int | None
    rows: int


@dataclass(frozen=True)
class Chunk:
    """The rows and statistics of some lines of a file."""

    frame: pl.DataFrame
    stats: ChunkStats


def matches(text: str) -> bool:
    """Return whether the first line that can be read is a JSON object, and all before it open one."""
    for match in re.finditer(r"[^\n]+", text):
        line = match[0]
        if not line.strip():
            continue
        if not line.lstrip().startswith("{"):
            return False
        try:
            return isinstance(json.loads(line), dict)
        except (ValueError, RecursionError):
            continue
    return False


def read(text: str) -> Rows:
    """Return the rows of an NDJSON capture. Values are texts or numbers, and taken as they are written."""
    chunk = read_chunk(text.encode())
    return Rows(chunk.frame, conclude([chunk.stats]), columns_of([chunk.stats]))


def read_chunk(content: bytes, lines_before: int = 0, rows_before: int = 0) -> Chunk:
    """Return the rows and statistics of some whole lines. A line that is not blank has a place, also if it is no row.

    Args:
        content: the lines.
        lines_before: how many lines of the file stand before them.
        rows_before: how many of these are not blank.

    Raises:
        UnicodeDecodeError: they are not UTF-8.
    """
    content = with_newlines(content)
    return _read_all(content, lines_before, rows_before) or _read_each(content.decode(), lines_before, rows_before)


def with_newlines(content: bytes) -> bytes:
    """Return whole lines with a newline at the end of each, whatever ended them."""
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in content else content


def conclude(chunk_stats: Sequence[ChunkStats]) -> tuple[Finding, ...]:
    """Return the findings of a file from the statistics of all its chunks, in order.

    Raises:
        Unreadable: no line of the file is a row, or a required column is missing.
    """
    names = _names(chunk_stats)
    findings = [finding for stats in chunk_stats for finding in stats.findings]
    if not any(stats.rows for stats in chunk_stats) and findings:
        message = f"no line is a row; in the first, {findings[0].message}"
        raise Unreadable(Finding("capture_unreadable", message, findings[0].line))
    checked(names, next((stats.first for stats in chunk_stats if stats.first), 1))
    return (*unknown(names), *findings)


def columns_of(chunk_stats: Sequence[ChunkStats]) -> tuple[str, ...]:
    """Return the columns that any row of a file has."""
    return tuple(LISTED_COLUMNS[name] for name in _names(chunk_stats) if name in LISTED_COLUMNS)


def _names(chunk_stats: Sequence[ChunkStats]) -> list[str]:
    return list(dict.fromkeys(name for stats in chunk_stats for name in stats.names))


def _read_all(content: bytes, lines_before: int, rows_before: int) -> Chunk | None:
    """Return the rows of lines in which every row has the same keys and every value is a text, else None.

    Then no key stands twice and nothing is converted, so that reading at once and line by line are the same. The keys
    are those of the first row: a row that lacks one has a null, and one that has more has more quotes.
    """
    stream = io.BytesIO(content)
    try:
        first_row = json.loads(next((line for line in stream if line.strip()), b""), object_pairs_hook=_pairs)
        keys = list(first_row) if isinstance(first_row, dict) else []
        stream.seek(0)
        read = pl.read_ndjson(stream, schema=dict.fromkeys(keys, pl.String)) if keys else pl.DataFrame()
    except (ValueError, RecursionError, pl.exceptions.PolarsError):
        return None
    names = column_names(keys)
    is_plain = not read.is_empty() and len(set(names)) == len(names) and not sum(read.null_count().row(0))
    if not is_plain or not _are_texts(content, read):
        return None
    lines = _places(content, read.height)
    if lines is None:
        return None
    read.columns = names
    table = read.select(
        pl.int_range(1 + rows_before, 1 + rows_before + pl.len(), dtype=pl.Int32).alias(ORDINAL),
        (lines + lines_before).alias("line"),
        *((pl.col(n) if n in names else pl.lit(None, dtype=pl.String)).alias(c) for n, c in LISTED_COLUMNS.items()),
        pl.lit(None, dtype=pl.String).alias(MARKUP),
        *(pl.lit(None, dtype=pl.Int32).alias(name) for name in LINE_COLUMNS.values()),  # a row is one line
    )
    # An object without any content is no row.
    rows = table.select(ORDINAL, *COLUMNS).filter(_has_content(read))
    first = rows["line"][0] if rows.height else None
    return Chunk(rows, ChunkStats(tuple(names), (), first, rows.height))


def _has_content(rows: pl.DataFrame) -> pl.Series:
    """Return which rows, whose values are all texts, say anything at all."""
    mask = pl.Series("some", [False]).new_from_index(0, rows.height)
    for column in rows.iter_columns():
        if mask.all():
            break
        mask |= column.str.contains(rf"[^{WHITESPACE}]")  # most often the first column has content everywhere
    return mask


def _are_texts(content: bytes, read: pl.DataFrame) -> bool:
    """Return whether objects, of which each has all columns of a frame, have no other key, and texts alone.

    Each value of the frame has a key. If as many colons stand between two quotes, there are as many texts at least; if
    there are no more quotes than these keys and texts need, nothing else is there.
    """
    # What could look like a colon between a key and a text, or a quote that is none.
    if b"\\" in content and any(escape in content for escape in _DOUBTFUL_ESCAPES):
        return False
    if any(column.is_in([":", ": "]).any() for column in read.iter_columns()):
        return False
    values = read.height * read.width
    texts = content.count(b'": "')
    if texts < values:
        texts += content.count(b'":"')
    return texts == values and content.count(b'"') - content.count(b'\\"') == 4 * values


def _places(content: bytes, rows: int) -> pl.Series | None:
    """Return the line of each row, where every line that is not blank is one; else None."""
    if content.count(b"\n") + (not content.endswith(b"\n")) == rows:
        return pl.int_range(1, rows + 1, dtype=pl.Int32, eager=True)
    lines = [n for n, line in enumerate(content.split(b"\n"), start=1) if line.strip()]
    return pl.Series(lines, dtype=pl.Int32) if len(lines) == rows else None


def _read_each(text: str, lines_before: int, rows_before: int) -> Chunk:
    """Return the rows of a text line by line, so that a broken line costs that line alone."""
    rows, ordinals, lines, findings = [], [], [], []
    ordinal = rows_before
    names: dict[str, None] = {}
    end = text.count("\n") + 1 + lines_before
    for line, words in enumerate(text.split("\n"), start=1 + lines_before):
        ordinal += bool(words.strip(ASCII_BLANKS))
        if not words.strip():
            continue
        try:
            row = _object(words)
        except (ValueError, RecursionError) as error:
            if line == end and json_breaks_off(words):  # no line end follows
                message = "the capture breaks off within this line: rows may be missing"
                findings.append(Finding(RULE, message, line, words))
            else:
                findings.append(Finding("text_unread", f"the line is no row: {error}", line, words))
            continue
        names |= dict.fromkeys(row)
        if not any(value.strip(WHITESPACE) for value in row.values() if isinstance(value, str)):
            continue  # an object without any content is no row
        rows.append(row)
        ordinals.append(ordinal)
        lines.append(line)
    columns = {
        column: [BLANK.get(column) if name in r and r[name] is None else r.get(name) for r in rows]
        for name, column in LISTED_COLUMNS.items()
    }
    # Half a character in a key can be shown only as it is written.
    written_names = tuple(dict.fromkeys(name.encode(errors="backslashreplace").decode() for name in names))
    stats = ChunkStats(written_names, tuple(findings), lines[0] if lines else None, len(rows))
    return Chunk(frame(columns, lines).with_columns(pl.Series(ORDINAL, ordinals, pl.Int32)), stats)


def _object(words: str) -> dict[str, str | None]:
    """Return the object that a line holds, the known values as texts, numbers as they are written.

    Raises:
        ValueError: the line is no JSON object, a key stands twice, or a known value is no text and no number.
    """
    # What is no number (`NaN`, which JSON does not have) is no value.
    value = json.loads(words, parse_int=str, parse_float=str, parse_constant=_nothing, object_pairs_hook=_pairs)
    if not isinstance(value, dict):
        raise ValueError("it is not a JSON object")
    names = column_names(value)
    if len(set(names)) != len(names):
        raise ValueError("a key stands twice")
    value = dict(zip(names, value.values(), strict=True))
    for name, field_value in value.items():
        if name in LISTED_COLUMNS and field_value is not None:
            if not isinstance(field_value, str):
                raise ValueError(f"{name} holds neither a text nor a number")
            field_value.encode()  # half a character is a UnicodeEncodeError, and so a ValueError
    return value


def _nothing(constant: str) -> None:
    """Return the value of `NaN`, `Infinity` and `-Infinity`."""


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise ValueError("a key stands twice")
    return mapping


LAYOUT = Layout(NAME, matches, read, LARGEST_FILE)
