"""Where the rows of a batch are: in memory, or in the Arrow files of a folder.

Belongs here: both stores, which hold the same rows and differ in nothing that a caller sees. Does not: which rows they
are (`batches.py`), or the folder's name (`cache.py`).

A table lies there in parts, one for each row range of the batch. A file holds a part as one record batch, so a fiscal
year is read without the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any, Protocol

import polars as pl
import pyarrow as pa

from oig_pipeline.storage import WorkPath

_COPY, _ORIGINAL, _IS_COPY = "stated_summary", "listed_summary", "_is_copy"
"""Both mostly hold the same, and summaries are most of the data, so they are written once."""


class Store(Protocol):
    """Tables in parts."""

    def write(self, table: str, frame: pl.DataFrame, heights: Sequence[int]) -> None:
        """Store the rows of a table; `heights` are those of its parts, in order."""

    def read(self, table: str, part: int, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """Return one part of a table: all of its columns, or some."""


@dataclass(frozen=True)
class MemoryStore:
    """Tables in memory."""

    parts: dict[str, list[pl.DataFrame]] = field(default_factory=dict)

    def write(self, table: str, frame: pl.DataFrame, heights: Sequence[int]) -> None:
        """Store the rows of a table."""
        self.parts[table] = _split(frame, heights)

    def read(self, table: str, part: int, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """Return one part of a table."""
        frame = self.parts[table][part]
        return frame.select(columns) if columns else frame


@dataclass(frozen=True)
class FolderStore:
    """Tables as files of a folder that exists."""

    folder: WorkPath

    def write(self, table: str, frame: pl.DataFrame, heights: Sequence[int]) -> None:
        """Write the rows of a table."""
        arrow = _without_copies(frame).rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
        with file_of(self.folder, table).open("wb") as stream, pa.ipc.new_file(stream, arrow.schema) as writer:
            for begin, height in zip(accumulate(heights, initial=0), heights, strict=False):
                batches = arrow.slice(begin, height).combine_chunks().to_batches()
                writer.write_batch(batches[0] if batches else pa.RecordBatch.from_pylist([], schema=arrow.schema))

    def read(self, table: str, part: int, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """Read one part of a table; of some columns no more than these."""
        with _open(file_of(self.folder, table)) as stream:
            reader = pa.ipc.open_file(stream)
            if columns:
                fields = [reader.schema.get_field_index(name) for name in columns]
                reader = pa.ipc.open_file(stream, options=pa.ipc.IpcReadOptions(included_fields=fields))
            frame = pl.from_arrow(reader.get_batch(part))
            assert isinstance(frame, pl.DataFrame)
            return frame.select(columns) if columns else _with_copies(frame)


def file_of(folder: WorkPath, table: str) -> WorkPath:
    """Return the file of a table in a folder."""
    return folder / f"{table}.arrow"


@contextmanager
def _open(file: WorkPath) -> Iterator[Any]:
    """Open a file for random access."""
    if isinstance(file, Path):
        # Not memory-mapped: for many small parts the kernel would map, and count as memory, far more than is read.
        with pa.OSFile(str(file)) as stream:
            yield stream
    else:
        # No read-ahead: a reader needs one of many parts.
        with file.open("rb", cache_type="none") as stream:
            yield stream


def _split(frame: pl.DataFrame, heights: Sequence[int]) -> list[pl.DataFrame]:
    begins = accumulate(heights, initial=0)
    return [frame.slice(begin, height) for begin, height in zip(begins, heights, strict=False)]


def _without_copies(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame with null for each value that equals that of the column it mostly repeats."""
    if _COPY not in frame.columns:
        return frame
    same = (pl.col(_COPY) == pl.col(_ORIGINAL)).fill_null(False)
    return frame.with_columns(pl.when(~same).then(_COPY).alias(_COPY), same.alias(_IS_COPY))


def _with_copies(frame: pl.DataFrame) -> pl.DataFrame:
    if _IS_COPY not in frame.columns:
        return frame
    return frame.with_columns(pl.when(_IS_COPY).then(_ORIGINAL).otherwise(_COPY).alias(_COPY)).drop(_IS_COPY)
