"""Captures as files: what is held, what has changed, and files that are whole or not there."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from oig_pipeline.capture import captures
from oig_pipeline.fetch import page_store
from oig_pipeline.fetch.page_store import Holdings, StoredPage

URL = "https://www.oig.dhs.gov/reports/audits-inspections-and-evaluations?field_dhs_agency_target_id=2&page=0"
NOON = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)


def page(body: bytes = b"<table >a</table>", hours: int = 0, url: str = URL) -> StoredPage:
    return StoredPage(url, 200, {"etag": '"a"', "set-cookie": "no"}, body, NOON + dt.timedelta(hours=hours))


def test_a_capture_is_read_by_the_inventory_with_its_address_and_time(tmp_path: Path) -> None:
    page_store.write(tmp_path / "a", "page", page())
    (capture,) = captures.take(tmp_path)
    assert (capture.url, capture.retrieved_at) == (URL, NOON.replace(tzinfo=None))


def test_two_readings_of_one_page_are_two_files(tmp_path: Path) -> None:
    names = [page_store.write(tmp_path, "page-000", page(body)).name for body in (b"a", b"b")]
    assert names == ["page-000.html.gz", "page-000.2.html.gz"]


def test_only_headers_that_matter_are_kept(tmp_path: Path) -> None:
    file = page_store.write(tmp_path, "page", page(), distrusted="why")
    meta = json.loads(file.with_name(file.name + ".meta.json").read_text())
    assert meta["headers"] == {"etag": '"a"'}
    assert meta["distrusted"] == "why"


@pytest.mark.parametrize(
    ("body", "same"),
    [
        (b"<table >a</table>", True),
        (b"key=2 <table >a</table> footer", True),
        (b"<table >b</table>", False),
        (b"<table class=x>a</table>", False),
        (b"a", False),
    ],
)
def test_what_is_held_is_told_by_the_table(body: bytes, same: bool, tmp_path: Path) -> None:
    page_store.write(tmp_path, "page", page())
    holdings = Holdings(tmp_path)
    assert holdings.has(page(body, hours=1)) == same
    assert not holdings.has(page(body, url=URL + "1"))


def test_a_page_is_compared_with_what_was_held_at_its_time(tmp_path: Path) -> None:
    for body, hours in ((b"a", 0), (b"b", 2)):
        page_store.write(tmp_path, "page", page(body, hours))
    holdings = Holdings(tmp_path)
    assert [holdings.has(page(b"a", hours)) for hours in (-1, 1, 3)] == [False, True, False]


def test_metadata_without_its_page_says_of_nothing_that_it_is_held(tmp_path: Path) -> None:
    page_store.write(tmp_path, "page", page()).unlink()
    assert not Holdings(tmp_path).has(page(hours=1))


@pytest.mark.parametrize("content", ["", "[]", "nonsense", '{"url": 1}', '{"url": "x", "retrieved_at": null}'])
def test_somebody_elses_metadata_is_passed_over(content: str, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("x")
    (tmp_path / "a.html.meta.json").write_text(content)
    assert not Holdings(tmp_path).has(page())
