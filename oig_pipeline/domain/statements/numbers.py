"""Counts in words and digits, and the numbers by which recommendations are named.

Belongs here: "twenty-one", "12", "recommendations 1 through 3". Does not: what is counted, or what is said of it.
"""

from __future__ import annotations

import re

_ONES = (
    *("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
WORDS = {
    **{word: n for n, word in enumerate(_ONES)},
    **_TENS,
    **{f"{ten}-{digit}": n + i for ten, n in _TENS.items() for i, digit in enumerate(_ONES[1:10], start=1)},
}
_SMALL = "|".join(sorted(_ONES[1:10], key=len, reverse=True))
COUNT = (
    rf"(?:(?:{'|'.join(_TENS)})(?:[ -](?:{_SMALL})\b)?"
    rf"|{'|'.join(sorted(_ONES, key=len, reverse=True))}"
    r"|\d{1,3}(?![\d,]\d))"
)
NOUN = r"recommendations?"
# A word between count and noun: "new", "formal"; never one that starts another phrase or another count.
WORD = (
    rf"(?!(?:and|or|of|the|to|for|from|with|in|on|by|that|which|as|prior|previous|earlier|past|open|outstanding|"
    rf"hundred|thousand|dozen|{COUNT})\b)[a-z][\w-]*"
)

_NUMBER = r"\#?\s?\(?\d{1,2}(?:[.-]\d{1,2})?(?![\d,]\d)[a-z]?(?![\w%])\)?"
_AND = r"\s*(?:,\s*(?:and\s+|&\s*)?|(?:and|or|&|through|to|thru)\s+|\u2013\s*)"
REFERENCE = rf"(?<!number\sof\s){NOUN}\s*(?:nos?\.|numbers?\b)?\s*(?P<numbers>{_NUMBER}(?:{_AND}{_NUMBER})*)"
_REFERENCE = re.compile(REFERENCE, re.I)
_RANGE = re.compile(r"(\d+)(?:\s*(?:through|thru|to|\u2013)\s*#?\s?(\d+))", re.I)
_NUMBERS = re.compile(r"\d+(?:[.-]\d+)?[a-z]?", re.I)


def number(text: str) -> int:
    """Return the value of a count in words or digits."""
    value = WORDS.get(text.lower())
    if value is None:
        return int(text) if text.isdigit() else WORDS[re.sub(r"\s+", "-", text.lower())]
    return value


def numbers_in(reference: str) -> list[str]:
    """Return the numbers that "recommendations 1 through 3 and 5" names, as printed.

    "Recommendations 1-3" are three, "recommendation 1-3" is one with a composite number.
    """
    plural, _, rest = reference.partition(" ")
    if plural.lower().endswith("s"):
        rest = re.sub(r"(\d)-(\d)", "\\1\u2013\\2", rest)
    rest = _RANGE.sub(lambda m: ", ".join(map(str, range(int(m[1]), int(m[2]) + 1))) or m[0], rest)
    return list(dict.fromkeys(_NUMBERS.findall(rest)))


def mentions(sentence: str) -> list[str]:
    """Return the numbers of all recommendations that a sentence names."""
    if "recommendation" not in sentence.lower():
        return []
    return list(dict.fromkeys(n for m in _REFERENCE.finditer(sentence) for n in numbers_in(m[0])))


def in_order(number: str) -> list[tuple[int, str]]:
    """Return what numbers sort by: 2 before 10, 1-2 before 2-1."""
    return [(int(digits), "") if digits else (0, other) for digits, other in re.findall(r"(\d+)|(\D+)", number)]
