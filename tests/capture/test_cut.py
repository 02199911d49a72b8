"""Captures that break off: in every layout they are named, whole rows count, and the last one is in doubt."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pytest

from oig_pipeline.capture import cut
from oig_pipeline.capture.captures import take
from oig_pipeline.capture.reader import Reading
from oig_pipeline.run.read_capture import read
from tests.capture.test_html_layouts import ROW, TABLE, card
from tests.conftest import PROJECT, Captures

GOLDEN = PROJECT / "tests" / "golden" / "layouts"


def of(captures: Captures, content: str | bytes) -> Reading:
    return read(take(captures({"capture": content}))[0])


@pytest.mark.parametrize(
    ("page", "is_cut"),
    [
        ("<html><body><p>x</p></body></html>\n", False),
        ("<HTML><BODY>x</BODY></HTML>", False),
        ("<html><body>x</body></html><script>var a;</script><!-- b -->", False),
        ("<!DOCTYPE html><p>x", False),
        ("<div><table><tr><td>x</table></div>", False),
        ("<p>x<br>y", False),
        ("<html><body><p>x", True),
        ("<HTML><BODY><P>x", True),
        ("<html><body>x</body></ht", True),
        ("<div><table><tr><td>x", True),
        ("<div>x</div><div>", True),
        ("<p>x <a hr", True),
        ("<html><script>'</html>'</script><body><td>x", True),
        ("<html><!-- </html>", True),
        ("<html><body>x</body></html>\n<html><body><table><tr>", True),
    ],
)
def test_a_page_is_whole_if_what_it_opens_is_closed(page: str, is_cut: bool) -> None:
    assert cut.html_breaks_off(page) is is_cut


REPORT = json.dumps(
    {"inspector": "dhs", "report_id": "OIG-21-49_2021", "title": 'Ports \u00e9 "x"', "n": 12, "t": True}
)


@pytest.mark.parametrize("length", range(1, len(REPORT)))
def test_json_that_breaks_off_anywhere_is_seen(length: int) -> None:
    assert cut.json_breaks_off(REPORT[:length])


@pytest.mark.parametrize("text", [REPORT, f"{REPORT}\n{REPORT}", '{"a": 1,}', "[1]", "{a: 1}", "x", "{broken}\n{more}"])
def test_json_that_ends_is_not_cut_whatever_else_it_is(text: str) -> None:
    assert not cut.json_breaks_off(text)


CSV = "report_number,title,summary,fiscal_year\nOIG-21-01,One,,2021\nOIG-21-02,Two,,2021\n"
NDJSON = "".join(f'{{"report_number": "OIG-21-0{n}", "title": "Port {n}"}}\n' for n in (1, 2))
CARDS = "".join(
    f"  \u2022 Audit of Port {n}\n\n    Executive Summary\n\n    We looked.\n\n    Report Number\n    OIG-21-0{n}\n"
    f"    Document File\n    Fiscal Year\n    2021\n\n"
    for n in (1, 2)
)
RUNON = "".join(f"Report NumberOIG-21-0{n}Issue DateDocument FileFiscal Year2021\nAudit of Port {n}\n" for n in (1, 2))
TEXT = "Report Number Title Issue Date Fiscal Year\nOIG-21-01 Port One 2021\nOIG-21-02 Port Two 2021\n"
DATED = "Date Title\n07/20/21 Port One (PDF, 2 pages - 1 MB)\n07/21/21 Port Two (PDF, 2 pages - 1 MB)\n"
CUT: dict[str, tuple[str, list[str | None], bool]] = {
    # content → numbers (or titles) of its rows, whether the last is in doubt
    "CSV, fields missing": (CSV + "OIG-21-03,Thr", ["OIG-21-01", "OIG-21-02"], False),
    "CSV, within quotes": (CSV + 'OIG-21-03,"Three', ["OIG-21-01", "OIG-21-02"], False),
    "CSV, within the lines of a summary": (
        CSV + 'OIG-21-03,Three,"We found:\n- this,\n- that\n', ["OIG-21-01", "OIG-21-02"], False,
    ),
    "NDJSON, within a text": (NDJSON + '{"report_number": "OIG-21-03", "ti', ["OIG-21-01", "OIG-21-02"], False),
    "NDJSON, before its bracket": (NDJSON + '{"report_number": "OIG-21-03"', ["OIG-21-01", "OIG-21-02"], False),
    "HTML table, within a title": (
        TABLE.format(rows=ROW + ROW.replace("26-18", "26-19")).split("Ports")[0] + "Ports", ["OIG-26-18"], True,
    ),
    "HTML table, between rows": (TABLE.format(rows=ROW).split("</tbody>")[0], ["OIG-26-18"], True),
    "HTML cards": (f"<html><h1>B</h1>{card('OIG-21-01')}{card('OIG-21-02')[:-80]}", ["OIG-21-01", "OIG-21-02"], True),
    "HTML cards, a part of a page": (
        f"<h1>B</h1>{card('OIG-21-01')}{card('OIG-21-02')[:-80]}", ["OIG-21-01", "OIG-21-02"], True,
    ),
    "text table, within a title": (TEXT + "OIG-21-03 Port Th", ["OIG-21-01", "OIG-21-02", "OIG-21-03"], True),
    "text table, within a number": (TEXT + "OIG-21-03", ["OIG-21-01", "OIG-21-02", None], True),
    "text table, within a year": (TEXT + "OIG-21-03 Port Three 20", ["OIG-21-01", "OIG-21-02", "OIG-21-03"], True),
    "text table, within a summary": (
        TEXT + "OIG-21-03 We looked at ports.\n\nWe fou", ["OIG-21-01", "OIG-21-02", "OIG-21-03"], True,
    ),
    "text table, between paragraphs": (
        TEXT + "OIG-21-03 We looked at ports.\n\n", ["OIG-21-01", "OIG-21-02", "OIG-21-03"], True,
    ),
    "text table, before the year of a summary": (
        TEXT + "OIG-21-03 We looked.\n\n>Port Th", ["OIG-21-01", "OIG-21-02", "OIG-21-03"], True,
    ),
    "text cards, within a title": (CARDS + "  \u2022 Audit of Po", ["OIG-21-01", "OIG-21-02"], False),
    "text cards, within the first label": (
        CARDS + "  \u2022 Audit of Port 3\n\n    Executive Sum", ["OIG-21-01", "OIG-21-02"], False,
    ),
    "text cards, within a summary": (
        CARDS + "  \u2022 Port 3\n\n    Executive Summary\n\n    We loo", ["OIG-21-01", "OIG-21-02", None], True,
    ),
    "text cards, between paragraphs": (
        CARDS + "  \u2022 Port\n\n    Executive Summary\n\n    We looked.\n\n", ["OIG-21-01", "OIG-21-02", None], True,
    ),
    "text cards, within a number": (CARDS[: CARDS.rindex("21-02") + 4], ["OIG-21-01", None], True),
    "text cards, before the year": (CARDS[: CARDS.rindex("cal Year")], ["OIG-21-01", "OIG-21-02"], True),
    "text cards, within the year": (CARDS.rstrip()[:-2], ["OIG-21-01", "OIG-21-02"], True),
    "run-on cards, within the year": (
        RUNON + "Report NumberOIG-21-03Issue DateFiscal Year20", ["OIG-21-01", "OIG-21-02", "OIG-21-03"], True,
    ),
    "run-on cards, within a number": (
        RUNON + "Report NumberOIG-21-0", ["OIG-21-01", "OIG-21-02", None], True,
    ),
    "run-on cards, within a title": (RUNON.rstrip()[:-2], ["OIG-21-01", "OIG-21-02"], False),
    "dated list, within a title": (DATED + "07/22/21 Port Th", [None, None, None], True),
    "dated list, within its bracket": (DATED + "07/22/21 Port Three (PDF, 2 pa", [None, None, None], True),
    "dated list, within a number": (DATED + "07/22/21 Port Three OIG 21-4", [None, None, None], True),
    "dated list, within a day": (DATED + "07/2", [None, None], True),
}  # fmt: skip


@pytest.mark.parametrize(("content", "numbers", "in_doubt"), CUT.values(), ids=CUT)
@pytest.mark.parametrize("ends", ["", " "], ids=["", "blank"])
def test_a_capture_that_breaks_off_is_named_and_its_whole_rows_count(
    content: str, numbers: list[str | None], in_doubt: bool, ends: str, captures: Captures
) -> None:
    reading = of(captures, content if content.endswith("\n") else content + ends)
    assert [f.rule for f in reading.findings if f.rule != "column_unknown"] == ["capture_cut"]
    (finding,) = (f for f in reading.findings if f.rule == "capture_cut")
    assert 1 <= (finding.line or 0) <= content.count("\n") + 1
    assert reading.sightings["listed_number"].to_list() == numbers
    doubts = reading.sightings["in_doubt"].to_list()
    assert doubts == [False] * (len(numbers) - 1) + [in_doubt]
    assert reading.summary.is_cut
    assert "breaks off" in str(reading.note)


@pytest.mark.parametrize("content", [CSV, NDJSON, CARDS, RUNON.rsplit("\n", 2)[0] + "\n", TEXT, DATED])
def test_a_whole_capture_is_not_cut_with_or_without_its_last_line_end(content: str, captures: Captures) -> None:
    for text in (content, content.rstrip("\n")):
        assert [f.rule for f in of(captures, text).findings] == []


@pytest.mark.parametrize("name", ["page-000.html", "page-001.html"])
def test_a_page_is_cut_wherever_it_ends(name: str, captures: Captures) -> None:
    content = (GOLDEN / name).read_bytes()
    all_rows = of(captures, content).rows.rows()
    for length in range(2_000, len(content) - 10, len(content) // 40):
        reading = of(captures, content[:length])
        assert reading.summary.is_cut
        rows = reading.rows.rows()
        assert rows[:-1] == all_rows[: max(len(rows) - 1, 0)]


@pytest.mark.parametrize(
    "content",
    [REPORT[:40], "{", NDJSON[:30], TABLE[:120], "<html><h1>A</h1>", TABLE.format(rows="")[:-30]],
)  # fmt: skip
@pytest.mark.parametrize("page", [0, 7])
def test_a_capture_cut_before_its_first_row_is_cut_and_not_past_the_end(
    content: str, page: int, captures: Captures
) -> None:
    url = f"https://www.oig.dhs.gov/reports/audits-inspections-and-evaluations?page={page}"
    reading = read(take(captures({"a": content, "a.meta.json": json.dumps({"url": url})}))[0])
    assert (reading.status, [f.rule for f in reading.findings]) == ("unreadable", ["capture_cut"])


@pytest.mark.parametrize("codec", ["gzip", "zstd"])
@pytest.mark.parametrize("name", ["page-000.html", "table-by-date.txt"])
def test_a_compressed_capture_that_ends_early_gives_the_rows_before(codec: str, name: str, captures: Captures) -> None:
    content = (GOLDEN / name).read_bytes()
    packed = gzip.compress(content) if codec == "gzip" else pa.Codec("zstd").compress(content, asbytes=True)
    all_rows = of(captures, packed).rows.rows()
    reading = of(captures, packed[: len(packed) * 9 // 10])
    rows = reading.rows.rows()
    assert [f.rule for f in reading.findings] == ["capture_cut"]
    if codec == "gzip":  # zstd packs a small file as one block, which is all or nothing
        assert len(rows) > 5
        assert rows[:-1] == all_rows[: len(rows) - 1]


def test_a_file_that_ends_within_a_character_is_cut(captures: Captures) -> None:
    content = (CSV + "OIG-21-03,Caf\u00e9 \u2014").encode()
    reading = of(captures, content[:-1])
    assert [f.rule for f in reading.findings] == ["capture_cut"]
    assert reading.rows.height == 2


def test_a_file_of_another_encoding_is_not_cut_but_unreadable(captures: Captures) -> None:
    assert [f.rule for f in of(captures, CSV.encode() + b"OIG-21-03,Caf\xe9").findings] == ["capture_unreadable"]


def test_a_quote_that_is_never_closed_costs_its_line_alone(captures: Captures) -> None:
    lines = CSV.splitlines(keepends=True)
    reading = of(captures, "".join([*lines[:2], 'OIG-21-09,"Nine,,2021\n', *lines[2:]]))
    assert [(f.rule, f.line) for f in reading.findings] == [("text_unread", 3)]
    assert reading.rows.height == 2


def test_values_at_which_a_capture_breaks_off_are_none(captures: Captures) -> None:
    text = CARDS[: CARDS.rindex("    Document")].replace(
        "Report Number", "Issue Date\n    07/20/2021\n    Report Number"
    )
    reading = of(captures, f"{text}    Document File\n    https://www.oig.dhs.gov/sites/default/fi")
    assert reading.sightings["listed_document_url"].to_list() == [None, None]
    assert reading.sightings["listed_issue_date"].to_list() == ["07/20/2021", "07/20/2021"]


def test_the_seed_and_all_golden_captures_are_whole() -> None:
    folders: list[Path] = [GOLDEN, PROJECT / "data" / "raw"]
    readings = [read(capture) for folder in folders for capture in take(folder) if "expected" not in capture.path]
    assert len(readings) > 8
    cut = {r.capture.path for r in readings if r.summary.is_cut or r.last_is_cut}
    assert cut == {"report-arizona-crf.md", "report-oig-18-75.txt"}, "their table of open recommendations is missing"
