"""The failure policy: whether a run's reports may be published.

Belongs here: threshold, accounting and shape, and the reasons they give. Does not: exit statuses, or what is shown.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from oig_pipeline.curate import accounting
from oig_pipeline.run.result import Judged

EMPTY = "listing_empty"


@dataclass(frozen=True)
class Assessment:
    """Whether reports may be published: `reasons` say why not, `share` is that of unacknowledged quarantine.

    `over` is the reason that the share gives, None where it is within the threshold.
    """

    share: float
    threshold: float
    accounting: tuple[str, ...]
    shape: tuple[str, ...]
    reasons: tuple[str, ...]
    over: str | None = None


def assess(judged: Judged, max_quarantine: float) -> Assessment:
    """Return whether the reports may be published, by the failure policy."""
    books = judged.books
    share = books.unsettled / max(books.sightings, 1)
    read = {told.capture.path: told.rows for told in judged.readings}
    unaccounted = (*accounting.of_captures(read, books.captures), *books.accounting)
    reasons, over = [], None
    if not books.content.rows.get("reports"):
        reasons.append("no row is valid, so there is nothing to publish")
    elif share > max_quarantine:
        over = f"{share:.1%} of the sightings are quarantined and not acknowledged; at most {max_quarantine:.1%} may be"
        reasons.append(over)
    accepted = set(judged.found.filter(pl.col("acknowledged"), rule=EMPTY)["capture_path"])
    empty = (told for told in judged.readings if told.status == "empty" and told.capture.path not in accepted)
    reasons += [f"{told.capture.path}: {told.note}" for told in empty]
    reasons += [f"accounting: {problem}" for problem in unaccounted]
    reasons += [f"shape: {problem}" for problem in books.shape]
    return Assessment(share, max_quarantine, unaccounted, books.shape, tuple(reasons), over)
