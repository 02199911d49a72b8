"""How much nesting a page may have, looked at before it is parsed.

Belongs here: the bounds, and counting against them in time linear in the page. Does not: parsing, which takes time
that grows with the square of the depth, so that a page of 300 kB can take a minute.
"""

from __future__ import annotations

import re
from collections import Counter

from oig_pipeline.capture.rows import Finding, Unreadable

MAX_DEPTH = 500
"""Most elements that may be open at once; pages of the site have some twenty."""
MAX_MISNESTED = 5_000
"""Most elements that may be closed in another order than they were opened."""
MAX_ELEMENTS = 500_000
"""Most elements of a page; pages of the site have a few thousand."""
_HARMLESS = 2_000
"""So few tags cost nothing, however they are nested."""
_END_OF_COMMENT = re.compile("-->")
_RAW = {
    name: re.compile(rf"</{name}\b", re.I) for name in ("script", "style", "textarea", "title", "xmp", "iframe")
}  # fmt: skip
# Elements that hold nothing, or that HTML closes by itself where the next one begins.
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
)
_CLOSED_BY_NEXT = frozenset(
    ("html", "head", "body", "p", "li", "dt", "dd", "thead", "tbody", "tfoot", "tr", "td", "th", "colgroup", "caption",
     "rt", "rp")
)  # fmt: skip
_EACH_TAG = r"<(?:!--|(/?)([a-zA-Z][^\s/>]*)([^>]*)>?)"
_TAG = re.compile(_EACH_TAG)
_SELF_CLOSING = rf"</?(?:{'|'.join(_CLOSED_BY_NEXT)})(?=[\s>])[^>]*+"
_LEAF = "|".join(rf"<{name}(?=[\s>])[^>]*+>[^<]*+</{name}>" for name in ("a", "span", "time", "div"))
_NESTING = re.compile(rf"(?:[^<]*+(?:{_SELF_CLOSING}|{_LEAF}|<(?!/?[a-zA-Z]|!--)))*+[^<]*+(?:{_EACH_TAG}|\Z)")
"""What leads to the next tag that HTML does not close by itself, and is no leaf; or to the end."""
_FOREIGN = ("svg", "math")  # in these, nothing is closed by itself
_FOREIGN_TAG = re.compile(f"<(?:{'|'.join(_FOREIGN)})", re.I)


def check_bounds(text: str) -> None:
    """Do nothing for a page that can be parsed in reasonable time.

    Raises:
        Unreadable: its elements are too many or nested too deeply.
    """
    if text.count("<") <= _HARMLESS:
        return
    stack: list[str] = []
    open_counts: Counter[str] = Counter()
    position = misnested = elements = 0
    has_foreign = _FOREIGN_TAG.search(text) is not None
    counts_all = has_foreign or text.count("<") > MAX_ELEMENTS
    next_tag = _TAG.search if counts_all else _NESTING.match
    while (tag := next_tag(text, position)) is not None:
        position = tag.end()
        closes, name, attributes = tag.groups("")
        name = name.lower()
        if not name:
            if (end := _END_OF_COMMENT.search(text, position)) is None:
                return
            position = end.end()
            continue
        is_foreign = has_foreign and any(open_counts[outer] for outer in _FOREIGN)
        if name in _VOID or (name in _CLOSED_BY_NEXT and not is_foreign):
            elements += 1
        elif closes:
            if open_counts[name]:
                misnested += stack[-1] != name
                while (top := stack.pop()) != name:
                    open_counts[top] -= 1
                open_counts[name] -= 1
        elif not (is_foreign and attributes.endswith("/")):
            elements += 1
            stack.append(name)
            open_counts[name] += 1
            if name in _RAW:
                if (end := _RAW[name].search(text, position)) is None:
                    return
                position = end.start()
        if len(stack) > MAX_DEPTH:
            _refuse(f"nests elements more than {MAX_DEPTH:,} deep", text, position)
        if misnested > MAX_MISNESTED:
            _refuse(f"closes more than {MAX_MISNESTED:,} elements in the wrong order", text, position)
        if elements > MAX_ELEMENTS:
            _refuse(f"has more than {MAX_ELEMENTS:,} elements", text, position)


def _refuse(what: str, text: str, position: int) -> None:
    message = f"the page {what}; no page of the site does, and reading it could take minutes"
    raise Unreadable(Finding("capture_unreadable", message, text.count("\n", 0, position) + 1))
