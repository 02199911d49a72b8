"""What is shown for characters that would be obeyed."""

from __future__ import annotations

import json
import unicodedata
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.domain.visible import escaped, one_line, visible, xml_escaped

ANY = st.text(st.characters() | st.sampled_from("\x00\t\n\r\x1b\x7f\x85\x9b\u061c\u200f\u2028\u202e\u2066\ud800"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain \u00e9 \u5831 \u05d0", "plain \u00e9 \u5831 \u05d0"),
        ("\x1b[31m", "\u241b[31m"),
        ("a\r\nb", "a\u240d\nb"),
        ("\x7f\x9b\x85", "\u2421\u241b\\x85"),
        ("\u202eabc\u2069\u200f\u061c", "\\u202eabc\\u2069\\u200f\\u061c"),
        ("a\u2028b", "a\\u2028b"),
        ("\udcff", "\\udcff"),
    ],
)
def test_what_would_be_obeyed_is_seen(text: str, expected: str) -> None:
    assert visible(text) == expected


@given(ANY)
def test_nothing_obeyed_is_left(text: str) -> None:
    result = visible(text)
    assert {c for c in result if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")} <= {"\t", "\n"}
    assert not {unicodedata.bidirectional(c) for c in result} & {
        "RLE",
        "LRE",
        "RLO",
        "LRO",
        "PDF",
        "RLI",
        "LRI",
        "FSI",
        "PDI",
    }
    assert len(one_line(text).splitlines()) <= 1
    assert visible(result) == result


@given(ANY)
def test_json_says_the_same(text: str) -> None:
    written = json.dumps([text], ensure_ascii=False)
    for ascii_only in (False, True):
        result = escaped(written, ascii_only=ascii_only)
        assert json.loads(result) == [text]
        assert visible(result) == result
        assert result.isascii() or not ascii_only


def test_xml_says_the_same() -> None:
    result = xml_escaped("<a>\u202e\x85\r</a>")
    assert ElementTree.fromstring(result).text == "\u202e\x85\r"
    assert result.isascii()
