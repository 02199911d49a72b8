"""Batches → what changed between captures.

Belongs here: collecting the sightings of listings that were captured at several times, and no others. Does not: what a
change is (see `curate/history.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import polars as pl

from oig_pipeline.capture.reader import CaptureSummary
from oig_pipeline.contract.schemas import POLARS_SCHEMAS
from oig_pipeline.curate.history import history, listing
from oig_pipeline.run.batches import Batch, read_partition
from oig_pipeline.run.recaptured import shrank


def history_of_reports(
    summaries: Sequence[CaptureSummary], batches: Sequence[Batch], refused: Collection[str]
) -> pl.DataFrame:
    """Return the changes (table `report_history`) between captures of the same listing.

    Args:
        summaries: a summary of each capture.
        batches: the batches, their sightings judged by the rules on rows.
        refused: the sightings that rules on groups quarantined.
    """
    paths = _several_times(summaries)
    if not paths:
        return POLARS_SCHEMAS["report_history"].to_frame()
    frames = []
    for batch in batches:
        for row_range in batch.row_ranges:
            sightings, _ = read_partition(batch, (row_range.year, row_range.block))
            frames.append(sightings.filter(pl.col("capture_path").is_in(paths)))
    is_refused = pl.col("sighting_id").is_in(list(refused))
    outcome = pl.when(is_refused).then(pl.lit("quarantined")).otherwise("outcome").alias("outcome")
    incomplete = [s.capture.path for s in summaries if s.is_cut or shrank(s)]
    return history(pl.concat(frames).with_columns(outcome), incomplete)


def _several_times(summaries: Sequence[CaptureSummary]) -> list[str]:
    """Return the paths of the captures whose listing was captured at another time too."""
    rows = [(s.capture.path, s.capture.url, s.capture.retrieved_at) for s in summaries if s.rows]
    schema: dict[str, Any] = {"path": pl.String, "capture_url": pl.String, "retrieved_at": pl.Datetime("us")}
    dated = pl.DataFrame(rows, schema=schema, orient="row").drop_nulls().with_columns(listing().alias("listing"))
    return dated.filter(pl.col("retrieved_at").n_unique().over("listing") > 1)["path"].to_list()
