"""Batches: the sightings of some chunks, judged by the rules on rows and sorted by fiscal year, with their violations.

Belongs here: what a batch is, and reading one year of it. Does not: producing its rows, or where they are stored.

The rows of a batch lie in row ranges: one for each fiscal year and block of sequence numbers.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from oig_pipeline.capture.chunks import ChunkSummary
from oig_pipeline.capture.reader import SCHEMA, CaptureSummary
from oig_pipeline.contract.judged_columns import BATCH_COLUMNS, NORMALIZED
from oig_pipeline.contract.schemas import POLARS_SCHEMAS
from oig_pipeline.curate.outcomes import CorrectionMatch
from oig_pipeline.run.store import Store

Key = tuple[int | None, int]
"""Fiscal year (None for rows without one) and block."""
YEAR, BLOCK_NAME = "_year", "_block"
PRINTED_BLOCK = -1
"""The block of rows whose number has no sequence, since its office has no grammar."""
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
        store: where its rows are.
        moved_ids: the sightings that a correction moved to another batch, and that are no longer read from this one.
    """

    fingerprints: tuple[str, ...]
    summaries: tuple[CaptureSummary | ChunkSummary, ...]
    row_ranges: tuple[RowRange, ...]
    matches: tuple[CorrectionMatch, ...]
    store: Store
    moved_ids: tuple[str, ...] = ()

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
    store: Store,
) -> Batch:
    """Write sightings (columns of `COLUMNS`) and violations to a store; return their batch.

    Args:
        fingerprints: the fingerprints of the chunks.
        summaries: a summary of each chunk.
        matches: which corrections matched rows.
        sightings: the rows, with their year and block.
        violations: their violations, with the same.
        store: an empty store.
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
    store.write("sightings", sightings.select(*COLUMNS), [r.sightings for r in row_ranges])
    store.write("violations", violations.select(*POLARS_SCHEMAS["violations"]), [r.violations for r in row_ranges])
    return Batch(fingerprints, summaries, row_ranges, matches, store)


def fingerprint_of(rows: pl.DataFrame) -> str:
    """Return a hash of all rows."""
    content = io.BytesIO()
    rows.write_ipc(content)
    return hashlib.sha256(content.getvalue()).hexdigest()


def read_partition(batch: Batch, key: Key) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the sightings and violations of one year and block, in the order of the batch's chunks."""
    part = _part(batch, key)
    if part is None:
        return pl.DataFrame(schema=COLUMNS), POLARS_SCHEMAS["violations"].to_frame()
    sightings, violations = (batch.store.read(table, part) for table in ("sightings", "violations"))
    return _without_moved(batch, sightings), _without_moved(batch, violations)


def read_columns(batch: Batch, key: Key, columns: Sequence[str]) -> pl.DataFrame:
    """Return some columns of the sightings of one year and block; a file is read only in these columns."""
    part = _part(batch, key)
    if part is None:
        return pl.DataFrame(schema={name: COLUMNS[name] for name in columns})
    with_key = list(dict.fromkeys([*columns, "sighting_id"])) if batch.moved_ids else list(columns)
    return _without_moved(batch, batch.store.read("sightings", part, with_key)).select(columns)


def _part(batch: Batch, key: Key) -> int | None:
    return next((n for n, r in enumerate(batch.row_ranges) if (r.year, r.block) == key), None)


def _without_moved(batch: Batch, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(~pl.col("sighting_id").is_in(list(batch.moved_ids))) if batch.moved_ids else rows
