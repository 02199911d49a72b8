"""Reports of the @unitedstates inspectors-general archive: `INSPECTOR/YEAR/REPORT_ID/report.json`.

Belongs here: this layout, and which files beside a record are its companions. Does not: what the values mean.

The facts are those of the archive's own scrapers (`inspectors/dhs.py`, `inspectors/utils/inspector.py`): the id is the
number, or where a listing gave none the file name of the document, followed by the calendar year of issue; titles were
cleaned of marks; a day of issue that is the first of a month may be invented; `agency` holds handles, `agency_name`
the names of the same, both joined by ", "; the document (`report.pdf`, `report.html` …) and its text (`report.txt`)
lie beside the record. So the number is taken without the year, and no fiscal year is read.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import polars as pl

from oig_pipeline.capture.rows import ISSUE_YEAR, Layout, Rows, frame_of, lines_above
from oig_pipeline.offices import agency_of_name, canonical_number

NAME = "unitedstates"
KEYS = {"inspector", "report_id", "title"}
RECORD = "report.json"
LARGEST_RECORD = 2**20
"""Most bytes of a file that is looked at to tell whether what lies beside it are its companions."""
_CALENDAR_YEAR = re.compile(r"_((?:19|20)\d\d)$")
_TO_KEY, _TO_VALUE = re.compile(r'[\s,]*(?=")'), re.compile(r"\s*:\s*")
_DAY = re.compile(r"\s*(?:19|20)\d\d-")


def _report(text: str) -> dict[str, object] | None:
    if not text.lstrip().startswith("{"):
        return None
    try:
        report = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return report if isinstance(report, dict) and set(report) >= KEYS else None


def matches(text: str) -> bool:
    """Return whether a text is one report of the archive."""
    return _report(text) is not None


def is_companion(file: Path) -> bool:
    """Return whether a file is the document or the text of a report whose record lies beside it."""
    record = file.with_name(RECORD)
    if file.stem != record.stem or file.name == RECORD or not record.is_file():
        return False
    if _CALENDAR_YEAR.search(file.parent.name):
        return True
    try:
        return record.stat().st_size <= LARGEST_RECORD and matches(record.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        return False


def read(text: str) -> Rows:
    """Return the one row of a report."""
    report, lines = _report(text) or {}, _lines(text)
    identifier, url, day = (_text(report.get(key)) or "" for key in ("report_id", "url", "published_on"))
    year = _CALENDAR_YEAR.search(identifier)
    number = identifier[: year.start()] if year else identifier
    agency_key = _agency_key(report)
    row = {
        "listed_number": (None if _is_file_name(number, url) else number or None, lines.get("report_id")),
        "listed_title": (_text(report.get("title")), lines.get("title")),
        "listed_summary": (_text(report.get("summary")), lines.get("summary")),
        "listed_issue_date": (day or None, lines.get("published_on")),
        "listed_document_url": (url or None, lines.get("url")),
        "listed_agency": (_text(report.get(agency_key)), lines.get(agency_key)),
    }
    rows = frame_of([(lines_above(text) + 1, row)])
    # Where there is a day it says the same, and more.
    return Rows(rows.with_columns(pl.lit(year[1]).alias(ISSUE_YEAR)) if year and not _DAY.match(day) else rows)


def _lines(text: str) -> dict[str, int]:
    """Return key → the line on which its value begins, of the text of a JSON object."""
    decoder = json.JSONDecoder()
    lines: dict[str, int] = {}
    end, counted, line = text.index("{") + 1, 0, 1
    while (to_key := _TO_KEY.match(text, end)) is not None:
        key, end = decoder.raw_decode(text, to_key.end())
        to_value = _TO_VALUE.match(text, end)
        assert to_value is not None
        begin = to_value.end()
        line, counted = line + text.count("\n", counted, begin), begin
        lines[key] = line
        _, end = decoder.raw_decode(text, begin)
    return lines


def _is_file_name(number: str, url: str) -> bool:
    """Return whether an id is what the document's file is called, and not, as spelled, a number."""
    try:
        stem = unquote(urlsplit(url).path).rsplit("/", 1)[-1].split(".")[0]
    except ValueError:
        return False
    return number.casefold() in (stem.casefold(), url.casefold()) and not _is_number(number)


def _is_number(text: str) -> bool:
    return canonical_number(text) == text


def _agency_key(report: dict[str, object]) -> str:
    """Return the key of the handles of a report's agencies; of their names where a handle is not in the list."""
    handles, names = (_text(report.get(key)) for key in ("agency", "agency_name"))
    return "agency" if handles and (_are_known(handles) or not names or not _are_known(names)) else "agency_name"


def _are_known(stated: str) -> bool:
    return all(agency_of_name(name) for name in stated.split(", "))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


LAYOUT = Layout(NAME, matches, read, precedes_exchange=True)
