"""The site as people use it: a real browser over a local server, and from a folder."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from oig_pipeline.contract.schemas import BY_YEAR, TABLES
from oig_pipeline.release.catalog import connect
from oig_pipeline.site.capture_files import name_of
from oig_pipeline.site.query_page import examples
from tests.rows import SITE
from tests.site.conftest import HARMFUL_NAME, PLAIN, SUMMARY, TITLE, SiteServer

pytestmark = pytest.mark.browser
REPORT = "reports/2021/OIG-21-02/index.html"
TOPIC = "topics/border-security/index.html"
# One page of each kind, in the site of harmful rows, which has all kinds.
KINDS = (
    "index.html", "topics/index.html", "years/index.html", TOPIC, "agencies/fema/page-2.html",
    "reports/2021/OIG-21-07/index.html", "reports/2021/OIG-21-08/index.html", "search/index.html?q=audit",
    "charts/index.html", "query/index.html?sql=FROM+captures", "quality/index.html", "quality/captures/index.html",
    "quality/quarantine/index.html", "quality/rules/number_malformed/index.html", "releases/index.html", "RELEASE",
    "downloads/index.html", "about/index.html", "CAPTURE", "cite/index.html",
)  # fmt: skip
# How far things moved while a page loaded, as browsers sum it up.
SHIFTS = """() => new Promise(resolve => {
  const sum = entries => entries.reduce((all, entry) => all + entry.value, 0);
  new PerformanceObserver(list => resolve(sum(list.getEntries()))).observe({type: "layout-shift", buffered: true});
  setTimeout(() => resolve(0), 50);
})"""
WIDE: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}


@pytest.fixture(autouse=True)
def no_faults(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[None]:
    """Fail a test whose pages logged an error or sent a request to another host; close the pages."""
    yield
    for page in [page for context in chromium.contexts for page in context.pages]:
        page.close()
    for name in ("repo_server", "hostile"):
        if name in request.fixturenames:
            site_server: SiteServer = request.getfixturevalue(name)
            faults, site_server.faults = site_server.faults, []
            assert not faults


def address(site: Path, page: str) -> str:
    """Return the path of a page; that of the release which changed something is known by its id alone."""
    if page == "CAPTURE":
        return f"captures/{name_of(f'{HARMFUL_NAME}-2.ndjson')}/index.html#L1"
    if page != "RELEASE":
        return page
    (folder,) = (site / "releases").glob("*/index.html")
    return folder.relative_to(site).as_posix()


def wait_for_search(page: Page) -> Page:
    """Wait until the search has finished, and return the page."""
    expect(page.locator("#results")).to_have_attribute("aria-busy", "false")
    return page


def titles(page: Page) -> list[str]:
    return [text for text in page.locator("#results a").all_inner_texts() if text]


def shoot(page: Page, name: str) -> None:
    """Take a picture for the README, if they are asked for."""
    if folder := os.environ.get("OIG_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png")


def test_a_topic_shows_its_reports_as_the_source_did(repo_server: SiteServer, chromium: Browser) -> None:
    page = repo_server.open(chromium, "index.html", **WIDE)
    page.get_by_role("link", name="Topics", exact=True).first.click()
    page.get_by_role("link", name="Border Security").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Border Security")
    cards = page.locator("article")
    assert cards.count() == 10
    card = cards.filter(has_text="OIG-21-49")
    expect(card.get_by_role("heading", level=3)).to_have_text(
        "Review of the February 16, 2020 Childbirth at the Chula Vista Border Patrol Station"
    )
    expect(card).to_contain_text("CBP concurred with all four recommendations")
    labels = card.locator("dt").all_inner_texts()
    assert labels == ["Report Number", "Issue Date", "Document File", "DHS Agency", "Fiscal Year", "Recommendations"]
    expect(card.locator("dd").last).to_have_text("4 made, 4 concurred with, 0 not concurred with")
    shoot(page, "site-topic")


def test_a_search_finds_filters_and_keeps_its_state_in_the_address(repo_server: SiteServer, chromium: Browser) -> None:
    page = repo_server.open(chromium, "index.html", **WIDE)
    page.get_by_label("Search titles and summaries").fill("medical attention")
    page.keyboard.press("Enter")
    wait_for_search(page)
    assert titles(page)[0].startswith("CBP Needs to Strengthen Its Oversight and Policy")
    page.get_by_label("Words in number").fill("disaster")
    page.get_by_label("Agency").select_option("FEMA")
    page.get_by_label("From fiscal year").select_option("2004")
    page.get_by_label("To fiscal year").select_option("2004")
    expect(page.locator("#count")).to_have_text("6 reports")
    assert re.search(r"\?q=disaster&agency=FEMA&from=2004&to=2004$", page.url)
    page.reload()
    expect(page.locator("#count")).to_have_text("6 reports")
    expect(page.get_by_label("Agency")).to_have_value("FEMA")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#count")).to_have_text("367 reports")
    page.get_by_label("not concurred with").check()
    expect(page.locator("#count")).to_have_text("2 reports")
    page.get_by_label("Redacted").check()
    expect(page.locator("#count")).to_have_text("0 reports")
    assert page.url.endswith("?redacted=1&disputed=1")


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("OIG-21-49", "Review of the February 16, 2020 Childbirth"),
        ("oig 21 49", "Review of the February 16, 2020 Childbirth"),
        ("chula vist", "Review of the February 16, 2020 Childbirth"),
        ("traveler's pii", "CBP Has Placed Travelers' PII at Risk"),
        ("human traficking", "ICE Faces Challenges in Its Efforts to Assist Human Trafficking Victims"),
    ],
)
def test_numbers_beginnings_and_misspelled_words_find_the_report(
    query: str, first: str, repo_server: SiteServer, chromium: Browser
) -> None:
    page = wait_for_search(repo_server.open(chromium, f"search/index.html?q={query}"))
    expect(page.locator("#results a").first).to_contain_text(first)


def test_a_hit_is_marked_in_the_title_and_in_the_summary(repo_server: SiteServer, chromium: Browser) -> None:
    page = wait_for_search(repo_server.open(chromium, "search/index.html?q=medical+attention"))
    first = page.locator("#results article").first
    expect(first.locator("h2 mark")).to_have_text(["Medical", "Attention"])
    expect(first.locator(".snippet mark")).to_have_text(["medical", "attention"])
    topics = wait_for_search(repo_server.open(chromium, "search/index.html?q=border+security"))
    expect(topics.locator("#results .line mark").first).to_have_text("Border")


def test_results_are_ordered_narrowed_and_saved(repo_server: SiteServer, chromium: Browser) -> None:
    page = wait_for_search(repo_server.open(chromium, "search/index.html?from=2005&to=2006&sort=oldest"))
    expect(page.locator("#count")).to_have_text("30 reports")
    expect(page.locator("#results .line").first).to_contain_text("fiscal year 2005")
    page.get_by_label("Order").select_option("newest")
    expect(page.locator("#results .line").first).to_contain_text("fiscal year 2006")
    page.get_by_label("Order").select_option("number")
    numbers = [text.split(" · ")[0] for text in page.locator("#results .line").all_inner_texts()]
    assert numbers == sorted(numbers, key=lambda number: [int(p) if p.isdigit() else p for p in number.split("-")])
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(saved.value.path()).read_text(encoding="utf-8"))))
    assert len(rows) == 30
    assert {row["fiscal_year"] for row in rows} == {"2005", "2006"}
    assert [row["report_number"] for row in rows[:25]] == numbers
    one_year = wait_for_search(repo_server.open(chromium, "search/index.html?year=2004"))
    expect(one_year.locator("#count")).to_have_text("8 reports")


def test_nothing_found_says_what_to_try(repo_server: SiteServer, chromium: Browser) -> None:
    page = wait_for_search(repo_server.open(chromium, "search/index.html?q=childbirth&agency=FEMA"))
    expect(page.get_by_role("heading", name="No report has all of these words")).to_be_visible()
    page.get_by_role("button", name="Keep the words").click()
    expect(page.locator("#count")).to_have_text("1 report")
    expect(page.locator("#nothing")).to_be_hidden()


def test_keys_go_to_the_field_and_through_the_results(repo_server: SiteServer, chromium: Browser) -> None:
    page = repo_server.open(chromium, TOPIC, **WIDE)
    page.keyboard.press("/")
    expect(page.get_by_label("Search titles and summaries")).to_be_focused()
    page = wait_for_search(repo_server.open(chromium, "search/index.html?q=audit"))
    page.locator("h1").click()
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#results a").nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#q")).to_be_focused()


def test_the_list_goes_on_by_keyboard(repo_server: SiteServer, chromium: Browser) -> None:
    page = wait_for_search(repo_server.open(chromium, "search/index.html"))
    assert page.locator("#results article").count() == 25
    page.get_by_role("button", name="Show more").press("Enter")
    assert page.locator("#results article").count() == 50
    expect(page.locator("#results a").nth(25)).to_be_focused()


def test_a_report_leads_to_its_document_and_tells_where_it_was_read(hostile: SiteServer, chromium: Browser) -> None:
    page = hostile.open(chromium, TOPIC)
    page.get_by_role("link", name="CBP's Care for Migrants").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("CBP's Care for Migrants Needing Medical Attention")
    expect(page.locator(".tag")).to_have_text(["Redacted"])
    expect(page.get_by_role("table").first).to_contain_text("listing <img src=x")
    expect(page.locator("blockquote")).to_contain_text("CBP concurred with all three recommendations.")
    followed: list[str] = []

    def document(route: Route) -> None:
        followed.append(route.request.url)
        route.fulfill(status=200, content_type="text/plain", body="the document")

    page.context.route(f"{SITE}/**", document)
    with page.expect_event("request", lambda r: r.url.startswith(SITE)):
        page.get_by_role("link", name="Read the document").click()
    assert followed == [PLAIN["document_url"]]
    hostile.faults = [fault for fault in hostile.faults if fault not in followed]
    # A page whose document is no web address links to none.
    page = hostile.open(chromium, "reports/2021/OIG-21-07/index.html")
    assert not page.locator("a[href^='javascript']").count()
    assert page.get_by_text("not listed").count() == 1
    search = page.get_by_role("link", name="oversight.gov").get_attribute("href")
    assert "search_api_fulltext=OIG-21-07" in (search or "")


def test_every_example_is_answered_as_by_duckdb(repo_server: SiteServer, own_release: Path, chromium: Browser) -> None:
    page = repo_server.open(chromium, "query/index.html", **WIDE)
    with connect(str(own_release)) as connection:
        for name, (_, sql) in examples().items():
            expected = connection.execute(sql).fetchall()
            page.get_by_label("Examples").select_option(name)
            if name == "reports":  # the one that is shown at first; choosing it again changes nothing
                page.get_by_role("button", name="Run").click()
            count = f"{len(expected)} row{'' if len(expected) == 1 else 's'}"
            expect(page.locator("#said")).to_have_text(re.compile(rf"^{count}, \d+ ms$"))
            expect(page.get_by_label("Query")).to_have_value(sql)
            table_rows = page.locator("#answer tbody tr").all()
            for row, table_row in zip(expected, table_rows, strict=True):
                assert table_row.locator("td").all_inner_texts() == [cell_text(value) for value in row], name


def test_tables_by_year_are_read_whole(repo_server: SiteServer, own_release: Path, chromium: Browser) -> None:
    page = repo_server.open(chromium, "query/index.html", **WIDE)
    with connect(str(own_release)) as connection:
        for table in BY_YEAR:
            year = "fiscal_year" if "fiscal_year" in TABLES[table].columns else "line"
            sql = f"SELECT count(*) AS n, count({year}) AS known, min({year}) AS first, sum({year}) AS sum FROM {table}"
            (expected,) = connection.execute(sql).fetchall()
            page.get_by_label("Query").fill(sql)
            page.get_by_label("Query").press("Control+Enter")
            expect(page.locator("#answer td")).to_have_text([cell_text(value) for value in expected])


def cell_text(value: object) -> str:
    """Return a value as the query page shows it."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    return "" if value is None else ", ".join(value) if isinstance(value, list) else str(value)


def test_a_query_of_ones_own_is_answered_saved_and_sent(hostile: SiteServer, chromium: Browser) -> None:
    page = hostile.open(chromium, "query/index.html", **WIDE)
    sql = (
        "SELECT title, issue_date, agencies FROM reports WHERE list_contains(agencies, 'CBP') "
        "AND issue_date < '2020-12-01' ORDER BY title"
    )
    page.get_by_label("Query").fill(sql)
    page.get_by_label("Query").press("Control+Enter")
    cells = page.locator("#answer td")
    expect(cells).to_have_text([f"{TITLE}, Revisited", "2020-11-18", "CBP, S&T"])
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as CSV").click()
    text = Path(saved.value.path()).read_text(encoding="utf-8")
    assert text.splitlines()[0] == "title,issue_date,agencies"
    assert '""Audit"" of' in text
    again = hostile.open(chromium, page.url.removeprefix(hostile.url))
    expect(again.locator("#answer td").nth(1)).to_have_text("2020-11-18")


def test_a_query_that_fails_says_why(repo_server: SiteServer, chromium: Browser) -> None:
    page = repo_server.open(chromium, "query/index.html?sql=SELECT+nothing+FROM+reports")
    expect(page.locator("#said")).to_contain_text("nothing")
    expect(page.locator("#said")).to_have_class(re.compile("fault"))


def test_the_quality_page_tells_what_was_kept_out_and_why(repo_server: SiteServer, chromium: Browser) -> None:
    page = repo_server.open(chromium, "index.html", **WIDE)
    page.get_by_role("link", name="Quality").click()
    kept_out = page.locator("#quarantine + ol > li")
    assert kept_out.count() == 24
    expect(kept_out.filter(has_text="W-05-03")).to_contain_text("listing-transcript.csv:116")
    expect(kept_out.filter(has_text="W-05-03")).to_contain_text("Compare with the document")
    expect(page.locator("#corrections + ol")).to_contain_text("20187 → 2018")
    page.get_by_role("link", name="date_missing").click()
    expect(page.locator("dd").first).to_have_text("380")


def test_every_place_leads_to_its_line_of_the_capture(repo_server: SiteServer, chromium: Browser) -> None:
    page = repo_server.open(chromium, "quality/index.html", **WIDE)
    page.get_by_role("link", name="listing-transcript.csv:116").first.click()
    line = page.locator(":target")
    expect(line).to_contain_text("W-05-03")
    expect(line).to_be_in_viewport()
    page = repo_server.open(chromium, REPORT, **WIDE)
    page.locator("summary", has_text="All fields").click()
    page.locator(".fields tr", has_text="recommendations_not_concurred").get_by_role("link").last.click()
    expect(page.locator(":target")).to_contain_text("concur")


def test_a_capture_is_shown_as_text_whatever_it_says(hostile: SiteServer, chromium: Browser) -> None:
    page = hostile.open(chromium, address(hostile.path, "CAPTURE"))
    raw = hostile.path.parent.parent / "raw"
    lines = (raw / f"{HARMFUL_NAME}-2.ndjson").read_text(encoding="utf-8").splitlines()
    numbered = page.locator(".lines span")
    assert numbered.all_text_contents() == [f"{n}{line}\n" for n, line in enumerate([*lines, ""], start=1)]
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{HARMFUL_NAME}-2.ndjson")
    assert page.evaluate("window.harmed") is None


def test_a_citation_is_copied(repo_server: SiteServer, chromium: Browser) -> None:
    with chromium.new_context(permissions=["clipboard-read", "clipboard-write"]) as browser_context:
        for path in (REPORT, "cite/index.html"):
            page = repo_server.open(browser_context, path)
            if path == REPORT:
                page.locator("summary", has_text="BibTeX").click()
            page.get_by_role("button", name="Copy BibTeX").click()
            expect(page.get_by_role("button", name="Copied")).to_be_visible()
            copied = page.evaluate("navigator.clipboard.readText()")
            assert copied == page.locator("#cite-bibtex").text_content()
            assert copied.startswith("@techreport{dhs-OIG-21-02-2021," if path == REPORT else "@misc{")


@pytest.fixture(scope="module")
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """Yield a context for pages that keep no state: a new one takes longer than most pages."""
    with chromium.new_context(**WIDE) as browser_context:
        yield browser_context


@pytest.mark.parametrize("page", KINDS)
def test_no_page_has_a_fault_that_axe_finds_and_none_runs_what_a_listing_says(
    page: str, hostile: SiteServer, context: BrowserContext
) -> None:
    browser_page = hostile.open(context, address(hostile.path, page))
    if page.startswith("search"):
        wait_for_search(browser_page)
    if page.startswith("query"):
        expect(browser_page.locator("#answer td").first).to_be_visible()
    assert browser_page.evaluate(SHIFTS) < 0.1, "the page stays where it is while it loads"
    browser_page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    results = Axe().run(browser_page)
    assert not results.violations_count, results.generate_report()
    # What changes in the dark and on a phone: colours, sizes, and what has room.
    browser_page.emulate_media(color_scheme="dark")
    browser_page.set_viewport_size({"width": 320, "height": 800})
    results = Axe().run(
        browser_page, options={"runOnly": ["color-contrast", "target-size", "scrollable-region-focusable"]}
    )
    assert not results.violations_count, results.generate_report()
    assert browser_page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing is cut off"
    assert browser_page.evaluate("window.harmed") is None


def test_what_a_listing_says_is_shown_as_it_says_it(hostile: SiteServer, chromium: Browser) -> None:
    page = hostile.open(chromium, "reports/2021/OIG-21-07/index.html")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{TITLE}, Revisited")
    expect(page.locator(".prose")).to_contain_text("</script><script>window.harmed=1</script> ]]> <!--")
    expect(page.locator("del")).to_have_text(TITLE)
    expect(page.locator("ins")).to_have_text(f"{TITLE}, Revisited")
    (script,) = page.locator("script[type='application/ld+json']").all_inner_texts()
    jsonld = json.loads(script)
    assert jsonld["name"] == f"{TITLE}, Revisited"
    assert jsonld["@type"] == "Report"
    assert SUMMARY.split("\u202e")[0].strip() in jsonld["abstract"]
    search = wait_for_search(hostile.open(chromium, "search/index.html?q=revisited"))
    assert titles(search) == [f"{TITLE}, Revisited"]
    assert search.evaluate("window.harmed") is None


def test_the_first_key_of_a_keyboard_skips_to_the_content(repo_server: SiteServer, chromium: Browser) -> None:
    page = repo_server.open(chromium, TOPIC, **WIDE)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("main a").first).to_be_focused()


def test_pages_work_without_javascript(repo_server: SiteServer, chromium: Browser) -> None:
    page = repo_server.open(chromium, "search/index.html", java_script_enabled=False)
    page.locator("noscript").get_by_role("link", name="topic").click()
    page.get_by_role("link", name="Border Security").click()
    page.get_by_role("link", name="CBP Has Placed Travelers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("CBP Has Placed Travelers' PII at Risk of Exploitation")


def test_on_paper_there_is_no_navigation_and_links_are_spelled_out(hostile: SiteServer, chromium: Browser) -> None:
    page = hostile.open(chromium, "reports/2021/OIG-21-08/index.html")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    link = page.get_by_role("link", name="Read the document")
    content = link.evaluate("a => getComputedStyle(a, '::after').content")
    assert PLAIN["document_url"] in content


def test_a_site_in_a_folder_is_browsed_and_searched_and_says_what_asking_needs(
    own_site: Path, chromium: Browser
) -> None:
    site_server = SiteServer(own_site, own_site.as_uri() + "/")
    page = site_server.open(chromium, "index.html")
    page.get_by_role("link", name="Border Security").click()
    page.get_by_role("link", name="CBP Has Placed Travelers").click()
    page.get_by_label("Search titles and summaries").fill("childbirth")
    page.keyboard.press("Enter")
    wait_for_search(page)
    assert titles(page)[0].startswith("Review of the February 16, 2020 Childbirth")
    page.get_by_role("link", name="Ask in SQL").click()
    expect(page.get_by_text("oig site --serve")).to_be_visible()
    expect(page.get_by_role("button", name="Run")).to_be_disabled()
    assert not site_server.faults
