"""The releases: which there were, what changed in each, and the files of this one.

Belongs here: the change log's pages and the downloads. Does not: finding differences (`release/diff.py`).
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from oig_pipeline.errors import CannotRun
from oig_pipeline.release import changelog, manifest, parquet
from oig_pipeline.release.diff import Difference, difference
from oig_pipeline.release.release import RELEASES
from oig_pipeline.site import jsonld
from oig_pipeline.site.release_data import Source
from oig_pipeline.site.render import Site
from oig_pipeline.site.write import Writer

FOLDER = "releases"
MOST_TOLD = 200
"""Reports that a release's page names under each heading."""
DATA = "data"
_SECOND_HAND = ("catalog.duckdb", "views.sql")
"""Files that lead to others of the release: those in the site's folder would lead nowhere, or to another folder."""

Changes = dict[str, Difference]


def find(source: Source) -> Changes:
    """Return release → how it differs from the one before, for the releases that are still there."""
    found = {}
    for entry in source.entries:
        if source.shelf is None or entry.get("previous") is None:
            continue
        old, new = (source.shelf / RELEASES / entry[name] for name in ("previous", "release"))
        if (old / manifest.MANIFEST).is_file() and (new / manifest.MANIFEST).is_file():
            with suppress(CannotRun):  # of a damaged or foreign release nothing can be told
                found[entry["release"]] = difference(old, new)
    return found


def write(source: Source, changes: Changes, site: Site, writer: Writer) -> None:
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


def _release_page(entry: dict[str, Any], found: Difference, site: Site, path: str) -> str:
    by_report: dict[tuple[str, int], list[Any]] = {}
    for change in found.changed:
        by_report.setdefault((change.report_number, change.fiscal_year), []).append(change)
    return site.render(
        "release.html", path, entry=entry, difference=found, changed=list(by_report.items()), most=MOST_TOLD
    )


def files(source: Source) -> list[dict[str, Any]]:
    """Return the release's files for people and programs, with bytes and SHA-256; first those that hold all reports."""
    derived = [name for name in source.manifest.get("derived", ()) if name not in _SECOND_HAND]
    made = [_described(source.release / name, name) for name in derived if (source.release / name).is_file()]
    listed = [dict(said) for said in source.manifest["files"] if said["path"] not in _SECOND_HAND]
    own = source.release / manifest.MANIFEST
    return [*made, *listed, _described(own, manifest.MANIFEST)]


def _described(file: Path, path: str) -> dict[str, Any]:
    return {"path": path, "bytes": file.stat().st_size, "sha256": parquet.digest(file)}


def write_downloads(source: Source, site: Site, writer: Writer) -> list[dict[str, Any]]:
    """Bring the release's files into the site, and write the page that lists them; return them."""
    found = files(source)
    for file in found:
        writer.copy(f"{DATA}/{file['path']}", source.release / file["path"], file["sha256"])
    path = "downloads/index.html"
    writer.page(
        path,
        site.render(
            "downloads.html",
            path,
            source=source,
            files=found,
            jsonld=jsonld.dataset(found, source.version, site.base_url),
        ),
    )
    return found
