"""Amounts and counts as cells state them."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.domain.figures import amount_column, count_column


def amount(text: str | None) -> object:
    content: object = pl.select(amount_column(pl.lit(text, dtype=pl.String))).item()
    return content


def count(text: str | None) -> object:
    content: object = pl.select(count_column(pl.lit(text, dtype=pl.String))).item()
    return content


@pytest.mark.parametrize(
    ("text", "dollars"),
    [
        ("$0", 0.0),
        ("$1,284,600.50", 1284600.5),
        ("14204", 14204.0),
        ("$ 5", 5.0),
        ("9999999999999.99", 9999999999999.99),
    ],
)
def test_an_amount_is_read(text: str, dollars: float) -> None:
    assert amount(text) == dollars


@pytest.mark.parametrize("text", ["$1.30 million", "$-5", "1,28,4", "$", "1.234", "5 $", "10000000000000", "", None])
def test_what_states_no_amount_for_certain_is_none(text: str | None) -> None:
    assert amount(text) is None


@given(st.integers(0, 10**15 - 1))
def test_each_cent_is_a_number_of_its_own(cents: int) -> None:
    dollars = amount(f"${cents // 100:,}.{cents % 100:02d}")
    assert isinstance(dollars, float)
    assert round(dollars * 100) == cents


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("1,000", 1000), ("79", 79)])
def test_a_count_is_read(text: str, number: int) -> None:
    assert count(text) == number


@pytest.mark.parametrize("text", ["four", "-1", "99999999999", "99,999,999,999", "2.0", "", None])
def test_what_is_no_count_is_none(text: str | None) -> None:
    assert count(text) is None
