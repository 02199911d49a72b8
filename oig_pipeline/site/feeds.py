"""Atom feeds of new and changed reports: of all, of each agency, and of each office where there are several.

Belongs here: what is news, and the notation. Does not: finding differences (`release/diff.py`).

A report is news when a release brings it or changes it. The first release brings all; of each feed the newest entries
are kept.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as Xml

from oig_pipeline.domain.fiscal_year import first_day
from oig_pipeline.offices import OFFICES
from oig_pipeline.release.diff import Difference
from oig_pipeline.release.files import year_name
from oig_pipeline.release.metadata import about
from oig_pipeline.site import urls
from oig_pipeline.site.changes import Changes
from oig_pipeline.site.lists import FEEDS, ReportList
from oig_pipeline.site.release_data import Key, ReleaseData
from oig_pipeline.site.render import Site, cell, plain
from oig_pipeline.site.report_pages import ReportPage
from oig_pipeline.site.write import SiteWriter

MAX_ENTRIES = 100
ATOM = "http://www.w3.org/2005/Atom"
_NO_TIME = dt.datetime(1970, 1, 1)
"""Stands for no time, which the notation has no place for."""
# A name space of its own makes the ids of entries, which no address of the site is part of: it may move.
_IDS = uuid.uuid5(uuid.NAMESPACE_URL, about.OF_DEFAULT_OFFICE.source_url)


@dataclass(frozen=True)
class NewsEntry:
    """One entry: a report, when it was added or changed, and a sentence about the change."""

    report: ReportPage
    when: dt.datetime
    release: str
    summary: str


@dataclass(frozen=True)
class Entry:
    """An entry as the notation has it; `identity` is what no other entry of any feed is made of."""

    title: str
    identity: str
    when: dt.datetime
    page: str
    categories: tuple[str, ...]
    summary: str


def write(
    source: ReleaseData,
    reports: list[ReportPage],
    report_lists: dict[str, list[ReportList]],
    changes: Changes,
    site: Site,
    writer: SiteWriter,
) -> None:
    """Write the feed of all reports, and those of lists."""
    news = sorted(_news(source, reports, changes), key=lambda entry: entry.when, reverse=True)
    feed_path = f"{FEEDS}/reports.xml"
    writer.page(feed_path, feed(site.wording.title, feed_path, "index.html", [*map(_entry, news[:MAX_ENTRIES])], site))
    for report_list in (report_list for kind in report_lists.values() for report_list in kind if report_list.feed):
        folder, path = report_list.kind.folder, report_list.feed
        entries = [entry for entry in news if report_list.name in urls.names(folder, entry.report.row)][:MAX_ENTRIES]
        of_office = f"Reports of {report_list.heading}"
        title = of_office if folder == "offices" else f"{report_list.heading}: reports of {site.wording.inspector}"
        writer.page(path, feed(title, path, f"{report_list.folder}/index.html", [*map(_entry, entries)], site))


def _news(source: ReleaseData, reports: list[ReportPage], changes: Changes) -> Iterator[NewsEntry]:
    """Yield the entries: each report once for each release that adds or changes it."""
    by_key = {report.key: report for report in reports}
    news_keys: set[Key] = set()
    for entry in source.entries:
        when = dt.datetime.fromisoformat(entry["published"]).replace(tzinfo=None)
        difference = changes.get(entry["release"])
        if difference is None:
            continue
        for key, summary in _summaries(difference).items():
            if key in by_key:
                news_keys.add(key)
                yield NewsEntry(by_key[key], when, entry["release"], summary)
    first = source.entries[-1] if source.entries else None
    for report in reports:
        if report.key not in news_keys:
            yield NewsEntry(report, _first_seen(report, first), "first", "In the catalogue.")


def _first_seen(report: ReportPage, first: dict[str, str] | None) -> dt.datetime:
    """Return the date of a report that no release adds: from its captures, the first release, or its fiscal year."""
    if (first_seen := report.row["first_seen"]) is not None:
        return first_seen  # type: ignore[no-any-return]
    if first:
        return dt.datetime.fromisoformat(first["published"]).replace(tzinfo=None)
    if (year := report.row["fiscal_year"]) is None:
        return _NO_TIME
    day = first_day(year)
    return dt.datetime(day.year, day.month, day.day)


def _summaries(difference: Difference) -> dict[Key, str]:
    """Return report → a sentence about what a release adds or changes."""
    summaries = {report.key: "New in the catalogue." for report in difference.added}
    fields: dict[Key, list[str]] = {}
    for change in difference.changed:
        words = f"{change.column}: {cell(change.old) or 'nothing'} \u2192 {cell(change.new) or 'nothing'}"
        fields.setdefault(change.key, []).append(words)
    return {**summaries, **{key: f"Changed: {'; '.join(words)}." for key, words in fields.items()}}


def feed(title: str, path: str, page: str, entries: Sequence[Entry], site: Site) -> bytes:
    """Return a feed, newest entries first.

    Args:
        title: its title.
        path: its own path in the site.
        page: the page that shows the same.
        entries: its entries.
        site: the site.
    """
    root = Xml.Element("feed", xmlns=ATOM)
    _add(root, "title", title)
    _add(root, "id", uuid.uuid5(_IDS, path).urn)
    _add(root, "updated", _instant(max((entry.when for entry in entries), default=_NO_TIME)))
    _add(_add(root, "author"), "name", about.PUBLISHER)
    _add(root, "link", rel="self", type="application/atom+xml", href=_address(path, site))
    _add(root, "link", rel="alternate", type="text/html", href=_address(page, site))
    _add(root, "rights", about.LICENCE_TITLE)
    for entry in entries:
        item = _add(root, "entry")
        _add(item, "title", entry.title)
        _add(item, "id", uuid.uuid5(_IDS, entry.identity).urn)
        _add(item, "updated", _instant(entry.when))
        _add(item, "link", rel="alternate", type="text/html", href=_address(entry.page, site))
        for category in entry.categories:
            _add(item, "category", term=category)
        _add(item, "summary", entry.summary)
    Xml.indent(root, "")
    content: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _entry(news: NewsEntry) -> Entry:
    row, (office, number, year) = news.report.row, news.report.key
    name = OFFICES.qualified(office, number)
    return Entry(
        title=f"{name}: {row['title']}",
        identity=f"{name} {year_name(year)} {news.release}",
        when=news.when,
        page=f"{urls.of_report(row)}/index.html",
        categories=tuple(row["agencies"]),
        summary=" ".join(filter(None, (news.summary, row["summary"]))),
    )


def _address(path: str, site: Site) -> str:
    """Return the address of a page for a feed: whole, or relative to the feeds where the site has none."""
    return site.canonical(path) or f"../{path}"


def _add(parent: Xml.Element, name: str, text: str | None = None, **attributes: str) -> Xml.Element:
    element = Xml.SubElement(parent, name, attributes)
    element.text = None if text is None else plain(text)
    return element


def _instant(when: dt.datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%SZ}"
