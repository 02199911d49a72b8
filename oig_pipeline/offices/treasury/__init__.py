"""Treasury OIG.

Belongs here: the numbers, agencies and marks of titles of its reports. Does not: reading them.

`OIG-14-049` is no. 49 of FY 2014: three digits, so that from 100 on the number alone does not tell it from one of DHS.
Desk reviews and the like have a series of their own, `OIG-CA-14-009`. Numbers that begin with EVAL were seen, but not
whole: no grammar is known of them.
"""

from __future__ import annotations

from dataclasses import replace

from oig_pipeline.domain.agencies import Agency, AgencyList
from oig_pipeline.domain.office import Office
from oig_pipeline.domain.report_number import GAP, Era, NumberGrammar, Series
from oig_pipeline.domain.titles import Mark, TitleMarks

_ERAS = (Era("first", 2000, 2099, width=3),)

NUMBERS = NumberGrammar(
    series=(
        Series("OIG", "audits and evaluations", r"OIG-\d\d-\d{3}", _ERAS),
        Series("OIG-CA", "semiannual reports, desk reviews, letters", r"OIG-CA-\d\d-\d{3}", _ERAS),
    ),
    parts=r"^(?P<series>OIG(?:-CA)?)-(?P<first>\d\d)-(?P<second>\d{3})(?P<suffix>-[A-Z]+)?$",
    loose=rf"OIG(?:{GAP}{{1,2}}CA)?{GAP}{{1,2}}\d\d{GAP}\d{{3}}",
)
AGENCIES = AgencyList(
    agencies=(
        Agency("TREAS", "Department of the Treasury", aliases=("Treasury", "The Department of Treasury")),
        Agency("BEP", "Bureau of Engraving and Printing", acronyms=("BEP",)),
        Agency("BFS", "Bureau of the Fiscal Service", names=("Fiscal Service",)),
        Agency("BPD", "Bureau of the Public Debt", names=("Public Debt",), successor="BFS"),
        Agency("FMS", "Financial Management Service", acronyms=("FMS",), successor="BFS"),
        Agency("CDFI", "Community Development Financial Institutions Fund", names=("CDFI Fund",)),
        Agency("FINCEN", "Financial Crimes Enforcement Network", acronyms=("FinCEN",)),
        Agency("MINT", "United States Mint", names=("U.S. Mint",)),
        Agency("OCC", "Office of the Comptroller of the Currency", acronyms=("OCC",)),
        Agency("OTS", "Office of Thrift Supervision", acronyms=("OTS",), successor="OCC"),
        Agency("OFAC", "Office of Foreign Assets Control", acronyms=("OFAC",)),
        Agency(
            "TTB",
            "Alcohol and Tobacco Tax and Trade Bureau",
            acronyms=("TTB",),
            names=("Alcohol & Tobacco Tax & Trade Bureau",),
        ),
    )
)
TITLES = TitleMarks(
    marks=(
        Mark("bracket", "redacted", "is_redacted", True),
        Mark("bracket", "revised", "is_revised", True),
    ),
)


def declare(office: Office) -> Office:
    """Return the office with what is known of its reports."""
    return replace(
        office,
        site="https://oig.treasury.gov",
        hosts=("oig.treasury.gov",),
        numbers=NUMBERS,
        agencies=AGENCIES,
        titles=TITLES,
    )
