r"""What counts as blank, and texts with their blanks folded.

Belongs here: the characters that separate words without being seen, and making one space of any run of them. Does not:
what a text says. Spelled out, since Python and Rust disagree on what `\s` is, and rules written for both must read the
same text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl
else:
    from oig_pipeline.domain.deferred import polars as pl


WHITESPACE = (
    " \t\n\r\f\v\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
# A run of blanks, or one blank that is not a space. Much faster than `\s+`, with the same result.
_WHITESPACE = rf"[{WHITESPACE}]{{2,}}|[{WHITESPACE[1:]}]"
_COMMON = "\t\n\r\f\v\u00a0"
_RARE = rf"[{''.join(blank for blank in WHITESPACE[1:] if blank not in _COMMON)}]"


def folded_blanks(text: pl.Expr) -> pl.Expr:
    """Return the text with each run of blanks as one space, none at the ends; null where nothing is left."""
    folded = text.str.replace_all(_WHITESPACE, " ").str.strip_chars(" ")
    return pl.when(folded.str.len_bytes() > 0).then(folded)


def folded_prose(text: pl.Expr) -> pl.Expr:
    """Return what `folded_blanks` gives, of long texts most of which have plain blanks alone: in half the time."""
    return text.map_batches(_folded_prose, return_dtype=pl.String)


def _folded_prose(texts: pl.Series) -> pl.Series:
    text = pl.col("text")
    # A blank alone is found many times faster than any pattern; only texts that are not ASCII have rare ones.
    is_odd = pl.any_horizontal(
        *(text.str.contains(blank, literal=True) for blank in ("  ", *_COMMON)),
        text.str.starts_with(" "),
        text.str.ends_with(" "),
        text.str.len_bytes() == 0,
    )
    is_wide = text.str.len_bytes() != text.str.len_chars()
    frame = texts.to_frame("text").with_row_index("row").with_columns(is_odd.alias("odd"), is_wide.alias("wide"))
    rare = pl.when("wide").then(text).str.contains(_RARE).fill_null(False)
    frame = frame.filter(pl.col("odd") | pl.col("wide")).with_columns(rare.alias("rare"))
    common = text.str.replace_all(f"[{_COMMON}]", " ").str.replace_all(" {2,}", " ").str.strip_chars(" ")
    often = frame.filter(pl.col("odd") & ~pl.col("rare")).select("row", common)
    often = often.with_columns(pl.when(text.str.len_bytes() > 0).then(text).alias("text"))
    folded = pl.concat([often, frame.filter("rare").select("row", folded_blanks(text))])
    return texts.clone().scatter(folded["row"], folded["text"]) if folded.height else texts
