"""Portions: sightings of some sources, judged alone and sorted out by fiscal year, with the violations of each.

Belongs here: what a portion is, how it is kept, in memory or as files, and taking one year out of it. Does not: how its
rows come to be.

A portion's rows lie in slices: one for each fiscal year and block of sequence numbers. A file holds a slice as one
batch, so that a year is read without the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow as pa

from oig_pipeline.capture.chunks import Heard
from oig_pipeline.capture.reader import SCHEMA, Told
from oig_pipeline.contract.columns import KEPT, NORMALISED
from oig_pipeline.contract.schemas import empty, polars_schema
from oig_pipeline.curate.outcomes import Fit
from oig_pipeline.run.places import Place, opened

BLOCK = 32_768
"""How many sequence numbers of one fiscal year are merged at a time: far more than any year has had."""
Key = tuple[int | None, int]
"""Fiscal year (None for rows without one) and block."""
SIGHTINGS_FILE, VIOLATIONS_FILE = "sightings.arrow", "violations.arrow"
YEAR, BLOCK_NAME = "_year", "_block"
_SAME = "_summary_is_listed"
COLUMNS = {
    **SCHEMA,
    **{name: NORMALISED[name].dtype.type for name in KEPT},
    "rules": pl.List(pl.String),
    "outcome": pl.String,
}
"""Column → type of a portion's sightings."""


@dataclass(frozen=True)
class Slice:
    """Where the rows of one fiscal year and block lie: how many sightings, how many violations."""

    year: int | None
    block: int
    sightings: int
    violations: int


@dataclass(frozen=True)
class Portion:
    """What some sources gave.

    Attributes:
        tokens: the sources' tokens.
        told: what each source is, in order; of a stretch what it heard.
        slices: its rows by year and block.
        fits: which corrections met rows of it, and how.
        folder: where its rows are kept as files; else they are `frames`, sightings and violations.
    """

    tokens: tuple[str, ...]
    told: tuple[Told | Heard, ...]
    slices: tuple[Slice, ...]
    fits: tuple[Fit, ...]
    folder: Place | None = None
    frames: tuple[pl.DataFrame, pl.DataFrame] | None = None

    @property
    def rows(self) -> int:
        """How many sightings it holds."""
        return sum(part.sightings for part in self.slices)

    @property
    def is_stretch(self) -> bool:
        """Whether it is a stretch of a large file, which is read alone."""
        return any(isinstance(one, Heard) for one in self.told)


def kept(
    tokens: tuple[str, ...],
    told: tuple[Told | Heard, ...],
    fits: tuple[Fit, ...],
    sightings: pl.DataFrame,
    violations: pl.DataFrame,
    folder: Place | None,
) -> Portion:
    """Return the portion of these sightings (columns of `COLUMNS`) and violations, kept in a folder or in memory.

    Args:
        tokens: the sources.
        told: what they are.
        fits: which corrections met rows.
        sightings: the rows, with their year and block.
        violations: their violations, with the same.
        folder: an empty folder, None for memory.
    """
    keys = [YEAR, BLOCK_NAME]
    sightings, violations = (f.sort(keys, maintain_order=True, nulls_last=True) for f in (sightings, violations))
    counts = (
        sightings.group_by(keys, maintain_order=True)
        .len("sightings")
        .join(violations.group_by(keys).len("found"), on=keys, how="left", nulls_equal=True, maintain_order="left")
        .with_columns(pl.col("found").fill_null(0))
    )
    slices = tuple(Slice(*row) for row in counts.iter_rows())
    frames = sightings.select(*COLUMNS), violations.select(*polars_schema("violations"))
    if folder is None:
        return Portion(tokens, told, slices, fits, frames=frames)
    if isinstance(folder, Path):
        folder.mkdir(parents=True, exist_ok=True)
    _write(_slim(frames[0]), [part.sightings for part in slices], folder / SIGHTINGS_FILE)
    _write(frames[1], [part.violations for part in slices], folder / VIOLATIONS_FILE)
    return Portion(tokens, told, slices, fits, folder=folder)


def taken(portion: Portion, key: Key) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the sightings and violations of one year and block, in the order of the portion's sources."""
    place = _place(portion, key)
    if place is None:
        return pl.DataFrame(schema=COLUMNS), empty("violations")
    if portion.folder is not None:
        sightings, violations = (_read(portion.folder / name, place) for name in (SIGHTINGS_FILE, VIOLATIONS_FILE))
        return _whole(sightings), violations
    assert portion.frames is not None
    before, own = portion.slices[:place], portion.slices[place]
    return (
        portion.frames[0].slice(sum(part.sightings for part in before), own.sightings),
        portion.frames[1].slice(sum(part.violations for part in before), own.violations),
    )


def some(portion: Portion, key: Key, columns: Sequence[str]) -> pl.DataFrame:
    """Return some columns of the sightings of one year and block, of a file these alone."""
    place = _place(portion, key)
    if place is None or portion.folder is None:
        return taken(portion, key)[0].select(columns)
    return _read(portion.folder / SIGHTINGS_FILE, place, columns)


def _place(portion: Portion, key: Key) -> int | None:
    return next((n for n, part in enumerate(portion.slices) if (part.year, part.block) == key), None)


def _slim(sightings: pl.DataFrame) -> pl.DataFrame:
    """Return sightings without the summaries that are just what is listed: most of what there is to keep is these."""
    same = (pl.col("stated_summary") == pl.col("listed_summary")).fill_null(False)
    return sightings.with_columns(pl.when(~same).then("stated_summary").alias("stated_summary"), same.alias(_SAME))


def _whole(slim: pl.DataFrame) -> pl.DataFrame:
    summary = pl.when(_SAME).then("listed_summary").otherwise("stated_summary").alias("stated_summary")
    return slim.with_columns(summary).drop(_SAME)


def _write(frame: pl.DataFrame, sizes: Sequence[int], file: Place) -> None:
    table = frame.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    with file.open("wb") as stream, pa.ipc.new_file(stream, table.schema) as writer:
        begin = 0
        for size in sizes:
            (batch,) = table.slice(begin, size).combine_chunks().to_batches() or (_no_rows(table.schema),)
            writer.write_batch(batch)
            begin += size


def _no_rows(schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([], schema=schema)


def _read(file: Place, place: int, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """Return one batch of a file; of sightings only some columns, where only they are wanted."""
    fields = [n for n, name in enumerate(COLUMNS) if name in columns] if columns else None
    options = pa.ipc.IpcReadOptions(included_fields=fields)
    with opened(file) as source:
        frame = pl.from_arrow(pa.ipc.open_file(source, options=options).get_batch(place))
        assert isinstance(frame, pl.DataFrame)
        return frame.select(columns) if columns else frame
