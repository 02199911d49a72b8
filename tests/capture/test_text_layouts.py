"""The text layouts where they are hard: rows without years or numbers, numbers inside summaries, lost titles."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.capture.rows import Rows
from oig_pipeline.sources.oig_dhs_gov import text_dated, text_runon, text_table

HEADER = "Audits\n\nReport Number Title Issue Date Sort ascending Fiscal Year\n"
RUNON = "Report Number{number}Issue DateDocument FileDHS AgencyKeywordsFiscal Year{year}"


def values_of(rows: Rows, *names: str) -> list[tuple[object, ...]]:
    return rows.frame.select("line", *(f"listed_{n}" for n in names)).rows()


def test_the_last_all_digit_word_of_a_line_is_the_year() -> None:
    rows = text_table.read(HEADER + "OIG-20-77 Evaluation for Fiscal Year 2019 2020\nOIG-18-16 Statements 20187\n")
    assert values_of(rows, "number", "title", "fiscal_year") == [
        (4, "OIG-20-77", "Evaluation for Fiscal Year 2019", "2020"),
        (5, "OIG-18-16", "Statements", "20187"),
    ]


def test_number_or_year_may_be_missing() -> None:
    rows = text_table.read(
        HEADER + "Investigation of a Port 2020\nOIG-18-51 Management of Cards\nOIG-18-50 Next 2018\n"
    )
    assert values_of(rows, "number", "title", "fiscal_year") == [
        (4, None, "Investigation of a Port", "2020"),
        (5, "OIG-18-51", "Management of Cards", None),
        (6, "OIG-18-50", "Next", "2018"),
    ]


def test_a_row_with_a_summary_is_closed_by_its_title_alone() -> None:
    text = (
        "OIG-16-80 We found this in 2015.\n\nOIG-15-34 was our earlier report of 2015\n\n \u00a0\n\n"
        ">ICE's Letter\n2016\n"
        "DD-09-11  \n\n>City of New Orleans\nOIG-22-80 Del Rio 2022\n"
    )
    rows = text_table.read(HEADER + text)
    assert values_of(rows, "number", "title", "fiscal_year") == [
        (4, "OIG-16-80", "ICE's Letter", "2016"),
        (12, "DD-09-11", "City of New Orleans", None),
        (15, "OIG-22-80", "Del Rio", "2022"),
    ]
    assert rows.frame["listed_summary"].to_list() == [
        "We found this in 2015.\n\nOIG-15-34 was our earlier report of 2015", None, None,
    ]  # fmt: skip
    assert rows.findings == ()


def test_the_last_row_of_a_page_needs_nothing_below_it() -> None:
    rows = text_table.read(HEADER + "OIG-22-80 Del Rio 2022\n\nNext page \u203a\n")
    assert values_of(rows, "number", "fiscal_year") == [(4, "OIG-22-80", "2022")]
    assert rows.findings == ()


def test_a_line_of_the_table_that_is_no_row_is_reported() -> None:
    rows = text_table.read(HEADER + "OIG-22-80 Del Rio 2022\nA new kind of line\nOIG-22-81 Laredo 2022\n")
    assert rows.frame.height == 2
    assert [(f.rule, f.line) for f in rows.findings] == [("text_unread", 5)]


WORDS = st.lists(st.sampled_from(["Audit", "of", "FEMA's", "Grants", "2009", "(REDACTED)"]), min_size=1, max_size=5)


@given(st.lists(st.tuples(st.integers(1, 99), WORDS, st.booleans()), min_size=1, max_size=8))
def test_rows_of_both_forms_read_back(given_rows: list[tuple[int, list[str], bool]]) -> None:
    text, expected = HEADER, []
    for sequence, words, with_summary in given_rows:
        number, title = f"OIG-21-{sequence:02d}", " ".join(words)
        summary = "We looked at it." if with_summary else None
        expected.append((text.count("\n") + 1, number, title, summary, "2021"))
        text += f"{number} {summary}\n\n>{title}\n2021\n" if with_summary else f"{number} {title} 2021\n"
    rows = text_table.read(text)
    assert values_of(rows, "number", "title", "summary", "fiscal_year") == expected
    assert rows.findings == ()


def test_a_title_belongs_to_the_label_line_below_it() -> None:
    text = "\n".join(
        [
            "CBP",
            "- " + RUNON.format(number="OIG-22-02", year="2022") + "DHS Had Authority",
            "Executive SummaryWe made two recommendations.",
            "More of it.",
            RUNON.format(number="OIG-21-31", year="2021"),
            "A Title on Its Own Line",
            RUNON.format(number="OIG-20-34", year=""),
        ]
    )
    rows = text_runon.read(text)
    assert values_of(rows, "number", "title", "summary", "fiscal_year") == [
        (2, "OIG-22-02", None, None, "2022"),
        (5, "OIG-21-31", "DHS Had Authority", "We made two recommendations.\n\nMore of it.", "2021"),
        (7, "OIG-20-34", "A Title on Its Own Line", None, None),
    ]
    assert rows.frame["topic"].unique().to_list() == ["CBP"]


def test_a_title_without_a_label_line_is_reported_and_never_lent() -> None:
    rows = text_runon.read("CBP\n" + RUNON.format(number="OIG-22-02", year="2022") + "A Title Cut Off")
    assert [(f.line, f.value) for f in rows.findings] == [(2, "A Title Cut Off")]
    assert rows.frame["listed_title"].to_list() == [None]


def test_a_dated_row_ends_in_its_note_and_now_and_then_in_its_number() -> None:
    text = (
        "Alerts\n\nDate Title\n03/06/17 Theo Lacy Facility (PDF, 10 pages - 1.00 MB)\n10/21/15 Officer Fatigue\n"
        "(PDF, 13 pages - 1.30 MB)\n04/20/15 Alarm Systems (Redacted) OIG 15-61 (PDF, 15 pages - 1.50 MB)\nstray\n"
    )
    rows = text_dated.read(text)
    assert values_of(rows, "number", "title", "issue_date") == [
        (4, None, "Theo Lacy Facility", "03/06/17"),
        (5, None, "Officer Fatigue", "10/21/15"),
        (7, "OIG 15-61", "Alarm Systems (Redacted) OIG 15-61", "04/20/15"),
    ]
    assert [(f.rule, f.line) for f in rows.findings] == [("text_unread", 8)]


@given(st.text())
def test_no_text_breaks_a_reader(text: str) -> None:
    text_table.read(HEADER + text)
    text_runon.read(text)
    text_dated.read("Date Title\n" + text)
