"""The one reader of Pandera's results.

Belongs here: validating sightings against the schemas, and turning check results into outcomes and violation rows.
Does not: any rule. Works on any chunk of sightings for the rules on rows, on whole fiscal years for those on groups.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from oig_pipeline.contract.columns import VIOLATIONS
from oig_pipeline.contract.names import LINE_COLUMNS
from oig_pipeline.contract.rule import Rule
from oig_pipeline.contract.rules import BY_CODE, GROUP_RULES, SIGHTING_RULES, codes
from oig_pipeline.contract.schemas import GROUPED_SIGHTING, POLARS_SCHEMAS, SIGHTING, judging_by
from oig_pipeline.curate.compare import Shared, compare
from oig_pipeline.curate.shape import unproven
from oig_pipeline.errors import SchemaViolated

ACCEPTED = "published"
ERRORS = frozenset(codes("error"))


@dataclass(frozen=True)
class Judgement:
    """Normalized sightings with `outcome` and `rules` added, and the violation rows that decided them."""

    sightings: pl.DataFrame
    violations: pl.DataFrame


def verdicts(schema: pa.DataFrameSchema, frame: pl.DataFrame, rules: Iterable[Rule]) -> dict[str, pl.Series]:
    """Return rule code → which rows break it, for the rules that any row breaks.

    Raises:
        SchemaViolated: the frame lacks a column or has one of the wrong type.
    """
    rule_codes = {r.code for r in rules}
    try:
        unproven(schema, frame).validate(frame, lazy=True)
    except SchemaErrors as errors:
        broken = {}
        for error in errors.schema_errors:
            name = getattr(error.check, "name", error.check)
            if name not in rule_codes or error.check_output is None:
                raise SchemaViolated(f"{schema.name}: {error}") from None
            broken[str(name)] = ~error.check_output["check_output"]
        return broken
    return {}


def breaks(normalized: pl.DataFrame, rule: Rule, answers: pl.DataFrame | None = None) -> pl.Series:
    """Return which of the normalized sightings break one rule; for a rule on groups, give all sightings.

    Args:
        normalized: the sightings.
        rule: the rule.
        answers: what their summaries say, for a rule on groups.
    """
    if rule.scope == "group":
        broken = judge(normalized, answers).violations.filter(pl.col("rule") == rule.code)
        return normalized["sighting_id"].is_in(broken["sighting_id"].implode())
    verdict_by_code = verdicts(judging_by(rule), normalized, (rule,))
    return verdict_by_code.get(rule.code, pl.Series([False] * normalized.height, dtype=pl.Boolean))


def judge(normalized: pl.DataFrame, answers: pl.DataFrame | None = None) -> Judgement:
    """Return sightings with their outcome: rules on rows first, then, among the accepted, rules on groups."""
    return judge_groups(judge_rows(normalized), answers=answers)


def judge_rows(normalized: pl.DataFrame) -> Judgement:
    """Return sightings with the outcome that the rules on rows give them, whatever stands beside them."""
    broken = verdicts(SIGHTING, normalized, SIGHTING_RULES)
    violations = pl.concat([POLARS_SCHEMAS["violations"].to_frame(), *_violations(normalized, broken)])
    bad = _any([flags for code, flags in broken.items() if code in ERRORS], normalized.height)
    return Judgement(normalized.with_columns(_rules(broken, normalized.height), _outcome(bad)), violations)


def judge_groups(alone: Judgement, shared: Shared | None = None, answers: pl.DataFrame | None = None) -> Judgement:
    """Return the judgement to which the rules on groups lead: the accepted sightings beside one another.

    Args:
        alone: the judgement of rows alone.
        shared: what several reports of the fiscal year share (`compare.shared_of`), where the judgement holds some of
            its reports only.
        answers: what the summaries of the accepted say, by `sighting_id`; without it, none says anything.
    """
    sightings = alone.sightings
    is_accepted = sightings["outcome"] == ACCEPTED
    accepted = compare(sightings.filter(is_accepted), shared, answers)
    broken = verdicts(GROUPED_SIGHTING, accepted, GROUP_RULES)
    if not broken:
        return alone
    violations = pl.concat([alone.violations, *_violations(accepted, broken)])
    for code, flags in broken.items():
        is_broken = pl.Series([False]).new_from_index(0, sightings.height).scatter(is_accepted.arg_true(), flags)
        more = (
            pl.when(is_broken).then(pl.col("rules").list.concat(pl.lit([code])).list.sort()).otherwise(pl.col("rules"))
        )
        sightings = sightings.with_columns(more.alias("rules"))
        if code in ERRORS:
            sightings = sightings.with_columns(_outcome((sightings["outcome"] != ACCEPTED) | is_broken))
    return Judgement(sightings, violations)


def _rules(broken: Mapping[str, pl.Series], height: int) -> pl.Series:
    """Return the codes that each row breaks, sorted."""
    # Each set of rules is one number; there are few sets, so few lists are built.
    codes = sorted(broken)
    sets = pl.Series([0], dtype=pl.Int64).new_from_index(0, height)
    for place, code in enumerate(codes):
        sets += broken[code].cast(pl.Int64) * 2**place
    distinct = sets.unique()
    lists = [[code for place, code in enumerate(codes) if number >> place & 1] for number in distinct]
    rule_lists = pl.DataFrame({"set": distinct, "rules": pl.Series(lists, dtype=pl.List(pl.String))})
    return sets.to_frame("set").join(rule_lists, on="set", how="left", maintain_order="left")["rules"]


def _any(flags: list[pl.Series], height: int) -> pl.Series:
    initial = pl.Series([False]).new_from_index(0, height)
    return reduce(operator.or_, flags, initial)


def _outcome(bad: pl.Series) -> pl.Expr:
    return pl.when(bad).then(pl.lit("quarantined")).otherwise(pl.lit(ACCEPTED)).alias("outcome")


def _violations(sightings: pl.DataFrame, broken: Mapping[str, pl.Series]) -> Iterator[pl.DataFrame]:
    for code, flags in broken.items():
        yield _rows(sightings.filter(flags), BY_CODE[code])


def _rows(broken: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    """Return the violation rows of the sightings that break `rule`, on the line of the value at fault."""
    # One chunk: Polars 2.1 panics on some expressions over filtered frames of several.
    return (
        broken.rechunk()
        .select(
            "office",
            "sighting_id",
            "capture_path",
            pl.coalesce(LINE_COLUMNS[rule.column], "line").alias("line"),
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
    column = pl.col(name)
    text = column.list.join(", ") if name == "agencies" else column.cast(pl.String)
    return text.fill_null("(none)")
