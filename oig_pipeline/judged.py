"""What a run knows once every row is judged, and the tables it makes of that.

Belongs here: the judged sightings and violations of one set of captures, and the tables of the contract made of
them. Does not: judging, or deciding whether they may be published.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from oig_pipeline.capture import documents
from oig_pipeline.capture.documents import Documents
from oig_pipeline.capture.read import Reading
from oig_pipeline.contract.columns import CAPTURES, SIGHTINGS, VIOLATIONS
from oig_pipeline.contract.schemas import polars_schema
from oig_pipeline.curate import accounting
from oig_pipeline.curate.correct import Corrected


@dataclass(frozen=True)
class Judged:
    """What one set of captures came to: every sighting with its outcome, every violation, history, provenance."""

    readings: tuple[Reading, ...]
    sightings: pl.DataFrame
    violations: pl.DataFrame
    corrected: Corrected
    history: pl.DataFrame
    provenance: pl.DataFrame
    documents: Documents = field(default_factory=documents.none)

    @property
    def published(self) -> pl.DataFrame:
        """The sightings that break no error rule."""
        return self.sightings.filter(pl.col("outcome") == "published")


def tables(judged: Judged, reports: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return the tables of a release, each with the columns and the order of the contract."""
    return {
        "reports": reports,
        "sightings": judged.sightings.select(*SIGHTINGS),
        "violations": judged.violations.select(*VIOLATIONS),
        "captures": _captures(judged),
        "provenance": judged.provenance,
        "report_history": judged.history,
        "documents": judged.documents.table,
        "document_pages": judged.documents.pages,
    }


def _captures(judged: Judged) -> pl.DataFrame:
    rows = [
        {
            "capture_sha256": r.capture.sha256, "path": r.capture.path, "url": r.capture.url,
            "retrieved_at": r.capture.retrieved_at, "bytes": r.capture.size, "layout": r.layout,
            "status": r.status, "note": r.note,
        }
        for r in judged.readings
    ]  # fmt: skip
    schema = {k: v for k, v in polars_schema("captures").items() if k not in ("sightings", "published", "quarantined")}
    counts = accounting.by_capture(judged.sightings)
    frame = pl.DataFrame(rows, schema=schema).join(
        counts, left_on="path", right_on="capture_path", how="left", maintain_order="left"
    )
    return (
        frame.with_columns(pl.col("sightings", "published", "quarantined").fill_null(0)).select(*CAPTURES).sort("path")
    )
