"""Atom feeds of new and changed reports: of all, and of each agency.

Belongs here: what is news, and the notation. Does not: finding differences (`release/diff.py`).

A report is news when a release brings it or changes it. The first release brings all; of each feed the newest entries
are kept.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as Xml

from oig_pipeline.domain.fiscal_year import first_day
from oig_pipeline.release.diff import Difference
from oig_pipeline.release.metadata import about
from oig_pipeline.site import urls
from oig_pipeline.site.changes import Changes
from oig_pipeline.site.lists import Listed
from oig_pipeline.site.release_data import Key, Source
from oig_pipeline.site.render import Site, cell, plain
from oig_pipeline.site.report_pages import Told
from oig_pipeline.site.write import Writer

FOLDER = "feeds"
MOST_ENTRIES = 100
ATOM = "http://www.w3.org/2005/Atom"
# A name space of its own makes the ids of entries, which no address of the site is part of: it may move.
_IDS = uuid.uuid5(uuid.NAMESPACE_URL, about.SOURCE_URL)


@dataclass(frozen=True)
class News:
    """One entry: a report, when it came or changed, and what is said of that."""

    told: Told
    when: dt.datetime
    release: str
    said: str


def write(
    source: Source, told: list[Told], agencies: list[Listed], changes: Changes, site: Site, writer: Writer
) -> None:
    """Write the feed of all reports and one for each agency."""
    news = sorted(_news(source, told, changes), key=lambda entry: entry.when, reverse=True)
    every = f"{FOLDER}/reports.xml"
    writer.page(every, _feed(about.TITLE, every, "index.html", news[:MOST_ENTRIES], site))
    for listed in agencies:
        path = f"{FOLDER}/{listed.folder.rpartition('/')[2]}.xml"
        own = [entry for entry in news if listed.name in entry.told.row["agencies"]][:MOST_ENTRIES]
        title = f"{listed.heading}: reports of the DHS Inspector General"
        page = f"{listed.folder}/index.html"
        writer.page(path, _feed(title, path, page, own, site))


def _news(source: Source, told: list[Told], changes: Changes) -> Iterator[News]:
    """Yield what is news; each report once for each release that brings or changes it."""
    by_key = {report.key: report for report in told}
    seen: set[Key] = set()
    for entry in source.entries:
        when = dt.datetime.fromisoformat(entry["published"]).replace(tzinfo=None)
        difference = changes.get(entry["release"])
        if difference is None:
            continue
        for key, said in _told_by(difference).items():
            if key in by_key:
                seen.add(key)
                yield News(by_key[key], when, entry["release"], said)
    first = source.entries[-1] if source.entries else None
    for report in told:
        if report.key not in seen:
            yield News(report, _known_since(report, first), "first", "In the catalogue.")


def _known_since(report: Told, first: dict[str, str] | None) -> dt.datetime:
    """Return since when a report is known: by its captures, else by the first release, else by its year."""
    if (seen := report.row["first_seen"]) is not None:
        return seen  # type: ignore[no-any-return]
    if first:
        return dt.datetime.fromisoformat(first["published"]).replace(tzinfo=None)
    day = first_day(report.row["fiscal_year"])
    return dt.datetime(day.year, day.month, day.day)


def _told_by(difference: Difference) -> dict[Key, str]:
    """Return report → what a release brought of it, as a sentence."""
    found = {(report.report_number, report.fiscal_year): "New in the catalogue." for report in difference.added}
    fields: dict[Key, list[str]] = {}
    for change in difference.changed:
        words = f"{change.column}: {cell(change.old) or 'nothing'} \u2192 {cell(change.new) or 'nothing'}"
        fields.setdefault((change.report_number, change.fiscal_year), []).append(words)
    return {**found, **{key: f"Changed: {'; '.join(words)}." for key, words in fields.items()}}


def _feed(title: str, path: str, page: str, news: list[News], site: Site) -> bytes:
    feed = Xml.Element("feed", xmlns=ATOM)
    _add(feed, "title", title)
    _add(feed, "id", uuid.uuid5(_IDS, path).urn)
    _add(feed, "updated", _instant(max((entry.when for entry in news), default=dt.datetime(1970, 1, 1))))
    _add(_add(feed, "author"), "name", about.PUBLISHER)
    _add(feed, "link", rel="self", type="application/atom+xml", href=_address(path, site))
    _add(feed, "link", rel="alternate", type="text/html", href=_address(page, site))
    _add(feed, "rights", about.LICENCE_TITLE)
    for entry in news:
        row = entry.told.row
        item = _add(feed, "entry")
        _add(item, "title", f"{row['report_number']}: {row['title']}")
        number, year = entry.told.key
        _add(item, "id", uuid.uuid5(_IDS, f"{number} {year} {entry.release}").urn)
        _add(item, "updated", _instant(entry.when))
        _add(item, "link", rel="alternate", type="text/html", href=_address(f"{urls.of_report(row)}/index.html", site))
        for code in row["agencies"]:
            _add(item, "category", term=code)
        _add(item, "summary", " ".join(filter(None, (entry.said, row["summary"]))))
    Xml.indent(feed, "")
    content: bytes = Xml.tostring(feed, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _address(path: str, site: Site) -> str:
    """Return the address of a page for a feed: whole, or relative to the feeds where the site has none."""
    return site.canonical(path) or f"../{path}"


def _add(parent: Xml.Element, name: str, text: str | None = None, **attributes: str) -> Xml.Element:
    element = Xml.SubElement(parent, name, attributes)
    element.text = None if text is None else plain(text)
    return element


def _instant(when: dt.datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%SZ}"
