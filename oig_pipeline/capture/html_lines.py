"""Where the elements of a page, and the values in them, begin in its source.

Belongs here: giving each start tag an attribute with its place before a page is parsed, and finding from there the
line of a value. Does not: parsing, or any layout.

The parser gives no places. An attribute goes where its element goes: comments, scripts, end tags that are left out and
tables in tables shift nothing. Where the words of a value do not stand at the place, it is not known.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace

import polars as pl
from selectolax.lexbor import LexborNode

from oig_pipeline.capture.rows import Rows

_START_TAG = re.compile(r"<[a-zA-Z][^ \t\n\r\f/>]*(?=[ \t\n\r\f>])")
_FARTHEST = 4_000
"""Most characters between a start tag and the text in it: each is passed once for every value."""
_NAME = r"<[a-zA-Z][^\s/>]*+"
_ATTRIBUTE = r"""[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|(?!["'])[^\s>]*+))?+"""
_BLANK_CODE = "nbsp|Tab|NewLine|#0*(?:9|10|12|13|32|160)(?![0-9])|#[xX]0*(?:9|[aAcCdD]|20|[aA]0)(?![0-9a-fA-F])"
_SKIPPED = (
    r"[ \t\n\r\f\u00a0\x1e]++",
    rf"{_NAME}(?:[\s/]++|{_ATTRIBUTE})*+>",
    r"<!--(?:-?>|(?s:.*?)--!?>)",
    r"<(?!!--)[!?/][^>]*+>",
    rf"&(?:{_BLANK_CODE});?",
)
_TO_TEXT = re.compile(f"(?:{'|'.join(_SKIPPED)})*+")
_TO_VALUE = {
    name: re.compile(rf"""(?i){_NAME}(?:[\s/]++|(?!{name}[\s=]){_ATTRIBUTE})*+{name}\s*+=\s*+["']?\s*+""")
    for name in ("href", "datetime")
}
_WORD = re.compile(r"""[^\s&<>"']*""")


class Places:
    """The places of the start tags of a page.

    Attributes:
        marked: the source, in which each start tag has its place as an attribute.
    """

    def __init__(self, text: str) -> None:
        name = "data-at"
        while name in text:
            name += "-"
        self.marked = _START_TAG.sub(lambda tag: f"{tag[0]} {name}={tag.start()}", text)
        self._text, self._name = text, name
        self._line_ends = [match.start() for match in re.finditer("\n", text)]

    def line_of(self, node: LexborNode) -> int | None:
        """Return the line on which an element begins, None where it has no start tag in the source."""
        place = self._of(node)
        return None if place is None else self._line(place)

    def line_of_text(self, node: LexborNode | None, words: str | None) -> int | None:
        """Return the line on which the text of an element begins; None where other words stand there."""
        if node is None or not words or (place := self._of(node)) is None:
            return None
        begin = self._text_from(place)
        return self._line(begin) if self._stands(words, begin) else None

    def line_of_attribute(self, node: LexborNode | None, name: str, words: str | None) -> int | None:
        """Return the line on which an attribute's value begins; None where other words stand there.

        Args:
            node: its element.
            name: the attribute.
            words: its value, or what that begins with.
        """
        if node is None or not words or (place := self._of(node)) is None:
            return None
        before = _TO_VALUE[name].match(self._text, place)
        return self._line(before.end()) if before and self._stands(words.lstrip(), before.end()) else None

    def begins_with(self, node: LexborNode, inner: LexborNode) -> bool:
        """Return whether the text of an element begins with that of one in it, which has some."""
        outer_place, inner_place = self._of(node), self._of(inner)
        return outer_place is None or inner_place is None or self._text_from(outer_place) > inner_place

    def _of(self, node: LexborNode) -> int | None:
        place = node.attributes.get(self._name)
        return None if place is None else int(place)

    def _line(self, place: int) -> int:
        return bisect_left(self._line_ends, place) + 1

    def _text_from(self, place: int) -> int:
        """Return where the first text at or behind a place begins."""
        match = _TO_TEXT.match(self._text, place, place + _FARTHEST)
        return match.end() if match else place

    def _stands(self, words: str, place: int) -> bool:
        """Return whether the first of some words stands at a place."""
        if self._text.startswith(words, place):
            return True
        match = _WORD.match(self._text, place)
        if match and match[0]:
            return words.startswith(match[0])
        # A quote, or a character that the source writes as a code.
        return self._text[place : place + 1] in ("&", words[0])

    def unmarked(self, rows: Rows) -> Rows:
        """Return rows whose words are the page's again: of a tag in a script or an attribute, the place is text."""
        mark = rf" {self._name}=\d+"
        frame = rows.frame.with_columns(
            column.str.replace_all(mark, "")
            for column in rows.frame.select(pl.col(pl.String))
            if column.str.contains(self._name, literal=True).any()
        )
        findings = (
            replace(f, message=re.sub(mark, "", f.message), value=f.value and re.sub(mark, "", f.value))
            for f in rows.findings
        )
        return replace(rows, frame=frame, findings=tuple(findings))
