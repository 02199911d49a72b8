"""The pages about single reports that a listing links.

Belongs here: which of them are asked for, and what becomes of each. Does not: walking the listing, or what such a page
must show (`sources/`).

A page is asked for where its row is new or has changed: the metadata of each says for which row it was asked. So what a
fetch that was killed has filed is not asked for again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from oig_pipeline.capture.listed_page import ListingRow, SourceListing
from oig_pipeline.fetch import page_store, validate_page
from oig_pipeline.fetch.failures import FetchError, Refused
from oig_pipeline.fetch.page_store import Holdings
from oig_pipeline.fetch.session import Session
from oig_pipeline.fetch.state import FetchState

LONGEST_NAME = 80
"""Most characters of an address in the name of a file."""


@dataclass
class ReportPages:
    """The pages about the reports of one listing."""

    listing: SourceListing
    session: Session
    holdings: Holdings
    state: FetchState

    def has(self, row: ListingRow) -> bool:
        """Return whether a row is as it was when the page about its report was fetched."""
        url = self._url(row)
        return url is not None and self.holdings.has_report(url, row)

    def fetch(
        self, rows: Iterable[ListingRow], folder: Path, since: dt.date | None, on_page: Callable[[int, int], object]
    ) -> list[str]:
        """Request the pages of rows that are new or have changed; return why some could not be had.

        Args:
            rows: the rows of the listing; of two that link one page, the later counts.
            folder: where the pages go.
            since: the first issue date to fetch.
            on_page: called with the number of finished pages and their total.

        Raises:
            FetchError: the site answers so that it is of no use to ask for others.
            Stopped: the site cannot be reached, or a bound is reached.
        """
        newest = {row.link or row: row for row in rows if since is None or (row.date or "") >= since.isoformat()}
        missing = [row for row in newest.values() if not self.has(row)]
        faults = []
        for number, row in enumerate(missing):
            on_page(number, len(missing))
            try:
                self._fetch(row, folder)
            except (FetchError, Refused) as reason:
                if isinstance(reason, FetchError) and reason.ends_all:
                    raise
                faults.append(f"{self.listing.name}: {row.number or row.title or 'a row without a number'}: {reason}")
        return faults

    def _url(self, row: ListingRow) -> str | None:
        path = self.listing.report_path(row)
        return urljoin(self.session.policy.base, path) if path is not None else None

    def _fetch(self, row: ListingRow, folder: Path) -> None:
        url = self._url(row)
        if url is None:
            raise FetchError("the row links no page about its report")
        answer = self.session.get(url)
        page = page_store.stored(answer)
        try:
            validate_page.read_other(answer, "the page of a report", lambda text: self.listing.check_report(text, row))
        except FetchError as fault:
            raise self.state.rejected(page, self.listing.name, urlsplit(url).path, fault) from None
        name = "report-" + page_store.file_name(urlsplit(url).path)[-LONGEST_NAME:]
        details = {"listed_as": page_store.listed_as(url, row), "office": self.listing.office}
        page_store.write(folder, name, page, **details)
        self.holdings.add_report(url, row, page)
