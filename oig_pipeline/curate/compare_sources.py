"""Sightings on a mirror beside those of the office itself.

Belongs here: which sightings are a mirror's, and what the office says where a mirror says something else. Does not:
which of the two counts (see `merge.py`), or titles (see `compare.py`). Works on any set of whole reports.
"""

from __future__ import annotations

import polars as pl

from oig_pipeline.contract.columns import KEY
from oig_pipeline.domain.known_sources import MIRRORS

c = pl.col
IS_MIRROR = c("source").is_in(sorted(MIRRORS)).fill_null(False)
"""Whether a sighting is of a site that repeats what the offices say."""
_STATED = ("stated", "listing")


def with_office_values(accepted: pl.DataFrame) -> pl.DataFrame:
    """Return accepted sightings with `office_agencies` and `office_date`, null where a mirror agrees with the office.

    The agencies agree if one is named by both; what is inferred from a title nobody says.
    """
    if not accepted.select(IS_MIRROR.any()).item():
        return accepted.with_columns(
            pl.lit(None, pl.String).alias("office_agencies"), pl.lit(None, pl.Date).alias("office_date")
        )
    stated = pl.when(c("agency_source").is_in(_STATED)).then("agencies")
    of_office = (
        accepted.filter(~IS_MIRROR)
        .group_by(KEY)
        .agg(
            stated.explode().drop_nulls().unique().sort().alias("_agencies"),
            c("issue_date").drop_nulls().unique().sort().alias("_dates"),
        )
    )
    frame = accepted.join(of_office, on=KEY, how="left", nulls_equal=True, maintain_order="left")
    has_agencies = (stated.list.len() > 0) & (c("_agencies").list.len() > 0)
    differ = has_agencies & (stated.list.set_intersection("_agencies").list.len() == 0)
    is_other_day = ~c("issue_date").is_in("_dates") & (c("_dates").list.len() > 0)
    return frame.with_columns(
        pl.when(IS_MIRROR & differ).then(c("_agencies").list.join(", ")).alias("office_agencies"),
        pl.when(IS_MIRROR & is_other_day).then(c("_dates").list.first()).alias("office_date"),
    ).drop("_agencies", "_dates")
