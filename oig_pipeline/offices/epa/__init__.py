"""EPA OIG.

Belongs here: the numbers, agencies and marks of titles of its reports. Does not: reading them.

A number is the fiscal year, a letter or digit for the kind of work, and a sequence: `22-P-0010` is no. 10 of FY 2022.
Older ones write all four digits of the year, and a longer sequence: `2002-M-000013`.
"""

from __future__ import annotations

from dataclasses import replace

from oig_pipeline.domain.agencies import Agency, AgencyList
from oig_pipeline.domain.office import Office
from oig_pipeline.domain.report_number import Era, NumberGrammar, Series
from oig_pipeline.domain.titles import Mark, TitleMarks

# Digits stand for audits of financial statements, grants and contracts: `11-1-0015`.
_KIND = "[A-Z1-4]"
_HYPHEN = r"[_\-\u2010-\u2015]"

NUMBERS = NumberGrammar(
    series=(
        Series(
            _KIND,
            "reports of one kind of work",
            rf"(?:\d\d-{_KIND}-\d{{4}}|20\d\d-{_KIND}-\d{{5,6}})",
            (Era("first", 2000, 2099, width=4), Era("first", 2000, 2099, year_digits=4, width=6)),
            "{first}-{series}-{second}",
        ),
    ),
    parts=rf"^(?P<first>\d{{4}}|\d\d)-(?P<series>{_KIND})-(?P<second>\d{{4,6}})(?P<suffix>-[A-Z]+)?$",
    # Between blanks, two numbers and a letter may be anything.
    loose=rf"(?:20)?\d\d{_HYPHEN}{_KIND}{_HYPHEN}\d{{4,6}}",
)
AGENCIES = AgencyList(
    agencies=(
        Agency("EPA", "Environmental Protection Agency", acronyms=("EPA",)),
        Agency(
            "CSB",
            "U.S. Chemical Safety and Hazard Investigation Board",
            acronyms=("CSB",),
            names=("Chemical Safety and Hazard Investigation Board", "Chemical Safety Board"),
        ),
    )
)
TITLES = TitleMarks(
    marks=(
        Mark("bracket", "redacted", "is_redacted", True),
        Mark("bracket", "revised", "is_revised", True),
        Mark("lead", "management alert", "kind", "management_alert"),
    ),
)


def declare(office: Office) -> Office:
    """Return the office with what is known of its reports."""
    return replace(
        office,
        site="https://www.epaoig.gov",
        hosts=("epaoig.gov", "epa.gov"),
        numbers=NUMBERS,
        agencies=AGENCIES,
        titles=TITLES,
    )
