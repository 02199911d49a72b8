"""Texts as sentences, and which of them speak of other reports.

Belongs here: blanks and hyphens that extraction leaves, headings of a page of highlights, the ends of sentences, and
the words that hand a sentence to another report. Does not: what a sentence says of recommendations.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from oig_pipeline.domain.report_number import MENTION
from oig_pipeline.domain.statements.numbers import COUNT, NOUN, number
from oig_pipeline.domain.whitespace import WHITESPACE

_BREAKS = "\n\v\f\u0085\u2028\u2029"
_CHARACTERS = str.maketrans(
    {
        **dict.fromkeys(set(WHITESPACE) - set(_BREAKS), " "),
        **dict.fromkeys("\v\u0085\u2028", "\n"),
        **dict.fromkeys("\f\u2029", "\n\n"),
        **dict.fromkeys("\u2010\u2011", "-"),
        **dict.fromkeys("\u00ad\u200d\u2060"),
    }
)
_SPACES = re.compile(" {2,}")
_LINE_ENDS = re.compile(" ?\n ?")
_BLANK_LINES = re.compile("\n{3,}")
_HYPHENATED = re.compile(r"(?<=[a-z])-\n(?=[a-z])")
_HEADINGS = (
    r"what\s+we\s+(?:recommend(?:ed)?|found|determined)|why\s+we\s+did\s+this(?:\s+(?:audit|inspection|review|"
    r"evaluation|special\s+report|report|alert|work))?|for\s+further\s+information:?"
)
# Headings are in capitals, so that "what we found" within a sentence is none.
_HEADING = re.compile(
    rf"(?:(?-i:(?=[WF][A-Za-z]+\s+[WF]))(?P<name>{_HEADINGS})\b"
    r"|\b(?-i:(?:[A-Z][\w.&]*[ ]){0,4}(?:Response|RESPONSE))(?:[ ]*\n|[ ]+(?=\S+[ ](?:officials[ ])?"
    r"(?:concur|non-?concur|did not|agreed|disagreed))))\s*",
    re.I,
)
_PARAGRAPH = re.compile(r"\n\n(?!\s*[a-z])\s*|(?<![;:,\n ])(?<!\band)\n?[ ]?[\u2022\u25cf\u25aa][ ]*")
# Looked for before the headings, which are a costly pattern.
_MAY_HEAD = re.compile(r"W(?:hat|HAT|hy|HY)\s+(?:We|WE)\b|F(?:or|OR)\s+F(?:urther|URTHER)|Response|RESPONSE")
_END = re.compile(r"[.!?\u2026][\"\u201d\u2019)]?(?:\s+|(?=[A-Z][A-Za-z]))")
_NO_END = re.compile(r"\b(?:U\.S|Nos?|Inc|St|e\.g|i\.e|Rec)\.$")
_TWICE = re.compile(rf"\b({COUNT})\s\((\d{{1,3}})\)", re.I)
_GLUED = re.compile(r"[a-z0-9][a-z0-9)][.!?]$")


LOOK_BACK = 300
"""Characters before a statement that are looked at: a sentence without an end may go on for pages."""


class Sentence(NamedTuple):
    """A sentence and the section it stands in: "title", "what we recommend", … or nothing."""

    text: str
    section: str = ""


def clean(text: str) -> str:
    """Return a text with plain blanks and hyphens; its lines stay."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_CHARACTERS)
    text = _LINE_ENDS.sub("\n", _SPACES.sub(" ", text))
    return _HYPHENATED.sub("", _BLANK_LINES.sub("\n\n", text))


def sentences(text: str) -> list[Sentence]:
    """Return the sentences of a clean text in order, each once."""
    result: list[Sentence] = []
    headings = [*_HEADING.finditer(text)] if _MAY_HEAD.search(text) else []
    section, place = "title" if headings else "", 0
    for heading in [*headings, None]:
        body = text[place : heading.start() if heading else len(text)]
        for paragraph in _PARAGRAPH.split(body):
            result += [
                Sentence(sentence, section) for sentence in _parted(_TWICE.sub(_once, " ".join(paragraph.split())))
            ]
        if heading:
            section, place = " ".join((heading["name"] or "response").lower().split()), heading.end()
    return list(dict.fromkeys(result))


def _once(count: re.Match[str]) -> str:
    """Return "twelve" for "twelve (12)"."""
    return count[1] if number(count[1]) == int(count[2]) else count[0]


def _parted(paragraph: str) -> list[str]:
    """Return the sentences of a paragraph; where the blank behind one is lost, the next begins with a capital."""
    result, start = [], 0
    for end in _END.finditer(paragraph):
        before = paragraph[max(start, end.start() - 6) : end.start() + 1]
        is_end = end[0][-1] == " " or _GLUED.search(before)
        if is_end and not _NO_END.search(before):
            result.append(paragraph[start : end.end()].strip())
            start = end.end()
    return [sentence for sentence in [*result, paragraph[start:]] if sentence]


_WORK = r"(?:reports?|audits?|reviews?|inspections?|evaluations?|alerts?|work)"
_YEAR = r"(?:19|20)\d\d"
_EARLIER = r"\b(?:prior|previous|earlier|past)\b(?!\s+to\b)"
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_OF_OTHERS = re.compile(
    rf"""(?:{_EARLIER}|\blast(?=\s+{_WORK}\b))[^.;]{{0,80}}?\b(?:{NOUN}|{_WORK})\b
    | \bpreviously\s+(?:reported|recommended|made|issued|questioned|identified)\b
    | \b(?:GAO|Government\s+Accountability\s+Office)\b
    | \b(?:in|from|of|by|under|our|see|reports?|audits?)[\s,(]+(?:(?:report|audit|review|our|the|number|no\.)\s+){{0,3}}
      (?-i:{MENTION})
    | ["\u201d]\s*[,(]?\s*(?-i:{MENTION})
    | \b(?:our|the|an?|in|of|from)\s+(?:\w+\s+)?{_YEAR}\s+(?:\w+\s+){{0,2}}{_WORK}\b
    | \bsince\s+(?:(?:FY|fiscal\s+year)\s+)?{_YEAR}\b
    | \b(?:typical|average|each|every|per)\s+year\b""",
    re.I | re.X,
)
_STARTS_WITH_OTHERS = re.compile(
    rf"in\s+(?:our\s+)?(?:(?-i:{MENTION})|(?:(?:FY|fiscal\s+years?)\s+|{_MONTH}\s+(?:\d+,\s+)?)?{_YEAR}\b)", re.I
)
_BELONGS_TO_OTHERS = re.compile(
    rf"""\s*(?:\w+\s+){{0,3}}?(?:from|in|of|by|under)\s+
    (?:(?:\w+\s+){{0,3}}?{_EARLIER}|(?:(?:our|the|a|report|audit)\s+){{0,2}}(?:(?-i:{MENTION})|(?:{_MONTH}\s+)?{_YEAR}\b)
      |GAO\b)
    |[^\u201c\u201d".]{{0,200}}["\u201d]\s*[,(]?\s*(?-i:{MENTION})""",
    re.I | re.X,
)
_OPEN_ONES = re.compile(rf"\b(?:open|outstanding|unimplemented|overdue)\s+(?:(?!(?:and|or)\b)\w+\s+)?{NOUN}", re.I)
_MANY = re.compile(rf"\bissued\s+(?:reports\s+on\s+)?{COUNT}\s+(?:\w+\s+){{0,3}}(?:reports|audits)\b", re.I)
_STORY = re.compile(rf"^in\s+(?:(?:FY|fiscal\s+year)\s+|{_MONTH}\s+(?:\d+,\s+)?)?{_YEAR},?\s+we\s+reported\b", re.I)
_STORY_GOES_ON = re.compile(
    r"^(?:specifically|in\s+that\s+report|we|the\s+report)\b.*\b(?:made|issued|recommended)\b", re.I
)


def is_of_others(sentence: str, end: int | None = None) -> bool:
    """Return whether a statement that ends at `end` of a sentence speaks of other reports."""
    end = len(sentence) if end is None else end
    start = max(0, end - LOOK_BACK)
    if _OF_OTHERS.search(sentence, start, end) or _OPEN_ONES.search(sentence, start, end):
        return True
    return bool(_STARTS_WITH_OTHERS.match(sentence, 0, end) or _BELONGS_TO_OTHERS.match(sentence, end))


def speaks(sentence: str, words: tuple[str, ...]) -> bool:
    """Return whether one of some words stands in a sentence: much faster than the patterns that begin with them."""
    lower = sentence.lower()
    return any(word in lower for word in words)


def is_of_many(sentence: str) -> bool:
    """Return whether a sentence speaks of a number of reports, as those that sum up a year do."""
    return "issued" in sentence and bool(_MANY.search(sentence))


def without_stories(texts: list[Sentence]) -> list[Sentence]:
    """Return the sentences but those that go on with "In November 2015, we reported …"."""
    result, is_story = [], False
    for sentence in texts:
        goes_on = is_story and _STORY_GOES_ON.match(sentence.text)
        if not is_story or goes_on or not is_of_others(sentence.text):
            is_story = bool(goes_on) or bool(_STORY.match(sentence.text) and "ecommend" not in sentence.text)
        if not goes_on:
            result.append(sentence)
    return result
