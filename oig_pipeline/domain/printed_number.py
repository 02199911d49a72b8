"""Report numbers of offices without a declared grammar.

Belongs here: one spelling for a number that is otherwise kept as printed. Does not: reading anything from it; a number
with a grammar is read in `report_number.py`.
"""

from __future__ import annotations

import polars as pl

from oig_pipeline.domain.report_number import DASHES
from oig_pipeline.domain.whitespace import WHITESPACE

_DASH = f"[{DASHES}]"
_MONTH = r"(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Z]*\.?"
# A day in figures and dashes may be a number.
_DAYS = (
    *(rf"{_MONTH} [0-9]{{1,2}},? [0-9]{{4}}", rf"[0-9]{{1,2}} {_MONTH} [0-9]{{4}}"),
    "[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}",
)
_DAY = rf"^(?:[A-Z]+, )?(?:{'|'.join(_DAYS)})$"
_AMOUNT = r"^\$"
_NUMBER = r"([0-9A-Z.]+(?:-[0-9A-Z.]+)+)"
_BETWEEN = r"(?: ?[,;/&] ?| AND )"
_SEVERAL = rf"^{_NUMBER}{_BETWEEN}{_NUMBER}(?:{_BETWEEN}.*)?$"


def printed_column(number: pl.Expr) -> pl.Expr:
    """Return numbers in capital letters, blanks folded and dashes alike; null where none is printed.

    `AUD--24\u201340` and `aud-24 - 40` are `AUD-24-40`; other blanks stay, as do zeros and slashes. A day, an amount, a
    text without digits and two numbers in one place are none.
    """
    alike = number.str.replace_all(rf"[{WHITESPACE}]*(?:{_DASH}[{WHITESPACE}]*)+", "-")
    folded = alike.str.replace_all(rf"[{WHITESPACE}]+", " ").str.strip_chars(" -").str.to_uppercase()
    parts = folded.str.extract_groups(_SEVERAL).struct
    is_several = parts.field("1").str.contains("[0-9]") & parts.field("2").str.contains("[0-9]")
    is_other = folded.str.contains(_DAY) | folded.str.contains(_AMOUNT) | is_several.fill_null(False)
    return pl.when(folded.str.contains("[0-9]") & ~is_other).then(folded)
