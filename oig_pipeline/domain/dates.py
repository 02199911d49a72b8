"""The forms in which listings write a day.

Belongs here: which day a text names, and whether it names two. Does not: which of two readings a file means; that takes
its other rows. A text that names no day (`03/2021`, `02/30/2021`) has no reading: nothing is guessed.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

_MONTHS = {name.lower(): n for names in (calendar.month_name, calendar.month_abbr) for n, name in enumerate(names) if n}
_MONTHS["sept"] = 9
_WEEKDAY = re.compile(r"(?:sun|mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?)(?:day)?\.?,? +", re.I)
# A time of day behind the day, as spreadsheets and content management systems write it.
_TIME = re.compile(
    r"(?:T| (?:- |at )?|, )(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?: ?[ap]\.?m\.?)?"
    r"(?: ?(?:Z|UTC|GMT|[ECMP][SD]T|[+-]\d{2}:?\d{2}))?$",
    re.I | re.A,
)
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_SHORT = r"(?P<year>(?:19|20)\d\d|\d\d)"
_WORD = r"(?P<word>[A-Za-z]{3,9})"
_FORMS = tuple(
    re.compile(form, re.A)
    for form in (
        rf"{_YEAR}(?P<by>[-/])(?P<month>\d\d?)(?P=by)(?P<day>\d\d?)",
        rf"{_WORD}\.? (?P<day>\d\d?)(?:st|nd|rd|th)?,? {_YEAR}",
        rf"(?P<day>\d\d?)(?:st|nd|rd|th)?\.? {_WORD}\.?,? {_YEAR}",
        rf"(?P<day>\d\d?)-{_WORD}-{_SHORT}",
    )
)
_SLASHED = re.compile(rf"(?P<first>\d\d?)/(?P<second>\d\d?)/{_SHORT}", re.A)
_PROOF = r"^[^0-9/]*(?:1[3-9]|2[0-9]|3[01])/(?:0?[1-9]|1[0-2])/[0-9]"
_TURN = 69  # as in strptime: 69 is 1969, 68 is 2068


@dataclass(frozen=True)
class DateReading:
    """What a text says of a day.

    Attributes:
        day: the day, null where it names none; of two readings the American one, month first.
        other: the other reading, day first, where there are two.
        proves_day_first: whether it can only be read with the day first, so that its file writes days so.
    """

    day: dt.date | None = None
    other: dt.date | None = None
    proves_day_first: bool = False


@lru_cache(65_536)  # the reader of a file and whoever normalizes its rows ask for the same few days
def read(text: str) -> DateReading:
    """Return what a text (its blanks folded) says of a day."""
    bare = _TIME.sub("", _WEEKDAY.sub("", text, count=1) if _WEEKDAY.match(text) else text)
    if slashed := _SLASHED.fullmatch(bare):
        first, second = int(slashed["first"]), int(slashed["second"])
        american = _day(slashed["year"], first, second)
        other = _day(slashed["year"], second, first) if first != second else None
        return DateReading(american or other, other if american else None, american is None and other is not None)
    match = next(filter(None, (form.fullmatch(bare) for form in _FORMS)), None)
    if match is None:
        return DateReading()
    parts = match.groupdict()
    month = int(parts["month"]) if "month" in parts else _MONTHS.get(parts["word"].lower(), 0)
    return DateReading(_day(parts["year"], month, int(parts["day"])))


def _day(year: str, month: int, day: int) -> dt.date | None:
    century = 0 if len(year) == 4 else 1900 if int(year) >= _TURN else 2000
    try:
        return dt.date(century + int(year), month, day)
    except ValueError:
        return None


def readings(texts: pl.Series) -> pl.DataFrame:
    """Return `text`, `day`, `other` and `proves_day_first` of the texts, each once: a listing has few distinct days."""
    distinct = texts.drop_nulls().unique(maintain_order=True)
    results = [read(text) for text in distinct]
    return pl.DataFrame(
        {
            "text": distinct,
            "day": pl.Series([r.day for r in results], dtype=pl.Date),
            "other": pl.Series([r.other for r in results], dtype=pl.Date),
            "proves_day_first": pl.Series([r.proves_day_first for r in results], dtype=pl.Boolean),
        }
    )


def may_prove_day_first(text: pl.Expr) -> pl.Expr:
    """Return whether a text looks as if it could only be read with the day first; `read` tells."""
    return text.str.contains(_PROOF).fill_null(False)
