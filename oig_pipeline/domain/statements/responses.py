"""Who agreed with how many recommendations.

Belongs here: clauses of agreement and refusal in their many words, with what they refer to. Does not: adding them up
(see `agreement_counts`), or what became of the recommendations. A refusal stays one where the office accepts another
plan; no comment is no response.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from oig_pipeline.domain.hedges import LOOK_BACK, UNSURE
from oig_pipeline.domain.statements.numbers import COUNT, NOUN, REFERENCE, WORD, mentions, number
from oig_pipeline.domain.statements.sentences import is_of_others, speaks

RESPONSE = re.compile(
    r"""\b(?:
      (?P<no>(?:did|does|do)\s+not\s+(?:(?!(?:fully|completely|entirely|wholly)\b)\w+ly\s+)?(?:concur|agree|accept)\b
        |non-?\s?concurr?(?:ed|s)?\b|disagree(?:d|s)?\b|reject(?:ed|s)\b)
      |(?P<yes>concurr?(?:ed|s)\b
        |(?:indicat|provid|express|stat)(?:ed|es|ing)\s+(?:(?:its|their|full)\s+)?concurrence\b|agree(?:d|s)\b|accept(?:ed|s)\b
        |(?:is|are|was|were)\s+in\s+(?:full\s+)?(?:agreement|concurrence)\b
        |(?<=you\s)(?:concur|agree)\b|(?<=they\s)(?:concur|agree)\b|(?<=officials\s)(?:concur|agree)\b))""",
    re.I | re.X,
)
_SPEAKING = ("concur", "agree", "accept", "reject")
_WHOSE = r"(?:(?:the|our|its|these|those|your|this\s+report['\u2019]s|the\s+report['\u2019]s)\s+)?"
_PRAISED = rf"(?:{WORD}\s+(?:and\s+)?){{0,2}}?"
# Behind a count or "all": the recommendations themselves, "of them", or nothing more.
_OF_THEM = (
    rf"(?:\s+(?:of\s+)?{_WHOSE}{_PRAISED}{NOUN}\b|\s+of\s+(?:them|these|those)\b"
    r"|(?=\s*(?:[.,;:!?)\u2014-]|$))|(?=\s+(?:and|but|while|whereas|which|in\s+its|in\s+their|with\s+the\s+other)\b))"
)
# "recommendations 1 and 2", "recommendations to RBA", "recommendations regarding costs" are some of them.
_OF_SOME = (
    r"(?!\s+(?:(?:nos?\.|numbers?|\#)?\s*\#?\d|(?:one|two|three|four|five|six|seven|eight|nine|ten)\b"
    r"|(?:(?:made|directed|addressed|issued)\s+)?to\s+(?:the\s+)?(?-i:[A-Z][A-Za-z])"
    r"|for\s+(?:the\s+)?(?-i:[A-Z])|related\b|relating\b|regarding\b|concerning\b|on\b|about\b|from\b"
    r"|in\s+(?:our|its|the)\s+(?:prior|previous|earlier|past)\b))"
)
_OBJECT = re.compile(
    rf"""\s*(?:in\s+full\s+)?(?:(?:with|to|on)\s+)?(?:the\s+intent\s+of\s+)?
    (?:
        (?P<share>(?:most|many|several|some|a\s+(?:majority|number)|part|nearly\s+all|almost\s+all
          |{COUNT}\s?(?:%|percent\b))(?:\s+of)?){_OF_THEM}
      | (?P<but>all|both)\s+(?:but|except)\s+(?P<but_count>{COUNT})\b
      | (?P<quantifier>all|both|each|any|every|either|none|neither)
        (?:\s+(?:of\s+)?{_WHOSE}(?P<of_all>{COUNT})\b)?{_OF_THEM}
      | {_WHOSE}{REFERENCE}
      | (?:the\s+)?(?:other|remaining)\s+(?P<rest>(?:{COUNT}\s+)?(?:{NOUN}|one))\b
      | the\s+(?P<other>other)\b
      | (?P<definite>(?:the|our|its|these|those)\s+)?(?:only\s+|(?:the\s+)?(?:first|last|other|remaining)\s+)?
        (?P<part>{COUNT})\b(?:\s+of\s+{_WHOSE}(?P<of_part>{COUNT})\b)?{_OF_THEM}
      | the\s+(?P<ordinal>first|second|third|fourth|fifth|sixth|last|final)
        (?:\s+recommendation\b|(?=\s*(?:[.,;]|$|and\b|but\b)))
      | (?:the|our|this|that|its|th(?:e|is)\s+report['\u2019]s)\s+(?:(?P<sole>only|sole|single|one)\s+)?
        (?P<single>recommendation)\b
      | {_WHOSE}{_PRAISED}(?P<plural>recommendations)\b{_OF_SOME}
      | (?P<them>them)\b
    )""",
    re.I | re.X,
)
_OF_SOMEBODY = re.compile(
    r"\s+(?:(?:that|which)\s+(?:are|were)\s+)?(?:addressed|directed|made|applicable|specific|relevant|pertaining)\s+to\b",
    re.I,
)
_EXCEPT = re.compile(r"[^.;]{0,40}?\b(?:except\b|excluding|other\s+than|but\s+(?:not|for|one)\b)", re.I)
_WITH_WHICH = re.compile(rf"{NOUN}\b[^.;]{{0,60}}?\s+(?:with|to)\s+which\s+[^.;,]{{1,60}}$", re.I)
_OF_WHICH = re.compile(rf"(?:\b(?P<count>{COUNT})\s+of\s+which|\b{NOUN},?\s+(?:that|which))\s+[^.;,]{{1,40}}$", re.I)
_WITH_END = re.compile(r"\s+with\s*(?=[.,;]|$|and\b|but\b)", re.I)
_NEITHER = re.compile(r"\b(?:not|neither)\s+\w+\s+n?or\s+$", re.I)
_HEDGE = re.compile(r"\b(?:generally|largely|mostly|mainly|substantially|initially|originally|previously)\s+$", re.I)
_PARTLY = re.compile(r"\b(?:partial(?:ly)?|partly|in\s+part)\s+$", re.I)
_ALONE = re.compile(
    r"(?:^|[.;,]|\b(?:and|but|that|as))\s*"
    r"(?:(?-i:[Ww]e|I)|(?:the\s+)?(?:[A-Z]{2,8}\s+)?OIG)\s+(?:\w+ly\s+|also\s+)?$",
    re.I,
)
_AUDITED = re.compile(
    r"\b(?:City|County|Town|State|Commonwealth|Parish|Village|University|School|Hospital|contractors?|grantees?"
    r"|sub(?:grantee|recipient|applicant)s?|recipients?|applicants?|Tribe|Cooperative)\b[^.;]{0,40}$"
)
_COMPONENT = ("Department", "component")


class ResponseClause(NamedTuple):
    """One clause of agreement or refusal.

    `scope` is "all", "implied" (a bare plural), "none", "pair" (both, either), "single", "part", "numbers", "rest", or
    "some" (a share without a number, a partial agreement). `size` is how many they are, `of` of how many.
    """

    is_agreed: bool
    scope: str
    size: int | None = None
    of: int | None = None
    numbers: tuple[str, ...] = ()
    is_definite: bool = False


def responses(sentence: str, agencies: tuple[str, ...] = ()) -> list[ResponseClause]:
    """Return the clauses of agreement and refusal in a sentence; `agencies` are names of those that may answer."""
    result: list[ResponseClause] = []
    if not speaks(sentence, _SPEAKING):
        return result
    for verb in RESPONSE.finditer(sentence):
        before = sentence[max(0, verb.start() - LOOK_BACK) : verb.start()]
        is_partly = bool(_PARTLY.search(before))
        if _ALONE.search(before) or _is_audited(before, agencies) or _HEDGE.search(before) or _NEITHER.search(before):
            continue
        if UNSURE.search(before) and not is_partly:
            continue
        is_agreed = verb["yes"] is not None
        if relative := _relative(sentence, before, verb.end(), is_agreed=is_agreed):
            result.append(relative)
        elif response := _response(sentence, verb.end(), is_agreed=is_agreed):
            clause, end = response
            if not is_of_others(sentence, end):
                result.append(ResponseClause(is_agreed, "some", of=clause.of) if is_partly else clause)
    return result


def _relative(sentence: str, before: str, end: int, *, is_agreed: bool) -> ResponseClause | None:
    """Return the clause of "recommendations with which it agreed" and "two of which it agreed with"."""
    if _WITH_WHICH.search(before):
        return ResponseClause(is_agreed, "implied")
    part = _OF_WHICH.search(before) if _WITH_END.match(sentence, end) else None
    if part is None:
        return None
    count = part["count"]
    return ResponseClause(is_agreed, "part", number(count)) if count else ResponseClause(is_agreed, "implied")


@cache
def _component(agencies: tuple[str, ...]) -> re.Pattern[str]:
    names = (re.escape(name).replace(r"\ ", r"\s+") for name in (*_COMPONENT, *agencies))
    return re.compile(rf"\b(?:{'|'.join(names)})\b")


def _is_audited(before: str, agencies: tuple[str, ...]) -> bool:
    """Return whether the one who answers is whom the component paid, not the component."""
    audited = _AUDITED.search(before)
    return bool(audited and not _component(agencies).search(before, audited.start()))


def _response(sentence: str, position: int, *, is_agreed: bool) -> tuple[ResponseClause, int] | None:
    match = _OBJECT.match(sentence, position)
    if match is None or match["them"]:
        return None
    end = match.end()
    if match["share"]:
        share = re.match(r"100\s?(?:%|percent)", match["share"], re.I)
        return ResponseClause(is_agreed, "all" if share else "some"), end
    if match["but"]:
        return ResponseClause(is_agreed, "but", number(match["but_count"])), end
    if _OF_SOMEBODY.match(sentence, end):
        return None
    if _EXCEPT.match(sentence, end):
        return ResponseClause(is_agreed, "some"), end
    if match["numbers"]:
        numbers = tuple(mentions(match[0]))
        return ResponseClause(is_agreed, "numbers", len(numbers), numbers=numbers), end
    if match["rest"]:
        words = match["rest"].split()
        is_plural = words[-1].lower().endswith("s")
        if len(words) > 1:
            return ResponseClause(is_agreed, "part", number(" ".join(words[:-1]))), end
        return ResponseClause(is_agreed, "rest", None if is_plural else 1), end
    if match["other"]:
        return ResponseClause(is_agreed, "rest", 1), end
    if match["part"]:
        of = number(match["of_part"]) if match["of_part"] else None
        return ResponseClause(is_agreed, "part", number(match["part"]), of, is_definite=bool(match["definite"])), end
    if match["ordinal"]:
        return ResponseClause(is_agreed, "part", 1), end
    if match["single"]:
        return ResponseClause(is_agreed, "single", 1, 1 if match["sole"] else None), end
    if match["plural"]:
        return ResponseClause(is_agreed, "implied"), end
    return _quantified(match, is_agreed=is_agreed), end


def _quantified(match: re.Match[str], *, is_agreed: bool) -> ResponseClause:
    quantifier, of_all = match["quantifier"].lower(), match["of_all"]
    if quantifier in ("none", "neither"):
        return ResponseClause(is_agreed, "none", of=number(of_all) if of_all else None)
    if of_all:
        return ResponseClause(is_agreed, "all", number(of_all), number(of_all))
    return ResponseClause(is_agreed, "pair" if quantifier in ("both", "either") else "all")
