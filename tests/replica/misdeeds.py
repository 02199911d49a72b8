"""What the replica does wrong on demand.

A misdeed is asked first: it answers instead of the site, changes what the site shows, or lets the site answer.
"""

from __future__ import annotations

import gzip
import random
import zlib
from collections.abc import Callable
from itertools import count, groupby

from tests.replica import pages
from tests.replica.facts import Facts
from tests.replica.server import Misdeed, Replica, Reply, Request

HTML = {"Content-Type": "text/html; charset=UTF-8"}
Where = Callable[[Request], bool]


def listing(request: Request) -> bool:
    """Every page of every listing."""
    return request.is_listing


def once(reply: Reply | Callable[[Request, Replica], Reply], where: Where = listing, times: int = 1) -> Misdeed:
    """Answer the first requests for each address so, those after it as they should be."""

    def does(request: Request, replica: Replica) -> Reply | None:
        if not where(request) or request.before >= times:
            return None
        return reply(request, replica) if callable(reply) else reply

    return does


def always(reply: Reply | Callable[[Request, Replica], Reply], where: Where = listing) -> Misdeed:
    """Answer every request so."""
    return once(reply, where, times=10**6)


def error(status: int, **headers: str) -> Reply:
    """An error of the server."""
    return Reply(status, {**HTML, **{k.replace("_", "-"): v for k, v in headers.items()}}, b"<html>Error</html>")


def honest(request: Request, replica: Replica) -> bytes:
    """Return the page that the site would give, plain."""
    return replica.page(request).encode()


def reset(request: Request, replica: Replica) -> Reply:
    """The connection ends in the middle of the body."""
    body = honest(request, replica)
    return Reply(200, HTML, body, cut=len(body) // 2)


def drip(request: Request, replica: Replica) -> Reply:
    """A byte now and then, for ever."""
    return Reply(200, HTML, honest(request, replica), drip=True)


def length_too_long(request: Request, replica: Replica) -> Reply:
    """A length that is more than comes."""
    body = honest(request, replica)
    return Reply(200, {**HTML, "Content-Length": str(len(body) + 1000)}, body, cut=len(body))


def length_too_short(request: Request, replica: Replica) -> Reply:
    """A length that is less than comes."""
    body = honest(request, replica)
    return Reply(200, {**HTML, "Content-Length": str(len(body) // 2)}, body, cut=len(body))


def torn_gzip(request: Request, replica: Replica) -> Reply:
    """A compressed body that breaks off, in a whole answer."""
    body = gzip.compress(honest(request, replica), mtime=0)
    return Reply(200, {**HTML, "Content-Encoding": "gzip"}, body[:-20])


def bomb(request: Request, replica: Replica) -> Reply:
    """A small body that unpacks to a quarter of a gigabyte."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(2**20)
    if not _BOMB:
        _BOMB.append(b"".join([packer.compress(block) for _ in range(256)]) + packer.flush())
    return Reply(200, {**HTML, "Content-Encoding": "gzip"}, _BOMB[0])


_BOMB: list[bytes] = []


def redirect(to: str, status: int = 302) -> Reply:
    """Elsewhere."""
    return Reply(status, {"Location": to}, b"")


def page(heading: str, content: str, status: int = 200, kind: str = "text/html; charset=UTF-8") -> Reply:
    """Another page of the site in the place of the one that was asked for."""
    return Reply(status, {"Content-Type": kind}, pages.document(heading, content).encode())


SOFT_404 = page("Page not found", "<p>The requested page could not be found.</p>")
CHALLENGE = page("Just a moment...", "<p>Checking your browser before accessing the site.</p>")
LOGIN = page("Log in", '<form><input type="text" name="name"/><input type="password" name="pass"/></form>')
UNRELATED = page("About us", "<p>What we do.</p>")


def broken_off(request: Request, replica: Replica) -> Reply:
    """A page without its end, in a whole answer."""
    return Reply(200, HTML, honest(request, replica)[:-40])


def wrong_type(request: Request, replica: Replica) -> Reply:
    """The right page as something else."""
    return Reply(200, {"Content-Type": "application/json"}, honest(request, replica))


def other_columns(request: Request, replica: Replica) -> Reply:
    """The listing with a column more."""
    text = honest(request, replica).decode()
    more = '<th class="views-field views-field-field-status" scope="col">Status</th>'
    return Reply(200, HTML, text.replace("</tr></thead>", f"{more}</tr></thead>").encode())


def noise() -> Misdeed:
    """Let every answer differ in what stands around the listing, and none have a validator, as a site may."""
    numbers = count()

    def does(request: Request, replica: Replica) -> Reply | None:
        if not request.is_listing:
            return None
        reports = replica.facts.list_reports(request.path, request.filter_id)
        return Reply(200, HTML, pages.listing(request.path, reports, request.page, key=str(next(numbers))).encode())

    return does


def cookies() -> Misdeed:
    """Give everybody a cookie, and let pages vary by it."""
    numbers = count()

    def does(request: Request, replica: Replica) -> Reply | None:
        reply = replica.honest(request)
        return Reply(reply.status, {**reply.headers, "Set-Cookie": f"visit={next(numbers)}; Path=/"}, reply.body)

    return does


def meanwhile(change: Callable[[Facts], object], before: int) -> Misdeed:
    """Change what the site shows before the listing request of that number (from 1) is answered."""
    numbers = count(1)

    def does(request: Request, replica: Replica) -> Reply | None:
        if request.is_listing and next(numbers) == before:
            change(replica.facts)
        return None

    return does


def shuffled(seed: int) -> Misdeed:
    """Let rows of one date change places with every request."""
    chance = random.Random(seed)

    def does(request: Request, replica: Replica) -> Reply | None:
        if not request.is_listing:
            return None
        reports = []
        for _, same in groupby(replica.facts.list_reports(request.path, request.filter_id), key=lambda r: r.date):
            rows = list(same)
            chance.shuffle(rows)
            reports += rows
        return Reply(200, HTML, replica.page(request, reports).encode())

    return does


def repeating(request: Request, replica: Replica) -> Reply:
    """Every page after the first begins with the last row of the page before, and so one row is on none."""
    reports = replica.facts.list_reports(request.path, request.filter_id)
    for place in range(pages.PAGE_ROWS, len(reports), pages.PAGE_ROWS):
        reports = [*reports[:place], reports[place - 1], *reports[place + 1 :]]
    return Reply(200, HTML, replica.page(request, reports).encode())
