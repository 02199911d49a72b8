"""The whole site of one release.

Belongs here: the order in which its parts are written. Does not: any part, or where the site goes (`site/service.py`).
"""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import chain
from pathlib import Path
from typing import Any

from oig_pipeline.contract.surfaces import columns
from oig_pipeline.release.catalog import descriptions
from oig_pipeline.release.metadata import coverage
from oig_pipeline.site import (
    capture_files,
    capture_pages,
    changes,
    charts,
    feeds,
    jsonld,
    lists,
    open_recommendations,
    quality,
    query_page,
    report_pages,
    search_index,
    tables,
    urls,
)
from oig_pipeline.site.release_data import ReleaseData
from oig_pipeline.site.render import Site, fingerprint
from oig_pipeline.site.write import SiteWriter, WriteStats

NEWEST = 10
"""Reports that the first page shows."""
_ASSETS = files("oig_pipeline.site") / "assets"


def build(
    source: ReleaseData,
    folder: Path,
    base_url: str | None = None,
    on_progress: report_pages.OnProgress = report_pages.silent,
) -> WriteStats:
    """Write the site of a release into a folder; files whose content did not change are left as they are.

    Raises:
        CannotRun: the folder holds something else, or the release is damaged.
    """
    with SiteWriter(folder, fingerprint()) as writer:
        captures = capture_files.find(source.captures, source.raw, source.limits)
        site = Site(base_url, source.reports["office"].unique().to_list(), captures)
        return _build(source, site, writer, on_progress)


def _build(source: ReleaseData, site: Site, writer: SiteWriter, on_progress: report_pages.OnProgress) -> WriteStats:
    _write_assets(_ASSETS, "assets", writer)
    folders = urls.of_lists(source.reports)
    reports = report_pages.write(source, folders, site, writer, on_progress)
    report_lists = lists.lists(reports, folders, source.content.coverage)
    lists.write(report_lists, folders, open_recommendations.scorecards(source), site, writer)
    tables.write_lists(chain.from_iterable(report_lists.values()), source, writer)
    open_recommendations.write(source, folders, site, writer)
    search_index.write(reports, report_lists, writer)
    chart_list = charts.write(source, writer)
    differences = changes.find(source)
    quality.write(source, site, writer)
    capture_pages.write(source.captures, site, writer)
    changes.write(source, differences, site, writer)
    data = changes.write_downloads(source, tables.write_views(source, writer), site, writer)
    changes.write_citations(source, site, writer)
    query_page.write(source, data, site, writer)
    feeds.write(source, reports, report_lists, differences, site, writer)
    _write_fronts(source, reports, report_lists, folders, chart_list, site, writer)
    _write_addresses(site, writer)
    return writer.finish()


def _write_assets(folder: Traversable, under: str, writer: SiteWriter) -> None:
    for entry in folder.iterdir():
        path = f"{under}/{entry.name}"
        if entry.is_dir():
            _write_assets(entry, path, writer)
        else:
            writer.page(path, entry.read_bytes())


def _write_fronts(
    source: ReleaseData,
    reports: list[report_pages.ReportPage],
    report_lists: dict[str, list[lists.ReportList]],
    folders: urls.Places,
    chart_list: list[charts.Chart],
    site: Site,
    writer: SiteWriter,
) -> None:
    """Write the pages that lead to the others."""
    charts.preview(len(reports), source.version, site.wording, writer)
    pages: dict[str, dict[str, Any]] = {
        "index.html": {
            "source": source,
            "newest": [lists.card_context(report) for report in reports[:NEWEST]],
            "lists": report_lists,
            "kinds": [kind for kind in lists.KINDS if kind.folder in report_lists],
            "accounting": quality.accounting(source),
            "chart": chart_list[0],
            "places": folders,
            "jsonld": jsonld.dataset(site.wording, [], source.version, site.base_url),
        },
        "search/index.html": {"lists": report_lists, "kind_names": sorted({report.row["kind"] for report in reports})},
        "charts/index.html": {"source": source, "charts": chart_list, "columns_of": charts.columns_of},
        "about/index.html": {
            "source": source,
            "ranges": coverage.rows(source.content.coverage),
            "obtained": site.captures.sources(),
            "columns": columns("reports"),
            "descriptions": descriptions(),
        },
        "404.html": {},
    }
    for path, content in pages.items():
        template = "home.html" if path == "index.html" else path.replace("/index.html", ".html")
        writer.page(path, site.render(template, path, **content))


def _write_addresses(site: Site, writer: SiteWriter) -> None:
    """Write what says to crawlers and hosts where the pages are; a sitemap needs the site's address."""
    writer.page(".nojekyll", "")
    robots = ["User-agent: *", "Allow: /"]
    if site.base_url:
        pages = [path for path in writer.paths() if path.endswith(".html") and path != "404.html"]
        addresses = [site.base_url + path.removesuffix(urls.INDEX) for path in pages]
        for path, content in jsonld.sitemaps(site.base_url, sorted(addresses)).items():
            writer.page(path, content)
        robots.append(f"Sitemap: {site.base_url}sitemap.xml")
    writer.page("robots.txt", "\n".join(robots) + "\n")
