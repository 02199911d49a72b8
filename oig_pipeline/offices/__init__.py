"""Offices of Inspector General: facts, no engine.

Belongs here: finding an office by its code or by a name. Does not: any one office. A folder declares what is known of
the reports of one office; it is discovered, and named nowhere else.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from oig_pipeline.domain.office import Office, folded
from oig_pipeline.offices.registry import REGISTRY


def _declared() -> dict[str, Office]:
    """Return code → office, those with a folder as it declares them."""
    folders = {module.name for module in iter_modules(__path__) if module.ispkg}
    return {
        office.code: import_module(f"{__name__}.{office.code}").declare(office) if office.code in folders else office
        for office in REGISTRY
    }


OFFICES = _declared()
"""Code → office."""
_BY_NAME = {folded(name): office for office in OFFICES.values() for name in office.names}


def code_of_name(name: str) -> str | None:
    """Return the code of the office that a code or a name means, None where the registry has none."""
    office = office_of_name(name)
    return office.code if office else None


def office_of_name(name: str) -> Office | None:
    """Return the office that a code or a name means, in any case; None where the registry has none."""
    return _BY_NAME.get(folded(name))
