"""What counts as a link.

Belongs here: which texts lead somewhere, and how a link is spelled that leaves out its scheme. Does not: resolving it
against its page, or whether the place is the OIG's.
"""

from __future__ import annotations

import polars as pl

_SCHEME = r"(?i)^https?://"
# An address without its scheme, as people type it.
_HOST = r"(?i)^(?:www\.[a-z0-9.-]+|(?:[a-z0-9-]+\.)+(?:gov|mil|com|org|net|edu|us|int))(?::[0-9]+)?/"
_PATH = r"^(?:/|\.\.?/|\?.)"
# A scheme twice, without its host or its colon: browsers and libraries each make another address of it.
_BROKEN = r"(?i)^(?:https?://(?:https?:|/)|///|https?/)"
_FILE = r"^[^\s:?#]+/[^\s?#]*\.[A-Za-z][A-Za-z0-9]{1,4}(?:[?#]\S*)?$"
_SEVERAL = r"(?i)(?:\s|[,;|]\s?)(?:https?://|www\.)"
# Addresses that software made of a value it did not have.
_OF_NOTHING = (
    r"(?i)^(?:(?:https?://)?[^/?#]*/)?(?:[^?#]*/)?(?:none|null|nan|nat|undefined|%3cna%3e)/?(?:[?#].*)?$"
    r"|^(?:https?://)?(?:[^/?#]*/)?n/a/?$"
)


def spelled(text: pl.Expr) -> pl.Expr:
    """Return a link as a browser takes it, a relative path as it is; null for a text that is none.

    A link has a scheme, begins like a host, or is a path: it begins with `/`, `./`, `../` or `?`, or holds a `/` and
    ends in a file extension. `report.pdf`, `see page` or `https://example.org/None` leads nowhere.
    """
    is_path = text.str.contains(_PATH) | text.str.contains(_FILE)
    link = (
        pl.when(text.str.contains(_SCHEME)).then(text)
        .when(text.str.contains(_HOST)).then(pl.lit("https://") + text)
        .when(is_path).then(text)
    )  # fmt: skip
    is_none = text.str.contains(_SEVERAL) | text.str.contains(_BROKEN) | text.str.contains(_OF_NOTHING)
    return pl.when(~is_none).then(link)
