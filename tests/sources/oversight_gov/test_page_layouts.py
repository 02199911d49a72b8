"""Which texts are pages of oversight.gov, beside all other layouts."""

from __future__ import annotations

import json

import pytest

from oig_pipeline.capture.captures import take
from oig_pipeline.contract.capture_columns import STATUSES
from oig_pipeline.curate.judge import judge
from oig_pipeline.domain.known_sources import OVERSIGHT_GOV
from oig_pipeline.run.by_office import normalize_rows as normalize
from oig_pipeline.run.read_capture import layout_of, read
from tests.capture.test_detect import TEXTS, of_its_source
from tests.conftest import Captures
from tests.sources.oversight_gov.test_page_rows import LIST, RECOMMENDATION, REPORT

URL = "https://www.oversight.gov/reports/audit/medical-attention"
PAGES = {"text_oversight_list": LIST, "text_oversight_report": REPORT, "text_oversight_recommendation": RECOMMENDATION}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_recognized_with_and_without_its_address(name: str) -> None:
    for url in (URL, None):
        layout = layout_of(PAGES[name], url)
        assert layout is not None
        assert (layout.name, layout.source) == (name, OVERSIGHT_GOV)


@pytest.mark.parametrize("name", TEXTS)
def test_every_other_layout_stays_what_it_is(name: str) -> None:
    text, layout = TEXTS[name]
    assert layout_of(text, None) == of_its_source(layout)


def test_on_a_page_of_the_site_a_first_line_that_names_a_column_is_no_header() -> None:
    text = REPORT.replace(
        "# CBP Needs to Strengthen Its Oversight of Medical Attention", "findings, recommendations, costs"
    )
    layout = layout_of(text, URL)
    assert layout is not None
    assert layout.name == "text_oversight_report"


def test_a_row_is_of_the_office_that_the_page_names(captures: Captures) -> None:
    page = REPORT.replace("Department of Homeland Security OIG", "Small Business Administration OIG")
    raw = captures({"a.txt": REPORT, "b.txt": page, "b.txt.meta.json": json.dumps({"url": URL})})
    offices = [normalize(read(c).sightings) for c in take(raw)]
    assert [frame.select("office", "office_is_known", "source").row(0) for frame in offices] == [
        ("dhs", True, "oversight_gov"),
        ("sba", True, "oversight_gov"),
    ]


def test_a_report_page_gives_what_oig_dhs_gov_does_not_show(captures: Captures) -> None:
    (capture,) = take(captures({"page.txt": REPORT}))
    (row,) = judge(normalize(read(capture).sightings)).sightings.to_dicts()
    assert (row["outcome"], row["agencies"], row["fiscal_year"]) == ("published", ["CBP"], 2021)
    assert (row["recommendations"], row["questioned_costs"], row["funds_for_better_use"]) == (4, 1284600.5, 0.0)
    assert row["rules"] == ["document_missing", "fiscal_year_missing"]


def test_the_page_of_a_recommendation_is_accounted_for(captures: Captures) -> None:
    (capture,) = take(captures({"page.txt": RECOMMENDATION}))
    reading = read(capture)
    assert reading.status in STATUSES
    assert (reading.status, reading.findings, reading.rows.height) == ("not_a_listing", (), 0)
    assert reading.note is not None
    assert "recommendation 1-1" in reading.note


def test_a_doubled_hyphen_is_normalized(captures: Captures) -> None:
    (capture,) = take(captures({"page.txt": REPORT.replace("OIG-21-49", "OIG--21-49")}))
    assert normalize(read(capture).sightings)["report_number"].to_list() == ["OIG-21-49"]
