"""Outcomes as people and machines read them.

Belongs here: exit status and the JSON object. Does not: single faults and which of them fail (`violations.py`), their
notations (one module each), terminals (`cli/terminal.py`), options (`cli/`), or deciding what is a violation.
"""

from __future__ import annotations

from typing import Any

from oig_pipeline.contract.rules import RULES
from oig_pipeline.run.outcome import Outcome

CLEAN, VIOLATED = 0, 1


def build_status(outcome: Outcome) -> int:
    """Return the exit status of a build: 1 only if nothing was published."""
    return VIOLATED if outcome.assessment.reasons else CLEAN


def summary(outcome: Outcome, seconds: float) -> dict[str, Any]:
    """Return a run as one JSON object; counts of violations and warnings by rule."""
    stats = outcome.result.stats
    release = outcome.release
    return {
        "captures": len(outcome.result.summaries),
        "sightings": stats.sightings,
        "published": stats.sightings - stats.quarantined,
        "quarantined": stats.quarantined,
        "reports": stats.content.rows.get("reports", 0),
        "violations": counts(outcome, "error"),
        "warnings": counts(outcome, "warning"),
        "release": release.id if release else None,
        "path": outcome.place,
        "site": str(outcome.site.resolve()) if outcome.site else None,
        "failures": list(outcome.assessment.reasons),
        "seconds": round(seconds, 3),
    }


def counts(outcome: Outcome, severity: str) -> dict[str, int]:
    """Return rule code → violations of one severity, in registry order, for the rules that are broken."""
    broken = outcome.result.stats.broken
    return {rule.code: broken[rule.code][0] for rule in RULES if rule.severity == severity and rule.code in broken}


def acknowledged(outcome: Outcome) -> dict[str, int]:
    """Return rule code → acknowledged violations."""
    return {rule: count for rule, (_, count) in outcome.result.stats.broken.items() if count}
