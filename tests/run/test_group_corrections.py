"""Corrections that answer a rule on groups, whatever the batches of the rows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from oig_pipeline.errors import CannotRun
from oig_pipeline.run import pipeline
from oig_pipeline.run.outcome import Outcome
from oig_pipeline.settings import Limits
from tests.dhs_examples import row
from tests.run.listings import as_dict, fill, many, ndjson

OTHER = row(report_number="OIG-21-05", title="Jails Fail", fiscal_year="2021", issue_date="", document_url="/x.pdf")
FILES = {"a.ndjson": ndjson(*many(2021, 12)), "b.ndjson": ndjson(OTHER), "c.ndjson": ndjson(*many(2020, 12))}
SET = """
  - rule: conflict
    where: {title: Jails Fail}
    expect: {report_number: OIG-21-05}
    set: {report_number: OIG-20-50, fiscal_year: "2020"}
    why: The document bears another number.
"""
ROW = """
  - rule: date_missing
    where: {title: Jails Fail}
    expect: {issue_date: null}
    set: {issue_date: 2021-03-01}
    why: The document bears a date.
"""
WAYS = (Limits(), Limits(chunk_bytes=600, batch_bytes=1, block_size=2, workers=3))


def outcomes(folder: Path, *corrections: str) -> Outcome:
    """Return the outcome of a check, which is the same with all limits."""
    settings = fill(folder, FILES, f"corrections:{''.join(corrections)}")
    results = [pipeline.check(replace(settings, limits=limits)) for limits in WAYS]
    assert as_dict(results[0]) == as_dict(results[1])
    return results[0]


def test_a_row_goes_where_it_belongs_once_it_is_corrected(tmp_path: Path) -> None:
    outcome = outcomes(tmp_path, SET)
    assert outcome.reports.filter(title="Jails Fail").select("report_number", "fiscal_year").rows() == [
        ("OIG-20-50", 2020)
    ]
    assert outcome.reports.filter(report_number="OIG-21-05").height == 1
    assert outcome.result.violations.filter(rule="conflict").is_empty()
    assert outcome.assessment.accounting == ()


def test_a_correction_of_a_row_and_one_of_its_group_both_hold(tmp_path: Path) -> None:
    same_year = SET.replace("20-50", "21-50").replace('"2020"', '"2021"')
    (report,) = outcomes(tmp_path, ROW, same_year).reports.filter(title="Jails Fail").to_dicts()
    assert (report["report_number"], str(report["issue_date"])) == ("OIG-21-50", "2021-03-01")


@pytest.mark.parametrize(
    ("old", "new"),
    [("OIG-21-05}", "OIG-21-06}"), ("title: Jails Fail", "report_number: OIG-21-07"), ("Jails Fail", "Nowhere")],
)
def test_one_that_fits_no_row_changes_none(tmp_path: Path, old: str, new: str) -> None:
    outcome = outcomes(tmp_path, SET.replace(old, new))
    assert outcome.result.violations.filter(rule="conflict").height == 2
    assert outcome.result.violations.filter(rule="correction_stale").height == (new != "Nowhere")


def test_one_whose_group_has_no_conflict_is_stale(tmp_path: Path) -> None:
    words = many(2021, 7)[6]["title"]
    outcome = outcomes(tmp_path, SET.replace("Jails Fail", words).replace("OIG-21-05", "OIG-21-07"))
    (stale,) = outcome.result.violations.filter(rule="correction_stale")["message"]
    assert stale == "the row no longer breaks conflict"


def test_both_sides_of_a_conflict_are_acknowledged_by_one_correction(tmp_path: Path) -> None:
    acknowledged = SET.split("    set")[0].replace("title: Jails Fail", "report_number: OIG-21-05")
    outcome = outcomes(tmp_path, f"{acknowledged}    acknowledge: true\n    why: Nothing tells which it is.\n")
    assert outcome.result.violations.filter(rule="conflict")["acknowledged"].to_list() == [True, True]
    assert outcome.assessment.share == 0


@pytest.mark.parametrize(
    "corrections",
    [(SET, SET), (SET, ROW.replace("issue_date: 2021-03-01", "fiscal_year: 2021")), (ROW, ROW)],
    ids=["of a group", "of a group and a row", "of a row"],
)
def test_two_corrections_of_one_value_stop_the_run(tmp_path: Path, corrections: tuple[str, str]) -> None:
    settings = fill(tmp_path, FILES, f"corrections:{''.join(corrections)}")
    for limits in WAYS:
        with pytest.raises(CannotRun, match=r"lines 2 and 8 both set \w+ of one row; keep one"):
            pipeline.check(replace(settings, limits=limits))
