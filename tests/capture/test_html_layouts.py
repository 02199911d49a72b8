"""The HTML layouts and the archive's report.json: whole pages, broken pages, pages without rows."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.capture import html_table
from oig_pipeline.capture.captures import take
from oig_pipeline.run.read_capture import read
from oig_pipeline.sources.oig_dhs_gov import html_cards
from oig_pipeline.sources.unitedstates import archive_record
from tests.conftest import Captures
from tests.value_lines import UNLISTED, checked_rows

TABLE = """<html><body><table><thead><tr><th class="views-field views-field-field-report-number">Report Number</th>
<th class="views-field views-field-title">Title</th></tr></thead><tbody>
{rows}
</tbody></table></body></html>
"""
ROW = """<tr>
<td class="views-field views-field-field-report-number">OIG-26-18          </td>
<td class="views-field views-field-title"><a href="/a.pdf">Audit of &amp; <i>Ports</i></a>
<span class="hidden">Why.</span></td>
<td class="views-field views-field-field-issue-date"><time datetime="2026-01-02T12:00:00Z">01/02/2026</time></td>
<td class="views-field views-field-field-fy">2026          </td>
</tr>"""
FIELD = '<div class="field"><div class="field__label">{label}</div><div class="field__items">{items}</div></div>'


def field(label: str, *items: str) -> str:
    return FIELD.format(label=label, items="".join(f'<div class="field__item">{item}</div>' for item in items))


def card(number: str) -> str:
    return (
        '<div class="views-row"><h3><a href="/node/1">Audit of Ports</a></h3>'
        + field("Executive Summary", "<p>First.</p><p>Second.</p>")
        + field("Report Number", number)
        + field("Issue Date", '<time datetime="2021-07-20T12:00:00Z">July 20</time>')
        + field("Document File", '<a href="/a.pdf">PDF</a>', '<a href="/b.pdf">PDF</a>')
        + field("DHS Agency", "CBP", "ICE")
        + field("Fiscal Year", "2021")
        + "</div>\n"
    )


def test_a_table_row_gives_its_cells() -> None:
    text = TABLE.format(rows=ROW)
    (row,) = checked_rows(text, html_table.read(text).frame)
    assert {k: v for k, v in row.items() if v is not None} == {
        "line": 3, "listed_number": "OIG-26-18", "listed_title": "Audit of & Ports", "listed_summary": "Why.",
        "listed_issue_date": "2026-01-02", "listed_document_url": "/a.pdf", "listed_fiscal_year": "2026",
    }  # fmt: skip


@pytest.mark.parametrize("missing", ["</td>", "</tr>", "</table>", "</a>", "</span>", "</body></html>"])
def test_a_page_without_some_end_tags_gives_the_same_numbers(missing: str) -> None:
    rows = html_table.read(TABLE.format(rows=ROW + "\n" + ROW.replace("26-18", "26-19")).replace(missing, ""))
    assert rows.frame["listed_number"].to_list() == ["OIG-26-18", "OIG-26-19"]


def test_a_page_cut_off_is_read_as_far_as_it_goes() -> None:
    text = TABLE.format(rows=ROW + "\n" + ROW.replace("26-18", "26-19"))
    numbers = html_table.read(text[: text.index("26-19") + 5]).frame["listed_number"].to_list()
    assert numbers == ["OIG-26-18", "OIG-26-19"]


def test_a_table_row_that_is_none_of_the_listing_is_reported() -> None:
    rows = html_table.read(TABLE.format(rows=ROW + "\n<tr><td>OIG-26-20</td><td>Lost</td></tr>"))
    assert rows.frame.height == 1
    assert [(f.rule, f.line, f.value) for f in rows.findings] == [("text_unread", 10, "OIG-26-20 Lost")]


EMPTY_CELLS = ROW[: ROW.index(">OIG") + 1] + "{0}</td><td class='views-field views-field-title'>{0}</td></tr>"


@pytest.mark.parametrize("row", ["<tr></tr>", "<tr><td></td></tr>", *map(EMPTY_CELLS.format, ("", " \n", "&nbsp;"))])
def test_a_table_row_without_any_content_is_no_row(row: str) -> None:
    rows = html_table.read(TABLE.format(rows="\n".join([row, ROW, row])))
    assert (rows.frame["listed_number"].to_list(), rows.findings) == (["OIG-26-18"], ())


@pytest.mark.parametrize("content", ["OIG-26-20", '<a href="/b.pdf"></a>', '<img src="/number.png">'])
def test_a_table_row_that_shows_anything_is_a_row(content: str) -> None:
    rows = html_table.read(TABLE.format(rows=ROW + "\n" + EMPTY_CELLS.format("").replace("></td>", f">{content}</td>")))
    assert rows.frame.height == 2


def test_a_table_row_whose_only_words_are_in_an_unknown_column_is_a_row() -> None:
    rows = html_table.read(TABLE.format(rows=ROW + EMPTY_CELLS.format("").replace("</tr>", "<td>Withdrawn</td></tr>")))
    assert (rows.frame.height, [finding.rule for finding in rows.findings]) == (2, ["column_unknown"])


@pytest.mark.parametrize(("page", "status"), [("", "empty"), ("?page=0", "empty"), ("?page=999", "not_a_listing")])
def test_a_table_without_rows_is_an_error_on_the_first_page_alone(page: str, status: str, captures: Captures) -> None:
    url = f"https://www.oig.dhs.gov/reports/audits-inspections-and-evaluations{page}"
    raw = captures({"page.html": TABLE.format(rows=""), "page.html.meta.json": json.dumps({"url": url})})
    assert read(take(raw)[0]).status == status


def test_a_topic_page_gives_its_cards_and_its_heading_as_topic() -> None:
    text = "<html><body><h1>Border Security</h1>\n" + card("OIG-21-49") + card("OIG-21-48") + "</body></html>"
    rows = html_cards.read(text)
    first, second = checked_rows(text, rows.frame)
    assert first == {
        "line": 2, "listed_number": "OIG-21-49", "listed_title": "Audit of Ports",
        "listed_summary": "First.\n\nSecond.",
        "listed_issue_date": "2021-07-20", "listed_document_url": "/a.pdf", "listed_agency": "CBP, ICE",
        "listed_fiscal_year": "2021", "topic": "Border Security", "listed_office": None, "listed_datetime": None,
        **dict.fromkeys(UNLISTED),
    }  # fmt: skip
    assert (second["line"], second["listed_number"]) == (3, "OIG-21-48")


def test_press_releases_between_cards_are_no_reports_unless_they_mention_one() -> None:
    news = '<div class="views-row"><h3>Former Official Sentenced</h3></div>\n'
    text = "<h1>Border</h1>\n" + news + card("OIG-21-49") + news.replace("Sentenced", "Read OIG-21-50")
    rows = html_cards.read(text)
    assert rows.frame["listed_number"].to_list() == ["OIG-21-49"]
    assert [f.line for f in rows.findings] == [4]


def test_the_page_of_one_report_is_one_row() -> None:
    text = "<html><body><h1>Audit of Ports</h1>" + card("OIG-21-49").replace("views-row", "node") + "</body></html>"
    (row,) = html_cards.read(text).frame.to_dicts()
    assert (row["listed_number"], row["listed_title"], row["topic"]) == ("OIG-21-49", "Audit of Ports", None)


@given(st.text())
def test_no_text_breaks_a_reader(text: str) -> None:
    html_table.read(text)
    html_table.read(TABLE.format(rows=text.replace("{", "")))
    html_cards.read(text)


def test_a_report_of_the_archive_is_one_row_without_a_fiscal_year() -> None:
    report = {
        "inspector": "dhs", "agency": "cbp, ice", "report_id": "OIG-17-16-VR_2016", "title": "Review",
        "published_on": "2016-11-01", "url": "https://www.oig.dhs.gov/a.pdf",
    }  # fmt: skip
    text = json.dumps(report, indent=2)
    assert archive_record.matches(text)
    (row,) = checked_rows(text, archive_record.read(text).frame)
    assert {k: v for k, v in row.items() if v is not None} == {
        "line": 1, "listed_number": "OIG-17-16-VR", "listed_title": "Review", "listed_issue_date": "2016-11-01",
        "listed_document_url": "https://www.oig.dhs.gov/a.pdf", "listed_agency": "cbp, ice",
    }  # fmt: skip
    assert not archive_record.matches('{"report_number": "OIG-21-01", "title": "T"}')


def test_a_page_with_a_number_in_no_known_place_is_an_unknown_layout(captures: Captures) -> None:
    reading = read(take(captures({"page.html": "<h1>Reports</h1><p>OIG-21-49 Audit of Ports</p>"}))[0])
    assert [f.rule for f in reading.findings] == ["layout_unknown"]


STRAY = "<p>OIG-26-77 Lost in a paragraph</p>"


@pytest.mark.parametrize(
    "page",
    [
        TABLE.format(rows=ROW).replace("<table>", f"{STRAY}\n<table>"),
        TABLE.format(rows=ROW + STRAY),  # not allowed within a table: a parser moves it above
        f"<html><body>\n{card('OIG-21-49')}{STRAY}</body></html>",
        f"<html><body>\n{card('OIG-21-49')}<div class='row-of-tomorrow'>{STRAY}</div></body></html>",
    ],
)
def test_a_report_outside_the_rows_is_reported_with_its_line(page: str) -> None:
    reader = html_table if html_table.matches(page) else html_cards
    (finding,) = reader.read(page).findings
    line = next(n for n, text in enumerate(page.split("\n"), start=1) if STRAY in text)
    assert (finding.rule, finding.line, finding.value) == ("text_unread", line, "OIG-26-77 Lost in a paragraph")


@pytest.mark.parametrize("element", ["nav", "footer", "header", "aside", "script"])
def test_what_the_sites_furniture_says_is_no_row(element: str) -> None:
    around = f"<{element}>{STRAY}</{element}>"
    for page in (TABLE.format(rows=ROW).replace("<table>", around + "<table>"), around + card("OIG-21-49") + around):
        reader = html_table if html_table.matches(page) else html_cards
        assert reader.read(page).findings == ()


STATUS = '<th class="views-field views-field-field-status">Status</th>'


@pytest.mark.parametrize(
    ("page", "value", "words"),
    [
        (
            TABLE.format(rows=ROW).replace("</tr></thead>", f"{STATUS}</tr></thead>"),
            "Status",
            "'Status' (views-field-field-status)",
        ),
        (
            TABLE.format(rows=ROW.replace("</tr>", '<td class="views-field views-field-nothing">View</td></tr>')),
            "views-field-nothing",
            "'views-field-nothing'",
        ),
        (TABLE.format(rows=ROW.replace("</tr>", "<td>Open</td></tr>")), "column 5", "'column 5'"),
        (
            TABLE.format(rows=ROW.replace("views-field-field-issue-date", "views-field-field-day")),
            "views-field-field-day",
            "'views-field-field-day'",
        ),
        (f"<h1>B</h1>{card('OIG-21-49').replace('</h3>', '</h3>' + field('Pages', '12'))}", "Pages", "'Pages'"),
    ],
)
def test_a_column_that_is_not_read_is_named_once(page: str, value: str, words: str) -> None:
    reader = html_table if html_table.matches(page) else html_cards
    for text in (page, page.replace(ROW, ROW + "\n" + ROW.replace("26-18", "26-19"))):
        (finding,) = reader.read(text).findings
        assert (finding.rule, finding.value) == ("column_unknown", value)
        assert words in finding.message
        assert finding.line is not None


def test_an_unnamed_column_without_content_and_keywords_are_no_unknown_columns() -> None:
    bare = TABLE.format(rows=ROW.replace("</tr>", "<td> </td></tr>")).replace("</tr></thead>", "<th></th></tr></thead>")
    assert html_table.read(bare).findings == ()
    keywords = card("OIG-21-49").replace("</h3>", "</h3>" + field("Keywords", "Ports"))
    assert html_cards.read(f"<h1>B</h1>{keywords}").findings == ()


def test_the_columns_that_a_page_shows_are_known() -> None:
    assert html_table.read(TABLE.format(rows="")).columns == ("listed_number", "listed_title")
    assert set(html_table.read(TABLE.format(rows=ROW)).columns) == {
        "listed_number", "listed_title", "listed_issue_date", "listed_fiscal_year",
    }  # fmt: skip
    assert "listed_agency" in html_cards.read(card("OIG-21-49")).columns
