"""Walking a listing whose rows move: whatever is shown throughout is seen, or its place is in doubt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.fetch.failures import Fault
from oig_pipeline.fetch.listings import PAGE_ROWS
from oig_pipeline.fetch.walk import Row, Sheet, Walk, is_older, walk

Change = Callable[[list[Row]], None]


def row(name: object, date: str | None = "2026-01-01") -> Row:
    return Row(str(name), f"Report {name}", date, "2026", None)


def rows(count: int) -> list[Row]:
    """Return rows, the newest first."""
    day = dt.date(2026, 1, 1)
    return [row(n, (day - dt.timedelta(days=n)).isoformat()) for n in range(count)]


class Site:
    """A list that changes before the readings of given numbers (from 1), and counts them."""

    def __init__(self, shown: list[Row], changes: dict[int, Change] | None = None) -> None:
        self.shown, self.changes = list(shown), changes or {}
        self.readings: list[int] = []
        self.throughout = set(shown)

    def read(self, page: int) -> Sheet:
        self.readings.append(page)
        if change := self.changes.get(len(self.readings)):
            change(self.shown)
            self.throughout &= set(self.shown)
        return Sheet(page, tuple(self.shown[page * PAGE_ROWS : (page + 1) * PAGE_ROWS]))


def walked(site: Site, since: dt.date | None = None) -> Walk:
    return walk(site.read, lambda sheet: None, since=since)


@pytest.mark.parametrize(
    ("count", "readings"), [(0, [0]), (1, [0, 1]), (49, [0, 1]), (50, [0, 1, 0]), (60, [0, 1, 0, 2]),
                            (120, [0, 1, 0, 2, 1, 3])],
)  # fmt: skip
def test_a_page_is_read_again_only_where_another_may_have_lost_a_row_to_it(count: int, readings: list[int]) -> None:
    site = Site(rows(count))
    seen = walked(site)
    assert (list(seen.rows), seen.doubts, seen.whole) == (rows(count), (), True)
    assert site.readings == readings


def test_a_new_row_above_pushes_rows_down_and_none_is_lost() -> None:
    site = Site(rows(120), {2: lambda shown: shown.insert(0, row("new"))})
    seen = walked(site)
    assert set(rows(120)) <= set(seen.rows)
    assert seen.doubts == ()


def test_a_row_that_goes_pulls_another_to_a_page_that_was_read_and_it_is_seen() -> None:
    site = Site(rows(120), {2: lambda shown: shown.remove(row(3, "2025-12-29"))})
    seen = walked(site)
    assert site.throughout <= set(seen.rows)
    assert seen.doubts == ()


def test_two_rows_that_change_places_across_pages_are_both_seen() -> None:
    def swap(shown: list[Row]) -> None:
        shown[49], shown[50] = shown[50], shown[49]

    seen = walked(Site(rows(60), {2: swap}))
    assert set(seen.rows) == set(rows(60))


def test_a_row_that_no_page_ever_shows_is_in_doubt_at_its_place() -> None:
    shown = rows(120)
    shown[50] = shown[49]
    seen = walked(Site(shown))
    assert [(doubt.page, doubt.rows) for doubt in seen.doubts] == [(0, (shown[49],))]


def add_one(shown: list[Row]) -> None:
    shown.insert(45, row(f"new {len(shown)}"))


def test_a_list_that_never_rests_ends_in_doubt_and_within_bounds() -> None:
    site = Site(rows(120), dict.fromkeys(range(1, 500), add_one))
    assert walked(site).doubts
    assert len(site.readings) < 100


def test_paging_that_does_not_work_is_a_fault() -> None:
    with pytest.raises(Fault, match="page 1 shows the same rows as page 0"):
        walk(lambda page: Sheet(page, tuple(rows(50))), lambda sheet: None)


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

        def change(shown: list[Row], kind: str = kind, place: int = place, when: int = when) -> None:
            place = min(place, max(len(shown) - 2, 0))
            if kind == "add":
                shown.insert(place, row(f"new {when}"))
            elif kind == "remove" and shown:
                del shown[place]
            elif kind == "swap" and len(shown) > 1:
                shown[place], shown[place + 1] = shown[place + 1], shown[place]

        changes[when] = change
    return count, changes


@given(drifts())
def test_whatever_is_shown_throughout_is_seen(drift: tuple[int, dict[int, Change]]) -> None:
    count, changes = drift
    site = Site(rows(count), changes)
    seen = walked(site)
    assert site.throughout <= set(seen.rows) or seen.doubts


@given(st.integers(51, 260), st.integers(0, 40))
def test_a_killed_walk_goes_on_and_sees_the_same(count: int, killed: int) -> None:
    kept: dict[int, Sheet] = {}
    first = Site(rows(count))

    def read(page: int) -> Sheet:
        if len(first.readings) == killed:
            raise KeyboardInterrupt
        return first.read(page)

    with suppress(KeyboardInterrupt):
        walk(read, lambda sheet: kept.__setitem__(sheet.page, sheet))
    second = Site(rows(count))
    seen = walk(second.read, lambda sheet: None, list(kept.values()))
    assert set(seen.rows) == set(rows(count))
    assert seen.doubts == ()
    assert len(second.readings) <= len(walked_readings(count)) - len(kept) + 2


def walked_readings(count: int) -> list[int]:
    site = Site(rows(count))
    walked(site)
    return site.readings


def test_a_walk_back_to_a_day_ends_at_the_first_page_that_is_older() -> None:
    site = Site(rows(500))
    seen = walked(site, since=dt.date(2025, 12, 1))
    assert not seen.whole
    assert max(site.readings) == 1
    assert {r for r in rows(500) if r.date and r.date >= "2025-12-01"} <= set(seen.rows)


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
    sheet = Sheet(0, tuple(row(n, date) for n, date in enumerate(dates)))
    assert is_older(sheet, dt.date(2026, 1, 1)) == older
