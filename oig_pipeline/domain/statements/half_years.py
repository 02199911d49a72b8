"""The money of a half-year in the tables of a semiannual report.

Belongs here: the statistical highlights, with whatever stands between label and amount, and the tables that the
Inspector General Act prescribes. Does not: sentences (see `money`), or figures of single reports.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from oig_pipeline.domain.statements.amounts import AMOUNT, Amount, amount

_LEADERS = r"[\s.\u2026\u00b7:|*\d]{0,120}?"
_LABELS = {
    "questioned": re.compile(rf"(?<!Recommended )\bQuestioned Costs?{_LEADERS}({AMOUNT})", re.I),
    "unsupported": re.compile(rf"\bUnsupported Costs?{_LEADERS}({AMOUNT})", re.I),
    "better": re.compile(rf"\bFunds (?:(?:Recommended )?(?:to be )?Put to|for) Better Use{_LEADERS}({AMOUNT})", re.I),
}
_ISSUED = re.compile(
    rf"\b(?:reports\s+)?issued\s+during\s+(?:the\s+)?(?:reporting\s+)?period\b[^$\n]{{0,60}}?\s\d+\s+({AMOUNT})(?:\s+({AMOUNT}))?",
    re.I,
)
_TABLE = re.compile(r"questioned\s+costs|better\s+use", re.I)


def table_amounts(text: str) -> dict[str, list[Amount]]:
    """Return the amounts that the tables of a clean text state for the half-year, by kind."""
    result: dict[str, list[Amount]] = {kind: [] for kind in _LABELS}
    for kind, pattern in _LABELS.items():
        result[kind] += _amounts(match[1] for match in pattern.finditer(text))
    for match in _ISSUED.finditer(text):
        tables = _TABLE.findall(text, 0, match.start(1))
        if tables and "better" in tables[-1].lower():
            result["better"] += _amounts([match[1]])
        elif tables:
            result["questioned"] += _amounts([match[1]])
            result["unsupported"] += _amounts([match[2]] if match[2] else [])
    return result


def _amounts(printed: Iterable[str]) -> list[Amount]:
    return [value for text in printed if (value := amount(text))]
