"""The archive as it comes: records with their companions, handles of agencies, ids that are file names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from oig_pipeline.capture.captures import take as take_captures
from oig_pipeline.run.pipeline import check
from oig_pipeline.run.read_capture import is_companion
from oig_pipeline.settings import Settings
from oig_pipeline.sources.unitedstates import archive_record
from tests.conftest import Captures

RECORD: dict[str, Any] = {
    "inspector": "dhs", "agency": "fema", "agency_name": "Federal Emergency Management Agency",
    "report_id": "OIG-14-55_2014", "title": "Audit of Grants", "published_on": "2014-03-14",
    "url": "https://www.oig.dhs.gov/assets/Mgmt/2014/audit.pdf",
}  # fmt: skip


def row(**changes: Any) -> dict[str, Any]:
    return archive_record.read(json.dumps({**RECORD, **changes})).frame.row(0, named=True)


def reports(raw: Path) -> list[dict[str, Any]]:
    return check(Settings(raw=raw, out=raw.parent / "curated")).reports.to_dicts()


@pytest.mark.parametrize(
    ("handle", "codes"),
    [
        *(("secret_service", ["USSS"]), ("coast_guard", ["USCG"]), ("uscis", ["USCIS"]), ("tsa", ["TSA"])),
        *(("ice", ["ICE"]), ("fema", ["FEMA"]), ("cbp", ["CBP"]), ("dhs", ["DHS"]), ("dhs_other", ["DHS"])),
        *(("dhs_mgmt", ["DHS"]), ("dhs_cigie", ["DHS"]), ("Coast_Guard", ["USCG"])),
        *(("cbp, coast_guard", ["CBP", "USCG"]), ("secret_service, dhs, ice", ["DHS", "ICE", "USSS"])),
    ],
)
def test_the_handles_of_the_archive_are_agencies(handle: str, codes: list[str], captures: Captures) -> None:
    raw = captures({"report.json": json.dumps({**RECORD, "agency": handle, "agency_name": "DHS"})})
    (report,) = reports(raw)
    assert (report["agencies"], report["agency_source"]) == (codes, "stated")


@pytest.mark.parametrize(
    ("agency", "name", "expected"),
    [
        ("fema", "Some Name", "fema"),
        ("coastguard", "U.S. Coast Guard", "U.S. Coast Guard"),
        ("", "U.S. Coast Guard", "U.S. Coast Guard"),
        ("fema, border", "FEMA, Customs & Border Protection", "FEMA, Customs & Border Protection"),
        ("works", "Ministry of Works", "works"),
        (None, None, None),
    ],
)
def test_names_serve_where_a_handle_is_unknown(agency: object, name: object, expected: str | None) -> None:
    assert row(agency=agency, agency_name=name)["listed_agency"] == expected


@pytest.mark.parametrize(
    ("identifier", "url", "number"),
    [
        ("OIG-14-55_2014", "https://www.oig.dhs.gov/assets/OIG_14-55_Mar14.pdf", "OIG-14-55"),
        ("OIG-14-55_2014", "https://www.oig.dhs.gov/assets/OIG-14-55.pdf", "OIG-14-55"),
        ("OIG_Bos-Marathon-Bom-Rev_Apr14_2014", "https://x.gov/a/OIG_Bos-Marathon-Bom-Rev_Apr14.pdf", None),
        ("OIG_14-55_Mar14_2014", "https://x.gov/a/OIG_14-55_Mar14.pdf?x=1", None),
        ("Boston Review_2014", "https://x.gov/a/Boston%20Review.v2.pdf", None),
        ("Letter of March_2014", "https://x.gov/a/b.pdf", "Letter of March"),
        ("_2014", "https://x.gov/a/b.pdf", None),
        ("Review_2014", "http://[", "Review"),
    ],
)
def test_a_file_name_for_an_id_is_no_number(identifier: str, url: str, number: str | None) -> None:
    assert row(report_id=identifier, url=url)["listed_number"] == number


@pytest.mark.parametrize("companion", ["report.txt", "report.pdf", "report.html", "report.PDF", "report.doc"])
@pytest.mark.parametrize("folder", ["", "dhs/2014/OIG-14-55_2014/"])
def test_what_lies_beside_a_record_is_no_capture(companion: str, folder: str, captures: Captures) -> None:
    text = "Report Number  Title  Date\nOIG-12-33  Grants Were Late  May 2012\n"
    raw = captures({f"{folder}report.json": json.dumps(RECORD), f"{folder}{companion}": text})
    assert [capture.path for capture in take_captures(raw, is_companion=is_companion)] == [f"{folder}report.json"]


@pytest.mark.parametrize(
    "files",
    [
        {"report.txt": "a"},
        {"report.json": '{"report_number": "OIG-21-49", "title": "T"}', "report.txt": "a"},
        {"report.json": "{", "report.txt": "a"},
        {"report.json": json.dumps(RECORD), "reports.txt": "a", "other/report.txt": "b"},
    ],
)
def test_what_is_no_companion_is_a_capture(files: dict[str, str], captures: Captures) -> None:
    assert {capture.path for capture in take_captures(captures(files), is_companion=is_companion)} == set(files)


def test_a_companion_of_a_damaged_record_is_none_either(captures: Captures) -> None:
    raw = captures({"dhs/A_2014/report.json": "{", "dhs/A_2014/report.txt": "Report Number\n"})
    assert [capture.path for capture in take_captures(raw, is_companion=is_companion)] == ["dhs/A_2014/report.json"]


@pytest.mark.parametrize(
    ("identifier", "day", "year"),
    [
        ("DA-07-04_2007", "2007-02-02", 2007),
        ("DA-07-04_2004", "2004-02-02", 2004),
        ("DA-07-04_2007", None, 2007),
        ("DA-07-04_2004", "", 2004),
        ("DA-07-04_2003", None, 2004),
        ("DA-07-06_2007", None, 2007),
    ],
)
def test_day_and_year_of_the_archive_decide_between_two_readings(
    identifier: str, day: str | None, year: int, captures: Captures
) -> None:
    raw = captures({"report.json": json.dumps({**RECORD, "report_id": identifier, "published_on": day})})
    (report,) = reports(raw)
    assert (report["report_number"], report["fiscal_year"]) == (identifier[:8], year)


@pytest.mark.parametrize(("identifier", "day"), [("DA-07-06_2006", None), ("DA-07-04_2015", None), ("DA-07-04", "")])
def test_what_leaves_two_readings_or_none_decides_nothing(identifier: str, day: object, captures: Captures) -> None:
    raw = captures({"report.json": json.dumps({**RECORD, "report_id": identifier, "published_on": day})})
    violations = check(Settings(raw=raw, out=raw.parent / "curated")).result.violations
    assert "fiscal_year_mismatch" in set(violations["rule"])
