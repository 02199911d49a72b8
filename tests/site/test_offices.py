"""Pages by office: there where a release holds reports of several, and nowhere else."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as Xml

import pytest
from playwright.sync_api import Browser, expect
from selectolax.lexbor import LexborHTMLParser

from oig_pipeline.run import pipeline
from oig_pipeline.settings import settings
from oig_pipeline.site.build import build
from oig_pipeline.site.lists import PAGE_SIZE
from oig_pipeline.site.release_data import open_source
from tests.site.conftest import serving

MANY = PAGE_SIZE + 5
LISTING = (
    "office,report_number,title,fiscal_year,agency\n"
    "dhs,OIG-14-131,Audit of Ports,2014,CBP\n"
    + "".join(f"treasury,OIG-14-{n},Audit of Bank No. {n},2014,BEP\n" for n in range(132 - MANY, 132))
    + "treasury,OIG-13-001,Audit of Mints,2013,MINT\n"
    "usda,27401-0001,Audit of Crops,,\n"
    "epa,14-P-0109,Audit of Rivers,2014,\n"
    "treasury,OIG-14-134,,2014,\n"
)
TREASURY = "Department of the Treasury OIG"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the site of reports of four offices, two of which have one number."""
    folder = tmp_path_factory.mktemp("offices")
    (folder / "raw").mkdir()
    (folder / "raw" / "list.csv").write_text(LISTING)
    built = pipeline.build(settings(folder / "raw", folder / "curated", exports=False))
    assert built.release is not None
    source = open_source(built.release.path, folder / "curated", None)
    with source.connection:
        build(source, folder / "site")
    return folder / "site"


def links(file: Path, css: str = "a") -> dict[str, str]:
    """Return words → address of the links of a page."""
    page = LexborHTMLParser(file.read_text(encoding="utf-8"))
    return {node.text().strip(): str(node.attributes["href"]) for node in page.css(css)}


def test_the_home_page_and_an_index_lead_to_the_page_of_each_office(site: Path) -> None:
    pages = {
        TREASURY: "offices/treasury/index.html",
        "Department of Agriculture OIG": "offices/usda/index.html",
        "Department of Homeland Security OIG": "offices/dhs/index.html",
        "Environmental Protection Agency OIG": "offices/epa/index.html",
    }
    assert pages.items() <= links(site / "index.html", ".tally a").items()
    assert set(links(site / "offices" / "index.html", "table a")) == set(pages)


def test_the_page_of_an_office_leads_to_its_reports_by_year_and_by_agency(site: Path) -> None:
    assert links(site / "offices" / "treasury" / "index.html", ".tally a") == {
        "2014": "./index.html#year-2014",
        "2013": "./page-2.html#year-2013",
        "Bureau of Engraving and Printing": "../../agencies/bep/index.html",
        "United States Mint": "../../agencies/mint/index.html",
    }
    reports = links(site / "offices" / "treasury" / "page-2.html", "h3 a")
    assert len(reports) == MANY + 1 - PAGE_SIZE
    assert reports["Audit of Mints"] == "../../reports/2013/treasury-OIG-13-001/index.html"
    assert links(site / "offices" / "usda" / "index.html", ".tally a") == {"unknown": "./index.html#year-unknown"}


@pytest.mark.parametrize(
    "page",
    ["index.html", "years/2014/index.html", "agencies/bep/index.html", "reports/2014/treasury-OIG-14-131/index.html"],
)
def test_lists_and_reports_say_the_office_and_lead_to_its_page(page: str, site: Path) -> None:
    assert links(site / page)[TREASURY].endswith("offices/treasury/index.html")


def test_every_link_of_the_site_leads_to_a_file(site: Path) -> None:
    for file in site.rglob("*.html"):
        if file.name == "404.html":  # its links begin at the root
            continue
        for address in map(urlsplit, links(file).values()):
            if not address.scheme and address.path:
                assert (file.parent / address.path).is_file(), (file, address)


def test_a_series_is_of_one_office(site: Path) -> None:
    assert links(site / "series" / "index.html", "tbody a") == {
        "treasury:OIG": "../series/treasury-oig/index.html",
        "OIG": "../series/oig/index.html",
        "epa:P": "../series/epa-p/index.html",
    }
    assert set(links(site / "series" / "oig" / "index.html", "h3 a")) == {"Audit of Ports"}
    for folder, count in (("oig", "1 number "), ("treasury-oig", f"{MANY + 1} numbers ")):
        text = (site / "series" / folder / "index.html").read_text(encoding="utf-8")
        assert f"Their series count {count}from the lowest" in text


def test_what_is_kept_out_says_its_office(site: Path) -> None:
    page = LexborHTMLParser((site / "quality" / "index.html").read_text(encoding="utf-8"))
    assert [node.text() for node in page.css(".faults .what b")] == ["treasury:OIG-14-134"]


def test_no_page_speaks_of_one_office_as_if_the_others_were_its_own(site: Path) -> None:
    pages = [file for file in site.rglob("*.html") if file.parent.name != "OIG-14-131"]
    texts = {file: file.read_text(encoding="utf-8") for file in pages}
    assert [file for file, text in texts.items() if "DHS OIG" in text or "DHS Inspector General" in text] == []
    assert "What Inspectors General found" in texts[site / "index.html"]
    for page in ("cite/index.html", "charts/index.html"):
        assert "Report listings of Offices of Inspector General" in texts[site / page]
    assert "DHS" not in (site / "cite" / "CITATION.cff").read_text(encoding="utf-8")
    menu = links(site / "about" / "index.html", "nav a")
    assert menu["Offices"] == "../offices/index.html"


def test_an_office_has_a_feed_and_the_feed_of_all_tells_two_reports_of_one_number_apart(site: Path) -> None:
    def titles(name: str) -> list[str | None]:
        return [node.text for node in Xml.parse(site / "feeds" / f"{name}.xml").iter() if node.tag.endswith("title")]

    office, *reports = titles("office-treasury")
    assert (office, len(reports)) == (f"Reports of {TREASURY}", MANY + 1)
    assert links(site / "offices" / "treasury" / "index.html", ".standfirst a") == {
        "Filter them": "../../search/index.html?office=treasury",
        "follow the feed": "../../feeds/office-treasury.xml",
    }
    assert {"OIG-14-131: Audit of Ports", "treasury:OIG-14-131: Audit of Bank No. 131"} <= set(titles("reports"))
    assert titles("bep")[0] == "Bureau of Engraving and Printing: reports of Inspectors General"


@pytest.mark.browser
def test_the_search_filters_by_office(site: Path, chromium: Browser) -> None:
    with serving(site) as server:
        page = server.open(chromium, "search/index.html?q=OIG-14-131")
        hits = page.locator("#results .line")
        expect(hits).to_have_count(2)
        page.get_by_label("Office", exact=True).select_option("dhs")
        expect(hits).to_have_text(["OIG-14-131 · fiscal year 2014 · CBP"])
        page.get_by_label("Office", exact=True).select_option(label=TREASURY)
        expect(hits).to_have_text(["treasury:OIG-14-131 · fiscal year 2014 · BEP"])
        page.get_by_label("Words in number").fill("")
        expect(page.locator("#count")).to_have_text(f"{MANY + 1} reports")
        assert page.url.endswith("?office=treasury")
        again = server.open(chromium, "search/index.html?office=epa")
        expect(again.locator("#results .line")).to_have_text(["epa:14-P-0109 · fiscal year 2014"])
        assert server.faults == []


def test_with_one_office_there_are_no_pages_by_office(own_site: Path) -> None:
    assert not (own_site / "offices").exists()
    assert not list((own_site / "feeds").glob("office-*"))
    assert 'id="office"' not in (own_site / "search" / "index.html").read_text(encoding="utf-8")
    assert "offices/" not in (own_site / "index.html").read_text(encoding="utf-8")
