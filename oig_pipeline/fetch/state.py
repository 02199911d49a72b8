"""What one fetch remembers for the next.

Belongs here: how many rows each listing had, of which every page about a report was had, which listings a fetch that
did not end has done, and where pages that are not trusted are kept. Does not: captures, or the cache of answers.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from oig_pipeline.capture.listed_page import ListingRow
from oig_pipeline.errors import CannotRun
from oig_pipeline.fetch import page_store
from oig_pipeline.fetch.failures import FetchError
from oig_pipeline.fetch.page_store import StoredPage
from oig_pipeline.release import atomic

CACHE = "cache.db"
_LISTINGS, _PROGRESS, _CAUGHT_UP, _REJECTED = "listings.json", "progress.json", "caught_up.json", "suspects"
GOES_ON_WITHIN = dt.timedelta(hours=12)
"""How long after its start an unfinished fetch can be resumed."""

Dates = dict[str, int]
"""Issue date → rows; the empty text stands for none."""


def by_date(rows: Iterable[ListingRow]) -> Dates:
    """Return how many rows have which issue date."""
    return dict(sorted(Counter(row.date or "" for row in rows).items()))


@dataclass
class FetchState:
    """The state of the fetches of one project, in one folder."""

    folder: Path
    done: set[str] = field(default_factory=set)
    """Names of the finished listings of this fetch, and of the fetch that it resumes."""

    def goes_on(self, options: dict[str, Any], now: dt.datetime, *, restart: bool) -> bool:
        """Start a fetch, or resume an unfinished one with the same options; return whether it was resumed."""
        before = self._read(_PROGRESS)
        try:
            is_same = before["asked"] == options and now - dt.datetime.fromisoformat(before["begun"]) < GOES_ON_WITHIN
            self.done = set(before["done"]) if is_same and not restart else set()
        except (KeyError, TypeError, ValueError):
            is_same, self.done = False, set()
        if is_same and not restart:
            self._progress = before
            return True
        self._progress = {"asked": options, "begun": now.isoformat(), "done": []}
        self._write(_PROGRESS, self._progress)
        return False

    def mark(self, name: str) -> None:
        """Remember that a listing is done."""
        self.done.add(name)
        self._write(_PROGRESS, {**self._progress, "done": sorted(self.done)})

    def end(self) -> None:
        """Remember that every listing is done: the next fetch starts over."""
        (self.folder / _PROGRESS).unlink(missing_ok=True)

    def is_caught_up(self, name: str) -> bool:
        """Return whether the last fetch of a listing had every page about a report: what it knows is then all."""
        return bool(self._read(_CAUGHT_UP).get(name, False))

    def set_caught_up(self, name: str, *, is_caught_up: bool) -> None:
        """Remember whether a fetch of a listing had every page about a report."""
        if is_caught_up != self.is_caught_up(name):
            self._write(_CAUGHT_UP, {**self._read(_CAUGHT_UP), name: is_caught_up})

    def rows_before(self, name: str, since: dt.date | None) -> int:
        """Return how many rows a listing had last time, on or after a day if one is given; 0 where it is not known."""
        dates: Dates = self._read(_LISTINGS).get(name, {})
        return sum(count for date, count in dates.items() if since is None or date >= since.isoformat())

    def remember(self, name: str, rows: Iterable[ListingRow], since: dt.date | None) -> None:
        """Store the row counts of a listing; those before `since` stay as they are."""
        listings = self._read(_LISTINGS)
        earlier = {d: n for d, n in listings.get(name, {}).items() if since is not None and d < since.isoformat()}
        later = {d: n for d, n in by_date(rows).items() if since is None or d >= since.isoformat()}
        self._write(_LISTINGS, {**listings, name: {**earlier, **later}})

    def rejected_path(self, now: dt.datetime, name: str) -> Path:
        """Return the path for the rejected pages of a listing."""
        return self.folder / _REJECTED / f"{now:%Y-%m-%d}" / f"{now:%H%M%S}-{name}"

    def rejected(self, page: StoredPage, name: str, what: str, fault: FetchError) -> FetchError:
        """Store a page that is not what was asked for, for inspection; return the fault that says so."""
        path = page_store.write(self.rejected_path(page.retrieved_at, name), "page", page, distrusted=str(fault))
        return FetchError(f"{what}: {fault}; kept as {path}", ends_all=fault.ends_all)

    def _read(self, name: str) -> dict[str, Any]:
        file = self.folder / name
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            content = None
        if not isinstance(content, dict):
            raise CannotRun(f"{file}: is damaged; move it away, and what it says of earlier fetches is forgotten")
        return content

    def _write(self, name: str, content: dict[str, Any]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        atomic.write(self.folder / name, (json.dumps(content, indent=1) + "\n").encode(), sync=True)
