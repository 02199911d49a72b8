"""Bytes of a page → its text.

Belongs here: which character set a page of a web archive is in, by its bytes, the response's header and its own
markup, as browsers tell it. Does not: captures in the raw folder, which are UTF-8.
"""

from __future__ import annotations

import codecs
import re

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_HEADER = re.compile(r"(?i)charset\s*=\s*[\"']?([\w.:+-]+)")
# As browsers look for it: in the first kilobytes, in either form of the element, or in an XML declaration.
_MARKUP = re.compile(
    rb"(?i)<meta\b[^>]*?charset\s*=\s*[\"']?\s*([\w.:+-]+)|^\s*<\?xml\b[^>]*?encoding\s*=\s*[\"']([\w.:+-]+)"
)
_LOOKED_THROUGH = 4096
# What says one of these means windows-1252, which holds them and what people wrote under their name.
_LATIN = {"iso8859-1", "ascii"}


def text_of(body: bytes, content_type: str = "") -> tuple[str, str]:
    """Return the text of a page, and the character set it was in.

    What reads as UTF-8 is UTF-8 whatever is declared: in other sets, text with letters beyond ASCII does not.

    Args:
        body: the page, decompressed.
        content_type: the response's Content-Type.

    Raises:
        UnicodeError: the bytes are in no character set that is declared, or in none that is known.
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name), name
    declared = _declared(body, content_type)
    if b"\0" not in body and b"\x1b" not in body:
        try:
            return body.decode(), "utf-8"
        except UnicodeDecodeError as error:
            if not declared:
                raise UnicodeError(f"it declares no character set and is not UTF-8 (byte {error.start})") from None
    for name in declared:
        try:
            return body.decode(name), name
        except UnicodeDecodeError:
            continue
    raise UnicodeError(f"it is not in {' or '.join(declared)}, as declared" if declared else "it is no text")


def _declared(body: bytes, content_type: str) -> list[str]:
    """Return the known character sets that header and markup name, in this order, as Python calls them."""
    markup = _MARKUP.search(body[:_LOOKED_THROUGH])
    names = [match[1] for match in [_HEADER.search(content_type)] if match]
    names += [(markup[1] or markup[2]).decode("ascii", "replace")] if markup else []
    encodings = []
    for name in names:
        try:
            codec = codecs.lookup(name)
        except (LookupError, ValueError):
            continue
        if codec._is_text_encoding:
            encodings.append("cp1252" if codec.name in _LATIN else codec.name)
    return list(dict.fromkeys(encodings))
