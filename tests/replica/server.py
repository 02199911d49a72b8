"""The replica's server: answers from facts, counts what it is asked, and lets misdeeds go first."""

from __future__ import annotations

import gzip
import hashlib
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.replica import pages
from tests.replica.facts import HEADINGS, Facts, Report

ROBOTS = "User-agent: *\nDisallow: /admin/\nDisallow: /search/\n"


@dataclass(frozen=True)
class Request:
    """One request: its path with query, its headers, and how often this very path was asked before."""

    target: str
    headers: dict[str, str]
    before: int

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def page(self) -> int:
        return int(parse_qs(urlsplit(self.target).query).get("page", ["0"])[0])

    @property
    def filter_id(self) -> int | None:
        value = parse_qs(urlsplit(self.target).query).get("field_dhs_agency_target_id", ["All"])[0]
        return None if value == "All" else int(value)

    @property
    def is_listing(self) -> bool:
        return self.path in HEADINGS


@dataclass
class Reply:
    """What is sent. `cut` ends the connection after so many bytes of the body, `drip` sends a byte now and then."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut: int | None = None
    drip: bool = False


Misdeed = Callable[[Request, "Replica"], "Reply | None"]
"""Answers instead of the site, or returns None and lets it answer."""


class Replica:
    """The site. `requests` holds every request in order; tests change `facts`, `misdeeds` and `robots` at runtime."""

    def __init__(self, facts: Facts, *misdeeds: Misdeed) -> None:
        self.facts, self.misdeeds = facts, list(misdeeds)
        self.robots = ROBOTS
        self.requests: list[Request] = []
        self.sent: Counter[int] = Counter()
        self.ends = threading.Event()
        self.url = ""
        self.documents: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def counted(self, *, path: str | None = None) -> Counter[str]:
        """Return how often each target was asked, robots.txt apart."""
        return Counter(a.target for a in self.requests if a.path != "/robots.txt" and path in (None, a.path))

    def answer(self, target: str, headers: dict[str, str]) -> Reply:
        """Return the reply to a request, which is counted."""
        with self._lock:
            before = sum(request.target == target for request in self.requests)
            request = Request(target, {name.lower(): value for name, value in headers.items()}, before)
            self.requests.append(request)
            for misdeed in list(self.misdeeds):
                if (reply := misdeed(request, self)) is not None:
                    return reply
            return self.honest(request)

    def honest(self, request: Request) -> Reply:
        """Return what the site would say."""
        if request.path == "/robots.txt":
            return self._conditional(request, self.robots.encode(), "text/plain; charset=utf-8")
        if request.is_listing:
            return self._conditional(request, self.page(request).encode(), "text/html; charset=UTF-8")
        if request.path in self.documents:
            return self._conditional(request, self.documents[request.path], "application/pdf")
        missing = pages.document("Page not found", "<p>The requested page could not be found.</p>")
        return Reply(404, {"Content-Type": "text/html; charset=UTF-8"}, missing.encode())

    def page(self, request: Request, reports: list[Report] | None = None) -> str:
        """Return the page of a listing that was asked for."""
        if reports is None:
            reports = self.facts.list_reports(request.path, request.filter_id)
        return pages.listing(request.path, reports, request.page)

    def _conditional(self, request: Request, body: bytes, kind: str) -> Reply:
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        headers = {
            "Content-Type": kind,
            "ETag": tag,
            "Last-Modified": "Mon, 02 Nov 2026 12:00:00 GMT",
            "Cache-Control": "max-age=900, public",
            "Vary": "Cookie, Accept-Encoding",
        }
        if request.headers.get("if-none-match") == tag:
            return Reply(304, headers)
        if "gzip" in request.headers.get("accept-encoding", "") and kind.startswith("text/"):
            return Reply(200, {**headers, "Content-Encoding": "gzip"}, gzip.compress(body, mtime=0))
        return Reply(200, headers, body)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # An answer goes out at once: in small pieces each would wait for the one before to be acknowledged.
    wbufsize = 2**16
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        replica = self.server.replica
        reply = replica.answer(self.path, dict(self.headers.items()))
        replica.sent[reply.status] += 1
        self.send_response(reply.status)
        headers = dict(reply.headers)
        if reply.status != 304:
            headers.setdefault("Content-Length", str(len(reply.body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        body = reply.body if reply.cut is None else reply.body[: reply.cut]
        if reply.drip:
            for place in range(len(body)):
                if replica.ends.wait(0.02):
                    break
                self.wfile.write(body[place : place + 1])
                self.wfile.flush()
        else:
            self.wfile.write(body)
        if reply.cut is not None or reply.drip:
            self.close_connection = True

    def log_message(self, *arguments: object) -> None:
        """Say nothing: the tests look at what was counted."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    replica: Replica

    def handle_error(self, request: object, address: object) -> None:
        """A client that goes away is no fault of the server."""


@contextmanager
def serving(replica: Replica, *, certificate: Path | None = None) -> Iterator[Replica]:
    """Serve on a free port of 127.0.0.1 until the block ends; over TLS if there is a certificate (with its key)."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.replica = replica
    scheme = "http"
    if certificate is not None:
        scheme = "https"
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    replica.url = f"{scheme}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield replica
    finally:
        replica.ends.set()
        with suppress(OSError):
            server.shutdown()
            server.server_close()
