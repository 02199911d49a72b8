"""What pages say to machines: schema.org as JSON-LD, and the sitemap.

Belongs here: the two notations. Does not: facts of its own; title, licence and source stand in `release/metadata`.
"""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as Xml

from oig_pipeline.contract.surfaces import columns
from oig_pipeline.offices import AGENCIES
from oig_pipeline.release.metadata import about
from oig_pipeline.site.release_data import Row
from oig_pipeline.site.render import weblink

SCHEMA = "https://schema.org"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
MAX_ADDRESSES = 50_000
"""What one sitemap may name."""
_MEDIA = {
    ".parquet": "application/vnd.apache.parquet",
    ".csv": "text/csv",
    ".ndjson": "application/x-ndjson",
    ".sqlite": "application/vnd.sqlite3",
}


def report(row: Row, address: str | None) -> dict[str, Any]:
    """Return a report as a schema.org object; unknown properties are left out."""
    document = weblink(row["document_url"])
    properties = {
        "@context": SCHEMA,
        "@type": "Report",
        "name": row["title"],
        "reportNumber": row["report_number"],
        "abstract": row["summary"],
        "datePublished": row["issue_date"].isoformat() if row["issue_date"] else None,
        "inLanguage": "en",
        "publisher": {"@type": "GovernmentOrganization", "name": about.publisher_of(row["office"])},
        "about": [{"@type": "GovernmentOrganization", "name": AGENCIES[code].name} for code in row["agencies"]],
        "keywords": row["topics"],
        "license": about.LICENCE_URL,
        "url": address,
        "encoding": {"@type": "MediaObject", "contentUrl": document} if document else None,
    }
    return {name: value for name, value in properties.items() if value}


def dataset(
    wording: about.Wording, files: list[dict[str, Any]], version: str | None, address: str | None
) -> dict[str, Any]:
    """Return the dataset and its files as a schema.org object; URLs are relative if the site has no base URL."""
    properties = {
        "@context": SCHEMA,
        "@type": "Dataset",
        "name": wording.title,
        "description": wording.description,
        "keywords": list(wording.keywords),
        "license": about.LICENCE_URL,
        "isBasedOn": wording.source_url,
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": about.PUBLISHER},
        "version": version,
        "url": address,
        "variableMeasured": [
            {"@type": "PropertyValue", "name": column.name, "description": column.description}
            for column in columns("reports")
        ],
        "distribution": [
            {
                "@type": "DataDownload",
                "name": file["path"],
                "contentUrl": f"{address or ''}data/{file['path']}",
                "encodingFormat": _MEDIA["." + file["path"].rpartition(".")[2]],
                "contentSize": str(file["bytes"]),
                "sha256": file["sha256"],
            }
            for file in files
            if "." + file["path"].rpartition(".")[2] in _MEDIA
        ],
    }
    return {name: value for name, value in properties.items() if value}


def sitemaps(base_url: str, addresses: list[str]) -> dict[str, bytes]:
    """Return path → content of the sitemap, which is split if it is too long for one file."""
    chunks = [addresses[n : n + MAX_ADDRESSES] for n in range(0, len(addresses), MAX_ADDRESSES)]
    if len(chunks) == 1:
        return {"sitemap.xml": _sitemap_xml("urlset", "url", chunks[0])}
    files = {f"sitemap-{n}.xml": _sitemap_xml("urlset", "url", chunk) for n, chunk in enumerate(chunks, start=1)}
    return {"sitemap.xml": _sitemap_xml("sitemapindex", "sitemap", [base_url + name for name in files]), **files}


def _sitemap_xml(root: str, item: str, addresses: list[str]) -> bytes:
    tree = Xml.Element(root, xmlns=_SITEMAP)
    for address in addresses:
        Xml.SubElement(Xml.SubElement(tree, item), "loc").text = address
    Xml.indent(tree, "")
    content: bytes = Xml.tostring(tree, encoding="utf-8", xml_declaration=True)
    return content + b"\n"
