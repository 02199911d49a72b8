"""Which layout a capture has, and what is no listing at all.

Belongs here: the list of layouts, and how pages that hold no reports are recognised. Does not: reading rows.
"""

from __future__ import annotations

import re

from oig_pipeline.capture import (
    exchange,
    html_cards,
    html_table,
    ndjson,
    text_cards,
    text_dated,
    text_runon,
    text_table,
    unitedstates,
)
from oig_pipeline.capture.furniture import is_bare
from oig_pipeline.capture.html import words_of
from oig_pipeline.capture.rows import SUSPECT, Layout

LAYOUTS: tuple[Layout, ...] = (
    unitedstates.LAYOUT,
    ndjson.LAYOUT,
    exchange.CSV,
    html_table.LAYOUT,
    html_cards.LAYOUT,
    text_table.LAYOUT,
    text_runon.LAYOUT,
    text_dated.LAYOUT,
    text_cards.LAYOUT,
)

ONGOING = r"New\s+Title\s+Project Objective\s+DHS Component\s+Mission Area"
# What a page without any report says → what it is.
NOT_LISTINGS = {
    r"(?i)\b(?:page not found|the requested page could not be found)\b": "a page that was not found",
    r"(?i)\b(?:just a moment|checking your browser|verify you are human|access denied|request blocked)\b": (
        "a challenge page of the site's protection"
    ),
    r"(?i)\brequest unsuccessful\. incapsula\b": "a challenge page of the site's protection",
    r"(?i)\b50[0-4] (?:internal server error|bad gateway|service (?:temporarily )?unavailable|gateway time-?out)\b": (
        "an error page of the site's server"
    ),
    r"(?i)\ban error occurred while processing your request\b": "an error page of the site's server",
    r"(?i)\bfor immediate release\b": "a press release",
}
NO_REPORTS = "a page of the list without reports (press releases only)"
PAST_THE_END = "a page past the end of the listing"


def layout_of(text: str) -> Layout | None:
    """Return the layout of a text, None where it has none that is known or is too long for it."""
    return next((layout for layout in LAYOUTS if len(text) <= layout.largest and layout.matches(text)), None)


def not_a_listing(text: str, url: str | None = None) -> str | None:
    """Return what a page that holds no listing is, None where nothing says so.

    A page that mentions a report's number or the label of one is never taken for one of those that have no reports.
    """
    is_list = "views-row" in text or bool(re.search(text_cards.BULLET, "\n" + text))
    text = words_of(text)
    if re.search(ONGOING, text):
        return "the list of ongoing projects"
    if re.search(SUSPECT, text):
        return None
    if is_later_page(url) and is_bare(text):
        return PAST_THE_END
    found = (what for pattern, what in NOT_LISTINGS.items() if re.search(pattern, text))
    return next(found, NO_REPORTS if is_list else None)


def is_later_page(url: str | None) -> bool:
    """Return whether an address names a page of a listing after the first (`?page=N`, N from 1)."""
    return bool(url and re.search(r"[?&]page=0*[1-9]", url))
