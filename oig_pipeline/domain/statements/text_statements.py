"""What the sentences of a text say of recommendations, one by one, with their words.

Belongs here: a text as statements, the answer that its sentences add up to, and which sentences of a column of texts
can say anything. Does not: what a sentence says (see the readers beside this module), or labeled values.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import polars as pl

from oig_pipeline.domain.statements.addressees import addressees, asked_to
from oig_pipeline.domain.statements.amounts import dollars
from oig_pipeline.domain.statements.counts import counts
from oig_pipeline.domain.statements.money import awards, findings
from oig_pipeline.domain.statements.responses import RESPONSE, ResponseClause, responses
from oig_pipeline.domain.statements.sentences import Sentence, clean, is_of_others, sentences
from oig_pipeline.domain.statements.statement_reader import Answer, answer_of, of_this_report
from oig_pipeline.domain.statements.status import statuses

_MONEY = {"total": "questioned_costs", "part": "questioned_costs", "unsupported": "unsupported_costs"}
_BETTER = "funds_for_better_use"
_REMEMBERED = 2**14
_NO_COUNT = ("implied", "rest", "some", "none", "but")


class TextStatement(NamedTuple):
    """One statement: what it is about, what it says, its words, and the recommendation if it names one.

    `is_of_report` is false where the words quote other reports.
    """

    says: str
    value: str | None
    words: str
    recommendation: str | None = None
    is_of_report: bool = True


def read(text: str, agencies: tuple[str, ...] = ()) -> tuple[Answer, list[TextStatement]]:
    """Return what a summary says in all, and its statements in the order of its sentences.

    Args:
        text: the text.
        agencies: names of agencies that may answer.
    """
    all_sentences = sentences(clean(text))
    speaking = of_this_report(all_sentences)
    ours = set(speaking)
    return answer_of(speaking, agencies), [
        statement
        for sentence in all_sentences
        for statement in (_of_sentence(sentence, agencies) if sentence in ours else _of_others(sentence))
    ]


def of_recommendation(text: str) -> Iterator[TextStatement]:
    """Yield what the text of one recommendation says: whom it asks, and what money it is about."""
    text = clean(text)
    for name in asked_to(text):
        yield TextStatement("addressee", name, name)
    for sentence in sentences(text):
        yield from _money(sentence)


def of_note(text: str, agencies: tuple[str, ...] = ()) -> Iterator[TextStatement]:
    """Yield what a page adds to one recommendation: whether those asked concurred, or what became of it."""
    for sentence in sentences(clean(text)):
        clauses = responses(sentence.text, agencies)
        answers = {_response(clause) for clause in clauses}
        if len(answers) == 1:
            yield TextStatement("response", answers.pop(), sentence.text)
        for status in statuses(sentence.text):
            yield from _on_axes(status.agreement, status.completion, sentence.text, None)


def _response(clause: ResponseClause) -> str:
    if clause.scope == "some":
        return "partly"
    return "concurred" if clause.is_agreed else "not_concurred"


@lru_cache(_REMEMBERED)
def _of_sentence(sentence: Sentence, agencies: tuple[str, ...]) -> tuple[TextStatement, ...]:
    """Return the statements of a sentence of this report; summaries share many."""
    words = sentence.text
    result = [TextStatement("made", str(count.value), words) for count in counts(words)]
    for clause in responses(words, agencies):
        result += _of_clause(clause, words)
    for status in statuses(words):
        for number in status.numbers or (None,):
            result += _on_axes(status.agreement, status.completion, words, number)
    result += _money(sentence)
    result += [TextStatement("addressee", name, words) for name in addressees([sentence])]
    return tuple(result) or tuple(_of_others(sentence))


def _of_clause(clause: ResponseClause, words: str) -> Iterator[TextStatement]:
    """Yield a clause as a count where it has one, as a response of each number, or else as concurrence."""
    for number in clause.numbers:
        yield TextStatement("response", _response(clause), words, number)
    if clause.numbers:
        return
    if clause.size is not None and clause.scope not in _NO_COUNT:
        yield TextStatement("concurred" if clause.is_agreed else "not_concurred", str(clause.size), words)
    elif clause.scope in ("some", "rest", "but"):
        yield TextStatement("concurrence", "some", words)
    else:
        yield TextStatement("concurrence", "all" if clause.is_agreed == (clause.scope != "none") else "none", words)


def _on_axes(agreement: str | None, completion: str | None, words: str, number: str | None) -> Iterator[TextStatement]:
    for says, value in (("agreement", agreement), ("completion", completion)):
        if value is not None:
            yield TextStatement(says, value, words, number)


def _money(sentence: Sentence) -> Iterator[TextStatement]:
    for finding in findings(sentence.text):
        yield TextStatement(_MONEY.get(finding.kind, _BETTER), str(dollars(finding.amount.value)), sentence.text)
    for award in awards(sentence.text):
        yield TextStatement("award", str(dollars(award.value)), sentence.text)


def _of_others(sentence: Sentence) -> Iterator[TextStatement]:
    """Yield a sentence that speaks of the recommendations of other reports, or of their money."""
    lower = sentence.text.lower()
    speaks = "recommendation" in lower or "$" in lower or RESPONSE.search(sentence.text)
    if speaks and is_of_others(sentence.text):
        yield TextStatement("other_reports", None, sentence.text, is_of_report=False)


# The same for columns: which sentences of a text can say anything.

# What stands within a sentence: anything but an end; ends that are none, since no blank follows; and those behind
# capitals, which may be abbreviations. Where two sentences stay together, `sentences` parts them.
_WITHIN = (
    r'(?:[.!?\u2026]?(?:[A-Z]|No|Inc|St|Rec)\.["\u201d\u2019)]? |[^.!?\u2026]'
    r'|[.!?\u2026]+["\u201d\u2019)]?[^ "\u201d\u2019).!?\u2026]|[.!?\u2026]+["\u201d\u2019)]["\u201d\u2019).!?\u2026])'
)
_SIGNS = (
    *("ecommend", "ECOMMEND", "oncur", "gree", "ccept", "eject", "esolved", "RESOLVED", "open", "closed", r"\$"),
    *("e reported",),
)
_SPEAKING = rf'[.!?\u2026]*{_WITHIN}*(?:{"|".join(_SIGNS)}){_WITHIN}*[.!?\u2026]*(?:["\u201d\u2019)](?: |$))?'
# A word that any of the readers needs; the signs alone stand in many sentences that say nothing.
_MAY_SPEAK = (
    r"(?i:recommend|concur|(?:dis)?agree[ds]|agreement|accepts|accepted|rejects|rejected|(?:un)?resolved|we reported"
    r"|(?:consider|deem|regard|remain|are|is|was|were|be|action|actions|been|has|have|oig|we)[^.]* (?:open|close)"
    r"|\$.*(?:question|disallow|recover|ineligib|unallow|support|complian|unused|reasonabl|excessive|duplicat|improper"
    r"|better use|obligat|documentation|not fund|award)"
    r"|(?:question|disallow|recover|ineligib|unallow|support|complian|unused|reasonabl|excessive|duplicat|improper"
    r"|better use|obligat|documentation|not fund|award).*\$)"
)
_HEADED = r"W(?:hat|HAT|hy|HY)\s+W(?:e|E)"


def speaking_column(text: pl.Expr) -> pl.Expr:
    """Return the sentences of texts that may say anything, null for none; `read` finds the same in them.

    Texts repeat each other's sentences, so that there are far fewer of these than texts. A text with the headings of a
    page of highlights is kept whole, for they say what the sentences under them are.
    """
    return text.map_batches(_speaking, return_dtype=pl.String)


def _speaking(texts: pl.Series) -> pl.Series:
    text = pl.col("text")
    rows = texts.to_frame("text").with_row_index("row")
    is_headed = text.str.contains(_HEADED)
    candidates = rows.filter(pl.any_horizontal(text.str.contains(sign) for sign in _SIGNS) & ~is_headed)
    speaking = (
        candidates.with_columns(text.str.extract_all(_SPEAKING)).explode("text").filter(text.str.contains(_MAY_SPEAK))
    )
    joined = pl.concat([speaking.group_by("row").agg(text.str.join(" ")), rows.filter(is_headed)])
    return rows.select("row").join(joined, on="row", how="left", maintain_order="left")["text"]


ANSWER_COLUMNS: dict[str, Any] = {
    **dict.fromkeys(("made", "concurred", "not_concurred"), pl.Int32),
    **dict.fromkeys(("concurrence", "agreement", "completion"), pl.String),
    **dict.fromkeys(("questioned_costs", "unsupported_costs", "funds_for_better_use"), pl.Float64),
}
"""What a text says in all, as columns."""
STATEMENT_COLUMNS: dict[str, Any] = {
    "says": pl.String, "value": pl.String, "words": pl.String, "recommendation": pl.String, "is_of_report": pl.Boolean,
}  # fmt: skip
"""A statement, as columns."""


def read_column(texts: pl.Series, agencies: Sequence[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the answers of texts and their statements, of each distinct text once, with the text as `text`.

    Args:
        texts: what `speaking_column` gives.
        agencies: names of agencies that may answer.
    """
    answers, statements = [], []
    for text in texts.drop_nulls().unique(maintain_order=True):
        answer, statements_of_text = read(text, tuple(agencies))
        quoted = " \u2026 ".join(dict.fromkeys(s.words for s in statements_of_text if s.is_of_report)) or None
        answers.append((text, *(answer[name] for name in ANSWER_COLUMNS), quoted))
        statements += [(text, *statement) for statement in statements_of_text]
    schema = {"text": pl.String, **ANSWER_COLUMNS, "quoted": pl.String}
    return (
        pl.DataFrame(answers, schema=schema, orient="row", strict=False),
        pl.DataFrame(statements, schema={"text": pl.String, **STATEMENT_COLUMNS}, orient="row"),
    )
