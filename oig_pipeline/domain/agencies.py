"""The agencies that an office's reports concern, and what names them.

Belongs here: what is declared of an agency, and finding agencies by it: in a cell, an address or a title. Does not: the
agencies of any one office, or which agency a row has; that is decided where rows are normalized.

An agency is named in three ways, from strong to weak: stated in the row, given by the page the row stood on (its
filter or agency term), or inferred from the title. Aliases serve the first, cues the last: a cue is an alias that
means the agency in running text. Acronyms are cues only as they are written, so that a word in small letters is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from oig_pipeline.domain.whitespace import WHITESPACE

if TYPE_CHECKING:
    import polars as pl
else:
    from oig_pipeline.domain.deferred import polars as pl


@dataclass(frozen=True)
class Agency:
    """One agency. `acronyms` and `names` are cues in titles; `aliases` are accepted when stated, but are no cues.

    `first_year` and `last_year` are the calendar years in which it began and ended, where that is known.
    """

    code: str
    name: str
    acronyms: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    filter_id: int | None = None
    successor: str | None = None
    first_year: int | None = None
    last_year: int | None = None
    decoys: tuple[str, ...] = ()
    """Patterns of phrases in which a cue means something else."""
    unless: str | None = None
    """Pattern of titles in which the acronyms, wherever they stand, mean something else."""
    in_titles: bool = True
    """Whether the full name is a cue."""

    @property
    def cues(self) -> tuple[str, ...]:
        """What names it in running text: names in any case, acronyms as written."""
        return (*((self.name,) if self.in_titles else ()), *self.names, *self.acronyms)


# Archives write names with underscores.
_GAPS = rf"[._{WHITESPACE}]+"
# A name with its acronym in brackets names the agency twice; two acronyms may have a word between them.
_ABBREVIATED = r"\(([A-Z][A-Z&]+)\)"
_BOTH = r"\b([A-Z]{2,5}) (?:and|&) ([A-Z]{2,5})\b"


@dataclass(frozen=True)
class AgencyList:
    """The agencies that an office's reports concern: a closed list.

    Attributes:
        agencies: the agencies.
        filter: the pattern by which an address of the office's site names the agency to which it narrows a listing; its
            group is the agency's id.
        term: the same for the page of an agency.
        last_term: the highest id of such a page.
    """

    agencies: tuple[Agency, ...] = ()
    filter: str | None = None
    term: str | None = None
    last_term: int = 0

    @cached_property
    def by_code(self) -> dict[str, Agency]:
        """Code → agency."""
        return {agency.code: agency for agency in self.agencies}

    @cached_property
    def _by_filter_id(self) -> dict[int, Agency]:
        return {agency.filter_id: agency for agency in self.agencies if agency.filter_id is not None}

    @cached_property
    def _codes(self) -> dict[str, str]:
        """Normalized name → code."""
        return {
            _normalize_name(name): a.code
            for a in self.agencies
            for name in (a.code, a.name, *a.acronyms, *a.names, *a.aliases)
        }

    def lookup(self, name: str) -> Agency | None:
        """Return the agency that a stated code, name or alias means, in any case; None where the list has none."""
        code = self._codes.get(_normalize_name(name))
        return None if code is None else self.by_code[code]

    def of_url(self, url: str) -> Agency | None:
        """Return the agency to which a listing's address narrows it: by the site's filter, or by an agency's page."""
        narrowed = set(re.findall(self.filter, url)) if self.filter else set()
        if narrowed:
            return self._by_filter_id.get(int(narrowed.pop())) if len(narrowed) == 1 else None
        if self.term and (match := re.search(self.term, url)):
            return self._by_filter_id.get(int(match[1])) if int(match[1]) <= self.last_term else None
        return None

    @cached_property
    def _code_of_cue(self) -> dict[str, str]:
        return {cue: agency.code for agency in self.agencies for cue in agency.cues}

    @cached_property
    def _cue_pattern(self) -> str:
        acronyms = {acronym for agency in self.agencies for acronym in agency.acronyms}
        # Longest first: an agency's name may begin with that of its department.
        cues = sorted(self._code_of_cue, key=lambda cue: (-len(cue), cue))
        words = (re.escape(cue) if cue in acronyms else f"(?i:{re.escape(cue)})" for cue in cues)
        return rf"\b(?:{'|'.join(words)})\b"

    @cached_property
    def _decoy_pattern(self) -> str:
        return "|".join(f"(?:{decoy})" for agency in self.agencies for decoy in agency.decoys)

    def inferred_column(self, title: pl.Expr) -> pl.Expr:
        """Return the codes (sorted list) of the agencies that a title names; an empty list where it names none."""
        if not self.agencies:
            return pl.lit([], dtype=pl.List(pl.String))
        for agency in self.agencies:
            if agency.unless is None:
                continue
            acronyms = rf"\b(?:{'|'.join(map(re.escape, agency.acronyms))})\b"
            bare = title.str.replace_all(acronyms, " ")
            title = pl.when(title.str.contains(agency.unless)).then(bare).otherwise(title)
        if self._decoy_pattern:
            title = title.str.replace_all(self._decoy_pattern, " ")
        mentions = title.str.extract_all(self._cue_pattern)
        codes = {_normalize_name(cue): code for cue, code in self._code_of_cue.items()}
        folded = mentions.list.eval(
            _normalize_column(pl.element()).replace_strict(codes, default=None, return_dtype=pl.String)
        )
        return folded.list.drop_nulls().list.unique().list.sort().fill_null([])

    def inferred(self, title: str) -> tuple[str, ...]:
        """Return the codes of the agencies that one title names, sorted."""
        return tuple(pl.select(self.inferred_column(pl.lit(title, dtype=pl.String))).item().to_list())

    def stated_column(self, text: pl.Expr) -> pl.Expr:
        """Return the codes of a cell that names one or more agencies, null for unknown ones.

        Between them stand `,`, `;`, `|` or `/`.
        """
        between = rf"[{WHITESPACE}]*[,;|/\n][{WHITESPACE},;|/]*"
        text = text.str.replace_all(_ABBREVIATED, ", ${1}").str.replace_all(_BOTH, "${1}, ${2}")
        parts = text.str.strip_chars(WHITESPACE).str.replace_all(between, "\n").str.strip_chars("\n")
        folded = _normalize_column(pl.element()).replace_strict(self._codes, default=None, return_dtype=pl.String)
        return pl.when(parts.str.len_bytes() > 0).then(parts.str.split("\n").list.eval(folded))


def _normalize_name(name: str) -> str:
    folded = re.sub(_GAPS, " ", name.replace("&", " and ")).strip(" ").lower()
    return re.sub(r"^(the |us |u s |united states )+", "", folded)


def _normalize_column(name: pl.Expr) -> pl.Expr:
    spaced = name.str.replace_all("&", " and ", literal=True).str.replace_all(_GAPS, " ")
    return spaced.str.strip_chars(" ").str.to_lowercase().str.replace(r"^(?:the |us |u s |united states )+", "")
