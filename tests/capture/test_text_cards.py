"""Text cards: one bulleted card a report, read as the page says it, each with its line."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.capture.rows import Finding
from oig_pipeline.sources.oig_dhs_gov import text_cards
from tests.value_lines import UNLISTED, checked_rows

HEAD = "Skip to main content\nU.S. flag\n\nAn official website of the United States government\n\nBorder Security\n\n"
CARD = """  \u2022 CBP Needs Oversight

    Executive Summary

    We made four recommendations.

    Report Number
    OIG-21-49
    Issue Date
    Document File
    DHS Agency
    Fiscal Year
    2021
"""
ROW = {
    "line": 8,
    "listed_number": "OIG-21-49",
    "listed_title": "CBP Needs Oversight",
    "listed_summary": "We made four recommendations.",
    "listed_fiscal_year": "2021",
    "topic": "Border Security",
}


def rows(text: str) -> list[dict[str, object]]:
    """Return the rows of a page, each with the values that it has."""
    return [{k: v for k, v in row.items() if v is not None} for row in checked_rows(text, text_cards.read(text).frame)]


def unread(text: str) -> list[tuple[int | None, str | None]]:
    """Return the lines of a page that were not read, with their numbers."""
    findings: tuple[Finding, ...] = text_cards.read(text).findings
    assert {f.rule for f in findings} <= {"text_unread"}
    return [(f.line, f.value) for f in findings]


def test_a_card_is_a_row_with_the_values_the_page_kept() -> None:
    assert rows(HEAD + CARD) == [ROW]
    assert unread(HEAD + CARD) == []


def test_cards_are_rows_in_page_order() -> None:
    second = CARD.replace("OIG-21-49", "OIG-21-48")
    assert rows(HEAD + CARD + second) == [ROW, ROW | {"line": 21, "listed_number": "OIG-21-48"}]


def test_every_value_under_its_label_is_read() -> None:
    card = (
        "  \u2022 T\n    Report Number\n    OIG-21-49\n    Issue Date\n    07/20/2021\n    Document File\n    a b.pdf\n"
        "    DHS Agency\n    CBP\n    Oversight Area\n    Law Enforcement\n    Keywords\n    detention\n"
        "    Fiscal Year\n    2021\n"
    )
    assert rows(HEAD + card) == [
        {
            "line": 8,
            "listed_number": "OIG-21-49",
            "listed_title": "T",
            "listed_issue_date": "07/20/2021",
            "listed_document_url": "a b.pdf",
            "listed_agency": "CBP",
            "listed_fiscal_year": "2021",
            "topic": "Law Enforcement",
        }
    ]


def test_several_agencies_under_one_label_are_one_value() -> None:
    card = CARD.replace("DHS Agency\n", "DHS Agency\n    CBP\n    ICE\n    FEMA\n")
    assert rows(HEAD + card) == [ROW | {"listed_agency": "CBP, ICE, FEMA"}]
    assert unread(HEAD + card) == []


@pytest.mark.parametrize(
    ("lost", "column"),
    [
        ("    Report Number\n    OIG-21-49\n", "listed_number"),
        ("    OIG-21-49\n", "listed_number"),
        ("    Fiscal Year\n    2021\n", "listed_fiscal_year"),
        ("    2021\n", "listed_fiscal_year"),
        ("    We made four recommendations.\n", "listed_summary"),
        ("\n    Executive Summary\n\n    We made four recommendations.\n", "listed_summary"),
        (" CBP Needs Oversight", "listed_title"),
        ("    Issue Date\n    Document File\n    DHS Agency\n", None),
        ("    Document File\n", None),
    ],
)
def test_a_label_or_value_that_is_missing_costs_that_value_alone(lost: str, column: str | None) -> None:
    card = CARD.replace(lost, " " if column == "listed_title" else "")
    assert rows(HEAD + card) == [{k: v for k, v in ROW.items() if k != column}]
    assert unread(HEAD + card) == []


@pytest.mark.parametrize(
    "release",
    [
        "  \u2022 DHS OIG Announces a Conference\n",
        "  \u2022 DHS OIG Announces a Conference\n\n    For Immediate Release\n\n    The conference is in May.\n\n",
    ],
)
def test_press_releases_among_the_cards_are_no_rows(release: str) -> None:
    text = HEAD + release + CARD + release + CARD + release
    ahead = release.count("\n")
    assert rows(text) == [ROW | {"line": 8 + ahead}, ROW | {"line": 21 + 2 * ahead}]
    assert unread(text) == []


@pytest.mark.parametrize(
    ("body", "summary"),
    [
        ("    One.\n\n    Two.\n", "One.\n\nTwo."),
        ("    One,\n    still one.\n\n    Two.\n", "One,\nstill one.\n\nTwo."),
        ("    One.\n\n    \u00a0\n\n    Two.\n", "One.\n\nTwo."),
        ("    One.\n\n\n\n\n    Two.\n\n    \u00a0\n", "One.\n\nTwo."),
        ("    One.\u00a0 Two.  \n", "One.\u00a0 Two."),
        (
            "    In DHS Agency terms, the Report Number is\n    said twice.\n",
            "In DHS Agency terms, the Report Number is\nsaid twice.",
        ),
        ("    \u00a0\n", None),
        ("", None),
    ],
)
def test_a_summary_keeps_its_paragraphs(body: str, summary: str | None) -> None:
    card = CARD.replace("    We made four recommendations.\n", body)
    assert [row.get("listed_summary") for row in rows(HEAD + card)] == [summary]
    assert unread(HEAD + card) == []


def test_a_list_within_a_summary_never_makes_a_title() -> None:
    card = CARD.replace("four recommendations.\n", "four:\n\n      \u2022 one;\n      \u2022 another.\n")
    cards = rows(HEAD + card + CARD)
    assert [row["listed_title"] for row in cards if "listed_title" in row] == ["CBP Needs Oversight"] * 2
    assert "one;" in str(cards[0]["listed_summary"])
    assert cards[-1] == ROW | {"line": 24}


def test_a_list_that_ends_a_summary_without_labels_stays_in_it() -> None:
    card = "  \u2022 T\n\n    Executive Summary\n\n    We saw:\n\n      \u2022 one;\n      \u2022 another.\n"
    (row,) = rows(HEAD + card)
    assert str(row["listed_summary"]).replace(" ", "") == "Wesaw:\n\n\u2022one;\n\u2022another."


@pytest.mark.parametrize("mention", ["See OIG-21-49.", "Read the Executive Summary."])
def test_a_bullet_that_mentions_a_report_without_labels_is_reported(mention: str) -> None:
    text = HEAD + CARD + f"  \u2022 DHS OIG Announces\n\n    {mention}\n"
    assert rows(text) == [ROW]
    ((line, words),) = unread(text)
    assert line == 21
    assert mention in str(words)


def test_stray_lines_are_reported_with_their_place() -> None:
    card = CARD.replace("    OIG-21-49\n", "    OIG-21-49\n    OIG-21-50\n") + "\n  What is this\n"
    text = HEAD + "Menu\n" + CARD + card
    assert rows(text) == [ROW | {"line": 9}, ROW | {"line": 22}]
    assert unread(text) == [(8, "Menu"), (30, "OIG-21-50"), (37, "What is this")]
    for line, words in unread(text):
        assert line is not None
        assert text.split("\n")[line - 1].strip() == words


def test_a_page_of_furniture_without_heading_has_no_topic() -> None:
    expected = {k: v for k, v in ROW.items() if k != "topic"}
    assert rows(HEAD.replace("Border Security\n", "\n") + CARD) == [expected]
    assert rows(CARD) == [expected | {"line": 1}]


def test_the_oversight_area_of_a_card_is_its_topic() -> None:
    with_value = CARD.replace("    Fiscal Year\n", "    Oversight Area\n    Law Enforcement\n    Fiscal Year\n")
    without = CARD.replace("    Fiscal Year\n", "    Oversight Area\n    Fiscal Year\n")
    assert [row["topic"] for row in rows(HEAD + with_value + without)] == ["Law Enforcement", "Border Security"]


@pytest.mark.parametrize("ending", ["", "\n", "\n\n\n", "\n    \u00a0\n"])
def test_the_end_of_the_page_may_or_may_not_end_its_line(ending: str) -> None:
    assert rows(HEAD + CARD.rstrip("\n") + ending) == [ROW]


def test_a_title_on_two_lines_is_one_title() -> None:
    card = CARD.replace("CBP Needs Oversight\n", "CBP Needs\n    Oversight\n")
    (row,) = rows(HEAD + card)
    assert str(row["listed_title"]).split() == ["CBP", "Needs", "Oversight"]


@dataclass(frozen=True)
class Card:
    """What one card of a page says; None for a label that the page does not have."""

    title: str
    summary: tuple[str, ...] | None
    number: str
    issue_date: str | None
    document: str | None
    agencies: tuple[str, ...]
    area: str | None
    fiscal_year: str | None
    ends: str

    def text(self) -> str:
        """Return the card as the page shows it."""
        lines = [f"  \u2022 {self.title}", ""]
        if self.summary is not None:
            lines += ["    Executive Summary", ""]
            lines += [line for paragraph in self.summary for line in (f"    {paragraph}", "")]
        labelled = {
            "Report Number": (self.number,),
            "Issue Date": None if self.issue_date is None else (self.issue_date,),
            "Document File": None if self.document is None else (self.document,),
            "DHS Agency": self.agencies,
            "Oversight Area": None if self.area is None else (self.area,),
            "Fiscal Year": None if self.fiscal_year is None else (self.fiscal_year,),
        }
        for label, values in labelled.items():
            if values is not None:
                lines += [f"    {label}", *(f"    {v}" for v in values if v)]
        return "\n".join(lines) + self.ends

    def row(self, line: int, topic: str) -> dict[str, object]:
        """Return the row that the card at `line` is."""
        return {
            "line": line,
            "listed_number": self.number or None,
            "listed_title": self.title,
            "listed_summary": "\n\n".join(self.summary or ()) or None,
            "listed_issue_date": self.issue_date or None,
            "listed_document_url": self.document or None,
            "listed_agency": ", ".join(self.agencies) or None,
            "listed_fiscal_year": self.fiscal_year or None,
            "topic": self.area or topic,
            "listed_office": None,
            **dict.fromkeys(UNLISTED),
            "listed_datetime": None,
        }


words = (
    st.text(alphabet="abcXYZ 019.,-\u2019\u00e9\u2022:()", min_size=1, max_size=20)
    .map(lambda s: s.strip(" \u2022"))
    .filter(bool)
)
value = st.just("") | words  # a label that lost its value, or has it
label_and_value = st.none() | value
cards = st.builds(
    Card,
    title=words,
    summary=st.none() | st.lists(words, max_size=3).map(tuple),
    number=value,
    issue_date=label_and_value,
    document=label_and_value,
    agencies=st.lists(words, max_size=3).map(tuple),
    area=label_and_value,
    fiscal_year=label_and_value,
    ends=st.sampled_from(("\n", "\n\n")),
)
releases = words.map(lambda title: f"  \u2022 {title}\n")


@given(st.lists(st.one_of(cards, releases), min_size=1, max_size=6), words)
def test_cards_written_as_a_page_read_back_as_they_were(page: list[Card | str], topic: str) -> None:
    text, expected = f"U.S. flag\n\n{topic}\n\n", []
    for card in page:
        if isinstance(card, Card):
            expected.append(card.row(text.count("\n") + 1, topic))
        text += card.text() if isinstance(card, Card) else card
    read = text_cards.read(text)
    assert checked_rows(text, read.frame) == expected
    assert read.findings == ()


PIECES = (
    *("\n", "\n\n", "  \u2022 ", "    ", "\u00a0", "Executive Summary", "Report Number", "Fiscal Year", "DHS Agency"),
    *("OIG-21-49", "2021", "CBP", "Border Security", "U.S. flag", "Keywords", "\u2022", "\r", "\t"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join) | st.text())
def test_any_text_gives_rows_and_findings_that_lie_in_it(text: str) -> None:
    read = text_cards.read(text)
    lines = text.split("\n")
    for line in read.frame["line"]:
        assert lines[line - 1].strip("\t \u00a0").startswith("\u2022")
    for finding in read.findings:
        assert finding.line is not None
        assert finding.value is not None
        assert finding.value.split("\n")[0].strip() in lines[finding.line - 1]
    assert read.frame.height <= text.count("\u2022")
