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
from oig_pipeline.fetch.crawl_policy import CrawlPolicy
from oig_pipeline.fetch.failures import FetchError, Refused, Stopped
from oig_pipeline.fetch.page_store import Holdings, StoredPage, host_folder, write
from oig_pipeline.fetch.session import Response, Session
from oig_pipeline.fetch.state import CACHE, FetchState
from oig_pipeline.fetch.walk import Doubt, FetchedPage, Walk, walk
from oig_pipeline.settings import MIN_ROWS
from oig_pipeline.sources.oig_dhs_gov.listings import Listing, listings

OnProgress = Callable[[str, int, int], None]
"""Called with the current step, the number of finished items and their total."""


def silent(what: str, done: int, total: int) -> None:
    """Ignore progress."""


@dataclass
class FetchResult:
    """What a fetch came to. `faults` say, per listing or for the whole, why something is missing; `added` are files."""

    listings: dict[str, int] = field(default_factory=dict)
    """Listing → rows it showed."""
    added: list[Path] = field(default_factory=list)
    same: set[str] = field(default_factory=set)
    """Addresses of pages that said what was held already."""
    doubts: dict[str, tuple[Doubt, ...]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    requests: int = 0
    revalidated: int = 0
    received: int = 0
    went_on: bool = False

    @property
    def rows_in_doubt(self) -> int:
        """How many rows stand where one may be missing."""
        return sum(len(doubt.rows) for doubts in self.doubts.values() for doubt in doubts)

    @property
    def status(self) -> int:
        """The exit status: 0 if every listing was had, 1 if not."""
        return 1 if self.faults else 0


def fetch(
    raw: Path,
    folder: Path,
    policy: CrawlPolicy,
    *,
    since: dt.date | None = None,
    min_ratio: float = MIN_ROWS,
    restart: bool = False,
    on_progress: OnProgress = silent,
) -> FetchResult:
    """Walk every listing and file the pages that changed.

    Args:
        raw: the folder of captures.
        folder: the folder of the fetch state and the HTTP cache.
        policy: which host to request, how often and how much.
        since: the first issue date to fetch; all reports if None.
        min_ratio: a listing is rejected if it has fewer than this share of the rows of the last fetch.
        restart: start over instead of resuming an unfinished fetch.
        on_progress: called for each listing.

    Raises:
        CannotRun: an option is out of range, or a folder cannot be written.
    """
    if not 0 <= min_ratio <= 1:
        raise CannotRun(f"--min-rows is a share between 0 and 1, not {min_ratio}")
    host = raw / host_folder(policy.base)
    state, result = FetchState(folder), FetchResult()
    options = {"base": policy.base, "since": since.isoformat() if since else None}
    try:
        result.went_on = state.goes_on(options, clock.now(), restart=restart)
        result.added += staging.commit(host, all_of_them=not result.went_on)
        with Session(policy, folder / CACHE) as session:
            try:
                _walk_all(_Fetch(session, host, state, Holdings(raw), result, since, min_ratio), on_progress)
            finally:
                result.requests, result.revalidated, result.received = (
                    session.requests,
                    session.revalidated,
                    session.received,
                )
    except OSError as error:
        raise CannotRun(f"{error.filename or raw}: cannot be written: {error.strerror or error}") from None
    return result


def plan(policy: CrawlPolicy) -> list[str]:
    """Return the URLs that a fetch starts with, in order; later URLs depend on the answers."""
    return [f"{policy.base}/robots.txt", *(listing.url(policy.base, 0) for listing in listings())]


@dataclass
class _Fetch:
    """The context of a running fetch."""

    session: Session
    host: Path
    state: FetchState
    holdings: Holdings
    result: FetchResult
    since: dt.date | None
    min_ratio: float
    new: set[str] = field(default_factory=set)


def _walk_all(run: _Fetch, on_progress: OnProgress) -> None:
    all_listings = listings()
    for number, listing in enumerate(all_listings):
        on_progress(f"Fetching {listing.name}", number, len(all_listings))
        if listing.name in run.state.done:
            continue
        try:
            _walk_listing(run, listing)
        except Stopped as reason:
            run.result.faults.append(str(reason))
            return
        except (FetchError, Refused) as reason:
            run.result.faults.append(f"{listing.name}: {reason}")
            if isinstance(reason, FetchError) and reason.ends_all:
                return
    on_progress("Fetching", len(all_listings), len(all_listings))
    if not run.result.faults:
        run.state.end()


def _walk_listing(run: _Fetch, listing: Listing) -> None:
    """Walk one listing; its pages become captures together, unless the listing is rejected."""
    since = run.since.isoformat() if run.since else None
    staged = staging.begin(run.host, listing.name, clock.now(), since)
    try:
        outcome = walk(lambda page: _read(run, listing, page, staged), staged.save_page, staged.pages, run.since)
    except (FetchError, Refused):
        # The pages before this one are complete and valid; a later fetch requests the rest.
        staged.end()
        run.result.added += staging.commit(run.host)
        raise
    _check_row_count(run, listing, outcome, staged)
    staged.end()
    run.state.remember(listing.name, outcome.rows, None if outcome.is_complete else run.since)
    run.state.mark(listing.name)
    run.result.added += staging.commit(run.host)
    run.result.listings[listing.name] = len(outcome.rows)
    if outcome.doubts:
        run.result.doubts[listing.name] = outcome.doubts


def _read(run: _Fetch, listing: Listing, page: int, staged: staging.Staged) -> FetchedPage:
    """Request a page; write it if it is a page of the listing and its content is new."""
    url = listing.url(run.session.policy.base, page)
    answer = run.session.get(url)
    received = _page(answer)
    try:
        fetched_page = validate_page.read_page(answer, listing, page)
    except FetchError as fault:
        path = run.state.reject(received, listing.name, str(fault))
        raise FetchError(f"page {page}: {fault}; kept as {path}", ends_all=fault.ends_all) from None
    if fetched_page.rows:
        if not run.holdings.has(received):
            write(staged.folder, f"page-{page:03d}", received)
            run.holdings.add(received)
            run.new.add(received.url)
        elif received.url not in run.new:
            run.result.same.add(received.url)
    return fetched_page


def _page(answer: Response) -> StoredPage:
    return StoredPage(answer.url, answer.status, answer.headers, answer.body, answer.retrieved_at)


def _check_row_count(run: _Fetch, listing: Listing, outcome: Walk, staged: staging.Staged) -> None:
    """Reject a listing that has far fewer rows than last time.

    Raises:
        FetchError: the listing is rejected.
    """
    since = None if outcome.is_complete else run.since
    before = run.state.rows_before(listing.name, since)
    now = sum(1 for row in outcome.rows if since is None or (row.date or "") >= since.isoformat())
    if now >= before * run.min_ratio:
        return
    rejected_path = run.state.rejected_path(clock.now(), listing.name)
    message = f"{now} rows, where last time there were {before}"
    if staged.folder.exists():
        staged.leave(rejected_path)
        message += f"; its pages are kept in {rejected_path}"
    raise FetchError(f"{message}. If that is right, fetch once with --min-rows 0")
