"""What pages share: where things lie, what is shown as text, what may be linked."""

from __future__ import annotations

import datetime as dt
import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.errors import SchemaViolated
from oig_pipeline.site import urls
from oig_pipeline.site.render import LONGEST_LEAD, agency_label, cell, day, fragment, lead, plain, size, spoken, weblink


@given(st.lists(st.text(min_size=1), min_size=1, max_size=20, unique=True))
def test_every_topic_has_a_folder_of_its_own_with_a_plain_name(topics: list[str]) -> None:
    frame = pl.DataFrame(
        {"office": ["dhs"], "topics": [topics], "agencies": [["CBP"]], "fiscal_year": [2021], "series": ["OIG"]},
        schema={
            "office": pl.String,
            "topics": pl.List(pl.String),
            "agencies": pl.List(pl.String),
            "fiscal_year": pl.Int32,
            "series": pl.String,
        },
    )
    folders = urls.of_lists(frame)["topics"]
    assert set(folders) == set(topics)
    assert len(set(folders.values())) == len(topics)
    assert all(re.fullmatch(r"topics/[a-z0-9-]+", folder) for folder in folders.values())


def test_offices_whose_spellings_are_alike_have_pages_of_their_own() -> None:
    offices = ("treasury", "Mystery Office", "mystery-office", "Mystery  Office!")
    places = [urls.of_report({"office": o, "report_number": "OIG-14-131", "fiscal_year": 2014}) for o in offices]
    assert places[0] == "reports/2014/treasury-OIG-14-131"
    assert len(set(places)) == len(places)
    assert all(re.fullmatch(r"reports/2014/[a-z0-9-]+-OIG-14-131", place) for place in places)


def test_agencies_are_labeled_as_their_office_does() -> None:
    assert [agency_label(code) for code in ("dhs", "treasury", "Mystery Office")] == ["DHS Agency", "Agency", "Agency"]


def test_a_folder_says_what_it_is_of() -> None:
    assert urls.slug("Border Security") == "border-security"
    assert urls.slug("S&T") == "s-and-t"
    assert urls.slug("../../etc") == "etc"
    assert urls.page("topics/border-security", 1) == "topics/border-security/index.html"
    assert urls.page("topics/border-security", 3) == "topics/border-security/page-3.html"


def test_a_number_that_is_none_names_no_folder() -> None:
    assert (
        urls.of_report({"office": "dhs", "report_number": "OIG-21-49", "fiscal_year": 2021}) == "reports/2021/OIG-21-49"
    )
    with pytest.raises(SchemaViolated, match="not a canonical report number"):
        urls.of_report({"office": "dhs", "report_number": "../OIG", "fiscal_year": 2021})


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " JAVASCRIPT:alert(1)",
        "data:text/html,x",
        "//example.org/a.pdf",
        "a.pdf",
        "",
        None,
        "http://[",
        "https:",
    ],
)
def test_what_is_no_web_address_is_not_linked(address: str | None) -> None:
    assert weblink(address) is None


def test_a_web_address_is_linked() -> None:
    assert weblink(" HTTPS://www.oig.dhs.gov/a.pdf ") == "HTTPS://www.oig.dhs.gov/a.pdf"


@given(st.text())
def test_any_text_can_be_shown(text: str) -> None:
    result = plain(text)
    assert len(result) == len(text)
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", result)


@given(st.text(), st.integers(0, 3))
def test_a_lead_is_the_beginning(text: str, times: int) -> None:
    result = lead(text * 10**times)
    assert len(result) <= LONGEST_LEAD + 1
    assert (text * 10**times).strip().startswith(result.removesuffix("\u2026"))


def test_values_are_shown_as_people_write_them() -> None:
    assert cell(["CBP", "ICE"]) == "CBP, ICE"
    assert [cell(True), cell(None), cell(0)] == ["yes", "", "0"]
    assert cell(dt.datetime(2024, 2, 1, 12, 30)) == "2024-02-01 12:30 UTC"
    assert day(dt.date(2021, 7, 4)) == "4 July 2021"
    assert spoken("management_alert") == "Management alert"
    assert [size(999), size(1_500), size(2_000_000)] == ["999 bytes", "1.5 kB", "2.0 MB"]


def test_a_template_takes_everything_for_text() -> None:
    html = fragment("field.html", '"><script>', name="<b>{{ 7*7 }}</b>")
    assert "<script>" not in html
    assert "&lt;b&gt;{{ 7*7 }}&lt;/b&gt;" in html
