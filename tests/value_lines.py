"""Whether values stand on the lines that they name: the words of each, in the source itself."""

from __future__ import annotations

import html
import re
from typing import Any

import polars as pl

from oig_pipeline.contract.names import LINE_COLUMNS

UNLISTED = (
    "listed_report_type", "listed_components", "listed_recommendations", "listed_questioned_costs",
    "listed_funds_for_better_use",
)  # fmt: skip
"""The columns that no layout of oig.dhs.gov shows."""
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_TAG = re.compile(r"""<(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_ATTRIBUTE_VALUE = re.compile(r"""(?:href|datetime)\s*=\s*["']?\s*([^"'\s>]+)""")
_WORDS = 3


def line_of(row: dict[str, Any], column: str) -> int:
    """Return the line of a value of a row."""
    return int(row[LINE_COLUMNS[column]] or row["line"])


def misplaced(text: str, rows: pl.DataFrame) -> list[tuple[str, str, int]]:
    """Return the values of rows that do not begin on their line: column, value and line.

    Also those that are null and have a line, or give that of their row.
    """
    source = text.replace("\r\n", "\n").replace("\r", "\n")
    lines, is_html = source.split("\n"), source.lstrip().startswith("<")
    wrong = []
    for row in rows.iter_rows(named=True):
        for column, line_column in LINE_COLUMNS.items():
            value, line = row[column], line_of(row, column)
            if row[line_column] is not None and (value is None or line == row["line"]):
                wrong.append((column, str(value), line))
            elif value and not value.isspace() and not _begins(lines, line, value.split(), is_html=is_html):
                wrong.append((column, value, line))
    return wrong


def _begins(lines: list[str], line: int, words: list[str], *, is_html: bool) -> bool:
    """Return whether words begin on a line, the first of them on it and the next after it."""
    first, rest = lines[line - 1], "\n".join(lines[line - 1 : line + 60])
    if is_html:
        # A tag may have begun above the line, and have an attribute on it.
        in_attributes = (html.unescape(value) for value in _ATTRIBUTE_VALUE.findall(first))
        if len(words) == 1 and any(value.startswith(words[0]) for value in in_attributes):
            return True
        first, rest = (html.unescape(_TAG.sub("", _COMMENT.sub("", part))) for part in (first, rest))
    return _bare(words[0]) in _bare(first) and _bare("".join(words[:_WORDS])) in _bare(rest)


def _bare(text: str) -> str:
    """Return a text without blanks, and without what joins values or notations put before quotes."""
    return re.sub(r"[\s,;\"\\]+", "", text)


def checked_rows(text: str, rows: pl.DataFrame) -> list[dict[str, Any]]:
    """Return rows without the lines of their values, once each value stands on its own."""
    assert misplaced(text, rows) == []
    return rows.drop(LINE_COLUMNS.values()).to_dicts()
