"""Offices of Inspector General: facts, no engine.

Belongs here: all offices, and what is looked up among all of them. Does not: any one office. A folder declares what is
known of the reports of one office; it is discovered, and named nowhere else.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from oig_pipeline.domain.agencies import Agency
from oig_pipeline.domain.office import Office, Offices
from oig_pipeline.domain.report_number import NumberError
from oig_pipeline.offices.registry import REGISTRY


def _declared() -> dict[str, Office]:
    """Return code → office, those with a folder as it declares them."""
    folders = {module.name for module in iter_modules(__path__) if module.ispkg}
    return {
        office.code: import_module(f"{__name__}.{office.code}").declare(office) if office.code in folders else office
        for office in REGISTRY
    }


OFFICES = Offices(_declared(), default="dhs")
AGENCIES = {code: agency for office in OFFICES.by_code.values() for code, agency in office.agencies.by_code.items()}
"""Code → agency, those of all offices."""
CUES = tuple(sorted({cue for agency in AGENCIES.values() for cue in agency.cues}))
"""What names an agency in running text, those of all offices."""


def agency_of_name(name: str) -> Agency | None:
    """Return the agency that a code, a name or an alias means, in any case; None where no office has one."""
    return next(filter(None, (office.agencies.lookup(name) for office in OFFICES.by_code.values())), None)


def canonical_number(text: str) -> str | None:
    """Return the canonical spelling of a report number; None where it is a number of no office with a grammar."""
    for office in OFFICES.by_code.values():
        if office.numbers is not None:
            try:
                return office.numbers.canonical(text)
            except NumberError:
                continue
    return None
