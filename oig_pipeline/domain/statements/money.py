"""Questioned and unsupported costs, and funds for better use, as sentences state them.

Belongs here: which amounts of a sentence are findings and of what kind, and what a report's sentences amount to. Does
not: tables and labels. Money awarded, audited, obligated or at risk is no finding, nor are hoped-for savings and
examples; of "$1.30 million of $2.58 million" the first is the finding. What contradicts itself is None.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from oig_pipeline.domain.statements.amounts import AMOUNT, Amount, agreed, amount, stands_for
from oig_pipeline.domain.statements.sentences import Sentence, is_of_others

_ABOUT = r"""(?:(?:an?\s+)?(?:estimated|approximately|about|nearly|over|almost|more\s+than|roughly|total\s+of|around
    |additional|the)\s+)*"""
_PART = r"""(?:ineligible|unallowable|unsupported|non-?compliant|unused|unreasonable|excessive|duplicat(?:e|ive)
    |improper\s+contract)"""
_PARTS = rf"{_PART}(?:\s*(?:,|and|or|,\s*and|,\s*or)\s*{_PART})*"
_COSTS = r"""(?:\w+[\s-]+){0,3}?(?:costs?|contracts?|expenditures?|expenses?|benefits|funds|funding|payments?|claims?
    |assistance|amounts?|charges|work|projects?|labor|equipment|items)\b"""
_FLAGS = re.I | re.X
# Behind an amount: what it is.
_SHARE = r"(?:\s*\([^)]*\))?"
_IS_PART = re.compile(
    rf"""{_SHARE}\s+(?:(?:of|in|as|for|noted\s+as|identified\s+as|considered|worth\s+of)\s+|(?=(?-i:[a-z])))
    (?:(?:potentially|the|its|these|such|other|Federal)\s+)*(?P<parts>{_PARTS})\s+{_COSTS}""",
    _FLAGS,
)
_IS_QUESTIONED = re.compile(
    rf"{_SHARE}\s+(?:of|in|as|(?:of\s+which\s+)?(?:is|are|was|were))\s+(?:total\s+)?questioned\s+costs?\b", _FLAGS
)
_IS_BETTER = re.compile(
    rf"""{_SHARE}\s+(?:of|in|as|that|which)\s+(?:\w+\s+){{0,3}}?(?:that\s+|which\s+)?(?:(?:could|can|should|to)\s+)?
      (?:be(?:en)?\s+)?(?:(?:put|used)\s+(?:to|for)\s+(?:a\s+)?better\s+use|for\s+better\s+use|over-?obligated)\b
    |{_SHARE}\s+(?:could|can|should)\s+be\s+(?:put|used)\s+(?:to|for)\s+(?:a\s+)?better\s+use\b
    |[^.;$]{{0,80}}?,?\s+(?:resulting\s+in|and\s+put)\s+(?:(?:those|these|the|Federal)\s+)*funds\s+
      (?:that\s+could\s+be\s+)?(?:put\s+)?to\s+better\s+use\b""",
    _FLAGS,
)
_IS_UNSUPPORTED = re.compile(
    r"""(?:\s+(?:of|in)\s+costs?)?,?\s+(?:that\s+|which\s+)?(?:
      (?:is|are|was|were|being)\s+(?:determined\s+to\s+be\s+|considered\s+)?(?:unsupported|not\s+(?:\w+ly\s+)?supported)\b
      |(?:did|does|do)\s+not\s+have\s+(?:\w+\s+){0,2}?(?:supporting\s+)?documentation
      |lacked\s+(?:\w+\s+){0,2}?documentation|noted\s+as\s+unsupported)""",
    _FLAGS,
)
_IS_INELIGIBLE = re.compile(
    r",?\s+(?:that\s+|which\s+)?(?:is|are|was|were)\s+(?:\w+ly\s+)?(?:ineligible|unallowable|questioned)\b", _FLAGS
)
# Before an amount: what is to be done with it, or what it is.
_DISALLOWED = re.compile(
    rf"""(?<!would\s)(?<!will\s)(?<!could\s)\b(?:disallow|recover|not\s+fund|question(?:ed|s)?)(?:,?\s+(?:and|or)\s+(?:recover|disallow|collect))?\s+
    (?:as\s+\w+\s+)?{_ABOUT}$""",
    _FLAGS,
)
_TOTALING = r"(?:of|total(?:l?ing|ed)?|amounting\s+to|were|was|is|are|in\s+the\s+amount\s+of)"
_QUESTIONED = re.compile(rf"\bquestioned\s+costs?(?:\s+{_TOTALING}|:)\s+{_ABOUT}$", _FLAGS)
_PARTS_OF = re.compile(
    rf"""\b(?P<parts>{_PARTS})\s+(?:\w+\s+){{0,2}}?(?:costs?|expenditures?|expenses?|payments?)\s+
    (?:\(|(?:of|total(?:l?ing|ed)?)\s+{_ABOUT})$""",
    _FLAGS,
)
_UNABLE = re.compile(rf"\b(?:unable\s+to|(?:could|did)\s+not|cannot)\s+(?:\w+ly\s+)?support\s+{_ABOUT}$", _FLAGS)
_DEOBLIGATED = re.compile(rf"\b(?:de-?obligate|over-?obligated(?:\s+by)?)\s+{_ABOUT}$", _FLAGS)
_PUT = re.compile(rf"\bput(?:ting)?\s+{_ABOUT}$", _FLAGS)
_TO_BETTER_USE = re.compile(r"\s+(?:(?:of|in)\s+(?:\w+\s+){1,3})?to\s+(?:a\s+)?better\s+use\b", re.I)
_BETTER_OF = re.compile(
    rf"""\bfunds\s+(?:(?:that\s+could\s+be|to\s+be)\s+)?(?:put\s+to|for)\s+better\s+use\s+(?:of|total(?:l?ing|ed)?)\s+
    {_ABOUT}$""",
    _FLAGS,
)
_NO_FINDING = re.compile(
    rf"""\b(?:may|might|would)\s+(?:not\s+)?(?:have|be)\b[^,;.]*$|\bcould\s+have\b[^,;.]*$
    |\b(?:up\s+to|as\s+much\s+as|at\s+least|at\s+risk|risk(?:s|ed|ing)?|savings?\s+of|awarded|audited|reviewed)\s+
    (?:\w+\s+){{0,3}}?{_ABOUT}$""",
    _FLAGS,
)
_AWARDED = re.compile(rf"\b(?:awarded|received|awards?\s+(?:of|totaling)|award\s+for)\s+{_ABOUT}$", _FLAGS)
_EXAMPLE = re.compile(r"^(?:for\s+example|for\s+instance|in\s+(?:one|another)\s+(?:case|instance))\b", re.I)
_INCLUDED = re.compile(
    r"\b(?:including|includes?|included|of\s+which|of\s+this|of\s+that|of\s+these|such\s+as)\b", re.I
)
_NOT_BEHIND = re.compile(r"[^.;$]{0,30}?\b(?:at\s+risk|potential\s+monetary\s+benefits)\b", re.I)
_AND = re.compile(r"\s*(?:,|and|,\s*and|plus)\s*", re.I)
_SECOND = re.compile(r"\s*of\s+(?:the\s+)?", re.I)
_AMOUNTS = re.compile(AMOUNT, re.I)


class MoneyFinding(NamedTuple):
    """An amount of a sentence and what it is: "total", "part" (of a total, perhaps), "unsupported" or "better"."""

    kind: str
    amount: Amount
    is_included: bool = False


class Money(NamedTuple):
    """What a report's sentences amount to."""

    questioned: Amount | None = None
    unsupported: Amount | None = None
    better_use: Amount | None = None


def findings(sentence: str) -> list[MoneyFinding]:
    """Return the findings among the amounts of a sentence."""
    if "$" not in sentence or _EXAMPLE.match(sentence):
        return []
    result: list[MoneyFinding] = []
    position = 0
    for match in _AMOUNTS.finditer(sentence):
        before, is_second = sentence[position : match.start()], position > 0
        is_second = is_second and bool(_SECOND.fullmatch(before))
        position = match.end()
        printed = amount(match[0])
        if printed is None or is_second or _is_no_finding(sentence, before, position):
            continue
        goes_on = bool(result) and result[-1].is_included and ";" not in before
        is_included = goes_on or bool(_INCLUDED.search(before))
        kinds = _kinds(before, sentence, position)
        if not kinds and result and _AND.fullmatch(before):
            kinds = [result[-1].kind]  # "recover $5,000 and $6,000": two of a kind
        result += [MoneyFinding(kind, printed, is_included) for kind in kinds]
    return result


def awards(sentence: str) -> list[Amount]:
    """Return the amounts of a sentence that were awarded: "an award of $2 million", "$1 million of $2 million"."""
    result: list[Amount] = []
    if "$" not in sentence:
        return result
    position = 0
    for match in _AMOUNTS.finditer(sentence):
        before = sentence[position : match.start()]
        is_second = position > 0 and bool(_SECOND.fullmatch(before)) and bool(findings(sentence[:position]))
        position = match.end()
        printed = amount(match[0])
        if printed is not None and (is_second or _AWARDED.search(before)) and not is_of_others(sentence, position):
            result.append(printed)
    return result


def _is_no_finding(sentence: str, before: str, end: int) -> bool:
    """Return whether money that ends at `end` of a sentence is at risk, hoped for, awarded, or of other reports."""
    return bool(_NO_FINDING.search(before) or _NOT_BEHIND.match(sentence, end)) or is_of_others(sentence, end)


def _kinds(before: str, sentence: str, end: int) -> list[str]:
    """Return what an amount is, by the words before it and behind it: none, one, or unsupported and a part as well."""
    if _IS_BETTER.match(sentence, end) or _DEOBLIGATED.search(before) or _BETTER_OF.search(before):
        return ["better"]
    if _PUT.search(before) and _TO_BETTER_USE.match(sentence, end):
        return ["better"]
    part = _IS_PART.match(sentence, end) or _PARTS_OF.search(before)
    if part:
        is_unsupported = re.fullmatch("unsupported", part["parts"].strip(), re.I)
        return ["part", "unsupported"] if is_unsupported else ["part"]
    if _UNABLE.search(before) or _IS_UNSUPPORTED.match(sentence, end):
        return ["part", "unsupported"]
    if _IS_INELIGIBLE.match(sentence, end):
        return ["part"]
    if _QUESTIONED.search(before) or _IS_QUESTIONED.match(sentence, end) or _DISALLOWED.search(before):
        return ["total"]
    return []


def money(texts: Iterable[Sentence]) -> Money:
    """Return what sentences amount to; None where they state nothing, or contradict each other."""
    printed: list[Amount] = []
    sums: list[Decimal] = []
    unsupported: list[Amount] = []
    better: list[Amount] = []
    for sentence in texts:
        several = findings(sentence.text)
        totals = [finding.amount for finding in several if finding.kind == "total"]
        printed += totals
        unsupported += [finding.amount for finding in several if finding.kind == "unsupported"]
        better += [finding.amount for finding in several if finding.kind == "better"]
        parts = [finding.amount for finding in several if finding.kind == "part" and not finding.is_included]
        if len(parts) == 1:
            printed += [part for part in parts if not any(total.value > part.value for total in totals)]
        elif parts and all(part.is_exact for part in parts):
            sums.append(_sum_of_parts([part.value for part in parts]))
    return Money(_questioned(printed, sums), agreed(unsupported), agreed(better))


def _sum_of_parts(values: list[Decimal]) -> Decimal:
    """Return the sum of parts; where the first is the sum of the others, it is the total."""
    first, rest = values[0], sum(values[1:], Decimal(0))
    return first if first == rest else first + rest


def _questioned(printed: list[Amount], sums: list[Decimal]) -> Amount | None:
    """Return the total: an exact sum where a printed total stands for it, or the printed totals where they agree."""
    if len(set(sums)) > 1:
        return None
    if sums and (not printed or any(stands_for(total, sums[0]) for total in printed)):
        return Amount(sums[0], Decimal(1))
    return None if sums else agreed(printed)
