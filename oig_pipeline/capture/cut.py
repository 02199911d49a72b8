"""Captures that break off before their end.

Belongs here: how a text that was cut is told from a whole one, and what is left of the row at which it was. Does not:
how a layout closes a row (see its module), or what is done with rows in doubt (see `curate/merge.py`).
"""

from __future__ import annotations

import json
import re

import polars as pl

from oig_pipeline.capture.rows import Finding
from oig_pipeline.contract.names import LINE_COLUMNS, LISTED_COLUMNS

RULE = "capture_cut"
_LONGEST = 200
PROSE = ("listed_title", "listed_summary")
"""Columns of which a part still says something; of an address, a number or a day it says something else."""
_OPENS = re.compile(r"<(?:html|body)\b", re.I)
_ENDS = re.compile(r"</(?:html|body)\s*>", re.I)
_END_OF_PAGE = re.compile(r"</html\s*>\s*$", re.I)
_CONTENT = re.compile(r"<(?:html|table|tr|td|article|main|h1)\b", re.I)
_IN_TAG = re.compile(r"<(?:[a-zA-Z/!][^<>]*)?$")
_PAIRED = re.compile(r"<(/?)(table|article|main|div|ul|ol)\b", re.I)
_HIDDEN = re.compile(r"<(?:!--|(script|style)\b)", re.I)
_CLOSED = {None: re.compile("-->"), "script": re.compile("</script", re.I), "style": re.compile("</style", re.I)}


def cut_at(text: str, where: str = "within its last row") -> Finding:
    """Return the finding of a text that breaks off at its end."""
    end = text.rstrip()
    line = end.count("\n") + 1
    value = end[end.rfind("\n") + 1 :].strip()[-_LONGEST:]
    return Finding(RULE, f"the capture breaks off in line {line}, {where}: rows may be missing", line, value)


def html_breaks_off(text: str) -> bool:
    """Return whether a page of HTML ends before its last element is closed.

    A page that opens `html` or `body` closes it; of a part of a page, what must be closed is closed. What stands in
    comments and scripts counts for neither.
    """
    # Most pages are complete, which shows at their end.
    if _END_OF_PAGE.search(text, max(0, len(text) - _LONGEST)) and text.rfind("<!--") <= text.rfind("-->"):
        return False
    visible, is_open = _visible(text)
    if is_open or _IN_TAG.match(visible, max(visible.rfind("<"), 0)):
        return True
    if _OPENS.search(visible):
        end = max((match.end() for match in _ENDS.finditer(visible)), default=None)
        # A second page that was appended to a whole one may be cut in its turn.
        return end is None or bool(_CONTENT.search(visible, end))
    open_counts: dict[str, int] = {}
    for match in _PAIRED.finditer(visible):
        name = match[2].lower()
        open_counts[name] = open_counts.get(name, 0) + (-1 if match[1] else 1)
    return any(count > 0 for count in open_counts.values())


def json_breaks_off(text: str) -> bool:
    """Return whether a text begins a JSON value that never ends."""
    bare = text.rstrip()
    if bare.lstrip()[:1] not in ("{", "["):
        return False
    try:
        json.loads(bare)
    except json.JSONDecodeError as error:
        is_string = error.msg.startswith("Unterminated string")
        rest = bare[error.pos :]
        # A word such as `tru` or a number that breaks off stands at the very end.
        return is_string or not rest or bool(re.fullmatch(r"[a-z]{1,4}|[-\d.]*|\\?u?[0-9a-fA-F]{0,4}", rest))
    except (ValueError, RecursionError):
        return False
    return False


def without_stumps(frame: pl.DataFrame, text: str) -> pl.DataFrame:
    """Return rows whose last one has none of the values at which the text breaks off, prose apart.

    What is left of a number, a day or an address is another number, day or address.
    """
    if frame.is_empty():
        return frame
    end = text.rstrip()
    last = frame.row(-1, named=True)
    stumps = [
        name
        for name in LISTED_COLUMNS.values()
        if name not in PROSE and (value := last[name]) and end.endswith(value.rstrip())
    ]
    is_last = pl.int_range(pl.len()) == frame.height - 1
    lines = [LINE_COLUMNS[name] for name in stumps]
    return frame.with_columns(pl.when(~is_last).then(name).alias(name) for name in (*stumps, *lines))


def without_half_a_letter(content: bytes) -> tuple[bytes, bool]:
    """Return UTF-8 without the bytes of a character that break off at its very end, and whether there were any.

    One such byte alone, at the end of a file that has no other character of several bytes, is of another encoding.
    """
    for length in range(1, min(4, len(content) + 1)):
        start = content[-length]
        if start >= 0xC0:
            needed = 2 if start < 0xE0 else 3 if start < 0xF0 else 4
            is_half = length < needed and (length > 1 or not content[:-1].isascii())
            return (content[:-length], True) if is_half else (content, False)
        if start < 0x80:
            break
    return content, False


def _visible(text: str) -> tuple[str, bool]:
    """Return a page without comments, scripts and styles, and whether one of these is never closed."""
    pieces, position = [], 0
    while start := _HIDDEN.search(text, position):
        pieces.append(text[position : start.start()])
        end = _CLOSED[start[1] and start[1].lower()].search(text, start.end())
        if end is None:
            return "".join(pieces), True
        position = end.end()
    return "".join([*pieces, text[position:]]), False
