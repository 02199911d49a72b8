"""Rules whose violation publishes a sighting with a quality flag.

Belongs here: warning rules on sightings. Does not: errors, or findings about whole captures.
"""

from __future__ import annotations

import polars as pl

from oig_pipeline.contract.error_rules import EDGE_DAYS
from oig_pipeline.contract.example_office import CORRECTION, MISTYPED, listing, row
from oig_pipeline.contract.rule import Rule

LARGEST_USUAL_SEQUENCE = 999

_ARCHIVED = """{{
  "inspector": "examples", "agency": "examples", "report_id": "EX-21-49_2021", "title": "Medical Attention",
  "published_on": "2021-07-{day}", "url": "https://www.oig.example.gov/sites/default/files/assets/2021-07/EX-21-49.pdf"
}}
"""

_PAGE = """<html><body><table><tr>
<td class="views-field-field-report-number">EX-21-49</td>
<td class="views-field-title">Medical Attention at the Border</td>
<td class="views-field-field-issue-date"><time datetime="2021-07-20T00:30:00Z">{shown}</time></td>
<td class="views-field-field-fy">2021</td>
</tr></table></body></html>
"""

_MIRRORED = """Title Full
RBA Needs to Strengthen Its Oversight of Medical Attention
Report Number
EX-21-49
Report Description
We made four recommendations.
Submitting OIG
Department of Examples OIG
Components
{agency}
Date Issued
{date}
Number of Recommendations
4
"""
"""The page of a report on a site that repeats what the offices publish."""

c = pl.col


def _unreadable(code: str, name: str, thing: str, holds: pl.Expr, value: str, other: str) -> Rule:
    """Return the rule of a figure that cannot be read: it passes with one value and fails with another."""
    return Rule(
        code=code,
        severity="warning",
        scope="sighting",
        column=f"listed_{name}",
        why="A figure that is put in words, rounded or negative states no value for certain, so none is published.",
        remedy="Set the figure by a correction once the document tells it.",
        message=f"{thing} '{{stated_{name}}}' cannot be read",
        holds=c(f"stated_{name}").is_null() | holds,
        passes=(row(**{name: value}),),
        fails=(row(**{name: other}),),
    )


WARNING_RULES = (
    Rule(
        code="office_unknown",
        severity="warning",
        scope="sighting",
        column="listed_office",
        why="The office is not among those that are known; its reports are merged with no other office's.",
        remedy="Compare the spelling with the list of offices; write the code if it is one of them.",
        message="'{office}' is not a known office; the spelling is kept",
        holds=c("office_is_known"),
        passes=(row(office="examples"),),
        fails=(row(office="Office of Inspector General, Ministry of Works"),),
    ),
    Rule(
        code="number_repaired",
        severity="warning",
        scope="sighting",
        column="listed_number",
        why="The number was spelled with other separators, case or blanks; the canonical spelling is published.",
        remedy="Nothing needs mending; compare with the document if the spelling looks odd.",
        message="'{stated_number}' was read as {report_number}",
        holds=c("stated_number") == c("report_number"),
        passes=(row(),),
        fails=(row(report_number="ex 21_49"),),
    ),
    Rule(
        code="fiscal_year_missing",
        severity="warning",
        scope="sighting",
        column="listed_fiscal_year",
        why="The listing shows no year: it is the number's, of two readings the one that the issue date allows.",
        remedy="Nothing needs mending while number and date leave one reading.",
        message="no fiscal year is shown; {report_number} belongs to {fiscal_year}",
        holds=c("stated_fiscal_year").is_not_null() | c("fiscal_year").is_null(),
        when_all=True,
        passes=(row(),),
        fails=(row(fiscal_year=""),),
    ),
    Rule(
        code="date_missing",
        severity="warning",
        scope="sighting",
        column="listed_issue_date",
        why="The listing shows no issue date, so the report cannot be placed within its year.",
        remedy="Capture a listing that shows dates; text captures lose them.",
        message="no issue date is shown",
        holds=c("stated_issue_date").is_not_null(),
        when_all=True,
        passes=(row(),),
        fails=(row(issue_date=""),),
    ),
    Rule(
        code="date_edge",
        severity="warning",
        scope="sighting",
        column="listed_issue_date",
        why=f"Reports numbered late in a year are often issued after it, but not more than {EDGE_DAYS} days.",
        remedy="Compare with the document if the day matters.",
        message="{issue_date} lies {days_outside} days outside fiscal year {fiscal_year}",
        holds=~c("days_outside").is_between(1, EDGE_DAYS),
        passes=(row(issue_date="2021-09-30"),),
        fails=(row(issue_date="2021-10-01"),),
    ),
    Rule(
        code="date_suspect",
        severity="warning",
        scope="sighting",
        column="listed_issue_date",
        why="In the archive from which the row comes, a day that is the first of its month may have been invented.",
        remedy="Capture the OIG's own listing, whose date then counts beside it.",
        message="{issue_date} may stand for an unknown day of that month",
        holds=~((c("layout") == "unitedstates") & (c("issue_date").dt.day() == 1)),
        passes={"report.json": _ARCHIVED.format(day="20")},
        fails={"report.json": _ARCHIVED.format(day="01")},
    ),
    Rule(
        code="date_differs",
        severity="warning",
        scope="sighting",
        column="listed_issue_date",
        why="The page shows a day and gives another in its markup, as happens across time zones; what it shows counts.",
        remedy="Compare with the document if the day matters.",
        message="the page shows {stated_issue_date}, its markup says {markup_date}",
        holds=c("markup_date").is_null(),
        passes={"page.html": _PAGE.format(shown="07/20/2021")},
        fails={"page.html": _PAGE.format(shown="07/19/2021")},
    ),
    Rule(
        code="agency_inferred",
        severity="warning",
        scope="sighting",
        column="listed_agency",
        why="Neither the row nor its page names an agency; it was inferred from the title.",
        remedy="Capture the listing filtered by agency, or set the agency by a correction.",
        message="no agency is stated; the title names {agencies}",
        holds=c("agency_source") != "inferred",
        when_all=True,
        passes=(row(),),
        fails=(row(agency=""),),
    ),
    Rule(
        code="agency_missing",
        severity="warning",
        scope="sighting",
        column="listed_agency",
        why="Neither the row, its page nor its title names an agency.",
        remedy="Capture the listing filtered by agency, or set the agency by a correction.",
        message="no agency is known",
        holds=c("agency_broken") | c("agency_source").is_not_null(),
        when_all=True,
        passes=(row(),),
        fails=(row(agency="", title="City of Oakland, California"),),
    ),
    Rule(
        code="title_repaired",
        severity="warning",
        scope="sighting",
        column="listed_title",
        why="The listing left something in the title that is not part of it; it was taken off.",
        remedy="Nothing needs mending; listed_title keeps what the page says.",
        message="'{listed_title}' was read as '{title}'",
        holds=~c("title_repaired"),
        passes=(row(),),
        fails=(row(title=">RBA Needs to Strengthen Its Oversight ("),),
    ),
    Rule(
        code="summary_missing",
        severity="warning",
        scope="sighting",
        column="listed_summary",
        why="The listing shows no executive summary, so recommendations cannot be read either.",
        remedy="Capture the topic page or the report's own page, where summaries stand.",
        message="no summary is shown",
        holds=c("stated_summary").is_not_null(),
        when_all=True,
        passes=(row(),),
        fails=(row(summary=""),),
    ),
    _unreadable(
        "questioned_costs_unreadable",
        "questioned_costs",
        "the amount of questioned costs",
        c("questioned_costs").is_not_null(),
        "$1,298,804",
        "$1.30 million",
    ),
    _unreadable(
        "funds_unreadable",
        "funds_for_better_use",
        "the amount of funds for better use",
        c("funds_for_better_use").is_not_null(),
        "$0",
        "$-5",
    ),
    _unreadable(
        "recommendations_unreadable",
        "recommendations",
        "the number of recommendations",
        c("recommendations").is_not_null(),
        "4",
        "four or five",
    ),
    Rule(
        code="sequence_large",
        severity="warning",
        scope="sighting",
        column="listed_number",
        why=f"No series has reached {LARGEST_USUAL_SEQUENCE} reports in a year; a digit may have slipped in.",
        remedy="Compare with the document and correct the number if it is mistyped.",
        message="no. {sequence} of fiscal year {fiscal_year} is unusually high",
        holds=c("sequence") <= LARGEST_USUAL_SEQUENCE,
        passes=(row(report_number="EX-21-999"),),
        fails=(row(report_number="EX-21-1000"),),
    ),
    Rule(
        code="title_shared",
        severity="warning",
        scope="group",
        column="listed_title",
        why="The same title stands under another number of the same year: often one report listed twice. "
        "Titles that recur from year to year are no sign of that.",
        remedy="Compare the documents; if they are one report, correct the wrong number.",
        message="{other_number} of {fiscal_year} has the same title",
        holds=c("other_number").is_null(),
        passes=(row(), row(report_number="EX-20-49", fiscal_year="2020", issue_date="")),
        fails=(row(), row(report_number="EX-21-50")),
    ),
    Rule(
        code="component_conflict",
        severity="warning",
        scope="group",
        column="listed_agency",
        why="A site that repeats the office's reports names another agency than the office; the office's counts.",
        remedy="Compare with the document, and correct the row that is wrong.",
        message="the row names {agencies}, the office itself {office_agencies}",
        holds=c("office_agencies").is_null(),
        passes={**listing(row()), "page.txt": _MIRRORED.format(agency="RBA", date="07/20/2021")},
        fails={**listing(row()), "page.txt": _MIRRORED.format(agency="PHA", date="07/20/2021")},
    ),
    Rule(
        code="date_conflict",
        severity="warning",
        scope="group",
        column="listed_issue_date",
        why="A site that repeats the office's reports shows another day of issue than the office; the office's counts.",
        remedy="Compare with the document, and correct the row that is wrong.",
        message="the row shows {issue_date}, the office itself {office_date}",
        holds=c("office_date").is_null(),
        passes={**listing(row()), "page.txt": _MIRRORED.format(agency="RBA", date="07/20/2021")},
        fails={**listing(row()), "page.txt": _MIRRORED.format(agency="RBA", date="07/22/2021")},
    ),
    Rule(
        code="value_corrected",
        severity="warning",
        scope="sighting",
        column="listed_number",
        why="A correction changed what the listing says; the published value is not the page's.",
        remedy="Nothing needs mending; corrections.yml gives the reason.",
        message="corrected: {corrected}",
        holds=c("corrected").is_null(),
        passes=(row(),),
        fails={
            "listing.csv": MISTYPED,
            "corrections.yml": CORRECTION,
        },
    ),
)
