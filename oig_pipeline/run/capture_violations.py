"""Violations of whole captures and of corrections, as rows of the table `violations`.

Belongs here: building these rows, and marking those that a correction acknowledges. Does not: finding what is wrong.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import polars as pl

from oig_pipeline.capture.reader import CaptureSummary
from oig_pipeline.contract.rules import BY_CODE
from oig_pipeline.contract.schemas import POLARS_SCHEMAS
from oig_pipeline.curate.acknowledge import CaptureAcknowledgement, acknowledge
from oig_pipeline.curate.correct import unbroken
from oig_pipeline.curate.outcomes import CorrectionOutcomes
from oig_pipeline.run.curate_partition import VIOLATION_ORDER

STALE = "correction_stale"
StaleCorrection = tuple[int, str, str]
"""Line of a correction, the rule that it answers, and why it no longer applies."""


def capture_violations(
    summaries: Sequence[CaptureSummary],
    acknowledged: Sequence[CaptureAcknowledgement],
    stale: Iterable[StaleCorrection],
    corrections: str,
) -> pl.DataFrame:
    """Return the violations of whole captures, and of corrections that no longer apply.

    Args:
        summaries: a summary of each capture.
        acknowledged: the captures whose errors are accepted.
        stale: the corrections of rows that no longer apply.
        corrections: the name under which the corrections file is listed.
    """
    violations = _rows((s.capture.path, f.line, f.rule, f.value, f.message) for s in summaries for f in s.findings)
    violations, unanswered = acknowledge(violations, [summary.capture for summary in summaries], acknowledged)
    outdated = _rows((corrections, line, STALE, value, message) for line, value, message in (*stale, *unanswered))
    return pl.concat([violations, outdated]).sort(VIOLATION_ORDER)


def stale_corrections(outcomes: CorrectionOutcomes, acknowledging_lines: Collection[int]) -> list[StaleCorrection]:
    """Return the corrections of rows that no longer apply.

    Args:
        outcomes: the outcomes of the corrections.
        acknowledging_lines: the lines of the corrections that acknowledge a violation.
    """
    answered = [unbroken(c) for c in outcomes.acknowledged if c.line not in acknowledging_lines]
    return [(s.correction.line, s.correction.rule.code, s.message) for s in (*outcomes.stale, *answered)]


def _rows(findings: Iterable[tuple[str, int | None, str, str | None, str]]) -> pl.DataFrame:
    rows = [
        {
            "office": None, "sighting_id": None, "capture_path": path, "line": line,
            "rule": rule, "severity": BY_CODE[rule].severity, "column_name": BY_CODE[rule].column,
            "value": value, "message": message, "acknowledged": False,
        }
        for path, line, rule, value, message in findings
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=POLARS_SCHEMAS["violations"])
