"""Blanks: which characters are, and texts with them folded."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.domain.whitespace import folded_blanks, folded_prose

# What Unicode calls blank, and two characters that are not seen; the separators U+001C to U+001F are not blank.
WHITESPACE = "".join(c for c in map(chr, range(0x20, 0x10000)) if c.isspace()) + "\t\n\r\f\v\u200b\ufeff"


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Audit of Grants", "Audit of Grants"),
        ("  Audit   of\tGrants\n", "Audit of Grants"),
        ("Audit\u00a0of\u202fGrants", "Audit of Grants"),
        ("Audit \u00a0 of Grants", "Audit of Grants"),
        ("", None),
        (" \u00a0\n", None),
        (None, None),
    ],
)
def test_a_run_of_blanks_is_one_space(written: str | None, folded: str | None) -> None:
    assert pl.select(folded_blanks(pl.lit(written, dtype=pl.String))).item() == folded


@given(st.lists(st.none() | st.text(alphabet=WHITESPACE + "ab\u00e9.-\u2013"), min_size=1, max_size=20))
def test_folded_blanks_are_what_a_plain_definition_says(written: list[str | None]) -> None:
    def plain(words: str | None) -> str | None:
        spaced = "".join(" " if c in WHITESPACE else c for c in words or "")
        return " ".join(word for word in spaced.split(" ") if word) or None

    result = pl.DataFrame({"text": written}, schema={"text": pl.String}).select(folded_blanks(pl.col("text")))
    assert result.to_series().to_list() == [plain(words) for words in written]


_BLANK_OR_NOT = st.sampled_from([*WHITESPACE, "  ", "a", "\u00e9", "\u201d", ".", "\x1c"])


@given(st.lists(st.none() | st.lists(_BLANK_OR_NOT, max_size=8).map("".join), max_size=6))
def test_prose_is_folded_as_every_other_text(texts: list[str | None]) -> None:
    frame = pl.DataFrame({"text": texts}, schema={"text": pl.String})
    text = pl.col("text")
    assert frame.select(folded_prose(text)).equals(frame.select(folded_blanks(text)))
