"""The hash of a file, and of a large NDJSON file the ranges of whole lines in which it is read.

Belongs here: reading a file once for both. Does not: what its lines say, or remembering the result (`hash_cache.py`).

Lines are counted while the file is hashed, so that a range knows what stands before it: its rows are born with the line
and the place that they have in the whole file, whoever reads it and in whatever order.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from oig_pipeline.capture import ndjson
from oig_pipeline.capture.unpack import MAGIC
from oig_pipeline.settings import Limits

_HEAD = 2**16
_BLANK = rb"[%b]*\n" % ndjson.ASCII_BLANKS.encode()
_BLANK_LINE, _FIRST_IS_BLANK = re.compile(rb"\n(?=%b)" % _BLANK), re.compile(_BLANK)


@dataclass(frozen=True)
class LineRange:
    """Whole lines of a file.

    Attributes:
        start: where they begin, in bytes.
        end: where they end.
        lines_before: how many lines stand before them.
        rows_before: how many of these are not blank.
    """

    start: int
    end: int
    lines_before: int = 0
    rows_before: int = 0


@dataclass(frozen=True)
class FileIndex:
    """The SHA-256 of a file, and the ranges in which it is read; none where it is read as one."""

    sha256: str
    ranges: tuple[LineRange, ...] = ()


def index(file: Path, chunk_bytes: int = Limits.chunk_bytes) -> FileIndex:
    """Return the index of a file.

    Args:
        file: the file.
        chunk_bytes: about how many bytes a range has; a file of fewer is read as one.

    Raises:
        OSError: it cannot be read.
    """
    with file.open("rb") as stream:
        is_large = stream.seek(0, os.SEEK_END) > chunk_bytes
        stream.seek(0)
        head = stream.read(_HEAD) if is_large else b""
        stream.seek(0)
        if is_large and not head.startswith(tuple(MAGIC)) and ndjson.matches(head.decode("utf-8-sig", "replace")):
            return _index_lines(stream, chunk_bytes)
        return FileIndex(hashlib.file_digest(stream, "sha256").hexdigest())


def _index_lines(stream: BinaryIO, chunk_bytes: int) -> FileIndex:
    digest = hashlib.sha256()
    ranges: list[LineRange] = []
    start = lines = rows = 0
    while content := stream.read(chunk_bytes):
        content += stream.readline()
        digest.update(content)
        ranges.append(LineRange(start, start + len(content), lines, rows))
        new_lines, blank = _count(content if start else content.removeprefix(codecs.BOM_UTF8))
        start, lines, rows = start + len(content), lines + new_lines, rows + new_lines - blank
    return FileIndex(digest.hexdigest(), tuple(ranges))


def _count(content: bytes) -> tuple[int, int]:
    """Return how many lines end in some bytes, which begin with a line, and how many of these are blank."""
    content = ndjson.with_newlines(content)
    blank = len(_BLANK_LINE.findall(content)) + bool(_FIRST_IS_BLANK.match(content))
    return content.count(b"\n"), blank
