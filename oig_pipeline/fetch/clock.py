"""The only clock of fetching.

Belongs here: what time it is, how much has passed, and waiting. Nothing of it reaches a release but the time at which a
capture was obtained, which is a fact about it.
"""

from __future__ import annotations

import datetime as dt
import time


def now() -> dt.datetime:
    """Return the time in UTC."""
    return dt.datetime.now(dt.UTC)


def monotonic() -> float:
    """Return seconds that only ever grow."""
    return time.monotonic()


def sleep(seconds: float) -> None:
    """Wait."""
    time.sleep(seconds)
