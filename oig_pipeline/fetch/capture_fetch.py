"""One fetch: every listing walked, and what changed filed.

Belongs here: the order of a fetch, and what becomes of each listing. Does not: asking, walking, distrust or filing
themselves (see the modules beside), or what there is to fetch of a source (`sources/`).

Where a source has a page about each report, those of new and changed rows are asked for once the listing has been
walked. If the fetch before had all of them, a walk ends at the first page whose rows are all as they were then.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from oig_pipeline.capture.listed_page import SourceListing
from oig_pipeline.errors import CannotRun
from oig_pipeline.fetch import clock, staging, validate_page
from oig_pipeline.fetch.crawl_policy import DEFAULT_SOURCE, CrawlPolicy
from oig_pipeline.fetch.crawl_target import CrawlTarget, target_of
from oig_pipeline.fetch.failures import FetchError, Refused, Stopped
from oig_pipeline.fetch.page_store import Holdings, host_folder, stored, write
from oig_pipeline.fetch.report_fetch import ReportPages
from oig_pipeline.fetch.session import Session
from oig_pipeline.fetch.state import CACHE, FetchState
from oig_pipeline.fetch.walk import Doubt, FetchedPage, Walk, is_older, walk
from oig_pipeline.settings import MIN_ROWS

OnProgress = Callable[[str, int, int], None]
"""Called with the current step, the number of finished items and their total."""


def silent(what: str, done: int, total: int) -> None:
    """Ignore progress."""


@dataclass
class FetchResult:
    """What a fetch came to. `faults` say, per listing or for the whole, why something is missing; `added` are files."""

    listings: dict[str, int] = field(default_factory=dict)
    """SourceListing → rows it showed."""
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
    source: str = DEFAULT_SOURCE,
    office: str | None = None,
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
        source: the name of the source to fetch.
        office: the office whose reports to fetch, by its code or name; the default office if None.
        since: the first issue date to fetch; all reports if None.
        min_ratio: a listing is rejected if it has fewer than this share of the rows of the last fetch.
        restart: start over instead of resuming an unfinished fetch, and walk listings to their end.
        on_progress: called for each listing.

    Raises:
        CannotRun: an option is out of range, the source does not have the office, or a folder cannot be written.
    """
    target = target_of(source, office)
    if not 0 <= min_ratio <= 1:
        raise CannotRun(f"--min-rows is a share between 0 and 1, not {min_ratio}")
    host = raw / host_folder(policy.base)
    state, result = FetchState(folder), FetchResult()
    options = {"base": policy.base, "since": since.isoformat() if since else None}
    options |= {"source": source, "office": target.office.code}
    try:
        result.went_on = state.goes_on(options, clock.now(), restart=restart)
        result.added += staging.commit(host, all_of_them=not result.went_on)
        with Session(policy, folder / CACHE) as session:
            try:
                run = _Fetch(session, host, state, Holdings(raw), result, since, min_ratio, restart, on_progress)
                _walk_all(run, target)
            finally:
                result.requests, result.revalidated, result.received = (
                    session.requests,
                    session.revalidated,
                    session.received,
                )
    except OSError as error:
        raise CannotRun(f"{error.filename or raw}: cannot be written: {error.strerror or error}") from None
    return result


def plan(policy: CrawlPolicy, source: str = DEFAULT_SOURCE, office: str | None = None) -> list[str]:
    """Return the URLs that a fetch starts with, in order; later URLs depend on the answers.

    Raises:
        CannotRun: the source does not have the office.
    """
    target = target_of(source, office)
    first = [target.lookup] if target.lookup else [listing.url("", 0) for listing in target.listings()]
    return [f"{policy.base}{path}" for path in ("/robots.txt", *first)]


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
    restart: bool
    on_progress: OnProgress
    new: set[str] = field(default_factory=set)


def _walk_all(run: _Fetch, target: CrawlTarget) -> None:
    try:
        all_listings = _listings(run, target)
    except (FetchError, Refused, Stopped) as reason:
        run.result.faults.append(str(reason))
        return
    for number, listing in enumerate(all_listings):
        run.on_progress(f"Fetching {listing.name}", number, len(all_listings))
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
    run.on_progress("Fetching", len(all_listings), len(all_listings))
    if not run.result.faults:
        run.state.end()


def _listings(run: _Fetch, target: CrawlTarget) -> tuple[SourceListing, ...]:
    """Return the listings to walk; read the page that tells them, if one must be."""
    if target.lookup is None:
        return target.listings()
    answer = run.session.get(run.session.policy.base + target.lookup)
    try:
        return validate_page.read_other(answer, "the list of offices", target.listings)
    except FetchError as fault:
        raise run.state.rejected(stored(answer), "lookup", target.lookup, fault) from None


def _walk_listing(run: _Fetch, listing: SourceListing) -> None:
    """Walk one listing; its pages become captures together, unless the listing is rejected."""
    name, since = listing.name, run.since.isoformat() if run.since else None
    staged = staging.begin(run.host, name, clock.now(), since)
    reports = ReportPages(listing, run.session, run.holdings, run.state)
    was_caught_up = listing.has_reports and run.state.is_caught_up(name) and not run.restart

    def is_known(page: FetchedPage) -> bool:
        return was_caught_up and page.is_in_order and all(map(reports.has, page.rows))

    def is_enough(page: FetchedPage) -> bool:
        return is_known(page) or (run.since is not None and is_older(page, run.since))

    try:
        outcome = walk(
            lambda page: _read(run, listing, page, staged), staged.save_page, listing.page_rows, staged.pages, is_enough
        )
    except (FetchError, Refused):
        # The pages before this one are complete and valid; a later fetch requests the rest.
        staged.end()
        run.result.added += staging.commit(run.host)
        raise
    seen_from = _seen_from(outcome, run.since)
    _check_row_count(run, listing, outcome, seen_from, staged)
    faults: list[str] = []
    if listing.has_reports:
        is_caught_up = outcome.is_complete or (outcome.last is not None and is_known(outcome.last))
        run.state.set_caught_up(name, is_caught_up=False)
        faults = reports.fetch(
            outcome.rows, staged.folder, run.since, partial(run.on_progress, f"Fetching reports of {name}")
        )
        run.state.set_caught_up(name, is_caught_up=is_caught_up and not faults)
    staged.end()
    run.state.remember(name, outcome.rows, seen_from)
    if not faults:
        run.state.mark(name)
    run.result.added += staging.commit(run.host)
    run.result.listings[name] = len(outcome.rows)
    if outcome.doubts:
        run.result.doubts[name] = outcome.doubts
    run.result.faults += faults


def _seen_from(outcome: Walk, since: dt.date | None) -> dt.date | None:
    """Return the first day of which a walk saw every row; None where it went to the end of the listing."""
    if outcome.is_complete:
        return None
    dates = outcome.last.dates if outcome.last is not None else []
    after = dt.date.fromisoformat(min(dates)) + dt.timedelta(days=1) if dates else dt.date.max
    return max(after, since) if since is not None else after


def _read(run: _Fetch, listing: SourceListing, page: int, staged: staging.Staged) -> FetchedPage:
    """Request a page; write it if it is a page of the listing and its content is new."""
    answer = run.session.get(listing.url(run.session.policy.base, page))
    received = stored(answer)
    try:
        fetched_page = validate_page.read_page(answer, listing, page)
    except FetchError as fault:
        raise run.state.rejected(received, listing.name, f"page {page}", fault) from None
    if fetched_page.rows:
        if not run.holdings.has(received):
            extra = {} if listing.office is None else {"office": listing.office}
            write(staged.folder, f"page-{page:03d}", received, **extra)
            run.holdings.add(received)
            run.new.add(received.url)
        elif received.url not in run.new:
            run.result.same.add(received.url)
    return fetched_page


def _check_row_count(
    run: _Fetch, listing: SourceListing, outcome: Walk, since: dt.date | None, staged: staging.Staged
) -> None:
    """Reject a listing that has far fewer rows than last time.

    Raises:
        FetchError: the listing is rejected.
    """
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
