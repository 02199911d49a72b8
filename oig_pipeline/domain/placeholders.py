r"""Words that stand where a value is missing, and formulas that a spreadsheet left in place of a value.

Belongs here: the one list of them, and texts without them. Does not: what a text that is a value means. Whatever reads
a listing may give such words, so they are taken out where values are normalized, for all layouts and columns at once.
"""

from __future__ import annotations

import polars as pl

from oig_pipeline.domain.blanks import BLANKS, folded_blanks

PLACEHOLDERS = (
    *("N/A", "NA", "n.a.", "N.A", "#N/A", "<NA>", "None", "(none)", "NULL", "(null)", "nan", "#NaN", "NaT", "nil"),
    *("undefined", "unknown", "(blank)", "TBD", "T.B.D.", "TBA", "To be determined", "To be announced"),
    *("Not available", "Not applicable", "Not specified", "Not provided", "Unavailable"),
    *("#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#ERROR!", "#SPILL!", "#CALC!", "#GETTING_DATA"),
    *("PDF", "(PDF)", "[PDF]"),
)
"""A text that is one of these, in any case, is no value; neither is one of dashes alone."""
_FOLDED = sorted({word.lower() for word in PLACEHOLDERS})
_LONGEST = max(map(len, PLACEHOLDERS))
_DASHES = r"^[ \-\u2010-\u2015\u2212]+$"

_TEXT = r'"((?:[^"]|"")*)"'
# A function, or a reference to another cell or sheet.
_CALL = rf"[A-Za-z][A-Za-z0-9._]*[{BLANKS}]*\(|\$?[A-Za-z]{{1,3}}\$?[0-9]+|'[^']+'!|[A-Za-z0-9_]+!"
_FORMULA = rf"^[{BLANKS}']*=[{BLANKS}]*@?(?:{_CALL})"
_LINK = rf"(?is)^[{BLANKS}']*=[{BLANKS}]*@?hyperlink[{BLANKS}]*\([{BLANKS}]*"
_ADDRESS = rf"{_LINK}{_TEXT}"
_LABEL = rf'{_LINK}(?:"(?:[^"]|"")*"|[^",;()]*)[{BLANKS}]*[,;][{BLANKS}]*{_TEXT}[{BLANKS}]*\)[{BLANKS}]*$'


def is_placeholder(folded: pl.Expr) -> pl.Expr:
    """Return whether a text, its blanks folded, stands for no value."""
    short = pl.when(folded.str.len_bytes() <= 2 * _LONGEST).then(folded)
    return (short.str.to_lowercase().is_in(_FOLDED) | short.str.contains(_DASHES)).fill_null(False)


def without_placeholders(folded: pl.Expr) -> pl.Expr:
    """Return a text, its blanks folded; null where it stands for no value."""
    return pl.when(~is_placeholder(folded)).then(folded)


def stated(text: pl.Expr) -> pl.Expr:
    """Return what a cell states: its text, blanks folded; null for nothing, a placeholder or a formula."""
    return without_placeholders(folded_blanks(text))


def without_formula(text: pl.Expr, *, is_link: bool = False) -> pl.Expr:
    """Return a cell less the formula that a spreadsheet left in it.

    `=HYPERLINK("address","text")` is its address in a column of links, its text elsewhere; any other is no value.
    """
    part = text.str.extract(_ADDRESS if is_link else _LABEL).str.replace_all('""', '"', literal=True)
    return pl.when(text.str.contains(_FORMULA)).then(part).otherwise(text)
