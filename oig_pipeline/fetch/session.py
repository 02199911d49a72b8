"""Asking the site, with manners.

Belongs here: one request at a time with its delay, retries, redirects, bounds, robots.txt and the cache. Does not:
which addresses are asked, or what their answers mean.
"""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import hishel
import hishel.httpx
import httpx
import stamina

from oig_pipeline import __version__
from oig_pipeline.errors import CannotRun
from oig_pipeline.fetch import clock, retries, robots
from oig_pipeline.fetch.body import Incomplete, decoded
from oig_pipeline.fetch.crawl_policy import CrawlPolicy
from oig_pipeline.fetch.failures import FetchError, Refused, Stopped, TooLarge
from oig_pipeline.fetch.redirects import is_web_address, redirected
from oig_pipeline.fetch.time_limit import TimeLimit, reached
from oig_pipeline.fetch.transport import Deadline, Transport

LARGEST_PAGE = 32 * 2**20
MAX_REDIRECTS = 5
LONGEST_BACKOFF = 60.0


@dataclass(frozen=True)
class Response:
    """What one address gave. `url` is where redirects led; `revalidated` that the site said the cached body holds."""

    url: str
    status: int
    headers: dict[str, str]
    retrieved_at: dt.datetime
    body: bytes = b""
    revalidated: bool = False


@dataclass(frozen=True)
class Sink:
    """Where a body goes: `begin` is called whenever it starts over, `take` with each chunk; `limit` bounds its size."""

    begin: Callable[[], object]
    take: Callable[[bytes], object]
    limit: int


class Session:
    """One conversation with the site; it counts `requests`, `revalidated` (answers 304) and `received` (bytes)."""

    def __init__(self, policy: CrawlPolicy, cache: Path) -> None:
        """Open a session; nothing is requested yet.

        Args:
            policy: which host to request, how often and how much.
            cache: the file of the HTTP cache.

        Raises:
            CannotRun: the file is damaged.
        """
        self.policy = policy
        self.requests = self.revalidated = self.received = 0
        self._time, self._last = TimeLimit(policy.max_minutes), float("-inf")
        self._deadline = Deadline()
        self._robots: robots.Robots | None = None
        cache.parent.mkdir(parents=True, exist_ok=True)
        _openable(cache)
        transport = Transport(self._deadline)
        headers = {"User-Agent": policy.agent(__version__), "Accept-Encoding": "gzip"}
        self._plain = httpx.Client(transport=transport, headers=headers, timeout=policy.timeout, trust_env=False)
        # A private cache that revalidates every stored response.
        storage, options = hishel.SqliteStorage(database_path=cache), hishel.CacheOptions(shared=False)
        self._cached = httpx.Client(
            transport=hishel.httpx.CacheTransport(transport, storage, rfc=options),
            headers={**headers, "Cache-Control": "no-cache"},
            timeout=policy.timeout,
            trust_env=False,
        )
        for client in (self._plain, self._cached):
            # Runs before httpx parses the target of a redirect, which it does even if redirects are not followed.
            client.event_hooks = {"response": [_refuse_no_address]}
            # There is no login, and responses that vary by cookie would never come from the cache.
            client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cached.close()
        self._plain.close()

    def get(self, url: str) -> Response:
        """Return what an address gives, whatever its status, asking conditionally where it is in the cache.

        Raises:
            Refused: it, or what it redirects to, may not be asked.
            FetchError: the body cannot be taken.
            Stopped: the site cannot be reached, or a bound is reached.
        """
        content = bytearray()
        sink = Sink(content.clear, content.extend, LARGEST_PAGE)
        url, response = self._follow(url, self._cached, sink, {}, self._admit)
        return self._answer(url, response, bytes(content))

    def download(self, url: str, sink: Sink, headers: Mapping[str, str]) -> Response:
        """Hand the body that an address gives to a sink, past the cache; return the answer without it.

        Args:
            url: the address.
            sink: where the body goes.
            headers: further headers, such as the validators of a conditional request.

        Raises:
            Refused, FetchError, Stopped: as for `get`.
        """
        return self._answer(*self._follow(url, self._plain, sink, headers, self._admit), b"")

    def _answer(self, url: str, response: httpx.Response, body: bytes) -> Response:
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Response(url, response.status_code, headers, clock.now(), body, _is_from_cache(response))

    def _follow(
        self, url: str, client: httpx.Client, sink: Sink, headers: Mapping[str, str], admit: Callable[[str], None]
    ) -> tuple[str, httpx.Response]:
        """Ask for an address and for what it redirects to, each of which must be admitted."""
        if not is_web_address(url):
            raise Refused(f"{url}: is no web address")
        for _ in range(1 + MAX_REDIRECTS):
            admit(url)
            response = self._insist(url, client, sink, headers)
            if not response.has_redirect_location:
                return url, response
            url = redirected(url, response.headers["location"])
        raise FetchError(f"more than {MAX_REDIRECTS} redirects")

    def _admit(self, url: str) -> None:
        """Raise `Refused` unless the allow-list and robots.txt allow the URL; robots.txt is requested once."""
        self.policy.admit(url)
        if self._robots is None:
            text = bytearray()
            sink = Sink(text.clear, text.extend, LARGEST_PAGE)
            address = urljoin(self.policy.base, robots.PATH)
            _, answer = self._follow(address, self._cached, sink, {}, self.policy.admit)
            self._robots = robots.Robots(answer.status_code, text.decode("utf-8", "replace"))
        self._robots.admit(url)

    def _insist(self, url: str, client: httpx.Client, sink: Sink, headers: Mapping[str, str]) -> httpx.Response:
        """Send a request, retry as needed, and read the answer; the caller follows redirects."""
        policy = self.policy
        attempts = stamina.retry_context(
            on=self._worth_another_try,
            attempts=policy.attempts,
            timeout=None,
            wait_initial=policy.backoff,
            wait_jitter=policy.backoff / 2,
            wait_max=LONGEST_BACKOFF,
        )
        try:
            for attempt in attempts:
                with attempt:
                    sink.begin()
                    return self._ask(url, client, sink, headers)
        except retries.RetryLater as error:
            self._time.allow(error.after or 0, f"{url}: the site answers with {error} and")
            wait = "" if error.after is None else f" and asks to wait {error.after:.0f} seconds"
            raise Stopped(f"{url}: the site answers with {error}{wait}; try again later") from None
        except httpx.TransportError as error:
            if why := retries.unverified(error):
                raise Stopped(f"{url}: the site's certificate does not verify: {why}") from None
            message = str(error) or type(error).__name__
            raise Stopped(f"{url}: no whole answer in {policy.attempts} attempts: {message}; try again later") from None
        except Incomplete as error:
            raise FetchError(f"{error} in each of {policy.attempts} attempts") from None
        raise AssertionError("an attempt returns or raises")

    def _ask(self, url: str, client: httpx.Client, sink: Sink, headers: Mapping[str, str]) -> httpx.Response:
        if self.requests >= self.policy.max_pages:
            raise Stopped(reached(f"{self.policy.max_pages} requests (--max-pages)"))
        self._bound()
        wait = max(self.policy.delay, self._robots.delay if self._robots else 0)
        if (rest := self._last + wait - clock.monotonic()) > 0:
            self._time.allow(rest, f"{robots.PATH} or --delay")
            clock.sleep(rest)
        self._deadline.begin(min(self.policy.patience, self._time.remaining))
        self.requests += 1
        try:
            with client.stream("GET", url, headers=headers) as response:
                if response.status_code in retries.STATUSES:
                    raise retries.RetryLater(response)
                self.revalidated += _is_from_cache(response) or response.status_code == 304
                encoding = response.headers.get("content-encoding", "")
                for chunk in decoded(self._counted(response, sink.limit), encoding, sink.limit):
                    sink.take(chunk)
                return response
        finally:
            self._last = clock.monotonic()

    def _worth_another_try(self, error: Exception) -> bool | float:
        """Return whether to retry after a failure, or after how many seconds, within the time limit of the fetch."""
        again = retries.is_transient(error)
        return again if again is True or again <= self._time.remaining else False

    def _counted(self, response: httpx.Response, limit: int) -> Iterator[bytes]:
        length = response.headers.get("content-length", "")
        if re.fullmatch(r"\d+", length) and int(length) > limit:
            raise TooLarge(f"the body has {int(length) / 2**20:.1f} MiB; at most {limit / 2**20:g} are taken")
        for chunk in response.iter_raw():
            if not _is_from_cache(response):
                self.received += len(chunk)
                self._bound()
            yield chunk

    def _bound(self) -> None:
        policy = self.policy
        if self.received > policy.max_megabytes * 1e6:
            raise Stopped(reached(f"{policy.max_megabytes:g} MB (--max-megabytes)"))
        self._time.check()


def _refuse_no_address(response: httpx.Response) -> None:
    if response.has_redirect_location:
        redirected(str(response.request.url), response.headers["location"])


def _openable(cache: Path) -> None:
    try:
        with closing(sqlite3.connect(cache)) as connection:
            connection.execute("PRAGMA schema_version")
    except sqlite3.Error as error:
        raise CannotRun(f"{cache}: cannot be used: {error}; remove it, and every page is asked for in full") from None


def _is_from_cache(response: httpx.Response) -> bool:
    return bool((response.extensions.get("caching") or {}).get("from_cache"))
