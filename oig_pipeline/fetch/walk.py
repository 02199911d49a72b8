"""Walking a listing whose rows move meanwhile.

Belongs here: which page is read next, when two readings agree, and which rows are in doubt. Does not: asking for a
page, or what its rows mean.

A row is lost where it moves, between two readings, from a page not yet read to one read before. So a page is read again
after the one that follows: if it holds what it held, and shares nothing with what follows, the two fitted together, and
whatever stood above has been seen. If not, both are read again; and where they never fit, as when rows of one date keep
changing places, the whole listing is walked again until two walks agree, on as many rows as there are places. Only two
changes that undo each other between three readings in a row stay unseen; the next fetch finds what they hid.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from oig_pipeline.fetch.failures import Fault
from oig_pipeline.fetch.listings import PAGE_ROWS

TRIES = 4
"""How often two pages are read again in the first walk before the listing is walked anew."""
WALKS = 4


class Row(NamedTuple):
    """What a listing says in one row; two rows are the same if all of it is."""

    number: str | None
    title: str | None
    date: str | None
    year: str | None
    link: str | None


@dataclass(frozen=True)
class Sheet:
    """One reading of one page. `settled` is whether everything above the page's end has been seen."""

    page: int
    rows: tuple[Row, ...]
    settled: bool = True


@dataclass(frozen=True)
class Doubt:
    """A place at which a row may be missing: between a page and the next, beside these rows."""

    page: int
    rows: tuple[Row, ...]


@dataclass
class Walk:
    """What a walk has seen. `whole` is whether it went to the end of the listing."""

    rows: dict[Row, None] = field(default_factory=dict)
    now: set[Row] = field(default_factory=set)
    """Those that the last walk of several has seen."""
    sheets: dict[int, Sheet] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()
    whole: bool = True

    @property
    def places(self) -> int:
        """How many rows the pages hold, by their last readings."""
        return sum(len(sheet.rows) for sheet in self.sheets.values())

    def see(self, sheet: Sheet) -> None:
        """Take up a reading, the last of its page so far."""
        self.sheets[sheet.page] = sheet
        self.rows.update(dict.fromkeys(sheet.rows))
        self.now.update(sheet.rows)


Read = Callable[[int], Sheet]
Keep = Callable[[Sheet], object]


def walk(read: Read, keep: Keep, start: Iterable[Sheet] = (), since: dt.date | None = None) -> Walk:
    """Read a listing's pages in order until one is empty, or older than a day; say where rows are in doubt.

    Args:
        read: asks for a page, counted from 0.
        keep: told of each page once it is known whether it fits to the one above, so that a killed walk can go on.
        start: what an earlier, killed walk had kept.
        since: the day from which reports are wanted.

    Raises:
        Fault: paging does not work.
    """
    seen = Walk()
    for sheet in start:
        if not sheet.settled or sheet.page != len(seen.sheets):
            break
        seen.see(sheet)
    doubts = _once(read, keep, seen, since, TRIES)
    for _ in range(1, WALKS):
        if not doubts:
            break
        before, seen.now = seen.now, set()
        seen.sheets.clear()
        doubts = _once(read, keep, seen, since, 1)
        if seen.now == before:
            doubts = [] if len(seen.now) >= seen.places else doubts
            break
    seen.doubts = tuple(doubts)
    return seen


def _once(read: Read, keep: Keep, seen: Walk, since: dt.date | None, tries: int) -> list[Doubt]:
    """Walk from the last page that is known to the end; return where two pages never fitted together."""
    doubts = []
    page = len(seen.sheets)
    before = seen.sheets[page - 1] if page else None
    while not (before is not None and since is not None and is_older(before, since)):
        sheet = read(page)
        fits = True
        if before is not None and (sheet.rows or len(before.rows) >= PAGE_ROWS):
            sheet, before, fits = _overlapped(read, seen, before, sheet, tries)
            if sheet.rows and set(sheet.rows) == set(before.rows):
                raise Fault(f"page {page} shows the same rows as page {page - 1}: paging does not work")
        if not fits and before is not None:
            doubts.append(Doubt(before.page, _beside(before, sheet)))
        if not sheet.rows:
            seen.sheets.pop(page, None)
            seen.whole = True
            return doubts
        before = Sheet(page, sheet.rows, fits)
        seen.see(before)
        keep(before)
        page += 1
    seen.whole = False
    return doubts


def _overlapped(read: Read, seen: Walk, before: Sheet, sheet: Sheet, tries: int) -> tuple[Sheet, Sheet, bool]:
    """Read a page again after the next, and both until they fit; return the next, the page, and whether they do."""
    for attempt in range(1 + tries):
        last = sheet
        if attempt:
            sheet = read(sheet.page)
        seen.see(sheet)
        again = read(before.page)
        agrees = set(again.rows) == set(before.rows)
        before = Sheet(before.page, again.rows, before.settled)
        seen.see(before)
        if agrees and not set(before.rows) & set(sheet.rows):
            return sheet, before, True
        if attempt and agrees and set(sheet.rows) == set(last.rows):
            break  # they stay as they are, and never fit
    return sheet, before, False


def _beside(before: Sheet, sheet: Sheet) -> tuple[Row, ...]:
    """Return the rows between which one may be missing: those that both pages show, else the last and the first."""
    both = tuple(row for row in sheet.rows if row in set(before.rows))
    return both or (*before.rows[-1:], *sheet.rows[:1])


def is_older(sheet: Sheet, day: dt.date) -> bool:
    """Return whether a page, and so what follows it, is older than a day: dated, in order, and all before it."""
    dates = [row.date for row in sheet.rows if row.date]
    return bool(dates) and dates == sorted(dates, reverse=True) and dates[0] < day.isoformat()
