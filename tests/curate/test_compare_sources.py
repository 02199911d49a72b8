"""A mirror beside the office itself: what differs is named, and the office counts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from oig_pipeline.curate.compare_sources import with_office_values
from oig_pipeline.run.by_office import normalize_rows as normalize
from tests.rows import NEWER, OLDER, judgement_of, merge, provenance, published, sightings

MIRROR: dict[str, Any] = {"source": "oversight_gov", "office": "dhs", "retrieved_at": NEWER, "fiscal_year": ""}
OFFICE: dict[str, Any] = {"source": "oig_dhs_gov", "retrieved_at": OLDER}


def differences(*rows: dict[str, Any]) -> list[tuple[Any, ...]]:
    return with_office_values(normalize(sightings(*rows))).select("office_agencies", "office_date").rows()


def test_what_a_mirror_says_otherwise_is_named_with_what_the_office_says() -> None:
    rows = ({**MIRROR, "agency": "FEMA", "issue_date": "2021-07-22"}, {**OFFICE, "agency": "CBP; ICE"})
    assert differences(*rows) == [("CBP, ICE", dt.date(2021, 7, 20)), (None, None)]


def test_a_mirror_that_names_one_of_the_agencies_and_a_day_that_the_office_shows_agrees() -> None:
    rows = (MIRROR, {**OFFICE, "agency": "CBP; ICE"}, {**OFFICE, "issue_date": "2021-07-21"})
    assert differences(*rows) == [(None, None)] * 3


def test_what_either_does_not_say_is_no_difference() -> None:
    bare = {"agency": "", "issue_date": "", "title": "A Review of Ports"}
    assert differences({**MIRROR, **bare}, OFFICE) == [(None, None)] * 2
    assert differences({**MIRROR, "agency": "FEMA"}, {**OFFICE, **bare}) == [(None, None)] * 2
    assert differences({**MIRROR, "agency": "FEMA"}) == [(None, None)]
    assert differences({**OFFICE, "agency": "FEMA"}, OFFICE) == [(None, None)] * 2


def test_a_difference_is_a_warning_of_the_mirrors_row() -> None:
    judgement = judgement_of({**MIRROR, "agency": "FEMA", "issue_date": "2021-07-22"}, OFFICE)
    assert set(judgement.sightings["outcome"]) == {"published"}
    messages = judgement.violations.filter(judgement.violations["rule"].str.ends_with("_conflict"))["message"].to_list()
    assert sorted(messages) == [
        "the row names FEMA, the office itself CBP",
        "the row shows 2021-07-22, the office itself 2021-07-20",
    ]


def test_the_office_counts_and_the_mirror_gives_what_is_missing() -> None:
    rows = published(
        {
            **MIRROR, "sighting_id": "there", "title": "CBP Needs to Strengthen Its Oversight of Medical Care",
            "issue_date": "2021-07-22", "agency": "FEMA", "report_type": "Audit", "questioned_costs": "$1,284,600.50",
            "recommendations": "7", "components": "FEMA; CBP",
        },
        {**OFFICE, "sighting_id": "here", "summary": ""},
    )  # fmt: skip
    (report,) = merge(rows).to_dicts()
    assert (report["title"], report["issue_date"]) == (rows["title"][1], dt.date(2021, 7, 20))
    assert (report["agencies"], report["components"], report["sighting_count"]) == (["CBP"], ["CBP", "FEMA"], 2)
    assert (report["report_type"], report["questioned_costs"], report["recommendations"]) == ("Audit", 1284600.5, 7)
    (origins,) = provenance(rows).to_dicts()
    assert [origins[name] for name in ("title", "issue_date", "summary", "report_type", "recommendations")] == [
        "here", "here", "there", "there", "there",
    ]  # fmt: skip


def test_a_stated_agency_of_a_mirror_counts_before_one_inferred_from_a_title() -> None:
    rows = published({**MIRROR, "agency": "FEMA"}, {**OFFICE, "agency": ""})
    assert merge(rows)["agencies"].to_list() == [["FEMA"]]


def test_a_count_that_a_page_states_counts_before_prose() -> None:
    (stated, prose) = published({"recommendations": "7"}, {"report_number": "OIG-21-50", "title": "Ports"}).to_dicts()
    assert (stated["recommendations"], prose["recommendations"]) == (7, None)
    reports = merge(published({"recommendations": "7"}, {"report_number": "OIG-21-50", "title": "Ports"}))
    assert reports.select("report_number", "recommendations").rows() == [("OIG-21-49", 7), ("OIG-21-50", 4)]
