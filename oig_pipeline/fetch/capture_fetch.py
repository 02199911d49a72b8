"""One fetch: every listing walked, and what changed filed.

Belongs here: the order of a fetch, and what becomes of each listing. Does not: asking, walking, distrust or filing
themselves (see the modules beside).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from oig_pipeline.errors import CannotRun
from oig_pipeline.fetch import clock, staging, validate_page
from oig_pipeline.fetch.crawl_policy import Manners
from oig_pipeline.fetch.failures import Fault, Refused, Stopped
from oig_pipeline.fetch.listings import Listing, listings
from oig_pipeline.fetch.page_store import Holdings, Page, host_folder, write
from oig_pipeline.fetch.session import Answer, Session
from oig_pipeline.fetch.state import CACHE, Memory
from oig_pipeline.fetch.walk import Doubt, Sheet, Walk, walk
from oig_pipeline.settings import MIN_ROWS

Tell = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


def silent(what: str, done: int, total: int) -> None:
    """Tell nothing."""


@dataclass
class Fetched:
    """What a fetch came to. `faults` say, per listing or for the whole, why something is missing; `added` are files."""

    listings: dict[str, int] = field(default_factory=dict)
    """Listing → rows it showed."""
    added: list[Path] = field(default_factory=list)
    same: set[str] = field(default_factory=set)
    """Addresses of pages that said what was held already."""
    doubts: dict[str, tuple[Doubt, ...]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    asked: int = 0
    revalidated: int = 0
    received: int = 0
    went_on: bool = False

    @property
    def rows_in_doubt(self) -> int:
        """How many rows stand where one may be missing."""
        return sum(len(doubt.rows) for found in self.doubts.values() for doubt in found)

    @property
    def status(self) -> int:
        """The exit status: 0 if every listing was had, 1 if not."""
        return 1 if self.faults else 0


def fetch(
    raw: Path,
    folder: Path,
    manners: Manners,
    *,
    since: dt.date | None = None,
    fewest: float = MIN_ROWS,
    anew: bool = False,
    tell: Tell = silent,
) -> Fetched:
    """Walk every listing and file the pages that changed.

    Args:
        raw: the folder of captures.
        folder: what fetching remembers.
        manners: how to ask.
        since: the day from which reports are wanted; all of them if None.
        fewest: the share of last time's rows below which a listing is not believed.
        anew: whether to begin anew where the last fetch did not end.
        tell: told of each listing.

    Raises:
        CannotRun: an option is out of range, or a folder cannot be written.
    """
    if not 0 <= fewest <= 1:
        raise CannotRun(f"--min-rows is a share between 0 and 1, not {fewest}")
    host = raw / host_folder(manners.base)
    memory, found = Memory(folder), Fetched()
    asked = {"base": manners.base, "since": since.isoformat() if since else None}
    try:
        found.went_on = memory.goes_on(asked, clock.now(), anew=anew)
        found.added += staging.settle(host, all_of_them=not found.went_on)
        with Session(manners, folder / CACHE) as session:
            try:
                _walk_all(_Fetch(session, host, memory, Holdings(raw), found, since, fewest), tell)
            finally:
                found.asked, found.revalidated, found.received = session.asked, session.revalidated, session.received
    except OSError as error:
        raise CannotRun(f"{error.filename or raw}: cannot be written: {error.strerror or error}") from None
    return found


def plan(manners: Manners) -> list[str]:
    """Return the addresses that a fetch would begin with, in order; which follow depends on the answers."""
    return [f"{manners.base}/robots.txt", *(listing.url(manners.base, 0) for listing in listings())]


@dataclass
class _Fetch:
    """What is at hand while fetching."""

    session: Session
    host: Path
    memory: Memory
    holdings: Holdings
    found: Fetched
    since: dt.date | None
    fewest: float
    new: set[str] = field(default_factory=set)


def _walk_all(run: _Fetch, tell: Tell) -> None:
    everything = listings()
    for number, listing in enumerate(everything):
        tell(f"Fetching {listing.name}", number, len(everything))
        if listing.name in run.memory.done:
            continue
        try:
            _walk_one(run, listing)
        except Stopped as reason:
            run.found.faults.append(str(reason))
            return
        except (Fault, Refused) as reason:
            run.found.faults.append(f"{listing.name}: {reason}")
            if isinstance(reason, Fault) and reason.ends_all:
                return
    tell("Fetching", len(everything), len(everything))
    if not run.found.faults:
        run.memory.end()


def _walk_one(run: _Fetch, listing: Listing) -> None:
    """Walk one listing; its pages become captures together, unless it is not believed."""
    since = run.since.isoformat() if run.since else None
    staged = staging.begin(run.host, listing.name, clock.now(), since)
    try:
        seen = walk(lambda page: _read(run, listing, page, staged), staged.keep, staged.sheets, run.since)
    except (Fault, Refused):
        # What came before is whole and trusted, and a later fetch asks for the rest.
        staged.end()
        run.found.added += staging.settle(run.host)
        raise
    _believe(run, listing, seen, staged)
    staged.end()
    run.memory.remember(listing.name, seen.rows, None if seen.whole else run.since)
    run.memory.mark(listing.name)
    run.found.added += staging.settle(run.host)
    run.found.listings[listing.name] = len(seen.rows)
    if seen.doubts:
        run.found.doubts[listing.name] = seen.doubts


def _read(run: _Fetch, listing: Listing, page: int, staged: staging.Staged) -> Sheet:
    """Ask for a page; file it if it is a page of the listing and says something new."""
    asked = listing.url(run.session.manners.base, page)
    answer = run.session.get(asked)
    received = _page(answer)
    try:
        sheet = validate_page.sheet(answer, listing, page)
    except Fault as fault:
        kept = run.memory.suspect(received, listing.name, str(fault))
        raise Fault(f"page {page}: {fault}; kept as {kept}", ends_all=fault.ends_all) from None
    if sheet.rows:
        if not run.holdings.has(received):
            write(staged.folder, f"page-{page:03d}", received)
            run.holdings.add(received)
            run.new.add(received.url)
        elif received.url not in run.new:
            run.found.same.add(received.url)
    return sheet


def _page(answer: Answer) -> Page:
    return Page(answer.url, answer.status, answer.headers, answer.body, answer.retrieved_at)


def _believe(run: _Fetch, listing: Listing, seen: Walk, staged: staging.Staged) -> None:
    """Put a listing aside that has far fewer rows than last time.

    Raises:
        Fault: it has.
    """
    since = None if seen.whole else run.since
    before = run.memory.rows_before(listing.name, since)
    now = sum(1 for row in seen.rows if since is None or (row.date or "") >= since.isoformat())
    if now >= before * run.fewest:
        return
    kept = run.memory.suspects(clock.now(), listing.name)
    said = f"{now} rows, where last time there were {before}"
    if staged.folder.exists():
        staged.leave(kept)
        said += f"; its pages are kept in {kept}"
    raise Fault(f"{said}. If that is right, fetch once with --min-rows 0")
