"""Sources → a portion.

Belongs here: reading some sources, correcting, normalising and judging their rows alone, and sorting them out by fiscal
year. Does not: the work of any of these, or anything that takes other rows to know. A function of its sources and the
corrections, so that whoever runs it can fan it out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from oig_pipeline.capture import chunks
from oig_pipeline.capture.chunks import Heard
from oig_pipeline.capture.reader import Told, read, sourced
from oig_pipeline.curate.correct import Correction, correct
from oig_pipeline.curate.cover_check import with_covers
from oig_pipeline.curate.judge import breaks, judge_alone
from oig_pipeline.curate.normalize import normalise
from oig_pipeline.curate.outcomes import fits
from oig_pipeline.run.batches import BLOCK, BLOCK_NAME, YEAR, Portion, kept
from oig_pipeline.run.capture_chunks import Source
from oig_pipeline.run.places import Place

_STRETCHES_TOGETHER = 2**31


def read_portion(
    sources: Sequence[Source],
    corrections: Sequence[Correction] = (),
    documents: pl.DataFrame | None = None,
    folder: Place | None = None,
) -> Portion:
    """Return the portion of some sources: small captures, or one stretch of a large one.

    Args:
        sources: what to read.
        documents: the table `documents`, where there is any.
        corrections: the corrections in force; those that answer a rule on groups are left waiting.
        folder: where to keep the rows; None for memory.

    Raises:
        CannotRun: two corrections set the same value of one row.
    """
    told, sightings = _read(sources)
    now = tuple(c for c in corrections if c.acknowledges or c.rule.scope == "sighting")
    corrected = correct(sightings, now, breaks)
    # As if it acknowledged, a correction tells which sightings look as it expects, and changes none.
    looking = tuple(replace(c, set={}) for c in corrections if c not in now)
    waiting = fits(correct(sightings, looking, breaks))
    met = fits(corrected) + tuple(replace(f, state="waits") if f.state == "acknowledges" else f for f in waiting)
    rows, violations = judged_alone(corrected.sightings, documents, sources[0].start if sources else 0)
    return kept(tuple(s.token for s in sources), tuple(told), met, rows, violations, folder)


def judged_alone(
    sightings: pl.DataFrame, documents: pl.DataFrame | None = None, start: int = 0
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return corrected sightings, normalised and judged alone, and their violations, each with its year and block.

    Args:
        sightings: the rows.
        documents: the table `documents`, where there is any.
        start: how far into their file they begin, in bytes.
    """
    normalised = normalise(sightings)
    judgement = judge_alone(normalised if documents is None else with_covers(normalised, documents))
    rows = judgement.sightings.with_columns(pl.col("fiscal_year").alias(YEAR), _block(start))
    violations = judgement.violations.join(
        rows.select("sighting_id", YEAR, BLOCK_NAME), on="sighting_id", how="left", maintain_order="left"
    )
    return rows, violations


def hear(sources: Sequence[Source]) -> Portion:
    """Return what some sources are, without keeping a row."""
    return Portion(tuple(s.token for s in sources), tuple(_heard(source) for source in sources), (), ())


def _read(sources: Sequence[Source]) -> tuple[list[Told | Heard], pl.DataFrame]:
    """Return what sources are, and their sightings: of captures, or of one stretch."""
    if len(sources) == 1 and sources[0].end is not None:
        heard, sightings = chunks.read(sources[0].capture, sources[0].start, sources[0].end)
        return [heard], sightings
    readings = [read(source.capture) for source in sources]
    return [reading.told for reading in readings], sourced(readings)


def _heard(source: Source) -> Told | Heard:
    if source.end is not None:
        return chunks.read(source.capture, source.start, source.end)[0]
    return read(source.capture).told


def _block(start: int) -> pl.Expr:
    """Return the block of each row: by its sequence; of rows without a year, by how far into a large file they lie."""
    by_sequence = pl.col("sequence") // BLOCK
    return by_sequence.fill_null(start // _STRETCHES_TOGETHER).cast(pl.Int64).alias(BLOCK_NAME)
