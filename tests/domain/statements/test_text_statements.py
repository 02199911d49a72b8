"""What summaries say of recommendations, and that the sentences that speak say all of it."""

from __future__ import annotations

import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.domain.statements.numbers import WORDS
from oig_pipeline.domain.statements.text_statements import ANSWER_COLUMNS, read, read_column, speaking
from oig_pipeline.domain.whitespace import folded_blanks
from tests.conftest import DATA, PROJECT, examples

SEED = (DATA / "raw" / "border-security.txt").read_text(encoding="utf-8")


def summary_of(number: str) -> str:
    """Return the summary of a report of the border security page: what stands above its number in its card."""
    card = next(c for c in SEED.split("  \u2022 ") if f"\n    {number}\n" in c)
    return card.split("Executive Summary")[1].split("Report Number")[0].strip()


def counts(summary: str) -> tuple[int | None, int | None, int | None]:
    answer, _ = read(summary)
    return answer["made"], answer["concurred"], answer["not_concurred"]


def quoted(summary: str) -> str | None:
    """Return the words from which the answer is read."""
    words = read_column(pl.Series([summary])).answers["quoted"]
    return words[0] if len(words) else None


@pytest.mark.parametrize(
    ("number", "total", "concurred", "not_concurred"),
    [
        ("OIG-21-49", 4, 4, 0),
        ("OIG-21-48", 3, 3, 0),
        ("OIG-21-47", 8, 8, 0),
        ("OIG-21-40", 1, 1, 0),
        ("OIG-21-36", 2, 2, 0),
        ("OIG-21-21", 3, 3, 0),
        ("OIG-21-19", 4, 4, 0),
        ("OIG-21-16", 6, None, 5),
        ("OIG-21-02", 3, 2, 1),
        ("OIG-20-78", 4, 4, 0),
    ],
)
def test_the_ten_reports_of_the_border_security_page_are_counted(
    number: str, total: int | None, concurred: int | None, not_concurred: int | None
) -> None:
    assert counts(summary_of(number)) == (total, concurred, not_concurred)


@pytest.mark.parametrize(
    ("summary", "total"),
    [
        ("We made four recommendations to improve tracking.", 4),
        ("We made 12 recommendations.", 12),
        ("We made twenty-one recommendations.", 21),
        ("We made Four Recommendations.", 4),
        ("We made one recommendation to improve coordination.", 1),
        ("In total, we made four recommendations that, if implemented, should help.", 4),
        ("We made eight recommendations that, when implemented, should improve security.", 8),
        ("This report contains five recommendations.", 5),
        ("The report includes two recommendations to FEMA.", 2),
        ("We made a total of nine recommendations.", 9),
        ("We made three new recommendations.", 3),
        ("We made two formal written recommendations to the U.S. Coast Guard.", 2),
        ("We made no recommendations.", 0),
        ("This report makes no recommendations.", 0),
        (
            "We made one recommendation to the Office of Intelligence and Analysis and two recommendations to CISA.",
            3,
        ),
        ("We made two recommendations to ICE and four to CBP.", 6),
        ("We made two recommendations to ICE. We also made one recommendation to CBP.", 3),
    ],
)
def test_what_was_made_is_counted(summary: str, total: int) -> None:
    assert counts(summary) == (total, None, None)


@pytest.mark.parametrize(
    "summary",
    [
        "",
        "We recommended that CBP improve its processes.",
        "We made recommendations to improve tracking.",
        "We made several recommendations.",
        "CBP has not implemented two recommendations from our prior report.",
        "Our previous report contained five recommendations.",
        "Six recommendations of our earlier audit remain; FEMA has closed none.",
        "The prior audit made four recommendations, which remain open.",
        "We made four recommendations in our prior report.",
        "We made four visits to the border.",
        "It has four ports.",
        "CBP concurred.",
        "CBP concurred with our recommendations.",
        "CBP concurred with the intent of the report.",
        "The Department concurred",
        "CBP partially concurred with two recommendations.",
        "The report has concurrent audits of four ports.",
    ],
)
def test_what_states_no_count_of_this_report_is_not_counted(summary: str) -> None:
    assert counts(summary) == (None, None, None)


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        ("We made four recommendations. CBP concurred with all four recommendations", (4, 4, 0)),
        ("We made four recommendations. CBP concurred with all four of our recommendations.", (4, 4, 0)),
        ("We made four recommendations. CBP concurred with all our recommendations.", (4, 4, 0)),
        ("We made four recommendations. CBP concurred with all recommendations.", (4, 4, 0)),
        ("We made four recommendations. CBP concurred with each recommendation.", (4, 4, 0)),
        ("We made four recommendations. CBP concurred with four of the recommendations.", (4, 4, 0)),
        ("We made three recommendations. CBP concurred with two of the three recommendations.", (3, 2, None)),
        ("We made two recommendations. ICE concurred with both.", (2, 2, 0)),
        ("ICE concurred with both recommendations.", (None, None, None)),
        ("We made three recommendations, one to TSA and two to ICE. ICE concurred with both.", (3, 2, None)),
        ("We made two recommendations. ICE concurred with both of our recommendations.", (2, 2, 0)),
        ("We made two recommendations. ICE non-concurred with both recommendations.", (2, 0, 2)),
        ("We made two recommendations. ICE nonconcurred with both recommendations.", (2, 0, 2)),
        ("We made two recommendations. ICE concurred with neither recommendation.", (2, 0, None)),
        ("We made two recommendations. ICE did not concur with either.", (2, 0, 2)),
        ("We made four recommendations. TSA concurred with none of the recommendations.", (4, 0, None)),
        ("We made four recommendations. TSA concurred with none of our four recommendations.", (4, 0, None)),
        ("We made four recommendations. TSA did not concur with any of the recommendations.", (4, 0, 4)),
        ("We made six recommendations. DHS did not concur with five of the six recommendations.", (6, None, 5)),
        ("We made one recommendation. ICE concurred with our recommendation.", (1, 1, 0)),
        ("We made one recommendation. ICE did not concur with the recommendation.", (1, 0, 1)),
        (
            "We made three recommendations. CBP concurred with two of the recommendations and did not concur with one.",
            (3, 2, 1),
        ),
        (
            "We made three recommendations. CBP concurred with two recommendations, but did not concur with the "
            "remaining one.",
            (3, 2, 1),
        ),
        (
            "We made five recommendations. CBP concurred with two recommendations. ICE concurred with three "
            "recommendations.",
            (5, 5, 0),
        ),
        ("CBP concurred with all three of our recommendations, which should improve attention.", (3, 3, 0)),
        ("CBP concurred with two of our three recommendations.", (3, 2, None)),
        ("The U.S. Coast Guard concurred with all 5 recommendations.", (5, 5, 0)),
        (
            "We made one recommendation to the Office of Intelligence and Analysis and two recommendations to CISA. "
            "DHS concurred with all three recommendations.",
            (3, 3, 0),
        ),
        ("We made four recommendations and FEMA concurred with all four.", (4, 4, 0)),
        ("We made four recommendations. FEMA concurred.", (4, None, None)),
        ("We made four recommendations. FEMA concurred with our recommendations.", (4, 4, 0)),
        ("We made four recommendations, and FEMA concurred with the recommendations.", (4, 4, 0)),
        ("We made 4 recommendations. It is late. CBP and ICE concurred with these recommendations.", (4, 4, 0)),
        ("We made two recommendations. TSA concurs with our recommendations in full.", (2, 2, 0)),
        ("We made two recommendations. TSA did not concur with our recommendations.", (2, 0, 2)),
        ("We made two recommendations. TSA non-concurred with our recommendations.", (2, 0, 2)),
        ("We made two recommendations. CBP concurred with our recommendations. ICE concurred with both.", (2, 2, 0)),
        ("We made two recommendations. CBP concurred with our recommendations to improve care.", (2, 2, 0)),
        # Not all of them, or not plainly.
        ("FEMA concurred with our recommendations. We made four recommendations.", (4, 4, 0)),
        ("We made four recommendations. FEMA concurred with our recommendations 1 and 2.", (4, 2, None)),
        ("We made four recommendations. FEMA concurred with the recommendations to FEMA.", (4, None, None)),
        ("We made four recommendations. FEMA concurred with our recommendations regarding costs.", (4, None, None)),
        ("We made four recommendations. FEMA concurred with our recommendations, except one.", (4, None, None)),
        ("We made four recommendations. FEMA generally concurred with our recommendations.", (4, None, None)),
        ("We made four recommendations. FEMA partially concurred with our recommendations.", (4, None, None)),
        ("We made four recommendations. FEMA concurred with most of our recommendations.", (4, None, None)),
        ("We made four recommendations. FEMA concurred with the prior recommendations.", (4, None, None)),
        (
            "We made four recommendations. CBP concurred with our recommendations. ICE did not concur with one.",
            (4, None, 1),
        ),
        (
            "We made four recommendations. CBP concurred with our recommendations. ICE concurred with two of the four.",
            (4, 2, None),
        ),
        (
            "We made four recommendations. CBP concurred with our recommendations. "
            "ICE did not concur with our recommendations.",
            (4, None, None),
        ),
        ("We made four recommendations. FEMA concurred with our four recommendations.", (4, 4, 0)),
        ("ICE concurred with the three recommendations.", (None, 3, 0)),
        ("CBP concurred with 3 of 4 recommendations.", (4, 3, None)),
        (
            "We made four recommendations. FEMA concurred with three and partially concurred with one recommendation.",
            (4, 3, None),
        ),
        (
            "Our prior report made nine recommendations. We made two recommendations. ICE concurred with both.",
            (2, 2, 0),
        ),
        ("We made three recommendations. CBP concurred with four recommendations.", (3, None, None)),
    ],
)
def test_what_was_agreed_to_is_counted(summary: str, expected: tuple[int | None, int | None, int | None]) -> None:
    assert counts(summary) == expected


@pytest.mark.parametrize("agreement", ["all, except one", "all but one of our recommendations", "all but one"])
def test_an_exception_is_not_agreement_with_all(agreement: str) -> None:
    total, concurred, _ = counts(f"We made four recommendations. FEMA concurred with {agreement}.")
    assert total == 4
    assert concurred in (None, 3)


@pytest.mark.parametrize(
    "summary",
    [
        "We made five recommendations, three to CBP and two to ICE.",
        "We made five recommendations: three recommendations to CBP and two recommendations to ICE.",
    ],
)
def test_a_total_and_its_parts_are_not_added_up(summary: str) -> None:
    assert counts(summary)[0] == 5


@pytest.mark.parametrize("written", ["1,234", "4,000"])
def test_the_tail_of_a_larger_number_is_no_count(written: str) -> None:
    assert counts(f"We made {written} recommendations.")[0] is None


@pytest.mark.parametrize("count", [pytest.param(n, id=word) for word, n in WORDS.items() if n > 2])
def test_a_count_in_words_and_in_digits_says_the_same(count: int) -> None:
    word = next(w for w, n in WORDS.items() if n == count)
    for written in (word, word.capitalize(), str(count)):
        assert counts(f"We made {written} recommendations. ICE concurred with all {written}.") == (count, count, 0)


def test_the_text_is_the_sentences_that_state_counts() -> None:
    summary = (
        "We visited the U.S. Border Patrol. We made two recommendations to U.S. Customs and Border Protection. "
        "It is late.\n\nCBP concurred with both. CBP concurred."
    )
    assert quoted(summary) == (
        "We made two recommendations to U.S. Customs and Border Protection. \u2026 CBP concurred with both."
    )


@pytest.mark.parametrize(
    "clause",
    [
        *(
            "FEMA has not yet concurred",
            "FEMA never concurred",
            "FEMA hasn\u2019t concurred",
            "FEMA may have concurred",
        ),
        *("FEMA would have concurred", "Neither CBP nor ICE concurred", "None of the components concurred"),
        *(
            "No component concurred",
            "It is unclear whether FEMA concurred",
            "If FEMA concurred",
            "FEMA had not fully concurred",
        ),
    ],
)
@pytest.mark.parametrize("with_what", ["with our recommendations", "with all three", "with two of the three"])
def test_agreement_that_did_not_happen_or_may_not_have_is_not_counted(clause: str, with_what: str) -> None:
    assert counts(f"We made 3 recommendations. {clause} {with_what}.") == (3, None, None)


@pytest.mark.parametrize("before", ["ICE gave no reason, but", "Although ICE was not asked, it", "In March, FEMA"])
def test_a_negation_of_something_else_leaves_the_count(before: str) -> None:
    assert counts(f"We made 3 recommendations. {before} concurred with all three.") == (3, 3, 0)


def test_an_abbreviated_name_does_not_end_a_sentence() -> None:
    summary = "We made two recommendations to the U.S. Coast Guard and four to U.S. Customs and Border Protection."
    assert (counts(summary), quoted(summary)) == ((6, None, None), summary)


PHRASES = (
    *("We made four recommendations.", "We made two recommendations to ICE and one recommendation to the U.S."),
    *("CBP concurred with all four recommendations", "ICE did not concur with one.", "DHS concurred with both of our"),
    *(
        "\u201cWe made no recommendations.\u201d",
        "Our prior report made five recommendations.",
        "concurred with",
        "No.",
    ),
    *("Border Patrol", "recommendations", "three of the", "\n\n", "\u00a0", " \u2026 ", ".", "!", "U.S.", "concur"),
)
summaries = st.lists(st.sampled_from(PHRASES), max_size=8).map(" ".join) | st.text(max_size=60)


_ENDS = '.)"\u201d\u2019 '


def assert_read_alike(summary: str) -> None:
    """Assert that a column of texts says what the text says by itself."""
    answer, statements = read(summary)
    answers, rows = read_column(pl.Series([summary]))
    # What is left of the sentence before is not worth telling apart, and what is said again counts once.
    expected_rows = dict.fromkeys(tuple(s._replace(words=s.words.lstrip(_ENDS))) for s in statements)
    bare = rows.with_columns(pl.col("words").str.strip_chars_start(_ENDS)).drop("row")
    assert list(dict.fromkeys(bare.rows())) == list(expected_rows)
    expected = {name: answer[name] for name in ANSWER_COLUMNS}
    assert (answers.drop("row", "quoted").to_dicts() or [dict.fromkeys(ANSWER_COLUMNS)]) == [expected]


@given(summaries)
@examples(200)
def test_the_text_is_made_of_words_of_the_summary(summary: str) -> None:
    _, statements = read(summary)
    text = " ".join(summary.split())
    for statement in statements:
        assert statement.words in text


@given(summaries)
@examples(200)
def test_no_count_is_larger_than_what_was_made(summary: str) -> None:
    number_made, *answers = counts(summary)
    for agreed in answers:
        if agreed is not None and number_made is not None:
            assert 0 <= agreed <= number_made


_PIECES = (
    "We made four recommendations", "CBP concurred with all four", "In our prior report, we made two recommendations",
    "It did not concur with recommendation 3", "The U.S. Border Patrol made one recommendation", "See No. 4", "No",
    "Concurred", "we made three new recommendations to ICE and two to the U.S. Coast Guard", "\u201cWe recommend",
    "FY 2021 had two open recommendations", "of OIG-21-49", "a", "12", "nonconcurred with both", "\x1c", "\n",
)  # fmt: skip
_BETWEEN = (". ", "! ", "? ", ".\u201d ", '." ', " ", ".", "; ", ", ", ".  ", "\n", ") ", ". \u2022 ")


@given(st.lists(st.tuples(st.sampled_from(_PIECES), st.sampled_from(_BETWEEN)), max_size=8), st.text(max_size=10))
@examples(300)
def test_the_speaking_sentences_say_what_the_summary_says(pieces: list[tuple[str, str]], end: str) -> None:
    summary = "".join(piece + between for piece, between in pieces) + end
    summary = pl.select(folded_blanks(pl.lit(summary))).item() or ""
    assert_read_alike(summary)


_WHAT_FOR = (
    *(
        "to",
        "that",
        "for",
        "which",
        "improve",
        "oversight",
        "and",
        "or",
        "the",
        "of",
        "its",
        "not",
        "reports",
        "audits",
    ),
    *("two", "four", "prior", "open", "closed", "resolved", "concurred with", "agreed with", "accepted", "all", "both"),
    *("recommendations", "recommendation 3", "including", "except", "but", "made", "issued", "should", "year", "FEMA"),
    *(
        "$5,000",
        "of questioned costs",
        "in our 2019 audit",
        "the Department",
        "two to the Department",
        "the Coast Guard",
    ),
    *("\u201cWe Did Not\u201d", "(12)", "twelve (12)", "U.S.", "it", "a", "any", "other", "last", "past"),
)
_WHAT = (
    *("We made four recommendations", "We recommend that FEMA", "CBP concurred with all four recommendations"),
    *("ICE did not concur with our recommendations", "We made one recommendation", "DHS concurred with two"),
    *("The report contains recommendations", "We consider the recommendations open", "Recommendation 2 is closed"),
)


@given(st.lists(st.tuples(st.sampled_from(_WHAT), st.lists(st.sampled_from(_WHAT_FOR), max_size=6)), max_size=4))
@examples(400)
def test_what_recommendations_are_for_is_left_out_only_where_it_says_nothing(
    parts: list[tuple[str, list[str]]],
) -> None:
    sentences = [f"{what}{'; ' if len(words) % 2 else ' '}{' '.join(words)}." for what, words in parts]
    assert_read_alike(pl.select(folded_blanks(pl.lit(" ".join(sentences)))).item() or "")


def test_texts_that_differ_in_what_recommendations_are_for_are_read_once_and_keep_their_words() -> None:
    texts = [
        f"We made two recommendations to {what}. CBP concurred with both." for what in ("do it", "leave it", "try")
    ]
    answers, statements = read_column(pl.Series(texts))
    assert speaking(pl.Series(texts))["brief"].n_unique() == 2
    assert answers["quoted"].to_list() == [text.replace(". ", ". \u2026 ") for text in texts]
    assert statements.filter(says="made")["words"].to_list() == [text.partition(" CBP")[0] for text in texts]


@pytest.mark.parametrize("file", ["statements.jsonl", "statements_held_out.jsonl"])
def test_real_texts_say_the_same_in_a_column(file: str) -> None:
    lines = (PROJECT / "tests" / "golden" / file).read_text(encoding="utf-8").splitlines()
    for text in (json.loads(line)["text"] for line in lines):
        assert_read_alike(" ".join(text.split()))
