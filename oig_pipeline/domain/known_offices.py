"""The Offices of Inspector General whose names are understood.

Belongs here: which spellings mean which office, which addresses are whose, and whose report numbers have a grammar.
Does not: the row that names one (see `curate/issuing_office.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from oig_pipeline.domain.whitespace import WHITESPACE

NAMES: Mapping[str, str] = {
    "dhs": "Department of Homeland Security OIG",
    "epa": "Environmental Protection Agency OIG",
    "treasury": "Department of the Treasury OIG",
}
"""Code → the name of the office, as it publishes with the others."""
HOSTS: Mapping[str, str] = {"oig.dhs.gov": "dhs"}
"""Host of an office's own site → its code."""
WITH_GRAMMAR = frozenset({"dhs"})
"""The offices whose report numbers have a declared grammar."""
DEFAULT = "dhs"
"""The office of listings that have no place for one: there was no other when their layouts were made."""

_HOST = re.compile(r"https?://([^/?#:@\s]+)", re.I)


def _folded(name: str) -> str:
    words = re.sub(rf"[{WHITESPACE}]+", " ", name.replace("&", " and ")).strip(" ").casefold()
    return re.sub(r",? (?:oig|office of (?:the )?inspector general)$", "", words)


_CODES = {_folded(spelling): code for code, name in NAMES.items() for spelling in (code, name)}


def code_of(name: str) -> str | None:
    """Return the code of an office whose code or name this is, None for any other."""
    return _CODES.get(_folded(name))


def spelled(name: str) -> str:
    """Return the code of a known office; of any other the name as it is spelled, its blanks folded."""
    return code_of(name) or " ".join(name.split())


def of_url(url: str) -> str | None:
    """Return the code of the office whose site an address lies on, None where it is nobody's."""
    match = _HOST.match(url)
    return of_host(match[1]) if match else None


def of_host(host: str) -> str | None:
    """Return the code of the office that a host, or one below it, belongs to."""
    labels = host.lower().split(".")
    return next((HOSTS[name] for n in range(len(labels)) if (name := ".".join(labels[n:])) in HOSTS), None)


def qualified(office: str, number: str) -> str:
    """Return a number as people read it where several offices may be meant: of the default office, bare."""
    return number if office == DEFAULT else f"{office}:{number}"
