"""Who was asked to do what is recommended.

Belongs here: "We recommend that the ADDRESSEE improve …", "The ADDRESSEE should …", "two recommendations to the
ADDRESSEE". Does not: whom a memorandum is for, and which agency that is. An addressee is the words of the text, without
"the"; what is not clearly a name is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from oig_pipeline.domain.statements.counts import counts
from oig_pipeline.domain.statements.numbers import COUNT, NOUN, WORD
from oig_pipeline.domain.statements.sentences import LOOK_BACK, Sentence, is_of_others

_RECOMMEND = re.compile(
    r"\b(?:recommend(?:s|ed|ing)?|RECOMMEND(?:S|ED)?)\b,?\s+(?:also\s+)?(?:that\s+)?(?:(?:the|The)\s+)?(?=[A-Z])"
)
_SPEAKER = re.compile(
    r"\b(?:we|OIG|I|reports?|(?:management\s+)?alert|memorandum|Inspector\s+General|KPMG|LLP|P\.?C\.|Company|firm|audit\s+team|auditors?)"
    r"\b[^.;]*$",
    re.I,
)
_TO = re.compile(rf"\b{COUNT}\s+(?:{WORD}\s+){{0,3}}?(?:{NOUN}\s+)?(?P<for>to|for)\s+(?:the\s+)?(?=(?-i:[A-Z]))", re.I)
_LINKS = {
    "of",
    "for",
    "and",
    "the",
    "in",
    "with",
    "conjunction",
    "coordination",
    "consultation",
    "collaboration",
    "on",
    "at",
    "&",
}
_ROLES = {
    *("administrator", "administrators", "officials", "secretary", "management", "leadership", "director", "directors"),
    *("headquarters", "components", "component", "commissioner", "office", "offices", "region", "program", "officer"),
    *("regional", "deputy", "assistant", "acting", "associate", "chief", "personnel", "staff", "leaders", "managers"),
}
_TOKEN = re.compile(r"\s*(?P<word>[^\s,;:]+)(?P<comma>,?)(?P<stop>[;:]?)")
_ENDS = {"should", "must", "not", "also"}
_NO_VERB = re.compile(
    r".*(?:ed|ing|ly|tion|tions|ment|ments|ity|[^s]s)|to|from|by|as|that|which|who|a|an|if|so|or|it|about|into|than|when"
)
# What begins with one of these asks nobody by name.
_ORDERS = re.compile(
    r"(?:Assess|Complete|Conduct|Coordinate|Create|Define|Designate|Determine|Develop|Direct|Disallow|Document|Enforce|"
    r"Ensure|Establish|Evaluate|Finalize|Identify|Implement|Improve|Incorporate|Issue|Monitor|Obtain|Perform|Provide|"
    r"Recover|Request|Require|Resolve|Review|Revise|Seek|Strengthen|Take|Track|Train|Update|Verify|Work|If|In|When|For|To)\b"
)
_MANY = re.compile(r"(?-i:[A-Z]{2,6})(?:(?:,|,?\s+and)\s+(?-i:[A-Z]{2,6}))+")
_ASKS = re.compile(r"\bshould\s+(?:also\s+)?(?:disallow|recover|de-?obligate|collect)\b", re.I)
_AND_OTHERS = re.compile(r"\s+and\s+(?:its|other)\b")
_LONGEST = 160


def addressees(texts: Iterable[Sentence]) -> list[str]:
    """Return the addressees that sentences of a report name, in order, each once."""
    result: list[str] = []
    for sentence in texts:
        text = sentence.text
        if "ecommend" in text or "RECOMMEND" in text:
            for match in _RECOMMEND.finditer(text):
                before = text[max(0, match.start() - LOOK_BACK) : match.start()]
                if not is_of_others(text, match.end()) and (_SPEAKER.search(before) or not before.strip()):
                    result += _names(text, match.end())
            if any(count.value for count in counts(text)):
                result += _recipients(text)
        if sentence.section.startswith("what we recommend") or (sentence.section != "title" and _ASKS.search(text)):
            result += asked_to(text, is_imperative=False)
    return list(dict.fromkeys(result))


def asked_to(text: str, *, is_imperative: bool = True) -> list[str]:
    """Return whom the text of one recommendation asks: "The Bureau should …", "Treasury OIG request that …".

    Args:
        text: the text, which begins with the addressee or with "We recommend".
        is_imperative: whether a verb without "should" may follow the addressee.
    """
    if match := _RECOMMEND.search(text, 0, _LONGEST):
        return _names(text, match.end())
    start = re.match(r"\s*(?:The\s+)?(?=[A-Z])", text)
    if start is None or _ORDERS.match(text, start.end()):
        return []
    end = re.search(r"\bshould\b", text[:_LONGEST])
    names = _names(text, start.end(), is_should=end is not None)
    return names if is_imperative or end is not None else []


def _names(text: str, start: int, *, is_should: bool = False) -> list[str]:
    end = _name_end(text, start, is_should=is_should)
    return [] if end is None else _parted(text[start:end])


def _parted(name: str) -> list[str]:
    """Return the abbreviations of a list of them, and any other name as it is."""
    name = name.strip().rstrip(",")
    return re.findall(r"[A-Z]{2,6}", name) if _MANY.fullmatch(name) else [name]


def _name_end(text: str, start: int, *, is_should: bool = False) -> int | None:
    """Return where a name ends that a verb follows; None where it is no name, or nothing follows."""
    position, end, is_name = start, start, False
    while (token := _TOKEN.match(text, position)) and token.end() - start <= _LONGEST:
        word = token["word"]
        if word in _ENDS:
            return end if is_name else None
        if word.lower().rstrip(".") in _LINKS | _ROLES or not word[0].islower():
            is_name = is_name or word[0].isupper()
            position = token.end()
            if word.lower() not in _LINKS:
                end = token.start("word") + len(word)
            if token["stop"] == ":" and text[position:].strip():
                return end
            if token["stop"] or (word.endswith(".") and word != "U.S."):
                return None
            continue
        if word.endswith("ly"):
            position = token.end()
            continue
        is_verb = is_name and not is_should and re.fullmatch(r"[a-z][a-z-]*", word) and not _NO_VERB.fullmatch(word)
        return end if is_verb else None
    return None


def _recipients(text: str) -> list[str]:
    """Return to whom a count of recommendations went: "two recommendations to RBA and three to PHA"."""
    result: list[str] = []
    for match in _TO.finditer(text):
        if is_of_others(text, match.end()):
            continue
        name = re.match(
            r"(?:[A-Z][\w.&'\u2019-]*(?:\s+\([A-Z]+\))?)(?:\s+(?:(?:of|for|and|&)\s+(?:the\s+)?)?[A-Z][\w.&'\u2019-]*(?:\s+\([A-Z]+\))?)*",
            text[match.end() :],
        )
        if name is None:
            continue
        behind = text[match.end() + name.end() :]
        if _AND_OTHERS.match(behind):
            continue
        if match["for"].lower() == "to" or re.match(r"\s+to\s+[a-z]", behind):
            result += _parted(name[0].rstrip("."))
    return result
