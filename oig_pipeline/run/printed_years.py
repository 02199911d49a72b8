"""Reports whose number has no grammar, brought together in one fiscal year.

Belongs here: moving rows to the year that was decided for their report, over all batches. Does not: deciding it (see
`curate/printed_numbers.py`).
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from oig_pipeline.curate.judge import ACCEPTED
from oig_pipeline.curate.printed_numbers import REPORT, decided_years
from oig_pipeline.run.assemble import ReadResult
from oig_pipeline.run.batches import (
    BLOCK_NAME,
    PRINTED_BLOCK,
    YEAR,
    fingerprint_of,
    read_columns,
    read_partition,
    write_batch,
)
from oig_pipeline.run.store import MemoryStore

_COLUMNS = ("sighting_id", *REPORT, "fiscal_year", "issue_date", "retrieved_at", "outcome")


def with_decided_years(read_result: ReadResult) -> ReadResult:
    """Return a read result in which all accepted rows of a report without a grammar stand in one fiscal year."""
    years = [year for year, blocks in read_result.blocks_by_year.items() if PRINTED_BLOCK in blocks]
    keys = [(year, PRINTED_BLOCK) for year in years]
    if not keys:
        return read_result
    parts = [(batch, key) for batch in read_result.batches for key in keys]
    rows = pl.concat(read_columns(batch, key, _COLUMNS) for batch, key in parts)
    decided = decided_years(rows.filter(outcome=ACCEPTED))
    if decided.is_empty():
        return read_result
    is_moved = pl.col("sighting_id").is_in(decided["sighting_id"].implode())
    frames = [tuple(frame.filter(is_moved) for frame in read_partition(batch, key)) for batch, key in parts]
    sightings, violations = (
        pl.concat(tables).join(decided, on="sighting_id", how="left", maintain_order="left")
        for tables in zip(*frames, strict=True)
    )
    place = (pl.col("decided").alias(YEAR), pl.lit(PRINTED_BLOCK, pl.Int64).alias(BLOCK_NAME))
    sightings = sightings.with_columns(pl.col("decided").alias("fiscal_year"), *place)
    fingerprints = (fingerprint_of(sightings),)
    batch = write_batch(fingerprints, (), (), sightings, violations.with_columns(*place), MemoryStore())
    ids = tuple(decided["sighting_id"].sort())
    batches = (*(replace(other, moved_ids=(*other.moved_ids, *ids)) for other in read_result.batches), batch)
    return ReadResult(read_result.summaries, batches, read_result.matches)
