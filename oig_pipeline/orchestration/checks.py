"""Asset checks, derived from the rule registry and the failure policy.

Belongs here: how rules and policy appear in Dagster. Does not: a rule, a threshold, or a decision.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg
import polars as pl

from oig_pipeline.contract.ledger_columns import FLAGS
from oig_pipeline.contract.rule import Rule
from oig_pipeline.contract.rules import RULES
from oig_pipeline.orchestration.metadata import plain, preview
from oig_pipeline.run.policy import Assessment
from oig_pipeline.run.result import RunResult

QUARANTINE, REPORTS, RECOMMENDATIONS = "quarantine", "reports", "recommendations"
ASSETS = (QUARANTINE, REPORTS, RECOMMENDATIONS)
"""What judging makes, all at once."""
SAMPLE = 10
SAMPLE_COLUMNS = ["office", "report_number", "recommendation", "completion", "completion_path", "completion_line"]
"""What a check shows of recommendations."""
# A listing without rows stops the run by the failure policy; the other rules quarantine or flag.
BLOCKING_RULE = "listing_empty"
POLICY = {
    "threshold": "At most the configured share of sightings is quarantined and not acknowledged.",
    "accounting": "Every row read is published or quarantined, and every report has a sighting.",
    "shape": "Every table has the columns and types of the contract.",
}


def specs() -> list[dg.AssetCheckSpec]:
    """Return one check per rule, on the quarantine, and the blocking checks of the policy, on reports."""
    of_rules = [
        dg.AssetCheckSpec(
            rule.code, asset=QUARANTINE, description=f"{rule.why} {rule.remedy}", blocking=rule.code == BLOCKING_RULE
        )
        for rule in RULES
    ]
    of_policy = [
        dg.AssetCheckSpec(name, asset=REPORTS, description=description, blocking=True)
        for name, description in POLICY.items()
    ]
    of_flags = [
        dg.AssetCheckSpec(flag, asset=RECOMMENDATIONS, description=f"No recommendation has this fault: {words}")
        for flag, words in FLAGS.items()
    ]
    return of_rules + of_policy + of_flags


def of_recommendations(result: RunResult) -> Iterator[dg.AssetCheckResult]:
    """Yield the result of the check of each flag of recommendations, with a sample."""
    for flag in FLAGS:
        flagged = result.scan("recommendations").filter(pl.col("quality_flags").list.contains(flag)).collect()
        yield dg.AssetCheckResult(
            asset_key=RECOMMENDATIONS,
            check_name=flag,
            passed=flagged.is_empty(),
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"recommendations": flagged.height, "sample": preview(flagged, "recommendations", SAMPLE_COLUMNS)},
        )


def of_rules(result: RunResult) -> Iterator[dg.AssetCheckResult]:
    """Yield the result of each rule's check, with a sample: it passes if every violation is acknowledged."""
    broken = result.stats.broken
    for rule in RULES:
        violations, acknowledged = broken.get(rule.code, (0, 0))
        yield dg.AssetCheckResult(
            asset_key=QUARANTINE,
            check_name=rule.code,
            passed=violations == acknowledged,
            severity=dg.AssetCheckSeverity.ERROR if rule.severity == "error" else dg.AssetCheckSeverity.WARN,
            metadata=_metadata(rule, violations, acknowledged, result),
        )


def of_policy(assessment: Assessment) -> Iterator[dg.AssetCheckResult]:
    """Yield the results of the blocking checks on reports."""
    within = assessment.share <= assessment.threshold
    yield _policy("threshold", within, {"share": assessment.share, "threshold": assessment.threshold})
    for name, problems in (("accounting", assessment.accounting), ("shape", assessment.shape)):
        yield _policy(name, not problems, {"problems": list(problems)})


def _policy(name: str, passed: bool, metadata: dict[str, Any]) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(asset_key=REPORTS, check_name=name, passed=passed, metadata=metadata)


def _metadata(rule: Rule, violations: int, acknowledged: int, result: RunResult) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "violations": violations,
        "acknowledged": acknowledged,
        "remedy": rule.remedy,
    }
    if violations:
        broken = result.table("violations", pl.col("rule") == rule.code).head(SAMPLE)
        rows = result.scan("sightings").select("sighting_id", "listed_number")
        numbers = rows.join(broken.lazy(), on="sighting_id", how="semi").collect()
        place = pl.concat_str("capture_path", pl.col("line").cast(pl.String), separator=":", ignore_nulls=True)
        sample = broken.join(numbers, on="sighting_id", how="left", maintain_order="left").with_columns(place=place)
        sample_columns = {
            "office": "office",
            "number": "listed_number",
            "file and line": "place",
            "value": "value",
            "message": "message",
        }
        records = [
            dg.TableRecord({name: plain(row[column]) for name, column in sample_columns.items()})
            for row in sample.iter_rows(named=True)
        ]
        metadata["sample"] = dg.MetadataValue.table(
            records=records, schema=dg.TableSchema([*map(_text, sample_columns)])
        )
    return metadata


def _text(name: str) -> dg.TableColumn:
    return dg.TableColumn(name, "string")
