"""When to ask again, and how long to wait for it."""

from __future__ import annotations

import datetime as dt
import ssl

import httpx
import pytest

from oig_pipeline.fetch import clock, retries
from oig_pipeline.fetch.body import Incomplete
from oig_pipeline.fetch.failures import FetchError

NOW = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Tue, 24 Nov 2026 12:01:30 GMT", 90.0),
        ("Tue, 24 Nov 2026 11:00:00 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("9" * 30, None),
        ("Fri, 31 Dec 9999 23:59:59 -2359", None),
    ],
)
def test_retry_after_is_a_number_or_a_date(text: str, seconds: float | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    assert retries.retry_after(text) == seconds


def again(status: int, after: str | None = None) -> retries.RetryLater:
    return retries.RetryLater(httpx.Response(status, headers={"Retry-After": after} if after else {}))


def refused() -> httpx.ConnectError:
    error = httpx.ConnectError("handshake")
    error.__cause__ = ssl.SSLCertVerificationError()
    error.__cause__.verify_message = "self-signed certificate"
    return error


@pytest.mark.parametrize(
    ("error", "worth"),
    [
        (again(503), True),
        (again(429, "7"), 7.0),
        (again(429, "7200"), False),
        (httpx.ReadTimeout("slow"), True),
        (httpx.RemoteProtocolError("cut"), True),
        (Incomplete("cut"), True),
        (refused(), False),
        (FetchError("damaged"), False),
        (ValueError(), False),
    ],
)
def test_only_what_may_pass_is_tried_again(error: Exception, worth: bool | float) -> None:
    assert retries.is_transient(error) == worth
    assert isinstance(retries.is_transient(error), type(worth))
