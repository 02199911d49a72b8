"""The failure policy: whether the reports of a run may be published.

Belongs here: threshold, accounting, shape and the reasons for a rejection. Does not: exit statuses, or output.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from oig_pipeline.curate import accounting
from oig_pipeline.run.result import RunResult

EMPTY = "listing_empty"


@dataclass(frozen=True)
class Assessment:
    """Whether reports may be published.

    Attributes:
        share: the share of sightings that are quarantined and not acknowledged.
        threshold: the highest share allowed.
        accounting: what does not add up, as sentences.
        shape: where a table departs from its schema, as sentences.
        reasons: why the reports may not be published.
        over: the reason for a share above the threshold; None if it is within.
    """

    share: float
    threshold: float
    accounting: tuple[str, ...]
    shape: tuple[str, ...]
    reasons: tuple[str, ...]
    over: str | None = None


def assess(result: RunResult, max_quarantine: float) -> Assessment:
    """Return whether the reports may be published, by the failure policy."""
    stats = result.stats
    share = stats.unsettled / max(stats.sightings, 1)
    rows = {summary.capture.path: summary.rows for summary in result.summaries}
    unaccounted = (*accounting.of_captures(rows, stats.captures), *stats.accounting)
    reasons, over = [], None
    if not stats.content.rows.get("reports"):
        reasons.append("no row is valid, so there is nothing to publish")
    elif share > max_quarantine:
        over = f"{share:.1%} of the sightings are quarantined and not acknowledged; at most {max_quarantine:.1%} may be"
        reasons.append(over)
    accepted = set(result.capture_violations.filter(pl.col("acknowledged"), rule=EMPTY)["capture_path"])
    empty = (s for s in result.summaries if s.status == "empty" and s.capture.path not in accepted)
    reasons += [f"{summary.capture.path}: {summary.note}" for summary in empty]
    reasons += [f"accounting: {problem}" for problem in unaccounted]
    reasons += [f"shape: {problem}" for problem in stats.shape]
    return Assessment(share, max_quarantine, unaccounted, stats.shape, tuple(reasons), over)
