"""What an office is.

Belongs here: the type of an Office of Inspector General, and the spelling of its name. Does not: any one office (see
`offices/`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from oig_pipeline.domain.agencies import AgencyList
from oig_pipeline.domain.report_number import NumberGrammar
from oig_pipeline.domain.titles import TitleMarks
from oig_pipeline.domain.whitespace import WHITESPACE

_OF_INSPECTOR_GENERAL = r",? (?:oig|office of (?:the )?inspector general)$"


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
        numbers: the grammar of its report numbers; None where it is not known.
        agencies: the agencies that its reports concern.
        titles: the marks of its titles.
    """

    code: str
    name: str
    spelling: str
    is_certain: bool = False
    aliases: tuple[str, ...] = ()
    site: str | None = None
    hosts: tuple[str, ...] = ()
    numbers: NumberGrammar | None = None
    agencies: AgencyList = field(default_factory=AgencyList)
    titles: TitleMarks = field(default_factory=TitleMarks)

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
