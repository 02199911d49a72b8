"""What a text says of a report's recommendations, in one dict.

Belongs here: the kinds of text, and putting the readers together. Does not: reading anything itself.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from oig_pipeline.domain.statements import oversight_pages, status
from oig_pipeline.domain.statements.addressees import addressees, asked_to
from oig_pipeline.domain.statements.agreement_counts import Agreement, agreement, named_totals, totals
from oig_pipeline.domain.statements.amounts import Amount, agreed, dollars
from oig_pipeline.domain.statements.counts import counts, total
from oig_pipeline.domain.statements.half_years import table_amounts
from oig_pipeline.domain.statements.money import Money, money
from oig_pipeline.domain.statements.numbers import in_order, mentions
from oig_pipeline.domain.statements.responses import responses
from oig_pipeline.domain.statements.sentences import (
    Sentence,
    clean,
    is_of_many,
    is_of_others,
    sentences,
    without_stories,
)

KINDS = (
    *("summary", "memo", "highlights", "preface", "cover"),
    *("oversight_report", "oversight_recommendation", "semiannual"),
)
_RESPONSES = {True: "concurred", False: "not_concurred"}
_OF_EACH = {"all": "concurred", "none": "not_concurred"}
Answer = dict[str, Any]


class _Prose(NamedTuple):
    """What sentences say, before it is one answer."""

    total: int | None
    agreement: Agreement
    statuses: list[status.Status]
    by_number: dict[str, str | None]
    numbers: list[str]
    money: Money
    addressees: list[str]


def statements(text: str, kind: str, agencies: tuple[str, ...] = ()) -> Answer:
    """Return what a text says of a report's recommendations.

    Args:
        text: a summary, a page or a document as text.
        kind: which of `KINDS` it is.
        agencies: names of agencies that may answer, beside those whom they pay.

    Raises:
        ValueError: the kind is unknown.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind}: unknown kind of text; known are {', '.join(KINDS)}")
    text = clean(text)
    if kind == "oversight_recommendation":
        return _recommendation_page(text, agencies)
    if kind == "oversight_report":
        return _report_page(text, agencies)
    texts = of_this_report(sentences(text)) if kind != "semiannual" else sentences(text)
    if kind == "cover":
        texts = [sentence._replace(section="title") for sentence in texts]
    answer = answer_of(texts, agencies)
    return _half_year(text, answer, texts) if kind == "semiannual" else answer


def of_this_report(texts: list[Sentence]) -> list[Sentence]:
    """Return the sentences but those that tell of other reports."""
    return [sentence for sentence in without_stories(texts) if not is_of_many(sentence.text)]


def answer_of(texts: list[Sentence], agencies: tuple[str, ...] = ()) -> Answer:
    """Return what sentences of a report say of its recommendations."""
    return _answer(_prose(texts, agencies))


def _prose(texts: list[Sentence], agencies: tuple[str, ...], labeled: int | None = None) -> _Prose:
    stated = [count for sentence in texts for count in counts(sentence.text)]
    entries = [entry for sentence in texts for entry in status.statuses(sentence.text)]
    clauses = [clause for sentence in texts for clause in responses(sentence.text, agencies)]
    all_of_them = named_totals(clauses) | {entry.size for entry in entries if entry.is_every and entry.size}
    number_made = labeled if labeled is not None else total(stated, totals(clauses) if stated else all_of_them)
    by_number: dict[str, str | None] = {}
    for number, response in [(n, _RESPONSES[c.is_agreed]) for c in clauses for n in c.numbers]:
        by_number[number] = response if by_number.get(number, response) == response else None
    naming = [(sentence, names) for sentence in texts if (names := mentions(sentence.text))]
    mentioned = [name for sentence, names in naming if not is_of_others(sentence.text) for name in names]
    return _Prose(
        total=number_made,
        agreement=agreement(clauses, number_made, {part for count in stated for part in count.parts}),
        statuses=entries if number_made != 0 else [],
        by_number=by_number,
        numbers=[number for number in dict.fromkeys([*mentioned, *by_number]) if _may_be(number, number_made)],
        money=money(texts) if number_made != 0 else Money(),
        addressees=addressees(texts) if number_made != 0 else [],
    )


def _may_be(number: str, number_made: int | None) -> bool:
    """Return whether a number may be one of this report's recommendations."""
    return number_made is None or (number_made > 0 and (not number.isdigit() or 1 <= int(number) <= number_made))


def _answer(prose: _Prose) -> Answer:
    agreed_with = prose.agreement
    axes = {axis: status.of_all(prose.statuses, prose.total, axis) for axis in ("agreement", "completion")}
    return {
        "made": prose.total,
        "concurred": agreed_with.concurred,
        "not_concurred": agreed_with.not_concurred,
        "concurrence": agreed_with.concurrence,
        **axes,
        "per_recommendation": _per_recommendation(prose, axes),
        "questioned_costs": _dollars(prose.money.questioned),
        "unsupported_costs": _dollars(prose.money.unsupported),
        "funds_for_better_use": _dollars(prose.money.better_use),
        "addressees": prose.addressees,
    }


def _dollars(printed: Amount | None) -> int | float | None:
    return dollars(printed.value) if printed else None


def _per_recommendation(prose: _Prose, axes: dict[str, str | None]) -> list[Answer]:
    """Return what is said of each recommendation that is named; what holds of all holds of it."""
    response = _OF_EACH.get(prose.agreement.concurrence or "")
    values = {axis: status.by_number(prose.statuses, axis) for axis in axes}
    return [
        {
            "number": number,
            "response": prose.by_number.get(number, response),
            **{axis: values[axis].get(number, of_all) for axis, of_all in axes.items()},
        }
        for number in sorted(prose.numbers, key=in_order)
    ]


def _half_year(text: str, answer: Answer, texts: list[Sentence]) -> Answer:
    """Return an answer with the money of a half-year's tables; a half-year has no addressees."""
    printed = table_amounts(text)
    stated = money(texts)
    money_of_both = {
        "questioned_costs": [*printed["questioned"], stated.questioned],
        "unsupported_costs": [*printed["unsupported"], stated.unsupported],
        "funds_for_better_use": [*printed["better"], stated.better_use],
    }
    values = {key: _dollars(agreed([value for value in both if value])) for key, both in money_of_both.items()}
    return {**answer, **values, "addressees": []}


def _report_page(text: str, agencies: tuple[str, ...]) -> Answer:
    page = oversight_pages.read_page(text)
    texts = of_this_report(sentences(page.prose))
    prose = _prose(texts, agencies, oversight_pages.count_of(page))
    answer = _answer(prose)
    rows = {row.number: row for row in page.rows}
    entries = [entry for entry in answer["per_recommendation"] if entry["number"] not in rows]
    response = {entry["number"]: entry["response"] for entry in answer["per_recommendation"]}
    of_all = _OF_EACH.get(answer["concurrence"] or "")
    entries += [
        {
            "number": number,
            "response": response.get(number, of_all),
            "agreement": answer["agreement"],
            "completion": "open",
        }
        for number in rows
    ]
    answer["per_recommendation"] = sorted(entries, key=lambda entry: in_order(entry["number"]))
    if answer["made"] and answer["made"] in (len(rows), page.open_count):
        answer["completion"] = "open"
    for key, label in (("questioned_costs", "questioned costs"), ("funds_for_better_use", "funds for better use")):
        value = oversight_pages.money_of(page, label)
        answer[key] = value if value is not None else answer[key]
    names = [name for row in page.rows for name in asked_to(row.text)]
    answer["addressees"] = list(dict.fromkeys([*answer["addressees"], *names]))
    return answer


def _recommendation_page(text: str, agencies: tuple[str, ...]) -> Answer:
    page = oversight_pages.read_page(text)
    answer = answer_of([], agencies)
    number = page.labels.get("recommendation number")
    additional = sentences(page.labels.get("additional information", ""))
    clauses = [clause for sentence in additional for clause in responses(sentence.text, agencies)]
    signs = {clause.is_agreed for clause in clauses if clause.scope != "some"}
    if number:
        answer["per_recommendation"] = [
            {
                "number": number,
                "response": _RESPONSES[signs.pop()] if len(signs) == 1 else None,
                "agreement": None,
                "completion": oversight_pages.completion_of(page, text),
            }
        ]
    answer["addressees"] = asked_to(page.labels.get("text of recommendation", ""))
    return answer
