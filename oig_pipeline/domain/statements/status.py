"""What became of recommendations, on two axes.

Belongs here: resolved or unresolved (does the office accept what is planned?), open or closed (is it done?), of all of
them and of those that a sentence names. Does not: who agreed. Resolved is not done, and a wish to close is no closing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from oig_pipeline.domain.statements.numbers import COUNT, NOUN, REFERENCE, mentions, number
from oig_pipeline.domain.statements.sentences import LOOK_BACK, is_of_others, speaks

_SPEAKING = ("resolved", "open", "close")
_STATE = r"(?:(?:un)?resolved|open|closed)"
_STATES = rf"(?P<states>{_STATE}(?:\s*(?:,|and|but|,\s*and|/)\s*(?:is\s+|are\s+|remains?\s+)?{_STATE})*)\b"
_WHO = rf"""(?P<who>
    (?P<every>all|both|each)(?:\s+of)?(?:\s+which)?(?:\s+(?:the|our|these))?(?:\s+(?P<of_all>{COUNT}))?(?:\s+{NOUN})?
    |(?:(?:the|our|these|this)\s+)?{REFERENCE}
    |(?P<definite>(?:the|our|these)\s+)?(?P<count>{COUNT})(?:\s+(?:of\s+)?(?:(?:the|our|other)\s+)*{NOUN})?
    |(?:(?:the|our|these|this)\s+)?{NOUN}
    )"""
_CONSIDERED = re.compile(
    rf"\b(?:consider(?:s|ed)?|deem(?:s|ed)?|regard(?:s|ed)?)\s+{_WHO}\s+(?:to\s+be\s+|as\s+|is\s+|are\s+)?{_STATES}",
    re.I | re.X,
)
_REMAINING = re.compile(
    rf"""\b{_WHO},?\s+(?:which\s+(?:we\s+consider|are|is|remains?|remained|will\s+remain)
      |(?:therefore\s+|both\s+|all\s+|still\s+|currently\s+)?
        (?:are|is|remains?|will\s+remain|(?:will\s+be|are|is|were|was)\s+(?:now\s+)?considered))
    \s+(?:now\s+|both\s+|to\s+be\s+|still\s+)?{_STATES}""",
    re.I | re.X,
)
# "recommendation 1 resolved and open and recommendation 2 unresolved and open"
_AND_OTHERS = re.compile(
    rf"\s*(?:[,;]\s*(?:and\s+)?|and\s+){_WHO}\s+(?:is\s+|are\s+|to\s+be\s+|as\s+)?{_STATES}", re.I | re.X
)
_CLOSED = re.compile(
    rf"""(?:\b(?:we|OIG|(?:has|have|were|was|been))\s+(?:\w+ly\s+|also\s+)?closed
      |\btook\s+(?:\w+\s+){{0,2}}?actions?\s+to\s+close)\s+(?:(?:the|our)\s+)?
    (?:{REFERENCE}|(?P<every>all|both)(?:\s+(?P<of_all>{COUNT}))?(?:\s+of)?(?:\s+(?:the|our))?\s+{NOUN})""",
    re.I | re.X,
)
_UNSURE = re.compile(
    r"\b(?:may|might|could|would|should|can|if|once|when|whether|until(?!\s+your\s+response))\b[^,;.]*$"
    r"|\b(?:not|never)\s+(?:\w+\s+){0,2}$",
    re.I,
)
_LATER = re.compile(r"\s+(?:once|when|after|upon|if|only)\b", re.I)


class Status(NamedTuple):
    """One statement of status: of the numbers, or of all recommendations where `size` allows it."""

    agreement: str | None
    completion: str | None
    numbers: tuple[str, ...] = ()
    size: int | None = None
    is_every: bool = False
    is_part: bool = False
    is_single: bool = False


def statuses(sentence: str) -> list[Status]:
    """Return what a sentence says of the status of recommendations."""
    result: list[Status] = []
    if not speaks(sentence, _SPEAKING):
        return result
    for pattern in (_CONSIDERED, _REMAINING):
        for match in pattern.finditer(sentence):
            if _is_stated(sentence, match):
                result += [_status(match), *_others_behind(sentence, match.end())]
        if result:
            break
    closed = [
        Status(None, "closed", tuple(mentions(match[0])), _size(match))
        for match in _CLOSED.finditer(sentence)
        if not _UNSURE.search(sentence, max(0, match.start() - LOOK_BACK), match.start())
        and not is_of_others(sentence, match.end())
    ]
    return result + closed


def _others_behind(sentence: str, position: int) -> list[Status]:
    result = []
    while match := _AND_OTHERS.match(sentence, position):
        result.append(_status(match))
        position = match.end()
    return result


def _is_stated(sentence: str, match: re.Match[str]) -> bool:
    if _UNSURE.search(sentence, max(0, match.start() - LOOK_BACK), match.start()) or is_of_others(
        sentence, match.start()
    ):
        return False
    return not (match["states"].lower() == "closed" and _LATER.match(sentence, match.end()))


def _size(match: re.Match[str]) -> int | None:
    count = match["of_all"] or match.groupdict().get("count")
    return number(count) if count else 2 if (match["every"] or "").lower() == "both" else None


def _status(match: re.Match[str]) -> Status:
    states = {state.lower() for state in re.findall(_STATE, match["states"], re.I)}
    agreements, completions = states & {"resolved", "unresolved"}, states & {"open", "closed"}
    who = re.search(rf"{NOUN}", match["who"], re.I)
    return Status(
        agreements.pop() if len(agreements) == 1 else None,
        completions.pop() if len(completions) == 1 else None,
        tuple(mentions(match["who"])),
        _size(match),
        is_every=bool(match["of_all"]),
        is_part=bool(match.groupdict().get("count")) and not match["definite"],
        is_single=bool(who and not who[0].lower().endswith("s") and not match["every"]),
    )


def of_all(statements: Iterable[Status], total: int | None, axis: str) -> str | None:
    """Return the one value on an axis that all recommendations have; None where they have none or several."""
    statements = [status for status in statements if getattr(status, axis)]
    values = {getattr(status, axis) for status in statements}
    if len(values) != 1:
        return None
    numbers = {number for status in statements for number in status.numbers}
    is_all = any(not status.numbers and _may_be_all(status, total) for status in statements)
    sizes = sum(status.size or 0 for status in statements if status.is_part)
    return values.pop() if is_all or (total is not None and len(numbers) + sizes == total) else None


def _may_be_all(status: Status, total: int | None) -> bool:
    if status.is_single:
        return total in (None, 1)
    if status.is_part:
        return total is not None and status.size == total
    return status.size is None or total in (None, status.size)


def by_number(statements: Iterable[Status], axis: str) -> dict[str, str | None]:
    """Return the value on an axis of each number that a statement names; None where they contradict each other."""
    values: dict[str, set[str]] = {}
    for status in statements:
        if value := getattr(status, axis):
            for number in status.numbers:
                values.setdefault(number, set()).add(value)
    return {number: next(iter(several)) if len(several) == 1 else None for number, several in values.items()}
