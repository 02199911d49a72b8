"""Reports of offices without a grammar: the number as printed is the identity, and the year an attribute."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from oig_pipeline.curate.judge import judge_groups, judge_rows
from oig_pipeline.curate.printed_numbers import decided_years
from oig_pipeline.run import pipeline
from oig_pipeline.run.by_office import normalize_rows as normalize
from oig_pipeline.settings import Limits, Settings
from tests.rows import NEWER, OLDER, judgement_of, merge, provenance, published, sightings

BANKS: dict[str, Any] = {
    "office": "usda", "report_number": "OIG-16-001", "title": "Audit of Banks", "issue_date": "2015-11-02",
    "fiscal_year": "", "document_url": None,
}  # fmt: skip


def test_the_number_is_as_printed_and_the_year_that_of_the_day_of_issue() -> None:
    (report,) = merge(published(BANKS)).to_dicts()
    assert (report["report_number"], report["fiscal_year"]) == ("OIG-16-001", 2016)
    assert (report["series"], report["sequence"], report["suffix"]) == (None, None, None)


@pytest.mark.parametrize("number", ["A 09/13", "20901002", "2025-OEI-001"])
def test_a_number_that_no_grammar_knows_is_published(number: str) -> None:
    assert merge(published({**BANKS, "report_number": number}))["report_number"].to_list() == [number]


NEITHER = {"issue_date": "", "fiscal_year": ""}


def test_a_row_without_a_day_has_the_year_of_its_listing_and_one_with_neither_has_none() -> None:
    of_listing = {"issue_date": "", "fiscal_year": "2017"}
    assert merge(published({**BANKS, **of_listing}))["fiscal_year"].to_list() == [2017]
    assert merge(published({**BANKS, **NEITHER}))["fiscal_year"].to_list() == [None]


def test_a_year_that_is_no_year_is_still_an_error() -> None:
    assert judgement_of({**BANKS, **NEITHER, "fiscal_year": "20217"}).sightings["outcome"].to_list() == ["quarantined"]


def test_with_a_grammar_a_missing_year_is_still_an_error() -> None:
    ambiguous = {"office": "dhs", "report_number": "DA-07-04"}
    assert judgement_of({**BANKS, **NEITHER, **ambiguous}).sightings["outcome"].to_list() == ["quarantined"]


def test_sightings_without_a_year_are_merged_like_others_and_each_value_keeps_its_sighting() -> None:
    older = {**BANKS, **NEITHER, "retrieved_at": OLDER, "summary": "Banks fail.", "agency": "", "topic": "Finance"}
    newer = {**older, "retrieved_at": NEWER, "summary": "", "title": "Audit of Banks (Redacted)", "topic": "Farms"}
    accepted = published(older, newer, {**older, "report_number": "OIG-16-002", "title": "Audit of Mints"})
    banks, mints = merge(accepted).to_dicts()
    assert (banks["sighting_count"], mints["sighting_count"]) == (2, 1)
    assert (banks["summary"], banks["topics"], banks["last_seen"]) == ("Banks fail.", ["Farms", "Finance"], NEWER)
    traced = provenance(accepted).to_dicts()[0]
    first, second, _ = accepted["sighting_id"]
    assert (traced["summary"], traced["title"]) == (first, second)


def test_unrelated_titles_and_distant_days_are_conflicts_without_a_year_too() -> None:
    rows = [{**BANKS, **NEITHER}, {**BANKS, **NEITHER, "title": "Debris Removal in Louisiana"}]
    assert set(judgement_of(*rows).sightings["outcome"]) == {"quarantined"}


def test_a_document_that_two_reports_without_a_year_link_is_seen() -> None:
    linked = {**BANKS, **NEITHER, "document_url": "https://oig.usda.gov/a.pdf"}
    (first, second) = judgement_of(linked, {**linked, "report_number": "OIG-16-002"}).sightings["rules"]
    assert "document_shared" in first
    assert "document_shared" in second


@pytest.mark.parametrize(
    ("day", "outcome"), [("2016-11-02", "published"), ("2016-11-03", "quarantined"), ("2014-10-31", "quarantined")]
)
def test_two_days_more_than_a_year_apart_are_a_conflict(day: str, outcome: str) -> None:
    rows = [{**BANKS, "fiscal_year": "2016"}, {**BANKS, "issue_date": day}]
    alone = judge_rows(normalize(sightings(*rows)).with_columns(fiscal_year=2016))
    judgement = judge_groups(alone)
    assert set(judgement.sightings["outcome"]) == {outcome}
    if outcome == "quarantined":
        messages = judgement.violations.filter(rule="dates_apart")["message"].to_list()
        pairs = (("2015-11-02", day), (day, "2015-11-02"))
        assert sorted(messages) == sorted(f"OIG-16-001 is dated {mine}, and elsewhere {other}" for mine, other in pairs)


LISTING = """office,report_number,title,issue_date,fiscal_year
usda,OIG-16-001,Audit of Banks,2015-09-30,
Department of Agriculture OIG,oig\u201316-001,Audit of Banks,,2016
usda,OIG-16-001,Audit of Banks,2015-10-01,
usda,OIG-16-002,Audit of Mints,2015-10-01,
usda,OIG-16-003,Audit of Coins,2015-10-01,
usda,OIG-16-003,Audit of Coins,2018-10-01,
usda,OIG-16-001,Audit of Banks,,
usda,OIG-16-004,Audit of Bills,,
"""


@pytest.mark.parametrize("merged_at_once", [Limits.merged_at_once, 1])
def test_rows_of_one_number_meet_whatever_year_each_has(merged_at_once: int, tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "list.csv").write_text(LISTING)
    settings = Settings(raw=tmp_path / "raw", limits=Limits(merged_at_once=merged_at_once))
    result = pipeline.check(settings).result
    reports = result.scan("reports").select("report_number", "fiscal_year", "sighting_count", "issue_date").collect()
    assert reports.rows() == [
        ("OIG-16-001", 2015, 4, dt.date(2015, 9, 30)),
        ("OIG-16-002", 2016, 1, dt.date(2015, 10, 1)),
        ("OIG-16-004", None, 1, None),
    ]
    apart = result.scan("violations").filter(rule="dates_apart").collect()
    assert apart["line"].to_list() == [6, 7]


def test_the_newest_dated_row_decides() -> None:
    rows = published(
        {**BANKS, "retrieved_at": OLDER},
        {**BANKS, "issue_date": "2015-09-30", "retrieved_at": NEWER},
        {**BANKS, "issue_date": "", "fiscal_year": "2020", "retrieved_at": NEWER},
    )
    assert sorted(decided_years(rows)["decided"].to_list()) == [2015, 2015]
