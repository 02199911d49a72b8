"""Rows at which a capture breaks off: they may add a report, and replace nothing that a whole page says."""

from __future__ import annotations

from typing import Any

import pytest

from oig_pipeline.curate.history import history
from tests.rows import FILTERED, NEWER, OLDER, SITE, Values, judgement_of, merge, provenance, published

COMPLETE: Values = {
    "report_number": "OIG-21-49", "title": "CBP Needs to Strengthen Its Oversight of Ports", "summary": "We looked.",
    "issue_date": "07/20/2021", "document_url": f"{SITE}/whole.pdf", "agency": "CBP", "fiscal_year": "2021",
    "retrieved_at": OLDER,
}  # fmt: skip


def doubtful(**values: Any) -> Values:
    return {**COMPLETE, "retrieved_at": NEWER, "in_doubt": True, **values}


@pytest.mark.parametrize(
    ("name", "value", "column"),
    [
        ("title", "CBP Needs to Strengthen Its Over", "title"),
        ("title", "Management Alert - CBP Needs to Strengthen Its Over", "kind"),
        ("title", "(U) CBP Needs to Strengthen Its Over", "classification"),
        ("summary", "We loo", "summary"),
        ("issue_date", "07/21/2021", "issue_date"),
        ("document_url", f"{SITE}/cut.pd", "document_url"),
        ("agency", "ICE", "agencies"),
    ],
)
def test_a_value_of_a_whole_page_stands_though_the_cut_one_is_newer(name: str, value: str, column: str) -> None:
    (alone,) = merge(published(COMPLETE)).to_dicts()
    (both,) = merge(published(COMPLETE, doubtful(**{name: value}))).to_dicts()
    if column != "classification":
        assert both[column] == alone[column]
    (newer,) = merge(published(COMPLETE, {**doubtful(**{name: value}), "in_doubt": False})).to_dicts()
    assert newer[column] != alone[column]


def test_a_page_agency_stands_before_what_a_cut_row_states() -> None:
    row: Values = {**COMPLETE, "agency": None, "capture_url": FILTERED}
    (report,) = merge(published(row, doubtful(agency="ICE"))).to_dicts()
    assert (report["agencies"], report["agency_source"]) == (["FEMA"], "listing")


def test_a_cut_row_adds_a_report_and_what_no_whole_row_has() -> None:
    (report,) = merge(published(doubtful(title="CBP Needs to Stren"))).to_dicts()
    assert report["title"] == "CBP Needs to Stren"
    (filled,) = merge(published({**COMPLETE, "summary": ""}, doubtful(title="CBP Needs to Stren"))).to_dicts()
    assert (filled["title"], filled["summary"]) == (COMPLETE["title"], "We looked.")
    (source,) = provenance(published({**COMPLETE, "summary": ""}, doubtful(title="CBP"))).to_dicts()
    assert source["title"] != source["summary"]


@pytest.mark.parametrize("title", ["C", "We reviewed the matters named in the title and found nothing.", "Debris"])
def test_what_is_left_of_a_title_is_no_conflict_with_a_whole_one(title: str) -> None:
    judgement = judgement_of(COMPLETE, doubtful(title=title))
    assert set(judgement.sightings["outcome"]) == {"published"}
    (report,) = merge(judgement.sightings).to_dicts()
    assert report["title"] == COMPLETE["title"]
    both = judgement_of({**COMPLETE, "in_doubt": True}, doubtful(title="Debris Removal", document_url=""))
    assert set(both.sightings["outcome"]) == {"quarantined"}, "of two in doubt, nothing tells which is right"


def test_what_is_left_of_a_title_is_shared_with_nothing() -> None:
    other = {**COMPLETE, "report_number": "OIG-21-50", "title": "CBP Needs"}
    rules = judgement_of(COMPLETE, doubtful(title="CBP Needs"), other).sightings["rules"].to_list()
    assert not any("title_shared" in codes for codes in rules)


def test_a_cut_row_changes_nothing_in_the_history() -> None:
    rows = [
        {**COMPLETE, "capture_url": SITE},
        {**doubtful(title="CBP Needs to Stren", summary="We"), "capture_url": SITE},
    ]
    sightings = [dict(row, capture_path=f"{n}.csv", sighting_id=f"{n}-1") for n, row in enumerate(rows)]
    assert history(judgement_of(*sightings).sightings, cut=["1.csv"]).is_empty()
    sightings[1]["in_doubt"] = False
    assert set(history(judgement_of(*sightings).sightings, cut=["1.csv"])["field"]) == {"title", "summary"}
