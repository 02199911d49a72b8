"""What an office is, and how one is found among all that are known.

Belongs here: the type of an Office of Inspector General, and finding one by a name or an address. Does not: any one
office (see `offices/`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlsplit

from oig_pipeline.domain.agencies import AgencyList
from oig_pipeline.domain.report_number import NumberGrammar
from oig_pipeline.domain.titles import TitleMarks
from oig_pipeline.domain.whitespace import WHITESPACE

_OF_INSPECTOR_GENERAL = r",? (?:oig|office of (?:the )?inspector general)$"


@dataclass(frozen=True)
class About:
    """How descriptions of a release and its site speak of the office.

    Attributes:
        acronym: the acronym of its department.
        subject: what its reports are on, with capitals: the name of its department without "Department of".
        name: its name in full.
        listings: the address of the listings of its reports.
    """

    acronym: str = ""
    subject: str = ""
    name: str = ""
    listings: str = ""


@dataclass(frozen=True)
class Office:
    """An Office of Inspector General, and what is declared of its reports.

    Attributes:
        code: its name in keys, addresses and options: lower-case letters, the name of its folder if it has one.
        name: the name of its department or agency, or its own if that says "Inspector General".
        spelling: how oversight.gov spells it as the submitting office.
        is_certain: whether that spelling was seen; otherwise it is inferred from the others.
        aliases: what else it is called.
        site: the address of its site.
        hosts: the hosts of its pages and documents; what stands in front of one does not matter.
        pages: the pattern of addresses that show several reports; None where it is not known.
        sources: the sources all of whose captures show reports of it; of any other, each row says whose it is.
        numbers: the grammar of its report numbers; None where it is not known.
        agencies: the agencies that its reports concern.
        titles: the marks of its titles.
        about: how descriptions speak of it; the default office has one.
    """

    code: str
    name: str
    spelling: str
    is_certain: bool = False
    aliases: tuple[str, ...] = ()
    site: str | None = None
    hosts: tuple[str, ...] = ()
    pages: str | None = None
    sources: tuple[str, ...] = ()
    numbers: NumberGrammar | None = None
    agencies: AgencyList = field(default_factory=AgencyList)
    titles: TitleMarks = field(default_factory=TitleMarks)
    about: About = field(default_factory=About)

    @cached_property
    def onsite(self) -> str | None:
        """The pattern of addresses on its hosts; None where they are not known."""
        hosts = "|".join(map(re.escape, self.hosts))
        return rf"(?i)^https?://(?:[a-z0-9-]+\.)*(?:{hosts})(?::\d+)?(?:[/?#]|$)" if hosts else None

    @property
    def names(self) -> tuple[str, ...]:
        """All names that mean this office."""
        return (self.code, self.name, self.spelling, *self.aliases)


def folded(name: str) -> str:
    """Return what the spellings of an office's name share: case, blanks, "&", and the words for its being an OIG."""
    spaced = re.sub(rf"[{WHITESPACE}]+", " ", name.replace("&", " and ")).strip(" ").lower()
    bare = re.sub(r"^(?:the |us |u\.s\. |united states )+", "", spaced)
    return re.sub(_OF_INSPECTOR_GENERAL, "", bare)


UNKNOWN = Office("", "", "")
"""What is known of the reports of an office that the registry does not have: nothing."""


@dataclass(frozen=True)
class Offices:
    """The offices that are known.

    Attributes:
        by_code: code → office.
        default: the code of the office of listings that have no place for one, as none had when there was no other.
    """

    by_code: Mapping[str, Office]
    default: str

    @property
    def first(self) -> Office:
        """The default office."""
        return self.by_code[self.default]

    def of_name(self, name: str) -> Office | None:
        """Return the office that a code or a name means, in any case; None where none is called so."""
        return self._by_name.get(folded(name))

    def spelled(self, name: str) -> str:
        """Return the code of a known office; of any other the name as it is spelled, its blanks folded."""
        office = self.of_name(name)
        return office.code if office else " ".join(name.split())

    def of_url(self, url: str | None) -> Office | None:
        """Return the office on whose site an address lies, None where it is on nobody's."""
        try:
            return self.of_host(urlsplit(url).hostname or "") if url else None
        except ValueError:
            return None

    def of_host(self, host: str) -> Office | None:
        """Return the office that a host, or one above it, belongs to."""
        labels = host.lower().split(".")
        names = (".".join(labels[n:]) for n in range(len(labels)))
        return next((self._by_host[name] for name in names if name in self._by_host), None)

    def declared(self, code: str | None) -> Office:
        """Return what is known of an office, be it nothing."""
        return self.by_code.get(code or "", UNKNOWN)

    def qualified(self, code: str, number: str) -> str:
        """Return a number as people read it where several offices may be meant: of the default office, bare."""
        return number if code == self.default else f"{code}:{number}"

    @cached_property
    def agency_lists(self) -> Mapping[str, AgencyList]:
        """Code of an office → its agencies, of those that declare some."""
        return {code: office.agencies for code, office in self.by_code.items() if office.agencies.agencies}

    @cached_property
    def of_source(self) -> Mapping[str, str]:
        """Source → the code of the office all of whose captures it shows."""
        return {source: office.code for office in self.by_code.values() for source in office.sources}

    @cached_property
    def _by_name(self) -> dict[str, Office]:
        return {folded(name): office for office in self.by_code.values() for name in office.names}

    @cached_property
    def _by_host(self) -> dict[str, Office]:
        return {host: office for office in self.by_code.values() for host in office.hosts}
