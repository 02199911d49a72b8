"""The agencies that OIG reports concern: a closed list.

Belongs here: codes, names, aliases, the site's filter and term ids, successors, and what names an agency in a title.
Does not: which agency a row has; that is decided where rows are normalized.

An agency is named in three ways, from strong to weak: stated in the row, given by the page the row stood on (its
filter or agency term), or inferred from the title. Aliases serve the first, cues the last: a cue is an alias that
means the agency in running text. Acronyms are cues only as they are written, so that "ice storm" is not ICE.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from oig_pipeline.domain.whitespace import WHITESPACE


@dataclass(frozen=True)
class Agency:
    """One agency. `acronyms` and `names` are cues in titles; `aliases` are accepted when stated, but are no cues."""

    code: str
    name: str
    acronyms: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    filter_id: int | None = None
    successor: str | None = None
    decoys: tuple[str, ...] = ()
    """Patterns of phrases in which a cue means something else."""
    unless: str | None = None
    """Pattern of titles in which the acronyms, wherever they stand, mean something else."""
    in_titles: bool = True
    """Whether the full name is a cue."""


AGENCIES = (
    Agency(
        "CBP",
        "U.S. Customs and Border Protection",
        acronyms=("CBP", "OFO"),
        names=(
            "Customs and Border Protection",
            "Customs & Border Protection",
            "Border Patrol",
            "Office of Field Operations",
            "Air and Marine Operations",
        ),
        filter_id=1,
    ),
    Agency("FEMA", "Federal Emergency Management Agency", acronyms=("FEMA",), filter_id=2),
    Agency(
        "ICE",
        "U.S. Immigration and Customs Enforcement",
        acronyms=("ICE", "HSI", "ERO"),
        names=(
            "Immigration and Customs Enforcement",
            "Immigration & Customs Enforcement",
            "Homeland Security Investigations",
            "Enforcement and Removal Operations",
        ),
        filter_id=3,
        decoys=(r"(?i:\bice[ -]storms?\b)",),
    ),
    Agency(
        "MGMT",
        "DHS Management Directorate",
        names=("Management Directorate", "Directorate for Management"),
        aliases=("MGMT", "Management"),
        filter_id=4,
    ),
    Agency(
        "TSA",
        "Transportation Security Administration",
        acronyms=("TSA", "FAMS"),
        names=("Federal Air Marshal Service", "Federal Air Marshals"),
        filter_id=5,
        unless=r"(?i)\btransitional sheltering\b",
    ),
    Agency(
        "USCIS",
        "U.S. Citizenship and Immigration Services",
        acronyms=("USCIS",),
        names=("Citizenship and Immigration Services", "Citizenship & Immigration Services"),
        filter_id=6,
    ),
    Agency("USCG", "U.S. Coast Guard", acronyms=("USCG",), names=("Coast Guard",), filter_id=7),
    Agency("USSS", "U.S. Secret Service", acronyms=("USSS",), names=("Secret Service",), filter_id=8),
    Agency("Others", "Others", aliases=("Other",), filter_id=9, in_titles=False),
    Agency(
        "CISA",
        "Cybersecurity and Infrastructure Security Agency",
        acronyms=("CISA", "OBP"),
        names=("Office for Bombing Prevention",),
        filter_id=2632,
    ),
    Agency(
        "NPPD",
        "National Protection and Programs Directorate",
        acronyms=("NPPD",),
        successor="CISA",
    ),
    Agency(
        "DHS",
        "Department of Homeland Security",
        acronyms=("DHS", "OCIO"),
        names=("Office of the Chief Information Officer",),
        # The archive files what concerns the whole Department under handles that begin with dhs_.
        aliases=("Department", "The Department", "DHS-wide", "Department-wide", "dhs_other", "dhs_mgmt", "dhs_cigie"),
    ),
    Agency(
        "S&T",
        "Science and Technology Directorate",
        acronyms=("S&T",),
        aliases=("Science and Technology",),
        names=("Science & Technology Directorate", "Directorate for Science and Technology"),
    ),
    Agency(
        "I&A",
        "Office of Intelligence and Analysis",
        acronyms=("I&A",),
        names=("Office of Intelligence & Analysis",),
        aliases=("Intelligence and Analysis",),
    ),
    Agency("FPS", "Federal Protective Service", acronyms=("FPS",)),
    Agency(
        "FLETC",
        "Federal Law Enforcement Training Centers",
        acronyms=("FLETC",),
        names=("Federal Law Enforcement Training Center",),
    ),
    Agency("CWMD", "Countering Weapons of Mass Destruction Office", acronyms=("CWMD",)),
    Agency("DNDO", "Domestic Nuclear Detection Office", acronyms=("DNDO",), successor="CWMD"),
    Agency("OHA", "Office of Health Affairs", acronyms=("OHA",)),
    Agency(
        "OIG", "Office of Inspector General", aliases=("DHS OIG", "Office of the Inspector General"), in_titles=False
    ),
    Agency("PRIV", "DHS Privacy Office", names=("Privacy Office",)),
)

BY_CODE = {a.code: a for a in AGENCIES}
BY_FILTER_ID = {a.filter_id: a for a in AGENCIES if a.filter_id is not None}
# Agency terms (/taxonomy/term/N) have the filter's ids only up to 8: higher ones are keywords and oversight areas.
LAST_AGENCY_TERM = 8


# The handles of the @unitedstates archive (see its inspectors/dhs.py) are names with underscores: coast_guard, cbp.
_GAPS = rf"[._{WHITESPACE}]+"


def _normalize_name(name: str) -> str:
    folded = re.sub(_GAPS, " ", name.replace("&", " and ")).strip(" ").lower()
    return re.sub(r"^(the |us |u s |united states )+", "", folded)


BY_NAME = {_normalize_name(n): a for a in AGENCIES for n in (a.code, a.name, *a.acronyms, *a.names, *a.aliases)}


def lookup(name: str) -> Agency | None:
    """Return the agency that a stated code, name or alias means, in any case; None where the list has none."""
    return BY_NAME.get(_normalize_name(name))


def of_url(url: str) -> Agency | None:
    """Return the agency to which a listing's address narrows it: by the site's filter, or by an agency term."""
    narrowed = set(re.findall(r"[?&]field_dhs_agency_target_id(?:\[\d*\]|%5B\d*%5D)?=(\d{1,6})(?!\d)", url))
    if narrowed:
        return BY_FILTER_ID.get(int(narrowed.pop())) if len(narrowed) == 1 else None
    if match := re.search(r"/taxonomy/term/(\d{1,6})/?(?:[?#]|$)", url):
        return BY_FILTER_ID.get(int(match[1])) if int(match[1]) <= LAST_AGENCY_TERM else None
    return None


def _cues() -> dict[str, str]:
    """Return cue → code, cues as patterns; names in any case, acronyms as written."""
    codes = {}
    for agency in AGENCIES:
        full = (agency.name,) if agency.in_titles else ()
        codes.update(dict.fromkeys((*full, *agency.names, *agency.acronyms), agency.code))
    return codes


CUES = _cues()
_BY_CUE = {_normalize_name(cue): code for cue, code in CUES.items()}
_ACRONYMS = {a for agency in AGENCIES for a in agency.acronyms}
# Longest first: "DHS Privacy Office" is not the Department.
_CUE_PATTERN = r"\b(?:{})\b".format(
    "|".join(
        re.escape(c) if c in _ACRONYMS else f"(?i:{re.escape(c)})" for c in sorted(CUES, key=lambda c: (-len(c), c))
    )
)
_DECOYS = "|".join(f"(?:{d})" for a in AGENCIES for d in a.decoys)


def inferred_column(title: pl.Expr) -> pl.Expr:
    """Return the codes (sorted list) of the agencies that a title names; an empty list where it names none."""
    for agency in AGENCIES:
        if agency.unless is None:
            continue
        acronyms = rf"\b(?:{'|'.join(map(re.escape, agency.acronyms))})\b"
        title = pl.when(title.str.contains(agency.unless)).then(title.str.replace_all(acronyms, " ")).otherwise(title)
    mentions = title.str.replace_all(_DECOYS, " ").str.extract_all(_CUE_PATTERN)
    folded = mentions.list.eval(
        _normalize_column(pl.element()).replace_strict(_BY_CUE, default=None, return_dtype=pl.String)
    )
    return folded.list.drop_nulls().list.unique().list.sort().fill_null([])


def inferred(title: str) -> tuple[str, ...]:
    """Return the codes of the agencies that one title names, sorted."""
    return tuple(pl.select(inferred_column(pl.lit(title, dtype=pl.String))).item().to_list())


def stated_column(text: pl.Expr) -> pl.Expr:
    """Return the codes of a cell that names one or more agencies, null for unknown ones.

    Between them stand `,`, `;`, `|` or `/`.
    """
    between = rf"[{WHITESPACE}]*[,;|/\n][{WHITESPACE},;|/]*"
    text = text.str.replace_all(_ABBREVIATED, ", ${1}").str.replace_all(_BOTH, "${1}, ${2}")
    parts = text.str.strip_chars(WHITESPACE).str.replace_all(between, "\n").str.strip_chars("\n")
    folded = _normalize_column(pl.element()).replace_strict(_CODES, default=None, return_dtype=pl.String)
    return pl.when(parts.str.len_bytes() > 0).then(parts.str.split("\n").list.eval(folded))


# A name with its acronym in brackets names the agency twice; two acronyms may have a word between them.
_ABBREVIATED = r"\(([A-Z][A-Z&]+)\)"
_BOTH = r"\b([A-Z]{2,5}) (?:and|&) ([A-Z]{2,5})\b"
_CODES = {name: agency.code for name, agency in BY_NAME.items()}


def _normalize_column(name: pl.Expr) -> pl.Expr:
    spaced = name.str.replace_all("&", " and ", literal=True).str.replace_all(_GAPS, " ")
    return spaced.str.strip_chars(" ").str.to_lowercase().str.replace(r"^(?:the |us |u s |united states )+", "")
