"""Where a redirect leads.

Belongs here: joining an address and a `Location`, and refusing what is no web address. Does not: which addresses may be
asked (see `crawl_policy.py`), or asking.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin

import httpx

from oig_pipeline.fetch.failures import Refused

_WEB = re.compile(r"https?://[^\s/?#]+(?:[/?#]|$)", re.I)
LONGEST_SHOWN = 200


def redirected(url: str, location: str) -> str:
    """Return the address that a redirect leads to.

    Raises:
        Refused: it is none.
    """
    try:
        target = urljoin(url, location)
    except ValueError:
        target = ""
    if not is_web_address(target):
        raise Refused(f"{url}: leads to {location[:LONGEST_SHOWN]!r}, which is no web address")
    return target


def is_web_address(url: str) -> bool:
    """Return whether an address is one that can be asked over HTTP."""
    try:
        return bool(_WEB.match(url) and httpx.URL(url).host)
    except (ValueError, httpx.InvalidURL):
        return False
