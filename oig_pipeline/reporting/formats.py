"""A check in the notations that other programs read.

Belongs here: which notations there are. Does not: any of them.
"""

from __future__ import annotations

import json
from typing import Any

from oig_pipeline.reporting import github
from oig_pipeline.reporting.junit import junit
from oig_pipeline.reporting.sarif import sarif
from oig_pipeline.reporting.violations import LocatedViolation, Verdict


def report(form: str, verdict: Verdict, faults: tuple[LocatedViolation, ...]) -> str:
    """Return a check in one notation; for GitHub, the job's summary page is written too.

    Args:
        form: `github`, `junit` or `sarif`.
        verdict: the result of the check.
        faults: every fault to report, warnings too.
    """
    if form == "junit":
        return junit(verdict, faults)
    if form == "sarif":
        return json.dumps(sarif(verdict, faults), indent=1, ensure_ascii=False) + "\n"
    github.write_summary(verdict, faults)
    suppressed = {fault.fingerprint for fault in verdict.faults} - verdict.failing_prints
    annotated = [fault for fault in faults if fault.fingerprint not in suppressed]
    lines = [*map(github.of_reason, verdict.reasons), *github.commands(annotated)]
    return "".join(f"{line}\n" for line in lines)


def as_json(verdict: Verdict) -> dict[str, Any]:
    """Return the faults looked at and what fails, as plain values; a later check takes them as its baseline."""
    return {
        "status": verdict.status,
        "faults": [
            {
                "rule": fault.rule.code,
                "severity": fault.rule.severity,
                "file": fault.file,
                "line": fault.line,
                "office": fault.office,
                "number": fault.number,
                "message": fault.message,
                "acknowledged": fault.acknowledged,
                "fails": fault.fingerprint in verdict.failing_prints,
                "fingerprint": fault.fingerprint,
            }
            for fault in verdict.faults
        ],
    }
