"""Outcomes as people and machines read them.

Belongs here: exit status, the JSON object, and what is said of each error. Does not: terminals (`terminal.py`), options
(`cli.py`), or deciding what is a violation.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from oig_pipeline.assess import unacknowledged
from oig_pipeline.contract.rules import BY_CODE, RULES
from oig_pipeline.pipeline import Outcome
from oig_pipeline.settings import Settings

STALE = "correction_stale"  # the one rule whose violations lie in the corrections file
CLEAN, VIOLATED = 0, 1


def build_status(outcome: Outcome) -> int:
    """Return the exit status of a build: 1 only if nothing was published."""
    return VIOLATED if outcome.assessment.reasons else CLEAN


def check_status(outcome: Outcome) -> int:
    """Return the exit status of a check: 1 for any unacknowledged error, or if a build would publish nothing."""
    failed = outcome.assessment.reasons or not unacknowledged(outcome.judged.violations).is_empty()
    return VIOLATED if failed else CLEAN


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


def file_of(rule: str, capture_path: str, settings: Settings) -> Path:
    """Return the file that a violation's path means, as the user would write it."""
    return settings.corrections_file if rule == STALE else settings.raw / capture_path


def error_lines(outcome: Outcome, settings: Settings) -> Iterator[tuple[str, str, str]]:
    """Yield place (file:line), message and remedy of each unacknowledged error, in file order."""
    for row in unacknowledged(outcome.judged.violations).iter_rows(named=True):
        file = file_of(row["rule"], row["capture_path"], settings)
        place = f"{_relative(file)}:{row['line']}" if row["line"] else str(_relative(file))
        yield place, f"{row['rule']}: {row['message']}", BY_CODE[row["rule"]].remedy


def _relative(file: Path) -> Path:
    here = Path.cwd()
    return file.resolve().relative_to(here) if file.resolve().is_relative_to(here) else file
