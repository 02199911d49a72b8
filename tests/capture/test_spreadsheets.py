"""What spreadsheets and people make of a CSV, files of other kinds, and days that a file writes day first."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from pathlib import Path

import pytest

from oig_pipeline.capture.captures import take
from oig_pipeline.capture.exchange import CSV, read_csv
from oig_pipeline.capture.ndjson import read as read_ndjson
from oig_pipeline.capture.rows import Rows, Unreadable
from oig_pipeline.run import pipeline
from oig_pipeline.run.read_capture import layout_of, read
from oig_pipeline.settings import Limits, Settings, settings
from tests.conftest import Captures

ROWS = [("OIG-21-41", "Audit of Ports", "2021"), ("OIG-21-42", "Audit of Ships; Boats, too", "2021")]


def table(separator: str, *names: str) -> str:
    lines = [names, *ROWS]
    return "".join(separator.join(f'"{value}"' for value in line) + "\n" for line in lines)


def values(read: Rows) -> list[tuple[object, ...]]:
    return read.frame.select("listed_number", "listed_title", "listed_fiscal_year").rows()


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "names",
    [
        ("report_number", "title", "fiscal_year"),
        ("Report_Number", "TITLE", "Fiscal Year"),
        (" Report Number ", "Title", "FISCAL-YEAR"),
        ("reportNumber", "Title:", "fiscalYear"),
        ("Report\nNumber", "Title", "Fiscal\nYear"),
    ],
    ids=str,
)
@pytest.mark.parametrize("above", ["", "Reports as of 3/1/2021\n\n", "Reports,,,\n,,,\n", '"Reports, all";;\n;;\n'])
def test_a_header_is_found_in_any_spelling_and_separator(separator: str, names: tuple[str, ...], above: str) -> None:
    text = above + table(separator, *names)
    assert layout_of(text) is CSV
    result = read_csv(text)
    assert values(result) == ROWS
    assert result.findings == ()
    first = above.count("\n") + "".join(names).count("\n") + 2
    assert result.frame["line"].to_list() == [first, first + 1]


@pytest.mark.parametrize("declared", ["sep=;\n", '"sep=;"\n', "SEP=;\n"])
def test_a_declared_separator_is_no_row(declared: str) -> None:
    assert values(read_csv(declared + table(";", "report_number", "title", "fiscal_year"))) == ROWS


def test_the_sites_own_labels_are_read_in_any_case() -> None:
    text = "REPORT NUMBER,Title,executive summary,Document_File,dhs agency,Oversight Area,Issue Date\n1,2,3,4,5,6,7\n"
    row = read_csv(text).frame.row(0, named=True)
    names = ("number", "title", "summary", "document_url", "agency", "issue_date")
    assert [row[f"listed_{name}"] for name in names] == ["1", "2", "3", "4", "5", "7"]
    assert row["topic"] == "6"
    (record,) = read_ndjson(json.dumps({"Report Number": "1", "TITLE": "2", "DHS Agency": "5"})).frame.to_dicts()
    assert (record["listed_number"], record["listed_title"], record["listed_agency"]) == ("1", "2", "5")


def test_a_missing_column_is_named_below_a_heading_row() -> None:
    with pytest.raises(Unreadable) as error:
        read_csv("Reports\n\nReport Number;Agency\nOIG-21-41;CBP\n")
    assert (error.value.finding.line, "title is missing" in error.value.finding.message) == (3, True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "Report No.,Report Title,FY\nOIG-21-41,Audit of Ports,2021\n",
            ["','", "report_number and title", "Report No."],
        ),
        ("report_number^title\nOIG-21-41^Audit of Ports\n", ["'^'", "report_number and title"]),
        ("OIG-21-41\tAudit of Ports\nOIG-21-42\tAudit of Ships\n", ["tabs", "OIG-21-41, Audit of Ports"]),
    ],
)
def test_a_table_whose_columns_are_not_known_is_refused_with_what_to_name(
    text: str, words: list[str], captures: Captures
) -> None:
    (finding,) = read(take(captures({"list.csv": text}))[0]).findings
    assert finding.rule == "layout_unknown"
    assert all(word in finding.message for word in words), finding.message


def test_a_table_of_markdown_has_no_row_of_dashes_and_its_links_are_taken_apart() -> None:
    text = (
        "# Reports\n\n| Report Number | Title | Document File | Fiscal Year |\n|---|:--|--:|:---:|\n"
        "| OIG-21-41 | [Audit of Ports](/a/b.pdf) | [PDF](/a/b.pdf) | 2021 |\n"
    )
    rows = read_csv(text)
    assert (rows.frame.height, rows.findings) == (1, ())


def test_a_heading_of_the_site_may_tell_how_its_column_is_sorted() -> None:
    text = "Report Number Sort ascending,Title Sort ascending,Fiscal Year Sort Descending\n"
    assert layout_of(text) is CSV
    assert read_csv(f"{text}OIG-21-41,Audit of Ports,2021\n").columns == (
        "listed_number", "listed_title", "listed_fiscal_year",
    )  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le"])
def test_utf_16_without_a_mark_is_named(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes(table(",", "report_number", "title", "fiscal_year").encode(encoding))
    reading = read(take(tmp_path)[0])
    assert (reading.rows.height, [f.rule for f in reading.findings]) == (0, ["capture_unreadable"])
    assert "UTF-16; save it as UTF-8" in str(reading.note)


def test_a_row_above_the_header_is_named() -> None:
    result = read_csv("OIG-21-40,Audit of Cars\nreport_number,title\nOIG-21-41,Audit of Ports\n")
    assert [(f.rule, f.line) for f in result.findings] == [("text_unread", 1)]


@pytest.mark.parametrize("blank", [",,", '"","",""', " , ,\u00a0", "\t,,", ",,,,", "\ufeff,,"])
def test_a_record_without_content_is_no_row(blank: str) -> None:
    result = read_csv(f"report_number,title,fiscal_year\n{blank}\nOIG-21-41,Audit of Ports,2021\n{blank}\n{blank}\n")
    assert (result.frame["line"].to_list(), result.findings) == ([3], ())
    objects = read_ndjson('{}\n{"report_number": null, "title": " "}\n{"report_number": "A", "title": "T"}\n')
    assert (objects.frame["line"].to_list(), objects.findings) == ([3], ())
    blank_texts = '{"report_number": "", "title": " "}\n{"report_number": "A", "title": "T"}\n'
    assert read_ndjson(blank_texts).frame["line"].to_list() == [2]


def test_columns_without_a_name_are_none_unless_they_hold_something() -> None:
    result = read_csv("report_number,title,,\nA,T,,\nB,U\nC,V,, \n")
    assert (result.frame.height, result.findings) == (3, ())
    result = read_csv("report_number,title,,\nA,T,,\nB,U,,x\n")
    assert [(f.rule, f.line, f.value) for f in result.findings] == [("column_unknown", 3, "x")]
    result = read_csv("report_number,title\nA,T,x\n")
    assert [(f.rule, f.line) for f in result.findings] == [("text_unread", 2)]


def test_a_cell_may_have_lines_where_it_is_a_list_or_ends_in_one() -> None:
    result = read_csv(
        'report_number,title,agency,issue_date\nA,"T\nU","CBP\nICE","03/15/2021\n"\nB,T,"CBP\nOIG-21-42,U"\n'
    )
    row = result.frame.row(0, named=True)
    assert (row["listed_agency"], row["listed_title"], row["listed_issue_date"]) == ("CBP\nICE", "T\nU", "03/15/2021\n")
    assert [f.line for f in result.findings] == [6]


def zipped(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(name, "x" * 9000)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (zipped("[Content_Types].xml", "xl/workbook.xml"), ("Excel workbook", "CSV")),
        (zipped("archive/data.warc.gz", "datapackage.json"), ("WACZ", "oig import warc")),
        (zipped("a.txt"), ("ZIP", "unpack")),
        (zipped("[Content_Types].xml", "word/document.xml"), ("Word document", "HTML or text")),
        (zipped("[Content_Types].xml", "ppt/presentation.xml"), ("PowerPoint",)),
        (zipped("Index/Document.iwa"), ("Numbers workbook", "CSV")),
        (zipped(), ("ZIP",)),
        (b"7z\xbc\xaf\x27\x1c\0\x04", ("7-Zip", "unpack")),
        (b"BZh91AY&SY", ("bzip2", "gzip")),
        (b"\xfd7zXZ\0\0\x04", ("xz", "gzip")),
        (b"\x89PNG\r\n\x1a\n", ("picture",)),
        (b"ARROW1\0\0" + b"\0" * 40, ("Arrow", "CSV")),
        (b"list.csv" + b"\0" * 249 + b"ustar\x0000" + b"\0" * 100, ("tar archive", "unpack")),
        (b"\1\2\3\4\5\6\7\1DUCK" + b"\0" * 40, ("DuckDB", "CSV")),
        (b"/annex/objects/SHA256E-s12--abc.csv\n", ("git-annex", "git annex get")),
        (b'{"log": {"version": "1.2", "entries": []}}', ("HAR", "HTML")),
        (b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook>', ("Excel workbook", "CSV")),
        (b"\xef\xbb\xbf\r\n%PDF-1.7\n", ("PDF",)),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, ("workbook", "CSV")),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 1\n", ("Git LFS pointer", "git lfs pull")),
        (
            b'From: <Saved by Blink>\r\nSubject: A\r\nMIME-Version: 1.0\r\n\r\n<td class=3D"views-field-title">',
            ("MHTML",),
        ),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related;\n\tboundary=x\n\nhtml", ("MHTML", "HTML")),
        (b'[{"report_number": "OIG-21-41", "title": "T"}]\n', ("JSON array", "one object a line")),
        (b"\xef\xbb\xbf [\n  {\n", ("JSON array",)),
        (b"WARC/1.0\r\nWARC-Type: response\r\n", ("WARC", "oig import warc")),
        (b"%PDF-1.7\n\xff", ("PDF",)),
        (b'{\n  "reports": [\n    {"title": "T"}\n  ]\n}\n', ("JSON document", "one object a line")),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_file_of_another_kind_is_named_with_what_to_do(
    content: bytes, words: tuple[str, ...], captures: Captures
) -> None:
    (capture,) = take(captures({"list.csv": content}))
    reading = read(capture)
    assert reading.status == "unreadable"
    assert all(word in (reading.note or "") for word in words), reading.note


def dated(*days: str) -> dict[str, str]:
    """Return the same three rows in layouts that show days."""
    rows = [(f"OIG-21-{n}", f"Audit of Port {n}", day) for n, day in enumerate(days, start=41)]
    cell = '<td class="views-field-{}">{}</td>'
    kinds = ("field-report-number", "title", "field-issue-date")
    page = "".join(f"<tr>{''.join(cell.format(*pair) for pair in zip(kinds, row, strict=True))}</tr>\n" for row in rows)
    cards = "".join(
        f"  \u2022 {title}\n\n    Report Number\n    {number}\n    Issue Date\n    {day}\n\n"
        for number, title, day in rows
    )
    return {
        "list.csv": "report_number,title,issue_date\n" + "".join(f"{','.join(row)}\n" for row in rows),
        "list.ndjson": "".join(
            json.dumps({"report_number": n, "title": t, "issue_date": d}) + "\n" for n, t, d in rows
        ),
        "page.html": f"<html><body><table>{page}</table></body></html>\n",
        "cards.txt": f"Borders\n\n{cards}",
    }


@pytest.mark.parametrize("name", [*dated()])
def test_one_day_that_is_written_first_makes_the_ambiguous_ones_of_its_file_errors(
    name: str, captures: Captures
) -> None:
    raw = captures({name: dated("25/02/2021", "03/02/2021", "04/04/2021")[name]})
    (raw / "other.csv").write_text("report_number,title,issue_date\nOIG-21-50,Audit of Cars,03/02/2021\n")
    outcome = pipeline.check(settings(raw, raw.parent / "out"))
    days = dict(outcome.reports.select("report_number", "issue_date").iter_rows())
    assert days == {
        "OIG-21-41": dt.date(2021, 2, 25), "OIG-21-43": dt.date(2021, 4, 4), "OIG-21-50": dt.date(2021, 3, 2),
    }  # fmt: skip
    (violation,) = outcome.result.violations.filter(rule="date_unreadable").to_dicts()
    assert violation["capture_path"] == name
    assert "day before the month" in violation["message"]


@pytest.mark.parametrize("days", [("25/02/2021", "03/02/2021"), ("03/02/2021", "25/02/2021")])
def test_a_proof_in_another_part_of_a_large_file_counts_too(days: tuple[str, str], captures: Captures) -> None:
    raw = captures({"list.ndjson": dated(*days)["list.ndjson"]})
    outcome = pipeline.check(Settings(raw, raw.parent / "out", limits=Limits(chunk_bytes=60)))
    assert outcome.reports.is_empty()
    assert "YYYY-MM-DD" in " ".join(outcome.result.violations["message"])
    raw = captures({"list.ndjson": dated("25/02/2021", "26/02/2021")["list.ndjson"]})
    assert pipeline.check(Settings(raw, raw.parent / "out", limits=Limits(chunk_bytes=60))).reports.height == 2


TABLE = (
    '<table><tr><td class="views-field-field-report-number">OIG-21-41</td><td class="views-field-title">T</td>'
    '<td class="views-field-field-issue-date">{}</td></tr></table>'
)
CARD = (
    '<div class="views-row"><h2>T</h2><div><div class="field__label">Report Number</div><div class="field__item">'
    'OIG-21-41</div></div><div><div class="field__label">Issue Date</div><div class="field__item">{}</div></div></div>'
)


@pytest.mark.parametrize("page", [TABLE, CARD], ids=["table", "cards"])
@pytest.mark.parametrize(
    ("text", "markup_day", "day", "is_flagged"),
    [
        ("03/15/2021", "2021-03-15T12:00:00Z", dt.date(2021, 3, 15), False),
        ("March 15, 2021", "2021-03-15T12:00:00Z", dt.date(2021, 3, 15), False),
        ("Mon, 03/15/2021 - 12:00", "2021-03-15T12:00:00Z", dt.date(2021, 3, 15), False),
        ("03/14/2021", "2021-03-15T00:30:00Z", dt.date(2021, 3, 14), True),
        ("Mar. 14, 2021", "2021-03-15T00:30:00Z", dt.date(2021, 3, 14), True),
        ("", "2021-03-15T12:00:00Z", dt.date(2021, 3, 15), False),
        ("N/A", "2021-03-15T12:00:00Z", dt.date(2021, 3, 15), False),
        ("03/02/2021", "2021-02-03T12:00:00Z", dt.date(2021, 2, 3), False),
    ],
)
def test_the_day_that_a_page_shows_beats_its_markup(
    page: str, text: str, markup_day: str, day: dt.date, is_flagged: bool, captures: Captures
) -> None:
    cell = f'<time datetime="{markup_day}">{text}</time>'
    raw = captures({"page.html": f"<html><body>{page.format(cell)}</body></html>"})
    (report,) = pipeline.check(settings(raw, raw.parent / "out")).reports.to_dicts()
    assert (report["issue_date"], "date_differs" in report["quality_flags"]) == (day, is_flagged)
