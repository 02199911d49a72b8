"""Chunks → a batch.

Belongs here: reading some chunks, correcting, normalizing and judging their rows by the rules on rows, and sorting them
by fiscal year. Does not: the work of any of these, or anything that depends on other rows. A function of its chunks and
the corrections, so any worker can run it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from oig_pipeline.capture.chunks import ChunkSummary
from oig_pipeline.capture.reader import CaptureSummary, sourced
from oig_pipeline.curate.correct import Correction, correct
from oig_pipeline.curate.cover_check import with_covers
from oig_pipeline.curate.judge import judge_rows
from oig_pipeline.curate.outcomes import correction_matches
from oig_pipeline.offices import OFFICES
from oig_pipeline.run.batches import BLOCK_NAME, PRINTED_BLOCK, YEAR, Batch, write_batch
from oig_pipeline.run.by_office import breaks, normalize_rows
from oig_pipeline.run.capture_chunks import CaptureChunk
from oig_pipeline.run.read_capture import read, read_lines
from oig_pipeline.run.store import MemoryStore, Store
from oig_pipeline.settings import Limits

_BLOCK_BYTES = 2**31


def read_batch(
    chunks: Sequence[CaptureChunk],
    corrections: Sequence[Correction] = (),
    documents: pl.DataFrame | None = None,
    store: Store | None = None,
    block_size: int = Limits.block_size,
) -> Batch:
    """Return the batch of some chunks: small captures, or one chunk of a large one.

    Args:
        chunks: the input.
        corrections: the corrections in force; those that answer a rule on groups are left waiting.
        documents: the table `documents`, if there is one.
        store: where to write the rows; by default in memory.
        block_size: how many sequence numbers of a fiscal year are merged at a time.

    Raises:
        CannotRun: two corrections set the same value of one row.
    """
    summaries, sightings = _read(chunks)
    of_rows = tuple(c for c in corrections if c.acknowledges or c.rule.scope == "sighting")
    corrected = correct(sightings, of_rows, OFFICES, breaks)
    # Without its values, a correction changes nothing, and matches the sightings that look as it expects.
    of_groups = tuple(replace(c, set={}) for c in corrections if c not in of_rows)
    waiting = correction_matches(correct(sightings, of_groups, OFFICES, breaks))
    matches = correction_matches(corrected) + tuple(
        replace(m, state="waits") if m.state == "acknowledges" else m for m in waiting
    )
    start = chunks[0].lines.start if chunks and chunks[0].lines else 0
    rows, violations = judge_batch(corrected.sightings, documents, start, block_size)
    fingerprints = tuple(chunk.fingerprint for chunk in chunks)
    return write_batch(fingerprints, tuple(summaries), matches, rows, violations, store or MemoryStore())


def judge_batch(
    sightings: pl.DataFrame,
    documents: pl.DataFrame | None = None,
    start: int = 0,
    block_size: int = Limits.block_size,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return corrected sightings, normalized and judged by the rules on rows, and their violations.

    Both have their year and block.

    Args:
        sightings: the rows.
        documents: the table `documents`, if there is one.
        start: where in their file they begin, in bytes.
        block_size: how many sequence numbers of a fiscal year are merged at a time.
    """
    normalized = normalize_rows(sightings)
    judgement = judge_rows(normalized if documents is None else with_covers(normalized, documents))
    rows = judgement.sightings.with_columns(pl.col("fiscal_year").alias(YEAR), _block(start, block_size))
    violations = judgement.violations.join(
        rows.select("sighting_id", YEAR, BLOCK_NAME), on="sighting_id", how="left", maintain_order="left"
    )
    return rows, violations


def scan(chunks: Sequence[CaptureChunk]) -> Batch:
    """Return the batch of some chunks with their summaries, and without any rows."""
    fingerprints = tuple(chunk.fingerprint for chunk in chunks)
    return Batch(fingerprints, tuple(map(_summary_of, chunks)), (), (), MemoryStore())


def _read(chunks: Sequence[CaptureChunk]) -> tuple[list[CaptureSummary | ChunkSummary], pl.DataFrame]:
    """Return the summaries and sightings of captures, or of one chunk of a large capture."""
    if len(chunks) == 1 and chunks[0].lines is not None:
        summary, sightings = read_lines(chunks[0].capture, chunks[0].lines)
        return [summary], sightings
    readings = [read(chunk.capture) for chunk in chunks]
    return [reading.summary for reading in readings], sourced(readings)


def _summary_of(chunk: CaptureChunk) -> CaptureSummary | ChunkSummary:
    if chunk.lines is not None:
        return read_lines(chunk.capture, chunk.lines)[0]
    return read(chunk.capture).summary


def _block(start: int, block_size: int) -> pl.Expr:
    """Return the block of each row: by its sequence number, or, without a year, by its place in a large file.

    Rows of a report whose number has no grammar are all in one.
    """
    by_sequence = pl.col("sequence") // block_size
    block = pl.when("number_is_printed").then(PRINTED_BLOCK).otherwise(by_sequence.fill_null(start // _BLOCK_BYTES))
    return block.cast(pl.Int64).alias(BLOCK_NAME)
