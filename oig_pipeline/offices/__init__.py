"""Offices of Inspector General: facts, no engine.

Belongs here: finding an office by its code or by a name. Does not: any one office. A folder declares what is known of
the reports of one office; it is discovered, and named nowhere else.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from urllib.parse import urlsplit

from oig_pipeline.domain.agencies import Agency
from oig_pipeline.domain.office import Office, folded
from oig_pipeline.domain.report_number import NumberError
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
AGENCIES = {code: agency for office in OFFICES.values() for code, agency in office.agencies.by_code.items()}
"""Code → agency, those of all offices."""
_BY_HOST = {host: office for office in OFFICES.values() for host in office.hosts}
_DEFAULT = OFFICES["dhs"]
_BY_NAME = {folded(name): office for office in OFFICES.values() for name in office.names}


def office_of_name(name: str) -> Office | None:
    """Return the office that a code or a name means, in any case; None where the registry has none."""
    return _BY_NAME.get(folded(name))


def office_of_url(url: str | None) -> Office:
    """Return the office on whose site an address lies; for one that is on no office's, the first that was collected."""
    try:
        host = (urlsplit(url).hostname or "") if url else ""
    except ValueError:
        host = ""
    while host and host not in _BY_HOST:
        _, _, host = host.partition(".")
    return _BY_HOST.get(host, _DEFAULT)


def agency_of_name(name: str) -> Agency | None:
    """Return the agency that a code, a name or an alias means, in any case; None where no office has one."""
    return next(filter(None, (office.agencies.lookup(name) for office in OFFICES.values())), None)


def canonical_number(text: str) -> str | None:
    """Return the canonical spelling of a report number; None where it is a number of no office with a grammar."""
    for office in OFFICES.values():
        if office.numbers is not None:
            try:
                return office.numbers.canonical(text)
            except NumberError:
                continue
    return None
