"""Outcomes and violations are Pandera's own verdict, row by row, and one fault is one violation."""

from __future__ import annotations

from typing import Any

import pandera.polars as pa
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pandera.errors import SchemaErrors

from oig_pipeline.contract.columns import VIOLATIONS
from oig_pipeline.contract.rules import BY_CODE, GROUP_RULES, SIGHTING_RULES, codes
from oig_pipeline.contract.schemas import GROUPED_SIGHTING, SIGHTING, TABLES
from oig_pipeline.curate.compare import compare
from oig_pipeline.curate.judge import breaks, judge, verdicts
from oig_pipeline.errors import SchemaViolated
from oig_pipeline.run.by_office import normalize_rows as normalize
from tests.conftest import examples
from tests.rows import any_rows, judgement_of, sightings, valid_rows

Verdict = set[tuple[str, str]]
"""Broken rule, sighting."""
ERRORS = set(codes("error"))
RETITLED = [
    {"report_number": "OIG-04-08", "fiscal_year": "2004", "issue_date": "", "document_url": link, "title": title}
    for title, link in (
        ("Debris Removal in Louisiana", "/a.pdf"),
        ("City of Oakland, California", "/a.pdf"),
        ("City of Oakland, California", ""),
        ("Debris Removal in Louisiana", ""),
    )
]
"""One report under two titles: the rows that share a document link say so, the others alone would be in conflict."""


def panderas_verdict(schema: pa.DataFrameSchema, frame: pl.DataFrame) -> Verdict:
    """Return what Pandera reports of a frame, read from its failure cases alone."""
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        return {(rule, frame["sighting_id"][row]) for rule, row in cases.select("check", "index").iter_rows()}
    return set()


def broken_rules(violations: pl.DataFrame) -> Verdict:
    return set(violations.select("rule", "sighting_id").iter_rows())


rows_of_any_kind = st.lists(st.one_of(any_rows(), valid_rows()), max_size=8)


@examples(60)
@given(rows_of_any_kind)
def test_the_outcome_of_every_row_is_panderas_own_verdict(rows: list[dict[str, Any]]) -> None:
    frame = normalize(sightings(*rows))
    judgement = judge(frame)
    row_verdict = panderas_verdict(SIGHTING, frame)
    refused = {sighting for rule, sighting in row_verdict if rule in ERRORS}
    accepted = compare(frame.filter(~pl.col("sighting_id").is_in(list(refused))))
    group_verdict = panderas_verdict(GROUPED_SIGHTING, accepted)
    refused |= {sighting for rule, sighting in group_verdict if rule in ERRORS}
    assert broken_rules(judgement.violations) == row_verdict | group_verdict
    quarantined = judgement.sightings.filter(outcome="quarantined")["sighting_id"]
    assert set(quarantined) == refused
    assert judgement.sightings.drop("rules", "outcome").equals(frame)


@examples(60)
@given(rows_of_any_kind)
def test_rules_outcome_and_violations_tell_the_same(rows: list[dict[str, Any]]) -> None:
    judgement = judgement_of(*rows)
    for sighting, outcome, rules in judgement.sightings.select("sighting_id", "outcome", "rules").iter_rows():
        assert rules == sorted(judgement.violations.filter(sighting_id=sighting)["rule"])
        assert outcome == ("quarantined" if ERRORS & set(rules) else "published")
    assert judgement.violations.height == len(broken_rules(judgement.violations))
    TABLES["violations"].validate(judgement.violations, lazy=True)


@examples(40)
@given(st.lists(valid_rows(), max_size=8))
def test_rows_that_break_no_rule_on_rows_validate_alone(rows: list[dict[str, Any]]) -> None:
    frame = normalize(sightings(*rows))
    assert not {rule for rule, _ in panderas_verdict(SIGHTING, frame)} & ERRORS
    SIGHTING.validate(judge(frame).sightings.filter(pl.col("rules").list.len() == 0), lazy=True)


@examples(40)
@given(rows_of_any_kind)
@example(rows=RETITLED)
def test_published_rows_are_judged_the_same_once_the_quarantined_ones_are_gone(rows: list[dict[str, Any]]) -> None:
    # Published rows stay together: one with a mere warning may be the link by which two titles are one report.
    frame = normalize(sightings(*rows))
    published = judge(frame).sightings.filter(outcome="published")
    assert judge(published.select(frame.columns)).sightings.equals(published)
    assert not {rule for rule, _ in panderas_verdict(GROUPED_SIGHTING, compare(published))} & ERRORS


def test_a_row_that_breaks_no_rule_validates() -> None:
    frame = normalize(sightings({}))
    assert SIGHTING.validate(frame, lazy=True).equals(frame)
    assert judge(frame).violations.is_empty()


@examples(40)
@given(rows_of_any_kind.filter(len), st.data())
def test_a_row_in_frames_of_several_chunks_is_judged_the_same(rows: list[dict[str, Any]], data: st.DataObject) -> None:
    frame = normalize(sightings(*rows))
    cut = data.draw(st.integers(0, frame.height))
    pieces = pl.concat([frame.head(cut), frame.slice(cut)], rechunk=False)
    once, again = judge(frame), judge(pieces)
    assert again.sightings.equals(once.sightings)
    assert broken_rules(again.violations) == broken_rules(once.violations)


@pytest.mark.parametrize(
    ("row", "rules"),
    [
        ({}, []),
        ({"fiscal_year": "20217"}, ["fiscal_year_malformed"]),
        ({"fiscal_year": "20217", "issue_date": "07/20/2010"}, ["fiscal_year_malformed"]),
        ({"fiscal_year": "20217", "report_number": "OIG-21-1000"}, ["fiscal_year_malformed"]),
        ({"fiscal_year": "2020"}, ["fiscal_year_mismatch"]),
        ({"fiscal_year": "2020", "issue_date": "07/20/2010"}, ["fiscal_year_mismatch"]),
        ({"fiscal_year": "", "report_number": "DA-07-04"}, ["fiscal_year_mismatch"]),
        ({"fiscal_year": "2002", "report_number": "W-05-03"}, ["fiscal_year_mismatch"]),
        ({"fiscal_year": "2061", "report_number": "OIG-61-01"}, ["fiscal_year_future"]),
        ({"fiscal_year": "", "report_number": ""}, ["number_missing"]),
        ({"fiscal_year": "", "report_number": "OIG-2021-49"}, ["number_malformed"]),
        ({"fiscal_year": "2010", "report_number": "oig 2021_49"}, ["number_malformed"]),
        ({"agency": "Ministry of Works"}, ["agency_unknown"]),
        ({"agency": "CBP, Ministry of Works", "title": "City of Oakland"}, ["agency_unknown"]),
        ({"title": "\u00a0"}, ["title_empty"]),
        ({"title": "> ("}, ["title_empty"]),
        ({"title": "(REDACTED)"}, ["title_empty"]),
        ({"issue_date": "02/30/2021"}, ["date_unreadable"]),
        ({"issue_date": "07/20/2010"}, ["date_outside"]),
        ({"issue_date": "10/01/2021"}, ["date_edge"]),
        ({"document_url": "javascript:void(0)"}, ["document_offsite"]),
        ({"document_url": "\u00a0"}, ["document_missing"]),
        ({"agency": "", "title": "City of Oakland"}, ["agency_missing"]),
        ({"agency": "", "title": "CBP in Oakland"}, ["agency_inferred"]),
        ({"fiscal_year": "20217", "agency": "Ministry of Works"}, ["agency_unknown", "fiscal_year_malformed"]),
    ],
)
def test_one_fault_is_one_violation(row: dict[str, Any], rules: list[str]) -> None:
    judgement = judgement_of(row)
    assert judgement.sightings["rules"].to_list() == [rules]
    assert judgement.violations["rule"].sort().to_list() == rules


def test_a_quarantined_row_is_no_rival_of_an_accepted_one() -> None:
    judgement = judgement_of(
        {}, {"title": "Debris Removal in Louisiana", "document_url": "", "agency": "Ministry of Works"}
    )
    assert judgement.sightings["outcome"].to_list() == ["published", "quarantined"]
    assert "conflict" not in set(judgement.violations["rule"])


def test_a_violation_shows_where_it_is_and_what_stands_there() -> None:
    (violation,) = judgement_of({"fiscal_year": " 20217 "}).violations.to_dicts()
    assert violation == {
        "office": "dhs",
        "sighting_id": "aaaaaaaaaaaaaaaa-1",
        "capture_path": "listing.csv",
        "line": 2,
        "rule": "fiscal_year_malformed",
        "severity": "error",
        "column_name": "listed_fiscal_year",
        "value": " 20217 ",
        "message": "'20217' is not a fiscal year",
        "acknowledged": False,
    }


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            {"report_number": "DA-07-04", "fiscal_year": ""},
            "the listing shows fiscal year (none); DA-07-04 can mean 2007 or 2004",
        ),
        (
            {"report_number": "W-05-03", "fiscal_year": "2002"},
            "the listing shows fiscal year 2002; W-05-03 can mean no year",
        ),
        ({"agency": "", "title": "ICE and CBP in Oakland"}, "no agency is stated; the title names CBP, ICE"),
        ({"title": "> {title} ("}, "'> {title} (' was read as '{title}'"),
    ],
)
def test_a_message_says_what_was_found(row: dict[str, Any], message: str) -> None:
    assert judgement_of(row).violations["message"].to_list() == [message]


def test_no_rows_are_judged_to_no_rows() -> None:
    judgement = judgement_of()
    assert judgement.sightings.is_empty()
    assert judgement.violations.is_empty()
    assert judgement.violations.columns == list(VIOLATIONS)


@pytest.mark.parametrize("code", ["fiscal_year_malformed", "date_missing", "title_empty"])
def test_one_rule_can_be_asked_for_alone(code: str) -> None:
    frame = normalize(sightings({"fiscal_year": "20217"}, {"issue_date": ""}))
    expected = {"fiscal_year_malformed": [True, False], "date_missing": [False, True], "title_empty": [False, False]}
    assert breaks(frame, BY_CODE[code]).to_list() == expected[code]


@pytest.mark.parametrize(
    "spoilt",
    [
        normalize(sightings({})).drop("listed_number"),
        normalize(sightings({})).with_columns(pl.lit(1).alias("listed_title")),
        normalize(sightings({})).with_columns(pl.lit(None, dtype=pl.String).alias("kind")),
    ],
    ids=["a column is missing", "a column has another type", "a required value is null"],
)
def test_a_frame_of_the_wrong_shape_is_a_fault_of_the_software(spoilt: pl.DataFrame) -> None:
    with pytest.raises(SchemaViolated, match=r"^sighting: "):
        verdicts(SIGHTING, spoilt, SIGHTING_RULES)


def test_every_rule_on_rows_is_attached_to_its_column() -> None:
    for schema, rules in ((SIGHTING, SIGHTING_RULES), (GROUPED_SIGHTING, GROUP_RULES)):
        attached = {check.name: name for name, column in schema.columns.items() for check in column.checks}
        assert attached == {rule.code: rule.column for rule in rules}
