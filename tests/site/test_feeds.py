"""Atom feeds: what is news, and that it is told as the standard says."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from oig_pipeline.release.metadata import about
from tests.site.conftest import BASE_URL, TITLE

ATOM = "{http://www.w3.org/2005/Atom}"


def feed(site: Path, name: str) -> Xml.Element:
    return Xml.parse(site / "feeds" / f"{name}.xml").getroot()


def texts(entry: Xml.Element, name: str) -> list[str]:
    return [node.text or "" for node in entry.findall(ATOM + name)]


def test_a_new_and_a_changed_report_come_first_and_say_so(hostile_site: Path) -> None:
    entries = feed(hostile_site, "reports").findall(f"{ATOM}entry")
    summaries = {texts(entry, "title")[0].split(":")[0]: texts(entry, "summary")[0] for entry in entries[:2]}
    assert set(summaries) == {"OIG-21-09", "OIG-21-07"}
    assert summaries["OIG-21-09"].startswith("New in the catalogue.")
    assert summaries["OIG-21-07"].startswith(f"Changed: title: {TITLE} \u2192 {TITLE}, Revisited.")
    assert len(entries) == 32
    released = json.loads((hostile_site.parent / "releases.json").read_text())["releases"][-1]["published"]
    assert texts(entries[0], "updated") == [released]


def test_an_agency_has_a_feed_of_its_own(hostile_site: Path) -> None:
    assert texts(feed(hostile_site, "cbp"), "title") == [
        "U.S. Customs and Border Protection: reports of the DHS Inspector General"
    ]
    entries = feed(hostile_site, "s-and-t").findall(f"{ATOM}entry")
    assert [texts(entry, "title")[0].split(":")[0] for entry in entries] == ["OIG-21-07"]


@pytest.mark.parametrize("name", ["reports", "cbp", "fema", "s-and-t"])
def test_a_feed_has_what_atom_asks_for(name: str, hostile_site: Path) -> None:
    root = feed(hostile_site, name)
    assert root.tag == f"{ATOM}feed"
    ids = texts(root, "id")
    for element in (root, *root.findall(f"{ATOM}entry")):
        assert len(texts(element, "id")) == len(texts(element, "title")) == len(texts(element, "updated")) == 1
        dt.datetime.strptime(texts(element, "updated")[0], "%Y-%m-%dT%H:%M:%S%z")
        for link in element.findall(f"{ATOM}link"):
            assert str(link.get("href")).startswith(BASE_URL)
    assert [texts(author, "name") for author in root.findall(f"{ATOM}author")] == [[about.PUBLISHER]]
    ids += [i for entry in root.findall(f"{ATOM}entry") for i in texts(entry, "id")]
    assert len(ids) == len(set(ids))
    assert texts(root, "updated")[0] == max(texts(e, "updated")[0] for e in root.findall(f"{ATOM}entry"))


def test_without_an_address_links_are_relative_and_the_newest_reports_are_told(own_site: Path) -> None:
    root = feed(own_site, "reports")
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) == 100
    (link,) = entries[0].findall(f"{ATOM}link")
    assert (own_site / "feeds" / str(link.get("href"))).is_file()
