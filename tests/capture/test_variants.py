"""Pages of the known layouts in forms that other captures of the site have had, and what a faithful reader gives."""

from __future__ import annotations

import pytest

from oig_pipeline.capture import exchange, html_table
from oig_pipeline.capture.rows import Rows
from oig_pipeline.run.read_capture import layout_of
from oig_pipeline.sources.oig_dhs_gov import html_cards, text_cards, text_runon, text_table

TABLE = "Report Number Title Issue Date Fiscal Year\n"
Values = list[tuple[str | None, ...]]


def values_of(rows: Rows, *names: str) -> Values:
    return rows.frame.select(f"listed_{name}" for name in names).rows()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (  # a row of one line, a blank line, and a row with a summary
            "OIG-16-84 One line 2016\n\nOIG-16-86 Summary text.\n\n>Title 86\n2016\n",
            [("OIG-16-84", "One line", None, "2016"), ("OIG-16-86", "Title 86", "Summary text.", "2016")],
        ),
        (  # a row without number and summary, below another and at the top
            "OIG-16-86 One 2016\n  \n\n>Report of Investigation\n2016\nOIG-16-87 Two 2016\n",
            [
                ("OIG-16-86", "One", None, "2016"),
                (None, "Report of Investigation", None, "2016"),
                ("OIG-16-87", "Two", None, "2016"),
            ],
        ),
        ("  \n\n>Report of Investigation\n2016\n", [(None, "Report of Investigation", None, "2016")]),
        (  # a summary with single line breaks and a list
            "OIG-16-80 We found:\n- one thing\n- another\n\n>Title of 80\n2016\n",
            [("OIG-16-80", "Title of 80", "We found:\n- one thing\n- another", "2016")],
        ),
        (  # indented closings, a year below a blank line, a title over two lines
            "OIG-16-86 A.\n\n >Title 86\n 2016\nOIG-16-87 B.\n\n>Title 87\n\n2016\n"
            "OIG-16-88 C.\n\n>Title wraps\nover two lines\n2016\n",
            [
                ("OIG-16-86", "Title 86", "A.", "2016"),
                ("OIG-16-87", "Title 87", "B.", "2016"),
                ("OIG-16-88", "Title wraps over two lines", "C.", "2016"),
            ],
        ),
        (  # missing and broken years among rows of one line
            "OIG-18-51 Without year\nOIG-16-90 X 2016\nOIG-18-16 Foo 20187\nDS-02-06 Bar 2002\n",
            [
                ("OIG-18-51", "Without year", None, None),
                ("OIG-16-90", "X", None, "2016"),
                ("OIG-18-16", "Foo", None, "20187"),
                ("DS-02-06", "Bar", None, "2002"),
            ],
        ),
    ],
)
def test_rows_of_a_text_table(text: str, expected: Values) -> None:
    rows = text_table.read(TABLE + text)
    assert values_of(rows, "number", "title", "summary", "fiscal_year") == expected
    assert rows.findings == ()


@pytest.mark.parametrize(
    "line",
    [
        *(
            "Washington, DC 20528",
            "Copyright 2024",
            "Last updated March 2024",
            "Showing 1 - 50 of 1200",
            "1 2 3 \u2026 9",
        ),
        *(
            "\u00ab First \u2039 Prev 1 2 3 Next \u203a Last \u00bb",
            "Previous page \u2039 Previous",
            "Home | FOIA | Site Map",
        ),
    ],
)
def test_no_row_is_made_of_what_stands_below_the_table(line: str) -> None:
    rows = text_table.read(f"{TABLE}OIG-16-84 One line 2016\n\n{line}\n")
    assert (rows.frame.height, rows.findings) == (1, ())


RUN = "Report Number{}Issue DateDocument FileDHS AgencyKeywordsFiscal Year{}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (  # a title that begins with a year, glued to one; a year with a digit too many
            "- "
            + RUN.format("OIG-22-02", "20222007 Debris Removal")
            + RUN.format("OIG-18-16", "20187Independent Audit")
            + RUN.format("OIG-18-17", "20185 Agencies Failed") + RUN.format("OIG-18-18", "2018"),
            [
                ("OIG-22-02", None, "2022"),
                ("OIG-18-16", "2007 Debris Removal", "20187"),
                ("OIG-18-17", "Independent Audit", "2018"),
                ("OIG-18-18", "5 Agencies Failed", "2018"),
            ],
        ),
        (  # labels missing: no title goes to a neighbour, and no run of labels is a title
            RUN.format("OIG-22-02", "2022Title A") + "Report NumberOIG-22-04Fiscal Year2022Title B\n"
            "Report NumberOIG-22-05Issue DateFiscal Year2022\nReport NumberOIG-22-06Issue DateDocument FileDHS Agency\n"
            "Title D\n" + RUN.format("OIG-22-07", "2022"),
            [
                ("OIG-22-02", None, "2022"),
                ("OIG-22-04", "Title A", "2022"),
                ("OIG-22-05", "Title B", "2022"),
                ("OIG-22-06", None, None),
                ("OIG-22-07", "Title D", "2022"),
            ],
        ),
        (  # a first title that is there, titles that say Fiscal Year, runs within a line, indented ones
            "- First title\nExecutive SummaryWhy.\n" + RUN.format("OIG-22-02", "2022Plan for Fiscal Year 2021")
            + " " + RUN.format("OIG-22-03", "2022Title CReport NumberOIG-22-09Issue DateFiscal Year2022"),
            [
                ("OIG-22-02", "First title", "2022"),
                ("OIG-22-03", "Plan for Fiscal Year 2021", "2022"),
                ("OIG-22-09", "Title C", "2022"),
            ],
        ),
    ],
)  # fmt: skip
def test_rows_of_run_on_cards(text: str, expected: Values) -> None:
    assert text_runon.matches("CBP\n" + text)
    rows = text_runon.read("CBP\n" + text)
    assert values_of(rows, "number", "title", "fiscal_year") == expected
    assert rows.findings == ()


def test_a_title_glued_to_its_summary_is_parted_from_it() -> None:
    rows = text_runon.read(
        RUN.format("OIG-21-01", "2021Title AExecutive SummaryText.") + RUN.format("OIG-21-02", "2021")
    )
    assert values_of(rows, "title", "summary") == [(None, None), ("Title A", "Text.")]


def test_labels_without_end_are_read_in_one_pass() -> None:
    endless = "Issue DateDocument FileDHS AgencyOversight AreaKeywords" * 20_000
    for text in (f"CBP\nReport NumberOIG-22-03{endless}\n", "Report NumberOIG-22-03" * 20_000):
        assert text_runon.matches(text)
        assert not text_runon.read(text).frame.is_empty()


def card(number: str, title: str) -> str:
    return (
        f"<h2>{title}</h2>"
        f'<div class="field field--label-inline"><div class="field__label">Report Number</div>'
        f'<div class="field__item">{number}</div></div>'
    )


PRESS = '<div class="views-row"><h3>Press release</h3></div>'
PAGES = {
    "articles": f"<article>{card('OIG-21-49', 'A')}</article><article>{card('OIG-21-50', 'B')}</article>",
    "rows in a row": (
        f'<div class="views-row"><div class="views-row">{card("OIG-21-49", "A")}</div>'
        f'<div class="views-row">{card("OIG-21-50", "B")}</div></div>'
    ),
    "articles in rows": (
        f'<div class="views-row"><article>{card("OIG-21-49", "A")}</article></div>'
        f'<div class="views-row"><article>{card("OIG-21-50", "B")}</article></div>'
    ),
    "hidden headings": (
        f'<div class="views-row"><div class="contextual"><h3>Contextual links</h3></div>'
        f'<div class="field__item"><h3>Why We Did This</h3></div>{card("OIG-21-49", "A")}</div>'
        f'<div class="views-row"><h3 class="visually-hidden">Report</h3>{card("OIG-21-50", "B")}</div>'
    ),
}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_cards_in_any_markup_of_the_site(page: str) -> None:
    rows = html_cards.read(f"<html><body><h1>Border Security</h1>\n{page}</body></html>")
    assert values_of(rows, "number", "title") == [("OIG-21-49", "A"), ("OIG-21-50", "B")]
    assert rows.findings == ()
    assert rows.frame["topic"].to_list() == ["Border Security"] * 2


def test_blocks_of_other_pages_beside_a_report_are_not_the_listing() -> None:
    rows = html_cards.read(f"<html><body><h1>A</h1><article>{card('OIG-21-49', '')}</article>{PRESS}</body></html>")
    assert values_of(rows, "number", "title") == [("OIG-21-49", "A")]


def test_a_page_that_may_be_several_reports_says_so() -> None:
    page = f"<html><body><h1>A</h1>{card('OIG-21-49', 'A')}{card('OIG-21-50', 'B')}</body></html>"
    assert [f.rule for f in html_cards.read(page).findings] == ["text_unread"]


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>One.</p><ul><li>i1</li><li>i2</li></ul><p>Three.</p>", "One.\n\ni1\ni2\n\nThree."),
        ("Intro text.<br/>Line two.<p>P.</p>", "Intro text.\nLine two.\n\nP."),
        ("<div><p>One <i>word</i>\n and more.</p></div>Rest", "One word and more.\n\nRest"),
    ],
)
def test_no_word_of_a_summary_is_lost_or_glued(html: str, words: str) -> None:
    summary = f'<div><div class="field__label">Executive Summary</div><div class="field__item">{html}</div></div>'
    page = f'<html><body><div class="views-row">{card("OIG-21-49", "A")}{summary}</div></body></html>'
    assert values_of(html_cards.read(page), "summary") == [(words,)]
    cell = f'<td class="views-field-title">T1<br>two<span class="hidden">{html}</span></td>'
    number = '<td class="views-field-field-report-number">OIG-21-49</td>'
    table = f"<html><body><table><tr>{number}{cell}</tr></table></body></html>"
    assert values_of(html_table.read(table), "title", "summary") == [("T1\ntwo", words)]


def test_values_of_a_text_card_in_several_forms() -> None:
    text = (
        "Home\n\nBorders\n\n  \u2022\u00a0Audit of Ports\n\n    Report Number: OIG-21-49\n    Oversight Area\n"
        "    Border Security\n    Immigration\n    Keywords\n    One\n    Two\n    Fiscal Year\n\n    2021\n"
    )
    rows = text_cards.read(text)
    assert values_of(rows, "number", "title", "fiscal_year") == [("OIG-21-49", "Audit of Ports", "2021")]
    assert rows.frame["topic"].to_list() == ["Border Security; Immigration"]
    assert rows.findings == ()


def test_a_csv_with_the_sites_own_labels_is_read() -> None:
    text = "Report Number,Title,Issue Date,Fiscal Year\nOIG-21-49,Audit of Ports,07/20/2021,2021\n"
    layout = layout_of(text)
    assert layout is exchange.CSV
    assert values_of(layout.read(text), "number", "title", "issue_date", "fiscal_year") == [
        ("OIG-21-49", "Audit of Ports", "07/20/2021", "2021")
    ]


def test_a_paragraph_that_begins_with_a_number_is_no_lost_row() -> None:
    text = 'report_number,title,summary\nOIG-21-49,T,"First.\n\nOIG-15-34, which found more."\n'
    rows = exchange.read_csv(text)
    assert (rows.frame.height, rows.findings) == (1, ())
