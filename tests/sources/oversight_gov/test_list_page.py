"""Pages of the list of reports: what varies, and what is wrong."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from oig_pipeline.sources.oversight_gov.page_reader import read_page
from oig_pipeline.sources.oversight_gov.pages import ListPage, ProblemCode
from tests.sources.oversight_gov import build_pages as build

HIGHLIGHTS = {"Submitting OIG": "Department of Health & Human Services OIG", "Report Number": "20901002"}
MARKDOWN_HEAD = (
    "Report Date | Agency Reviewed / Investigated | Report Title | Type | Location | |\n---|---|---|---|---|---|"
)


def read(text: str) -> ListPage:
    page = read_page(text)
    assert isinstance(page, ListPage)
    return page


def problems(page: ListPage) -> list[tuple[ProblemCode, str | None]]:
    return [(problem.code, problem.value) for problem in page.problems]


@pytest.mark.parametrize("number", [1, 100])
def test_a_list_has_one_row_or_a_hundred(number: int) -> None:
    rows = [build.list_row_html(build.list_cells(f"Title {n}"), HIGHLIGHTS) for n in range(number)]
    text = build.list_page(rows)
    page = read(text)
    assert [row.title for row in page.rows] == [f"Title {n}" for n in range(number)]
    assert page.total == 38183
    assert page.problems == ()
    lines = text.split("\n")
    assert all("listing-table__row" in lines[row.line - 1] for row in page.rows)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_row_has_its_values(line_end: str) -> None:
    highlights = {
        **HIGHLIGHTS,
        "Number of Recommendations": "7",
        "Questioned Costs": "$1,284,600.50",
        "Funds for Better Use": "N/A",
        "Fiscal Year": "2022",
    }
    text = build.list_page([build.list_row_html(build.list_cells(), dict(reversed(highlights.items())))])
    page = read(text.replace("\n", line_end))
    row = page.rows[0]
    assert row.title == "A Title & More"
    assert row.issue_date == dt.date(2026, 1, 16)
    assert row.agencies == ("Department of Health & Human Services",)
    assert row.locations == ("UT, United States",)
    assert row.url == "https://www.oversight.gov/reports/audit/a-title"
    assert (row.submitting_oig, row.report_number) == tuple(HIGHLIGHTS.values())
    assert (row.recommendations, row.questioned_costs, row.funds_for_better_use) == (7, Decimal("1284600.50"), None)
    assert [(other.label, other.text) for other in row.other] == [("Fiscal Year", "2022")]
    assert page.problems == ()


def test_several_agencies_and_places() -> None:
    cells = build.list_cells()
    cells["Agency Reviewed / Investigated"] = "<div>Department of Energy</div><div>U.S. Postal Service</div>"
    cells["Location"] = "Agency-Wide<br>United States"
    row = read(build.list_page([build.list_row_html(cells, {})])).rows[0]
    assert row.agencies == ("Department of Energy", "U.S. Postal Service")
    assert row.locations == ("Agency-Wide", "United States")


def test_columns_stand_in_any_order() -> None:
    cells = dict(reversed(build.list_cells().items()))
    page = read(build.list_page([build.list_row_html(cells, HIGHLIGHTS)], heads=tuple(reversed(build.LIST_HEADS))))
    assert page == read(
        build.list_page([build.list_row_html(cells, HIGHLIGHTS)], heads=tuple(reversed(build.LIST_HEADS)))
    )
    assert page.rows[0].title == "A Title & More"
    assert page.problems == ()


@pytest.mark.parametrize("missing", [head for head in build.LIST_HEADS if head])
def test_a_column_that_is_missing_is_named(missing: str) -> None:
    cells = {head: value for head, value in build.list_cells().items() if head != missing}
    heads = tuple(head for head in build.LIST_HEADS if head != missing)
    page = read(build.list_page([build.list_row_html(cells, HIGHLIGHTS)], heads=heads))
    assert problems(page) == [(ProblemCode.COLUMN_MISSING, missing)]
    assert missing in page.problems[0].message
    assert len(page.rows) == 1


@pytest.mark.parametrize("renamed", [head for head in build.LIST_HEADS if head])
def test_a_column_that_is_renamed_is_named_and_its_cells_are_known_by_class(renamed: str) -> None:
    heads = tuple("Something" if head == renamed else head for head in build.LIST_HEADS)
    page = read(build.list_page([build.list_row_html(build.list_cells(), HIGHLIGHTS)], heads=heads))
    assert problems(page) == [(ProblemCode.COLUMN_RENAMED, "Something")]
    assert renamed in page.problems[0].message
    row = page.rows[0]
    assert None not in (row.title, row.issue_date, row.agencies, row.report_type, row.locations)


def test_a_further_column_is_named_and_its_cells_are_kept() -> None:
    cells = {**build.list_cells(), "Cost": "$5"}
    page = read(build.list_page([build.list_row_html(cells, HIGHLIGHTS)], heads=(*build.LIST_HEADS, "Cost")))
    assert problems(page) == [(ProblemCode.COLUMN_UNKNOWN, "Cost")]
    assert [(other.label, other.text) for other in page.rows[0].other] == [("Cost", "$5")]


def test_a_row_without_a_cell_is_named() -> None:
    cells = build.list_cells()
    del cells["Type"]
    page = read(build.list_page([build.list_row_html(cells, HIGHLIGHTS)]))
    assert problems(page) == [(ProblemCode.CELLS_MISSING, "Type")]
    assert page.rows[0].report_type is None


def test_a_footer_that_says_other_rows_is_named() -> None:
    page = read(build.list_page([build.list_row_html(build.list_cells(), {})], footer="Displaying 1 - 10 of 38,183"))
    assert problems(page) == [(ProblemCode.ROW_COUNT_DIFFERS, "Displaying 1 - 10 of 38,183")]


def test_a_list_without_rows_is_no_success() -> None:
    assert problems(read(build.list_page([], footer=""))) == [(ProblemCode.ROW_COUNT_DIFFERS, None)]


def test_two_numbers_in_the_highlights() -> None:
    row = build.list_row_html(build.list_cells(), HIGHLIGHTS)
    second = f'<tr class="listing-table__container"><td>{build.block_html("Report Number", ["20901003"])}</td></tr>'
    page = read(build.list_page([row + second]))
    assert page.rows[0].report_number is None
    assert problems(page) == [(ProblemCode.NUMBERS_DIFFER, "20901002 and 20901003")]


def test_a_list_that_is_cut_off() -> None:
    text = build.list_page([build.list_row_html(build.list_cells(f"Title {n}"), HIGHLIGHTS) for n in range(3)])
    page = read(text[: text.index("Title 2") + 3])
    assert [code for code, _ in problems(page)] == [ProblemCode.PAGE_CUT]
    assert [row.title for row in page.rows] == ["Title 0", "Title 1", None]
    assert "Tit" in str(page.problems[0].value)


def test_a_table_of_open_recommendations_is_no_list() -> None:
    table = build.open_table_html(build.OPEN_ROWS, 3)
    page = read(build.list_page([build.list_row_html(build.list_cells(), {})]).replace("<h1>", f"{table}<h1>"))
    assert [row.title for row in page.rows] == ["A Title & More"]


def test_a_list_as_markdown() -> None:
    text = (
        f"We made two recommendations.\n{MARKDOWN_HEAD}\n"
        "01/16/2026 | Department of Energy | Review Report on Pumps | Audit | Agency-Wide | "
        "[View Report](/reports/audit/pumps) | |\n"
        " | U.S. Postal Service | Overtime &amp; More | Audit | UT, United States | View Report | |\n"
        "Displaying 1 - 2 of 12\n"
    )
    page = read(text)
    first, second = page.rows
    assert (first.issue_date, first.title) == (dt.date(2026, 1, 16), "Review Report on Pumps")
    assert first.url == "https://www.oversight.gov/reports/audit/pumps"
    assert (second.issue_date, second.agencies, second.title) == (None, ("U.S. Postal Service",), "Overtime & More")
    assert (page.total, second.line) == (12, 5)
    assert [other.text for other in page.other] == ["We made two recommendations.", "Displaying 1 - 2 of 12"]
    assert problems(page) == []


def test_a_bordered_list_as_markdown() -> None:
    head = "\n".join(f"| {line}" for line in MARKDOWN_HEAD.split("\n"))
    page = read(f"{head}\n| 01/16/2026 | Department of Energy | Pumps | Audit | | [View Report](/reports/x) |\n")
    assert (page.rows[0].issue_date, page.rows[0].title) == (dt.date(2026, 1, 16), "Pumps")
    assert page.rows[0].locations is None
    assert page.problems == ()


@pytest.mark.parametrize(
    ("head", "code", "value"),
    [
        (MARKDOWN_HEAD.replace("Type", "Kind"), ProblemCode.COLUMN_RENAMED, "Kind"),
        (MARKDOWN_HEAD.replace(" | Location | |", " | Location | Cost | |"), ProblemCode.COLUMN_UNKNOWN, "Cost"),
    ],
)
def test_columns_of_a_markdown_list_that_changed(head: str, code: ProblemCode, value: str) -> None:
    page = read(f"{head}\n01/16/2026 | Department of Energy | Pumps | Audit | Agency-Wide | $5 | View Report |\n")
    assert problems(page) == [(code, value)]
    assert page.rows[0].title == "Pumps"
    assert "$5" in [other.text for other in page.other]


def test_a_markdown_list_without_a_column() -> None:
    head = MARKDOWN_HEAD.replace(" Type |", "")
    page = read(f"{head}\n01/16/2026 | Department of Energy | Pumps | Agency-Wide | View Report | |\n")
    assert problems(page) == [(ProblemCode.COLUMN_MISSING, "Type")]
    assert (page.rows[0].report_type, page.rows[0].locations) == (None, ("Agency-Wide",))


def test_a_row_without_a_value_is_no_report() -> None:
    empty = build.list_row_html(dict.fromkeys(build.LIST_HEADS, ""), {})
    page = read(build.list_page([build.list_row_html(build.list_cells(), {}), empty], footer=""))
    assert problems(page) == [(ProblemCode.CELLS_MISSING, None)]
    assert len(page.rows) == 1
    assert problems(read(f"{MARKDOWN_HEAD}\n | | | | |\n"))[-1] == (ProblemCode.ROW_COUNT_DIFFERS, None)
