"""What holds of any text: no crash, no absurd number, and nothing of other reports."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.domain.statements.amounts import AMOUNT, amount
from oig_pipeline.domain.statements.statement_reader import KINDS, statements
from tests.conftest import examples
from tests.domain.statements.test_answers import EXAMPLES, UNSAID

PIECES = (
    *(
        "We made four recommendations",
        "The report contains two recommendations",
        "This report contains no recommendations",
    ),
    *(
        "CBP concurred with",
        "ICE did not concur with",
        "FEMA disagreed with",
        "all",
        "both",
        "neither",
        "the remaining",
    ),
    *("three of the", "recommendations", "recommendation 2", "recommendations 1 through 3", "#4", "one", "999", "12"),
    *("we consider", "resolved and open", "unresolved", "closed", "which remain", "except", "but not", "partially"),
    *("FEMA should disallow", "$1.30 million", "$1,284,600", "$14,204", "of", "unsupported costs", "questioned costs"),
    *("put to better use", "deobligate", "at risk", "We recommend that the", "FEMA Administrator", "update", "should"),
    *(
        "Number of Recommendations",
        "Questioned Costs",
        "Open Recommendations",
        "1-1 | Yes | $5 | $0 | ||",
        "3 No $0 $0",
    ),
    *("Recommendation Number", "Recommendation Status", "Text of Recommendation", "What We Recommend", "ICE Response"),
    *(
        "\n",
        "\n\n",
        ".",
        ",",
        ";",
        ":",
        "\u2022",
        "\u00a0",
        "\u2019",
        "\u2014",
        "...",
        "-\n",
        "\f",
        "|",
        "(",
        ")",
        "$",
        "U.S.",
    ),
)
texts = st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join) | st.text(max_size=80)
OF_OTHERS = (
    "Our prior report, OIG-17-22, contained seven recommendations, and FEMA concurred with six of the seven.",
    "In our 2015 report we questioned $3,500,000 of ineligible costs.",
    "GAO made nine recommendations, and the agency agreed with all nine recommendations.",
    "In FY 2017, we issued 37 reports with 79 recommendations to FEMA.",
    "In a previous audit, we recommended that the Director of ICE recover $250,000 of unsupported costs.",
    "ICE has not implemented two recommendations from our prior review.",
    "FEMA has 12 open recommendations.",
    "The recommendations of our earlier audit remain open and unresolved.",
)
COMPLETE = [
    case
    for several in EXAMPLES.values()
    for case in several
    if case["kind"] in ("summary", "memo") and "..." not in case["text"]
]


def money(answer: dict[str, Any]) -> list[float]:
    amounts = (answer[key] for key in ("questioned_costs", "unsupported_costs", "funds_for_better_use"))
    return [amount for amount in amounts if amount is not None]


@given(texts, st.sampled_from(KINDS))
@examples(600)
def test_any_text_has_an_answer_without_absurd_numbers(text: str, kind: str) -> None:
    answer = statements(text, kind)
    assert list(answer) == list(UNSAID)
    total, agreed, refused = (answer[key] for key in ("made", "concurred", "not_concurred"))
    for count in (total, agreed, refused):
        assert count is None or 0 <= count < 1000
    if total is not None:
        assert (agreed or 0) + (refused or 0) <= total
    assert all(amount >= 0 for amount in money(answer))
    printed = [value.value for match in re.finditer(AMOUNT, text, re.I) if (value := amount(match[0]))]
    assert max(money(answer), default=0) <= sum(printed)
    assert answer["concurrence"] in (None, "all", "some", "none")
    if answer["concurrence"] == "all":
        assert refused in (None, 0)
        assert agreed in (None, total or agreed)
    numbers = [entry["number"] for entry in answer["per_recommendation"]]
    assert len(numbers) == len(set(numbers))
    assert all(answer["addressees"])


@given(texts, st.sampled_from(KINDS))
@examples(200)
def test_addressees_and_numbers_are_words_of_the_text(text: str, kind: str) -> None:
    answer = statements(text, kind)
    read = " ".join(text.split())
    for name in answer["addressees"]:
        assert set(name.split()) <= set(read.replace("|", " ").split()) | set(name.split(",")) or name in read
    if "through" not in text:
        assert all(entry["number"] in read for entry in answer["per_recommendation"])


@pytest.mark.parametrize("seed", range(6))
def test_sentences_about_other_reports_change_nothing(seed: int) -> None:
    rng = random.Random(seed)
    for case in COMPLETE:
        sentences = re.split(r"(?<=[a-z0-9)])\.\s+(?=[A-Z\u201c])", case["text"])
        place = rng.randrange(len(sentences) + 1)
        others = rng.sample(OF_OTHERS, 2)
        mixed = [*sentences[:place], *(other.rstrip(".") for other in others), *sentences[place:]]
        text = ". ".join(mixed)
        assert statements(text, case["kind"]) == {**UNSAID, **case["expect"]}, text


@pytest.mark.parametrize("case", COMPLETE[::3], ids=lambda case: case["text"][:40])
def test_blanks_quotes_and_line_breaks_change_nothing(case: dict[str, Any]) -> None:
    if case["expect"].get("addressees"):
        return
    expected = {**UNSAID, **case["expect"]}
    for old, new in ((" ", "\n"), (" ", "\u00a0"), (" ", "  "), ("\u2019", "'"), ("-", "\u2011"), (". ", ".")):
        assert statements(case["text"].replace(old, new), case["kind"]) == expected, (old, new)


def test_long_texts_without_ends_are_read_in_time() -> None:
    for piece in (
        "FEMA ",
        "recommendations 1, 2 and ",
        "$1 million ",
        "concurred with all ",
        "a ",
        "\n",
        "We recommend A ",
        "(",
        "|",
    ):
        statements(piece * 500, "summary")
        statements(piece * 500, "oversight_report")
