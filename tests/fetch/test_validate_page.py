"""Whether an answer is the page that was asked for."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from oig_pipeline.capture import refusal
from oig_pipeline.capture.html import words_of
from oig_pipeline.capture.listed_page import ListingRow
from oig_pipeline.fetch import validate_page
from oig_pipeline.fetch.failures import FetchError
from oig_pipeline.fetch.session import Response
from oig_pipeline.offices.dhs.agencies import AGENCIES
from oig_pipeline.sources.oig_dhs_gov.listings import Listing, listings
from tests.capture import test_refusal
from tests.conftest import DATA
from tests.replica import misdeeds, pages
from tests.replica.facts import AUDITS, newer

ALL, FEMA = Listing(AUDITS), Listing(AUDITS, AGENCIES.by_code["FEMA"])
REPORTS = newer(3)


def answer(text: str, listing: Listing = ALL, page: int = 0) -> Response:
    return Response(
        listing.url("https://www.oig.dhs.gov", page), 200, {"content-type": "text/html; charset=UTF-8"},
        dt.datetime(2026, 11, 24, tzinfo=dt.UTC), text.encode(),
    )  # fmt: skip


def test_the_rows_of_a_page_are_given_as_it_says_them() -> None:
    result = validate_page.read_page(answer(pages.listing(AUDITS, REPORTS[:1], 0)), ALL, 0)
    report = REPORTS[0]
    assert result.rows == (ListingRow(report.number, report.title, "2026-01-02", "2026", report.link),)


def test_a_page_past_the_end_has_no_rows() -> None:
    text = pages.listing(AUDITS, REPORTS, 7)
    assert validate_page.read_page(answer(text, page=7), ALL, 7).rows == ()
    assert validate_page.read_page(answer(text, FEMA), FEMA, 0).rows == (), "an agency may have no report of a kind"


def test_the_first_page_of_all_agencies_is_never_empty() -> None:
    with pytest.raises(FetchError, match="the first page of the listing has no rows"):
        validate_page.read_page(answer(pages.listing(AUDITS, [], 0)), ALL, 0)


def test_a_table_without_rows_is_past_the_end_too() -> None:
    text = pages.listing(AUDITS, REPORTS, 0)
    body = text[: text.index("<tbody>") + 7] + text[text.index("</tbody>") :]
    assert validate_page.read_page(answer(body, page=3), ALL, 3).rows == ()


EMPTY = pages.listing(AUDITS, REPORTS, 9)
INSTEAD = {
    "not found": misdeeds.SOFT_404.body.decode(),
    "a challenge": misdeeds.CHALLENGE.body.decode(),
    "a login": misdeeds.LOGIN.body.decode(),
    "another page": misdeeds.UNRELATED.body.decode(),
    "a challenge in the frame of the site": EMPTY.replace("</main>", "<p>Please verify you are human.</p></main>"),
    "an empty page that mentions a report": EMPTY.replace("</main>", "<p>OIG-21-49 was withdrawn.</p></main>"),
    "an empty page without its end": EMPTY[:-20],
    "nothing": "",
    "a page nested without end": EMPTY.replace("</main>", "<div>" * 60_000),
    "an error": "<html><body>500 Internal Server Error</body></html>",
    "ongoing projects": pages.document(
        "Ongoing", '<div class="view">New Title Project Objective DHS Component Mission Area</div>'
    ),
}


@pytest.mark.parametrize("text", INSTEAD.values(), ids=INSTEAD)
def test_nothing_else_is_taken_for_no_reports(text: str) -> None:
    with pytest.raises(FetchError):
        validate_page.read_page(answer(text, page=5), ALL, 5)


@pytest.mark.parametrize(("text", "what"), test_refusal.PAGES.items())
@pytest.mark.parametrize("words", ["", "We go on. " * refusal.MAX_WORDS], ids=["alone", "in a long page"])
def test_what_captures_are_refused_for_is_refused_here(text: str, what: str, words: str) -> None:
    if words and not words_of(text).strip():
        return  # a script of the site's protection is a challenge only where nothing else is on the page
    fragment = text if text.lstrip().startswith("<") else f"<html><body><p>{text}</p></body></html>"
    body = EMPTY.replace("</main>", f"{fragment}{words}</main>")
    with pytest.raises(FetchError, match=f"{what} instead of the listing") as caught:
        validate_page.read_page(answer(body, page=5), ALL, 5)
    assert caught.value.ends_all == (what in refusal.OF_ALL)


HEAD = '<th class="views-field views-field-field-fy" scope="col">Fiscal Year</th>'


@pytest.mark.parametrize("change", [(HEAD, ""), (HEAD, HEAD * 2), (HEAD, HEAD.replace("-fy", "-year"))])
def test_other_columns_are_a_fault_that_names_them(change: tuple[str, str]) -> None:
    with pytest.raises(FetchError, match="columns have changed: Report Number, Title, Issue Date"):
        validate_page.read_page(answer(pages.listing(AUDITS, REPORTS, 0).replace(*change)), ALL, 0)


def test_a_page_that_led_elsewhere_is_a_fault() -> None:
    led = replace(answer(pages.listing(AUDITS, REPORTS, 0)), url="https://www.oig.dhs.gov/reports/management-alerts")
    with pytest.raises(FetchError, match="which is not the listing"):
        validate_page.read_page(led, ALL, 0)


def test_a_title_that_speaks_of_denied_access_is_no_challenge() -> None:
    report = replace(REPORTS[0], title="Access Denied: Page Not Found Errors at DHS")
    assert len(validate_page.read_page(answer(pages.listing(AUDITS, [report], 0)), ALL, 0).rows) == 1


def test_a_stored_page_of_the_site_is_a_page_of_the_listing() -> None:
    """The tables of the repository's layouts stand for the site's own pages."""
    stored = sorted((DATA.parent / "tests" / "golden" / "layouts").glob("*.html"))
    texts = [file.read_text(encoding="utf-8") for file in stored]
    tables = [text for text in texts if "views-field-field-report-number" in text and "</html>" in text]
    for text in tables:
        assert validate_page.read_page(answer(text), ALL, 0).rows


def test_every_list_is_walked_for_all_agencies_and_for_each_filter() -> None:
    addresses = {listing.url("https://www.oig.dhs.gov", 0) for listing in listings()}
    assert len(addresses) == len(listings()) == 3 * 11
    assert len({listing.name for listing in listings()}) == 33
