"""DHS OIG.

Belongs here: what is known of its reports. Does not: reading them.
"""

from __future__ import annotations

from dataclasses import replace

from oig_pipeline.domain.office import About, Office
from oig_pipeline.offices.dhs.agencies import AGENCIES
from oig_pipeline.offices.dhs.numbers import NUMBERS
from oig_pipeline.offices.dhs.titles import TITLES

ABOUT = About(
    acronym="DHS",
    subject="Homeland Security",
    name="Office of Inspector General, US Department of Homeland Security",
    listings="https://www.oig.dhs.gov/reports",
)
PAGES = r"(?i)^https?://(?:www\.)?oig\.dhs\.gov(?:/(?:reports(?:/[a-z-]+)?|taxonomy/term/[0-9]+))?/?(?:[?#].*)?$"


def declare(office: Office) -> Office:
    """Return the office with what is known of its reports."""
    return replace(
        office,
        site="https://www.oig.dhs.gov",
        hosts=("oig.dhs.gov",),
        pages=PAGES,
        sources=("oig_dhs_gov", "unitedstates"),
        numbers=NUMBERS,
        agencies=AGENCIES,
        titles=TITLES,
        about=ABOUT,
    )
