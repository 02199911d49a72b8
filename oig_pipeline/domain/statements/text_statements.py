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
from oig_pipeline.domain.statements.numbers import WORDS
from oig_pipeline.domain.statements.responses import RESPONSE, ResponseClause, responses
from oig_pipeline.domain.statements.sentences import Sentence, clean, is_of_others, sentences
from oig_pipeline.domain.statements.statement_reader import Answer, answer_of, of_this_report
from oig_pipeline.domain.statements.status import statuses

_MONEY = {"total": "questioned_costs", "part": "questioned_costs", "unsupported": "unsupported_costs"}
_BETTER = "funds_for_better_use"
_REMEMBERED = 2**14
c = pl.col
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


# The same for columns: which sentences of a text can say anything, and what in them can.

# What stands within a sentence: anything but an end; ends that are none, since no blank follows; and those behind
# capitals, which may be abbreviations. Where two sentences stay together, `sentences` parts them.
_WITHIN = (
    r'(?:[.!?\u2026]?(?:[A-Z]|Nos?|Inc|St|Rec|e\.g|i\.e)\.["\u201d\u2019)]? |[^.!?\u2026]'
    r'|[.!?\u2026]+["\u201d\u2019)]?[^ "\u201d\u2019).!?\u2026]|[.!?\u2026]+["\u201d\u2019)]["\u201d\u2019).!?\u2026])'
)
_SIGNS = (
    *("ecommend", "ECOMMEND", "oncur", "gree", "ccept", "eject", "esolved", "RESOLVED", "open", "closed", r"\$"),
    *("e reported", "hould "),
)
_SPEAKING = rf'{_WITHIN}*(?:{"|".join(_SIGNS)}){_WITHIN}*[.!?\u2026]*(?:["\u201d\u2019)](?: |$))?'
_B = r"(?-u:\b)"
_COUNTS = "|".join(sorted({word for count in WORDS for word in count.split("-")}))
_FINDINGS = (
    r"question|disallow|recover|ineligib|unallow|support|complian|unused|reasonabl|excessive|duplicat|improper"
    r"|better use|obligat|documentation|not fund|award"
)
# What hands a sentence to another report.
_OTHERS = (
    rf"{_B}(?:prior|previous|previously|earlier|past|last|open|outstanding|unimplemented|overdue|year|gao|accountability"
    rf"|(?:19|20)[0-9][0-9]|[a-z]{{1,3}}-[0-9]+){_B}"
)
# A word that any of the readers needs; the signs alone stand in many sentences that say nothing.
_MAY_SPEAK = (
    rf"(?i:{_B}(?:{_COUNTS}|an?|[0-9]+)\)?[ \n](?:[a-z][a-z-]*[ \n]){{0,5}}recommendation|recommendations? [^.]*[0-9]"
    r"|(?:not|never|n['\u2019]t) (?:contain|includ|ha[sv]|be|ma[dk]|issu|offer|provid|present|propos)[^.]* "
    r"recommendation"
    rf"|recommend(?:s|ed|ing)?,? (?:also )?(?:that )?(?:the )?(?-i:[A-Z])|(?-i:RECOMMEND)"
    rf"|concur|agree|{_B}accept(?:ed|s)?{_B}|{_B}reject(?:ed|s)?{_B}|resolved|we reported"
    r"|(?:consider|deem|regard|remain|are|is|was|were|be|action|actions|been|has|have|oig|we)[^.]* (?:open|close)"
    rf"|\$.*(?:{_FINDINGS})|(?:{_FINDINGS}).*\$"
    rf"|{_B}should (?:also )?(?:disallow|recover|de-?obligate|collect){_B}"
    rf"|(?:recommendation|\$).*(?:{_OTHERS})|(?:{_OTHERS}).*(?:recommendation|\$))"
)
_END_BEFORE = r'^[.!?\u2026]*["\u201d\u2019)]? +'
_HEADED = r"W(?:hat|HAT|hy|HY)\s+W(?:e|E)"
# What recommendations are for, and what is said behind a semicolon: words in small letters up to the end.
_SMALL_WORDS = r"[a-z][a-z ,'\u2019-]*"
_PURPOSES = (
    rf"(?i:recommendations?) (?:to|that|for|which|aimed|intended|designed) ({_SMALL_WORDS})[.;]?$",
    rf"; ({_SMALL_WORDS})\.?$",
)
# One sentence and no more, written so that it stays as it is when it is read.
_PLAIN = r"^(?:U\.S\.|[^.!?$\u2026\n(\u2022\u25cf\u25aa\u2010\u2011\u00ad\u200d\u2060\x{85}\u2028\u2029])*\.?$"
# What a reader may look for among them.
_MEANS_SOMETHING = (
    rf"{_B}(?:{_COUNTS}|prior|previous|previously|earlier|past|last|year|outstanding|unimplemented|overdue|open|close[ds]?"
    r"|except|excluding|other|but|addressed|directed|applicable|specific|relevant|pertaining|made|issued|should|including"
    r"|[a-z]*resolved|recommend[a-z]*|concur[a-z]*|[a-z]*agree[a-z]*|accept[a-z]*|reject[a-z]*)(?-u:\b)"
)


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


class TextReadings(NamedTuple):
    """What texts say, by their row: the answer of each that speaks (`ANSWER_COLUMNS`, `quoted`), and its statements."""

    answers: pl.DataFrame
    statements: pl.DataFrame


def read_column(texts: pl.Series, agencies: Sequence[str] = ()) -> TextReadings:
    """Return what texts say, as `read` does; what many of them share is read once.

    Args:
        texts: the texts, their blanks folded.
        agencies: names of agencies that may answer.
    """
    sentences_ = speaking(texts)
    briefs = sentences_.group_by("row", maintain_order=True).agg(c("brief").str.join(" ").alias("text"))
    answers, statements = _read_distinct(briefs["text"].unique(maintain_order=True), tuple(agencies))
    # The words are those of the page, not those in brief.
    originals = sentences_.filter(c("brief") != c("sentence")).unique(["row", "brief"], keep="first")
    rows = briefs.join(statements, on="text", how="inner", maintain_order="left_right")
    rows = rows.join(
        originals, left_on=["row", "words"], right_on=["row", "brief"], how="left", maintain_order="left"
    ).with_columns(pl.coalesce("sentence", "words").alias("words"))
    quoted = (
        rows.filter("is_of_report")
        .group_by("row", maintain_order=True)
        .agg(c("words").unique(maintain_order=True).str.join(" \u2026 ").alias("quoted"))
    )
    of_rows = briefs.join(answers, on="text", how="inner").join(quoted, on="row", how="left")
    return TextReadings(of_rows.select("row", *ANSWER_COLUMNS, "quoted"), rows.select("row", *STATEMENT_COLUMNS))


def _read_distinct(texts: pl.Series, agencies: tuple[str, ...]) -> tuple[pl.DataFrame, pl.DataFrame]:
    answers, statements = [], []
    for text in texts:
        answer, of_text = read(text, agencies)
        answers.append((text, *(answer[name] for name in ANSWER_COLUMNS)))
        statements += [(text, *statement) for statement in of_text]
    return (
        pl.DataFrame(answers, schema={"text": pl.String, **ANSWER_COLUMNS}, orient="row", strict=False),
        pl.DataFrame(statements, schema={"text": pl.String, **STATEMENT_COLUMNS}, orient="row"),
    )


def speaking(texts: pl.Series) -> pl.DataFrame:
    """Return the sentences of texts that may say anything: `row`, `sentence`, and `brief`, which says the same.

    A sentence in brief is without what its recommendations are for, so that far fewer of these differ than sentences
    do. A text with the headings of a page of highlights is kept whole: they say what the sentences under them are.
    """
    text = c("sentence")
    rows = texts.alias("sentence").to_frame().with_row_index("row")
    is_headed = text.str.contains(_HEADED)
    candidates = rows.filter(pl.any_horizontal(text.str.contains(sign) for sign in _SIGNS) & ~is_headed)
    sentences_ = candidates.with_columns(text.str.extract_all(_SPEAKING)).explode("sentence")
    bare = text.str.replace(_END_BEFORE, "").str.strip_chars_end(" ")
    sentences_ = (
        sentences_.filter(text.str.contains(_MAY_SPEAK)).with_columns(bare).with_columns(_brief().alias("brief"))
    )
    # Of a text, a sentence that stands twice counts once: what differs must go on to differ.
    is_lost = text.n_unique().over("row", "brief") > 1
    sentences_ = sentences_.with_columns(pl.when(is_lost).then(text).otherwise("brief").alias("brief"))
    return pl.concat([sentences_, rows.filter(is_headed).with_columns(text.alias("brief"))])


def _brief() -> pl.Expr:
    """Return sentences without the words that no reader heeds."""
    sentence = c("sentence")
    result = sentence
    for purpose in _PURPOSES:
        words = result.str.extract(purpose)
        is_idle = words.is_not_null() & ~words.str.contains(_MEANS_SOMETHING)
        result = pl.when(is_idle.fill_null(False)).then(_without(result, words)).otherwise(result)
    return pl.when(sentence.str.contains(_PLAIN)).then(result).otherwise(sentence)


def _without(sentence: pl.Expr, words: pl.Expr) -> pl.Expr:
    """Return a sentence up to the words at its end, with one in their place."""
    length = sentence.str.strip_chars_end(".;").str.len_chars() - words.str.len_chars()
    return pl.concat_str(sentence.str.head(length), pl.lit("it."))
