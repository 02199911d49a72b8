"""Connections with a bound on the time that one answer takes.

Belongs here: a deadline that holds for a whole exchange, connecting and headers included. Does not: which address is
asked, or how often.

The usual timeouts start again with every byte, so that a server which sends one now and then is never done.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

from oig_pipeline.fetch import clock


class Deadline:
    """When the exchange that is going on must have ended."""

    def __init__(self) -> None:
        self._at = float("inf")

    def begin(self, seconds: float) -> None:
        """Give the exchange that begins now so many seconds."""
        self._at = clock.monotonic() + seconds

    def remaining(self, timeout: float | None, late: type[Exception]) -> float | None:
        """Return the timeout of one step; raise `late` if no time is left."""
        remaining = self._at - clock.monotonic()
        if remaining <= 0:
            raise late("the answer took too long")
        return min(remaining, timeout) if timeout is not None else remaining


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.remaining(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.remaining(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        remaining = self._deadline.remaining(timeout, httpcore.ConnectTimeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, remaining), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    def __init__(self, deadline: Deadline) -> None:
        self._backend, self._deadline = httpcore.SyncBackend(), deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        remaining = self._deadline.remaining(timeout, httpcore.ConnectTimeout)
        return _Stream(self._backend.connect_tcp(host, port, remaining, local_address, socket_options), self._deadline)


class Transport(httpx.HTTPTransport):
    """One connection at a time, whose every step ends by the deadline. Proxies are not taken from the environment."""

    def __init__(self, deadline: Deadline) -> None:
        context = httpx.create_ssl_context()
        super().__init__(verify=context)
        # httpx hands no network backend on; tests/test_upstream.py holds that the pool is still where it is replaced.
        self._pool = httpcore.ConnectionPool(ssl_context=context, max_connections=1, network_backend=_Backend(deadline))
