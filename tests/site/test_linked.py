"""What pages say to machines."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from xml.etree import ElementTree as Xml

from selectolax.lexbor import LexborHTMLParser

from oig_pipeline.release.metadata import about
from oig_pipeline.site import jsonld

ROW = {
    "title": "</script>", "office": "dhs", "report_number": "OIG-21-49", "summary": None,
    "issue_date": dt.date(2021, 7, 20),
    "agencies": ["CBP"], "topics": [], "document_url": "javascript:x",
}  # fmt: skip


def test_a_report_says_what_is_known_and_nothing_else() -> None:
    properties = jsonld.report(ROW, None)
    assert properties["reportNumber"] == "OIG-21-49"
    assert properties["datePublished"] == "2021-07-20"
    assert properties["about"] == [{"@type": "GovernmentOrganization", "name": "U.S. Customs and Border Protection"}]
    assert not {"abstract", "keywords", "url", "encoding"} & set(properties)
    assert jsonld.report({**ROW, "document_url": "https://www.oig.dhs.gov/a.pdf"}, None)["encoding"]["contentUrl"]


def test_the_dataset_names_its_files_with_sizes_and_hashes(own_site: Path) -> None:
    page = LexborHTMLParser((own_site / "downloads/index.html").read_text(encoding="utf-8"))
    (script,) = page.css("script[type='application/ld+json']")
    dataset = json.loads(script.text())
    assert dataset["@type"] == "Dataset"
    assert dataset["license"] == about.LICENCE_URL
    assert {m["name"] for m in dataset["variableMeasured"]} > {"report_number", "issue_date"}
    files = {file["name"]: file for file in dataset["distribution"]}
    assert {"reports.csv", "reports.ndjson", "reports.sqlite", "captures.parquet"} <= set(files)
    for name, file in files.items():
        assert (own_site / file["contentUrl"]).stat().st_size == int(file["contentSize"]), name
        assert re.fullmatch(r"[0-9a-f]{64}", file["sha256"])


def test_a_sitemap_of_many_pages_is_split() -> None:
    base = "https://example.org/"
    addresses = [f"{base}{n}/" for n in range(jsonld.MAX_ADDRESSES + 1)]
    assert list(jsonld.sitemaps(base, addresses[:-1])) == ["sitemap.xml"]
    sitemaps = jsonld.sitemaps(base, addresses)
    assert list(sitemaps) == ["sitemap.xml", "sitemap-1.xml", "sitemap-2.xml"]
    urls = [node.text for node in Xml.fromstring(sitemaps["sitemap.xml"]).iter() if node.tag.endswith("loc")]
    assert urls == [f"{base}sitemap-1.xml", f"{base}sitemap-2.xml"]
    assert Xml.fromstring(sitemaps["sitemap-2.xml"])[0][0].text == addresses[-1]
