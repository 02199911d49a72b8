r"""Pieces of a page's text, each with its line.

Belongs here: folding whitespace, resolving entities and links, and cutting Markdown into cells. Does not: what a piece
means. Lines end with `\n`, `\r\n` or `\r`, as editors count them.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from oig_pipeline.domain.placeholders import PLACEHOLDERS
from oig_pipeline.domain.whitespace import WHITESPACE
from oig_pipeline.sources.oversight_gov.site_facts import BASE_URL, HOSTS

_WHITESPACE = re.compile(f"[{WHITESPACE}]+")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_LINK = re.compile(r"(?<!!)\[([^\[\]]*)\]\(\s*<?([^\s()<>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
_IMAGE = re.compile(r"!\[[^\[\]]*\]\([^()]*\)")
_EMPHASIS = re.compile(r"^(?:\*\*|__)(.+?)(:?)(?:\*\*|__)(:?)$")
_CELL_END = re.compile(r"(?<!\\)\|")
_NO_WORD = re.compile(r"[\W_]*")
# Words that stand for no value in a cell; words that this site itself uses as values are none of them.
_NO_VALUES = frozenset(word.lower().strip(". ") for word in PLACEHOLDERS) - {"view report"}


@dataclass(frozen=True)
class Passage:
    """A piece of text.

    Attributes:
        text: its words, whitespace folded.
        line: where it begins, from 1.
        link: the address that it leads to, as written.
        content: the value that the markup states beside the text.
    """

    text: str
    line: int
    link: str | None = None
    content: str | None = None


@dataclass(frozen=True)
class LabeledBlock:
    """A label and what stands under it.

    Attributes:
        label: as printed.
        line: where the label stands.
        field: the field that it names; None for an unknown one.
        passages: the values, none where the page gives none.
    """

    label: str
    line: int
    field: str | None
    passages: tuple[Passage, ...] = ()


def with_newlines(text: str) -> str:
    r"""Return a text whose lines all end in `\n`, without a byte order mark."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def fold(text: str) -> str:
    """Return a text with each run of whitespace as one space, none at the ends."""
    return _WHITESPACE.sub(" ", text).strip(" ")


def unescape(text: str) -> str:
    """Return a text with its complete entities (`&amp;`) as characters."""
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text) if "&" in text else text


def is_no_value(text: str) -> bool:
    """Return whether a text stands for no value: empty, without a letter or digit, or a word such as `N/A`."""
    return _NO_WORD.fullmatch(text) is not None or text.lower().strip("()[]. ") in _NO_VALUES


def passage_of(markdown: str, line: int) -> Passage:
    """Return a piece of Markdown as text: links, images, emphasis, entities and escaped bars resolved."""
    if not markdown.strip():
        return Passage("", line)
    link = _LINK.search(markdown)
    words = _LINK.sub(lambda match: match[1], _IMAGE.sub(" ", markdown)).replace("\\|", "|")
    words = fold(unescape(words))
    if emphasis := _EMPHASIS.match(words):
        words = f"{emphasis[1]}{emphasis[2]}{emphasis[3]}"
    return Passage(words, line, unescape(link[2]) if link else None)


def is_ruler(line: str) -> bool:
    """Return whether a line only separates the head of a Markdown table from its rows."""
    return "---" in line and not line.strip(f"{WHITESPACE}|:-")


def cells_of(line: str, *, has_border: bool = True) -> list[str]:
    """Return the cells of one line of a Markdown table; a bar at the end is a border, one at the start may be."""
    cells = _CELL_END.split(line.strip())
    if has_border and len(cells) > 1 and not cells[0].strip():
        cells = cells[1:]
    if len(cells) > 1 and not cells[-1].strip():
        cells = cells[:-1]
    return cells


def is_table_line(line: str) -> bool:
    """Return whether a line has a cell of a Markdown table."""
    return _CELL_END.search(line) is not None


def absolute_url(link: str, page_url: str | None) -> str | None:
    """Return a link of a page in full; None for one that leads nowhere."""
    try:
        host = urlsplit(page_url).hostname or "" if page_url else ""
        is_of_site = host in HOSTS or host.endswith(".archive.org")
        url = urljoin(page_url if page_url and is_of_site else BASE_URL, link.strip())
        parts = urlsplit(url)
        return url if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None
