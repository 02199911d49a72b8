"""Rules whose violation quarantines a sighting.

Belongs here: error rules on sightings. Does not: warnings, or faults of whole captures.
"""

from __future__ import annotations

import polars as pl

from oig_pipeline.contract.example_office import row
from oig_pipeline.contract.rule import Rule

EDGE_DAYS = 45
"""How far an issue date may lie outside its fiscal year: numbers are given before reports are issued."""
LATEST_FISCAL_YEAR = 2027
"""The horizon for captures whose retrieval time is unknown: the year running when this contract was written. It is
not the clock's, for the same inputs must give the same release on any day."""

_PAGE = """Report Description
We made four recommendations.
Submitting OIG
Department of Examples OIG
Report Number
EX-21-49
{}Title Full
RBA Needs to Strengthen Its Oversight of Medical Attention
Number of Recommendations
4
"""

c = pl.col

ERROR_RULES = (
    Rule(
        code="office_missing",
        severity="error",
        scope="sighting",
        column="listed_office",
        why="Offices share report numbers, so a number without its office may be another's report.",
        remedy='Fill in the column office, or say "office" in the metadata of the capture.',
        message="nothing names the office that issued the report",
        holds=c("office").is_not_null(),
        passes=(row(office="Department of Examples OIG"),),
        fails=(row(office="", document_url=""),),
    ),
    Rule(
        code="number_missing",
        severity="error",
        scope="sighting",
        column="listed_number",
        why="A report without a number has no identity: nothing tells it from another of the same title.",
        remedy="Look the number up in the document and set it by a correction, or acknowledge that the row has none.",
        message="the row has no report number",
        holds=c("stated_number").is_not_null() | c("number_ambiguity").is_not_null(),
        passes=(row(),),
        fails=(row(report_number=""),),
    ),
    Rule(
        code="number_ambiguous",
        severity="error",
        scope="sighting",
        column="listed_number",
        why="A page that gives two report numbers may be the page of either report.",
        remedy="Compare with the document and set the number by a correction.",
        message="{number_ambiguity}",
        holds=c("number_ambiguity").is_null(),
        passes={"page.txt": _PAGE.format("")},
        fails={"page.txt": _PAGE.format("EX-21-50\n")},
    ),
    Rule(
        code="number_malformed",
        severity="error",
        scope="sighting",
        column="listed_number",
        why="A number outside the grammar names no report; repaired by guess, it could name another.",
        remedy="Compare with the document, then set the number by a correction; a new series belongs in the grammar.",
        message="'{stated_number}' is not a report number",
        holds=c("stated_number").is_null() | c("report_number").is_not_null(),
        passes=(row(report_number="EX-21-49-VR"),),
        fails=(row(report_number="EX-2021-49"),),
    ),
    Rule(
        code="fiscal_year_malformed",
        severity="error",
        scope="sighting",
        column="listed_fiscal_year",
        why="A year that is not four digits was mistyped or belongs to another column.",
        remedy="Set the year by a correction once the number or the document tells it.",
        message="'{stated_fiscal_year}' is not a fiscal year",
        holds=c("stated_fiscal_year").is_null() | c("year").is_not_null(),
        passes=(row(fiscal_year="2021"),),
        fails=(row(fiscal_year="20217"),),
    ),
    Rule(
        code="fiscal_year_mismatch",
        severity="error",
        scope="sighting",
        column="listed_fiscal_year",
        why="The number carries its fiscal year; when both differ, one is wrong, and numbers are reused between years.",
        remedy="Compare with the document: correct the year or the number, or acknowledge that nothing decides.",
        message="the listing shows fiscal year {year}; {report_number} can mean {years_of_number}",
        holds=c("report_number").is_null() | c("number_is_printed") | c("year_broken") | c("fiscal_year").is_not_null(),
        passes=(
            row(report_number="ER-07-04", fiscal_year="2004", issue_date=""),
            row(office="usda", fiscal_year="", issue_date=""),
        ),
        fails=(row(fiscal_year="2020", issue_date=""),),
    ),
    Rule(
        code="fiscal_year_future",
        severity="error",
        scope="sighting",
        column="listed_fiscal_year",
        why="A report cannot belong to a fiscal year that had not begun when its listing was captured.",
        remedy="Correct the year or the number; if the capture is newer than this software, record its retrieved_at.",
        message="fiscal year {fiscal_year} lies after {horizon}, the year in which the listing was captured",
        holds=c("fiscal_year") <= c("horizon"),
        passes=(row(report_number="EX-27-01", fiscal_year="2027", issue_date=""),),
        fails=(row(report_number="EX-61-01", fiscal_year="2061", issue_date=""),),
    ),
    Rule(
        code="agency_unknown",
        severity="error",
        scope="sighting",
        column="listed_agency",
        why="An agency outside the closed list is a misread cell or a new name; counts by agency would miss it.",
        remedy="Correct the cell, or add the agency or the alias to the list.",
        message="'{stated_agency}' names an agency that is not in the list",
        holds=~c("agency_broken"),
        passes=(row(agency="Others"),),
        fails=(row(agency="Ministry of Works"),),
    ),
    Rule(
        code="title_empty",
        severity="error",
        scope="sighting",
        column="listed_title",
        why="A row without a title was read wrongly or never filled in.",
        remedy="Look at the capture's line; set the title by a correction once the document tells it.",
        message="the row has no title",
        holds=c("title").is_not_null(),
        passes=(row(title="A"),),
        fails=(row(title="\u00a0"),),
    ),
    Rule(
        code="date_unreadable",
        severity="error",
        scope="sighting",
        column="listed_issue_date",
        why="A date that is no day of the calendar, or could be two, tells nothing, and guessing at it invents one.",
        remedy="Set the date (YYYY-MM-DD) by a correction once the document tells it.",
        message="'{stated_issue_date}' {date_fault}",
        holds=c("date_fault").is_null(),
        passes=(row(issue_date="2021-07-20"),),
        fails=(row(issue_date="02/30/2021"),),
    ),
    Rule(
        code="date_outside",
        severity="error",
        scope="sighting",
        column="listed_issue_date",
        why=f"A date more than {EDGE_DAYS} days outside the fiscal year contradicts the number or is mistyped.",
        remedy="Compare with the document and correct the date or the year.",
        message="{issue_date} lies {days_outside} days outside fiscal year {fiscal_year}",
        holds=c("days_outside") <= EDGE_DAYS,
        passes=(row(issue_date="2021-11-14"),),
        fails=(row(issue_date="2021-11-15"),),
    ),
    Rule(
        code="dates_apart",
        severity="error",
        scope="group",
        column="listed_issue_date",
        why="Two days of issue more than a year apart under a number that carries no year: an office used it twice.",
        remedy="Compare with the documents; correct the date or the number of the wrong row.",
        message="{report_number} is dated {issue_date}, and elsewhere {rival_date}",
        holds=c("rival_date").is_null(),
        passes=(row(office="usda"), row(office="usda", issue_date="2022-03-01", fiscal_year="")),
        fails=(row(office="usda"), row(office="usda", issue_date="2023-03-01", fiscal_year="")),
    ),
    Rule(
        code="conflict",
        severity="error",
        scope="group",
        column="listed_title",
        why="Two unrelated titles under one number and year: one row is misnumbered, and nothing here tells which.",
        remedy="Compare with the documents and correct the number of the wrong row.",
        message="{report_number} of {fiscal_year} also has the unrelated title '{rival_title}'",
        holds=c("rival_title").is_null(),
        passes=(row(), row(title="RBA Needs to Strengthen Its Oversight of Medical Attention (Revised)")),
        fails=(row(), row(title="Debris Removal in Louisiana", document_url="")),
    ),
)
