"""What stands on every page of the site.

Belongs here: lines that are no part of any listing: banner, pager, footer. Does not: pages that are no listings (see
`detect.py`), or press releases, which are told by what they lack (see `text_cards.py`).
"""

from __future__ import annotations

import re

_ARROWS = "[\u2039\u203a\u00ab\u00bb]{0,2}"
_PLACES = (
    "Facebook|Twitter|X|YouTube|LinkedIn|Instagram|RSS|GovDelivery|Contact(?: Us)?|About(?: Us)?|Accessibility|FOIA|"
    "Privacy(?: Policy| Act)?|No FEAR Act(?: Data)?|Plug-ins|Site Map|Sitemap|USA\\.gov|DHS\\.gov|Hotline|Search|"
    "Subscribe|Follow Us|Share|Print|Return to top|Back to top|Site Links|Report Corruption, Fraud, Waste, and Abuse"
)
BANNER = re.compile(
    r"""^(?:
      Skip\ to\ main\ content | U\.S\.\ flag | Government\ Website | Safely\ connect\ using\ HTTPS
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
FURNITURE = re.compile(
    rf"""{BANNER.pattern} | ^(?:
      {_ARROWS}[ ]?(?:First|Previous|Next|Last|Current)[ ]?(?:page)?[ ]?\d{{0,3}}[ ]?{_ARROWS}
    | {_ARROWS}[ ]?(?:Page[ ])?\d{{1,3}}[ ]?{_ARROWS} | Pagination
    | Displaying\ \d+\s?[-\u2013]\s?\d+\ of\ [\d,]+
    | (?:U\.S\.\ )?(?:DHS|Department\ of\ Homeland\ Security)?[ ,|]{{0,3}}Office\ of\ Inspector\ General
    | (?:{_PLACES.replace(" ", "[ ]")})
    )$""",
    re.X,
)


def is_bare(text: str) -> bool:
    """Return whether a text is a page's furniture and at most its heading."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    unknown = [line for line in lines if not BANNER.match(line)]
    return len(unknown) < len(lines) and len(unknown) <= 1
