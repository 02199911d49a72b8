"""The site as files: whole, deterministic, written only where it changed, light, and closed to all but itself."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as Xml

import pytest
from selectolax.lexbor import LexborHTMLParser

from oig_pipeline.contract.rules import RULES
from oig_pipeline.release import parquet
from oig_pipeline.run import pipeline
from oig_pipeline.settings import settings
from oig_pipeline.site import release_data, service
from oig_pipeline.site.write import STATE
from tests.conftest import DATA, PROJECT
from tests.site.conftest import BASE_URL, write_captures

BUDGET = 100_000
"""Bytes of a page before data: the page itself, its style sheet and the scripts that it names, unpacked."""
HANDLER = re.compile(r"^on[a-z]+$")


def pages(site: Path) -> dict[str, LexborHTMLParser]:
    return {
        file.relative_to(site).as_posix(): LexborHTMLParser(file.read_text(encoding="utf-8"))
        for file in site.rglob("*.html")
    }


def files(site: Path) -> dict[str, bytes]:
    return {file.relative_to(site).as_posix(): file.read_bytes() for file in site.rglob("*") if file.is_file()}


def different(site: Path, other: Path) -> list[str]:
    """Return the files that only one of two sites has, or that differ; pytest would show all bytes of both."""
    a, b = files(site), files(other)
    return sorted(name for name in a | b if a.get(name) != b.get(name))


@pytest.fixture(scope="module", params=["own_site", "hostile_site"])
def site(request: pytest.FixtureRequest) -> Path:
    """Return each of the sites in turn."""
    path: Path = request.getfixturevalue(request.param)
    return path


def test_every_link_within_the_site_leads_to_a_file_and_every_other_to_the_web(site: Path) -> None:
    ids: dict[str, set[str]] = {}
    parsed = pages(site)
    for path, page in parsed.items():
        ids[path] = {str(node.attributes["id"]) for node in page.css("[id]")}
    for path, page in parsed.items():
        if path == "404.html":  # shown at any address, so its links begin at the root
            continue
        for node in page.css("[href], [src], [srcset], [action]"):
            for name in ("href", "src", "srcset", "action"):
                if name not in node.attributes:
                    continue
                address = urlsplit(str(node.attributes[name]))
                if address.scheme:
                    assert address.scheme in ("http", "https"), (path, address)
                    continue
                target = (site / path).parent / unquote(address.path) if address.path else site / path
                assert target.is_file(), (path, address)
                if address.fragment:
                    assert address.fragment in ids[target.resolve().relative_to(site.resolve()).as_posix()]


def test_no_page_lets_anything_run_or_load_that_is_not_of_the_site(site: Path) -> None:
    for path, page in pages(site).items():
        policy = page.css_first("meta[http-equiv='Content-Security-Policy']")
        assert policy is not None, path
        directives = str(policy.attributes["content"])
        assert directives.startswith("default-src 'none'; script-src 'self'; style-src 'self'"), path
        assert "unsafe" not in directives
        for script in page.css("script"):
            assert script.attributes.get("src") or script.attributes["type"] in (
                "application/json",
                "application/ld+json",
            )
            if script.attributes.get("src"):
                assert "defer" in script.attributes, f"{path}: a script must not hold the page up"
        assert not page.css("style, iframe, object, embed, base"), path
        for node in page.css("*"):
            assert "style" not in node.attributes, (path, node.html)
            assert not [name for name in node.attributes if HANDLER.match(name)], (path, node.html)


def test_every_page_is_light_before_data(site: Path) -> None:
    for path, page in pages(site).items():
        if path == "404.html":
            continue
        assets = [n.attributes["href"] for n in page.css("link[rel=stylesheet]")]
        assets += [n.attributes["src"] for n in page.css("script[src]") if "index/" not in str(n.attributes["src"])]
        weight = (site / path).stat().st_size
        weight += sum(((site / path).parent / str(address)).stat().st_size for address in assets)
        assert weight < BUDGET, f"{path}: {weight} bytes"


def test_every_page_says_what_it_is(site: Path) -> None:
    titles = []
    for path, page in pages(site).items():
        assert page.css_first("html").attributes["lang"] == "en", path  # type: ignore[union-attr]
        assert len(page.css("h1")) == 1, path
        description = page.css_first("meta[name=description]")
        assert description is not None
        assert description.attributes["content"], path
        title = page.css_first("title")
        assert title is not None
        titles.append(title.text())
    assert len(titles) == len(set(titles)), "no two pages have one title"


def test_the_border_security_page_has_what_the_source_showed(own_site: Path) -> None:
    expected = json.loads((PROJECT / "tests" / "golden" / "border-security.expected.json").read_text())
    page = LexborHTMLParser((own_site / "topics/border-security/index.html").read_text(encoding="utf-8"))
    cards = {card.css_first("dd").text(): card for card in page.css("article")}  # type: ignore[union-attr]
    assert len(cards) == len(expected) == 10
    source = " ".join((DATA / "raw" / "border-security.txt").read_text(encoding="utf-8").split())
    for row in expected:
        card = cards[row["listed_number"]]
        assert card.css_first("h3").text() in row["listed_title"]  # type: ignore[union-attr]
        summary = card.css("h4 + p")[0].text()
        assert len(summary) > 200
        assert summary in source


def test_a_site_with_an_address_says_it(hostile_site: Path) -> None:
    page = LexborHTMLParser((hostile_site / "reports/2021/OIG-21-08/index.html").read_text(encoding="utf-8"))
    canonical = page.css_first("link[rel=canonical]")
    assert canonical is not None
    assert canonical.attributes["href"] == f"{BASE_URL}reports/2021/OIG-21-08/"
    picture = page.css_first("meta[property='og:image']")
    assert picture is not None
    assert picture.attributes["content"] == f"{BASE_URL}assets/preview.png"
    assert (hostile_site / "assets/preview.png").read_bytes().startswith(b"\x89PNG")
    sitemap_urls = [
        node.text for node in Xml.parse(hostile_site / "sitemap.xml").getroot().iter() if node.tag.endswith("loc")
    ]
    page_urls = {BASE_URL + path.removesuffix("index.html") for path in pages(hostile_site) if path != "404.html"}
    assert set(sitemap_urls) == page_urls
    assert f"Sitemap: {BASE_URL}sitemap.xml" in (hostile_site / "robots.txt").read_text()


def test_a_site_without_an_address_names_none(own_site: Path) -> None:
    page = (own_site / "reports/2021/OIG-21-49/index.html").read_text(encoding="utf-8")
    assert "canonical" not in page
    assert not (own_site / "sitemap.xml").exists()


def test_the_same_release_gives_the_same_bytes_from_memory_and_from_files(
    own_site: Path, own_release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release_data, "MAX_LOADED", 0)  # the other was read into memory
    again = service.build(settings(), place=own_release.parent.parent, out=tmp_path / "site").path
    assert different(again, own_site) == []


def test_the_files_of_the_release_are_there_with_their_hashes(own_site: Path, own_release: Path) -> None:
    page = LexborHTMLParser((own_site / "downloads/index.html").read_text(encoding="utf-8"))
    rows = page.css("#files tbody tr")
    assert len(rows) > 25
    for row in rows:
        name, sha256 = row.css_first("th").text(), row.css("td")[-1].text()  # type: ignore[union-attr]
        assert parquet.digest(own_site / "data" / name) == parquet.digest(own_release / name) == sha256


def test_the_captures_are_there_with_their_hashes(own_site: Path) -> None:
    page = LexborHTMLParser((own_site / "downloads/index.html").read_text(encoding="utf-8"))
    rows = page.css("#captures ~ .scroll tbody tr")
    names = {row.css_first("th").text() for row in rows}  # type: ignore[union-attr]
    assert names == {file.name for file in (DATA / "raw").iterdir() if not file.name.endswith(".meta.json")}
    for row in rows:
        name, (link,) = row.css_first("th").text(), row.css("a[download]")  # type: ignore[union-attr]
        copy = own_site / "downloads" / str(link.attributes["href"])
        assert parquet.digest(copy) == parquet.digest(DATA / "raw" / name) == row.css("td")[-1].text()


def test_the_json_beside_a_page_tells_the_same(own_site: Path) -> None:
    payload = json.loads((own_site / "reports/2021/OIG-21-02/report.json").read_text(encoding="utf-8"))
    assert payload["report"]["recommendations_not_concurred"] == 1
    assert payload["sightings"][0]["capture_path"] == "border-security.txt"
    assert payload["sightings"][0]["line"] == 121
    page = LexborHTMLParser((own_site / "reports/2021/OIG-21-02/index.html").read_text(encoding="utf-8"))
    field_values = {row.css_first("th").text(): row.css("td")[0].text() for row in page.css(".fields tbody tr")}  # type: ignore[union-attr]
    assert set(field_values) == set(payload["report"])
    assert field_values["title"] == payload["report"]["title"]


def test_each_rule_has_a_page_with_the_words_of_the_contract(own_site: Path) -> None:
    for rule in RULES:
        page = LexborHTMLParser((own_site / "quality/rules" / rule.code / "index.html").read_text(encoding="utf-8"))
        assert rule.why in page.css_first("main").text()  # type: ignore[union-attr]
        assert rule.remedy in page.css_first("main").text()  # type: ignore[union-attr]


def test_building_again_writes_nothing_and_a_change_only_what_it_changes(tmp_path: Path) -> None:
    config = settings(tmp_path / "raw", tmp_path / "curated", max_quarantine=0.1)
    write_captures(config.raw)
    pipeline.build(config)
    first = service.build(config)
    assert first.written.written == first.written.files
    assert service.build(config).written.written == 0
    before = {path: (first.path / path).stat().st_mtime_ns for path in files(first.path)}
    write_captures(config.raw, changed=True)
    pipeline.build(config)
    second = service.build(config)
    after = {path: (second.path / path).stat().st_mtime_ns for path in files(second.path)}
    rewritten = {path for path, when in after.items() if before.get(path) != when}
    reports = {path for path in rewritten if path.startswith("reports/")}
    # The changed report, the new one, and the neighbour that now points to it.
    assert reports == {
        f"reports/2021/{name}" for name in (
            "OIG-21-07/index.html", "OIG-21-07/report.json", "OIG-21-09/index.html", "OIG-21-09/report.json",
            "OIG-21-08/index.html",
        )
    }  # fmt: skip
    assert not rewritten & {"assets/site.css", "404.html", "quality/rules/conflict/index.html"}
    assert not {path for path in rewritten if path.startswith(("agencies/fema/", "years/2020/"))}
    assert {"index.html", "feeds/reports.xml", "releases/index.html", "agencies/uscg/index.html"} <= rewritten


def test_what_is_gone_from_the_release_is_gone_from_the_site_and_nothing_else(tmp_path: Path) -> None:
    config = settings(tmp_path / "raw", tmp_path / "curated", max_quarantine=0.1)
    write_captures(config.raw, changed=True)
    pipeline.build(config)
    site = service.build(config).path
    (site / "CNAME").write_text("reports.example.org\n")
    gone = [site / name for name in ("reports/2021/OIG-21-09", "agencies/uscg", "feeds/uscg.xml")]
    assert all(place.exists() for place in gone)
    for late in config.raw.glob("*-3.ndjson*"):
        late.unlink()
    pipeline.build(config)
    assert service.build(config).written.removed > 2
    assert not any(place.exists() for place in gone)
    assert (site / "CNAME").exists(), "a file that no build wrote is left alone"


def test_a_page_that_was_lost_or_a_build_that_was_killed_is_made_good(
    own_site: Path, own_release: Path, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    shutil.copytree(own_site, site)
    lost = site / "reports" / "2021" / "OIG-21-49" / "index.html"
    lost.unlink()
    (site / "search" / "index" / "reports.js").unlink()
    (site / "topics" / "index.html").write_text("half a pa")
    service.build(settings(), place=own_release.parent.parent, out=site)
    assert different(site, own_site) == []
    # Killed before it could note what it had written.
    (site / STATE).write_text("{}\n")
    lost.write_text("<!doctype")
    service.build(settings(), place=own_release.parent.parent, out=site)
    assert different(site, own_site) == []
