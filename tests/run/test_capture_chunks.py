"""Which captures are read together, and what tells one source from all others."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from oig_pipeline.capture.captures import Capture
from oig_pipeline.run import capture_chunks
from oig_pipeline.run.capture_chunks import Source, together


def capture(path: str, size: int = 10) -> Capture:
    return Capture(path, Path("/raw") / path, "a" * 64, size)


def of(groups: list[tuple[Source, ...]]) -> list[list[str]]:
    return [[one.capture.path for one in group] for group in groups]


def test_small_captures_are_read_together_in_order_up_to_so_many_bytes() -> None:
    every = [Source(capture(path, size)) for path, size in (("a", 6), ("b", 4), ("c", 1), ("d", 99), ("e", 0))]
    assert of(list(together(every, 10))) == [["a", "b"], ["c"], ["d"], ["e"]]
    assert of(list(together(every, 1_000))) == [["a", "b", "c", "d", "e"]]
    assert list(together([], 10)) == []


def test_no_more_than_so_many_are_read_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture_chunks, "MOST_TOGETHER", 2)
    assert of(list(together([Source(capture(path, 0)) for path in "abcde"]))) == [["a", "b"], ["c", "d"], ["e"]]


def test_a_stretch_is_read_alone() -> None:
    large = capture("b", 20)
    every = [Source(capture("a")), Source(large, 0, 12), Source(large, 12, 20), Source(capture("c"))]
    assert of(list(together(every, 1_000))) == [["a"], ["b"], ["b"], ["c"]]
    assert [one.size for one in every] == [10, 12, 8, 10]


@pytest.mark.parametrize(
    "change",
    [
        {"path": "b"}, {"sha256": "b" * 64}, {"url": "https://www.oig.dhs.gov/a"}, {"agency_from": "listing"},
        {"retrieved_at": dt.datetime(2022, 1, 1)}, {"also_at": ("b",)}, {"problem": "the link leads nowhere"},
    ],
    ids=str,
)  # fmt: skip
def test_whatever_changes_about_a_capture_makes_another_source(change: dict[str, Any]) -> None:
    assert Source(replace(capture("a"), **change)).token != Source(capture("a")).token


def test_where_it_lies_and_when_it_was_written_make_none() -> None:
    moved = replace(capture("a"), file=Path("/elsewhere/a"), stamp=(7, 7, 7, 7))
    assert Source(moved).token == Source(capture("a")).token


def test_each_stretch_is_another_source() -> None:
    stretches = [Source(capture("a"), *part) for part in ((0, 5), (5, 10), (0, 10))]
    assert len({one.token for one in [*stretches, Source(capture("a"))]}) == 4
