"""Which office issued the report of a row, and what follows where offices share a number."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from oig_pipeline.curate.correct import load
from oig_pipeline.errors import CannotRun
from oig_pipeline.run import pipeline
from oig_pipeline.run.outcome import Outcome
from oig_pipeline.settings import Settings
from tests.rows import SITE, Values, judgement_of, merge, provenance, published

BARE: Values = {"document_url": None}
NUMBER = "OIG-21-149"
TREASURY: Values = {
    "office": "Department of the Treasury OIG", "report_number": NUMBER, "title": "Anti-Money Laundering", "agency": "",
    "document_url": None,
}  # fmt: skip
ELSEWHERE = "https://www.oversight.gov/reports/federal"
CSV = "office,report_number,title,fiscal_year\n"


def office(row: Values) -> Any:
    return judgement_of({**BARE, **row}).sightings["office"].item()


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"office": "Department of the Treasury OIG"}, "treasury"),
        ({"office": "epa", "capture_office": "treasury", "capture_url": SITE}, "epa"),
        ({"capture_office": "Treasury", "capture_url": SITE}, "treasury"),
        ({"office": "n/a", "capture_office": "treasury"}, "treasury"),
        ({"office": "", "capture_url": f"{SITE}/reports"}, "dhs"),
        ({"office": "", "document_url": f"{SITE}/a.pdf"}, "dhs"),
        ({"capture_url": ELSEWHERE, "document_url": f"{SITE}/a.pdf"}, "dhs"),
        ({"layout": "cards"}, "dhs"),
        ({}, "dhs"),
        ({"office": ""}, None),
        ({"office": "N/A"}, None),
        ({"capture_url": ELSEWHERE}, None),
        ({"office": "Commission of  Mysteries OIG"}, "Commission of Mysteries OIG"),
    ],
)
def test_the_nearest_thing_that_names_an_office_says_which(row: Values, code: str | None) -> None:
    assert office(row) == code


def test_a_row_without_an_office_is_kept_out_and_one_of_an_unknown_office_flagged() -> None:
    missing, unknown = judgement_of({**BARE, "office": ""}), judgement_of({"office": "Commission of Mysteries OIG"})
    assert missing.sightings["outcome"].to_list() == ["quarantined"]
    assert "office_missing" in missing.sightings["rules"].item()
    assert unknown.sightings["outcome"].to_list() == ["published"]
    assert "office_unknown" in unknown.sightings["rules"].item()


def test_one_number_of_two_offices_is_two_reports_that_disturb_each_other_in_nothing() -> None:
    rows = published(
        {"report_number": NUMBER, "document_url": f"{SITE}/a.pdf"}, TREASURY, {**TREASURY, "office": "treasury"}
    )
    reports = merge(rows)
    assert reports.select("office", "report_number", "sighting_count").rows() == [
        ("dhs", NUMBER, 1),
        ("treasury", NUMBER, 2),
    ]
    assert provenance(rows)["office"].to_list() == ["dhs", "treasury"]


@pytest.mark.parametrize(("first", "second"), [("dhs", "treasury"), ("usda", "usda")])
def test_a_title_is_shared_within_an_office_that_has_a_grammar(first: str, second: str) -> None:
    judgement = judgement_of({"office": first}, {"office": second, "report_number": "OIG-21-50"})
    assert "title_shared" not in judgement.sightings["rules"].explode().to_list()


def run(folder: Path, rows: str, corrections: str = "", **options: Any) -> Outcome:
    (folder / "raw").mkdir()
    (folder / "raw" / "list.csv").write_text(CSV + rows)
    (folder / "corrections.yml").write_text(corrections or "corrections: []\n")
    return pipeline.check(Settings(raw=folder / "raw", corrections=folder / "corrections.yml", **options))


SHARED = "dhs,OIG-14-131,Audit of Ports,20147\nDepartment of the Treasury OIG,OIG-14-131,Audit of Banks,20147\n"
CORRECTION = """corrections:
  - rule: fiscal_year_malformed
    where: {report_number: OIG-14-131OFFICE}
    expect: {fiscal_year: "20147"}
    set: {fiscal_year: "2014"}
    why: A digit too many.
"""


def test_a_correction_that_fits_rows_of_two_offices_asks_which(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match=r"line 2 .*several offices: add office: dhs or office: treasury to where"):
        run(tmp_path, SHARED, CORRECTION.replace("OFFICE", ""))


@pytest.mark.parametrize("spelling", ["treasury", "Department of the Treasury OIG"])
def test_a_correction_may_name_the_office(spelling: str, tmp_path: Path) -> None:
    outcome = run(tmp_path, SHARED, CORRECTION.replace("OFFICE", f", office: {spelling}"))
    sightings = outcome.result.tables()["sightings"]
    assert dict(sightings.select("office", "outcome").iter_rows()) == {"dhs": "quarantined", "treasury": "published"}


def test_a_correction_may_set_the_office(tmp_path: Path) -> None:
    entry = """corrections:
  - rule: office_missing
    where: {report_number: OIG-14-131}
    expect: {office: null}
    set: {office: treasury}
    why: The document's cover says so.
"""
    outcome = run(tmp_path, ",OIG-14-131,Audit of Banks,2014\n", entry)
    assert outcome.reports["office"].to_list() == ["treasury"]
    assert len(load(tmp_path / "corrections.yml")) == 1
