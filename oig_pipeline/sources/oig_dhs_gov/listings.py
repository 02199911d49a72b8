"""Which listings are walked.

Belongs here: the site's listings, unfiltered and once per agency filter, their addresses, and what a whole page of one
is. Does not: asking for them.

An empty page is believed only where it is plainly the listing's, so that no fault of the site is ever taken for "no
reports".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from oig_pipeline.capture import html_table
from oig_pipeline.capture.html import words_of
from oig_pipeline.capture.listed_page import ListedPage, ListingRow
from oig_pipeline.capture.rows import SUSPECT, Finding, Unreadable
from oig_pipeline.capture.source import Crawl
from oig_pipeline.domain.agencies import Agency
from oig_pipeline.offices import OFFICES

PATHS = (
    "/reports/audits-inspections-and-evaluations",
    "/reports/management-alerts",
    "/reports/whistleblower-retaliation-reports-of-investigation",
)
PAGE_ROWS = 50
"""Rows on every page of a listing but the last."""
COLUMNS = {html_table.NUMBER, html_table.TITLE, html_table.DATE, html_table.YEAR}
"""The columns of a listing, by the class of their heading."""
_VIEW = ".view, .views-element-container"


@dataclass(frozen=True)
class Listing:
    """One view of one list. `agency` is that to which the site's filter narrows it, None for all."""

    path: str
    agency: Agency | None = None
    page_rows: int = PAGE_ROWS
    has_reports: bool = False
    office: str | None = None

    @property
    def name(self) -> str:
        """The name of the listing in folders and messages."""
        last = self.path.rsplit("/", 1)[-1]
        return last if self.agency is None else f"{last}.{self.agency.code.lower()}"

    def url(self, base: str, page: int) -> str:
        """Return the address of a page, counted from 0, the newest reports first."""
        narrowed = "All" if self.agency is None else self.agency.filter_id
        query = f"field_dhs_agency_target_id={narrowed}&field_fy_value=All&order=field_issue_date&sort=desc"
        return f"{base}{self.path}?{query}&page={page}"

    def shows(self, text: str) -> bool:
        """Return whether a text has the listing's table."""
        return html_table.matches(text)

    def read(self, text: str, page: int) -> ListedPage:
        """Return the rows of a page, none past the end.

        Raises:
            Unreadable: its columns have changed, or nothing says that it may be empty.
        """
        tree = LexborHTMLParser(text)
        if self.shows(text):
            _check_columns(tree)
            frame = html_table.read(text).frame.select(
                "listed_number", "listed_title", "listed_issue_date", "listed_fiscal_year", "listed_document_url"
            )
            if not frame.is_empty():
                return ListedPage(tuple(ListingRow(*map(_folded, row)) for row in frame.iter_rows()))
        headed = bool(tree.css("table th"))
        if tree.css_first(_VIEW) is None or (not headed and re.search(SUSPECT, words_of(text))):
            raise _unreadable("a page without the listing's table, of which nothing says that it is empty")
        if page == 0 and self.agency is None:
            raise _unreadable("the first page of the listing has no rows")
        return ListedPage(())

    def report_path(self, row: ListingRow) -> str | None:
        """Return None: a row links the document, and says all that the site says of a report."""
        return None

    def check_report(self, text: str, row: ListingRow) -> None:
        """Raise `Unreadable`: there are no pages of reports."""
        raise _unreadable("the site has no pages of reports")


def listings() -> tuple[Listing, ...]:
    """Return every listing: the view of all agencies has holes, and only the filters tell the agencies."""
    office = OFFICES.declared("dhs")
    filters = [None, *(agency for agency in office.agencies.agencies if agency.filter_id is not None)]
    return tuple(Listing(path, agency) for path in PATHS for agency in filters)


CRAWL = Crawl(lambda office, _: listings())


def _check_columns(tree: LexborHTMLParser) -> None:
    heads = [set((head.attributes.get("class") or "").split()) for head in tree.css("table th")]
    columns = {next(iter(head & COLUMNS), "unknown") for head in heads}
    if columns != COLUMNS or len(heads) != len(COLUMNS):
        names = ", ".join(" ".join(head.text().split()) for head in tree.css("table th")) or "none"
        raise _unreadable(f"the listing's columns have changed: {names}")


def _folded(value: str | None) -> str | None:
    return " ".join(value.split()) or None if value is not None else None


def _unreadable(message: str) -> Unreadable:
    return Unreadable(Finding("capture_unreadable", message))
