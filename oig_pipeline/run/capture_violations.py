"""What is wrong with whole captures and with corrections, as rows of the table `violations`.

Belongs here: making these rows, and marking those that a correction acknowledges. Does not: finding what is wrong.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import polars as pl

from oig_pipeline.capture.reader import Told
from oig_pipeline.contract.rules import BY_CODE
from oig_pipeline.contract.schemas import polars_schema
from oig_pipeline.curate.acknowledge import CaptureAcknowledgement, acknowledge
from oig_pipeline.curate.outcomes import UNBROKEN, Settled
from oig_pipeline.run.curate_partition import PLACE

STALE = "correction_stale"
Place = tuple[int, str, str]
"""Line of a correction, what it answers, and why it no longer fits."""


def capture_violations(
    readings: Sequence[Told], acknowledged: Sequence[CaptureAcknowledgement], stale: Iterable[Place], corrections: str
) -> pl.DataFrame:
    """Return the violation rows of what was found about whole captures, and of corrections that no longer fit.

    Args:
        readings: what each capture is.
        acknowledged: the captures whose errors are accepted.
        stale: the corrections of rows that no longer fit.
        corrections: the name under which the corrections file is listed.
    """
    found = _rows((r.capture.path, f.line, f.rule, f.value, f.message) for r in readings for f in r.findings)
    found, unanswered = acknowledge(found, [told.capture for told in readings], acknowledged)
    outdated = _rows((corrections, line, STALE, value, message) for line, value, message in (*stale, *unanswered))
    return pl.concat([found, outdated]).sort(PLACE)


def stale_places(settled: Settled, answered: Collection[int]) -> list[Place]:
    """Return the corrections of rows that no longer fit.

    Args:
        settled: what came of the corrections.
        answered: the lines of those that acknowledge a violation.
    """
    stale = [(s.correction.line, s.correction.rule.code, s.message) for s in settled.stale]
    unbroken = (c for c in settled.acknowledged if c.line not in answered)
    return [*stale, *((c.line, c.rule.code, f"{UNBROKEN} {c.rule.code}") for c in unbroken)]


def _rows(found: Iterable[tuple[str, int | None, str, str | None, str]]) -> pl.DataFrame:
    rows = [
        {
            "sighting_id": None, "capture_path": path, "line": line, "rule": rule, "severity": BY_CODE[rule].severity,
            "column_name": BY_CODE[rule].column, "value": value, "message": message, "acknowledged": False,
        }
        for path, line, rule, value, message in found
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=polars_schema("violations"))
