"""DHS OIG.

Belongs here: what is known of its reports. Does not: reading them.
"""

from __future__ import annotations

from dataclasses import replace

from oig_pipeline.domain.office import Office
from oig_pipeline.offices.dhs.agencies import AGENCIES
from oig_pipeline.offices.dhs.numbers import NUMBERS
from oig_pipeline.offices.dhs.titles import TITLES


def declare(office: Office) -> Office:
    """Return the office with what is known of its reports."""
    return replace(
        office,
        site="https://www.oig.dhs.gov",
        hosts=("oig.dhs.gov",),
        numbers=NUMBERS,
        agencies=AGENCIES,
        titles=TITLES,
    )
