"""Rules about whole captures and corrections.

Belongs here: what can be wrong with a file rather than with a row. Their violations are found where files are read.
Does not: conditions on rows.
"""

from __future__ import annotations

import json

from oig_pipeline.contract.example_office import CORRECTION, MISTYPED, row
from oig_pipeline.contract.rule import Rule
from oig_pipeline.settings import MIN_ROWS

_YEARS = "report_number,title,fiscal_year"
_URL = "https://www.oig.example.gov/reports/audits-inspections-and-evaluations"

_OPEN = """Report Description
RBA did not train its officers.
Submitting OIG
Department of Examples OIG
Report Number
EX-21-49
Title Full
RBA Needs to Strengthen Its Oversight of Medical Attention
Number of Recommendations
4
This report has 1 open recommendations.
Open Recommendations
Recommendation {} | Significant Recommendation | Recommended Questioned Costs | Recommended Funds for Better Use |
---|---|---|---|
1 | No | $0 | $0 |
We recommend that RBA train its officers. | | | |
"""
"""The page of a report that shows the table of its open recommendations."""


def _captured(month: int, content: str) -> dict[str, str]:
    """Return a listing, captured on the first day of a month of 2021."""
    meta = {"url": _URL, "retrieved_at": f"2021-{month:02d}-01T12:00:00Z"}
    return {f"2021-{month:02d}.csv": content, f"2021-{month:02d}.csv.meta.json": json.dumps(meta)}


def _rows(count: int, header: str = "report_number,title") -> str:
    lines = [f"EX-21-{n:02d},Audit of Port {n * 7919}{',2021' * header.count('fiscal')}" for n in range(1, count + 1)]
    return "\n".join([header, *lines, ""])


CAPTURE_RULES = (
    Rule(
        code="capture_unreadable",
        severity="error",
        scope="capture",
        column="path",
        why="A file that cannot be read, or a page that is not the one asked for, may hide rows that nobody misses.",
        remedy=(
            "Obtain the capture again, or remove it; files are UTF-8, CSV needs report_number and title. A bad "
            "download that is kept is acknowledged by its SHA-256 in corrections.yml."
        ),
        passes=(row(),),
        fails={"listing.csv": b"report_number,title\nEX-21-49,Caf\xe9\n"},
    ),
    Rule(
        code="capture_cut",
        severity="error",
        scope="capture",
        column="path",
        why="A capture that breaks off before its end lacks rows, and its last row is only the beginning of one.",
        remedy="Obtain the capture again, or acknowledge it by its SHA-256 in corrections.yml; whole rows count.",
        passes={"listing.csv": "report_number,title,fiscal_year\nEX-21-90,Audit of Ports,2021\n"},
        fails={"listing.csv": "report_number,title,fiscal_year\nEX-21-90,Audit of Ports,2021\nEX-21-91,Aud"},
    ),
    Rule(
        code="layout_unknown",
        severity="error",
        scope="capture",
        column="path",
        why="A file in no known layout may be a listing in a new one.",
        remedy="Move the file out of the raw folder, or save the listing in a layout that is read (see README).",
        passes=(row(),),
        fails={"notes.txt": "Remember to save the March listing.\n"},
    ),
    Rule(
        code="listing_empty",
        severity="error",
        scope="capture",
        column="path",
        why="The first page of a listing always has rows: none means the site has changed or the save went wrong.",
        remedy="Obtain the capture again and look at it; if the site has changed, its reader must follow.",
        passes=(row(),),
        fails={"listing.csv": "report_number,title\n"},
    ),
    Rule(
        code="text_unread",
        severity="error",
        scope="capture",
        column="path",
        why="Text between rows that is neither a row nor known furniture may be a row that was lost.",
        remedy="Look at the line: mend the capture's source, or teach the reader what it is.",
        passes=(row(),),
        fails={"listing.csv": "report_number,title\nEX-21-49,RBA Needs Oversight\nEX-21-50,Audit of Ships,Boats\n"},
    ),
    Rule(
        code="columns_changed",
        severity="error",
        scope="capture",
        column="path",
        why="A table whose columns are others than before may hold values that are read as what they are not.",
        remedy="Look at the page; if the site has changed, its reader must follow.",
        passes={"page.md": _OPEN.format("Number")},
        fails={"page.md": _OPEN.format("Identifier")},
    ),
    Rule(
        code="correction_stale",
        severity="error",
        scope="capture",
        column="path",
        why="A correction whose row or capture no longer looks as expected would settle what it was not written for.",
        remedy="Look at the row or capture again, then rewrite the correction or remove it.",
        passes={
            "listing.csv": MISTYPED,
            "corrections.yml": CORRECTION,
        },
        fails={
            "listing.csv": "report_number,title,fiscal_year\nEX-18-16,Audit of Cargo Screening,2018\n",
            "corrections.yml": CORRECTION,
        },
    ),
    Rule(
        code="column_unknown",
        severity="warning",
        scope="capture",
        column="path",
        why="A column that this project does not know is not read: what it holds is not published.",
        remedy="Rename the column if it is one of the known ones under another name; else nothing needs mending.",
        passes=(row(),),
        fails=(row(colour="blue"),),
    ),
    Rule(
        code="page_inconsistent",
        severity="warning",
        scope="capture",
        column="path",
        why="A page contradicts itself, or lacks what it says that it has; what is in doubt is not published.",
        remedy="Compare with the document, or obtain the page again.",
        passes={"page.md": _OPEN.format("Number")},
        fails={"page.md": _OPEN.format("Number").replace("has 1 open", "has 2 open") + "Report Type\nAudit\n"},
    ),
    Rule(
        code="open_exceeds_made",
        severity="warning",
        scope="capture",
        column="path",
        why="A page lists more open recommendations than it says were made: one of its counts is wrong.",
        remedy="Compare with the document; the recommendations are published as the page lists them.",
        passes={"page.md": _OPEN.format("Number")},
        fails={"page.md": _OPEN.format("Number").replace("\n4\n", "\n0\n")},
    ),
    Rule(
        code="value_unread",
        severity="warning",
        scope="capture",
        column="path",
        why="A value of a page that is none of its kind is not read: an answer, a status, a link or an amount.",
        remedy="Compare with the document; nothing needs mending if the value does not matter.",
        passes={"page.md": _OPEN.format("Number")},
        fails={"page.md": _OPEN.format("Number").replace("No |", "Perhaps |")},
    ),
    Rule(
        code="column_missing",
        severity="warning",
        scope="capture",
        column="path",
        why="A column that the listing showed before is gone: it was renamed, or its values are published no more.",
        remedy="Look at the page: if the column has another name, its reader must follow; else nothing needs mending.",
        passes=_captured(1, _rows(2, _YEARS)) | _captured(2, _rows(2, _YEARS)),
        fails=_captured(1, _rows(2, _YEARS)) | _captured(2, _rows(2)),
    ),
    Rule(
        code="listing_shrank",
        severity="warning",
        scope="capture",
        column="path",
        why=f"A page with under {MIN_ROWS:.0%} of the rows it had lost them to a fault of the site or a bad save.",
        remedy="Obtain the capture again; the reports stay, and none is noted as having left the listing.",
        passes=_captured(1, _rows(5)) | _captured(2, _rows(4)),
        fails=_captured(1, _rows(5)) | _captured(2, _rows(3)),
    ),
)
