"""Every rule of the registry, held to what it promises by its own examples."""

from __future__ import annotations

import re

import pytest

from oig_pipeline.contract.capture_columns import CAPTURES
from oig_pipeline.contract.columns import READ, SIGHTINGS
from oig_pipeline.contract.example_office import Example
from oig_pipeline.contract.judged_columns import GROUPED, NORMALIZED
from oig_pipeline.contract.rule import Rule
from oig_pipeline.contract.rules import BY_CODE, RULES, SIGHTING_RULES, codes
from oig_pipeline.run.outcome import Outcome
from oig_pipeline.run.pipeline import check
from oig_pipeline.settings import Settings
from tests.conftest import Captures
from tests.dhs_examples import files

ERRORS = {
    *("number_missing", "number_malformed", "fiscal_year_malformed", "fiscal_year_mismatch", "fiscal_year_future"),
    *("agency_unknown", "title_empty", "date_unreadable", "date_outside", "conflict"),
    *("capture_unreadable", "layout_unknown", "listing_empty", "text_unread", "correction_stale"),
}
WARNINGS = {
    *("number_repaired", "fiscal_year_missing", "date_missing", "date_edge", "agency_inferred", "agency_missing"),
    *("title_repaired", "document_missing", "document_offsite", "summary_missing", "sequence_large", "title_shared"),
    *("document_misnamed", "document_shared"),
}
ON_ROWS = [r for r in RULES if r.scope != "capture"]

every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda r: r.code)
every_row_rule = pytest.mark.parametrize("rule", ON_ROWS, ids=lambda r: r.code)


_OUTCOMES: dict[tuple[tuple[str, bytes], ...], Outcome] = {}
"""What examples came to; several tests look at each, and many rules share one that passes."""


def outcome(captures: Captures, example: Example) -> Outcome:
    arrived = files(example)
    key = tuple(sorted(arrived.items()))
    if key not in _OUTCOMES:
        raw = captures(arrived)
        _OUTCOMES[key] = check(Settings(raw=raw, out=raw.parent / "curated"))
    return _OUTCOMES[key]


def codes_of(outcome: Outcome) -> set[str]:
    return set(outcome.result.violations["rule"])


@every_rule
def test_the_failing_example_breaks_the_rule(rule: Rule, captures: Captures) -> None:
    violations = outcome(captures, rule.fails).result.violations.filter(rule=rule.code)
    assert not violations.is_empty()
    assert set(violations["severity"]) == {rule.severity}
    assert set(violations["column_name"]) == {rule.column}


@every_rule
def test_the_passing_example_keeps_the_rule(rule: Rule, captures: Captures) -> None:
    assert rule.code not in codes_of(outcome(captures, rule.passes))


@pytest.mark.parametrize("rule", [r for r in ON_ROWS if r.severity == "error"], ids=lambda r: r.code)
def test_one_fault_is_one_error_and_quarantines(rule: Rule, captures: Captures) -> None:
    result = outcome(captures, rule.fails)
    assert codes_of(result) & {*codes("error")} == {rule.code}
    breaking = result.result.violations.filter(rule=rule.code)["sighting_id"]
    assert breaking.n_unique() == breaking.len()
    assert set(result.result.sightings["outcome"]) == {"quarantined"}
    assert result.reports.is_empty()


@pytest.mark.parametrize("rule", [r for r in ON_ROWS if r.severity == "warning"], ids=lambda r: r.code)
def test_a_warning_publishes_and_flags_the_report(rule: Rule, captures: Captures) -> None:
    result = outcome(captures, rule.fails)
    assert set(result.result.sightings["outcome"]) == {"published"}
    assert not result.reports.is_empty()
    assert all(rule.code in flags for flags in result.reports["quality_flags"])
    assert result.assessment.reasons == ()


@every_rule
def test_every_message_is_whole(rule: Rule, captures: Captures) -> None:
    for message in outcome(captures, rule.fails).result.violations.filter(rule=rule.code)["message"]:
        assert message
        assert not re.search(r"[{}]|\(none\)|\bnull\b|\bNone\b", message)


@every_row_rule
def test_a_message_speaks_of_columns_that_exist(rule: Rule) -> None:
    columns = {*READ, *NORMALIZED, *(GROUPED if rule.scope == "group" else ())}
    assert set(re.findall(r"\{(\w+)\}", rule.message)) <= columns
    assert rule.message


@every_rule
def test_why_and_remedy_are_sentences(rule: Rule) -> None:
    for sentence in (rule.why, rule.remedy):
        assert re.fullmatch(r"[A-Z].*\w\S*\.", sentence)


@every_rule
def test_the_column_is_one_of_the_table_that_shows_it(rule: Rule) -> None:
    assert rule.column in (CAPTURES if rule.scope == "capture" else SIGHTINGS)


@every_rule
def test_only_rules_on_rows_carry_a_condition(rule: Rule) -> None:
    assert (rule.holds is None) == (rule.scope == "capture")


def test_codes_are_unique() -> None:
    assert len(BY_CODE) == len(RULES)


def test_the_promised_error_rules_are_there() -> None:
    assert set(codes("error")) >= ERRORS


def test_the_promised_warning_rules_are_there() -> None:
    assert set(codes("warning")) >= WARNINGS


def test_every_rule_has_one_severity() -> None:
    assert sorted((*codes("error"), *codes("warning"))) == sorted(BY_CODE)


def test_only_warnings_wait_for_all_sightings_of_a_report() -> None:
    assert {r.severity for r in RULES if r.when_all} == {"warning"}
    assert {r.code for r in SIGHTING_RULES if r.code.endswith("_missing") and r.severity == "warning"} <= {
        r.code for r in RULES if r.when_all
    }
