"""When to ask again.

Belongs here: which failures may pass, and how long to wait for it. Does not: asking.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import re
import ssl

import httpx

from oig_pipeline.fetch import clock
from oig_pipeline.fetch.body import Incomplete

STATUSES = (408, 425, 429, 500, 502, 503, 504)
"""Statuses after which the same request may succeed."""
LONGEST_WAIT = 600.0
"""Longest Retry-After that is waited for within one fetch, in seconds."""


class RetryLater(Exception):
    """A status after which to ask again, and after how many seconds if the site says so."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(f"status {response.status_code}")
        self.after = retry_after(response.headers.get("retry-after", ""))


def retry_after(text: str) -> float | None:
    """Return the seconds that a Retry-After asks for, as a number or as a date; None for none."""
    if re.fullmatch(r"\d{1,9}", text.strip()):
        return float(text)
    try:
        moment = email.utils.parsedate_to_datetime(text).astimezone(dt.UTC)
    except (ValueError, TypeError, OverflowError):
        return None
    return max(0.0, (moment - clock.now()).total_seconds())


def is_transient(error: Exception) -> bool | float:
    """Return whether to ask again after a failure, or after how many seconds."""
    if isinstance(error, RetryLater):
        return error.after is None or (error.after <= LONGEST_WAIT and error.after)
    return isinstance(error, Incomplete) or (isinstance(error, httpx.TransportError) and not unverified(error))


def unverified(error: BaseException) -> str:
    """Return why the site's certificate does not verify; nothing where that is not what failed."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return str(cause.verify_message)
        cause = cause.__cause__ or cause.__context__
    return ""
