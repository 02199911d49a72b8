r"""Texts that came damaged: what is certain is mended, what is not is named.

Belongs here: wrongly decoded text, entities and sizes left in it, characters that nobody sees. Does not: artefacts and
marks of titles (see `titles.py`), or what is done about damage (a rule's matter).

Few texts are damaged, and looking closely is slow: only those that show a sign of it are looked at, each once.
"""

from __future__ import annotations

import html
import re
from functools import cache
from html.entities import html5
from typing import Any

import polars as pl

from oig_pipeline.domain.whitespace import WHITESPACE

# What no undamaged text holds, or seldom: literals first, since they are found many times faster than a pattern.
_HINTS = ("&", "\\u", "\\x", "PDF", "</", "<b", "<p", "<s", "<e", "<i", "?s", "?t", "=E2", "=C2", "=C3", "%E2%", "%C")
_ENTITY = r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
_NOTE_WORDS = r"[0-9][0-9.,]*\+?\s*(?:pages?|pgs?\.?|pp?\.|[KMG]i?B|bytes)"
_NOTE = rf"(?i:\s*[(\[]\s*PDF\b(?:[\s,;:/\u2013\u2014-]*{_NOTE_WORDS})+\s*[,;\u2013\u2014-]?\s*(?:[)\]]|$))"
_NOTE_AT_END = rf"{_NOTE}(?=\s*(?:[(\[]|[*,\s]*$))"
_CONTROLS = r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]"
_UNSEEN = "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]"
# Beyond ASCII, punctuation and signs that listings have; anything else may be part of a wrongly decoded character.
_STRANGE = "[^\\x00-\\x7f\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u2022\u00a0\u00a7\u00a9\u00ae\u2122\u00b0]"
# Damage that cannot be repaired: escapes, tags, letters that became question marks.
_ESCAPES = r"\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|(?:=[0-9A-F]{2}){2}|(?:%[89A-F][0-9A-F]){2}"
_TAGS = r"(?i:</?(?:p|br|b|i|u|a|em|strong|span|div|sup|sub|ul|ol|li)(?:\s[^<>]*)?/?>)"
_HALF_ENTITY = r"&(?:#[0-9]{2,7}|#[xX][0-9a-fA-F]{2,6}|amp|nbsp|quot|lt|gt|apos|[lr][sd]quo|[nm]dash)"
_QUESTIONED = r"\b[A-Za-z]{2,}\?(?:s|t|re|ve|ll)\b"
# Letters of other alphabets and lines of boxes, glued to Latin ones: a character taken apart by another code page.
_MIXED = "[A-Za-z][\u0370-\u04ff]|[\u0370-\u04ff][A-Za-z\u00c0-\u00ff]|[\u2500-\u259f]"
# What is left of a wrongly decoded no-break space, the second half of which was taken for a blank.
_HALF_BLANK = "(?<![A-Z\u00c0-\u00de])\u00c2(?=[\\s.,;:)]|$)"
_CLOSE = "|".join((_ENTITY, _ESCAPES, _TAGS, _HALF_ENTITY, _QUESTIONED, _NOTE))
_RESIDUE = re.compile(
    "|".join(
        (
            _CONTROLS,
            _HALF_BLANK,
            "[\ufffd\ue000-\uf8ff\ufff9-\uffff]",
            _ESCAPES,
            _TAGS,
            _HALF_ENTITY,
            rf"{_QUESTIONED}(?!=)",
            _MIXED,
        )
    )
)
_DEPTH = 3  # how often an entity may have been escaped


def mended(texts: pl.Series) -> pl.DataFrame:
    """Return `text` mended, whether it was `repaired`, and whether it stays `damaged`, in the order of `texts`."""
    frame = texts.to_frame("text")
    places = _suspicious(frame).arg_true()
    plain = frame.with_columns(pl.lit(False).alias("repaired"), pl.lit(False).alias("damaged"))
    if places.is_empty():
        return plain
    suspicious = texts.gather(places)
    distinct = suspicious.unique()
    results = [mend(text) for text in distinct]
    columns: dict[str, Any] = dict(zip(("text", "repaired", "damaged"), zip(*results, strict=True), strict=True))
    repairs = pl.DataFrame({"came": distinct, **columns}, schema_overrides={"text": pl.String}, strict=False)
    joined = suspicious.to_frame("came").join(repairs, on="came", how="left", maintain_order="left")
    return pl.DataFrame([plain[name].scatter(places, joined[name]) for name in plain.columns])


def _suspicious(frame: pl.DataFrame) -> pl.Series:
    text = pl.col("text")
    signs = frame.select(
        text.str.contains_any([*_HINTS]).fill_null(False).alias("hint"),
        (text.str.len_bytes() != text.str.len_chars()).fill_null(False).alias("wide"),
        text.str.contains(r"[\x00-\x08\x0b\x0e-\x1f\x7f]").fill_null(False).alias("control"),
    )
    frame = frame.hstack(signs)
    close = pl.when("hint").then(text).str.contains(_CLOSE).fill_null(False)
    strange = pl.when("wide").then(text).str.contains(_STRANGE).fill_null(False)
    return frame.select((pl.col("control") | close | strange).alias("suspicious"))["suspicious"]


def mend(text: str) -> tuple[str, bool, bool]:
    """Return a text less the damage that can be undone for certain, whether it had such, and whether damage is left."""
    import ftfy  # here and below: slow to import, and most listings are not damaged
    from ftfy.badness import is_bad

    better = text
    for _ in range(_DEPTH):
        better = re.sub(_ENTITY, _character, better)
    # Word processors end lines so; it is a blank, which must not vanish.
    better = ftfy.fix_text(better.replace("\x0b", "\n"), _config())
    # After decoding: the byte of a soft hyphen is part of some wrongly decoded characters.
    better = re.sub(_NOTE_AT_END, "", re.sub(_UNSEEN, "", better))
    is_damaged = bool(_RESIDUE.search(better)) or is_bad(better)
    return better, _collapse_whitespace(better) != _collapse_whitespace(text), is_damaged


def _character(match: re.Match[str]) -> str:
    is_entity = match[0][1] == "#" or match[0][1:] in html5
    return html.unescape(match[0]) if is_entity else match[0]


def _collapse_whitespace(text: str) -> str:
    return re.sub(f"[{WHITESPACE}]+", " ", text).strip(" ")


@cache
def _config() -> Any:
    """Return what is left to ftfy: its defaults would also change quotes, ligatures, widths and line ends."""
    import ftfy

    return ftfy.TextFixerConfig(
        unescape_html=False, uncurl_quotes=False, fix_latin_ligatures=False, fix_character_width=False,
        fix_line_breaks=False, normalization=None, explain=False,
    )  # fmt: skip
