"""Tables as Parquet files.

Belongs here: how a table becomes a file whose bytes depend on its rows alone, and whether a file holds a table already.
Does not: where files lie.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from oig_pipeline.contract.faults import CannotRun
from oig_pipeline.contract.surfaces import arrow_schema

SETTINGS: dict[str, Any] = {"row_group_size": 16_384, "compression": "zstd", "compression_level": 3, "version": "2.6"}
"""How files are written."""
# Columns whose values rarely repeat: a dictionary of them takes time and saves nothing.
_DISTINCT = {
    "sighting_id", "listed_number", "listed_title", "listed_summary", "listed_document_url", "report_number", "title",
    "summary", "document_url", "document_urls", "recommendations_text", "value", "message", "old_value", "new_value",
}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A file that holds rows of a table: how many, its size in bytes and its SHA-256."""

    file: Path
    rows: int
    bytes: int
    sha256: str


Parts = Mapping[int | None, Part | pl.DataFrame]
"""Fiscal year (None for rows without one) → its rows of a table, in a file or at hand."""


class Writer:
    """A file that takes the rows of a table bit by bit, each bit in row groups of its own."""

    def __init__(self, table: str, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._schema = arrow_schema(table)
        self._file = file
        options = {name: value for name, value in SETTINGS.items() if name != "row_group_size"}
        names = [name for name in self._schema.names if name not in _DISTINCT]
        # Bare nested names stand for the values within.
        leaves = [f"{n}.list.element" if pa.types.is_list(self._schema.field(n).type) else n for n in names]
        self._writer = pq.ParquetWriter(file, self._schema, use_dictionary=leaves, **options)

    def add(self, frame: pl.DataFrame) -> None:
        """Write some rows, in the order given."""
        arrow = frame.to_arrow().cast(self._schema).replace_schema_metadata({})
        self._writer.write_table(arrow, row_group_size=SETTINGS["row_group_size"])

    def part(self) -> Part:
        """End the file; return it, with the rows that it says it holds."""
        self._writer.close()
        rows = pq.read_metadata(self._file).num_rows
        return Part(self._file, rows, self._file.stat().st_size, digest(self._file))


def write(frame: pl.DataFrame, table: str, file: Path) -> Part:
    """Write the rows of a table, in the order given, with the contract's schema and descriptions; return the file."""
    writer = Writer(table, file)
    writer.add(frame)
    return writer.part()


def carry(part: Part, file: Path) -> Part:
    """Give a file that is written already another place: a link, or a copy where the file system has none."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(part.file, file)
    except OSError:
        shutil.copyfile(part.file, file)
    return replace(part, file=file)


def read(file: Path) -> pl.DataFrame:
    """Return the rows of one file; no character of its path is a wildcard, and its folder's name is no column.

    Raises:
        CannotRun: the file is missing or damaged.
    """
    with _readable(file):
        return pl.read_parquet(file, glob=False, hive_partitioning=False)


def schema(file: Path) -> pa.Schema:
    """Return the Arrow schema of one file.

    Raises:
        CannotRun: the file is missing or damaged.
    """
    with _readable(file):
        return pq.read_schema(file)


@contextmanager
def _readable(file: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, pa.ArrowException, pl.exceptions.PolarsError) as error:
        said = " ".join(str(error).split())
        raise CannotRun(f"{file}: cannot be read: {said}; oig verify says what is wrong") from None


def digest(file: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal digits."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
