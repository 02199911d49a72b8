"""Report numbers of offices without a declared grammar.

Belongs here: one spelling for a number that is otherwise kept as printed. Does not: reading anything from it; a number
with a grammar is read in `report_number.py`.
"""

from __future__ import annotations

import polars as pl

from oig_pipeline.domain.report_number import DASHES
from oig_pipeline.domain.whitespace import WHITESPACE

_DASH = f"[{DASHES}]"


def printed_column(number: pl.Expr) -> pl.Expr:
    """Return numbers in capital letters, blanks folded and dashes alike; null where nothing is printed.

    `AUD--24\u201340` and `aud-24 - 40` are `AUD-24-40`; other blanks stay, as do zeros and slashes.
    """
    alike = number.str.replace_all(rf"[{WHITESPACE}]*(?:{_DASH}[{WHITESPACE}]*)+", "-")
    folded = alike.str.replace_all(rf"[{WHITESPACE}]+", " ").str.strip_chars(" -").str.to_uppercase()
    return pl.when(folded.str.contains("[0-9]")).then(folded)
