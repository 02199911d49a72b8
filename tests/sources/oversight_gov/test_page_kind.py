"""Which pages are recognized, and which are not; facts of the site."""

from __future__ import annotations

import pytest

from oig_pipeline.sources.oversight_gov.page_kind import detect
from oig_pipeline.sources.oversight_gov.page_reader import read_page
from oig_pipeline.sources.oversight_gov.pages import PageKind, ProblemCode, UnknownPage
from oig_pipeline.sources.oversight_gov.site_facts import HOSTS, LISTINGS, OFFICE_FILTER_IDS, list_page_url
from tests.conftest import PROJECT
from tests.sources.oversight_gov import build_pages as build

RELATED = build.list_row_html(build.list_cells(), {})
NO_PAGES = {
    "nothing": "",
    "blank": " \n\n",
    "prose": "Submitting OIG is a label. We made five recommendations.",
    "error": build.document("<h1>503 Service Unavailable</h1><p>The server is busy.</p>"),
    "challenge": build.document("<h1>Just a moment...</h1><script>var a = '<td class=views-field-title>';</script>"),
    "filters": build.document(
        "<form><label>Submitting OIG</label><label>Report Number</label><label>Report Type</label></form>"
    ),
    "comment": f"<!-- {build.open_table_html(build.OPEN_ROWS, 3)} --><html><body><p>Nothing</p></body></html>",
    "other list": "Report Number | Title | Date Issued | Fiscal Year\n---|---|---|---\nOIG-22-69 | A | 9/16/22 | 22\n",
    "highlights": "DHS OIG HIGHLIGHTS\nWhy We Did This\nWe audited.\nWhat We Recommend\nWe made five.\n",
    "memorandum": "MEMORANDUM FOR: The Administrator\nSUBJECT: OIG-12-30\nThe report contains two recommendations.\n",
}


@pytest.mark.parametrize("name", NO_PAGES)
@pytest.mark.parametrize("url", [None, "https://www.oversight.gov/reports/federal?page=0"])
def test_another_page_is_a_problem_whatever_its_address(name: str, url: str | None) -> None:
    assert detect(NO_PAGES[name], url) is None
    page = read_page(NO_PAGES[name], url)
    assert isinstance(page, UnknownPage)
    assert [(problem.code, problem.line) for problem in page.problems] == [(ProblemCode.PAGE_UNKNOWN, 1)]
    assert "oversight.gov" in page.problems[0].message


def test_captures_of_another_site_are_no_pages_of_this_one() -> None:
    captures = [file for file in (PROJECT / "data" / "raw").iterdir() if file.suffix in (".txt", ".csv", ".html")]
    captures += (PROJECT / "tests" / "golden" / "layouts").glob("*.*")
    texts = {file.name: file.read_bytes().decode("utf-8", "replace") for file in captures}
    by_address = {
        file.name for file in (PROJECT / "data" / "raw").glob("*.meta.json") if "oversight.gov" in file.read_text()
    }
    assert len(texts) > 10
    assert [n for n, t in texts.items() if f"{n}.meta.json" not in by_address and detect(t) is not None] == []


def test_one_label_is_enough_on_a_page_of_the_site() -> None:
    text = "Submitting OIG\nDepartment of Energy OIG\n"
    assert detect(text) is None
    form = detect(text, "https://www.oversight.gov/reports/audit/x")
    assert form is not None
    assert (form.kind, form.is_html) == (PageKind.REPORT, False)
    assert detect(text, "https://[broken") is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (build.new_report(), PageKind.REPORT),
        (build.new_report().replace("</article>", f"<table>{RELATED}</table></article>"), PageKind.REPORT),
        (build.text_report(), PageKind.REPORT),
        (build.open_table_plain(build.OPEN_ROWS, 3), PageKind.REPORT),
        (build.open_table_markdown(build.OPEN_ROWS, None), PageKind.REPORT),
        (build.open_table_cells(build.OPEN_ROWS, None), PageKind.REPORT),
        (build.document(build.open_table_html(build.OPEN_ROWS, 3)), PageKind.REPORT),
        (build.list_page([build.list_row_html(build.list_cells(), {})]), PageKind.LIST),
        (build.recommendation_html(build.RECOMMENDATION), PageKind.RECOMMENDATION),
        (build.recommendation_text(build.RECOMMENDATION), PageKind.RECOMMENDATION),
        (build.recommendation_markdown(build.RECOMMENDATION), PageKind.RECOMMENDATION),
    ],
)
def test_the_kind_is_told_by_the_content(text: str, kind: PageKind) -> None:
    for url in (None, "https://www.oversight.gov/node/1", "https://example.org/"):
        form = detect(text, url)
        assert form is not None
        assert form.kind is kind


def test_the_address_of_a_page_of_a_list() -> None:
    assert list_page_url(LISTINGS["federal"]) == "https://www.oversight.gov/reports/federal?page=0"
    filters = {
        "field_report_submitting_oig[]": OFFICE_FILTER_IDS["Department of the Treasury OIG"],
        "items_per_page": 100,
    }
    url = list_page_url(LISTINGS["federal"], 3, filters)
    assert url.endswith("?field_report_submitting_oig%5B%5D=225&items_per_page=100&page=3")
    assert "oversight.gov" in HOSTS
