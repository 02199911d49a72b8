"""One capture read: the raw data against its golden rows, the source of each row, and what cannot be read."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.capture.absence import Evidence
from oig_pipeline.capture.captures import Capture, take
from oig_pipeline.capture.reader import SCHEMA, Reading
from oig_pipeline.capture.rowless import UNPROVEN
from oig_pipeline.capture.rows import LARGEST_PAGE
from oig_pipeline.capture.source import source_of_url
from oig_pipeline.run.read_capture import read
from oig_pipeline.sources import SOURCES
from tests.conftest import DATA, PROJECT, Captures, examples

GOLDEN = PROJECT / "tests" / "golden"
CAPTURES = take(DATA / "raw")
RAW = {capture.path: capture for capture in CAPTURES if source_of_url(capture.url, SOURCES) is None}
"""The captures of listings; the pages of oversight.gov have golden files of another form."""
LISTING_URL = "https://www.oig.dhs.gov/reports/audits-inspections-and-evaluations"
CSV = "report_number,title\nOIG-21-49,CBP Needs Oversight\nOIG-21-48,ICE Needs Oversight\n"
CARD = "Border Security\n\n  \u2022 CBP Needs Oversight\n    Report Number\n    OIG-21-49\n    Fiscal Year\n    2021\n"


def reading_of(raw: Path) -> Reading:
    """Return the reading of the one capture of a folder."""
    (capture,) = take(raw)
    return read(capture)


def golden_rows(reading: Reading) -> list[dict[str, object]]:
    """Return what a golden file holds of each row: a summary by its hash."""
    names = ("line", "listed_number", "listed_title", "listed_fiscal_year", "listed_agency", "topic")

    def hashed(summary: str | None) -> str | None:
        return hashlib.sha256(summary.encode()).hexdigest() if summary is not None else None

    return [
        {name: row[name] for name in names} | {"summary": hashed(row["listed_summary"])}
        for row in reading.sightings.to_dicts()
    ]


@pytest.mark.parametrize("path", list(RAW))
def test_each_raw_capture_gives_its_golden_rows(path: str) -> None:
    golden = GOLDEN / Path(path).with_suffix(".expected.json")
    assert golden.is_file(), f"{path} has no golden file: write the rows that a faithful reader finds to {golden.name}"
    reading = read(RAW[path])
    assert (reading.status, reading.findings) == ("read", ())
    assert golden_rows(reading) == json.loads(golden.read_text(encoding="utf-8"))


def test_each_page_of_oversight_gov_is_one_whose_values_are_golden() -> None:
    pages = [capture for capture in CAPTURES if capture.path not in RAW]
    assert len(pages) == 11
    for page in pages:
        golden = GOLDEN / "oversight" / page.path
        assert golden.read_bytes() == page.file.read_bytes()
        assert golden.with_name(f"{golden.name}.expected.json").is_file()


def test_each_golden_file_has_its_capture() -> None:
    captures = {Path(path).with_suffix("").as_posix() for path in RAW}
    assert {f.relative_to(GOLDEN).as_posix().removesuffix(".expected.json") for f in GOLDEN.glob("*.json")} == captures


def test_each_line_of_a_golden_file_holds_the_number_and_title_of_its_row() -> None:
    for path, capture in RAW.items():
        lines = ["", *capture.file.read_text(encoding="utf-8").split("\n")]
        for row in json.loads((GOLDEN / Path(path).with_suffix(".expected.json")).read_text(encoding="utf-8")):
            assert row["listed_title"] in lines[row["line"]].replace('""', '"')
            below = "\n".join(lines[row["line"] : row["line"] + 13])
            assert row["listed_number"] is None or row["listed_number"] in below


def test_a_row_carries_its_source_in_front_of_what_is_listed(captures: Captures) -> None:
    metadata = {"url": LISTING_URL, "retrieved_at": "2021-08-02T09:30:00Z", "agency_from": "listing"}
    reading = reading_of(captures({"2021/listing.csv": CSV, "2021/listing.csv.meta.json": json.dumps(metadata)}))
    sha256 = hashlib.sha256(CSV.encode()).hexdigest()
    assert (reading.status, reading.layout, reading.findings, reading.note) == ("read", "exchange", (), None)
    assert dict(reading.sightings.schema) == SCHEMA
    first, second = reading.sightings.to_dicts()
    assert {k: v for k, v in first.items() if v is not None} == {
        "sighting_id": f"{reading.capture.name}-1",
        "capture_sha256": sha256,
        "capture_path": "2021/listing.csv",
        "capture_url": LISTING_URL,
        "retrieved_at": reading.capture.retrieved_at,
        "layout": "exchange",
        "source": "oig_dhs_gov",
        "ordinal": 1,
        "line": 2,
        "listed_number": "OIG-21-49",
        "listed_title": "CBP Needs Oversight",
        "agency_from": "listing",
        "in_doubt": False,
        "day_first": False,
    }
    assert (second["sighting_id"], second["ordinal"], second["line"]) == (f"{reading.capture.name}-2", 2, 3)


def test_what_is_not_known_of_a_capture_is_null(captures: Captures) -> None:
    row = reading_of(captures({"listing.csv": CSV})).sightings.row(0, named=True)
    assert (row["capture_url"], row["retrieved_at"], row["agency_from"]) == (None, None, "stated")


def test_ids_are_unique_and_ordinals_run_from_one() -> None:
    sightings = pl.concat([read(capture).sightings for capture in RAW.values()])
    assert sightings["sighting_id"].is_unique().all()
    for _, rows in sightings.group_by("capture_sha256"):
        assert rows["ordinal"].to_list() == list(range(1, rows.height + 1))
        assert rows["line"].is_sorted()


def test_the_id_of_a_row_does_not_depend_on_where_its_file_lies(captures: Captures, tmp_path: Path) -> None:
    metadata = json.dumps({"url": LISTING_URL, "retrieved_at": "2021-08-02"})
    here = reading_of(captures({"listing.csv": CSV, "listing.csv.meta.json": metadata}))
    folder = tmp_path / "elsewhere" / "raw"
    folder.mkdir(parents=True)
    (folder / "page.txt").write_text(CSV)
    (folder / "page.txt.meta.json").write_text(metadata)
    assert reading_of(folder).sightings["sighting_id"].to_list() == here.sightings["sighting_id"].to_list()


@pytest.mark.parametrize(
    "metadata",
    [
        {"url": f"{LISTING_URL}?page=1", "retrieved_at": "2021-08-02"},
        {"url": LISTING_URL, "retrieved_at": "2021-08-03"},
        {"url": LISTING_URL},
        {},
    ],
    ids=["another address", "another time", "no time", "nothing known"],
)
def test_equal_bytes_from_elsewhere_have_other_ids(captures: Captures, metadata: dict[str, str]) -> None:
    first_metadata = json.dumps({"url": LISTING_URL, "retrieved_at": "2021-08-02"})
    raw = captures(
        {"a.csv": CSV, "a.csv.meta.json": first_metadata, "b.csv": CSV, "b.csv.meta.json": json.dumps(metadata)}
    )
    ids = [row_id for capture in take(raw) for row_id in read(capture).sightings["sighting_id"]]
    assert len(ids) == len(set(ids)) == 4


def test_copies_are_read_once_and_noted(captures: Captures) -> None:
    reading = reading_of(captures({"a.csv": CSV, "b.csv": CSV, "2021/c.csv": CSV}))
    assert reading.sightings.height == 2
    assert reading.capture.path == "2021/c.csv"
    assert reading.note == "the same bytes also lie at a.csv, b.csv"


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"], ids=["no mark", "byte order mark"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("text", [CSV, CARD, '{"report_number": "OIG-21-49", "title": "T"}\n'])
def test_line_ends_and_a_byte_order_mark_change_nothing(captures: Captures, text: str, ending: str, bom: bytes) -> None:
    plain = reading_of(captures({"listing": text}))
    other = reading_of(captures({"listing": bom + text.replace("\n", ending).encode()}))
    source = ["sighting_id", "capture_sha256"]
    assert plain.sightings.height > 0
    assert other.sightings.drop(source).to_dicts() == plain.sightings.drop(source).to_dicts()
    assert other.findings == ()


@pytest.mark.parametrize(
    ("content", "rule", "line", "message"),
    [
        (b"", "capture_unreadable", None, "the file is empty"),
        (b" \n\t\r\n", "capture_unreadable", None, "the file is empty"),
        (b"\xef\xbb\xbf", "capture_unreadable", None, "the file is empty"),
        (
            b"report_number,title\nOIG-1,Caf\xe9\n",
            "capture_unreadable",
            2,
            "the file is not UTF-8: byte 0xe9 in line 2",
        ),
        (b"\xff\xfer\x00", "capture_unreadable", 1, "the file is UTF-16; save it as UTF-8"),
        (b"a\r\nb\r\n\xe9", "capture_unreadable", 3, "the file is not UTF-8: byte 0xe9 in line 3"),
        (b"Remember to save the listing.\n", "layout_unknown", 1, "the text has no known layout"),
        (b"title,agency\nT,CBP\n", "capture_unreadable", 1, "the column report_number is missing"),
        (b"report_number,title,title\n", "capture_unreadable", 1, "the column title stands twice"),
        (b'{"report_number": "OIG-1"}\n', "capture_unreadable", 1, "the column title is missing"),
    ],
)
def test_what_cannot_be_read_is_a_finding_with_its_line(
    captures: Captures, content: bytes, rule: str, line: int | None, message: str
) -> None:
    reading = reading_of(captures({"listing": content}))
    assert reading.status == "unreadable"
    (finding,) = reading.findings
    assert (finding.rule, finding.line) == (rule, line)
    assert finding.message.startswith(message)
    assert reading.note == finding.message
    assert (reading.sightings.height, dict(reading.sightings.schema)) == (0, SCHEMA)


def test_the_problem_of_a_capture_is_its_finding(captures: Captures) -> None:
    reading = reading_of(captures({"listing.csv": CSV, "listing.csv.meta.json": "{"}))
    assert (reading.status, reading.sightings.height) == ("unreadable", 0)
    (finding,) = reading.findings
    assert finding.rule == "capture_unreadable"
    assert "listing.csv.meta.json, line 1" in finding.message


def test_a_file_that_changed_since_it_was_hashed_is_not_read(captures: Captures) -> None:
    raw = captures({"listing.csv": CSV})
    (capture,) = take(raw)
    (raw / "listing.csv").write_text(CSV + "OIG-21-47,T\n")
    reading = read(capture)
    assert (reading.status, reading.note) == ("unreadable", "the file changed while it was being read")


def test_a_file_that_is_gone_is_not_read(captures: Captures) -> None:
    raw = captures({"listing.csv": CSV})
    (capture,) = take(raw)
    (raw / "listing.csv").unlink()
    reading = read(capture)
    assert (reading.status, reading.note) == ("unreadable", "the file cannot be read: No such file or directory")


@pytest.mark.parametrize(
    ("text", "query", "status", "rules", "note"),
    [
        (
            "report_number,title\n",
            "",
            "empty",
            ["listing_empty"],
            "the listing has no rows, though it is the first page",
        ),
        ("report_number,title\n", "?page=0", "empty", ["listing_empty"], None),
        ("report_number,title\n", "?page=3", "not_a_listing", [], Evidence.PAST_THE_END),
        ("report_number,title\n", "?field_dhs_agency_target_id=1&page=999", "not_a_listing", [], Evidence.PAST_THE_END),
        ("report_number,title\nOIG-1\n", "", "empty", ["text_unread", "listing_empty"], None),
        ("report_number,title\nOIG-1\n", "?page=3", "unreadable", ["text_unread", "capture_unreadable"], UNPROVEN),
    ],
)
def test_a_listing_without_rows_is_empty_unless_it_is_a_later_page(
    captures: Captures, text: str, query: str, status: str, rules: list[str], note: str | None
) -> None:
    meta = json.dumps({"url": LISTING_URL + query})
    reading = reading_of(captures({"listing.csv": text, "listing.csv.meta.json": meta}))
    assert (reading.status, [f.rule for f in reading.findings]) == (status, rules)
    assert note is None or reading.note == note
    assert reading.sightings.is_empty()


def test_a_first_page_without_an_address_is_empty(captures: Captures) -> None:
    reading = reading_of(captures({"listing.csv": "report_number,title\n"}))
    assert reading.status == "empty"
    assert [(f.rule, f.line) for f in reading.findings] == [("listing_empty", 1)]


def test_a_text_page_past_the_end_of_its_listing_is_no_listing(captures: Captures) -> None:
    meta = json.dumps({"url": f"{LISTING_URL}?page=999"})
    page = "Skip to main content\nU.S. flag\n\nAudits, Inspections, and Evaluations\nNo results found.\n"
    reading = reading_of(captures({"page.txt": page, "page.txt.meta.json": meta}))
    assert (reading.status, reading.note) == ("not_a_listing", Evidence.PAST_THE_END)


def test_rows_of_a_later_page_are_read(captures: Captures) -> None:
    meta = json.dumps({"url": f"{LISTING_URL}?page=3"})
    reading = reading_of(captures({"listing.csv": CSV, "listing.csv.meta.json": meta}))
    assert (reading.status, reading.sightings.height) == ("read", 2)


def test_a_page_that_proves_to_hold_no_reports_is_noted_without_a_finding(captures: Captures) -> None:
    reading = reading_of(captures({"page.txt": "News\n\n  \u2022 Former Official Sentenced\n"}))
    assert (reading.status, reading.layout, reading.findings) == ("not_a_listing", None, ())
    assert reading.note == Evidence.NO_REPORTS


def test_unread_text_and_unknown_columns_are_findings_beside_the_rows(captures: Captures) -> None:
    reading = reading_of(captures({"listing.csv": "report_number,title,colour\nOIG-1,T,blue\nOIG-2,T\n"}))
    assert (reading.status, reading.sightings.height) == ("read", 1)
    assert [(f.rule, f.line) for f in reading.findings] == [("column_unknown", 1), ("text_unread", 3)]


def test_half_a_character_is_no_exception(captures: Captures) -> None:
    listing = '{"report_number": "OIG-1", "title": "T"}\n{"report_number": "OIG-2", "title": "\\ud800"}\n{broken\n'
    reading = reading_of(captures({"listing.ndjson": listing}))
    assert reading.sightings["line"].to_list()[:1] == [1]
    assert "text_unread" in {f.rule for f in reading.findings}


def test_half_a_character_in_an_address_is_no_exception(captures: Captures) -> None:
    reading = reading_of(captures({"listing.csv": CSV, "listing.csv.meta.json": '{"url": "https://x/\\ud800"}'}))
    assert reading.status == "unreadable"
    assert "listing.csv.meta.json" in reading.findings[0].message


def test_a_file_name_that_is_not_utf8_is_no_exception(captures: Captures) -> None:
    raw = captures({})
    try:
        (raw / os.fsdecode(b"caf\xe9.csv")).write_text(CSV)
    except OSError:
        pytest.skip("this file system takes no such name")
    reading = reading_of(raw)
    assert reading.status in ("read", "unreadable")
    assert all(row["capture_path"].encode() for row in reading.sightings.to_dicts())


@given(
    st.lists(
        st.sampled_from((CSV, CARD, "{", '"', "\n", "\x00", "  \u2022 ", "\u2028", "\ufeff", "OIG-1,T\n")), max_size=6
    )
)
@examples(50)
def test_any_text_gives_a_reading_of_a_known_status(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[str]
) -> None:
    file = tmp_path_factory.getbasetemp() / "any.txt"
    content = "".join(pieces).encode()
    file.write_bytes(content)
    reading = read(Capture("any.txt", file, hashlib.sha256(content).hexdigest(), len(content)))
    assert dict(reading.sightings.schema) == SCHEMA
    if reading.status == "read":
        assert reading.sightings.height > 0
    else:
        assert reading.sightings.is_empty()
        assert reading.note


def test_a_file_larger_than_the_bound_is_refused(captures: Captures, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oig_pipeline.capture.reader.LARGEST_FILE", 40)
    small, large = take(
        captures({"a.csv": "report_number,title\nOIG-21-1,T\n", "b.csv": "report_number,title\n" + "x" * 40})
    )
    assert read(small).status == "read"
    assert (read(large).status, [f.rule for f in read(large).findings]) == ("unreadable", ["capture_unreadable"])


def test_a_page_larger_than_any_of_the_site_is_refused_and_an_exchange_file_is_not(captures: Captures) -> None:
    rows = "OIG-21-49 Audit of Ports 2021\n" * (LARGEST_PAGE // 30 + 1)
    page, csv = take(
        captures(
            {
                "a.txt": f"Report Number Title Issue Date Fiscal Year\n{rows}",
                "b.csv": "report_number,title\n" + f"O,{'T' * 1000}\n" * (LARGEST_PAGE // 1000),
            }
        )
    )
    assert (read(page).status, read(page).layout) == ("unreadable", None)
    assert "no page of the site has more than 32 million characters" in str(read(page).note)
    assert read(csv).layout == "exchange"
