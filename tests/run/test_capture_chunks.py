"""Which chunks form a batch, and what identifies a chunk."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from oig_pipeline.capture.captures import Capture
from oig_pipeline.capture.line_ranges import LineRange
from oig_pipeline.run.capture_chunks import CaptureChunk, batch_chunks


def capture(path: str, size: int = 10) -> Capture:
    return Capture(path, Path("/raw") / path, "a" * 64, size)


def of(groups: list[tuple[CaptureChunk, ...]]) -> list[list[str]]:
    return [[chunk.capture.path for chunk in group] for group in groups]


def test_small_captures_form_batches_in_order_up_to_a_size() -> None:
    chunks = [CaptureChunk(capture(path, size)) for path, size in (("a", 6), ("b", 4), ("c", 1), ("d", 99), ("e", 0))]
    assert of(list(batch_chunks(chunks, 10))) == [["a", "b"], ["c"], ["d"], ["e"]]
    assert of(list(batch_chunks(chunks, 1_000))) == [["a", "b", "c", "d", "e"]]
    assert list(batch_chunks([], 10)) == []


def test_a_batch_has_a_largest_number_of_captures() -> None:
    assert of(list(batch_chunks([CaptureChunk(capture(path, 0)) for path in "abcde"], max_captures=2))) == [
        ["a", "b"],
        ["c", "d"],
        ["e"],
    ]


def test_a_chunk_of_a_large_capture_is_its_own_batch() -> None:
    large = capture("b", 20)
    chunks = [
        CaptureChunk(capture("a")),
        CaptureChunk(large, LineRange(0, 12)),
        CaptureChunk(large, LineRange(12, 20, 3, 2)),
        CaptureChunk(capture("c")),
    ]
    assert of(list(batch_chunks(chunks, 1_000))) == [["a"], ["b"], ["b"], ["c"]]
    assert [chunk.size for chunk in chunks] == [10, 12, 8, 10]


@pytest.mark.parametrize(
    "change",
    [
        {"path": "b"}, {"sha256": "b" * 64}, {"url": "https://www.oig.dhs.gov/a"}, {"agency_from": "listing"},
        {"retrieved_at": dt.datetime(2022, 1, 1)}, {"also_at": ("b",)}, {"problem": "the link leads nowhere"},
    ],
    ids=str,
)  # fmt: skip
def test_a_changed_capture_is_another_chunk(change: dict[str, Any]) -> None:
    assert CaptureChunk(replace(capture("a"), **change)).fingerprint != CaptureChunk(capture("a")).fingerprint


def test_location_and_modification_time_do_not_identify_a_chunk() -> None:
    moved = replace(capture("a"), file=Path("/elsewhere/a"), stamp=(7, 7, 7, 7))
    assert CaptureChunk(moved).fingerprint == CaptureChunk(capture("a")).fingerprint


def test_other_bounds_are_another_chunk() -> None:
    chunks = [CaptureChunk(capture("a"), LineRange(*bounds)) for bounds in ((0, 5), (5, 10), (0, 10))]
    assert len({chunk.fingerprint for chunk in [*chunks, CaptureChunk(capture("a"))]}) == 4
