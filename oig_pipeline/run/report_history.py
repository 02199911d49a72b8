"""Portions → what changed between captures.

Belongs here: gathering the sightings of listings that were captured at several times, and no others. Does not: what a
change is (see `curate/history.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import polars as pl

from oig_pipeline.capture.reader import Told
from oig_pipeline.contract.schemas import empty
from oig_pipeline.curate.history import history, listing
from oig_pipeline.run.curate_partition import Placed, rows_in
from oig_pipeline.run.recaptured import shrank


def past(readings: Sequence[Told], placed: Sequence[Placed], refused: Collection[str]) -> pl.DataFrame:
    """Return the changes (table `report_history`) that the sightings of several times show.

    Args:
        readings: what each capture is.
        placed: the portions with their sightings, judged alone.
        refused: the sightings that rules on groups quarantined.
    """
    paths = _several_times(readings)
    if not paths:
        return empty("report_history")
    frames = []
    for one in placed:
        for part in one.portion.slices:
            sightings = rows_in(one, (part.year, part.block))
            frames.append(sightings.filter(pl.col("capture_path").is_in(paths)))
    is_refused = pl.col("sighting_id").is_in(list(refused))
    outcome = pl.when(is_refused).then(pl.lit("quarantined")).otherwise("outcome").alias("outcome")
    return history(pl.concat(frames).with_columns(outcome), [t.capture.path for t in readings if t.is_cut or shrank(t)])


def _several_times(readings: Sequence[Told]) -> list[str]:
    """Return the paths of the captures whose listing was captured at another time too."""
    rows = [(t.capture.path, t.capture.url, t.capture.retrieved_at) for t in readings if t.rows]
    schema: dict[str, Any] = {"path": pl.String, "capture_url": pl.String, "retrieved_at": pl.Datetime("us")}
    known = pl.DataFrame(rows, schema=schema, orient="row").drop_nulls().with_columns(listing().alias("listing"))
    return known.filter(pl.col("retrieved_at").n_unique().over("listing") > 1)["path"].to_list()
