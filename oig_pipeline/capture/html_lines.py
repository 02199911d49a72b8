"""Where the elements of a page, and the values in them, begin in its source.

Belongs here: giving each start tag an attribute with its place before a page is parsed, and finding from there the
line of a value. Does not: parsing, or any layout.

The parser gives no places. An attribute goes where its element goes: comments, scripts, end tags that are left out and
tables in tables shift nothing. Where the words of a value do not stand at the place, it is not known.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from oig_pipeline.capture.rows import Rows

_FARTHEST = 4_000
"""Most characters between a start tag and a value: each is passed once for every value."""
_ATTRIBUTE = r"""[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|(?!["'])[^\s>]*+))?+"""
_TAG_END = rf"(?:[\s/]++|{_ATTRIBUTE})*+>"
_COMMENT = r"<!--(?:-?>|(?s:.*?)--!?>)"
_BLANK_CODE = "nbsp|Tab|NewLine|#0*(?:9|10|12|13|32|160)(?![0-9])|#[xX]0*(?:9|[aAcCdD]|20|[aA]0)(?![0-9a-fA-F])"
_SKIPPED = (
    r"[ \t\n\r\f\u00a0\x1e]++",
    rf"<[a-zA-Z][^\s/>]*+{_TAG_END}",
    _COMMENT,
    r"<(?!!--)[!?/][^>]*+>",
    rf"&(?:{_BLANK_CODE});?",
)
_TEXT = f"(?:{'|'.join(_SKIPPED)})*+"
"""What stands between a start tag and the text in its element."""
_VALUE = {
    name: rf"""(?:[\s/]++|(?!(?i:{name})[\s=]){_ATTRIBUTE})*+(?i:{name})\s*+=\s*+["']?\s*+"""
    for name in ("href", "datetime")
}
"""What stands between the name of a start tag and the value of one of its attributes."""
_TO_TEXT = re.compile(_TEXT)
_TO_VALUE = {name: re.compile(rf"<[a-zA-Z][^\s/>]*+{pattern}") for name, pattern in _VALUE.items()}
_ROW_TOKENS = re.compile(
    rf"{_COMMENT}|<(?P<raw>(?i:script|style|textarea|title|xmp|iframe))\b(?s:.*?)</(?P=raw)"
    rf"|<(?i:td)(?=[\s>])(?=(?P<td>{_TAG_END}{_TEXT}))"
    rf"|<(?i:span)(?=\s)(?=(?P<span>{_TAG_END}{_TEXT}))"
    rf"|<(?i:a)(?=\s)(?=(?P<href>{_VALUE['href']}))"
    rf"|<(?i:time)(?=\s)(?=(?P<datetime>{_VALUE['datetime']}))"
)
_WORD = re.compile(r"""[^\s&<>"']+""")


Begins = Mapping[str, int]
"""Where the words of a cell begin: of its text (`td`), of that in its first `span`, and of the values of its first
`href` and `datetime`; and where its first link is (`a`)."""


class Places:
    """The places of the start tags of a page.

    Attributes:
        marked: the source, in which each start tag has its place as an attribute.
    """

    def __init__(self, text: str, names: str = "[a-z]") -> None:
        """Mark the start tags of a page: all, or those whose names match, since each mark takes its time."""
        name = "data-at"
        while name in text:
            name += "-"
        tags = re.compile(rf"<(?:{names})[^ \t\n\r\f/>]*(?=[ \t\n\r\f>])", re.I)
        self.marked = tags.sub(lambda tag: f"{tag[0]} {name}={tag.start()}", text)
        self._text, self._name = text, name
        self._line_ends = [match.start() for match in re.finditer("\n", text)]

    def of(self, attributes: Mapping[str, str | None]) -> int | None:
        """Return where the start tag with these attributes is, None where the source has none."""
        place = attributes.get(self._name)
        return None if place is None else int(place)

    def line(self, place: int | None) -> int | None:
        """Return the line of a place."""
        return None if place is None else bisect_left(self._line_ends, place) + 1

    def text_from(self, place: int) -> int:
        """Return where the first text behind a start tag begins."""
        match = _TO_TEXT.match(self._text, place, place + _FARTHEST)
        return match.end() if match else place

    def cells_between(self, start: int | None, end: int | None, count: int) -> Sequence[Begins]:
        """Return where the words of each cell of a row begin; nothing of any where the source has not as many cells.

        Args:
            start: the place of the row, if known.
            end: that of the next row, None for the end of the page.
            count: how many cells the row has.
        """
        cells: list[dict[str, int]] = []
        for token in _ROW_TOKENS.finditer(self._text, start or 0, len(self._text) if end is None else end):
            name = token.lastgroup
            if name == "td":
                cells.append({"td": token.end("td")})
            elif cells and name is not None and name != "raw":
                cells[-1].setdefault(name, token.end(name))
                if name == "href":
                    cells[-1].setdefault("a", token.start())
        return cells if start is not None and len(cells) == count else [{}] * count

    def line_if(self, words: str | None, place: int | None) -> int | None:
        """Return the line of a place; None where other words stand there."""
        if not words or place is None or not self._stands(words, place):
            return None
        return bisect_left(self._line_ends, place) + 1

    def line_of_text(self, place: int | None, words: str | None) -> int | None:
        """Return the line on which the text behind a start tag begins; None where that is not these words."""
        if place is None or not words:
            return None
        begin = self.text_from(place)
        return bisect_left(self._line_ends, begin) + 1 if self._stands(words, begin) else None

    def line_of_attribute(self, place: int | None, name: str, words: str | None) -> int | None:
        """Return the line on which an attribute of a start tag begins; None where its value is not these words."""
        match = _TO_VALUE[name].match(self._text, place, place + _FARTHEST) if place is not None and words else None
        return self.line(match.end()) if match and words and self._stands(words.lstrip(), match.end()) else None

    def _stands(self, words: str, place: int) -> bool:
        """Return whether words, or the first of them, stand at a place."""
        text = self._text
        if text.startswith(words, place):
            return True
        if match := _WORD.match(text, place):
            return words.startswith(match[0])
        # A quote, or a character that the source writes as a code.
        return text[place : place + 1] in ("&", words[:1])

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
