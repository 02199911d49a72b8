"""What the summaries of sightings say of recommendations.

Belongs here: reading them once for all who need it: the rules that compare a page with its own words, merging, and the
table of statements. Does not: reading a sentence (`domain/statements`).
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from oig_pipeline.domain.statements import text_statements
from oig_pipeline.domain.whitespace import folded_prose
from oig_pipeline.offices import CUES


class Summaries(NamedTuple):
    """What summaries say in all (columns of `text_statements.ANSWER_COLUMNS`, `quoted`), and sentence by sentence."""

    answers: pl.DataFrame
    sentences: pl.DataFrame


def read_summaries(sightings: pl.DataFrame) -> Summaries:
    """Return what the summaries of sightings say, each row with its `sighting_id`."""
    summaries = sightings.select("sighting_id", folded_prose(pl.col("stated_summary")).alias("summary"))
    readings = text_statements.read_column(summaries["summary"], CUES)
    ids = summaries.select("sighting_id").with_row_index("row")
    return Summaries(*(ids.join(frame, on="row", how="inner").drop("row") for frame in readings))
