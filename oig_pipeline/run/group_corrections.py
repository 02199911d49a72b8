"""Corrections that answer a rule on groups.

Belongs here: judging the fiscal years that they concern, changing the rows that still break the rule, and moving these
to where they belong then. Does not: any other correction; those are applied while rows are read.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from oig_pipeline.capture.reader import SCHEMA
from oig_pipeline.contract.rule import Rule
from oig_pipeline.curate.correct import Correction, correct
from oig_pipeline.curate.judge import breaks
from oig_pipeline.curate.outcomes import fits
from oig_pipeline.run.assemble import Whole
from oig_pipeline.run.batches import kept
from oig_pipeline.run.curate_partition import Placed, blocks, broken_in, rows_of
from oig_pipeline.run.read_batch import judged_alone


def amended(found: Whole, corrections: Sequence[Correction], documents: pl.DataFrame | None = None) -> Whole:
    """Return what was read with the corrections applied that waited for the judgement of groups.

    Args:
        found: what was read; all other corrections are applied to it.
        corrections: all corrections in force.
        documents: the table `documents`, where there is any.

    Raises:
        CannotRun: two corrections set the same value of one row.
    """
    waiting = {fit.line for fit in found.fits if fit.state == "waits"}
    ids = sorted({key for fit in found.fits if fit.state == "waits" for key in fit.ids})
    if not waiting:
        return found
    broken: dict[str, list[str]] = {}
    rows = [pl.DataFrame(schema=SCHEMA)]
    is_wanted = pl.col("sighting_id").is_in(ids)
    for year, own in blocks(placed.portion for placed in found.placed).items():
        held = [rows_of(found.placed, [(year, n)]).sightings.filter(is_wanted).select(*SCHEMA) for n in own]
        if any(not frame.is_empty() for frame in held):
            rows += held
            for rule, key in broken_in(year, found.placed):
                broken.setdefault(rule, []).append(key)

    def breaks_now(normalised: pl.DataFrame, rule: Rule) -> pl.Series:
        if rule.scope == "group":
            return normalised["sighting_id"].is_in(broken.get(rule.code, []))
        return breaks(normalised, rule)

    corrected = correct(pl.concat(rows), tuple(corrections), breaks_now)
    sightings, violations = judged_alone(corrected.sightings, documents)
    moved = kept((_token(sightings),), (), (), sightings, violations, None)
    settled = [fit for fit in found.fits if fit.line not in waiting]
    settled += [fit for fit in fits(corrected) if fit.line in waiting]
    placed = (*(replace(one, without=tuple(ids)) for one in found.placed), Placed(moved))
    return Whole(found.readings, placed, tuple(settled))


def _token(sightings: pl.DataFrame) -> str:
    """Return what tells these rows from any others."""
    content = io.BytesIO()
    sightings.write_ipc(content)
    return hashlib.sha256(content.getvalue()).hexdigest()
