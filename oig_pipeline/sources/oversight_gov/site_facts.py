"""Addresses of oversight.gov, and how its lists are filtered and paged.

Belongs here: facts of the site that a fetch needs. Does not: asking for a page, or reading one. Seen in stored copies
and in public code that reads the site; what was never seen is left out, such as the filter id of most offices.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlencode

from oig_pipeline.domain import known_sources

BASE_URL = "https://www.oversight.gov"
HOSTS = frozenset(prefix + host for host in known_sources.HOSTS for prefix in ("www.", ""))
CRAWL_DELAY = 5.0
"""Seconds between two requests, as the site's robots.txt is said to ask."""

LISTINGS = MappingProxyType(
    {
        "federal": f"{BASE_URL}/reports/federal",
        "state_local": f"{BASE_URL}/reports/state-local",
    }
)
"""Addresses of the lists of reports, newest report first."""
FIRST_PAGE = 0
"""How the first page of a list is numbered."""
PAGE_PARAMETER = "page"
PAGE_SIZE_PARAMETER = "items_per_page"
PAGE_SIZE = 10
"""Rows on a page where no other number is asked for."""
MAX_PAGE_SIZE = 100
OFFICE_PARAMETER = "field_report_submitting_oig[]"
"""Repeatable: the list then shows the reports of any of these offices."""
ISSUED_FROM_PARAMETER = "field_report_date_issued[min]"
ISSUED_TO_PARAMETER = "field_report_date_issued[max]"
SEARCH_PARAMETER = "search_api_fulltext"

OFFICE_FILTER_IDS = MappingProxyType(
    {
        "Department of State OIG": 223,
        "Department of the Treasury OIG": 225,
        "Election Assistance Commission OIG": 229,
        "Federal Election Commission OIG": 236,
        "Office of Personnel Management OIG": 283,
        "Intelligence Community Inspector General": 284,
        "Treasury Inspector General for Tax Administration": 313,
    }
)
"""Ids of submitting offices in the filter, by the site's spelling; those of other offices were not seen."""


def list_page_url(listing: str, page: int = FIRST_PAGE, parameters: Mapping[str, str | int] | None = None) -> str:
    """Return the address of one page of a list.

    Args:
        listing: the address of the list, one of `LISTINGS`.
        page: the number of the page, from 0.
        parameters: filters and the page size, by parameter name.
    """
    return f"{listing}?{urlencode({**(parameters or {}), PAGE_PARAMETER: page})}"
