"""Rows by the office that issued their reports.

Belongs here: which office that is, and normalizing rows by what it declares. Does not: what an office declares, or the
work itself.
"""

from __future__ import annotations

import polars as pl

from oig_pipeline.contract.rule import Rule
from oig_pipeline.curate import judge
from oig_pipeline.curate.normalize import normalize
from oig_pipeline.offices import OFFICES, office_of_url


def office_codes(sightings: pl.DataFrame) -> pl.Series:
    """Return the code of the office of each row: the one on whose site its capture was obtained."""
    urls = sightings["capture_url"]
    codes = {url: office_of_url(url).code for url in urls.unique()}
    if len(set(codes.values())) == 1:
        return pl.Series("office", [*codes.values()][:1]).new_from_index(0, urls.len())
    return urls.replace_strict(codes, return_dtype=pl.String).alias("office")


def normalize_rows(sightings: pl.DataFrame) -> pl.DataFrame:
    """Return sightings of any offices with the columns of `NORMALIZED` added, in their order."""
    codes = office_codes(sightings)
    distinct = codes.unique().to_list() or [office_of_url(None).code]
    if len(distinct) == 1:
        return normalize(sightings, OFFICES[distinct[0]])
    places = pl.Series("_place", range(sightings.height), dtype=pl.UInt32)
    parts = [normalize(sightings.filter(codes == code), OFFICES[code]) for code in distinct]
    order = pl.concat([places.filter(codes == code) for code in distinct])
    return pl.concat(parts).with_columns(order).sort("_place").drop("_place")


def breaks(sightings: pl.DataFrame, rule: Rule) -> pl.Series:
    """Return which of the sightings break one rule; for a rule on groups, give all sightings."""
    return judge.breaks(normalize_rows(sightings), rule)
