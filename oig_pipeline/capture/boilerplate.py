"""What stands on every page of the site.

Belongs here: lines that are no part of any listing: banner, pager, footer. Does not: pages without reports (see
`absence.py`), or press releases, which are told by what they lack (see `text_cards.py`).
"""

from __future__ import annotations

import re

BANNER = re.compile(
    r"""^(?:
      Skip\ to\ main\ content | U\.S\.\ flag | Government\ Website | Safely\ connect\ using\ HTTPS | Home
    | An\ official\ website\ of\ the\ United\ States\ government
    | Official\ websites\ use\ \.gov
    | A\ \.gov\ website\ belongs\ to\ an\ official\ government\ organization\ in\ the\ United\ States\.
    | Secure\ \.gov\ websites\ use\ HTTPS
    | A\ lock\ \(.*\)\ or\ https://\ means\ you.ve\ safely\ connected\ to\ the\ \.gov\ website\..*
    | US\ flag\ signifying\ that\ this\ is\ a\ United\ States\ Federal\ Government\ website.*
    )$""",
    re.X,
)
"""What stands above a page's heading."""
_FOOTER = re.compile(
    r"""(?i)^(?:
      (?:Displaying|Showing)\ \d+\s?[-\u2013]\s?\d+\ of\ [\d,]+
    | (?:Copyright|\u00a9|(?:Page\ )?Last\ (?:updated|modified|reviewed)).{0,60}
    | (?:(?-i:[A-Z]{2,6})|(?:U\.?S\.?\ )?Department\ of\ [a-z&\ ]{4,40})?[ ,|]{0,3}Office\ of\ Inspector\ General
    | (?:U\.?S\.?\ )?Department\ of\ (?:(?:the\ )?[a-z]+|[a-z]+\ [a-z]+) | Washington,\ DC\ 20\d{3}
    )$""",
    re.X,
)
# A number of four digits may be a year.
_PAGER_WORD = re.compile(
    r"(?i)(?:first|prev|previous|next|last|current|page|pagination|\d{1,3}|[\u2039\u203a\u00ab\u00bb\u2026<>.]{1,3})$"
)
_HOST = re.compile(r"(?:[a-z]+\.){1,3}gov")
_PLACES = {
    *("about", "about us", "accessibility", "back to top", "contact", "contact us", "facebook", "foia"),
    *("follow us", "freedom of information act", "govdelivery", "home", "hotline", "instagram", "linkedin", "links"),
    *("news", "no fear act", "no fear act data", "plug-ins", "print", "privacy", "privacy act", "privacy policy"),
    *(
        "report corruption, fraud, waste, and abuse",
        "return to top",
        "rss",
        "search",
        "share",
        "site links",
        "site map",
    ),
    *("sitemap", "subscribe", "twitter", "x", "youtube"),
}
_EMPTY = re.compile(
    r"(?i)(?:sorry, )?(?:there (?:are|is) )?(?:currently )?no (?:results?|reports|content|items|documents|matching \w+)"
    r"(?: (?:were )?found| available| to display| match(?:ed)? (?:your )?(?:search|criteria|selection)| at this time)?"
    r"[.!]?"
    r"|your search (?:yielded|returned|found) no results[.!]?"
)


def is_boilerplate(line: str) -> bool:
    """Return whether a line, its ends bare, is banner, pager or footer."""
    return bool(BANNER.match(line) or _FOOTER.match(line)) or _is_pager(line) or _is_footer(line)


def row_is_open(text: str, *, is_closed: bool) -> bool:
    """Return whether a text ends within its last row: without a line end, and without what closes that row.

    Args:
        text: a page saved as text.
        is_closed: whether the last row has what its layout ends a row with.
    """
    if is_closed or text.endswith("\n"):
        return False
    last = text.rstrip()
    last = last[last.rfind("\n") + 1 :].strip()
    return bool(last) and (last.isdigit() or not is_boilerplate(last))


def is_empty_result(line: str) -> bool:
    """Return whether a line, its ends bare, is what a listing says that has no rows to show."""
    return bool(_EMPTY.fullmatch(line))


def _is_pager(line: str) -> bool:
    words = line.split()
    return bool(words) and all(map(_PAGER_WORD.match, words))


def _is_footer(line: str) -> bool:
    """Return whether a line names places that every page links, one or several, with bars or blanks between."""
    segments = [segment.strip().lower() for segment in re.split(r"[|\u00b7]", line)]
    return all(map(_is_place, segments)) or all(map(_is_place, line.lower().split()))


def _is_place(words: str) -> bool:
    return words in _PLACES or bool(_HOST.fullmatch(words))
