"""Which listings are walked.

Belongs here: the site's listings, unfiltered and once per agency filter, and their addresses. Does not: asking for
them.
"""

from __future__ import annotations

from dataclasses import dataclass

from oig_pipeline.domain.agencies import Agency
from oig_pipeline.offices import OFFICES

PATHS = (
    "/reports/audits-inspections-and-evaluations",
    "/reports/management-alerts",
    "/reports/whistleblower-retaliation-reports-of-investigation",
)
PAGE_ROWS = 50
"""Rows on every page of a listing but the last."""


@dataclass(frozen=True)
class Listing:
    """One view of one list. `agency` is that to which the site's filter narrows it, None for all."""

    path: str
    agency: Agency | None = None

    @property
    def name(self) -> str:
        """The name of the listing in folders and messages."""
        last = self.path.rsplit("/", 1)[-1]
        return last if self.agency is None else f"{last}.{self.agency.code.lower()}"

    def url(self, base: str, page: int) -> str:
        """Return the address of a page, counted from 0, the newest reports first."""
        narrowed = "All" if self.agency is None else self.agency.filter_id
        query = f"field_dhs_agency_target_id={narrowed}&field_fy_value=All&order=field_issue_date&sort=desc"
        return f"{base}{self.path}?{query}&page={page}"


def listings() -> tuple[Listing, ...]:
    """Return every listing: the view of all agencies has holes, and only the filters tell the agencies."""
    office = OFFICES.declared("dhs")
    filters = [None, *(agency for agency in office.agencies.agencies if agency.filter_id is not None)]
    return tuple(Listing(path, agency) for path in PATHS for agency in filters)
