"""Tables as Parquet files.

Belongs here: how a table becomes a file whose bytes depend on its rows alone, and reading, scanning and moving such a
file, in a folder or in an object store. Does not: where files lie.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl
import pyarrow as pa

from oig_pipeline.contract.schemas import COLUMNS
from oig_pipeline.contract.surfaces import arrow_schema
from oig_pipeline.errors import CannotRun

SETTINGS: dict[str, Any] = {"row_group_size": 65_536, "compression": "zstd", "compression_level": 3, "version": "2.6"}
"""How files are written."""


File = Any
"""A `pathlib.Path`, or a `upath.UPath` in an object store."""


@dataclass(frozen=True)
class Part:
    """A file that holds rows of a table: how many, its size in bytes and its SHA-256."""

    file: File
    rows: int
    bytes: int
    sha256: str


Parts = Mapping[int | None, Part | pl.DataFrame]
"""Fiscal year (None for rows without one) → its rows of a table, in a file or at hand."""


class PartWriter:
    """A file that takes the rows of a table bit by bit, each bit in row groups of its own."""

    def __init__(self, table: str, file: File) -> None:
        import pyarrow.parquet as pq  # a check writes no file, and this is slow to import

        self._sink = _open_sink(file)
        self._schema = arrow_schema(table)
        self._file = file
        options = {name: value for name, value in SETTINGS.items() if name != "row_group_size"}
        names = [name for name, column in COLUMNS[table].items() if column.dictionary]
        # Bare nested names stand for the values within.
        leaves = [f"{n}.list.element" if pa.types.is_list(self._schema.field(n).type) else n for n in names]
        self._writer = pq.ParquetWriter(self._sink, self._schema, use_dictionary=leaves, **options)

    def add(self, frame: pl.DataFrame) -> None:
        """Write some rows, in the order given."""
        arrow = frame.to_arrow().cast(self._schema).replace_schema_metadata({})
        self._writer.write_table(arrow, row_group_size=SETTINGS["row_group_size"])

    def part(self) -> Part:
        """End the file; return it, with the rows that it says it holds."""
        self._writer.close()
        if self._sink is not self._file:
            self._sink.close()
        with self._file.open("rb") as stream:
            rows = _rows(stream)
        return Part(self._file, rows, self._file.stat().st_size, digest(self._file))


def write(frame: pl.DataFrame, table: str, file: Path) -> Part:
    """Write the rows of a table, in the order given, with the contract's schema and descriptions; return the file."""
    writer = PartWriter(table, file)
    writer.add(frame)
    return writer.part()


def carry(source: Part, file: Path) -> Part:
    """Put an existing file in another place: a hard link, or a copy where links are not possible."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not isinstance(source.file, Path):
        source.file.fs.get_file(source.file.path, str(file))
        return replace(source, file=file)
    try:
        os.link(source.file, file)
    except OSError:
        shutil.copyfile(source.file, file)
    return replace(source, file=file)


def _rows(stream: BinaryIO) -> int:
    import pyarrow.parquet as pq

    return int(pq.read_metadata(stream).num_rows)


def _open_sink(file: File) -> Any:
    """Return the target to write a file to: its path, with the folder created, or a stream into an object store."""
    if not isinstance(file, Path):
        return file.open("wb")
    file.parent.mkdir(parents=True, exist_ok=True)
    return file


def scan(rows: Part | pl.DataFrame) -> pl.LazyFrame:
    """Return rows at hand or in a file, without reading them yet."""
    if isinstance(rows, pl.DataFrame):
        return rows.lazy()
    file = rows.file
    if isinstance(file, Path):
        return pl.scan_parquet(file, glob=False, hive_partitioning=False)
    import pyarrow.dataset as ds  # of no use to anybody who has no store, and slow to import

    return pl.scan_pyarrow_dataset(ds.dataset(file.path, filesystem=file.fs, format="parquet"))


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
    import pyarrow.parquet as pq

    with _readable(file):
        return pq.read_schema(file)


@contextmanager
def _readable(file: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, pa.ArrowException, pl.exceptions.PolarsError) as error:
        message = " ".join(str(error).split())
        raise CannotRun(f"{file}: cannot be read: {message}; oig verify says what is wrong") from None


def digest(file: File) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal digits."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
