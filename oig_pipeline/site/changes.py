"""The releases: which there were, what changed in each, and the files of this one.

Belongs here: the change log's pages, the downloads and how to cite them. Does not: finding differences
(`release/diff.py`).
"""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from pathlib import Path
from typing import Any

from oig_pipeline.errors import CannotRun
from oig_pipeline.release import changelog, manifest, parquet
from oig_pipeline.release.diff import Difference, difference
from oig_pipeline.release.metadata import citation
from oig_pipeline.release.metadata.about import REPORTS_CSV, REPORTS_NDJSON, REPORTS_SQLITE
from oig_pipeline.release.metadata.dictionary import DICTIONARY
from oig_pipeline.release.release import RELEASES
from oig_pipeline.site import jsonld, tables
from oig_pipeline.site.release_data import Key, ReleaseData
from oig_pipeline.site.render import Site
from oig_pipeline.site.write import SiteWriter

FOLDER = "releases"
MAX_REPORTS = 200
"""Maximum number of reports that a release's page lists under each heading."""
FIRST = {
    REPORTS_CSV: "For a spreadsheet: one row per report.",
    REPORTS_SQLITE: "To search and query on your own machine, or to serve with Datasette.",
    REPORTS_NDJSON: "For programs: one JSON object per report.",
    DICTIONARY: "What every table, column and rule means, and how complete the data are.",
}
"""Files that most people need, and what for."""
MAX_CAPTURES = 100
"""Most captures that the page of downloads lists; the pages of captures have all."""
DATA = "data"
CITE = "cite"
_SECOND_HAND = ("catalog.duckdb", "views.sql")
"""Files that lead to others of the release: those in the site's folder would lead nowhere, or to another folder."""

Changes = dict[str, Difference]


def find(source: ReleaseData) -> Changes:
    """Return release → its differences from the previous one, for the releases that still exist."""
    differences = {}
    for entry in source.entries:
        if source.curated_folder is None or entry.get("previous") is None:
            continue
        old, new = (source.curated_folder / RELEASES / entry[name] for name in ("previous", "release"))
        if (old / manifest.MANIFEST).is_file() and (new / manifest.MANIFEST).is_file():
            with suppress(CannotRun):  # a damaged or foreign release cannot be compared
                differences[entry["release"]] = difference(old, new)
    return differences


def write(source: ReleaseData, changes: Changes, site: Site, writer: SiteWriter) -> None:
    """Write the change log, and a page for each release whose changes are known."""
    path = f"{FOLDER}/index.html"
    entries = [
        {**entry, "said": changelog.entry_words(entry), "known": entry["release"] in changes}
        for entry in source.entries
    ]
    writer.page(path, site.render("releases.html", path, source=source, entries=entries))
    for entry in source.entries:
        if entry["release"] in changes:
            page = f"{FOLDER}/{entry['release']}/index.html"
            writer.page(page, _release_page(entry, changes[entry["release"]], site, page))


def _release_page(entry: dict[str, Any], diff: Difference, site: Site, path: str) -> str:
    by_report: dict[Key, list[Any]] = {}
    for change in diff.changed:
        by_report.setdefault(change.key, []).append(change)
    return site.render(
        "release.html",
        path,
        entry=entry,
        difference=diff,
        changed=list(by_report.items()),
        most=MAX_REPORTS,
    )


def files(source: ReleaseData) -> list[dict[str, Any]]:
    """Return the release's files with sizes and SHA-256 hashes; files that contain all reports come first."""
    derived = [name for name in source.manifest.get("derived", ()) if name not in _SECOND_HAND]
    derived_files = [_file_entry(source.release / name, name) for name in derived if (source.release / name).is_file()]
    data_files = [dict(file) for file in source.manifest["files"] if file["path"] not in _SECOND_HAND]
    manifest_path = source.release / manifest.MANIFEST
    return [*derived_files, *data_files, _file_entry(manifest_path, manifest.MANIFEST)]


def _file_entry(file: Path, path: str) -> dict[str, Any]:
    return {"path": path, "bytes": file.stat().st_size, "sha256": parquet.digest(file)}


def write_citations(source: ReleaseData, site: Site, writer: SiteWriter) -> None:
    """Write the page that says how to cite the dataset, and its `CITATION.cff`."""
    path = f"{CITE}/index.html"
    published = dt.datetime.fromisoformat(source.entries[0]["published"]).date() if source.entries else None
    item = citation.of_dataset(site.wording, source.id, source.version, published, site.base_url)
    writer.page(f"{CITE}/{citation.CITATION_CFF}", citation.cff(item, site.wording, source.id))
    content = {
        "words": citation.in_words(item),
        "bibtex": citation.bibtex(item),
        "csl_json": citation.csl_json(item),
        "cff": citation.CITATION_CFF,
    }
    writer.page(path, site.render("cite.html", path, **content))


def write_downloads(
    source: ReleaseData, views: list[tables.ViewFiles], site: Site, writer: SiteWriter
) -> list[dict[str, Any]]:
    """Copy the release's files into the site, and write the page that lists them; return them."""
    release_files = files(source)
    for file in release_files:
        writer.copy(f"{DATA}/{file['path']}", source.release / file["path"], file["sha256"])
    path = "downloads/index.html"
    writer.page(
        path,
        site.render(
            "downloads.html",
            path,
            source=source,
            files=release_files,
            first=[{**file, "use": FIRST[file["path"]]} for file in release_files if file["path"] in FIRST],
            zip_size=tables.write_zip(release_files, source, writer),
            views=views,
            captures=list(site.captures.by_path.items())[:MAX_CAPTURES],
            capture_count=len(site.captures.by_path),
            jsonld=jsonld.dataset(site.wording, release_files, source.version, site.base_url),
        ),
    )
    return release_files
