"""Outcomes as people and machines read them.

Belongs here: exit status and the JSON object. Does not: single faults and which of them fail (`faults.py`), their
notations (one module each), terminals (`terminal.py`), options (`cli/`), or deciding what is a violation.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from oig_pipeline.contract.rules import RULES
from oig_pipeline.pipeline import Outcome

CLEAN, VIOLATED = 0, 1


def build_status(outcome: Outcome) -> int:
    """Return the exit status of a build: 1 only if nothing was published."""
    return VIOLATED if outcome.assessment.reasons else CLEAN


def summary(outcome: Outcome, seconds: float) -> dict[str, Any]:
    """Return a run as one JSON object; counts of violations and warnings by rule."""
    sightings = outcome.judged.sightings
    quarantined = sightings.filter(pl.col("outcome") == "quarantined").height
    release = outcome.release
    return {
        "captures": len(outcome.judged.readings),
        "sightings": sightings.height,
        "published": sightings.height - quarantined,
        "quarantined": quarantined,
        "reports": outcome.reports.height,
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
    broken = outcome.judged.violations.filter(pl.col("severity") == severity)
    found = dict(broken.group_by("rule").len().iter_rows())
    return {rule.code: found[rule.code] for rule in RULES if rule.code in found}


def acknowledged(outcome: Outcome) -> dict[str, int]:
    """Return rule code → acknowledged violations."""
    return dict(outcome.judged.violations.filter("acknowledged").group_by("rule").len().iter_rows())
