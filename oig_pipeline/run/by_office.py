"""Rows by the office that issued their reports.

Belongs here: normalizing rows by what their office declares. Does not: which office that is (see
`curate/issuing_office.py`), what an office declares, or the work itself.
"""

from __future__ import annotations

import polars as pl

from oig_pipeline.contract.rule import Rule
from oig_pipeline.curate import judge
from oig_pipeline.curate.issuing_office import office_column
from oig_pipeline.curate.normalize import normalize
from oig_pipeline.offices import OFFICES
from oig_pipeline.run.summaries import read_summaries


def normalize_rows(sightings: pl.DataFrame) -> pl.DataFrame:
    """Return sightings of any offices with the columns of `NORMALIZED` added, in their order."""
    codes = office_column(sightings, OFFICES)
    declared = codes.set(~codes.is_in(list(OFFICES.by_code)).fill_null(False), None)
    distinct = declared.unique(maintain_order=True).to_list() or [OFFICES.default]
    if len(distinct) == 1:
        return normalize(sightings, OFFICES.declared(distinct[0]), codes)
    places = pl.Series("_place", range(sightings.height), dtype=pl.UInt32)
    masks = [declared.is_null() if code is None else (declared == code).fill_null(False) for code in distinct]
    parts = [
        normalize(sightings.filter(rows), OFFICES.declared(code), codes.filter(rows))
        for code, rows in zip(distinct, masks, strict=True)
    ]
    order = pl.concat([places.filter(rows) for rows in masks])
    return pl.concat(parts).with_columns(order).sort("_place").drop("_place")


def breaks(sightings: pl.DataFrame, rule: Rule) -> pl.Series:
    """Return which of the sightings break one rule; for a rule on groups, give all sightings."""
    normalized = normalize_rows(sightings)
    answers = read_summaries(normalized).answers if rule.scope == "group" else None
    return judge.breaks(normalized, rule, answers)
