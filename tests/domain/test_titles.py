"""Titles: what listings leave in them, the marks that are facts, and what two spellings of one title share."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.domain import titles
from oig_pipeline.domain.whitespace import WHITESPACE, folded_blanks
from oig_pipeline.offices.dhs.titles import TITLES
from tests.conftest import examples


def value(expression: pl.Expr) -> Any:
    return pl.select(expression).item()


def text(written: str | None) -> pl.Expr:
    return pl.lit(written, dtype=pl.String)


def each(written: list[str | None], transform: Callable[[pl.Expr], pl.Expr]) -> list[Any]:
    """Return what an expression over a column of titles gives for each."""
    return (
        pl.DataFrame({"title": written}, schema={"title": pl.String})
        .select(transform(pl.col("title")))
        .to_series()
        .to_list()
    )


def bare_column(title: pl.Expr) -> pl.Expr:
    return TITLES.without_artefacts(folded_blanks(title))


def clean_column(title: pl.Expr) -> pl.Expr:
    return TITLES.without_marks(bare_column(title))


def bare(written: str | None) -> pl.Expr:
    return bare_column(text(written))


def clean(written: str) -> str | None:
    cleaned: str | None = value(clean_column(text(written)))
    return cleaned


def marks_of(written: str, suffix: str | None = None) -> dict[str, str | bool]:
    """Return the marks of a title, without absent ones."""
    values = pl.select(
        TITLES.kind(bare(written), text(suffix)).alias("kind"),
        TITLES.classification(bare(written)).alias("classification"),
        TITLES.has_mark(bare(written), "is_redacted").alias("is_redacted"),
        TITLES.has_mark(bare(written), "is_revised").alias("is_revised"),
    ).row(0, named=True)
    return {name: v for name, v in values.items() if v and v != "report"}


@pytest.mark.parametrize(
    "written",
    [
        ">Audit of Grants",
        "> Audit of Grants",
        "> > Audit of Grants",
        "Audit of Grants (",
        "Audit of Grants*",
        "Audit of Grants *",
        "Audit of Grants,",
        "Audit of Grants, ",
        "Audit of Grants   ",
        "> Audit of Grants, (*",
        "Audit of Grants)",
        "Audit of GrantsAudit of Grants",
        ">Audit of GrantsAudit of Grants (",
    ],
)
def test_what_the_listing_left_in_a_title_comes_off(written: str) -> None:
    assert value(bare(written)) == "Audit of Grants"


@pytest.mark.parametrize(
    "written",
    [
        "Audit of Grants (FY 2009)",
        "(Draft) Audit of Grants",
        "Loss of $2.6 Million: \u00a7 404 and #7",
        "DHS' Oversight > FEMA's",
        "Bora Bora",
        "2007 Debris Removal Pilot Program",
        "Audit of Grants, Phase 2",
    ],
)
def test_what_only_looks_like_an_artefact_stays(written: str) -> None:
    assert value(bare(written)) == written


@pytest.mark.parametrize("written", [">", "> (", "*", ",", " > ", "(", None])
def test_a_title_of_nothing_but_artefacts_is_null(written: str | None) -> None:
    assert value(bare(written)) is None


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Audit of Grants (REDACTED)", {"is_redacted": True}),
        ("Audit of Grants - (REDACTED)", {"is_redacted": True}),
        ("Audit of Grants \u2013 (REDACTED)", {"is_redacted": True}),
        ("Audit of Grants (Redacted)", {"is_redacted": True}),
        ("Audit of Grants ( redacted )", {"is_redacted": True}),
        ("Audit of Grants - Law Enforcement Sensitive (REDACTED)", {"classification": "LES", "is_redacted": True}),
        ("Audit of Grants (LES)", {"classification": "LES"}),
        ("(U) Audit of Grants", {"classification": "U"}),
        ("Audit of Grants (SSI)", {"classification": "SSI"}),
        ("Audit of Grants - Law Enforcement Sensitive (LES)", {"classification": "LES"}),
        ("Audit of Grants (Sensitive Security Information)", {"classification": "SSI"}),
        ("Audit of Grants (Revised)", {"is_revised": True}),
        ("Revised Report: Audit of Grants", {"is_revised": True}),
        ("Audit of Grants (Unclassified Summary)", {"kind": "unclassified_summary"}),
        ("Management Alert - Audit of Grants", {"kind": "management_alert"}),
        ("Management Alert \u2013 Audit of Grants", {"kind": "management_alert"}),
        ("Management Advisory: Audit of Grants", {"kind": "management_alert"}),
        ("Special Report: Audit of Grants", {"kind": "special_report"}),
        ("Capping Report: Audit of Grants", {"kind": "capping_report"}),
        ("CAPPING REPORT - Audit of Grants", {"kind": "capping_report"}),
        ("Cancellation of OIG Audit \u2013 Audit of Grants", {"kind": "cancellation"}),
        ("Verification Review: Audit of Grants", {"kind": "verification_review"}),
        ("Management Alert - Audit of Grants (REDACTED)", {"kind": "management_alert", "is_redacted": True}),
        ("(U) Audit of Grants (REDACTED)", {"classification": "U", "is_redacted": True}),
        ("> Audit of Grants (REDACTED)*", {"is_redacted": True}),
    ],
)
def test_a_mark_comes_off_and_its_fact_is_kept(written: str, expected: dict[str, str | bool]) -> None:
    assert clean(written) == "Audit of Grants"
    assert marks_of(written) == expected


@pytest.mark.parametrize(
    "written",
    [
        "Redacted Records at Ports of Entry",
        "Review of the Revised Plan",
        "U.S. Coast Guard's Sensitive Security Information Program",
        "The TSA SSI Program Office's Identification and Redaction of Sensitive Security Information",
        "FEMA's Special Report Writers",
        "Use of the Management Alert Process",
    ],
)
def test_words_of_a_title_are_not_marks(written: str) -> None:
    assert clean(written) == written
    assert marks_of(written) == {}


@pytest.mark.parametrize(
    "marks", [*itertools.permutations(("(REDACTED)", "(Revised)", "(SSI)"))], ids=lambda m: " ".join(m)
)
def test_the_order_of_marks_behind_a_title_does_not_matter(marks: tuple[str, ...]) -> None:
    written = " ".join(["Audit of Grants", *marks])
    assert clean(written) == "Audit of Grants"
    assert marks_of(written) == {"classification": "SSI", "is_redacted": True, "is_revised": True}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("(U) Special Report: Audit of Grants", {"classification": "U", "kind": "special_report"}),
        ("Special Report: (U) Audit of Grants", {"classification": "U", "kind": "special_report"}),
        ("Revised Report: Management Alert - Audit of Grants", {"is_revised": True, "kind": "management_alert"}),
        ("Management Alert - Revised Report: Audit of Grants", {"is_revised": True, "kind": "management_alert"}),
        ("Audit of Grants (REDACTED) - Law Enforcement Sensitive", {"classification": "LES", "is_redacted": True}),
    ],
)
def test_the_order_of_marks_before_a_title_does_not_matter(written: str, expected: dict[str, str | bool]) -> None:
    assert clean(written) == "Audit of Grants"
    assert marks_of(written) == expected


@pytest.mark.parametrize(
    "written", ["Audit of Grants* (REDACTED)", "Audit of Grants, (Revised)", "Audit of Grants ( - (REDACTED)"]
)
def test_an_artefact_between_a_title_and_its_mark_comes_off(written: str) -> None:
    assert clean(written) == "Audit of Grants"


@pytest.mark.parametrize("written", ["(REDACTED)", "(U)", "(U) (SSI)", "Special Report:", "> (Revised) - (REDACTED) ("])
def test_a_title_of_nothing_but_marks_is_null(written: str) -> None:
    assert clean(written) is None
    assert marks_of(written)


WORDS = (
    "Audit",
    "of",
    "FEMA",
    "Grants",
    "2009",
    "(FY 2009)",
    "DHS'",
    "2009 \u2013 2011",
    "U.S.",
    "$2.6",
    "Verification Review",
)
MARKS_BEFORE = ("(U)", "Special Report:", "Management Alert -", "Capping Report \u2013", "Revised Report:")
MARKS_BEHIND = (
    *("(REDACTED)", "- (REDACTED)", "(Revised)", "(SSI)", "(LES)", "- Law Enforcement Sensitive"),
    "(Unclassified Summary)",
)
ARTEFACTS_BEHIND = ("(", "*", ",", "\u00a0", "")


@st.composite
def listed_titles(draw: st.DrawFn) -> str:
    """A title as listings may have it: words, marks before and behind, now and then doubled, artefacts around."""

    def subset(pieces: tuple[str, ...], min_size: int = 0, max_size: int = 2) -> list[str]:
        return draw(st.lists(st.sampled_from(pieces), min_size=min_size, max_size=max_size, unique=True))

    blank = draw(st.sampled_from((" ", "  ", "\u00a0")))
    title = [*subset(MARKS_BEFORE), *subset(WORDS, 1, 5), *subset(ARTEFACTS_BEHIND, 0, 1), *subset(MARKS_BEHIND)]
    doubled = blank.join(title) * draw(st.sampled_from((1, 1, 1, 2)))
    return blank.join([*subset((">", "> ", "\u00a0")), doubled, *subset(ARTEFACTS_BEHIND)])


listings = st.lists(listed_titles(), min_size=1, max_size=20)


@given(listings)
@examples(40)
def test_artefacts_taken_off_once_are_off(written: list[str | None]) -> None:
    once = each(written, bare_column)
    assert each(once, bare_column) == once


@given(listings)
@examples(40)
def test_a_title_cleaned_twice_is_a_title_cleaned(written: list[str | None]) -> None:
    once = each(written, clean_column)
    assert each(once, clean_column) == once


@given(st.lists(listed_titles() | st.text(max_size=30), min_size=1, max_size=20))
@examples(40)
def test_cleaning_any_text_leaves_text_without_blank_ends_or_null(written: list[str | None]) -> None:
    for cleaned in each(written, clean_column):
        assert cleaned is None or (cleaned and cleaned == cleaned.strip(WHITESPACE))


@pytest.mark.parametrize(
    ("written", "suffix", "kind"),
    [
        ("Audit of Grants", None, "report"),
        ("Audit of Grants", "D", "report"),
        ("Audit of Grants", "IQO", "report"),
        ("Audit of Grants", "VR", "verification_review"),
        ("Audit of Grants", "SR", "special_report"),
        ("Audit of Grants", "MA", "management_alert"),
        ("Audit of Grants", "UNSUM", "unclassified_summary"),
        ("Verification Review of Grants", None, "verification_review"),
        ("Management Alert on Grants", None, "management_alert"),
        ("Investigation of Alleged Violations at Tecate", None, "investigation"),
        ("Report of Investigation into Allegations of Waste", None, "investigation"),
        ("Whistleblower Reprisal Investigation", None, "investigation"),
        ("Whistleblower Retaliation Report of Investigation", None, "investigation"),
        ("Verification Review of Grants", "SR", "verification_review"),
        ("Special Report: Verification Review of Grants", "MA", "special_report"),
        ("Capping Report: Grants", "D", "capping_report"),
        ("Audit of Grants (Unclassified Summary)", "SR", "unclassified_summary"),
    ],
)
def test_the_kind_is_told_by_the_mark_then_the_words_then_the_suffix(
    written: str, suffix: str | None, kind: str
) -> None:
    assert value(TITLES.kind(bare(written), text(suffix))) == kind
    assert kind in titles.KINDS


def test_the_words_that_tell_the_kind_stay_in_the_title() -> None:
    assert clean("Verification Review of Grants") == "Verification Review of Grants"
    assert clean("Management Alert on Grants") == "Management Alert on Grants"


def test_a_missing_title_has_no_marks() -> None:
    assert value(TITLES.has_mark(text(None), "is_redacted")) is False
    assert value(TITLES.classification(text(None))) is None
    assert value(TITLES.kind(text(None), text(None))) == "report"


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("Travelers' PII", "Travelers\u2019 PII"),
        ("Travelers' PII", "TRAVELERS' pii"),
        ("San Jos\u00e9 Grants", "San Jose Grants"),
        ("San Jose\u0301 Grants", "San Jos\u00e9 Grants"),
        ("Incident \u2013 San Bernardino", "Incident - San Bernardino"),
        ("Grants, Contracts, and Loans", "Grants Contracts and Loans"),
        ("DHS-wide  Management.", "DHS wide Management"),
        ("\u201cLimit Line\u201d", '"Limit Line"'),
        ("CBP's", "CBPs"),
    ],
)
def test_spellings_of_one_title_share_a_key(title: str, other: str) -> None:
    assert value(titles.key(text(title))) == value(titles.key(text(other)))


@pytest.mark.parametrize(
    ("title", "other"),
    [("FY 2009 Grants", "FY 2010 Grants"), ("Grants to Texas", "Grants of Texas"), ("Phase 1", "Phase 11")],
)
def test_different_titles_have_different_keys(title: str, other: str) -> None:
    assert value(titles.key(text(title))) != value(titles.key(text(other)))


@given(st.text(alphabet="abXYZ 019\u00e9\u00fc\u00d1-,.:'\u2019\u2018\u2013()"))
def test_a_key_keeps_letters_and_digits_alone(written: str) -> None:
    def plain(words: str) -> str:
        letters = "".join(c for c in unicodedata.normalize("NFKD", words) if not unicodedata.combining(c))
        joined = letters.translate(str.maketrans("", "", "'\u2019\u2018")).lower()
        return " ".join("".join(c if c.isalnum() else " " for c in joined).split())

    assert value(titles.key(text(written))) == plain(written)


@pytest.mark.parametrize(
    "title",
    [
        "Handling of Sensitive Security Information (SSI) at TSA",
        "Use of Sensitive Security Information (SSI)",
        "ICE's Law Enforcement Sensitive (LES) Data",
    ],
)
def test_an_acronym_behind_the_words_it_stands_for_is_no_mark(title: str) -> None:
    result = pl.select(TITLES.without_marks(pl.lit(title)), TITLES.classification(pl.lit(title)).alias("mark"))
    assert result.row(0) == (title, None)


_WORDS = ("revised report", "Redacted", "SSI", "LES", "law enforcement sensitive", "management alert", "U", "a", " ")


_SIGN = st.sampled_from(["", "- ", "-", ":", "(", ")", "\u2013", "\u2014"])


@given(st.lists(st.builds("{}{}{}".format, _SIGN, st.sampled_from(_WORDS), _SIGN), max_size=4).map("".join))
@examples(600)
def test_no_title_without_a_sign_bears_a_mark(written: str) -> None:
    patterns = (*map(TITLES.pattern, TITLES.marks), TITLES.leads, TITLES.brackets)
    bears = any(value(text(written).str.contains(pattern)) for pattern in patterns)
    assert not bears or value(text(written).str.contains(titles.SIGNS))
