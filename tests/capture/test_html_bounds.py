"""Pages that would take minutes to parse are refused at once; pages of the site are read."""

from __future__ import annotations

import time

import pytest

from oig_pipeline.capture import html_table
from oig_pipeline.capture.captures import take
from oig_pipeline.capture.html_bounds import MAX_DEPTH, check_bounds
from oig_pipeline.capture.rows import Unreadable
from oig_pipeline.run.read_capture import read
from tests.conftest import PROJECT, Captures

HEAD = '<table><tr><th class="views-field-field-report-number">R</th><th class="views-field-title">T</th></tr></table>'
SLOW = {
    "nested": "<div>" * 60_000,
    "in capitals": "<DIV>" * 60_000,
    "with attributes": '<div class="a">' * 20_000,
    "marks that stay open": "".join(f"<b id={n}>" for n in range(30_000)),
    "links across paragraphs": "<a href=1><p>" * 25_000,
    "closed by other names": "<div></span>" * 25_000,
    "closed across a mark": "<b><div></b>" * 25_000,
    "closed across a table": "<div><table></div></table>" * 12_000,
    "closed across a cell": "<div><table><tr><td></div>" * 12_000,
    "options": f"<select>{'<option>' * 40_000}",
    "cells of a drawing": f"<svg>{'<td>' * 60_000}",
    "unknown elements": "<x-y>" * 60_000,
    "more elements than any page": "<br>" * 600_000,
}


@pytest.mark.parametrize("words", SLOW.values(), ids=SLOW)
@pytest.mark.parametrize(
    "before", ["", HEAD, '<i class="field__label">Report Number</i>'], ids=["none", "table", "cards"]
)
def test_a_page_that_is_nested_without_end_is_refused_within_a_second(
    words: str, before: str, captures: Captures
) -> None:
    (capture,) = take(captures({"page.html": f"<html><body>{before}{words}</body></html>"}))
    began = time.process_time()
    reading = read(capture)
    assert time.process_time() - began < 1.5
    assert reading.status == "unreadable"
    assert "no page of the site does" in str(reading.note)


@pytest.mark.parametrize(
    "words",
    [
        "<div>" * (MAX_DEPTH - 1),
        "<p>" * 50_000,
        f"<ul>{'<li>x' * 50_000}</ul>",
        f"<table>{'<tr><td>x' * 20_000}</table>",
        f"<!-- {'<div>' * 50_000} --><script>'{'<div>' * 50_000}'</script>",
        "<div>x</div>" * 50_000,
        "<div><span></div>" * 4_000,
    ],
)
def test_what_is_long_but_not_nested_is_within_the_bounds(words: str) -> None:
    check_bounds(words)


def test_pages_of_the_site_are_far_within_the_bounds() -> None:
    page = (PROJECT / "tests" / "golden" / "layouts" / "page-000.html").read_text(encoding="utf-8")
    check_bounds(page.replace("<tbody>", "<tbody>" + "<tr><td>x</td></tr>" * 5_000))
    assert html_table.read(page).frame.height == 50


def test_the_line_at_which_a_page_is_refused_is_named() -> None:
    with pytest.raises(Unreadable) as refused:
        check_bounds("<br>\n" * 3_000 + "<div>" * 1_000)
    assert refused.value.finding.line == 3_001
