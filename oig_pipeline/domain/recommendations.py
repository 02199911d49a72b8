"""How many recommendations a summary says were made, and how many were concurred with.

Belongs here: reading counts out of English sentences, with the words they were read from. Does not: adding them up
over reports, or guessing: what the summary does not say is None. "CBP concurred with our recommendations" states no
count; "concurred with our recommendation" states one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_ONES = (
    *("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
WORDS = {
    **{word: n for n, word in enumerate(_ONES)},
    **_TENS,
    **{f"{ten}-{one}": n + i for ten, n in _TENS.items() for i, one in enumerate(_ONES[1:10], start=1)},
}
_COUNT = rf"(?:{'|'.join(sorted(WORDS, key=len, reverse=True))}|\d{{1,3}})"
_WHOSE = r"(?:(?:the|our|its|these|those)\s+)?"
_NOUN = r"recommendations?"

_SENTENCES = re.compile(r"(?<!\bU\.S\.)(?<!\bNo\.)(?<=[.!?])[\"\u201d]?\s+")
_MADE = re.compile(
    r"\b(?:made|make|makes|making|issued|offered|provided|contains?|contained|includes?|included|has|have|total of)\b",
    re.I,
)
_COUNTED = re.compile(rf"(?<![\d,.-])\b({_COUNT})\s+(?:(?!and\b|or\b|of\b|the\b)[\w-]+\s+){{0,3}}?{_NOUN}\b", re.I)
# "two recommendations to ICE and four to CBP"
_ALSO_TO = re.compile(rf"(?:\band|,)\s+({_COUNT})\s+to\s+(?:the\s+)?(?-i:[A-Z])", re.I)
_BEFORE = r"\b(?:prior|previous|earlier|past)\b"
_EARLIER = re.compile(
    rf"(?:{_BEFORE}|\b(?:open|outstanding)\b)[^.;]*{_NOUN}"
    rf"|{_NOUN}\s+(?:\w+\s+){{0,2}}?(?:from|in|of)\s+(?:\w+\s+){{0,2}}?{_BEFORE}",
    re.I,
)
_CONCURRED = re.compile(
    r"""\b(?P<no>(?:did|does|do)\s+not\s+(?:fully\s+)?concur|non-?\s?concurr?(?:ed|s)?)
       |\b(?P<yes>concurr?(?:ed|s))\b""",
    re.I | re.X,
)
_OBJECT = re.compile(
    rf"""^\s*(?:in\s+full\s+)?(?:with\s+)
    (?:
        (?P<whole>all|both|each|any|none|neither)
        (?:\s+(?:of\s+)?{_WHOSE}(?P<of_whole>{_COUNT})\b)?
      | (?:(?:the|our|its)\s+(?:(?:other|remaining)\s+)?)?
        (?P<part>{_COUNT})\b(?:\s+of\s+{_WHOSE}(?P<of_part>{_COUNT})\b)?
      | (?:the|our|this|that|its)\s+(?:\w+\s+)?(?P<single>recommendation)\b
    )""",
    re.I | re.X,
)


_EXCEPT = re.compile(r"[^.;]{0,40}?\b(?:except|but\s+(?!did|does|do\b|non|not))", re.I)


@dataclass(frozen=True)
class Recommendations:
    """What a summary says: counts (None where it says nothing) and `text`, the sentences they were read from."""

    made: int | None = None
    concurred: int | None = None
    not_concurred: int | None = None
    text: str | None = None


def _number(text: str) -> int:
    return int(text) if text.isdigit() else WORDS[text.lower()]


@dataclass(frozen=True)
class _Said:
    """One clause of agreement: a count, or None for "all" without one; `total` is the whole it was taken from."""

    agreed: bool
    count: int | None
    total: int | None


def read(summary: str) -> Recommendations:
    """Return the counts that a summary states, with the sentences they were read from, in order."""
    made: list[int] = []
    said: list[_Said] = []
    words = []
    for sentence in _SENTENCES.split(summary):
        if "oncur" not in sentence and "ecommend" not in sentence:
            continue
        counts, clauses = _made(sentence), _agreed(sentence)
        made += counts
        said += clauses
        if counts or clauses:
            words.append(sentence.strip())
    totals = {c.total for c in said if c.total is not None}
    total = sum(made) if made else totals.pop() if len(totals) == 1 else None
    return Recommendations(
        made=total,
        concurred=_sum([c for c in said if c.agreed], total),
        not_concurred=_sum([c for c in said if not c.agreed], total),
        text=" … ".join(words) or None,
    )


def _made(sentence: str) -> list[int]:
    """Return the counts of recommendations that a sentence says were made now, not in an earlier report."""
    verb = _MADE.search(sentence)
    if verb is None or _EARLIER.search(sentence):
        return []
    agreement = _CONCURRED.search(sentence, verb.end())
    clause = sentence[verb.start() : agreement.start() if agreement else None]
    counted = [_number(m[1]) for m in _COUNTED.finditer(clause)]
    if not counted:
        return []
    total, *parts = counted + [_number(m[1]) for m in _ALSO_TO.finditer(clause)]
    # "five recommendations, three to CBP and two to ICE" names a total and its parts.
    return [total] if sum(parts) == total else [total, *parts]


def _agreed(sentence: str) -> list[_Said]:
    found = []
    for verb in _CONCURRED.finditer(sentence):
        if re.search(r"\bpartial(?:ly)?\s+$", sentence[: verb.start()], re.I):
            continue
        if clause := _clause(verb["yes"] is not None, sentence[verb.end() :]):
            found.append(clause)
    return found


def _clause(agreed: bool, rest: str) -> _Said | None:
    match = _OBJECT.match(rest)
    if match is None or _EXCEPT.match(rest, match.end()):
        return None
    if match["single"]:
        return _Said(agreed, 1, None)
    if match["part"]:
        return _Said(agreed, _number(match["part"]), _number(match["of_part"]) if match["of_part"] else None)
    whole, total = match["whole"].lower(), match["of_whole"]
    count = _number(total) if total else 2 if whole in ("both", "neither") else None
    if whole in ("none", "neither"):
        return _Said(True, 0, count) if agreed else None
    return _Said(agreed, count, count)


def _sum(clauses: list[_Said], total: int | None) -> int | None:
    """Return what the clauses add up to; None where none states a count, or they add up to more than there are."""
    counts = [total if c.count is None else c.count for c in clauses]
    known = [c for c in counts if c is not None]
    if not known or len(known) < len(counts):
        return None
    if total is None:
        return known[0] if len(set(known)) == 1 else None
    if sum(known) <= total:
        return sum(known)
    return total if set(known) == {total} else None
