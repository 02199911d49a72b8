"""How many recommendations a summary says were made, and how many were concurred with.

Belongs here: reading counts out of English sentences, with the words they were read from, and telling by expressions
which sentences of a column can hold any. Does not: adding them up over reports, or guessing: what the summary does not
say is None. "It concurred with our recommendations" states no count of its own: where it was said before how many were
made, it means all of them. "Concurred with our recommendation" states one.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import polars as pl

from oig_pipeline.domain.hedges import EXCEPT, HEDGED, LOOK_BACK, UNSURE
from oig_pipeline.domain.report_number import MENTION
from oig_pipeline.domain.statements.numbers import COUNT, NOUN, WORD, number

_WHOSE = r"(?:(?:the|our|its|these|those)\s+)?"
_NUMBER_OF = rf"({COUNT})\s+(?:{WORD}\s+){{0,2}}?{NOUN}\b"

SPEAKING = ("ecommend", "oncur")
_SENTENCES = re.compile(r"(?<!\bU\.S\.)(?<!\bNo\.)(?<=[.!?])[\"\u201d]?\s+")
_VERB = "made|makes?|making|issued|offered|provided|contain(?:s|ed)?|include[sd]?|has|have"
_TOTAL_CLAUSE = re.compile(
    rf"\b(?<!not )(?<!n't )(?P<verb>{_VERB})\s+(?:a\s+total\s+of\s+)?(?:an?\s+additional\s+)?{_NUMBER_OF}",
    re.I,
)
_STATED_AGAIN = ("contain", "include", "has", "have")
# "and two recommendations to that office", "three to the agency and two to the Department"
_ALSO = re.compile(rf"(?:\band|[,:])\s+(?:{_NUMBER_OF}|({COUNT})\s+to\s+(?:the\s+)?(?-i:[A-Z]))", re.I)
_PARTS_END = re.compile(r";|\bincluding\b|\bof which\b|\bof these\b", re.I)
_BEFORE = r"\b(?:prior|previous|earlier|past)\b"
_EARLIER = re.compile(
    rf"(?:{_BEFORE}|\b(?:open|outstanding)\b)[^.;]*{NOUN}"
    rf"|{NOUN}\s+(?:\w+\s+){{0,2}}?(?:from|in|of)\s+(?:\w+\s+){{0,2}}?{_BEFORE}"
    rf"|^in\s+(?:our\s+)?(?:(?-i:{MENTION})|(?:FY\s+|fiscal\s+year\s+)?(?:19|20)\d\d\b)",
    re.I,
)
_CONCURRED = re.compile(
    r"""\b(?P<no>(?:did|does|do)\s+not\s+(?:fully\s+)?concur|non-?\s?concurr?(?:ed|s)?)
       |\b(?P<yes>concurr?(?:ed|s))\b""",
    re.I | re.X,
)
# "recommendations 1 and 2", "recommendations to RBA", "recommendations regarding costs" are some of them.
_OF_SOME = (
    r"(?!\s+(?:(?:nos?\.|numbers?|\#)?\s*\d|(?:one|two|three|four|five|six|seven|eight|nine|ten)\b"
    r"|(?:(?:made|directed|addressed|issued)\s+)?to\s+(?:the\s+)?(?-i:[A-Z])"
    r"|for\s+(?:the\s+)?(?-i:[A-Z])|related\b|relating\b|regarding\b|concerning\b|on\b|about\b|from\b|in\s+(?:our|its|the)\b))"
)
_OBJECT = re.compile(
    rf"""\s*(?:in\s+full\s+)?(?:with\s+)
    (?:
        (?P<whole>all|both|each|any|none|neither)
        (?:\s+(?:of\s+)?{_WHOSE}(?P<of_whole>{COUNT})\b)?
      | (?:(?:the|our|its)\s+(?:(?:other|remaining)\s+)?)?
        (?P<part>{COUNT})\b(?:\s+of\s+{_WHOSE}(?P<of_part>{COUNT})\b)?
      | (?:the|our|this|that|its)\s+(?:(?:only|sole)\s+)?(?P<single>recommendation)\b
      | (?:the|our|these|those|its|this\s+report.s|the\s+report.s)\s+(?P<plural>recommendations)\b{_OF_SOME}
    )""",
    re.I | re.X,
)


class Recommendations(NamedTuple):
    """Counts that a summary states (None where it states none) and `text`, the sentences they were read from."""

    total: int | None = None
    concurred: int | None = None
    not_concurred: int | None = None
    text: str | None = None


class _Clause(NamedTuple):
    """One clause of agreement: a count, or None for "all" without a count; `total` is the number it is a part of.

    `is_implied` is whether "all" is meant but not written.
    """

    agreed: bool
    size: int | None
    total: int | None
    is_implied: bool = False


def read(summary: str) -> Recommendations:
    """Return the counts that a summary states, with the sentences they were read from, in order."""
    statements: list[tuple[int, bool]] = []
    agreements: list[_Clause] = []
    words = []
    for sentence in _SENTENCES.split(summary):
        if not any(word in sentence for word in SPEAKING):
            continue
        # A word is found many times faster than a pattern.
        lower = sentence.lower()
        count = _stated_count(sentence) if "recommend" in lower else None
        clauses = _agreed(sentence) if "concur" in lower else []
        if count is not None:
            statements.append(count)
        if not statements:
            clauses = [clause for clause in clauses if not clause.is_implied]
        agreements += clauses
        if count is not None or clauses:
            words.append(sentence.strip())
    totals = {c.total for c in agreements if c.total is not None}
    total = _total(statements, totals)
    agreements = _without_contradicted(agreements, total)
    return Recommendations(
        total=total,
        concurred=_sum([c for c in agreements if c.agreed], total),
        not_concurred=_sum([c for c in agreements if not c.agreed], total),
        text=" \u2026 ".join(words) or None,
    )


def readings(summaries: pl.Series) -> pl.DataFrame:
    """Return `summary`, `total`, `concurred`, `not_concurred` and `text` of some summaries, each once."""
    distinct = summaries.drop_nulls().unique()
    counts = ("total", "concurred", "not_concurred")
    schema = {"summary": pl.String, **dict.fromkeys(counts, pl.Int32), "text": pl.String}
    return pl.DataFrame([(text, *read(text)) for text in distinct], schema=schema, orient="row")


def _stated_count(sentence: str) -> tuple[int, bool] | None:
    """Return the count of new recommendations that a sentence states, and whether it may repeat an earlier total."""
    verb = _TOTAL_CLAUSE.search(sentence)
    if verb is None or _EARLIER.search(sentence):
        return None
    agreement = _CONCURRED.search(sentence, verb.end())
    rest = sentence[verb.end() : agreement.start() if agreement else None]
    if end := _PARTS_END.search(rest):
        rest = rest[: end.start()]
    total = number(verb[2])
    parts = [number(m[1] or m[2]) for m in _ALSO.finditer(rest)]
    # "five recommendations, three to one agency and two to another" names a total and its parts.
    count = total if sum(parts) == total else total + sum(parts)
    return count, verb["verb"].lower().startswith(_STATED_AGAIN)


def _total(statements: list[tuple[int, bool]], totals: set[int]) -> int | None:
    """Return the number of recommendations; None where the counts may be a sum or one count stated twice."""
    counts = [count for count, _ in statements]
    if not counts:
        return next(iter(totals)) if len(totals) == 1 else None
    if len(counts) == 1 or sum(counts) in totals:
        return sum(counts)
    if len(set(counts)) == 1:
        again = counts[0] in totals or any(may_be for _, may_be in statements)
        return counts[0] if again else None
    return sum(counts)


def _agreed(sentence: str) -> list[_Clause]:
    clauses = []
    for verb in _CONCURRED.finditer(sentence):
        before = sentence[max(0, verb.start() - LOOK_BACK) : verb.start()]
        if UNSURE.search(before):
            continue
        if clause := _clause(verb["yes"] is not None, sentence, verb.end()):
            clauses.append(clause)
    return clauses


def _clause(agreed: bool, sentence: str, position: int) -> _Clause | None:
    match = _OBJECT.match(sentence, position)
    if match is None or EXCEPT.match(sentence, match.end()):
        return None
    if match["single"]:
        return _Clause(agreed, 1, None)
    if match["plural"]:
        return None if HEDGED.search(sentence, 0, position) else _Clause(agreed, None, None, is_implied=True)
    if match["part"]:
        return _Clause(agreed, number(match["part"]), number(match["of_part"]) if match["of_part"] else None)
    quantifier, total = match["whole"].lower(), match["of_whole"]
    count = number(total) if total else 2 if quantifier in ("both", "neither") else None
    if quantifier in ("none", "neither"):
        return _Clause(True, 0, count) if agreed else None
    return _Clause(agreed, count, count)


def _without_contradicted(clauses: list[_Clause], total: int | None) -> list[_Clause]:
    """Return the clauses without implied ones where another clause contradicts "all", or there is no total."""
    explicit = [clause for clause in clauses if not clause.is_implied]
    agreements = {clause.agreed for clause in clauses}
    is_all = total is not None and len(agreements) == 1 and all(c.size in (None, total) for c in explicit)
    return clauses if is_all else explicit


def _sum(clauses: list[_Clause], total: int | None) -> int | None:
    """Return the sum of the clauses; None where a clause has no count, or the sum exceeds the total."""
    counts = [total if c.size is None else c.size for c in clauses]
    numbers = [c for c in counts if c is not None]
    if not numbers or len(numbers) < len(counts):
        return None
    if total is None:
        return numbers[0] if len(set(numbers)) == 1 else None
    if sum(numbers) <= total:
        return sum(numbers)
    return total if set(numbers) == {total} else None


# The same for columns: which words of a summary `read` need look at.

# What stands within a sentence: anything but an end; ends that are none, since no blank follows; and those behind
# capitals, which may be abbreviations. Where two sentences stay together, `read` parts them.
_WITHIN = r'(?:[.!?]?(?:[A-Z]|No)\.["\u201d]? |[^.!?]|[.!?]+["\u201d]?[^ "\u201d.!?]|[.!?]+["\u201d]["\u201d.!?])'
_SPEAKING = (
    rf'[.!?]*{_WITHIN}*(?:{"|".join(SPEAKING)}){_WITHIN}*[.!?]*(?:["\u201d](?: |$))?'  # with the ends on both sides
)
_MAY_SPEAK = rf"(?i:(?:{_VERB})\s[^.!?]*recommendation|concur)"


def speaking_column(summary: pl.Expr) -> pl.Expr:
    """Return the sentences of summaries that may state a count, null for none; `read` finds the same in them.

    Summaries repeat each other's sentences, so that there are far fewer of these texts than summaries.
    """
    return summary.map_batches(_speaking, return_dtype=pl.String)


def _speaking(summaries: pl.Series) -> pl.Series:
    text = pl.col("text")
    rows = summaries.to_frame("text").with_row_index("row")
    candidates = rows.filter(pl.any_horizontal(text.str.contains(word, literal=True) for word in SPEAKING))
    sentences = (
        candidates.with_columns(text.str.extract_all(_SPEAKING)).explode("text").filter(text.str.contains(_MAY_SPEAK))
    )
    texts = sentences.group_by("row").agg(text.str.join(" "))
    return rows.select("row").join(texts, on="row", how="left", maintain_order="left")["text"]
