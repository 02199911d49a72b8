"""Faults as SARIF 2.1.0, for code scanning and editors.

Belongs here: this notation only. Does not: which faults fail.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from oig_pipeline import __version__
from oig_pipeline.contract.rule import Rule
from oig_pipeline.contract.rules import RULES
from oig_pipeline.reporting.violations import LocatedViolation, Verdict

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
VERSION = "2.1.0"
FINGERPRINT = "oigFault/v1"


def sarif(verdict: Verdict, faults: Iterable[LocatedViolation]) -> dict[str, Any]:
    """Return a check as a SARIF log of one run. What does not fail it, acknowledged or known, is suppressed."""
    places = {rule.code: n for n, rule in enumerate(RULES)}
    driver = {
        "name": "oig check",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule(rule) for rule in RULES],
    }
    run: dict[str, Any] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": True,
                "exitCode": verdict.status,
                "toolExecutionNotifications": [{"level": "error", "message": {"text": r}} for r in verdict.reasons],
            }
        ],
        "results": [_result(fault, places, is_failing=fault.fingerprint in verdict.failing_prints) for fault in faults],
    }
    return {"$schema": SCHEMA, "version": VERSION, "runs": [run]}


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.code.split("_")),
        "shortDescription": {"text": rule.why},
        "fullDescription": {"text": rule.why},
        "help": {"text": rule.remedy},
        "defaultConfiguration": {"level": rule.severity},
    }


def _result(fault: LocatedViolation, places: dict[str, int], *, is_failing: bool) -> dict[str, Any]:
    number = f"{fault.qualified_number}: " if fault.number else ""
    location: dict[str, Any] = {"artifactLocation": {"uri": quote(fault.file)}}
    if fault.line:
        location["region"] = {"startLine": fault.line}
    result: dict[str, Any] = {
        "ruleId": fault.rule.code,
        "ruleIndex": places[fault.rule.code],
        "level": fault.rule.severity,
        "message": {"text": f"{number}{fault.message}"},
        "locations": [{"physicalLocation": location}],
        "partialFingerprints": {FINGERPRINT: fault.fingerprint},
    }
    if fault.rule.severity == "error" and not is_failing:
        why = "acknowledged by a correction" if fault.acknowledged else "known: it stands in the baseline"
        result["suppressions"] = [{"kind": "external", "justification": why}]
    return result
