"""Pages of oversight.gov as rows of a capture, and their problems as findings."""

from __future__ import annotations

import pytest

from oig_pipeline.capture.rows import NUMBER_FAULT, Rows, Unreadable
from oig_pipeline.contract.names import LINE_COLUMNS
from oig_pipeline.contract.rules import BY_CODE
from oig_pipeline.sources.oversight_gov.page_reader import read_page
from oig_pipeline.sources.oversight_gov.page_rows import RULES, rows_of
from oig_pipeline.sources.oversight_gov.pages import ProblemCode

OFFICE = "Department of Homeland Security OIG"
REPORT = f"""# CBP Needs to Strengthen Its Oversight of Medical Attention
Date Issued
Tuesday, July 20, 2021
Submitting OIG
{OFFICE}
Agencies Reviewed/Investigated
Department of Homeland Security
Components
U.S. Customs and Border Protection (CBP)
Report Number
OIG-21-49
Report Description
We made four recommendations.
Report Type
Audit
Number of Recommendations
4
Questioned Costs
$1,284,600.50
Funds for Better Use
$0
Location
Agency-Wide
"""
LIST = """Report Date | Agency Reviewed / Investigated | Report Title | Type | Location | |
---|---|---|---|---|---|
07/20/2021 | Department of Homeland Security | Medical Attention at the Border | Audit | Agency-Wide | View Report | |
07/19/2021 | Small Business Administration | Charge Cards | Review | Agency-Wide | View Report | |
"""
RECOMMENDATION = f"""Text of Recommendation
We recommend that CBP train its officers.
Recommendation Number
1-1
Recommendation Status
Open
Submitting OIG
{OFFICE}
Recommendation Questioned Costs
$14,204
"""


def rows(text: str) -> Rows:
    return rows_of(read_page(text))


def test_each_value_of_a_report_page_stands_in_its_column_with_its_line() -> None:
    page = rows(REPORT)
    (row,) = page.frame.to_dicts()
    lines = REPORT.split("\n")
    expected = {
        "listed_title": "CBP Needs to Strengthen Its Oversight of Medical Attention",
        "listed_issue_date": "Tuesday, July 20, 2021",
        "listed_office": OFFICE,
        "listed_components": "U.S. Customs and Border Protection (CBP)",
        "listed_agency": "U.S. Customs and Border Protection (CBP)",
        "listed_number": "OIG-21-49",
        "listed_summary": "We made four recommendations.",
        "listed_report_type": "Audit",
        "listed_recommendations": "4",
        "listed_questioned_costs": "$1,284,600.50",
        "listed_funds_for_better_use": "$0",
    }
    assert {name: row[name] for name in expected} == expected
    assert row["listed_fiscal_year"] is None
    assert row["line"] == 1
    for name, value in expected.items():
        line = row[LINE_COLUMNS[name]] or row["line"]
        assert value in lines[line - 1]
    assert (page.findings, page.last_is_cut, page.is_no_listing) == ((), False, False)
    assert page.note == "read and not published: agencies, locations"


def test_the_department_alone_says_nothing_of_the_component() -> None:
    page = rows(REPORT.replace("Components\nU.S. Customs and Border Protection (CBP)\n", ""))
    assert page.frame["listed_agency"].to_list() == [None]


@pytest.mark.parametrize(
    ("column", "value", "line"),
    [
        ("listed_questioned_costs", "$1.30 million", 19),
        ("listed_funds_for_better_use", "$-5", 21),
        ("listed_recommendations", "four", 17),
        ("listed_issue_date", "Tuesday", 3),
    ],
)
def test_a_value_that_cannot_be_read_keeps_its_words_for_the_rules_on_rows(column: str, value: str, line: int) -> None:
    lines = REPORT.split("\n")
    lines[line - 1] = value
    page = rows("\n".join(lines))
    assert page.frame.select(column, LINE_COLUMNS[column]).row(0) == (value, line)
    assert page.findings == ()


def test_of_two_numbers_neither_is_taken_and_both_are_named() -> None:
    page = rows(REPORT.replace("OIG-21-49\n", "OIG-21-49\nOIG-21-50\n"))
    (row,) = page.frame.to_dicts()
    assert (row["listed_number"], row["listed_number_line"]) == ("OIG-21-49 and OIG-21-50", 12)
    assert "two report numbers" in row[NUMBER_FAULT]
    assert page.findings == ()


def test_a_page_without_a_number_is_a_row_without_one() -> None:
    page = rows(REPORT.replace("Report Number\nOIG-21-49\n", ""))
    assert page.frame.select("listed_number", NUMBER_FAULT).row(0) == (None, None)
    assert page.findings == ()


def test_a_list_gives_a_row_for_each_report() -> None:
    page = rows(LIST)
    columns = ("line", "listed_title", "listed_agency", "listed_issue_date", "listed_report_type", "listed_office")
    assert page.frame.select(columns).rows() == [
        (3, "Medical Attention at the Border", "Department of Homeland Security", "07/20/2021", "Audit", None),
        (4, "Charge Cards", "Small Business Administration", "07/19/2021", "Review", None),
    ]
    assert page.note == "read and not published: locations"


def test_a_changed_list_is_an_error_of_its_capture() -> None:
    (finding, *_) = rows(LIST.replace("| Type |", "| Kind |")).findings
    assert (finding.rule, finding.line, BY_CODE[finding.rule].severity) == ("columns_changed", 1, "error")


def test_a_page_that_is_cut_says_so_and_leaves_its_row_in_doubt() -> None:
    page = rows(REPORT.split("Funds for")[0] + "Funds for Bet")
    assert [(finding.rule, finding.line) for finding in page.findings] == [("capture_cut", 20)]
    assert page.last_is_cut


def test_the_page_of_a_recommendation_shows_no_report_and_says_what_was_read() -> None:
    page = rows(RECOMMENDATION)
    assert page.is_no_listing
    assert page.frame.is_empty()
    assert page.note == (f"the page of recommendation 1-1, open, questioned costs $14,204, {OFFICE}, text in line 2")


def test_a_page_that_is_none_of_the_site_cannot_be_read() -> None:
    with pytest.raises(Unreadable, match="no page of oversight"):
        rows("Remember to save the March listing.\n")


def test_every_problem_breaks_a_rule() -> None:
    assert {*ProblemCode} - RULES.keys() == {ProblemCode.NUMBER_MISSING, ProblemCode.NUMBERS_DIFFER}
    assert {*RULES.values()} <= BY_CODE.keys()
