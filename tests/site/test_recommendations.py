"""Recommendations on the site: open ones by agency with their lines, on the report's page, scorecards, the feed."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from oig_pipeline.run import pipeline
from oig_pipeline.settings import settings
from tests.replica.ledger_pages import NUMBER, SITE, TEXT, recommendation_page, report_page, save, save_story

ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = "<script>alert(1)</script> \u202etxt"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the site of a release in which recommendation 2 is open, and others are not any more."""
    folder = tmp_path_factory.mktemp("ledger")
    save_story(folder / "raw")
    save(folder / "raw", "report-9.html", report_page(["2"], texts={"2": TEXT.format(number=2)}), 9)
    pipeline.build(settings(folder / "raw", folder / "curated", exports=False, site=True))
    return folder / "curated" / "site"


def page(site: Path, path: str) -> LexborHTMLParser:
    return LexborHTMLParser((site / path).read_text(encoding="utf-8"))


def text_of(node: LexborHTMLParser | LexborNode, selector: str) -> str:
    match = node.css_first(selector)
    assert match is not None, selector
    return match.text()


def links(node: LexborHTMLParser | LexborNode) -> list[str]:
    return [str(link.attributes["href"]) for link in node.css("main a[href]")]


def test_two_clicks_lead_from_the_first_page_to_what_an_agency_has_left_open_longest(site: Path) -> None:
    home = page(site, "index.html")
    assert "recommendations/index.html" in [str(a.attributes["href"]) for a in home.css("nav a")]
    assert "../recommendations/fema/index.html" in links(page(site, "recommendations/index.html"))
    first = page(site, "recommendations/fema/index.html").css("ol.faults > li")[0]
    assert f"{NUMBER}, recommendation 2" in first.text()
    assert "Open 716 days after the report was issued" in first.text()
    assert "report-9.html:" in text_of(first, ".where")


def test_the_line_that_is_named_says_so(site: Path) -> None:
    where = page(site, "recommendations/index.html").css("ol.faults .where a")[0]
    capture, line = where.text().split(":")
    assert where.attributes["href"] == f"../captures/{capture}/index.html#L{line}"
    assert "field-rec-number" in text_of(page(site, f"captures/{capture}/index.html"), f"#L{line}")
    text = (site.parent.parent / "raw" / capture).read_text(encoding="utf-8").split("\n")[int(line) - 1]
    assert "field-rec-number" in text
    assert ">2<" in text


def test_a_recommendation_of_a_list_is_found_on_the_page_of_its_report(site: Path) -> None:
    (link,) = [href for href in links(page(site, "recommendations/index.html")) if "#recommendation-" in href]
    path, _, fragment = link.partition("#")
    report = page(site, path.removeprefix("../"))
    assert "recommendation 2" in text_of(report, f"#{fragment}").lower()


def test_the_page_of_a_report_shows_each_recommendation_with_what_became_of_it(site: Path) -> None:
    report = page(site, f"reports/2022/{NUMBER}/index.html")
    text = text_of(report, "main")
    assert text.index("Recommendation 2") < text.index("Recommendation 3") < text.index("Recommendation 5")
    assert "1 March 2024: Completion open \u2192 not listed, report-3.html:" in text
    assert "Closed on 1 July 2024: five-7.html:" in text
    targets = [str(link.attributes["href"]).partition("#")[0] for link in report.css("ol.faults a")]
    assert {f"../../../captures/{name}.html/index.html" for name in ("report-3", "five-7")} <= set(targets)


def test_the_csv_has_the_rows_of_the_page(site: Path) -> None:
    rows = list(csv.DictReader(io.StringIO((site / "recommendations/fema/open.csv").read_text(encoding="utf-8"))))
    assert [(row["report_number"], row["recommendation"], row["agencies"]) for row in rows] == [(NUMBER, "2", "FEMA")]


def test_the_page_of_an_agency_has_a_scorecard(site: Path) -> None:
    table = text_of(page(site, "agencies/fema/index.html"), "main table")
    assert "2022, second half" in table
    assert "7" in table


def test_the_feed_says_what_was_listed_and_what_is_listed_no_longer(site: Path) -> None:
    feed = Xml.parse(site / "feeds" / "recommendations.xml").getroot()
    titles = [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]
    assert titles[0] == f"{NUMBER}, recommendation 2: listed as open"
    assert f"{NUMBER}, recommendation 3: no longer listed as open" in titles
    assert f"{NUMBER}, recommendation 5: said to be closed" in titles
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids)


def test_a_hostile_text_is_only_text(tmp_path: Path) -> None:
    page_ = report_page(["2"], texts={"2": HOSTILE.replace("<", "&lt;")})
    save(tmp_path / "raw", "a.html", page_, 1)
    pipeline.build(settings(tmp_path / "raw", tmp_path / "curated", exports=False, site=True))
    for path in ("recommendations/index.html", f"reports/2022/{NUMBER}/index.html"):
        parsed = page(tmp_path / "curated" / "site", path)
        assert "alert(1)" in text_of(parsed, "main")
        assert not [s for s in parsed.css("script") if "alert" in s.text()]
        assert "\u202e" not in text_of(parsed, "main")


@pytest.fixture(scope="module")
def reopened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a site on which a recommendation that was closed is listed as open, to an agency without a report."""
    raw = tmp_path_factory.mktemp("reopened") / "raw"
    texts = {"4": "CBP should develop a plan.", "5": "=1+1"}
    save(raw, "four.html", recommendation_page("4", "Closed"), 1, f"{SITE}/node/4")
    save(raw, "report.html", report_page(["4", "5"], texts=texts), 2)
    pipeline.build(settings(raw, raw.parent / "curated", exports=False, site=True))
    return raw.parent / "curated" / "site"


def test_a_list_of_an_agency_that_no_report_concerns_leads_to_no_reports(reopened: Path) -> None:
    assert "recommendation 4" in text_of(page(reopened, "recommendations/cbp/index.html"), "ol.faults")
    assert not [href for href in links(page(reopened, "recommendations/cbp/index.html")) if "agencies/" in href]


def test_what_was_closed_before_is_news_when_it_is_listed_and_once(reopened: Path) -> None:
    feed = Xml.parse(reopened / "feeds" / "recommendations.xml").getroot()
    entries = [(e.findtext(f"{ATOM}title"), e.findtext(f"{ATOM}updated")) for e in feed.iter(f"{ATOM}entry")]
    assert entries == [
        (f"{NUMBER}, recommendation 4: listed as open", "2024-02-01T00:00:00Z"),
        (f"{NUMBER}, recommendation 5: listed as open", "2024-02-01T00:00:00Z"),
    ]


def test_the_csv_holds_nothing_that_a_spreadsheet_would_run(reopened: Path) -> None:
    rows = list(csv.DictReader(io.StringIO((reopened / "recommendations/open.csv").read_text(encoding="utf-8"))))
    assert [row["text"] for row in rows] == ["CBP should develop a plan.", "'=1+1"]
