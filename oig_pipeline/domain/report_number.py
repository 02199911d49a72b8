"""The grammar of OIG report numbers.

Belongs here: how a number is spelled, which series there are, and which fiscal years a number can mean.
Does not: what a listing says beside the number, or what is done about a number that does not parse.

A number names a series, a fiscal year and a sequence: `OIG-21-49` is no. 49 of FY 2021. The regional disaster
series changed their order: from FY 2007 the first pair is the year (`DS-08-11`: FY 2008), in FY 2004 to 2006 the
second (`DS-14-05`: no. 14 of FY 2005). So `DA-07-04` names two reports, and only the fiscal year tells which.

The scalar functions and the column expressions are built from the same tables and the same pattern.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import polars as pl

from oig_pipeline.domain.whitespace import WHITESPACE

CENTURY = 2000


class NumberError(ValueError):
    """A text that is not a report number, or a number whose fiscal year nothing decides."""


@dataclass(frozen=True)
class Era:
    """A span of fiscal years in which one pair of a series' numbers holds the year."""

    year_in: Literal["first", "second"]
    first_year: int
    last_year: int


@dataclass(frozen=True)
class Series:
    """A family of numbers: `pattern` is its prefix, `eras` say where the year sits (none: undecidable)."""

    pattern: str
    about: str
    eras: tuple[Era, ...]
    suffixes: tuple[str, ...] = ()


SERIES = (
    Series(
        "OIG",
        "ordinary reports; the suffix tells special kinds apart and does not start a new sequence",
        (Era("first", 2000, 2099),),
        ("D", "VR", "SR", "MA", "IQO", "UNSUM"),
    ),
    Series(
        "D[ADS]",
        "regional disaster audits: Atlanta, Denton and Dallas, San Francisco and Oakland",
        (Era("first", 2007, 2099), Era("second", 2004, 2006)),
    ),
    Series("GC-[A-Z]{2}", "the Gulf Coast hurricane recovery office", (Era("first", 2000, 2099),)),
    Series("W", "one row seen, whose year fits neither pair", ()),
)

# Two digits, zero-padded, to 99; unpadded from 100 to 999999.
SEQUENCE = r"(?:0[1-9]|[1-9]\d{1,5})"
SEPARATORS = rf"[{WHITESPACE}_\-\u2010-\u2015\u2212\u00ad]+"
_PARTS = rf"^(?P<series>[A-Z]+(?:-[A-Z]{{2}})?)-(?P<first>\d\d)-(?P<second>{SEQUENCE})(?:-(?P<suffix>[A-Z]+))?$"


def _spelling(series: Series) -> str:
    suffix = f"(?:-(?:{'|'.join(series.suffixes)}))?" if series.suffixes else ""
    return rf"{series.pattern}-\d\d-{SEQUENCE}{suffix}"


_GAP = r"[ _\-\u2010-\u2015]"
_LOOSE = rf"(?:OIG|D[ADS]|GC{_GAP}[A-Z]{{2}}|W){_GAP}{{1,2}}\d\d{_GAP}\d{{2,6}}"
# What may be a number in running text, however it is spelled; says nothing of its being one.
MENTION = rf"\b{_LOOSE}\b"
# The same at the start of a line, its suffix included.
LEADING = rf"^({_LOOSE}(?:-[A-Z]{{1,5}})?)(?=\s|$)"
PATTERN = rf"^(?:{'|'.join(_spelling(s) for s in SERIES)})$"


@dataclass(frozen=True, order=True)
class ReportNumber:
    """One reading of a number. `str()` gives the canonical spelling; `suffix` is empty for none."""

    series: str
    fiscal_year: int
    sequence: int
    suffix: str = ""

    def __str__(self) -> str:
        year, sequence = f"{self.fiscal_year % 100:02d}", f"{self.sequence:02d}"
        era = next((e for e in _series(self.series).eras if e.first_year <= self.fiscal_year <= e.last_year), None)
        if era is None:
            raise NumberError(f"series {self.series} has no numbers in fiscal year {self.fiscal_year}")
        pairs = (year, sequence) if era.year_in == "first" else (sequence, year)
        spelled = "-".join([self.series, *pairs, *([self.suffix] if self.suffix else [])])
        if self.sequence < 1 or not re.fullmatch(PATTERN, spelled, re.ASCII):
            raise NumberError(f"{spelled} is not a report number")
        return spelled


def _series(prefix: str) -> Series:
    return next(s for s in SERIES if re.fullmatch(s.pattern, prefix))


def canonical(text: str) -> str:
    """Return the canonical spelling of a number written with other separators, case or blanks.

    Raises:
        NumberError: `text` is not a report number, however it is spelled.
    """
    spelled = re.sub(SEPARATORS, "-", text.strip(WHITESPACE).upper())
    if not re.fullmatch(PATTERN, spelled, re.ASCII):
        raise NumberError(f"'{text}' is not a report number")
    return spelled


def readings(text: str) -> tuple[ReportNumber, ...]:
    """Return what a number can mean, newest era first: one reading, two (DA, DD, DS), or none (W).

    Raises:
        NumberError: `text` is not a report number.
    """
    match = re.fullmatch(_PARTS, canonical(text), re.ASCII)
    assert match is not None  # every spelling of PATTERN has these parts
    series, first, second, suffix = match.groups()
    numbers = []
    for era in _series(series).eras:
        year, sequence = (first, second) if era.year_in == "first" else (second, first)
        if len(year) == 2 and int(sequence) > 0 and era.first_year <= CENTURY + int(year) <= era.last_year:
            numbers.append(ReportNumber(series, CENTURY + int(year), int(sequence), suffix or ""))
    return tuple(numbers)


def parse(text: str, fiscal_year: int | None = None) -> ReportNumber:
    """Return the one reading of `text` that `fiscal_year`, where given, allows.

    Raises:
        NumberError: not a number, no reading in that year, or two readings and no year to choose by.
    """
    candidates = [r for r in readings(text) if fiscal_year in (None, r.fiscal_year)]
    if len(candidates) != 1:
        years = ", ".join(str(r.fiscal_year) for r in readings(text)) or "no fiscal year"
        raise NumberError(f"'{text}' can mean {years}; the fiscal year given is {fiscal_year or 'none'}")
    return candidates[0]


# The same for columns.


def canonical_column(text: pl.Expr) -> pl.Expr:
    """Return the canonical spelling (String), null where the text is not a number."""
    spelled = text.str.strip_chars(WHITESPACE).str.to_uppercase().str.replace_all(SEPARATORS, "-")
    return pl.when(spelled.str.contains(PATTERN.replace(r"\d", "[0-9]"))).then(spelled)


def parts_column(number: pl.Expr) -> pl.Expr:
    """Return a struct of the strings series, first, second and suffix of canonical numbers."""
    return number.str.extract_groups(_PARTS.replace("(?P<", "(?<"))


def reading_columns(parts: pl.Expr) -> list[pl.Expr]:
    """Return one struct column (fiscal_year Int32, sequence Int32) per era a series can have; null where none."""
    series = parts.struct.field("series")
    columns = []
    for position in range(max(len(s.eras) for s in SERIES)):
        reading: pl.Expr = pl.lit(None)
        for entry in SERIES:
            if position < len(entry.eras):
                in_series = series.str.contains(f"^(?:{entry.pattern})$")
                reading = pl.when(in_series).then(_reading(parts, entry.eras[position])).otherwise(reading)
        columns.append(reading)
    return columns


def _reading(parts: pl.Expr, era: Era) -> pl.Expr:
    other = "second" if era.year_in == "first" else "first"
    text = parts.struct.field(era.year_in)
    year = text.cast(pl.Int32) + CENTURY
    sequence = parts.struct.field(other).cast(pl.Int32)
    holds = (text.str.len_chars() == 2) & (sequence > 0) & year.is_between(era.first_year, era.last_year)
    return pl.when(holds).then(pl.struct(year.alias("fiscal_year"), sequence.alias("sequence")))


def decided_column(readings: list[pl.Expr], fiscal_year: pl.Expr, conditions: list[pl.Expr] | None = None) -> pl.Expr:
    """Return the reading that the stated year allows; without a year, the only one, or the one that `conditions` allow.

    Args:
        readings: the possible readings of each number (`reading_columns`).
        fiscal_year: the stated year.
        conditions: whether the rest of the row allows each reading; null where it decides nothing.
    """
    stated = pl.coalesce([pl.when(r.struct.field("fiscal_year") == fiscal_year).then(r) for r in readings])
    fitting: list[pl.Expr] = [
        pl.when(condition.fill_null(True)).then(r)
        for r, condition in zip(readings, conditions or [], strict=bool(conditions))
    ]
    alone = pl.coalesce([_only(readings), *([_only(fitting)] if fitting else [])])
    return pl.when(fiscal_year.is_null()).then(alone).otherwise(stated)


def _only(readings: list[pl.Expr]) -> pl.Expr:
    count = pl.sum_horizontal([r.is_not_null() for r in readings])
    return pl.when(count == 1).then(pl.coalesce(readings))
