"""A page as HTML: its elements, their words and their lines.

Belongs here: parsing, cutting off what a download broke off, and the words, link and line of one. Does not: which
element means what.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from oig_pipeline.capture.html import parsed, text_of
from oig_pipeline.capture.html_lines import Places
from oig_pipeline.sources.oversight_gov.page_values import ValueReader
from oig_pipeline.sources.oversight_gov.pages import ProblemCode
from oig_pipeline.sources.oversight_gov.passages import Passage, fold

_UNSEEN = "script, style, template, noscript, textarea, select, nav, footer, aside, iframe"
_CONTENT = "table, article, h1"
_PARTS = tuple(
    (re.compile(opening, re.I), re.compile(closing, re.I), name)
    for opening, closing, name in (
        (r"<article\b", r"</article\s*>", "article"),
        (r"<(?:!doctype|html|body)\b", r"</(?:html|body)\s*>", "document"),
    )
)
_CLOSED = re.compile(r"</(?:div|td|th|tr|p|h[1-6]|dd|dt|li|ul|table|article|section|main|time|a|span)\s*>", re.I)
_INLINE = frozenset(("span", "strong", "b", "em", "i", "a", "br", "u", "font"))
_DEEPEST = 4
_FARTHEST = 4_000
"""Characters behind an element in which the first word of a value is looked for."""


class HtmlPage:
    """A parsed page.

    Attributes:
        root: the element that holds its content.
        parser: the whole page.
        is_cut: whether it ends before its end tags.
    """

    def __init__(self, text: str, reader: ValueReader) -> None:
        """Parse a page; report one that is cut off.

        Raises:
            Unreadable: parsing the page would take minutes.
        """
        complete = _whole_part(text, reader)
        self.is_cut = complete is not text
        self._text = complete
        self._places = Places(complete)
        self.parser: LexborHTMLParser = parsed(self._places.marked)
        for node in self.parser.css(_UNSEEN):
            node.decompose()
        for form in self.parser.css("form"):
            if form.css_first(_CONTENT) is None:  # the filters, whose labels are those of the fields
                form.decompose()
        self.root: LexborNode | None = self.parser.css_first("article") or self.parser.body

    def words(self, node: LexborNode | None) -> str:
        """Return the words of an element, whitespace folded."""
        return fold(self._places.unmark(text_of(node) or ""))

    def word_lines(self, node: LexborNode) -> list[str]:
        """Return the words of an element, one text for each line that a reader of the page sees."""
        lines = self._places.unmark(text_of(node) or "").split("\n")
        return [words for line in lines if (words := fold(line))]

    def attribute(self, node: LexborNode | None, name: str) -> str | None:
        """Return an attribute of an element."""
        value = node.attrs.get(name) if node is not None else None
        return self._places.unmark(value).strip() if value else None

    def line(self, node: LexborNode | None) -> int:
        """Return the line on which an element begins."""
        while node is not None and node.is_element_node and self._places.of(node) is None:
            node = node.parent
        if node is None or not node.is_element_node:  # an element that the parser put in, such as `body`
            return 1
        return self._places.line(self._places.of(node)) or 1

    def line_of(self, words: str, node: LexborNode) -> int:
        """Return the line on which words in or behind an element begin; that of the element where they are not seen."""
        place = self._places.of(node)
        if (line := self._places.line_of_text(place, words)) is not None:
            return line
        if place is not None and words:
            at = self._text.find(words.split(" ")[0], self._text.find(">", place), place + _FARTHEST)
            if at >= 0:
                return self._places.line(at) or 1
        return self.line(node)

    def passage(self, node: LexborNode, words: str | None = None) -> Passage:
        """Return an element, or some words in it, as a piece of text with its link and the value in the markup."""
        text = self.words(node) if words is None else words
        anchor = node if node.tag == "a" else node.css_first("a[href]")
        time = node if node.tag == "time" else node.css_first("time[datetime]")
        holder = node if node.attrs.get("content") else node.css_first("[content]")
        content = self.attribute(time, "datetime") or self.attribute(holder, "content")
        return Passage(text, self.line_of(text, node), self.attribute(anchor, "href"), content)


def classes_of(node: LexborNode) -> frozenset[str]:
    """Return the classes of an element."""
    return frozenset((node.attrs.get("class") or "").split())


def is_small(node: LexborNode, depth: int = _DEEPEST) -> bool:
    """Return whether an element holds text alone, with little markup within."""
    return depth > 0 and all(child.tag in _INLINE and is_small(child, depth - 1) for child in node.iter())


def is_address(node: LexborNode) -> bool:
    """Return whether an element holds the parts of one address, which are one value."""
    return node.css_first("span[class]") is not None and len(node.css("span.country")) < 2


def _whole_part(text: str, reader: ValueReader) -> str:
    """Return a page up to the last element that it closes; the same text where it is not cut off."""
    name = next((name for opening, closing, name in _PARTS if opening.search(text) and not closing.search(text)), None)
    if name is None:
        return text
    end = max((match.end() for match in _CLOSED.finditer(text)), default=0)
    rest = fold(re.sub(r"<[^<>]*>?", " ", text[end:])) or None
    message = f"the page is cut off: the {name} has no end tag; what stands behind the last whole element is not read"
    reader.report(ProblemCode.PAGE_CUT, text.count("\n", 0, len(text.rstrip())) + 1, message, rest)
    return text[:end]
