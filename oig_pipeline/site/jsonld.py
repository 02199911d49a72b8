"""What pages say to machines: schema.org as JSON-LD, and the sitemap.

Belongs here: the two notations. Does not: facts of its own; title, licence and source stand in `publish/metadata`.
"""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as Xml

from oig_pipeline.contract.surfaces import columns
from oig_pipeline.domain.agencies import BY_CODE
from oig_pipeline.release.metadata import about
from oig_pipeline.site.release_data import Row
from oig_pipeline.site.render import weblink

SCHEMA = "https://schema.org"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST_ADDRESSES = 50_000
"""What one sitemap may name."""
_MEDIA = {
    ".parquet": "application/vnd.apache.parquet",
    ".csv": "text/csv",
    ".ndjson": "application/x-ndjson",
    ".sqlite": "application/vnd.sqlite3",
}


def report(row: Row, address: str | None) -> dict[str, Any]:
    """Return a report as schema.org sees it; what is not known is left out."""
    document = weblink(row["document_url"])
    told = {
        "@context": SCHEMA,
        "@type": "Report",
        "name": row["title"],
        "reportNumber": row["report_number"],
        "abstract": row["summary"],
        "datePublished": row["issue_date"].isoformat() if row["issue_date"] else None,
        "inLanguage": "en",
        "publisher": {"@type": "GovernmentOrganization", "name": about.PUBLISHER_OF_SOURCE},
        "about": [{"@type": "GovernmentOrganization", "name": BY_CODE[code].name} for code in row["agencies"]],
        "keywords": row["topics"],
        "license": about.LICENCE_URL,
        "url": address,
        "encoding": {"@type": "MediaObject", "contentUrl": document} if document else None,
    }
    return {name: value for name, value in told.items() if value}


def dataset(files: list[dict[str, Any]], version: str | None, address: str | None) -> dict[str, Any]:
    """Return the dataset and its files as schema.org sees them; addresses are relative where the site has none."""
    told = {
        "@context": SCHEMA,
        "@type": "Dataset",
        "name": about.TITLE,
        "description": about.DESCRIPTION,
        "keywords": list(about.KEYWORDS),
        "license": about.LICENCE_URL,
        "isBasedOn": about.SOURCE_URL,
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
    return {name: value for name, value in told.items() if value}


def sitemaps(base_url: str, addresses: list[str]) -> dict[str, bytes]:
    """Return path → content of the sitemap, and its parts where it is too long for one file."""
    parts = [addresses[n : n + MOST_ADDRESSES] for n in range(0, len(addresses), MOST_ADDRESSES)]
    if len(parts) == 1:
        return {"sitemap.xml": _listed("urlset", "url", parts[0])}
    named = {f"sitemap-{n}.xml": _listed("urlset", "url", part) for n, part in enumerate(parts, start=1)}
    return {"sitemap.xml": _listed("sitemapindex", "sitemap", [base_url + name for name in named]), **named}


def _listed(root: str, item: str, addresses: list[str]) -> bytes:
    tree = Xml.Element(root, xmlns=_SITEMAP)
    for address in addresses:
        Xml.SubElement(Xml.SubElement(tree, item), "loc").text = address
    Xml.indent(tree, "")
    content: bytes = Xml.tostring(tree, encoding="utf-8", xml_declaration=True)
    return content + b"\n"
