"""What the readers of HTML share.

Belongs here: taking text out of a parsed page. Does not: any layout.
"""

from __future__ import annotations

from selectolax.lexbor import LexborNode


def text_of(node: LexborNode | None) -> str | None:
    """Return the text of a node, its ends bare; None where there is none."""
    return (node.text().strip(" \t\n\r\f\u00a0") or None) if node is not None else None


def day_of(node: LexborNode | None) -> str | None:
    """Return the day that a node's `time` element gives (ISO), else its text."""
    time = node.css_first("time") if node is not None else None
    stated = (time.attributes.get("datetime") or "")[:10] if time is not None else None
    return stated or text_of(node)
