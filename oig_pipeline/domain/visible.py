"""Text from outside, made safe to show.

Belongs here: which characters a terminal would obey instead of showing, and what is shown for them. Does not: writing
(see `cli/output.py`), or what a listing says, which stays as it is in every file.
"""

from __future__ import annotations

import re

# Controls of both kinds, marks that turn the direction of the words around them, further line breaks, and halves of
# characters, which no encoding can write.
_OBEYED = "\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
_UNSAFE = re.compile(f"[{_OBEYED}]")
_WITHIN_A_LINE = re.compile(f"[{_OBEYED}\t\n]")
_NOT_ASCII = re.compile(f"[{_OBEYED}]|[^\x00-\x7f]")
_PICTURES = 0x2400
"""Where Unicode has a picture of each control character."""
_DELETE, _CSI = 0x7F, 0x9B


def visible(text: str) -> str:
    """Return a text in which characters are seen that would be obeyed; line breaks and tabs stay."""
    return _UNSAFE.sub(_picture, text)


def one_line(text: str) -> str:
    """Return a text as one line, in which line breaks and tabs are seen, too."""
    return _WITHIN_A_LINE.sub(_picture, text)


def escaped(json_text: str, *, ascii_only: bool = False) -> str:
    """Return JSON that says the same, in which such characters are escapes; and all others, if only ASCII can pass."""
    return (_NOT_ASCII if ascii_only else _UNSAFE).sub(_escape, json_text)


def xml_escaped(xml_text: str) -> str:
    """Return XML that says the same, in which such characters are references."""
    return _UNSAFE.sub(lambda match: f"&#{ord(match[0])};", xml_text)


def _escape(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[place : place + 4]}" for place in range(0, len(units), 4))


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(_PICTURES + code)
    if code == _DELETE:
        return "\N{SYMBOL FOR DELETE}"
    if code == _CSI:
        return "\N{SYMBOL FOR ESCAPE}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
