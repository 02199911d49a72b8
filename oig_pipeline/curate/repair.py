"""Texts of sightings that came damaged.

Belongs here: which columns are mended, and saying of which of them a row bears damage. Does not: what damage is, or how
it is mended (see `domain/damage.py`). What is listed stays as it came.
"""

from __future__ import annotations

import polars as pl

from oig_pipeline.domain import damage

REPAIRED, DAMAGED = "text_repaired", "text_damaged"
_TEXTS = ("title", "summary", "topic", "agency")


def repaired(sightings: pl.DataFrame) -> pl.DataFrame:
    """Return sightings with the columns `_said_<name>` of texts mended, and which of them were or stay damaged.

    Args:
        sightings: the columns of a reading, with `_said_<name>` for each text.
    """
    columns, is_repaired, is_damaged = [], [], []
    for name in _TEXTS:
        mended = damage.mended(sightings[f"_said_{name}"])
        columns.append(mended["text"].alias(f"_said_{name}"))
        is_repaired.append(mended["repaired"].alias(name))
        is_damaged.append(mended["damaged"].alias(name))
    damage_columns = [_flag_names(REPAIRED, is_repaired), _flag_names(DAMAGED, is_damaged)]
    return sightings.with_columns(*columns, *damage_columns)


def _flag_names(column: str, flags: list[pl.Series]) -> pl.Series:
    """Return the names of the flags that are set in each row, null for none."""
    if not any(flag.any() for flag in flags):
        return pl.Series(column, [None], dtype=pl.String).new_from_index(0, len(flags[0]))
    names = [pl.when(flag.name).then(pl.lit(flag.name)) for flag in flags]
    joined = pl.concat_str(names, separator=" and ", ignore_nulls=True)
    return pl.DataFrame(flags).select(pl.when(joined != "").then(joined).alias(column))[column]
