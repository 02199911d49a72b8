"""Words for nothing and formulas, in every column of every layout."""

from __future__ import annotations

import polars as pl
import pytest

from oig_pipeline.contract.names import LISTED_COLUMNS
from oig_pipeline.domain.placeholders import PLACEHOLDERS, stated, without_formula
from oig_pipeline.run.by_office import normalize_rows as normalize
from tests.rows import judgement_of, sightings

PROMISED = (
    *("N/A", "None", "NULL", "nan", "NaN", "<NA>", "NaT", "-", "--", "\u2014", "TBD", "Not available"),
    *("#REF!", "#N/A", "#VALUE!", "#NAME?", "PDF"),
)
STATED = {
    "report_number": "stated_number", "title": "title", "summary": "stated_summary", "issue_date": "stated_issue_date",
    "document_url": "stated_document_url", "agency": "stated_agency", "fiscal_year": "stated_fiscal_year",
    "oversight_area": "stated_topic", "report_type": "report_type", "components": "stated_components",
    "recommendations": "stated_recommendations", "questioned_costs": "stated_questioned_costs",
    "funds_for_better_use": "stated_funds_for_better_use",
}  # fmt: skip
MISSING = {
    "report_number": "number_missing", "title": "title_empty", "summary": "summary_missing",
    "issue_date": "date_missing", "document_url": "document_missing", "fiscal_year": "fiscal_year_missing",
}  # fmt: skip


def value(text: str) -> object:
    content: str | None = pl.select(stated(pl.lit(text))).item()
    return content


@pytest.mark.parametrize("word", [*PROMISED, *PLACEHOLDERS])
def test_a_placeholder_is_no_value_in_any_case_and_with_blanks_around_it(word: str) -> None:
    for text in (word, word.upper(), word.lower(), f" {word}\u00a0", f"\n{word}\t"):
        assert value(text) is None, text


@pytest.mark.parametrize(
    "text",
    [
        *("(N/A)", "[none]", '"N/A"', "N/A.", "none.", "n / a", "N\u2044A", "N/A\u200e", "N/A, N/A", "nan nan"),
        *(
            "?",
            "???",
            "...",
            "\u2026",
            "/",
            "()",
            "[]",
            '""',
            "#####",
            "\u2e3a",
            "*",
            "#FIELD!",
            "#BUSY!",
            "#REF",
            "Err:502",
        ),
        *("No summary available.", "Title not available", "TBD?", "Pending", "(missing)", "None listed", "Loading..."),
    ],
)
def test_a_placeholder_may_be_in_brackets_have_a_point_or_be_signs_alone(text: str) -> None:
    assert value(text) is None


@pytest.mark.parametrize(
    "text",
    [
        *("None of the Above", "N/A-1", "A", "Nancy", "A - B", "TBD Contract", "PDF Handling", "Others", "0", "#1"),
        *("Unknown Soldiers", "Pending Cases at USCIS", "Missing Firearms", "No", "Not Issued", "C++", "\u5831\u544a"),
        *("Data Not Available to FEMA", "#1 Priority!", "Download Speeds", "$0", "100%", "nan-2", "Empty Promises"),
    ],
)
def test_a_text_that_holds_more_is_a_value(text: str) -> None:
    assert value(text) == text


@pytest.mark.parametrize("word", PROMISED)
def test_a_placeholder_is_none_in_every_column(word: str) -> None:
    assert set(STATED) == set(LISTED_COLUMNS) - {"office"}  # of which other columns of the row may tell
    for name, column in STATED.items():
        row = normalize(sightings({"document_url": None, name: word})).row(0, named=True)
        assert row[column] is None, name
        assert row[LISTED_COLUMNS[name]] == word, "what is listed stays"


@pytest.mark.parametrize(("name", "rule"), MISSING.items())
def test_the_rule_of_a_missing_value_stands(name: str, rule: str) -> None:
    codes = {*judgement_of({name: "N/A"}).sightings["rules"].item()}
    assert rule in codes
    assert codes <= {rule, "agency_inferred"}


@pytest.mark.parametrize("title", [">N/A (", "nan (Redacted)", "Special Report: TBD", "&mdash;", "(PDF)"])
def test_a_title_of_a_placeholder_and_marks_is_empty(title: str) -> None:
    assert "title_empty" in judgement_of({"title": title}).sightings["rules"].item()


def test_a_placeholder_among_agencies_and_topics_is_none_of_them() -> None:
    frame = normalize(
        sightings({"agency": "CBP; N/A", "oversight_area": "N/A; Border Security\nTBD"}, {"agency": "N/A"})
    )
    assert frame["agencies"].to_list()[0] == ["CBP"]
    assert frame["stated_topic"].to_list()[0] == "Border Security"
    assert frame["agency_broken"].to_list() == [False, False]


def test_cells_of_several_lines_are_lists() -> None:
    frame = normalize(sightings({"agency": "CBP\nICE", "oversight_area": "Border Security\nImmigration"}))
    assert frame["agencies"].to_list() == [["CBP", "ICE"]]
    assert frame["stated_topic"].to_list() == ["Border Security; Immigration"]


@pytest.mark.parametrize(
    ("cell", "text", "link"),
    [
        ('=HYPERLINK("https://a.gov/b.pdf","Title")', "Title", "https://a.gov/b.pdf"),
        ('=hyperlink( "https://a.gov/b.pdf" ; "A ""big"" title" )', 'A "big" title', "https://a.gov/b.pdf"),
        ('=HYPERLINK("https://a.gov/b.pdf")', None, "https://a.gov/b.pdf"),
        ('=HYPERLINK("","")', "", ""),
        ('=HYPERLINK(A2,"Title")', "Title", None),
        ("=SUM(A1:A3)", None, None),
        ("=Sheet1!B2", None, None),
        ("='Sheet 1'!B2", None, None),
        ("=B2", None, None),
        ('="OIG-21-49"', "OIG-21-49", "OIG-21-49"),
        ('="A ""big"" title"', 'A "big" title', 'A "big" title'),
        ('=""', "", ""),
        ('="a"&"b"', None, None),
        ("=#REF!", None, None),
        ("=1+1", None, None),
        ("{=SUM(A1:A3)}", None, None),
        ("=[Book1.xlsx]Sheet1!A1", None, None),
        ("=Table1[@Title]", None, None),
        ('HYPERLINK("https://a.gov/b.pdf","Title")', "Title", "https://a.gov/b.pdf"),
        ('+HYPERLINK("https://a.gov/b.pdf","Title")', "Title", "https://a.gov/b.pdf"),
        ('=_xlfn.HYPERLINK("https://a.gov/b.pdf","Title")', "Title", "https://a.gov/b.pdf"),
        ('=HYPERLINK("https://a.gov/"&"b.pdf","Title")', None, None),
        ("[A Title](https://a.gov/b.pdf)", "A Title", "https://a.gov/b.pdf"),
        (' [PDF](</a/b.pdf> "Open") ', "PDF", "/a/b.pdf"),
        ("[Redacted](see note)", "[Redacted](see note)", "[Redacted](see note)"),
        ("= what it is", "= what it is", "= what it is"),
        ("a=b", "a=b", "a=b"),
    ],
)
def test_a_formula_is_its_text_or_its_address(cell: str, text: str | None, link: str | None) -> None:
    frame = pl.DataFrame({"cell": [cell]})
    result = frame.select(text=without_formula(pl.col("cell")), link=without_formula(pl.col("cell"), is_link=True))
    assert result.row(0) == (text, link)
