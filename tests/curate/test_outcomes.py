"""What corrections come to over several sets of sightings: what they would come to over one."""

from __future__ import annotations

from pathlib import Path

import pytest

from oig_pipeline.curate.correct import Correction, load
from oig_pipeline.curate.outcomes import Fit, Settled, settle

LINES = (2, 7, 12)


@pytest.fixture
def corrections(tmp_path: Path) -> tuple[Correction, ...]:
    one = """  - rule: number_missing
    where: {title: Jails Fail}
    expect: {report_number: null}
    acknowledge: true
    why: Such rows have no number.
"""
    (tmp_path / "corrections.yml").write_text(f"corrections:\n{one * 3}", encoding="utf-8")
    return load(tmp_path / "corrections.yml")


def said(settled: Settled) -> dict[str, list[int]]:
    return {
        "applied": [c.line for c in settled.applied],
        "unused": [c.line for c in settled.unused],
        "stale": [s.correction.line for s in settled.stale],
        "acknowledged": [c.line for c in settled.acknowledged],
    }


def test_one_that_met_no_row_anywhere_is_unused(corrections: tuple[Correction, ...]) -> None:
    assert said(settle(corrections, [])) == {"applied": [], "unused": [2, 7, 12], "stale": [], "acknowledged": []}


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
    found = [Fit(7, state, "expected x, found y" if state == "stale" else None) for state in states]  # type: ignore[arg-type]
    for fits in (found, found[::-1]):
        told = said(settle(corrections, fits))
        assert told.pop(came_to) == [7]
        assert told == {name: [2, 12] if name == "unused" else [] for name in told}


def test_the_sightings_that_it_acknowledges_are_those_of_all_sets(corrections: tuple[Correction, ...]) -> None:
    fits = [Fit(2, "acknowledges", ids=("a-1", "a-2")), Fit(2, "stale", "x"), Fit(2, "acknowledges", ids=("b-1",))]
    assert list(settle(corrections, fits).acknowledged.values()) == [["a-1", "a-2", "b-1"]]


def test_of_several_reasons_the_same_is_told_in_whatever_order_they_are_met(
    corrections: tuple[Correction, ...],
) -> None:
    unbroken = "the row no longer breaks number_missing"
    reasons = ["expected agency TSA, found ICE", unbroken, "expected agency TSA, found A"]
    for order in (reasons, reasons[::-1], reasons[1:] + reasons[:1]):
        (stale,) = settle(corrections, [Fit(12, "stale", reason) for reason in order]).stale
        assert stale.message == unbroken
    for order in (reasons[::2], reasons[::-2]):
        (stale,) = settle(corrections, [Fit(12, "stale", reason) for reason in order]).stale
        assert stale.message == "expected agency TSA, found A"
