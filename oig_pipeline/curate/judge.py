"""The one reader of Pandera's results.

Belongs here: validating sightings against the schemas, and turning check results into outcomes and violation rows.
Does not: any rule. Works on any chunk of sightings for the rules on rows, on whole fiscal years for those on groups.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from oig_pipeline.contract.columns import VIOLATIONS
from oig_pipeline.contract.faults import ContractBroken
from oig_pipeline.contract.rule import Rule
from oig_pipeline.contract.rules import BY_CODE, GROUP_RULES, SIGHTING_RULES, codes
from oig_pipeline.contract.schemas import GROUPED_SIGHTING, SIGHTING, empty
from oig_pipeline.curate.compare import compare
from oig_pipeline.curate.normalise import years_of_number


@dataclass(frozen=True)
class Judgement:
    """Normalised sightings with `outcome` and `rules` added, and the violation rows that decided them."""

    sightings: pl.DataFrame
    violations: pl.DataFrame


def verdicts(schema: pa.DataFrameSchema, frame: pl.DataFrame, rules: Iterable[Rule]) -> dict[str, pl.Series]:
    """Return rule code → which rows break it, for the rules that any row breaks.

    Raises:
        ContractBroken: the frame lacks a column or has one of the wrong type.
    """
    known = {r.code for r in rules}
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        found = {}
        for error in errors.schema_errors:
            name = getattr(error.check, "name", error.check)
            if name not in known or error.check_output is None:
                raise ContractBroken(f"{schema.name}: {error}") from None
            found[str(name)] = ~error.check_output["check_output"]
        return found
    return {}


def breaks(normalised: pl.DataFrame, rule: Rule) -> pl.Series:
    """Return which of the normalised sightings break one rule; for a rule on groups, give all sightings."""
    if rule.scope == "group":
        broken = judge(normalised).violations.filter(pl.col("rule") == rule.code)
        return normalised["sighting_id"].is_in(broken["sighting_id"].implode())
    found = verdicts(SIGHTING, normalised, SIGHTING_RULES)
    return found.get(rule.code, pl.Series([False] * normalised.height, dtype=pl.Boolean))


def judge(normalised: pl.DataFrame) -> Judgement:
    """Return sightings with their outcome: rules on rows first, then, among the accepted, rules on groups."""
    alone = verdicts(SIGHTING, normalised, SIGHTING_RULES)
    errors = set(codes("error"))
    bad = pl.Series([False] * normalised.height, dtype=pl.Boolean)
    for code, broken in alone.items():
        bad = bad | broken if code in errors else bad
    accepted = compare(normalised.filter(~bad))
    together = verdicts(GROUPED_SIGHTING, accepted, GROUP_RULES)
    violations = pl.concat(
        [
            empty("violations"),
            *(_rows(normalised.filter(broken), BY_CODE[code]) for code, broken in alone.items()),
            *(_rows(accepted.filter(broken), BY_CODE[code]) for code, broken in together.items()),
        ]
    )
    return Judgement(_with_outcome(normalised, violations), violations)


def _with_outcome(sightings: pl.DataFrame, violations: pl.DataFrame) -> pl.DataFrame:
    broken = violations.group_by("sighting_id").agg(
        pl.col("rule").sort().alias("rules"), (pl.col("severity") == "error").any().alias("_bad")
    )
    return (
        sightings.join(broken, on="sighting_id", how="left", maintain_order="left")
        .with_columns(
            pl.col("rules").fill_null([]),
            pl.when(pl.col("_bad").fill_null(False))
            .then(pl.lit("quarantined"))
            .otherwise(pl.lit("published"))
            .alias("outcome"),
        )
        .drop("_bad")
    )


def _rows(broken: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    """Return the violation rows of the sightings that break `rule`."""
    # One chunk: Polars 2.1 panics on some expressions over filtered frames of several.
    return (
        broken.rechunk()
        .select(
            "sighting_id",
            "capture_path",
            "line",
            pl.lit(rule.code).alias("rule"),
            pl.lit(rule.severity).alias("severity"),
            pl.lit(rule.column).alias("column_name"),
            pl.col(rule.column).cast(pl.String).alias("value"),
            _message(rule.message).alias("message"),
            pl.lit(False).alias("acknowledged"),
        )
        .select(*VIOLATIONS)
    )


def _message(template: str) -> pl.Expr:
    names = re.findall(r"\{(\w+)\}", template)
    return pl.format(re.sub(r"\{\w+\}", "{}", template), *map(_words, names)) if names else pl.lit(template)


def _words(name: str) -> pl.Expr:
    if name == "years_of_number":
        return years_of_number(pl.col("report_number"))
    column = pl.col(name)
    said = column.list.join(", ") if name == "agencies" else column.cast(pl.String)
    return said.fill_null("(none)")
