"""Recommendations on the site: which are open, how agencies did, and what was newly listed or is listed no longer.

Belongs here: the pages and files of open recommendations, the scorecards of agencies, the feed. Does not: what a
recommendation's status is (`curate/ledger.py`), or the section on a report's page (a template).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from oig_pipeline.offices import AGENCIES, OFFICES
from oig_pipeline.release import exports
from oig_pipeline.site import feeds, urls
from oig_pipeline.site.lists import FEEDS
from oig_pipeline.site.release_data import ReleaseData, Row
from oig_pipeline.site.render import Site
from oig_pipeline.site.urls import INDEX, Places
from oig_pipeline.site.write import SiteWriter

FOLDER = "recommendations"
FEED = f"{FEEDS}/recommendations.xml"
FEED_TITLE = "Recommendations: newly listed, no longer listed, closed"
PAGE_SIZE = 50
"""Recommendations on one page."""
MAX_ENTRIES = 100
_OPEN = "FROM open_recommendations"
_SCORES = "FROM scorecard ORDER BY office, agency, fiscal_year DESC NULLS LAST, half_year DESC NULLS LAST"
_NEWS = """
WITH
    first_listed AS (
        SELECT office, report_number, fiscal_year, recommendation, 'open' AS new_value, min(as_of) AS new_seen
        FROM statements
        WHERE says = 'completion' AND value = 'open' AND read_from = 'cell' AND as_of IS NOT NULL
        GROUP BY office, report_number, fiscal_year, recommendation
    ),
    news AS (
        SELECT office, report_number, fiscal_year, recommendation, new_value, new_seen
        FROM recommendation_history
        WHERE field = 'completion'
        -- What was closed before it was first listed stands in both.
        UNION
        FROM first_listed
    )
SELECT n.*, text, title, c.agencies
FROM news AS n
JOIN recommendations AS c
    ON n.office = c.office
    AND n.report_number = c.report_number
    AND n.fiscal_year IS NOT DISTINCT FROM c.fiscal_year
    AND n.recommendation = c.recommendation
JOIN reports AS r
    ON n.office = r.office
    AND n.report_number = r.report_number
    AND n.fiscal_year IS NOT DISTINCT FROM r.fiscal_year
ORDER BY new_seen DESC, n.office, n.report_number, n.recommendation, new_value
LIMIT $1
"""
_COUNTED = ("reports_stating", "reports_answered", "reports_listed")
_WORDS = {
    "open": "listed as open",
    "not_listed": "no longer listed as open",
    "closed": "said to be closed",
}
"""Completion → what happened, in words."""


@dataclass(frozen=True)
class OpenList:
    """A list of open recommendations: all of them, or those of one agency.

    Attributes:
        name: the code of the agency; None for all.
        folder: where its pages lie.
        rows: the recommendations, the longest open first.
    """

    name: str | None
    folder: str
    rows: list[Row]

    @property
    def heading(self) -> str:
        """The heading of its page."""
        return "Open recommendations" if self.name is None else f"Open recommendations: {AGENCIES[self.name].name}"


def write(source: ReleaseData, folders: Places, site: Site, writer: SiteWriter) -> None:
    """Write the pages of open recommendations with their CSV, and the feed."""
    rows = source.connection.sql(_OPEN).pl()
    all_lists = list(_lists(rows))
    for open_list in all_lists:
        of_list = rows if open_list.name is None else rows.filter(pl.col("agencies").list.contains(open_list.name))
        writer.page(f"{open_list.folder}/open.csv", exports.flat(of_list).write_csv())
        pages = [open_list.rows[n : n + PAGE_SIZE] for n in range(0, len(open_list.rows), PAGE_SIZE)] or [[]]
        for number, page_rows in enumerate(pages, start=1):
            path = urls.page(open_list.folder, number)
            content: dict[str, Any] = {
                "listed": open_list,
                "rows": page_rows,
                "lists": all_lists,
                "agencies": folders["agencies"],
            }
            content |= {"number": number, "pages": len(pages), "feed": FEED, "feed_title": FEED_TITLE}
            writer.page(path, site.render("recommendations.html", path, **content))
    writer.page(FEED, _feed(source, site))


def _lists(frame: pl.DataFrame) -> Iterator[OpenList]:
    rows = [{**row, "place_of_report": urls.of_report(row)} for row in frame.iter_rows(named=True)]
    yield OpenList(None, FOLDER, rows)
    by_agency: dict[str, list[Row]] = {}
    for row in rows:
        for code in row["agencies"]:
            by_agency.setdefault(code, []).append(row)
    for code in sorted(by_agency, key=lambda code: (-len(by_agency[code]), code)):
        yield OpenList(code, f"{FOLDER}/{urls.slug(code)}", by_agency[code])


def scorecards(source: ReleaseData) -> dict[str, list[Row]]:
    """Return agency → its half-years of which anything is known, newest first."""
    cards: dict[str, list[Row]] = {}
    for row in source.ask(_SCORES).dicts():
        if any(row[name] for name in _COUNTED) or row["questioned_costs"] is not None:
            cards.setdefault(row["agency"], []).append(row)
    return cards


def _feed(source: ReleaseData, site: Site) -> bytes:
    """Return the feed of recommendations that a page newly lists, lists no longer, or calls closed."""
    entries = [_entry(row) for row in source.ask(_NEWS, MAX_ENTRIES).dicts()]
    return feeds.feed(FEED_TITLE, FEED, f"{FOLDER}/{INDEX}", entries, site)


def _entry(row: Row) -> feeds.Entry:
    number = OFFICES.qualified(row["office"], row["report_number"])
    happened = _WORDS[row["new_value"]]
    when: dt.datetime = row["new_seen"]
    return feeds.Entry(
        title=f"{number}, recommendation {row['recommendation']}: {happened}",
        identity=f"{number} {row['fiscal_year']} {row['recommendation']} {row['new_value']} {when.isoformat()}",
        when=when,
        page=f"{urls.of_report(row)}/{INDEX}",
        categories=tuple(row["agencies"]),
        summary=" ".join(filter(None, (f"{row['title']}.", row["text"]))),
    )
