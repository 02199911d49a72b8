"""A page holds no reports only if it proves so: whatever else has no rows is an error of its capture."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.capture.absence import Evidence, evidence, is_later_page
from oig_pipeline.capture.captures import take
from oig_pipeline.capture.reader import Reading
from oig_pipeline.run.read_capture import read
from tests.conftest import Captures

LISTING = "https://www.oig.dhs.gov/reports/audits-inspections-and-evaluations"
LATER = f"{LISTING}?page=9"
HEADING = "Audits, Inspections, and Evaluations"
PRESS_RELEASES = "Border Security\n\n  \u2022 DHS OIG Announces\n\n    In May.\n\n  \u2022 DHS OIG Hosts\n"
NO_REPORTS, PAST_THE_END = Evidence.NO_REPORTS, Evidence.PAST_THE_END
ONGOING = "New Title Project Objective DHS Component Mission Area\nCBP's Detention To see OIG-21-49 through. CBP\n"


def page(content: str, heading: str = HEADING, title: str = HEADING) -> str:
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title></head><body><nav>OIG-21-49</nav><a href='/'>Home</a>\n"
        f"<h1>{heading}</h1>{content}<p><a href='/privacy'>Privacy</a></p></body></html>"
    )


VIEW = '<div class="view"><div class="view-empty"><p>No results found</p></div></div>'
HEAD = "<table><tr><th class='views-field-field-report-number'>No</th><th class='views-field-title'>T</th></tr></table>"
CARD = '<div class="views-row"><h3>{title}</h3>{more}</div>'
PROVED = {
    "projects": (f"Projects\n\n{ONGOING}", None, Evidence.ONGOING),
    "projects, broken over lines": (ONGOING.replace("Title Project", "Title\nProject"), None, Evidence.ONGOING),
    "projects as HTML": (
        "<table><tr><th>New</th>\n<th>Title</th>\n<th>Project Objective</th>\n<th>DHS Component</th>\n"
        "<th>Mission Area</th></tr></table>",
        None,
        Evidence.ONGOING,
    ),
    "a press release": ("For Immediate Release\nThe Inspector General speaks\n", None, Evidence.PRESS_RELEASE),
    "press releases": (PRESS_RELEASES, None, NO_REPORTS),
    "press releases of a telephone, a law and two years": (
        f"News\n\n  \u2022 Call 202-981-6000\n\n    By 01/02/2021, 2019-20, P.L. 116-136.\n{PRESS_RELEASES}",
        None,
        NO_REPORTS,
    ),
    "press releases as HTML": (page(CARD.format(title="An Official", more=""), "News"), None, NO_REPORTS),
    "a view without rows": (page(VIEW), LATER, PAST_THE_END),
    "a view with nothing in it": (page('<div class="view"></div>'), LATER, PAST_THE_END),
    "a view with its form and pager": (
        page('<div class="view"><form>Report Number <select><option>OIG</option></select></form><nav>1</nav></div>'),
        LATER,
        PAST_THE_END,
    ),
    "words of an empty result without a view": (page("<p>There are no results.</p>"), LATER, PAST_THE_END),
    "a topic": (page(VIEW, "Border Security"), "https://www.oig.dhs.gov/taxonomy/term/10?page=4", PAST_THE_END),
    "another list": (page(VIEW, "Management Alerts"), "https://x/reports/management-alerts?page=4", PAST_THE_END),
    "text": (f"Skip to main content\n\n{HEADING}\nNo results found.\nDHS\n", LATER.replace("9", "12"), None),
    "text with a footer": (f"{HEADING}\nNo reports match your criteria.\nPrivacy | FOIA\n", LATER, PAST_THE_END),
    "a filter": (page(VIEW), f"{LISTING}?field_dhs_agency_target_id=3", Evidence.FILTERED),
    "the first page": (page(VIEW), f"{LISTING}?field_dhs_agency_target_id=All&page=0", Evidence.EMPTY_FIRST),
}  # fmt: skip


@pytest.mark.parametrize(("text", "url", "what"), PROVED.values(), ids=PROVED)
def test_what_a_page_proves_is_said(text: str, url: str | None, what: str | None) -> None:
    assert evidence(text, url) == what


UNPROVED = {
    "nothing": "",
    "a footer": "Powered and protected by\nPrivacy\n",
    "a heading alone": f"{HEADING}\n",
    "furniture alone": "Home\nPrivacy\nFOIA\n",
    "a heading and something else": f"{HEADING}\nWe are making improvements.\n",
    "the words of an empty result alone": "No results found.\n",
    "a heading of another page": page(VIEW, "About Us"),
    "no heading": page(VIEW).replace("h1", "b"),
    "no view": page(""),
    "a sentence within the view": page('<div class="view"><p>Please come again.</p></div>'),
    "a label within the view": page('<div class="view"><p>Offline</p></div>'),
    "a sentence beside the view": page(f"{VIEW}<p>The list of reports moves to another place this week.</p>"),
    "a refusal in the frame of the site": page(f"{VIEW}<p>Verify you are human</p>"),
    "maintenance in the title": page(VIEW, title="Under maintenance"),
    "a page that reloads itself": page(VIEW).replace("<title>", '<meta http-equiv="refresh" content="5"><title>'),
    "a message of an error": page(f'{VIEW}<div class="messages messages--error">Sorry</div>'),
    "an alert beside an empty view": page('<div class="view"></div><div role="alert">Notice</div>'),
    "an error in few words": page(f"{VIEW}<div>SQLSTATE[HY000] [2002]</div>"),
    "a failure in few words": page(f"{VIEW}<div>Search index unavailable</div>"),
    "a list that is loading": page('<div class="view" aria-busy="true"></div>'),
    "a loader beside the view": page("<div class='view'></div><div>Loading</div>"),
    "a login": page(f"{VIEW}<input type='password'>"),
    "a number of ours": page(f"{VIEW}<p>OIG-21-49</p>"),
    "a number of others": page(f"{VIEW}<p>2021-AT-1002</p>"),
}  # fmt: skip


@pytest.mark.parametrize("text", UNPROVED.values(), ids=UNPROVED)
@pytest.mark.parametrize("number", [0, 1, 9, 999])
def test_what_proves_nothing_is_an_error_whatever_the_page(text: str, number: int, captures: Captures) -> None:
    url = f"{LISTING}?page={number}"
    assert evidence(text, url) is None
    reading = of(captures, text, url)
    assert reading.status == "unreadable"
    assert [f.rule for f in reading.findings] in (["layout_unknown"], ["capture_unreadable"])


def of(captures: Captures, text: str, url: str | None = None) -> Reading:
    files = {"page": text or "\n"}
    if url is not None:
        files["page.meta.json"] = json.dumps({"url": url})
    return read(take(captures(files))[0])


MENTIONS = ("2021-AT-1002", "A-09-17-50231", "DODIG-2021-049", "21-056", "ZA2021023",
            "GAO-21-234", "20-01234-56", "22-P-0001",
            "AUD-MERO-21-10", "Report No. 7", "OIG-21-49", "DS-14-05",
            "Report Number", "Executive Summary")  # fmt: skip


@pytest.mark.parametrize("mention", MENTIONS)
@pytest.mark.parametrize(
    "text",
    [
        f"{PRESS_RELEASES}\n    See {{}}.\n",
        "News\n\n  \u2022 An Official\n\n    {}\n",
        "For Immediate Release\nWe issued {}.\n",
        page(CARD.format(title="An Official", more="<p>{}</p>"), "News"),
    ],
)
def test_a_page_that_mentions_a_report_of_any_office_is_never_set_aside(text: str, mention: str) -> None:
    assert evidence(text.replace("{}", "May"), None) is not None
    assert evidence(text.format(mention), None) is None


@pytest.mark.parametrize(
    "text",
    [
        "Border Security\n\n  \u2022 CBP Needs Oversight\n\n  \u2022 DHS OIG Hosts\n",
        "  \u2022 DHS OIG Announces\n",
        page(CARD.format(title="CBP Needs Oversight", more=""), "Border Security"),
        page(CARD.format(title="DHS' FY 2020 Consolidated Financial Statements", more=""), "Financial Statements"),
        page(CARD.format(title="DHS OIG Hosts", more="")).replace("h1", "b").replace("h3", "b"),
    ],
)
def test_a_list_of_titles_is_no_press_release_because_labels_are_lacking(text: str) -> None:
    assert evidence(text, None) is None


def test_a_listing_whose_view_is_empty_on_its_first_page_is_empty(captures: Captures) -> None:
    reading = of(captures, page(VIEW), f"{LISTING}?page=0")
    assert (reading.status, [f.rule for f in reading.findings]) == ("empty", ["listing_empty"])


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (page(HEAD), "not_a_listing"),
        (page(f"{HEAD}<p>We are sorry for this; the list is here again tomorrow.</p>"), "unreadable"),
        (page(f"{HEAD}<p>Access denied</p>"), "unreadable"),
        (page(f"{HEAD}<div>Loading</div>"), "unreadable"),
        (page(f"{HEAD}<div role='alert'>Notice</div>"), "unreadable"),
        (f"Index offline\n{HEADING} Report Number Title Issue Date Fiscal Year\n", "unreadable"),
        (f"{HEADING}\n\nReport Number Title Issue Date Fiscal Year\n", "not_a_listing"),
        (f"{HEADING}\n\nReport Number Title Issue Date Fiscal Year\nBlue\n", "unreadable"),
        (f"One\nTwo\n{HEADING}\n\nReport Number Title Issue Date Fiscal Year\n", "unreadable"),
        ("Alerts\n\nDate Title\n", "not_a_listing"),
        ("Service unavailable\n\nDate Title\n", "unreadable"),
        ("report_number,title\n", "not_a_listing"),
        ("Access denied\nKeywords\n", "unreadable"),
        ("Powered by us\nFiscal Year\n", "unreadable"),
        ('{"message": "Forbidden"}\n', "unreadable"),
        ('{"results": []}', "unreadable"),
        ("[]", "unreadable"),
    ],
)
def test_a_layout_without_rows_is_past_the_end_only_with_its_columns_and_nothing_else(
    text: str, status: str, captures: Captures
) -> None:
    assert of(captures, text, LATER).status == status


def test_a_number_in_no_known_place_is_an_unknown_layout(captures: Captures) -> None:
    assert [f.rule for f in of(captures, "Just a list: OIG-21-49\n").findings] == ["layout_unknown"]


@pytest.mark.parametrize(
    ("query", "later"),
    [
        ("", False),
        ("?page=0", False),
        ("?page=00", False),
        ("?page=", False),
        ("?page=last", False),
        ("?subpage=3", False),
        ("/page=3", False),
        ("?page=1", True),
        ("?page=01", True),
        ("?page=999", True),
        ("?field_dhs_agency_target_id=1&page=3", True),
        ("?page=3&field_dhs_agency_target_id=1", True),
        ("?field_dhs_agency_target_id=1&page=0", False),
    ],
)
def test_a_later_page_is_known_by_its_address(query: str, later: bool) -> None:
    assert is_later_page(LISTING + query) is later


def test_a_page_without_an_address_is_no_later_page() -> None:
    assert is_later_page(None) is False
    assert is_later_page("") is False


@given(st.integers(0, 10**6), st.text(alphabet="abc=&_0", max_size=8))
def test_every_page_but_the_first_is_later(number: int, query: str) -> None:
    assert is_later_page(f"{LISTING}?{query}&page={number}") is (number > 0)
    assert is_later_page(f"{LISTING}?page={number}&{query}") is (number > 0)
