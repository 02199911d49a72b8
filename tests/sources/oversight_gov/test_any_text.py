"""Whatever text is read: no exception, no empty success, and every value stands in the page."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from oig_pipeline.domain import dates
from oig_pipeline.domain.whitespace import WHITESPACE
from oig_pipeline.sources.oversight_gov.page_kind import detect
from oig_pipeline.sources.oversight_gov.page_reader import read_page
from oig_pipeline.sources.oversight_gov.pages import ListPage, Page, UnknownPage
from oig_pipeline.sources.oversight_gov.passages import unescape, with_newlines
from tests.sources.oversight_gov import build_pages as build
from tests.sources.oversight_gov.expected import PAGES, source

SOURCES = [
    *(source(page)[0] for page in PAGES),
    build.new_report(rows=build.OPEN_ROWS, stated=3),
    *(build.old_report(build.FIELDS, markup) for markup in build.OLD_MARKUPS.values()),
    build.text_report(tail=build.open_table_plain(build.OPEN_ROWS, 3)),
    build.text_report(tail=build.open_table_cells(build.OPEN_ROWS, 3)),
    build.open_table_markdown(build.OPEN_ROWS, 3),
    build.list_page([build.list_row_html(build.list_cells(), build.RECOMMENDATION)]),
    build.recommendation_html(build.RECOMMENDATION),
    build.recommendation_text(build.RECOMMENDATION),
    build.recommendation_markdown(build.RECOMMENDATION),
]
LINES = sorted({line for text in SOURCES for line in text.split("\n")})
# The parser of pages takes a record separator for a space, since it marks lines with it.
_NO_MARKS = re.compile(rf"[{WHITESPACE}\x1e\\*_\[\]()]+")
_LINK = re.compile(r"\]\([^()]*\)")


@st.composite
def damaged_pages(draw: st.DrawFn) -> str:
    """Draw a page with lines removed, moved, repeated, cut, joined or put in from another page."""
    lines = draw(st.sampled_from(SOURCES)).split("\n")
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["remove", "repeat", "cut", "insert", "type", "move", "join"])):
            case "remove" if len(lines) > 1:
                del lines[place]
            case "repeat":
                lines.insert(draw(st.integers(0, len(lines))), lines[place])
            case "cut":
                lines = [*lines[:place], lines[place][: draw(st.integers(0, 40))]]
            case "insert":
                lines.insert(place, draw(st.sampled_from(LINES)))
            case "type":
                lines[place] = lines[place].replace(">", f">{draw(st.text(max_size=8))}", 1)
            case "move":
                lines.append(lines.pop(place))
            case "join" if place + 1 < len(lines):
                lines[place : place + 2] = [lines[place] + lines[place + 1]]
    return draw(st.sampled_from(["\n", "\r\n", "\r"])).join(lines)


def strings(page: Any) -> Iterator[tuple[str, Any]]:
    for item in dataclasses.fields(page):
        value = getattr(page, item.name)
        value = tuple(value.values()) if item.name == "printed" else value
        if item.name in ("problems", "lines", "printed", "kind", "line", "lists_all_open"):
            continue
        for part in value if isinstance(value, tuple) else (value,):
            if dataclasses.is_dataclass(part):
                yield from strings(part)
            elif part is not None:
                yield item.name, part


def lines_of(page: Any) -> Iterator[int]:
    for item in dataclasses.fields(page):
        value = getattr(page, item.name)
        if item.name == "lines":
            yield from value.values()
        elif item.name == "line":
            yield value
        elif isinstance(value, tuple):
            yield from (line for part in value if dataclasses.is_dataclass(part) for line in lines_of(part))


def squeezed(text: str) -> str:
    """Return a text less whitespace and what Markdown marks words with."""
    return _NO_MARKS.sub("", text).casefold()


def check(text: str, page: Page) -> None:
    assert all(problem.message and problem.line >= 1 for problem in page.problems)
    if isinstance(page, UnknownPage):
        assert page.problems
        return
    if isinstance(page, ListPage):
        assert page.rows or page.problems
    form = detect(text)
    is_html = form is not None and form.is_html
    root = LexborHTMLParser(with_newlines(text)).root if is_html else None
    plain = (root.text(separator="") if root else "") + "\x00" + unescape(with_newlines(text))
    contents = squeezed(plain) + "\x00" + squeezed(_LINK.sub("", plain).replace("**", "").replace("|", " "))
    days = {
        dates.read(" ".join(piece.split())).day for piece in re.split(r"[\n<>|\"]|\*\*|: ?", plain.replace("T12", "\n"))
    }
    for name, value in strings(page):
        if isinstance(value, dt.date):
            assert value in days or str(value) in plain, name
        elif isinstance(value, bool):
            assert ("yes" if value else "no") in contents, name
        elif isinstance(value, int):
            assert str(value) in contents.replace(",", "") or value == 0, name
        elif isinstance(value, Decimal):
            assert str(value) in contents.replace(",", ""), name
        elif name.endswith("_url") or name == "url":
            assert any(value.endswith(link.strip().lstrip(".")) for link in re.findall(r"[^\s\"'()<>]+", plain)), value
        elif name == "status" and value == "open":
            continue  # what the table of open recommendations lists
        else:
            assert squeezed(value) in contents or value.startswith("http") or "|" in value, (name, value)
    last = with_newlines(text).count("\n") + 1
    assert all(1 <= line <= last for line in lines_of(page))


@given(damaged_pages())
@settings(max_examples=150, deadline=None)
def test_a_damaged_page_gives_only_what_stands_in_it(text: str) -> None:
    check(text, read_page(text))


@given(st.text() | st.lists(st.sampled_from(LINES) | st.text(max_size=20), max_size=12).map("\n".join))
@settings(max_examples=150, deadline=None)
@example("")
@example("\ufeff")
@example("<table><tr><td class='views-field-title views-field-field-report-date-issued'>")
@example("Recommendation Number | Significant Recommendation | Recommended Questioned Costs |")
@example("Report Date | Agency Reviewed / Investigated | Report Title |")
def test_any_text_gives_a_page_or_a_problem(text: str) -> None:
    for url in (None, "https://www.oversight.gov/reports/federal", "http://[", text[:20]):
        check(text, read_page(text, url)) if url is None else read_page(text, url)


@pytest.mark.parametrize("text", SOURCES)
def test_a_page_gives_only_what_stands_in_it(text: str) -> None:
    check(text, read_page(text))
