"""What the readers of HTML share.

Belongs here: taking text and places out of a page. Does not: any layout. All of it takes time linear in the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from oig_pipeline.capture.html_bounds import check_bounds
from oig_pipeline.capture.html_lines import Places
from oig_pipeline.capture.rows import NO_CELL, SUSPECT, Cell, Finding
from oig_pipeline.domain import dates

_BOILERPLATE = "nav, footer, header, aside, form, thead, script, style, template"
_BREAK = "\x1e"  # stands for the end of a line while a page is read
_OPENING = 30  # characters of a stray text by which its line is found again

_UNSEEN = [
    (re.compile(opening, re.I), re.compile(closing, re.I))
    for opening, closing in (
        (r"<!--", r"-->"),
        *((rf"<{name}\b", rf"</{name}>") for name in ("script", "style", "head", "form", "nav", "footer")),
    )
]


_WHITESPACE = re.compile(r"[ \t\n\r\f]+")
_PARAGRAPH = re.compile(rf"[ \u00a0]*{_BREAK}[ \u00a0{_BREAK}]*{_BREAK}[ \u00a0]*")
_LINE = re.compile(rf" *{_BREAK} *")
_LINE_END = re.compile(rf"[\n{_BREAK}]")
_SUSPECT = re.compile(SUSPECT)


def words_of(text: str) -> str:
    """Return what a page says: its text less tags, comments, scripts, forms and the like; what is never closed stays.

    No parser, since it would drop what stands where HTML does not allow it.
    """
    for opening, closing in _UNSEEN:
        pieces, position = [], 0
        while (start := opening.search(text, position)) and (end := closing.search(text, start.end())):
            pieces.append(text[position : start.start()])
            position = end.end()
        text = " ".join([*pieces, text[position:]])
    return re.sub(r"<[^<>]*>", " ", text)


def stray(page: LexborHTMLParser, rows: str, text: str) -> Iterator[Finding]:
    """Yield mentions of reports outside a page's rows and the site's boilerplate; removes both from `page`.

    Args:
        page: the parsed page, whose rows have been read.
        rows: the selector of the rows.
        text: the page's source, in which lines are counted.
    """
    if page.body is None:
        return
    # One after the other: once the rows are gone, little remains to search.
    for selector in (rows, _BOILERPLATE):
        for node in page.css(selector):
            node.decompose()
    rest = page.body.text(separator="\n")
    if not _SUSPECT.search(rest):  # no match goes beyond a line
        return
    for words in _LINE_END.split(rest):
        if _SUSPECT.search(words):
            at = text.find(words.strip()[:_OPENING])
            message = "the text mentions a report, but stands in no row of the listing"
            yield Finding("text_unread", message, text.count("\n", 0, max(at, 0)) + 1, " ".join(words.split()))


def parsed(text: str) -> LexborHTMLParser:
    """Return a page in which `text_of` tells lines and paragraphs apart, as a reader of the page sees them.

    Raises:
        Unreadable: the page is nested so deeply, or has so many elements, that parsing it would take minutes.
    """
    check_bounds(text)
    page = LexborHTMLParser(text.replace(_BREAK, " "))
    for node in page.css("br, li, p, div, ul, ol, blockquote, h1, h2, h3, h4, h5, h6"):
        if node.tag in ("br", "li"):
            node.insert_before(_BREAK)
        else:
            node.insert_before(_BREAK * 2)
            node.insert_after(_BREAK * 2)
    return page


def text_of(node: LexborNode | None) -> str | None:
    """Return the text of a node of a `parsed` page, a line a line, a blank one between paragraphs; None for nothing."""
    if node is None:
        return None
    # Most cells are one line within blanks: patterns are for the others.
    words = node.text().strip(" \t\n\r\f")
    if "  " in words or "\n" in words or "\t" in words or "\r" in words or "\f" in words:
        words = _WHITESPACE.sub(" ", words)
    if _BREAK in words:
        words = _LINE.sub("\n", _PARAGRAPH.sub("\n\n", words))
    return words.strip(" \n\u00a0") or None


def first(node: LexborNode | None, name: str) -> LexborNode | None:
    """Return the first element of a name within a node."""
    if node is None:
        return None
    # It mostly is the first of all; a selector costs more than to look.
    child = next(node.iter(), None)
    return child if child is None or child.tag == name else node.css_first(name)


def day_of(node: LexborNode | None) -> tuple[str | None, str | None]:
    """Return the day that a node gives, and the one in its markup where it shows another.

    The day in the markup of a `time` element (ISO) stands for the same day shown; of two days, the one shown counts.
    """
    time = first(node, "time")
    markup_day = (time.attrs.get("datetime") or "")[:10] if time is not None else None
    text = text_of(time) or text_of(node)
    if not markup_day or (text and _differ(text, markup_day)):
        return text, markup_day or None
    return markup_day, None


def day_at(node: LexborNode | None, places: Places) -> tuple[Cell, str | None]:
    """Return the day that a node gives with its line, and the one in its markup where it shows another."""
    day, marked = day_of(node)
    if not day:
        return NO_CELL, marked
    at = places.of(node)
    return (day, places.line_of_attribute(at, "datetime", day) or places.line_of_text(at, day)), marked


def text_at(node: LexborNode | None, places: Places) -> Cell:
    """Return the text of a node, and the line on which it begins."""
    words = text_of(node)
    return words, places.line_of_text(places.of(node), words) if words else None


@lru_cache(4096)
def _differ(text: str, markup_day: str) -> bool:
    """Return whether a text names a day other than the one in the markup, in either reading."""
    reading = dates.read(" ".join(text.split()))
    return reading.day is not None and markup_day not in map(str, (reading.day, reading.other))
