"""Every value of every layout stands on the line that its sighting names for it."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.capture import exchange, html_table
from oig_pipeline.capture.captures import take
from oig_pipeline.contract.names import LINE_COLUMNS
from oig_pipeline.run.read_capture import read
from oig_pipeline.sources.oig_dhs_gov import html_cards, text_cards, text_runon, text_table
from oig_pipeline.sources.unitedstates import archive_record
from tests.conftest import DATA, PROJECT, Captures
from tests.value_lines import line_of, misplaced

FILES = [
    file
    for folder in (DATA / "raw", PROJECT / "tests" / "golden" / "layouts")
    for file in sorted(folder.iterdir())
    if file.suffix in (".txt", ".html", ".csv") and not file.name.startswith("recommendation-")
]
each_file = pytest.mark.parametrize("file", FILES, ids=[file.name for file in FILES])


def lines_of(row: dict[str, Any]) -> dict[str, int]:
    """Return the lines of the values of a row that have one of their own."""
    return {column: row[line] for column, line in LINE_COLUMNS.items() if row[line] is not None}


@each_file
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_the_values_of_a_golden_capture_stand_on_their_lines(file: Path, line_end: str, captures: Captures) -> None:
    text = file.read_text(encoding="utf-8")
    (capture,) = take(captures({file.name: text.replace("\n", line_end)}))
    sightings = read(capture).sightings
    assert sightings.height
    assert misplaced(text, sightings) == []


def test_the_first_card_of_the_seed_leads_to_each_of_its_lines() -> None:
    row = text_cards.read((DATA / "raw" / "border-security.txt").read_text(encoding="utf-8")).frame.row(0, named=True)
    assert row["line"] == 18
    assert lines_of(row) == {
        "listed_number": 25, "listed_summary": 22, "listed_fiscal_year": 30, "topic": 16,
    }  # fmt: skip


def test_rows_of_one_line_have_no_other_lines() -> None:
    text = (DATA / "raw" / "listing-transcript.csv").read_text(encoding="utf-8")
    frame = exchange.read_csv(text).frame
    assert frame.select(LINE_COLUMNS.values()).null_count().row(0) == (frame.height,) * len(LINE_COLUMNS)


words = st.lists(st.sampled_from(("Audit", "of", "Ports", "CBP's", "\u00e9t\u00e9", "2021", "(Revised)")), min_size=1)
line = words.map(" ".join)
gap = st.integers(0, 2).map(lambda blank: "\n" * blank)
paragraphs = st.lists(line, min_size=1, max_size=3)


@st.composite
def text_card(draw: st.DrawFn) -> str:
    """Return a card: labels in any order, some missing, values below them or behind a colon, blank lines between."""
    title, summary = draw(line), draw(st.none() | paragraphs)
    values = {
        "Report Number": "OIG-21-49", "Issue Date": "07/20/2021", "Document File": "a.pdf", "DHS Agency": "CBP",
        "Oversight Area": draw(line), "Fiscal Year": "2021",
    }  # fmt: skip
    card = f"  \u2022 {title}\n{draw(gap)}"
    if summary:
        card += f"    Executive Summary\n{draw(gap)}" + "".join(f"    {p}\n\n{draw(gap)}" for p in summary)
    labels = draw(st.lists(st.sampled_from(sorted(values)), unique=True, min_size=1))
    for label in labels:
        value = draw(st.sampled_from((f":  {values[label]}\n", f"\n    {values[label]}\n", "\n")))
        card += f"    {label}{value}{draw(gap)}"
    return card


@given(gap, line, st.lists(text_card(), min_size=1, max_size=4))
def test_the_values_of_text_cards_stand_on_their_lines(above: str, topic: str, page: list[str]) -> None:
    text = f"Home\n{above}{topic}\n\n" + "".join(page)
    frame = text_cards.read(text).frame
    assert frame.height == len(page)
    assert misplaced(text, frame) == []


@given(st.lists(st.tuples(line, paragraphs, gap), min_size=1, max_size=4))
def test_the_values_of_a_text_table_stand_on_their_lines(table: list[tuple[str, list[str], str]]) -> None:
    text = "Report Number Title Issue Date Fiscal Year\nOIG-21-10 One 2021\n"
    for title, summary, blank in table:
        text += "OIG-21-49 " + "\n\n".join(summary) + f"\n\n{blank}>{title}\n{blank}2021\n"
    frame = text_table.read(text).frame
    assert frame.height > 1
    assert misplaced(text, frame) == []


@given(line, st.lists(st.tuples(line, st.none() | paragraphs, gap), min_size=1, max_size=4), st.booleans())
def test_the_values_of_run_on_cards_stand_on_their_lines(
    topic: str, page: list[tuple[str, list[str] | None, str]], is_glued: bool
) -> None:
    run, text = "Report NumberOIG-21-49Issue DateDocument FileFiscal Year2021", f"{topic}\n"
    for title, summary, blank in page:
        text += f"{run}{'' if is_glued else chr(10)}{title}\n{blank}"
        text += f"Executive Summary{chr(10).join(summary)}\n" if summary else ""
    text += f"{run}\n"
    frame = text_runon.read(text).frame
    assert frame.height == len(page) + 1
    assert misplaced(text, frame) == []


@given(st.lists(st.tuples(gap, paragraphs, line), min_size=1), st.permutations(("report_number", "title", "summary")))
def test_the_values_of_a_csv_of_several_lines_stand_on_their_lines(
    listing: list[tuple[str, list[str], str]], columns: list[str]
) -> None:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, columns, lineterminator="\n")
    writer.writeheader()
    for blank, summary, title in listing:
        summary_text = blank + "\n".join(summary) + '\n"Why"'
        writer.writerow({"report_number": "OIG-21-49", "title": blank + title, "summary": summary_text})
    frame = exchange.read_csv(stream.getvalue()).frame
    assert frame.height == len(listing)
    assert misplaced(stream.getvalue(), frame) == []


@given(st.permutations(("inspector", "report_id", "title", "summary", "url", "agency")), st.none() | st.integers(0, 2))
def test_the_values_of_an_archived_report_stand_on_their_lines(keys: list[str], indent: int | None) -> None:
    values = {"inspector": "dhs", "report_id": "OIG-21-49", "title": 'Audit "A":', "summary": "a,\n{b", "agency": "cbp"}
    record = {"files": [{"title": "no"}, []], **{key: values.get(key, "https://x.gov/a.pdf") for key in keys}}
    text = "\n" + json.dumps(record, indent=indent)
    frame = archive_record.read(text).frame
    assert frame["line"].item() == 2
    source = text.split("\n")
    for column, key in (("listed_title", "title"), ("listed_number", "report_id"), ("listed_agency", "agency")):
        assert f'"{key}": ' in source[line_of(frame.row(0, named=True), column) - 1]


CELL = '<td class="views-field views-field-{0}">{1}</td>'
NOISE = (
    "", "\n", "  \n\t", "<!-- <tr><td> <div class='field__item'>OIG-1</div> -->\n", "<!---->", "<!-- a\n-- b > c -->\n",
    "<script>if (a<b) '<td><tr>'\n</script>", "<style>\n</style>", "<p\nclass='a>b'>", "<b>\n", "&nbsp;\n", "<br/>\n",
)  # fmt: skip
noise = st.sampled_from([piece for piece in NOISE if "script" not in piece and "style" not in piece])
between = st.sampled_from([piece for piece in NOISE if "<p" not in piece and "<b" not in piece and "&" not in piece])


@st.composite
def table_row(draw: st.DrawFn) -> str:
    """Return a row of a table: its cells in any order, tags and comments and line ends before each value."""
    link = (
        f'<a\n title="href=no"{draw(st.sampled_from((" ", chr(10))))}href="/a.pdf">{draw(noise)}Audit &amp; Ports</a>'
    )
    hidden = f'<span class="hidden">{draw(noise)}Audit of it all.\n Why.</span>'
    title = draw(st.sampled_from((link + hidden, hidden + link, draw(noise) + "Audit" + hidden, link)))
    day = f'<time\n datetime="2026-01-02T12:00:00Z">{draw(noise)}01/02/2026</time>'
    cells = {"field-report-number": draw(noise) + "OIG-26-18", "title": title, "field-issue-date": day}
    cells["field-fy"] = draw(noise) + "2026"
    names = draw(st.permutations(sorted(cells)))
    return f"{draw(between)}<tr>{''.join(draw(between) + CELL.format(n, cells[n]) for n in names)}</tr>{draw(between)}"


@given(st.lists(table_row(), min_size=1, max_size=4), between)
def test_the_values_of_an_html_table_stand_on_their_lines(rows: list[str], above: str) -> None:
    text = f"<html><body>{above}<table>{''.join(rows)}</table></body></html>"
    frame = html_table.read(text).frame
    assert frame["listed_number"].to_list() == ["OIG-26-18"] * len(rows)
    assert frame["listed_document_url"].drop_nulls().unique().to_list() in ([], ["/a.pdf"])
    assert misplaced(text, frame) == []


FIELD = '<div class="field"><div class="field__label">{0}</div>{1}</div>'


@st.composite
def html_card(draw: st.DrawFn) -> str:
    """Return a card: fields in any order, several items, now and then a card around it, comments before values."""
    values = {
        "Report Number": ["OIG-21-49"], "Executive Summary": ["<p>First.</p>", "<p>\nSecond.</p>"],
        "Issue Date": ['<time datetime="2021-07-20T12:00:00Z">July 20</time>'], "DHS Agency": ["CBP", "ICE"],
        "Document File": ['<a\nhref="/a.pdf">PDF</a>'], "Oversight Area": ["Borders"], "Keywords": ["A"],
        "Fiscal Year": ["2021"],
    }  # fmt: skip
    labels = draw(st.lists(st.sampled_from(sorted(values)), unique=True, min_size=3))
    card = f"<h3>{draw(noise)}<a href='/node/1'>Audit</a></h3>"
    for label in labels:
        items = "".join(f'{draw(between)}<div class="field__item">{draw(noise)}{v}</div>' for v in values[label])
        card += draw(between) + FIELD.format(label, items)
    card = f'<div class="views-row">{draw(between)}{card}</div>{draw(between)}'
    return f'<div class="views-row">{draw(between)}{card}</div>' if draw(st.booleans()) else card


@given(st.lists(html_card(), min_size=1, max_size=3), between)
def test_the_values_of_html_cards_stand_on_their_lines(cards: list[str], above: str) -> None:
    text = f"<html><body>{above}<h1>\nBorder Security</h1>{''.join(cards)}</body></html>"
    frame = html_cards.read(text).frame
    assert frame.height == len(cards)
    assert misplaced(text, frame) == []


def test_the_lines_of_a_minified_page_are_those_of_its_rows() -> None:
    for file in FILES:
        if file.suffix == ".html":
            text = re.sub(r"\n\s*", "", file.read_text(encoding="utf-8"))
            frame = html_table.read(text).frame
            assert frame["line"].unique().to_list() == [1]
            assert frame.select(LINE_COLUMNS.values()).null_count().row(0) == (frame.height,) * len(LINE_COLUMNS)


def test_a_tag_within_a_script_or_an_attribute_leaves_no_trace() -> None:
    cell = CELL.format("title", "<script>x = '<td >';</script><a href='/a<td >.pdf'>A</a>")
    text = f"<html><table><tr>{CELL.format('field-report-number', 'OIG-26-18')}{cell}</tr></table></html>"
    row = html_table.read(text).frame.row(0, named=True)
    assert (row["listed_title"], row["listed_document_url"]) == ("x = '<td >';A", "/a<td >.pdf")


@pytest.mark.parametrize("file", [file for file in FILES if file.suffix == ".html"], ids=lambda file: file.name)
@pytest.mark.parametrize("seed", range(20))
def test_no_line_is_wrong_where_tags_of_a_page_are_lost(seed: int, file: Path) -> None:
    chance = random.Random(seed)
    above, tbody, table = file.read_text(encoding="utf-8").partition("<tbody>")
    text = above + tbody + "".join(piece for piece in re.split(r"(?=<)", table) if chance.random() > 0.05)
    frame = html_table.read(text).frame
    row_lines = set(frame["line"])
    assert frame.height
    # A line that is not known is that of the row.
    assert [place for place in misplaced(text, frame) if place[2] not in row_lines] == []


YEAR = 'class="views-field-field-fy"'


@pytest.mark.parametrize(
    ("cell", "line"),
    [
        (f"<td title='a>2026'\n{YEAR}>2026</td>", 3),
        (f"<td title='2026'\n{YEAR}\n>2026</td>", 4),
        (f"<td title='\">2026'\n{YEAR}\n>2026</td>", 4),
        (f'<td a"b="x>2026\n" {YEAR}>\n2026</td>', 4),
        (f"<td {YEAR} data-at=1 @0=1>\n2026</td>", 3),
        (f"<td {YEAR}/>\n2026</td>", 3),
        (f"<TD {YEAR.upper().replace('VIEWS-FIELD-FIELD-FY', 'views-field-field-fy')}>\n2026</TD>", 3),
        (f"<td {YEAR}>\n2026", 3),
        (f"<td {YEAR}>\n&#50;026</td>", 3),
        (f"<td {YEAR}>&nbsp;&#32;\n2026</td>", 3),
        (f"<td {YEAR}><!-- 2026 > -->\n2026</td>", 3),
        (f"<td {YEAR}><!-- <td {YEAR}>2026</td> -->\n2026</td>", 3),
        (f"<td {YEAR}><style></style>\n2026</td>", 3),
        (f"<td {YEAR}><b title='>2026'\n>2026</b></td>", 3),
        (f"<td {YEAR}><table><tr><td>\n2026</td></tr></table></td>", 3),
        (f"<td>2026</td><!-- <td> --><td {YEAR}>\n2026</td>", 3),
    ],
)
def test_the_line_of_a_value_is_that_of_its_words_in_its_own_element(cell: str, line: int) -> None:
    number, title = CELL.format("field-report-number", "OIG-26-18"), CELL.format("title", "2026")
    frame = html_table.read(f"<table><tr>{number}{title}\n{cell}</tr></table>").frame
    row = frame.row(0, named=True)
    assert (row["listed_fiscal_year"], line_of(row, "listed_fiscal_year")) == ("2026", line)
    assert (row["listed_title"], row["listed_title_line"]) == ("2026", None)


@pytest.mark.parametrize(
    ("cell", "title", "line"),
    [
        ("<span class='hidden'>Audit</span>\n<a href='/a.pdf'>Audit</a>", "Audit", 2),
        ("<span class='hidden'>Audit</span>\nAudit\n<a href='/a.pdf'>Audit</a>", "Audit Audit", 1),
        ("<b><span class='hidden'>Audit</span></b>\n<a title='>Audit'\n>Audit</a>", "Audit", 3),
        ("<span></span><a href='/a.pdf'>\nAudit</a><span class='a hidden'>Audit</span>", "Audit", 2),
        ("<a href='/a.pdf'><span class='hidden'>Audit</span>\nAudit</a>", "Audit", 1),
    ],
)
def test_a_title_is_not_looked_for_in_the_summary_before_it(cell: str, title: str, line: int) -> None:
    # Where it is not known, the line is that of the row.
    number = CELL.format("field-report-number", "OIG-26-18")
    frame = html_table.read(f"<table><tr>{number}{CELL.format('title', cell)}</tr></table>").frame
    row = frame.row(0, named=True)
    assert (row["listed_title"], line_of(row, "listed_title")) == (title, line)
    assert row["listed_summary"] == "Audit"
    assert line_of(row, "listed_summary") == 1 + cell.partition("hidden")[0].count("\n")


@pytest.mark.parametrize(
    ("cell", "line"),
    [
        ('<time title="2026-01-02"\ndatetime="2026-01-02T12:00:00Z">01/02/2026</time>', 2),
        ('<time\n>2026-01-02</time></td><td><time datetime="2026-01-02"></time>', 2),
        ('<!-- <time datetime="2026-01-02"> -->\n<time datetime="2026-01-02">01/02/2026</time>', 2),
        ('<b\ntitle=">2026-01-02"><time\nDATETIME = 2026-01-02>01/02/2026</time></b>', 3),
    ],
)
def test_the_line_of_a_day_is_that_of_its_own_time(cell: str, line: int) -> None:
    number = CELL.format("field-report-number", "OIG-26-18")
    frame = html_table.read(f"<table><tr>{number}{CELL.format('field-issue-date', cell)}</tr></table>").frame
    row = frame.row(0, named=True)
    assert (row["listed_issue_date"], line_of(row, "listed_issue_date")) == ("2026-01-02", line)
