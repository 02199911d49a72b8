"""Which layout a capture has, and what is no listing at all.

Belongs here: the list of layouts, and how pages that hold no reports are recognised. Does not: reading rows.
"""

from __future__ import annotations

import re

from oig_pipeline.capture import exchange, text_cards
from oig_pipeline.capture.rows import Layout

LAYOUTS: tuple[Layout, ...] = (exchange.NDJSON, exchange.CSV, text_cards.LAYOUT)

# What such a page says → what it is.
NOT_LISTINGS = {
    r"New Title\s+Project Objective\s+DHS Component\s+Mission Area": "the list of ongoing projects",
    r"(?i)\b(?:page not found|the requested page could not be found)\b": "a page that was not found",
    r"(?i)\b(?:just a moment|checking your browser|verify you are human|access denied|request blocked)\b": (
        "a challenge page of the site's protection"
    ),
}
NO_REPORTS = "a page of the list without reports (press releases only)"
PAST_THE_END = "a page past the end of the listing"
_SHORT = 4000  # such pages say little; a summary may say "access denied" too


def layout_of(text: str) -> Layout | None:
    """Return the layout of a text, None where it has none that is known."""
    return next((layout for layout in LAYOUTS if layout.matches(text)), None)


def not_a_listing(text: str) -> str | None:
    """Return what a page that holds no listing is, None where nothing says so."""
    for pattern, what in NOT_LISTINGS.items():
        match = re.search(pattern, text)
        if match and (len(text) < _SHORT or match.start() < _SHORT // 4):
            return what
    return NO_REPORTS if _is_bulleted(text) else None


def _is_bulleted(text: str) -> bool:
    return text_cards.BULLET in "\n" + text and not text_cards.matches(text)


def is_later_page(url: str | None) -> bool:
    """Return whether an address names a page of a listing after the first (`?page=N`, N from 1)."""
    return bool(url and re.search(r"[?&]page=0*[1-9]", url))
