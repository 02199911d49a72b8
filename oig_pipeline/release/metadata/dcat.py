"""`data.json`: a catalogue of DCAT-US 3.

Belongs here: this notation only. Addresses are relative to the file, since a release does not know where it will lie.
"""

from __future__ import annotations

from typing import Any

from oig_pipeline.release.metadata import about as f
from oig_pipeline.release.metadata.about import DatasetInfo, File

CATALOG_JSON = "data.json"
PARQUET = "application/vnd.apache.parquet"
SCHEMA = "https://resources.data.gov/dcat-us/3.0.0"


def catalog(info: DatasetInfo) -> dict[str, Any]:
    """Return the catalogue: one dataset, one distribution for each file."""
    words = info.wording
    publisher = {"@type": "Organization", "name": f.PUBLISHER}
    contact = {"@type": "Kind", "fn": "Whoever publishes this release", "hasEmail": f.CONTACT}
    dataset: dict[str, Any] = {
        "@type": "Dataset",
        "identifier": words.name,
        "title": words.title,
        "description": info.description,
        "publisher": publisher,
        "contactPoint": [contact],
        "keyword": list(words.keywords),
        "landingPage": {"@type": "Document", "title": words.source_title, "accessURL": words.source_url},
        "language": ["en"],
        "rights": [f.LICENCE_TITLE],
        "liabilityStatement": words.notice,
        "provenance": [f"Read from captures of {words.source_title} ({words.source_url})."],
        "distribution": [*map(_parquet, info.files), *(_exports() if info.exports else []), _dictionary()],
        "describedBy": _dictionary(),
    }
    if info.content.modified:
        dataset["modified"] = info.content.modified.isoformat()
    if info.content.first_issue and info.content.last_issue:
        dataset["temporal"] = [
            {
                "@type": "PeriodOfTime",
                "startDate": info.content.first_issue.isoformat(),
                "endDate": info.content.last_issue.isoformat(),
            }
        ]
    return {
        "@type": "Catalog",
        "title": words.title,
        "description": f"{info.description} {words.notice}",
        "publisher": publisher,
        "dataset": [dataset],
    }


def _parquet(file: File) -> dict[str, Any]:
    return {
        **_distribution(file.name, file.path, PARQUET),
        "byteSize": str(file.bytes),
        "checksum": {"@type": "Checksum", "algorithm": "SHA-256", "checksumValue": file.sha256},
    }


def _exports() -> list[dict[str, Any]]:
    return [
        _distribution("reports-csv", f.REPORTS_CSV, "text/csv"),
        _distribution("reports-ndjson", f.REPORTS_NDJSON, "application/x-ndjson"),
        _distribution("reports-sqlite", f.REPORTS_SQLITE, "application/vnd.sqlite3"),
    ]


def _dictionary() -> dict[str, Any]:
    return _distribution("dictionary", "DICTIONARY.md", "text/markdown")


def _distribution(name: str, path: str, media_type: str) -> dict[str, Any]:
    return {
        "@type": "Distribution",
        "identifier": name,
        "title": name,
        "downloadURL": path,
        "mediaType": media_type,
        "license": f.LICENCE_URL,
    }
