"""Captures of one page at different times: missing rows and columns."""

from __future__ import annotations

import json
from collections.abc import Mapping

import polars as pl
import pytest

from oig_pipeline.run import pipeline
from oig_pipeline.run.outcome import Outcome
from oig_pipeline.run.recaptured import with_shrunk_listings
from oig_pipeline.settings import MIN_ROWS, settings
from oig_pipeline.settings import MIN_ROWS as OF_FETCHING
from tests.conftest import Captures

LISTING = "https://www.oig.dhs.gov/reports/audits-inspections-and-evaluations"
HEADS = {"field-report-number": "Report Number", "title": "Title", "field-issue-date": "Issue Date", "field-fy": "FY"}


def table(numbers: range, *columns: str, extra: str = "") -> str:
    names = columns or tuple(HEADS)
    values = {"title": "Audit of Port {n}", "field-fy": "2021", "field-report-number": "OIG-21-{n:02d}"}
    head = "".join(f'<th class="views-field-{name}">{HEADS.get(name, name)}</th>' for name in names)
    rows = "".join(
        "<tr>" + "".join(f'<td class="views-field-{c}">{values.get(c, "03/15/2021").format(n=n)}</td>' for c in names)
        + "</tr>\n" for n in numbers
    )  # fmt: skip
    return f"<html><body><table><tr>{head}</tr>\n{rows}</table>{extra}</body></html>"


def cards(number: int, *labels: str) -> str:
    lines = "".join(f"    {label}\n    x\n" for label in labels)
    return f"Ports\n\n  \u2022 Audit of Port {number}\n\n    Report Number\n    OIG-21-0{number}\n{lines}"


def run(captures: Captures, *pages: tuple[str, int, str]) -> Outcome:
    """Judge captures: each its address, month and content."""
    files: dict[str, str] = {}
    for place, (url, month, content) in enumerate(pages):
        meta = {"url": url, "retrieved_at": f"2022-{month:02d}-01T00:00:00Z"}
        files |= {f"{place}.txt": content, f"{place}.txt.meta.json": json.dumps(meta)}
    raw = captures(files)
    return pipeline.check(settings(raw, raw.parent / "curated", max_quarantine=1))


def violations(outcome: Outcome, rule: str) -> list[tuple[str, str | None]]:
    rows = outcome.result.capture_violations.filter(pl.col("rule") == rule)
    return rows.select("capture_path", "value").rows()


def delistings(outcome: Outcome) -> int:
    return outcome.result.history.filter(pl.col("field") == "listing").height


PAGE = f"{LISTING}?page=0"


@pytest.mark.parametrize(
    ("rows", "shrank"), [(20, False), (17, False), (16, False), (15, True), (2, True), (25, False)]
)
def test_a_page_with_far_fewer_rows_than_before_is_named_and_nothing_has_left(
    rows: int, shrank: bool, captures: Captures
) -> None:
    outcome = run(captures, (PAGE, 1, table(range(1, 21))), (PAGE, 2, table(range(1, rows + 1))))
    assert violations(outcome, "listing_shrank") == ([("1.txt", str(rows))] if shrank else [])
    assert outcome.reports.height == max(rows, 20)
    assert delistings(outcome) == (0 if shrank else max(0, 20 - rows))


def test_the_share_stands_in_one_place() -> None:
    assert MIN_ROWS is OF_FETCHING


def test_the_share_can_be_another(captures: Captures) -> None:
    outcome = run(captures, (PAGE, 1, table(range(1, 21))), (PAGE, 2, table(range(1, 11))))
    plain = next(summary for summary in outcome.result.summaries if summary.capture.path == "1.txt")
    assert [f.rule for f in plain.findings] == ["listing_shrank"]
    before = tuple(t for t in outcome.result.summaries if t.capture.path == "0.txt")
    bare = (*before, type(plain)(plain.capture, plain.rows, plain.status, plain.layout))
    assert with_shrunk_listings(bare, 0.5)[1].findings == ()
    assert [f.rule for f in with_shrunk_listings(bare, 0.51)[1].findings] == ["listing_shrank"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((PAGE, 1), (f"{LISTING}?page=1", 2)),  # another page
        ((PAGE, 1), (PAGE, 1)),  # at the same time
        ((PAGE, 2), (PAGE, 1)),  # before
    ],
)
def test_only_a_later_capture_of_the_same_page_is_compared(
    first: tuple[str, int], second: tuple[str, int], captures: Captures
) -> None:
    outcome = run(captures, (*first, table(range(1, 21))), (*second, table(range(1, 3))))
    assert violations(outcome, "listing_shrank") == []


def test_a_capture_that_breaks_off_is_no_measure(captures: Captures) -> None:
    content = table(range(1, 21))
    outcome = run(captures, (PAGE, 1, content), (PAGE, 2, content[: len(content) // 2]), (PAGE, 3, content))
    assert violations(outcome, "listing_shrank") == []
    assert violations(outcome, "capture_cut") != []
    assert delistings(outcome) == 0


def test_a_page_that_is_past_the_end_now_has_shrunk(captures: Captures) -> None:
    url = f"{LISTING}?page=3"
    outcome = run(captures, (url, 1, table(range(1, 21))), (url, 2, table(range(0))))
    assert violations(outcome, "listing_shrank") == [("1.txt", "0")]
    assert delistings(outcome) == 0


@pytest.mark.parametrize("layout", ["csv", "ndjson", "text"])
def test_pages_of_every_layout_are_compared(layout: str, captures: Captures) -> None:
    def content(count: int) -> str:
        rows = [{"report_number": f"OIG-21-{n:02d}", "title": f"Port {n}"} for n in range(1, count + 1)]
        if layout == "ndjson":
            return "".join(f"{json.dumps(row)}\n" for row in rows)
        if layout == "csv":
            return "\n".join(["report_number,title", *(",".join(row.values()) for row in rows), ""])
        lines = [f"{row['report_number']} {row['title']} 2021" for row in rows]
        return "\n".join(["Report Number Title Issue Date Fiscal Year", *lines, ""])

    assert violations(run(captures, (PAGE, 1, content(9)), (PAGE, 2, content(7))), "listing_shrank") == [("1.txt", "7")]


DATELESS = tuple(name for name in HEADS if name != "field-issue-date")


@pytest.mark.parametrize("url", [PAGE, f"{LISTING}?page=4&order=title", LISTING])
def test_a_column_that_the_listing_showed_before_is_named_on_whatever_page(url: str, captures: Captures) -> None:
    outcome = run(captures, (PAGE, 1, table(range(1, 4))), (url, 2, table(range(5, 8), *DATELESS)))
    assert violations(outcome, "column_missing") == [("1.txt", "issue_date")]


def test_a_renamed_column_is_named_as_unread_and_as_missing(captures: Captures) -> None:
    names = tuple(name.replace("field-issue-date", "field-date-issued") for name in HEADS)
    outcome = run(captures, (PAGE, 1, table(range(1, 4))), (PAGE, 2, table(range(1, 4), *names)))
    assert violations(outcome, "column_missing") == [("1.txt", "issue_date")]
    (unread,) = outcome.result.capture_violations.filter(pl.col("rule") == "column_unknown").to_dicts()
    assert "views-field-field-date-issued" in unread["message"]
    assert (unread["line"], unread["severity"]) == (1, "warning")


@pytest.mark.parametrize(
    ("first", "second", "missing"),
    [
        (cards(1, "Issue Date", "Fiscal Year"), cards(2, "Fiscal Year"), ["issue_date"]),
        (cards(1, "Fiscal Year"), cards(2, "Issue Date", "Fiscal Year"), []),
        ("report_number,title,agency\nOIG-21-01,T,CBP\n", "report_number,title\nOIG-21-01,T\n", ["agency"]),
        (
            '{"report_number": "OIG-21-01", "title": "T", "summary": "S"}\n',
            '{"report_number": "OIG-21-01", "title": "T"}\n',
            ["summary"],
        ),
        ("report_number,title,agency\nOIG-21-01,T,CBP\n", '{"report_number": "OIG-21-01", "title": "T"}\n', ["agency"]),
        (table(range(1, 4)), "report_number,title\nOIG-21-01,T\n", []),
    ],
)
def test_columns_are_compared_within_a_layout(first: str, second: str, missing: list[str], captures: Captures) -> None:
    outcome = run(captures, (LISTING, 1, first), (LISTING, 2, second))
    assert [value for _, value in violations(outcome, "column_missing")] == missing


def test_captures_without_address_or_time_are_not_compared(captures: Captures) -> None:
    files: Mapping[str, str] = {"a.html": table(range(1, 21)), "b.html": table(range(1, 3), *DATELESS)}
    raw = captures(files)
    outcome = pipeline.check(settings(raw, raw.parent / "curated"))
    assert outcome.result.capture_violations.is_empty()
