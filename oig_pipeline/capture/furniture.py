"""What stands on every page of the site.

Belongs here: lines that are no part of any listing. Does not: pages that are no listings (see `detect.py`).
"""

from __future__ import annotations

import re

FURNITURE = re.compile(
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


def is_bare(text: str) -> bool:
    """Return whether a text is a page's furniture and at most its heading."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    unknown = [line for line in lines if not FURNITURE.match(line)]
    return len(unknown) < len(lines) and len(unknown) <= 1
