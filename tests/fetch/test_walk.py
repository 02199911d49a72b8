"""Walking a listing whose rows move: whatever is shown throughout is seen, or its place is in doubt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.capture.listed_page import ListingRow
from oig_pipeline.fetch.failures import FetchError
from oig_pipeline.fetch.walk import FetchedPage, Walk, is_older, walk
from oig_pipeline.sources.oig_dhs_gov.listings import PAGE_ROWS

Change = Callable[[list[ListingRow]], None]


def row(name: object, date: str | None = "2026-01-01") -> ListingRow:
    return ListingRow(str(name), f"Report {name}", date, "2026", None)


def rows(count: int) -> list[ListingRow]:
    """Return rows, the newest first."""
    day = dt.date(2026, 1, 1)
    return [row(n, (day - dt.timedelta(days=n)).isoformat()) for n in range(count)]


class Site:
    """A list that changes before the readings of given numbers (from 1), and counts them."""

    def __init__(self, listing: list[ListingRow], changes: dict[int, Change] | None = None) -> None:
        self.listing, self.changes = list(listing), changes or {}
        self.readings: list[int] = []
        self.throughout = set(listing)

    def read(self, page: int) -> FetchedPage:
        self.readings.append(page)
        if change := self.changes.get(len(self.readings)):
            change(self.listing)
            self.throughout &= set(self.listing)
        return FetchedPage(page, tuple(self.listing[page * PAGE_ROWS : (page + 1) * PAGE_ROWS]))


def walked(site: Site, since: dt.date | None = None) -> Walk:
    return walk(
        site.read, lambda page: None, PAGE_ROWS, is_enough=lambda page: since is not None and is_older(page, since)
    )


@pytest.mark.parametrize(
    ("count", "readings"), [(0, [0]), (1, [0, 1]), (49, [0, 1]), (50, [0, 1, 0]), (60, [0, 1, 0, 2]),
                            (120, [0, 1, 0, 2, 1, 3])],
)  # fmt: skip
def test_a_page_is_read_again_only_where_another_may_have_lost_a_row_to_it(count: int, readings: list[int]) -> None:
    site = Site(rows(count))
    result = walked(site)
    assert (list(result.rows), result.doubts, result.is_complete) == (rows(count), (), True)
    assert site.readings == readings


def test_a_new_row_above_pushes_rows_down_and_none_is_lost() -> None:
    site = Site(rows(120), {2: lambda listing: listing.insert(0, row("new"))})
    result = walked(site)
    assert set(rows(120)) <= set(result.rows)
    assert result.doubts == ()


def test_a_row_that_goes_pulls_another_to_a_page_that_was_read_and_it_is_seen() -> None:
    site = Site(rows(120), {2: lambda listing: listing.remove(row(3, "2025-12-29"))})
    result = walked(site)
    assert site.throughout <= set(result.rows)
    assert result.doubts == ()


def test_two_rows_that_change_places_across_pages_are_both_seen() -> None:
    def swap(listing: list[ListingRow]) -> None:
        listing[49], listing[50] = listing[50], listing[49]

    result = walked(Site(rows(60), {2: swap}))
    assert set(result.rows) == set(rows(60))


def test_a_row_that_no_page_ever_shows_is_in_doubt_at_its_place() -> None:
    listing = rows(120)
    listing[50] = listing[49]
    result = walked(Site(listing))
    assert [(doubt.page, doubt.rows) for doubt in result.doubts] == [(0, (listing[49],))]


def add_one(listing: list[ListingRow]) -> None:
    listing.insert(45, row(f"new {len(listing)}"))


def test_a_list_that_never_rests_ends_in_doubt_and_within_bounds() -> None:
    site = Site(rows(120), dict.fromkeys(range(1, 500), add_one))
    assert walked(site).doubts
    assert len(site.readings) < 100


def test_paging_that_does_not_work_is_a_fault() -> None:
    with pytest.raises(FetchError, match="page 1 shows the same rows as page 0"):
        walk(lambda page: FetchedPage(page, tuple(rows(50))), lambda page: None, PAGE_ROWS)


@st.composite
def drifts(draw: st.DrawFn) -> tuple[int, dict[int, Change]]:
    """Return the length of a list, and up to three changes between readings of it, then rest.

    No two come between three readings in a row: they could undo each other unseen, and no reader would know.
    """
    count = draw(st.integers(0, 170))
    changes: dict[int, Change] = {}
    when = 0
    for gap in draw(st.lists(st.integers(2, 8), max_size=3)):
        when += gap
        kind, place = draw(st.sampled_from(["add", "remove", "swap"])), draw(st.integers(0, 170))

        def change(listing: list[ListingRow], kind: str = kind, place: int = place, when: int = when) -> None:
            place = min(place, max(len(listing) - 2, 0))
            if kind == "add":
                listing.insert(place, row(f"new {when}"))
            elif kind == "remove" and listing:
                del listing[place]
            elif kind == "swap" and len(listing) > 1:
                listing[place], listing[place + 1] = listing[place + 1], listing[place]

        changes[when] = change
    return count, changes


@given(drifts())
def test_whatever_is_shown_throughout_is_seen(drift: tuple[int, dict[int, Change]]) -> None:
    count, changes = drift
    site = Site(rows(count), changes)
    result = walked(site)
    assert site.throughout <= set(result.rows) or result.doubts


@given(st.integers(51, 260), st.integers(0, 40))
def test_a_killed_walk_goes_on_and_sees_the_same(count: int, killed: int) -> None:
    pages: dict[int, FetchedPage] = {}
    first = Site(rows(count))

    def read(page: int) -> FetchedPage:
        if len(first.readings) == killed:
            raise KeyboardInterrupt
        return first.read(page)

    with suppress(KeyboardInterrupt):
        walk(read, lambda page: pages.__setitem__(page.page, page), PAGE_ROWS)
    second = Site(rows(count))
    result = walk(second.read, lambda page: None, PAGE_ROWS, list(pages.values()))
    assert set(result.rows) == set(rows(count))
    assert result.doubts == ()
    assert len(second.readings) <= len(walked_readings(count)) - len(pages) + 2


def walked_readings(count: int) -> list[int]:
    site = Site(rows(count))
    walked(site)
    return site.readings


def test_a_walk_back_to_a_day_ends_at_the_first_page_that_is_older() -> None:
    site = Site(rows(500))
    result = walked(site, since=dt.date(2025, 12, 1))
    assert not result.is_complete
    assert max(site.readings) == 1
    assert {r for r in rows(500) if r.date and r.date >= "2025-12-01"} <= set(result.rows)


@pytest.mark.parametrize(
    ("dates", "older"),
    [
        (["2025-02-01", "2025-01-01"], True),
        (["2025-02-01", None], True),
        (["2026-02-01", "2025-01-01"], False),
        (["2025-01-01", "2025-02-01"], False),
        ([None, None], False),
        ([], False),
    ],
)
def test_only_dated_pages_in_order_are_older(dates: list[str | None], older: bool) -> None:
    page = FetchedPage(0, tuple(row(n, date) for n, date in enumerate(dates)))
    assert is_older(page, dt.date(2026, 1, 1)) == older


def numbered_pages(count: int, rows_of_page: int, readings: list[int]) -> Callable[[int], FetchedPage]:
    """Return a reader of a list whose pages say which rows of how many they show."""

    def read(page: int) -> FetchedPage:
        readings.append(page)
        start = page * rows_of_page
        return FetchedPage(page, tuple(rows(count)[start : start + rows_of_page]), first=start + 1, total=count)

    return read


def test_a_page_that_says_that_it_is_the_last_is_the_end() -> None:
    readings: list[int] = []
    saved: list[FetchedPage] = []
    result = walk(numbered_pages(9, 4, readings), saved.append, 100)
    assert (list(result.rows), result.is_complete, readings) == (rows(9), True, [0, 1, 0, 2, 1])
    again = walk(numbered_pages(9, 4, readings), saved.append, 100, saved)
    assert (again.rows, len(readings)) == (result.rows, 5), "nothing is asked for after the last page"


@pytest.mark.parametrize("first", [4, 6, 9])
def test_a_page_that_does_not_follow_the_one_before_is_a_fault(first: int) -> None:
    honest = numbered_pages(12, 4, [])

    def read(page: int) -> FetchedPage:
        return FetchedPage(1, tuple(rows(12)[8:]), first=first, total=12) if page == 1 else honest(page)

    with pytest.raises(FetchError, match=f"page 1 begins with row {first} of the listing, where row 5 is next"):
        walk(read, lambda page: None, 100)


def test_a_walk_ends_where_enough_is_known() -> None:
    readings: list[int] = []
    result = walk(numbered_pages(12, 4, readings), lambda page: None, 100, is_enough=lambda page: page.page == 1)
    assert (len(result.rows), result.is_complete, set(readings)) == (8, False, {0, 1})
