"""The stored pages of oversight.gov, exactly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from oig_pipeline.sources.oversight_gov.page_kind import detect
from oig_pipeline.sources.oversight_gov.page_reader import read_page
from oig_pipeline.sources.oversight_gov.pages import RecommendationPage, ReportDetailPage
from tests.sources.oversight_gov.expected import PAGES, REPORT_KEYS, golden, source, values


def test_the_pages_are_all_there() -> None:
    assert len(PAGES) == 16


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_a_page_has_its_values(page: Path, line_end: str) -> None:
    text, url = source(page)
    assert values(read_page(text.replace("\n", line_end), url)) == golden(page)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_recognized_without_its_address(page: Path) -> None:
    text, _ = source(page)
    form = detect(text)
    assert form is not None
    assert (form.kind, form.is_html) == (golden(page)["page"], page.suffix == ".html")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_value_has_its_line(page: Path) -> None:
    text, url = source(page)
    result = read_page(text, url)
    expected = json.loads(page.with_name(f"{page.name}.expected.json").read_text(encoding="utf-8"))["lines"]
    lines = dict(result.lines) if isinstance(result, ReportDetailPage | RecommendationPage) else {}
    assert expected.items() <= lines.items()
    if isinstance(result, ReportDetailPage) and page.suffix != ".html":  # of HTML, the golden files name some
        assert {key: line for key, line in lines.items() if key in REPORT_KEYS} == expected
