"""Batches: the sightings of some chunks, judged by the rules on rows and sorted by fiscal year, with their violations.

Belongs here: what a batch is, storing it in memory or as files, and reading one year of it. Does not: producing its
rows.

The rows of a batch lie in row ranges: one for each fiscal year and block of sequence numbers. A file holds a row range
as one record batch, so a year is read without the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow as pa

from oig_pipeline.capture.chunks import ChunkSummary
from oig_pipeline.capture.reader import SCHEMA, CaptureSummary
from oig_pipeline.contract.columns import BATCH_COLUMNS, NORMALIZED
from oig_pipeline.contract.schemas import POLARS_SCHEMAS
from oig_pipeline.curate.outcomes import CorrectionMatch
from oig_pipeline.run.places import WorkPath, open_input

BLOCK_SIZE = 32_768
"""How many sequence numbers of one fiscal year are merged at a time: far more than any year has had."""
Key = tuple[int | None, int]
"""Fiscal year (None for rows without one) and block."""
SIGHTINGS_FILE, VIOLATIONS_FILE = "sightings.arrow", "violations.arrow"
YEAR, BLOCK_NAME = "_year", "_block"
_SAME = "_summary_is_listed"
COLUMNS = {
    **SCHEMA,
    **{name: NORMALIZED[name].dtype for name in BATCH_COLUMNS},
    "rules": pl.List(pl.String),
    "outcome": pl.String,
}
"""Column → type of the sightings of a batch."""


@dataclass(frozen=True)
class RowRange:
    """The rows of one fiscal year and block: the number of sightings, and of violations."""

    year: int | None
    block: int
    sightings: int
    violations: int


@dataclass(frozen=True)
class Batch:
    """The rows of some chunks.

    Attributes:
        fingerprints: the fingerprints of the chunks.
        summaries: a summary of each chunk, in order.
        row_ranges: the rows by year and block.
        matches: which corrections matched its rows, and how.
        folder: the folder of its files; None if its rows are `frames`, sightings and violations.
    """

    fingerprints: tuple[str, ...]
    summaries: tuple[CaptureSummary | ChunkSummary, ...]
    row_ranges: tuple[RowRange, ...]
    matches: tuple[CorrectionMatch, ...]
    folder: WorkPath | None = None
    frames: tuple[pl.DataFrame, pl.DataFrame] | None = None

    @property
    def rows(self) -> int:
        """The number of sightings."""
        return sum(row_range.sightings for row_range in self.row_ranges)

    @property
    def is_chunk(self) -> bool:
        """Whether it is a chunk of a large capture, which is read alone."""
        return any(isinstance(summary, ChunkSummary) for summary in self.summaries)


def write_batch(
    fingerprints: tuple[str, ...],
    summaries: tuple[CaptureSummary | ChunkSummary, ...],
    matches: tuple[CorrectionMatch, ...],
    sightings: pl.DataFrame,
    violations: pl.DataFrame,
    folder: WorkPath | None,
) -> Batch:
    """Write sightings (columns of `COLUMNS`) and violations to a folder, or hold them in memory; return their batch.

    Args:
        fingerprints: the fingerprints of the chunks.
        summaries: a summary of each chunk.
        matches: which corrections matched rows.
        sightings: the rows, with their year and block.
        violations: their violations, with the same.
        folder: an empty folder, None for memory.
    """
    keys = [YEAR, BLOCK_NAME]
    sightings, violations = (f.sort(keys, maintain_order=True, nulls_last=True) for f in (sightings, violations))
    violation_counts = violations.group_by(keys).len("violations")
    counts = (
        sightings.group_by(keys, maintain_order=True)
        .len("sightings")
        .join(violation_counts, on=keys, how="left", nulls_equal=True, maintain_order="left")
        .with_columns(pl.col("violations").fill_null(0))
    )
    row_ranges = tuple(RowRange(*row) for row in counts.iter_rows())
    frames = sightings.select(*COLUMNS), violations.select(*POLARS_SCHEMAS["violations"])
    if folder is None:
        return Batch(fingerprints, summaries, row_ranges, matches, frames=frames)
    if isinstance(folder, Path):
        folder.mkdir(parents=True, exist_ok=True)
    _write(_without_summaries(frames[0]), [r.sightings for r in row_ranges], folder / SIGHTINGS_FILE)
    _write(frames[1], [r.violations for r in row_ranges], folder / VIOLATIONS_FILE)
    return Batch(fingerprints, summaries, row_ranges, matches, folder=folder)


def read_partition(batch: Batch, key: Key) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the sightings and violations of one year and block, in the order of the batch's chunks."""
    index = _index(batch, key)
    if index is None:
        return pl.DataFrame(schema=COLUMNS), POLARS_SCHEMAS["violations"].to_frame()
    if batch.folder is not None:
        sightings, violations = (_read(batch.folder / name, index) for name in (SIGHTINGS_FILE, VIOLATIONS_FILE))
        return _with_summaries(sightings), violations
    assert batch.frames is not None
    before, row_range = batch.row_ranges[:index], batch.row_ranges[index]
    return (
        batch.frames[0].slice(sum(r.sightings for r in before), row_range.sightings),
        batch.frames[1].slice(sum(r.violations for r in before), row_range.violations),
    )


def read_columns(batch: Batch, key: Key, columns: Sequence[str]) -> pl.DataFrame:
    """Return some columns of the sightings of one year and block; a file is read only in these columns."""
    index = _index(batch, key)
    if index is None or batch.folder is None:
        return read_partition(batch, key)[0].select(columns)
    return _read(batch.folder / SIGHTINGS_FILE, index, columns)


def _index(batch: Batch, key: Key) -> int | None:
    return next((n for n, r in enumerate(batch.row_ranges) if (r.year, r.block) == key), None)


def _without_summaries(sightings: pl.DataFrame) -> pl.DataFrame:
    """Return sightings with null for each summary that equals the listed one; summaries are most of the data."""
    same = (pl.col("stated_summary") == pl.col("listed_summary")).fill_null(False)
    return sightings.with_columns(pl.when(~same).then("stated_summary").alias("stated_summary"), same.alias(_SAME))


def _with_summaries(sightings: pl.DataFrame) -> pl.DataFrame:
    summary = pl.when(_SAME).then("listed_summary").otherwise("stated_summary").alias("stated_summary")
    return sightings.with_columns(summary).drop(_SAME)


def _write(frame: pl.DataFrame, sizes: Sequence[int], file: WorkPath) -> None:
    table = frame.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    with file.open("wb") as stream, pa.ipc.new_file(stream, table.schema) as writer:
        begin = 0
        for size in sizes:
            (batch,) = table.slice(begin, size).combine_chunks().to_batches() or (_no_rows(table.schema),)
            writer.write_batch(batch)
            begin += size


def _no_rows(schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([], schema=schema)


def _read(file: WorkPath, index: int, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """Return one record batch of a file: all columns, or only some of the sightings."""
    fields = [n for n, name in enumerate(COLUMNS) if name in columns] if columns else None
    options = pa.ipc.IpcReadOptions(included_fields=fields)
    with open_input(file) as stream:
        frame = pl.from_arrow(pa.ipc.open_file(stream, options=options).get_batch(index))
        assert isinstance(frame, pl.DataFrame)
        return frame.select(columns) if columns else frame
