"""Walking a listing whose rows move meanwhile.

Belongs here: which page is read next, when two readings agree, and which rows are in doubt. Does not: asking for a
page, or what its rows mean.

A row is lost where it moves, between two readings, from a page not yet read to one read before. So a page is read again
after the one that follows: if it holds what it held, and shares nothing with what follows, the two fitted together, and
whatever stood above has been seen. If not, both are read again; and where they never fit, as when rows of one date keep
changing places, the whole listing is walked again until two walks agree, on as many rows as there are places. Only two
changes that undo each other between three readings in a row stay unseen; the next fetch finds what they hid.

Where pages say which rows of how many they show, each must follow the one before, and the last of them is the end.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial

from oig_pipeline.capture.listed_page import ListingRow
from oig_pipeline.fetch.failures import FetchError

TRIES = 4
"""How often two pages are read again in the first walk before the listing is walked again."""
WALKS = 4


@dataclass(frozen=True)
class FetchedPage:
    """One reading of one page. `is_complete` is whether everything above the page's end has been seen.

    `first` is the place of the first row in the listing, from 1, and `total` how many rows that has, where it says so.
    """

    page: int
    rows: tuple[ListingRow, ...]
    is_complete: bool = True
    first: int | None = None
    total: int | None = None

    @property
    def next(self) -> int | None:
        """The place of the row after the last, where the page says its own."""
        return None if self.first is None else self.first + len(self.rows)

    @property
    def is_last(self) -> bool:
        """Whether the page says that the listing ends with it."""
        return self.next is not None and self.total is not None and self.next > self.total

    @property
    def is_in_order(self) -> bool:
        """Whether rows are dated, the newest first."""
        return bool(dates := self.dates) and dates == sorted(dates, reverse=True)

    @property
    def dates(self) -> list[str]:
        """The days of the rows that have one."""
        return [row.date for row in self.rows if row.date]


@dataclass(frozen=True)
class Doubt:
    """A place at which a row may be missing: between a page and the next, beside these rows."""

    page: int
    rows: tuple[ListingRow, ...]


@dataclass
class Walk:
    """What a walk has seen. `is_complete` is whether it went to the end of the listing."""

    rows: dict[ListingRow, None] = field(default_factory=dict)
    now: set[ListingRow] = field(default_factory=set)
    """Those that the last walk of several has seen."""
    pages: dict[int, FetchedPage] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()
    is_complete: bool = True

    @property
    def last(self) -> FetchedPage | None:
        """The last page that was read and has rows."""
        return self.pages[max(self.pages)] if self.pages else None

    @property
    def places(self) -> int:
        """How many rows the pages hold, by their last readings."""
        return sum(len(page.rows) for page in self.pages.values())

    def add(self, page: FetchedPage) -> None:
        """Record a reading as the latest of its page."""
        self.pages[page.page] = page
        self.rows.update(dict.fromkeys(page.rows))
        self.now.update(page.rows)


ReadPage = Callable[[int], FetchedPage]
OnPage = Callable[[FetchedPage], object]
IsEnough = Callable[[FetchedPage], bool]


def walk(
    read: ReadPage, on_page: OnPage, page_rows: int, start: Iterable[FetchedPage] = (),
    is_enough: IsEnough = lambda page: False,
) -> Walk:  # fmt: skip
    """Read a listing's pages in order until one is the last, empty, or enough; say where rows are in doubt.

    Args:
        read: requests a page, counted from 0.
        on_page: called with each page once it has been compared with the one above, so that a killed walk can resume.
        page_rows: how many rows every page but the last has.
        start: the pages saved by an earlier, killed walk.
        is_enough: whether nothing below a page is to be fetched.

    Raises:
        FetchError: paging does not work.
    """
    result = Walk()
    for page in start:
        if not page.is_complete or page.page != len(result.pages):
            break
        result.add(page)
    once = partial(_once, read, on_page, result, page_rows, is_enough)
    doubts = once(TRIES)
    for _ in range(1, WALKS):
        if not doubts:
            break
        before, result.now = result.now, set()
        result.pages.clear()
        doubts = once(1)
        if result.now == before:
            doubts = [] if len(result.now) >= result.places else doubts
            break
    result.doubts = tuple(doubts)
    return result


def _once(
    read: ReadPage, on_page: OnPage, result: Walk, page_rows: int, is_enough: IsEnough, tries: int
) -> list[Doubt]:
    """Walk from the last saved page to the end; return the places where two pages never matched."""
    doubts = []
    page = len(result.pages)
    before = result.pages[page - 1] if page else None
    while before is None or not (before.is_last or is_enough(before)):
        fetched_page = read(page)
        is_contiguous = True
        if before is not None and (fetched_page.rows or len(before.rows) >= page_rows):
            fetched_page, before, is_contiguous = _overlapped(read, result, before, fetched_page, tries)
            if fetched_page.rows and set(fetched_page.rows) == set(before.rows):
                raise FetchError(f"page {page} shows the same rows as page {page - 1}: paging does not work")
        _check_place(fetched_page, before)
        if not is_contiguous and before is not None:
            doubts.append(Doubt(before.page, _neighbors(before, fetched_page)))
        if not fetched_page.rows:
            result.pages.pop(page, None)
            result.is_complete = True
            return doubts
        before = replace(fetched_page, is_complete=is_contiguous)
        result.add(before)
        on_page(before)
        page += 1
    result.is_complete = before.is_last
    return doubts


def _check_place(page: FetchedPage, before: FetchedPage | None) -> None:
    """Check that a page begins where the one before ends, where both say it.

    Raises:
        FetchError: it does not.
    """
    expected = before.next if before is not None else 1
    if None not in (page.first, expected) and page.first != expected:
        raise FetchError(f"page {page.page} begins with row {page.first} of the listing, where row {expected} is next")


def _overlapped(
    read: ReadPage, result: Walk, before: FetchedPage, fetched_page: FetchedPage, tries: int
) -> tuple[FetchedPage, FetchedPage, bool]:
    """Read a page again after the next, and both until they match; return the next, the page, and whether they do."""
    for attempt in range(1 + tries):
        last = fetched_page
        if attempt:
            fetched_page = read(fetched_page.page)
        result.add(fetched_page)
        again = read(before.page)
        agrees = set(again.rows) == set(before.rows)
        before = replace(again, is_complete=before.is_complete)
        result.add(before)
        if agrees and not set(before.rows) & set(fetched_page.rows):
            return fetched_page, before, True
        if attempt and agrees and set(fetched_page.rows) == set(last.rows):
            break  # they are stable, and never match
    return fetched_page, before, False


def _neighbors(before: FetchedPage, after: FetchedPage) -> tuple[ListingRow, ...]:
    """Return the rows between which one may be missing: those that both pages show, else the last and the first."""
    both = tuple(row for row in after.rows if row in set(before.rows))
    return both or (*before.rows[-1:], *after.rows[:1])


def is_older(page: FetchedPage, day: dt.date) -> bool:
    """Return whether a page, and so what follows it, is older than a day: dated, in order, and all before it."""
    return page.is_in_order and page.dates[0] < day.isoformat()
