"""What a source says of its listings to whoever fetches them.

Belongs here: the types of a listing, and of a page of one. Does not: any one listing (see `sources/`), or asking for a
page (see `fetch/`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol


class ListingRow(NamedTuple):
    """What a listing says in one row; two rows are the same if all of it is.

    `link` leads to what the row is about; `more` is whatever else the row says.
    """

    number: str | None
    title: str | None
    date: str | None
    year: str | None
    link: str | None
    more: str | None = None


@dataclass(frozen=True)
class ListedPage:
    """What one page of a listing shows, and where the listing says that it stands.

    Attributes:
        rows: its rows; none past the end.
        first: the place of its first row in the listing, from 1; None where the page does not say.
        total: how many rows the listing has; None where the page does not say.
    """

    rows: tuple[ListingRow, ...]
    first: int | None = None
    total: int | None = None


class SourceListing(Protocol):
    """One listing of a source, the newest reports first."""

    @property
    def name(self) -> str:
        """Its name in folders and messages."""

    @property
    def path(self) -> str:
        """The path of its pages."""

    @property
    def page_rows(self) -> int:
        """How many rows every page but the last is asked to have."""

    @property
    def has_reports(self) -> bool:
        """Whether its rows link pages about the reports, which are fetched too."""

    @property
    def office(self) -> str | None:
        """The code of the office all of whose rows these are, where only the listing's filter says so."""

    def url(self, base: str, page: int) -> str:
        """Return the address of a page, counted from 0."""

    def shows(self, text: str) -> bool:
        """Return whether a text is in the layout of the listing."""

    def read(self, text: str, page: int) -> ListedPage:
        """Return what a page shows.

        Raises:
            Unreadable: it is no whole page of this listing.
        """

    def report_path(self, row: ListingRow) -> str | None:
        """Return the path of the page about a row's report, or its address on another site; None where it has none."""

    def check_report(self, text: str, row: ListingRow) -> None:
        """Check that a text is the page about a row's report.

        Raises:
            Unreadable: it is another page, or not whole.
        """
