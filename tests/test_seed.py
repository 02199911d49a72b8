"""The ten seed reports and the transcript, published with the values that people checked by hand."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import oig_pipeline
from oig_pipeline.run import pipeline
from oig_pipeline.run.outcome import Outcome
from oig_pipeline.settings import settings
from tests.conftest import DATA

# number, agency, recommendations made, concurred with, not concurred with
SEED = [
    ("OIG-21-49", "CBP", 4, 4, 0),
    ("OIG-21-48", "CBP", 3, 3, 0),
    ("OIG-21-47", "CBP", 8, 8, 0),
    ("OIG-21-40", "ICE", 1, 1, 0),
    ("OIG-21-36", "ICE", 2, 2, 0),
    ("OIG-21-21", "CBP", 3, 3, 0),
    ("OIG-21-19", "CBP", 4, 4, 0),
    ("OIG-21-16", "DHS", 6, None, 5),
    ("OIG-21-02", "CBP", 3, 2, 1),
    ("OIG-20-78", "CBP", 4, 4, 0),
]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return pipeline.build(settings(DATA / "raw", tmp_path_factory.mktemp("curated")))


def report(outcome: Outcome, number: str) -> dict[str, object]:
    return outcome.reports.row(by_predicate=pl.col("report_number") == number, named=True)


@pytest.mark.parametrize(
    ("number", "agency", "recommendations", "concurred", "not_concurred"), SEED, ids=[s[0] for s in SEED]
)
def test_a_seed_report_is_published_with_its_values(
    number: str, agency: str, recommendations: int, concurred: int | None, not_concurred: int | None, outcome: Outcome
) -> None:
    row = report(outcome, number)
    assert row["agencies"] == [agency]
    assert row["agency_source"] == "inferred"
    assert row["topics"] == ["Border Security"]
    assert row["recommendations"] == recommendations
    assert row["recommendations_concurred"] == concurred
    assert row["recommendations_not_concurred"] == not_concurred
    assert row["fiscal_year"] == 2000 + int(number[4:6])
    text = str(row["recommendations_text"])
    assert all(sentence in str(row["summary"]) for sentence in text.split(" \u2026 "))


def test_all_rows_that_the_rules_allow_are_published(outcome: Outcome) -> None:
    sightings = outcome.result.sightings
    assert sightings.height == 382
    kept_out = sightings.filter(pl.col("outcome") == "quarantined")
    of_listings = kept_out.filter(pl.col("capture_path").str.ends_with(".csv"))
    assert of_listings["listed_number"].to_list() == ["DS-05-06", "DS-09-09", None, "DS-02-06", "W-05-03"]
    others = kept_out.filter(~pl.col("capture_path").str.ends_with(".csv"))
    assert others.select("capture_path", "listed_number").rows() == [
        *[("list-federal-2168.md", None)] * 6,
        ("report-arizona-crf.md", None),
        ("report-ice-segregation.md", None),
        ("report-sar-2018-10.txt", None),
    ]
    assert outcome.reports.height == 367
    assert outcome.assessment.share == 0


def test_the_agency_of_a_transcript_row_is_that_of_its_page(outcome: Outcome) -> None:
    assert report(outcome, "OIG-23-44")["agency_source"] == "listing"
    assert report(outcome, "OIG-21-69")["agencies"] == ["TSA"], "the page's agency, though the title names DHS too"
    assert report(outcome, "OIG-17-92")["agencies"] == ["Others"]


def test_the_known_anomalies_are_found_by_the_right_rule(outcome: Outcome) -> None:
    violations = outcome.result.violations
    assert report(outcome, "OIG-18-16")["fiscal_year"] == 2018
    assert "value_corrected" in report(outcome, "OIG-18-16")["quality_flags"]  # type: ignore[operator]
    assert "fiscal_year_missing" in report(outcome, "OIG-18-51")["quality_flags"]  # type: ignore[operator]
    doubled = report(outcome, "OIG-11-51")["title"]
    assert (
        doubled == "Management Directorate's Management Letter for FY 2010 DHS Consolidated Financial Statements Audit"
    )
    dangling = report(outcome, "OIG-14-131")
    assert dangling["title"] == "CBP Did Not Effectively Plan and Manage Employee Housing in Ajo, Arizona"
    assert dangling["is_revised"]
    shared = violations.filter(pl.col("rule") == "title_shared")["message"].sort().to_list()
    assert shared == ["OIG-11-07 of 2011 has the same title", "OIG-11-08 of 2011 has the same title"]
    errors = violations.filter(pl.col("severity") == "error")
    assert errors["acknowledged"].all()
    of_listing = errors.filter(capture_path="listing-transcript.csv")
    assert of_listing.select("rule", "line", "value", "acknowledged").rows() == [
        ("number_missing", 22, None, True),
        ("fiscal_year_mismatch", 109, "2002", True),
        ("fiscal_year_mismatch", 116, "2002", True),
    ]


def test_numbers_of_the_second_era_belong_to_their_year(outcome: Outcome) -> None:
    keys = {n: (report(outcome, n)["fiscal_year"], report(outcome, n)["sequence"]) for n in ("DS-14-05", "DA-18-04")}
    assert keys == {"DS-14-05": (2005, 14), "DA-18-04": (2004, 18)}


def test_oversight_gov_gives_what_the_listings_lost(outcome: Outcome) -> None:
    dated = report(outcome, "OIG-21-28")
    assert (str(dated["issue_date"]), dated["report_type"], dated["recommendations"]) == ("2021-03-11", "Audit", 5)
    assert (dated["questioned_costs"], dated["funds_for_better_use"]) == (0.0, 0.0)
    assert dated["components"] == ["Federal Emergency Management Agency (FEMA)"]
    merged = report(outcome, "OIG-23-42")
    assert (merged["sighting_count"], merged["agencies"], merged["fiscal_year"]) == (2, ["FEMA"], 2023)
    assert report(outcome, "OIG-18-75")["agencies"] == ["FEMA"], "its page names a training center"
    assert report(outcome, "OIG-15-11")["fiscal_year"] == 2015
    assert "number_repaired" in report(outcome, "DD-07-04")["quality_flags"]  # type: ignore[operator]


def test_marks_are_columns_and_not_titles(outcome: Outcome) -> None:
    marked = report(outcome, "OIG-21-70")
    assert (marked["classification"], marked["is_redacted"]) == ("LES", True)
    assert marked["title"] == "CBP's FAST Program Exposes Borders to Security Risks"
    kinds = {n: report(outcome, n)["kind"] for n in ("OIG-22-31", "OIG-17-98-SR", "OIG-17-80-D", "OIG-18-04")}
    assert list(kinds.values()) == ["management_alert", "special_report", "cancellation", "unclassified_summary"]


def test_every_published_row_leads_back_to_its_line(outcome: Outcome) -> None:
    corrections = outcome.result.violations.filter(rule="value_corrected")
    corrected = dict(corrections.select("sighting_id", "message").iter_rows())
    for row in outcome.result.sightings.iter_rows(named=True):
        file = Path(DATA / "raw" / row["capture_path"])
        line = file.read_text(encoding="utf-8").split("\n")[row["line"] - 1]
        if row["listed_title"] is not None:
            assert row["listed_title"].replace('"', "") in line.replace('"', "")
        elif row["listed_number"] is not None:
            assert row["listed_number"] in file.read_text(encoding="utf-8").split("\n")[row["listed_number_line"] - 1]
        else:
            assert row["outcome"] == "quarantined" or "title" in corrected[row["sighting_id"]]


def test_the_public_functions_do_the_same_job(tmp_path: Path) -> None:
    built = oig_pipeline.build(DATA / "raw", tmp_path)
    assert built.reports.equals(oig_pipeline.check(DATA / "raw").reports)
    with oig_pipeline.connect(tmp_path) as connection:
        assert connection.sql("SELECT count(*) FROM reports").fetchall() == [(367,)]
