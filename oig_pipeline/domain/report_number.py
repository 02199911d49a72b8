"""Grammars of report numbers, whosever they are.

Belongs here: what a grammar says of an office's numbers, and reading numbers by it: their spelling, and which fiscal
years one can mean. Does not: the grammar of any one office, what a listing says beside the number, or what is done
about a number that does not parse.

A number names a series, a fiscal year and a sequence, in two parts; which of them is the year may have changed with
time, so that one number can name two reports, and only the fiscal year tells which.

The scalar functions and the column expressions are built from the same declaration and the same pattern.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from oig_pipeline.domain.whitespace import WHITESPACE

if TYPE_CHECKING:
    import polars as pl
else:
    from oig_pipeline.domain.deferred import polars as pl

CENTURY = 2000
DASHES = r"\-\u2010-\u2015\u2212\u00ad"
SEPARATORS = rf"[{WHITESPACE}_{DASHES}]+"
GAP = r"[ _\-\u2010-\u2015]"
"""What may stand between the parts of a number in running text."""
# Days and fiscal years are spelled alike.
_NO_SERIES = r"(?!(?:FY|JAN|FEB|MAR|APR|MAY|JUNE?|JULY?|AUG|SEPT?|OCT|NOV|DEC)\b)"
_ANY = rf"{_NO_SERIES}(?:[A-Z]{{2,3}}|W)(?:{GAP}[A-Z]{{2}})?{GAP}{{1,2}}\d\d{GAP}\d{{2,6}}"
MENTION = rf"\b{_ANY}\b"
"""The pattern of what may be a number in running text, whosever: letters and two groups of digits."""
LEADING = rf"^({_ANY}(?:-[A-Z]{{1,5}})?)(?=\s|$)"
"""The same at the start of a line, its suffix included."""


class NumberError(ValueError):
    """A text that is not a report number, or a number whose fiscal year nothing decides."""


@dataclass(frozen=True)
class Era:
    """A span of fiscal years in which one part of a series' numbers holds the year.

    Attributes:
        year_in: that part.
        first_year: the first fiscal year.
        last_year: the last fiscal year.
        year_digits: how many digits the year has.
        width: how many digits the sequence has at least.
    """

    year_in: Literal["first", "second"]
    first_year: int
    last_year: int
    year_digits: Literal[2, 4] = 2
    width: int = 2


@dataclass(frozen=True)
class Series:
    """A family of numbers.

    Attributes:
        name: the pattern of what names it.
        about: what it is.
        spelling: the pattern of its numbers in canonical spelling.
        eras: where the year sits, newest first; none if nothing decides.
        template: the order of its parts.
    """

    name: str
    about: str
    spelling: str
    eras: tuple[Era, ...]
    template: str = "{series}-{first}-{second}"


@dataclass(frozen=True, order=True)
class ReportNumber:
    """One reading of a number; `suffix` is empty for none."""

    series: str
    fiscal_year: int
    sequence: int
    suffix: str = ""


@dataclass(frozen=True)
class NumberGrammar:
    """The grammar of an office's numbers.

    Attributes:
        series: the families of its numbers.
        parts: the pattern that takes a canonical number apart: `series`, `first`, `second` and `suffix`.
        loose: the pattern of what may be a number in running text, however it is spelled, without a suffix.
    """

    series: tuple[Series, ...]
    parts: str
    loose: str

    @cached_property
    def pattern(self) -> str:
        """The pattern of all numbers in canonical spelling."""
        return rf"^(?:{'|'.join(series.spelling for series in self.series)})$"

    @cached_property
    def mention(self) -> str:
        """The pattern of what may be a number in running text; says nothing of its being one."""
        return rf"\b{self.loose}\b"

    @cached_property
    def leading(self) -> str:
        """The same at the start of a line, its suffix included."""
        return rf"^({self.loose}(?:-[A-Z]{{1,5}})?)(?=\s|$)"

    def spelled(self, number: ReportNumber) -> str:
        """Return the canonical spelling of a reading.

        Raises:
            NumberError: no number of the grammar has this reading.
        """
        series = self._series(number.series)
        era = next((e for e in series.eras if e.first_year <= number.fiscal_year <= e.last_year), None)
        if era is None:
            raise NumberError(f"series {number.series} has no numbers in fiscal year {number.fiscal_year}")
        year = f"{number.fiscal_year % 10**era.year_digits:0{era.year_digits}d}"
        sequence = f"{number.sequence:0{era.width}d}"
        first, second = (year, sequence) if era.year_in == "first" else (sequence, year)
        suffix = f"-{number.suffix}" if number.suffix else ""
        spelled = series.template.format(series=number.series, first=first, second=second) + suffix
        if number.sequence < 1 or not re.fullmatch(self.pattern, spelled, re.ASCII):
            raise NumberError(f"{spelled} is not a report number")
        return spelled

    def _series(self, name: str) -> Series:
        return next(series for series in self.series if re.fullmatch(series.name, name))

    def canonical(self, text: str) -> str:
        """Return the canonical spelling of a number written with other separators, case or blanks.

        Raises:
            NumberError: `text` is not a report number, however it is spelled.
        """
        spelled = re.sub(SEPARATORS, "-", text.strip(WHITESPACE).upper())
        if not re.fullmatch(self.pattern, spelled, re.ASCII):
            raise NumberError(f"'{text}' is not a report number")
        return spelled

    def readings(self, text: str) -> tuple[ReportNumber, ...]:
        """Return what a number can mean, newest era first: one reading, several, or none.

        Raises:
            NumberError: `text` is not a report number.
        """
        match = re.fullmatch(self.parts, self.canonical(text), re.ASCII)
        assert match is not None  # every number has these parts
        name, first, second, suffix = match["series"], match["first"], match["second"], match["suffix"]
        numbers = []
        for era in self._series(name).eras:
            digits, sequence = (first, second) if era.year_in == "first" else (second, first)
            year = int(digits) + (CENTURY if era.year_digits == 2 else 0)
            if len(digits) == era.year_digits and int(sequence) > 0 and era.first_year <= year <= era.last_year:
                numbers.append(ReportNumber(name, year, int(sequence), suffix or ""))
        return tuple(numbers)

    def parse(self, text: str, fiscal_year: int | None = None) -> ReportNumber:
        """Return the one reading of `text` that `fiscal_year`, where given, allows.

        Raises:
            NumberError: not a number, no reading in that year, or two readings and no year to choose by.
        """
        candidates = [r for r in self.readings(text) if fiscal_year in (None, r.fiscal_year)]
        if len(candidates) != 1:
            years = ", ".join(str(r.fiscal_year) for r in self.readings(text)) or "no fiscal year"
            raise NumberError(f"'{text}' can mean {years}; the fiscal year given is {fiscal_year or 'none'}")
        return candidates[0]

    # The same for columns.

    def canonical_column(self, text: pl.Expr) -> pl.Expr:
        """Return the canonical spelling (String), null where the text is not a number."""
        spelled = text.str.strip_chars(WHITESPACE).str.to_uppercase().str.replace_all(SEPARATORS, "-")
        return pl.when(spelled.str.contains(self.pattern.replace(r"\d", "[0-9]"))).then(spelled)

    def parts_column(self, number: pl.Expr) -> pl.Expr:
        """Return a struct of the strings series, first, second and suffix of canonical numbers."""
        return number.str.extract_groups(self.parts.replace("(?P<", "(?<"))

    def reading_columns(self, parts: pl.Expr) -> list[pl.Expr]:
        """Return one struct column (fiscal_year Int32, sequence Int32) per era a series can have; null where none."""
        name = parts.struct.field("series")
        columns = []
        for position in range(max(len(series.eras) for series in self.series)):
            reading: pl.Expr = pl.lit(None)
            for series in self.series:
                if position < len(series.eras):
                    in_series = name.str.contains(f"^(?:{series.name})$")
                    reading = pl.when(in_series).then(_reading(parts, series.eras[position])).otherwise(reading)
            columns.append(reading)
        return columns

    def years_column(self, number: pl.Expr) -> pl.Expr:
        """Return the fiscal years that a canonical number can mean, in words."""
        years = [r.struct.field("fiscal_year").cast(pl.String) for r in self.reading_columns(self.parts_column(number))]
        choices = pl.concat_list(years).list.drop_nulls()
        return pl.when(choices.list.len() > 0).then(choices.list.join(" or ")).otherwise(pl.lit("no year"))


def _reading(parts: pl.Expr, era: Era) -> pl.Expr:
    other = "second" if era.year_in == "first" else "first"
    text = parts.struct.field(era.year_in)
    year = text.cast(pl.Int32) + (CENTURY if era.year_digits == 2 else 0)
    sequence = parts.struct.field(other).cast(pl.Int32)
    holds = (text.str.len_chars() == era.year_digits) & (sequence > 0) & year.is_between(era.first_year, era.last_year)
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
