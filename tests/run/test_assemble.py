"""The same captures give the same result, whatever the batches, blocks and workers."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.curate.outcomes import settle
from oig_pipeline.errors import CannotRun
from oig_pipeline.run import pipeline
from oig_pipeline.run.assemble import assemble
from oig_pipeline.run.batches import Batch
from oig_pipeline.run.capture_chunks import split_captures
from oig_pipeline.run.read_batch import read_batch
from oig_pipeline.settings import Limits, Settings
from tests.conftest import examples
from tests.run.listings import as_dict, fill, ndjson
from tests.run.test_pipeline import ROWS

WAYS = {
    "in chunks": Limits(chunk_bytes=1_500),
    "in small chunks": Limits(chunk_bytes=400, workers=1),
    "a capture at a time": Limits(batch_bytes=1),
    "in small blocks": Limits(block_size=4),
    "in the smallest blocks": Limits(block_size=1),
    "by one": Limits(workers=1),
    "by many": Limits(chunk_bytes=3_000, batch_bytes=1, workers=8),
    "in every way at once": Limits(chunk_bytes=900, batch_bytes=500, block_size=4, workers=3),
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return fill(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def at_once(data: Settings) -> dict[str, Any]:
    return as_dict(pipeline.check(data))


def test_the_captures_show_all_that_is_compared(at_once: dict[str, Any]) -> None:
    assert (at_once["applied"], at_once["unused"], list(at_once["acknowledged"])) == ([2, 12], [27], [7, 17])
    assert [line for line, _ in at_once["stale"]] == [22]
    assert {value for row in at_once["report_history"] for value in row} >= {"title", "listing"}
    rules = {value for row in at_once["violations"] for value in row}
    assert rules >= {"conflict", "title_shared", "text_unread", "capture_unreadable", "value_corrected"}


@pytest.mark.parametrize("limits", WAYS.values(), ids=WAYS.keys())
def test_however_it_is_read_and_merged_it_is_the_same(data: Settings, at_once: dict[str, Any], limits: Limits) -> None:
    assert as_dict(pipeline.check(replace(data, limits=limits))) == at_once


_CORRECTIONS = """corrections:
  - rule: fiscal_year_malformed
    where: {report_number: OIG-21-49}
    expect: {fiscal_year: "21"}
    set: {fiscal_year: "2021"}
    why: It is cut.
  - rule: conflict
    where: {title: Jails Fail}
    expect: {report_number: OIG-21-49}
    set: {report_number: OIG-21-50}
    why: The document bears no. 50.
  - rule: conflict
    where: {title: Jails Fail}
    expect: {agency: "ICE, CBP"}
    set: {report_number: OIG-21-51}
    why: The document bears no. 51.
  - rule: conflict
    where: {title: Audit of Grants in Ohio}
    expect: {agency: "ICE, CBP"}
    acknowledge: true
    why: Nothing tells which report it is.
  - rule: agency_unknown
    where: {agency: CBP}
    expect: {agency: Nobody}
    acknowledge: true
    why: It is stale wherever it is met.
  - rule: agency_unknown
    where: {title: Jails Fail}
    expect: {agency: Nobody, issue_date: 07/20/2021}
    set: {agency: ICE}
    why: It is stale in other words by row.
"""


@given(
    st.lists(st.lists(ROWS, min_size=1, max_size=6), min_size=1, max_size=3),
    st.builds(
        Limits,
        chunk_bytes=st.integers(150, 900),
        batch_bytes=st.sampled_from([1, 2**20]),
        block_size=st.sampled_from([1, 2, 48, 32_768]),
    ),
)
@examples(12)
def test_any_listing_is_the_same_in_chunks_and_blocks(files: list[list[dict[str, str]]], limits: Limits) -> None:
    with tempfile.TemporaryDirectory() as folder:
        contents = {f"{number}.ndjson": ndjson(*rows) for number, rows in enumerate(files)}
        settings = fill(Path(folder), contents, _CORRECTIONS)
        expected = outcome(settings)
        assert outcome(replace(settings, limits=limits)) == expected


def outcome(settings: Settings) -> dict[str, Any] | str:
    """Return the result of a check, or the error that two corrections set one value."""
    try:
        return as_dict(pipeline.check(settings))
    except CannotRun as error:
        if "of one row; keep one" in str(error):
            return str(error)
        raise


def read(settings: Settings, groups: list[list[int]]) -> tuple[Any, list[Batch]]:
    chunks = split_captures(pipeline.take_captures(settings))
    return chunks, [read_batch([chunks[n] for n in group]) for group in groups]


def test_batches_may_come_in_any_order_and_hold_captures_that_are_not_adjacent(tmp_path: Path) -> None:
    files = {f"{n}.ndjson": ndjson({"report_number": f"OIG-21-{n:02d}", "title": f"Audit {n}"}) for n in range(5)}
    settings = fill(tmp_path, files)
    chunks, batches = read(settings, [[1, 3], [4, 0], [2]])
    result = assemble(chunks, batches)
    assert [reading.capture.path for reading in result.summaries] == sorted(files)
    assert result.rows == 5


def test_a_stale_correction_has_the_same_message_whatever_the_batches(tmp_path: Path) -> None:
    agencies = {"1.ndjson": "CBP", "2.ndjson": "ICE", "3.ndjson": "FEMA"}
    files = {name: ndjson({"report_number": "", "title": "A B", "agency": agency}) for name, agency in agencies.items()}
    settings = fill(tmp_path, files, STALE)
    corrections = pipeline.load_corrections(settings)
    chunks = split_captures(pipeline.take_captures(settings))
    messages = set()
    for groups in ([[0, 1, 2]], [[2], [1], [0]], [[1], [2, 0]]):
        batches = [read_batch([chunks[n] for n in group], corrections) for group in groups]
        outcomes = settle(corrections, assemble(chunks, batches).matches)
        messages |= {stale.message for stale in outcomes.stale}
    assert messages == {"expected agency TSA, found CBP"}


STALE = """corrections:
  - rule: number_missing
    where: {title: A B}
    expect: {agency: TSA}
    acknowledge: true
    why: It has no number.
"""


def test_a_capture_with_an_unreadable_chunk_gives_no_row(tmp_path: Path) -> None:
    rows = [json.dumps({"report_number": f"OIG-21-{n:02d}", "title": f"Audit {n}"}) for n in range(1, 9)]
    settings = fill(tmp_path, {"a.ndjson": "\n".join(rows).encode() + b"\n\xff\n", "b.ndjson": ndjson({"title": 1})})
    chunks = split_captures(pipeline.take_captures(replace(settings, limits=Limits(chunk_bytes=100))))
    result = assemble(chunks, [read_batch([chunk]) for chunk in chunks])
    assert [(reading.status, reading.rows) for reading in result.summaries] == [("unreadable", 0), ("unreadable", 0)]
    assert (result.rows, result.matches, len(chunks)) == (0, (), 6)
