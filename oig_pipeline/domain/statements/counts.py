"""How many recommendations a report says it makes.

Belongs here: sentences that state the count of new recommendations, and adding partial counts up. Does not: who agreed,
or counts of observations, findings and other reports, which are never counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from oig_pipeline.domain.statements.numbers import COUNT, NOUN, WORD, number
from oig_pipeline.domain.statements.responses import RESPONSE
from oig_pipeline.domain.statements.sentences import LOOK_BACK, is_of_others

_END = r"(?=[^\w-]|$|to\b|that\b|for\b|in\b|and\b)"  # also where a converter has glued the next word
_STATES = r"(?:contain(?:s|ed|ing)?|includ(?:e[sd]?|ing)|has|have|having)"
_MAKES = (
    r"(?:ma(?:de|kes?|king)|issu(?:e[sd]?|ing)|offer(?:s|ed|ing)?|provid(?:e[sd]?|ing)|present(?:s|ed)?"
    r"|propos(?:e[sd]?))"
)
_REPORT = r"(?:reports?|letter|memorandum|alert|review|audit|evaluation|inspection|advisory|assessment)"
_STATED = re.compile(
    rf"""\b(?:(?P<states>{_STATES})|{_MAKES}|{_REPORT}\s+with)\s+(?:a\s+(?:combined\s+)?total\s+of\s+)?
    (?:{COUNT}\s+(?:\w+\s+){{0,4}}?(?:reports|findings|observations|audits)\s+(?:and|with|containing)\s+)?
    (?:(?:the|these|our)\s+(?:following\s+)?)?(?P<words>(?:(?:an\s+)?(?:additional|further|other)\s+)?)
    (?P<count>{COUNT}|(?P<article>an?))\s+
    (?P<more>(?:{WORD}\s+){{0,3}}?)(?P<noun>{NOUN}){_END}""",
    re.I | re.X,
)
_NONE = re.compile(
    rf"""\b(?:(?:not|never)|n['\u2019]t)\s+(?P<states>(?:contain|include|have|be)\w*|{_MAKES})\s+
    (?:any\s+)?(?P<more>(?:{WORD}\s+){{0,3}}?){NOUN}{_END}""",
    re.I | re.X,
)
_PASSIVE = re.compile(
    rf"""\b(?P<there>there\s+(?:are|were|is|was)\s+)?(?P<count>{COUNT})\s+(?P<more>(?:{WORD}\s+){{0,2}}?){NOUN}
    (?(there)|\s+(?:are|were|is|was)\s+(?:being\s+)?(?:made|issued|included|contained|provided|offered)\b)""",
    re.I | re.X,
)
# Who speaks in a report: its office, or the firm that audits for it.
_SPEAKER = re.compile(
    rf"\b(?:(?-i:we|We|WE)|(?:[A-Z]{{2,8}}\s+)?OIG|Inspectors?\s+General|KPMG|"
    rf"LLP|P\.?C\.|auditors?|firm|Company|division|"
    rf"{_REPORT})\b",
    re.I,
)
_DOCUMENT = re.compile(rf"\b(?:{_REPORT}|it|which|and|that|we)\b(?:\s+\([^)]*\))?(?:\s+\w+){{0,2}}\s*$", re.I)
_STRANGER = re.compile(
    r"\b(?:GAO|panel|committee|commission|task\s+force|working\s+group|board|council|Congress|contractor|consultant|team"
    r"|study|plan|strategy|they)\b",
    re.I,
)
_ALSO = re.compile(
    rf"(?:\band|[,:])\s+(?:({COUNT})\s+(?:{WORD}\s+){{0,2}}?{NOUN}\b|({COUNT})\s+to\s+(?:the\s+)?(?-i:[A-Z]))", re.I
)
_PARTS_END = re.compile(r";|\bincluding\b|\bof which\b|\bof these\b", re.I)
_TARGET = re.compile(r"\s*(?:to|for)\s+(?:the\s+)?[A-Z]")
_ADDED = re.compile(r"\b(?:additional|additionally|other|further|also|another|addition)\b", re.I)


class StatedCount(NamedTuple):
    """A count of recommendations, with its parts; whether it repeats a total, adds to one, or goes to somebody."""

    value: int
    is_restated: bool
    is_added: bool
    is_targeted: bool
    parts: tuple[int, ...] = ()


def counts(sentence: str) -> list[StatedCount]:
    """Return the count of new recommendations that a sentence states, or nothing."""
    if "recommendation" not in sentence.lower():
        return []
    for pattern in (_NONE, _PASSIVE, _STATED):
        for match in pattern.finditer(sentence):
            if count := _count(sentence, match):
                return [count]
    return []


def _count(sentence: str, match: re.Match[str]) -> StatedCount | None:
    groups = match.groupdict()
    if is_of_others(sentence, match.end()) or not _is_the_reports(sentence, match, groups):
        return None
    if "count" not in groups:
        return StatedCount(0, is_restated=bool(groups["states"]), is_added=False, is_targeted=False)
    if groups.get("article") and groups["noun"].lower().endswith("s"):
        return None
    if re.search(r"(?:\bnot|n['\u2019]t)\s+$", sentence[: match.start()]):
        return None
    value = 1 if groups.get("article") else number(groups["count"])
    rest = sentence[match.end() :]
    if agreement := RESPONSE.search(rest):
        rest = rest[: agreement.start()]
    if end := _PARTS_END.search(rest):
        rest = rest[: end.start()]
    parts = tuple(number(m[1] or m[2]) for m in _ALSO.finditer(rest))
    is_targeted = bool(_TARGET.match(rest))
    is_split = sum(parts) == value and not is_targeted
    return StatedCount(
        # "five recommendations, three to one agency and two to another" states a total and its parts.
        value if is_split else value + sum(parts),
        is_restated=bool(groups.get("states")),
        is_added=bool(_ADDED.search(sentence[: match.end()])),
        is_targeted=is_targeted,
        parts=parts if is_split else (value, *parts),
    )


def _is_the_reports(sentence: str, match: re.Match[str], groups: dict[str, str | None]) -> bool:
    """Return whether the report or its office speaks, and not a panel or a plan."""
    before = sentence[max(0, match.start() - LOOK_BACK) : match.start()]
    if _STRANGER.search(before):
        return False
    if groups.get("states"):
        return bool(_DOCUMENT.search(re.sub(r"\s+(?:do|does|did)\s*$", " ", before)))
    return not before.strip() or match.re is _PASSIVE or bool(_SPEAKER.search(before))


def total(stated: Iterable[StatedCount], totals: set[int]) -> int | None:
    """Return how many recommendations were made; None where counts may be a sum or one count stated twice.

    Args:
        stated: the counts of all sentences, in order.
        totals: the numbers that sentences about agreement name as all of them.
    """
    stated = list(stated)
    values = [count.value for count in stated]
    if 0 in values and any(count.value == 0 and not count.is_added for count in stated):
        return 0 if _is_zero(stated) else None
    if not values:
        return next(iter(totals)) if len(totals) == 1 else None
    if len(values) == 1 or sum(values) in totals:
        return sum(values)
    if all(count.is_added for count in stated[1:]) or (len(values) == 2 and any(c.is_added for c in stated)):
        return sum(values)
    if len(set(values)) == 1:
        return values[0] if values[0] in totals or any(count.is_restated for count in stated) else None
    if values[0] == sum(values[1:]):
        return values[0]
    if largest := {max(values)} & totals:
        return next(iter(largest))
    return sum(values) if all(count.is_targeted for count in stated) else None


def _is_zero(stated: list[StatedCount]) -> bool:
    """Return whether "no recommendations" holds: the report says so of itself, or no count contradicts it."""
    return any(count.value == 0 and count.is_restated for count in stated) or not any(c.value for c in stated)
