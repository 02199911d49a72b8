"""The failure policy: whether a run's reports may be published.

Belongs here: threshold, accounting and shape, and the reasons they give. Does not: exit statuses, or what is shown.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from pandera.errors import SchemaErrors

from oig_pipeline.contract.schemas import TABLES
from oig_pipeline.curate import accounting
from oig_pipeline.judged import Judged, tables


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


def assess(judged: Judged, reports: pl.DataFrame, max_quarantine: float) -> Assessment:
    """Return whether the reports may be published, by the failure policy."""
    share = quarantine_share(judged)
    read_rows = {r.capture.path: r.sightings.height for r in judged.readings}
    unaccounted = accounting.account(read_rows, judged.sightings, reports, judged.violations)
    shape = shape_faults(tables(judged, reports))
    reasons, over = [], None
    if reports.is_empty():
        reasons.append("no row is valid, so there is nothing to publish")
    elif share > max_quarantine:
        over = f"{share:.1%} of the sightings are quarantined and not acknowledged; at most {max_quarantine:.1%} may be"
        reasons.append(over)
    reasons += [f"{r.capture.path}: {r.note}" for r in judged.readings if r.status == "empty"]
    reasons += [f"accounting: {problem}" for problem in unaccounted]
    reasons += [f"shape: {problem}" for problem in shape]
    return Assessment(share, max_quarantine, tuple(unaccounted), tuple(shape), tuple(reasons), over)


def quarantine_share(judged: Judged) -> float:
    """Return the share of sightings that are quarantined for a reason which no correction acknowledges."""
    return unacknowledged(judged.violations)["sighting_id"].drop_nulls().n_unique() / max(judged.sightings.height, 1)


def unacknowledged(violations: pl.DataFrame) -> pl.DataFrame:
    """Return the violations of error rules that no correction acknowledges."""
    return violations.filter((pl.col("severity") == "error") & ~pl.col("acknowledged"))


def shape_faults(frames: dict[str, pl.DataFrame]) -> list[str]:
    """Return where a table departs from its schema, as sentences."""
    faults = []
    for name, frame in frames.items():
        try:
            TABLES[name].validate(frame, lazy=True)
        except pl.exceptions.PolarsError as error:
            faults.append(f"{name}: {error}".splitlines()[0])
        except SchemaErrors as errors:
            faults += [f"{name}: {error}".splitlines()[0] for error in errors.schema_errors]
    return faults
