"""What a page of a list, and of a report, must show to be believed: on stored pages of the site."""

from __future__ import annotations

import pytest

from oig_pipeline.capture.listed_page import ListingRow
from oig_pipeline.capture.rows import Unreadable
from oig_pipeline.errors import CannotRun
from oig_pipeline.offices import OFFICES
from oig_pipeline.sources.oversight_gov import report_lists
from oig_pipeline.sources.oversight_gov.report_lists import OfficeList
from tests.conftest import PROJECT
from tests.sources.oversight_gov import build_pages as build

PAGES = PROJECT / "tests" / "golden" / "oversight"
OF_DHS = OfficeList(OFFICES.by_code["dhs"], 1)
OF_STATE = OfficeList(OFFICES.by_code["state"], 223)


def stored(name: str) -> str:
    return (PAGES / name).read_text(encoding="utf-8")


def row(number: str | None, title: str | None = None) -> ListingRow:
    return ListingRow(number, title, None, None, None)


def list_of(footer: str, **highlights: str) -> str:
    by_label = {name.replace("_", " "): value for name, value in highlights.items()}
    return build.list_page([build.list_row_html(build.list_cells(), by_label)], footer)


def test_a_stored_list_says_its_place_and_shows_reports_of_others() -> None:
    text = stored("list-federal.html")
    assert OF_DHS.shows(text)
    with pytest.raises(Unreadable, match="'Election Assistance Commission OIG', where only those of 'Department of Ho"):
        OF_DHS.read(text, 0)
    assert not OF_DHS.shows(stored("report-oig-22-69.html"))


def test_a_row_says_all_that_the_list_says_and_links_its_page() -> None:
    text = list_of("Displaying 2,001 - 2,001 of 2,001", Submitting_OIG="Department of State OIG", Questioned_Costs="$5")
    page = OF_STATE.read(text, 20)
    (only,) = page.rows
    assert (page.first, page.total) == (2001, 2001)
    assert only[:5] == (None, "A Title & More", "2026-01-16", None, "/reports/audit/a-title")
    assert "questioned_costs: $5" in (only.more or "")
    assert only != OF_STATE.read(text.replace("$5", "$6"), 20).rows[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (list_of("Displaying 1 - 1 of 1"), "the office is not stated"),
        (list_of("Displaying 1 - 2 of 2", Submitting_OIG="Department of State OIG"), "the page has 1"),
        (list_of("", Submitting_OIG="Department of State OIG"), "which of how many"),
        (list_of("Displaying , - , of ,", Submitting_OIG="Department of State OIG"), "the page has 1"),
        (build.list_page([], "Displaying 0 - 0 of 0"), "which of how many|without the list"),
    ],
)
def test_a_list_that_does_not_say_enough_is_refused(text: str, message: str) -> None:
    with pytest.raises(Unreadable, match=message):
        OF_STATE.read(text, 0)


@pytest.mark.parametrize(("name", "number"), [("report-oig-22-69.html", "OIG-22-69"), ("report-oig-21-28.html", None)])
def test_a_stored_page_is_that_of_the_report_that_the_row_names(name: str, number: str | None) -> None:
    text = stored(name)
    title = "FEMA Needs Revised Policies and Procedures to Better Manage Recovery of Disallowed Grant Funds"
    OF_DHS.check_report(text, row(number, title))
    OF_DHS.check_report(text, row(number and "OIG--22-69", title))
    with pytest.raises(Unreadable, match="the page is that of 'OIG-22-69', not of 'OIG-22-68'" if number else "not of"):
        OF_DHS.check_report(text, row(number and "OIG-22-68", "Another"))
    with pytest.raises(Unreadable, match="is a report of 'Department of Homeland Security OIG'"):
        OF_STATE.check_report(text, row(number, title))


def test_the_page_of_a_recommendation_is_not_that_of_a_report() -> None:
    with pytest.raises(Unreadable, match="it is not the page of a report"):
        OF_DHS.check_report(stored("recommendation-oig-23-42-4.html"), row("OIG-23-42"))


def test_the_id_of_an_office_is_known_or_looked_up_in_the_filter() -> None:
    dhs, treasury = (OFFICES.by_code[code] for code in ("dhs", "treasury"))
    assert report_lists.lookup(treasury) is None
    assert report_lists.lookup(dhs) == "/reports/federal"
    assert [entry.filter_id for entry in report_lists.office_lists(treasury, None)] == [225]
    text = (
        '<select name="field_report_submitting_oig[]"><option value="All">- Any -</option>'
        '<option value="7">-Department of\n Homeland Security OIG</option></select>'
    )
    assert [entry.filter_id for entry in report_lists.office_lists(dhs, text)] == [7]
    with pytest.raises(CannotRun, match="does not have epa; it has: dhs"):
        report_lists.office_lists(OFFICES.by_code["epa"], text)
    with pytest.raises(Unreadable, match="no filter of submitting offices"):
        report_lists.office_lists(dhs, stored("list-federal.html"))


def test_what_else_a_list_links_stays_as_it_is() -> None:
    text = list_of("Displaying 1 - 1 of 1", Submitting_OIG="Department of State OIG")
    elsewhere = text.replace("/reports/audit/a-title", "https://example.org/a?b=c")
    assert OF_STATE.report_path(OF_STATE.read(elsewhere, 0).rows[0]) == "https://example.org/a?b=c"
