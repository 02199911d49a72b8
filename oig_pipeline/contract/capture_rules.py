"""Rules about whole captures and corrections.

Belongs here: what can be wrong with a file rather than with a row. Their violations are found where files are read.
Does not: conditions on rows.
"""

from __future__ import annotations

from oig_pipeline.contract.rule import CORRECTION, MISTYPED, Rule, row

CAPTURE_RULES = (
    Rule(
        code="capture_unreadable",
        severity="error",
        scope="capture",
        column="path",
        why="A file that cannot be read may hold rows that nobody misses.",
        remedy="Obtain the capture again, or remove it; files are UTF-8, CSV needs report_number and title.",
        passes=(row(),),
        fails={"listing.csv": b"report_number,title\nOIG-21-49,Caf\xe9\n"},
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
        fails={"listing.csv": "report_number,title\nOIG-21-49,CBP Needs Oversight\nOIG-21-50,Audit of Ships,Boats\n"},
    ),
    Rule(
        code="correction_stale",
        severity="error",
        scope="capture",
        column="path",
        why="A correction whose row no longer looks as expected would change data it was not written for.",
        remedy="Look at the row again, then rewrite the correction or remove it.",
        passes={
            "listing.csv": MISTYPED,
            "corrections.yml": CORRECTION,
        },
        fails={
            "listing.csv": "report_number,title,fiscal_year\nOIG-18-16,Audit of Cargo Screening,2018\n",
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
)
