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
from secrets import randbits

import polars as pl
from selectolax.lexbor import LexborNode

from oig_pipeline.capture.rows import Rows

_FARTHEST = 4_000
"""Most characters between a start tag and a value: each is passed once for every value."""
_ATTRIBUTE = r"""[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|(?!["'])[^\s>]*+))?+"""
# Most tags are passed by the first part, in half the time.
_TAG = rf"""<[a-zA-Z][^\s/>]*+(?:[ \n]++[a-z-]++="[^"]*+")*+(?:[\s/]++|{_ATTRIBUTE})*+>"""
_COMMENT = r"<!--(?:-?>|(?s:.*?)--!?>)"
_BLANK_CODE = "nbsp|Tab|NewLine|#0*(?:9|10|12|13|32|160)(?![0-9])|#[xX]0*(?:9|[aAcCdD]|20|[aA]0)(?![0-9a-fA-F])"
_SKIPPED = rf"[ \t\n\r\f\u00a0\x1e]++|{_TAG}|{_COMMENT}|<(?!!--)[!?/][^>]*+>|&(?:{_BLANK_CODE});?"
_TO_TEXT = re.compile(f"(?:{_SKIPPED})*+")
"""What stands between the place of a start tag and the text in its element."""
_TO_VALUE = {
    name: re.compile(
        rf"(?:(?!<(?i:{tag})[\s/])(?:{_SKIPPED}))*+<(?i:{tag})"
        rf"""(?:[\s/]++|(?!(?i:{name})[\s=]){_ATTRIBUTE})*+(?i:{name})\s*+=\s*+["']?\s*+"""
    )
    for tag, name in (("a", "href"), ("time", "datetime"))
}
"""What stands between the place of a start tag and the value of an attribute of the first link or time in it."""
_WORD = re.compile(r"""[^\s&<>"']+""")


class Places:
    """The places of the start tags of a page.

    Attributes:
        marked: the source, in which each start tag has its place as an attribute.
    """

    def __init__(self, text: str, names: str = "[a-z][^ \\t\\n\\r\\f/>]*+") -> None:
        """Mark the start tags of a page: all, or those of some names, since each mark takes its time."""
        name = "@0"  # no letters: the parser takes capitals for small ones
        while name in text:
            name = f"@{randbits(64)}"
        tags = re.compile(rf"<(?:{names})(?=[ \t\n\r\f>])", re.I)
        self.marked = tags.sub(lambda tag: f"{tag[0]} {name}={tag.start()}", text)
        self._text, self._name = text, name
        self._line_ends = [match.start() for match in re.finditer("\n", text)]

    def of(self, node: LexborNode | None) -> int | None:
        """Return where the start tag of a node is, None where the source has none."""
        place = node.attrs.get(self._name) if node is not None else None
        return None if place is None else int(place)

    def line(self, place: int | None) -> int | None:
        """Return the line of a place."""
        return None if place is None else bisect_left(self._line_ends, place) + 1

    def text_from(self, place: int | None) -> int | None:
        """Return where the first text behind a start tag begins."""
        match = _TO_TEXT.match(self._text, place, place + _FARTHEST) if place is not None else None
        return match.end() if match else None

    def line_if(self, words: str | None, place: int | None) -> int | None:
        """Return the line of a place; None where other words stand there."""
        if not words or place is None or not (self._text.startswith(words, place) or self._begin(words, place)):
            return None
        return bisect_left(self._line_ends, place) + 1

    def line_of_text(self, place: int | None, words: str | None) -> int | None:
        """Return the line on which the text behind a start tag begins; None where that is not these words."""
        return self.line_if(words, self.text_from(place)) if words else None

    def line_of_attribute(self, place: int | None, name: str, words: str | None) -> int | None:
        """Return the line of an attribute behind the place of a start tag; None where its value is not these words.

        That of the tag itself, or of the first `a` (`href`) or `time` (`datetime`) in it, if no text stands before.
        """
        match = _TO_VALUE[name].match(self._text, place, place + _FARTHEST) if place is not None and words else None
        return self.line_if(words.lstrip(), match.end()) if match and words else None

    def _begin(self, words: str, place: int) -> bool:
        """Return whether the first of several words stands at a place."""
        if match := _WORD.match(self._text, place):
            return words.startswith(match[0])
        # A quote, or a character that the source writes as a code.
        return self._text[place : place + 1] in ("&", words[:1])

    def unmark(self, text: str) -> str:
        """Return a text without places: of a tag in a script or an attribute, the place is text."""
        return re.sub(rf" {self._name}=\d+", "", text) if self._name in text else text

    def unmarked(self, rows: Rows) -> Rows:
        """Return rows whose words are the page's again."""
        mark = rf" {self._name}=\d+"
        texts = [column for column in rows.frame.iter_columns() if column.dtype == pl.String]
        frame = rows.frame
        if any(self._name in "".join(filter(None, column.to_list())) for column in texts):
            frame = frame.with_columns(pl.col(pl.String).str.replace_all(mark, ""))
        findings = (
            replace(f, message=self.unmark(f.message), value=f.value and self.unmark(f.value)) for f in rows.findings
        )
        return replace(rows, frame=frame, findings=tuple(findings))
