r"""Words that stand where a value is missing, and formulas that a spreadsheet left in place of a value.

Belongs here: the one list of them, and texts without them. Does not: what a text that is a value means. Whatever reads
a listing may give such words, so they are taken out where values are normalized, for all layouts and columns at once.
"""

from __future__ import annotations

import re

import polars as pl

from oig_pipeline.domain.whitespace import WHITESPACE, folded_blanks

PLACEHOLDERS = (
    *("N/A", "NA", "n.a.", "N\\A", "N/K", "#N/A", "None", "NoneType", "NULL", "nan", "-nan", "#NaN", "NaT", "nil"),
    *(
        "\\N",
        "1.#QNAN",
        "1.#IND",
        "-1.#IND",
        "inf",
        "-inf",
        "undefined",
        "unknown",
        "not known",
        "blank",
        "empty",
        "missing",
    ),
    *("TBD", "T.B.D.", "TBA", "TBC", "To be determined", "To be announced", "To be confirmed", "pending", "untitled"),
    *(f"Not {word}" for word in ("available", "applicable", "specified", "provided", "listed", "stated", "given")),
    *(f"None {word}" for word in ("available", "specified", "provided", "listed", "stated", "given", "found")),
    *(
        f"No {thing}"
        for thing in ("value", "data", "date", "title", "summary", "executive summary", "link", "document")
    ),
    *(f"No {thing} available" for thing in ("value", "data", "date", "title", "summary", "executive summary")),
    *(f"{thing} not available" for thing in ("Data", "Date", "Title", "Summary", "Executive summary", "Document")),
    *(f"{thing} unavailable" for thing in ("Data", "Date", "Title", "Summary", "Executive summary", "Document")),
    *("Unavailable", "Not applicable (N/A)", "No data found", "Loading", "[object Object]", "#GETTING_DATA"),
    *("PDF", "PDF file", "PDF document", "Download PDF", "View PDF", "View report", "Download", "Click here"),
)
"""A text that is one of these, in any case, in brackets or quotes and with any punctuation behind it, is no value;
neither is one without a letter or digit, or an error that a spreadsheet shows (`#REF!`, `Err:502`)."""
_SLASH = " ?[/\u2044\u2215\uff0f] ?"
_OPENING = " '\"([{<\u2018\u201c\u200e\u200f\u2060"
_CLOSING = " '\")]}>.!?*:;,\u2019\u201d\u2026\u200e\u200f\u2060"
_BARE = "|".join(sorted({re.escape(word.lower().strip(_OPENING).rstrip(_CLOSING)) for word in PLACEHOLDERS}))
_WORDS = rf"^(?:{_BARE})(?:[,;]? (?:{_BARE}))*$"  # several, where cells were merged
_LONGEST = max(map(len, PLACEHOLDERS))
_NO_WORD = r"^[^\p{L}\p{N}]+$"
_CELL_ERROR = r"(?i)^[(\['\"]?(?:#[a-z_]{3,}(?:/0)?[!?]|#(?:ref|value|name|null|num|div/0)|err:[0-9]{3})[)\]'\"]?$"

_TEXT = r'"((?:[^"]|"")*)"'
# A function, or a reference to another cell or sheet.
_CALL = rf"[A-Za-z][A-Za-z0-9._]*[{WHITESPACE}]*\(|\$?[A-Za-z]{{1,3}}\$?[0-9]+|'[^']+'!|[A-Za-z0-9_]+!"
_HYPERLINK = rf"(?:=?[{WHITESPACE}]*[@+-]?(?:_xlfn\.)?)hyperlink[{WHITESPACE}]*\("
# What follows the sign at once, which no title's first word does, or a call behind a blank; or the call alone.
_FORMULA = rf"(?i)^[{WHITESPACE}'{{]*(?:=[^{WHITESPACE}=]|=[{WHITESPACE}]+@?(?:{_CALL})|{_HYPERLINK})"
_LINK = rf"(?is)^[{WHITESPACE}']*{_HYPERLINK}[{WHITESPACE}]*"
_ADDRESS = rf"{_LINK}{_TEXT}[{WHITESPACE}]*(?:[,;|)]|$)"  # not the first part of one that is put together
# How spreadsheets write a text that they would take for a number or a day.
_CONSTANT = rf"(?s)^[{WHITESPACE}']*=[{WHITESPACE}]*{_TEXT}[{WHITESPACE}]*$"
# A link as Markdown writes it, which tables saved as text have.
_MARKDOWN = r"^\s*\[([^\[\]]*)\]\(<?((?:https?://|www\.|/)[^\s<>]*?)>?(?:\s+\"[^\"]*\")?\)\s*$"
_LABEL = (
    rf'{_LINK}(?:"(?:[^"]|"")*"|[^",;()]*)[{WHITESPACE}]*[,;][{WHITESPACE}]*{_TEXT}[{WHITESPACE}]*\)[{WHITESPACE}]*$'
)


def is_placeholder(folded: pl.Expr) -> pl.Expr:
    """Return whether a text, its blanks folded, stands for no value."""
    return folded.map_batches(_are_placeholders, return_dtype=pl.Boolean)


def _are_placeholders(folded: pl.Series) -> pl.Series:
    # Only short texts are looked at, and these in steps: a nested expression would be evaluated several times.
    texts = folded.cast(pl.String)
    places = (texts.str.len_bytes() <= 2 * _LONGEST).fill_null(False).arg_true()
    verdicts = pl.Series(folded.name, [False]).new_from_index(0, len(folded))
    if places.is_empty():
        return verdicts
    short = texts.gather(places)
    word = short.str.replace_all(_SLASH, "/").str.to_lowercase()
    bare = word.str.strip_chars_start(_OPENING).str.strip_chars_end(_CLOSING)
    is_word = bare.str.contains(_WORDS)
    return verdicts.scatter(places, is_word | short.str.contains(_NO_WORD) | short.str.contains(_CELL_ERROR))


def without_placeholders(folded: pl.Expr) -> pl.Expr:
    """Return a text, its blanks folded; null where it stands for no value."""
    return pl.when(~is_placeholder(folded)).then(folded)


def stated(text: pl.Expr) -> pl.Expr:
    """Return what a cell states: its text, blanks folded; null for nothing, a placeholder or a formula."""
    return text.map_batches(_stated, return_dtype=pl.String)


def _stated(texts: pl.Series) -> pl.Series:
    if texts.null_count() == len(texts):  # of many columns no cell says anything
        return texts.cast(pl.String)
    text = pl.col(texts.name)
    return texts.to_frame().select(folded_blanks(text)).select(without_placeholders(text)).to_series()


def without_formula(text: pl.Expr, *, is_link: bool = False) -> pl.Expr:
    """Return a cell less the formula that a spreadsheet left in it.

    `=HYPERLINK("address","text")` is its address in a column of links, its text elsewhere; `="text"` is its text; any
    other is no value. A link of Markdown, `[text](address)`, is taken apart in the same way.
    """
    content = pl.coalesce(text.str.extract(_CONSTANT), text.str.extract(_ADDRESS if is_link else _LABEL))
    value = content.str.replace_all('""', '"', literal=True)
    plain = pl.when(text.str.contains(_MARKDOWN)).then(text.str.extract(_MARKDOWN, 2 if is_link else 1)).otherwise(text)
    return pl.when(text.str.contains(_FORMULA)).then(value).otherwise(plain)
