"""Numbers by which offices other than this one name their reports.

Belongs here: telling that words hold something like a report's number, whosever it is: 2021-AT-1002, A-09-17-50231,
DODIG-2021-049, 21-056, ZA2021023. Does not: the numbers of this office (see `report_number.py`), or what one means.
"""

from __future__ import annotations

import re

# Groups of capitals and digits with hyphens or slashes between, two of them or more.
_GROUPED = re.compile(r"(?<![\w/.,:@-])[A-Z0-9]+(?:[-\u2010-\u2013/][A-Z0-9]+)+(?![\w/@:,-])")
_RUN_ON = re.compile(r"\b[A-Z]{2,4}(?:19|20)\d{5,6}\b")
_LABEL = re.compile(r"(?i)\b(?:audit |inspection |evaluation )?report (?:no\b|num\b|id\b|#|code\b)")
# What is written alike and is none: telephones, days, spans of years, postal codes, laws, round the clock.
_OTHERWISE = re.compile(
    r"(?:1-)?\d{3}-\d{3}-\d{4}|\d{3}-\d{4}|(?:19|20)\d\d-\d\d?-\d\d?|\d\d?[-/]\d\d?[-/](?:\d\d){1,2}"
    r"|(?:FY-?)?(?:19|20)\d\d[-\u2010-\u2013/](?:19|20)?\d\d|\d{5}-\d{4}|1[01]\d-\d{1,3}|\d\d?[-\u2010-\u2013/]\d\d?"
)


def mentions_number(words: str) -> bool:
    """Return whether words hold something like the number of a report, or a label of one."""
    if _LABEL.search(words) or _RUN_ON.search(words):
        return True
    return any(
        not _OTHERWISE.fullmatch(match[0]) and sum(map(str.isdigit, match[0])) >= 3
        for match in _GROUPED.finditer(words)
    )
