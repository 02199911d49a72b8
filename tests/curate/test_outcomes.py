"""What corrections come to over several sets of sightings: what they would come to over one."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from oig_pipeline.curate.correct import Correction, load
from oig_pipeline.curate.outcomes import CorrectionMatch, CorrectionOutcomes, settle

LINES = (2, 7, 12)


@pytest.fixture
def corrections(tmp_path: Path) -> tuple[Correction, ...]:
    entry = """  - rule: number_missing
    where: {title: Jails Fail}
    expect: {report_number: null}
    acknowledge: true
    why: Such rows have no number.
"""
    (tmp_path / "corrections.yml").write_text(f"corrections:\n{entry * 3}", encoding="utf-8")
    return load(tmp_path / "corrections.yml")


def lines_by_outcome(outcomes: CorrectionOutcomes) -> dict[str, list[int]]:
    return {
        "applied": [c.line for c in outcomes.applied],
        "unused": [c.line for c in outcomes.unused],
        "stale": [s.correction.line for s in outcomes.stale],
        "acknowledged": [c.line for c in outcomes.acknowledged],
    }


def test_one_that_met_no_row_anywhere_is_unused(corrections: tuple[Correction, ...]) -> None:
    assert lines_by_outcome(settle(corrections, [])) == {
        "applied": [],
        "unused": [2, 7, 12],
        "stale": [],
        "acknowledged": [],
    }


@pytest.mark.parametrize(
    ("states", "came_to"),
    [
        (("applied", "stale"), "applied"),
        (("stale", "applied", "stale"), "applied"),
        (("stale", "acknowledges"), "acknowledged"),
        (("stale", "stale"), "stale"),
    ],
)
def test_it_is_stale_only_where_no_row_is_as_expected(
    corrections: tuple[Correction, ...], states: tuple[str, ...], came_to: str
) -> None:
    matches = [CorrectionMatch(7, state, "expected x, found y" if state == "stale" else None) for state in states]  # type: ignore[arg-type]
    for order in (matches, matches[::-1]):
        lines = lines_by_outcome(settle(corrections, order))
        assert lines.pop(came_to) == [7]
        assert lines == {name: [2, 12] if name == "unused" else [] for name in lines}


def test_the_sightings_that_it_acknowledges_are_those_of_all_sets(corrections: tuple[Correction, ...]) -> None:
    matches = [
        CorrectionMatch(2, "acknowledges", ids=("a-1", "a-2")),
        CorrectionMatch(2, "stale", "x"),
        CorrectionMatch(2, "acknowledges", ids=("b-1",)),
    ]
    assert list(settle(corrections, matches).acknowledged.values()) == [["a-1", "a-2", "b-1"]]


def test_of_several_reasons_the_same_is_told_in_whatever_order_they_are_met(
    corrections: tuple[Correction, ...],
) -> None:
    unbroken = CorrectionMatch(12, "unbroken", "the row no longer breaks number_missing")
    reasons = ("expected agency TSA, found ICE", "expected agency TSA, found A")
    first, second = (CorrectionMatch(12, "stale", reason) for reason in reasons)
    for order in itertools.permutations([first, unbroken, second]):
        (stale,) = settle(corrections, order).stale
        assert stale.message == unbroken.message
    for order in itertools.permutations([first, second]):
        (stale,) = settle(corrections, order).stale
        assert stale.message == second.message
