"""What stands on every page: never a finding below a listing; never mistaken for a row or a heading."""

from __future__ import annotations

import pytest

from oig_pipeline.capture.boilerplate import is_boilerplate
from oig_pipeline.capture.rows import Layout
from oig_pipeline.sources.oig_dhs_gov import text_cards, text_dated, text_runon, text_table

FOOT = (
    "Pagination\nCurrent page 1\nPage 2\n\u00ab First\n\u2039 Previous\nNext page \u203a\nLast \u00bb\n12\n"
    "Displaying 1 - 50 of 1,234\nDHS Office of Inspector General\nContact Us\nNo FEAR Act Data\nUSA.gov\n"
)
PAGES = [
    (text_table.LAYOUT, "Report Number Title Issue Date Fiscal Year\nOIG-21-49 Audit of Ports 2021\n"),
    (text_cards.LAYOUT, "Ports\n\n  \u2022 Audit of Ports\n\n    Report Number\n    OIG-21-49\n"),
    (text_runon.LAYOUT, "Ports\nReport NumberOIG-21-49Issue DateDocument FileFiscal Year2021\n"),
    (text_dated.LAYOUT, "Date Title\n07/20/21 Audit of Ports (PDF, 2 pages - 1 MB)\n"),
]  # fmt: skip
each_page = pytest.mark.parametrize(("layout", "page"), PAGES, ids=[layout.name for layout, _ in PAGES])


@each_page
def test_a_pager_and_a_footer_below_the_rows_are_known(layout: Layout, page: str) -> None:
    rows = layout.read(f"{page}\n\n{FOOT}")
    assert (rows.frame.height, rows.findings) == (1, ())
    assert rows.frame["listed_title"].to_list()[0] in ("Audit of Ports", None)


@each_page
def test_anything_else_below_the_rows_is_reported_with_its_line(layout: Layout, page: str) -> None:
    text = f"{page}\n\n{FOOT}A line of a site that has changed\n"
    (finding,) = layout.read(text).findings
    assert (finding.rule, finding.line) == ("text_unread", text.count("\n"))


@pytest.mark.parametrize(
    "line", ["OIG-21-49", "2021", "1234", "Displaying OIG-21-49", "Page of History", "Next Steps for CBP"]
)
def test_what_could_be_of_a_report_is_no_furniture(line: str) -> None:
    assert not is_boilerplate(line)
