"""What Dagster shows of rows: counts as bars."""

from __future__ import annotations

import polars as pl

from oig_pipeline.orchestration import metadata


def test_reports_without_a_fiscal_year_are_counted_last() -> None:
    years = pl.LazyFrame({"fiscal_year": [2021, None, 2020, 2021]}, schema={"fiscal_year": pl.Int32})
    bars = metadata.chart(metadata.by(years, "fiscal_year"), "fiscal_year", "rows").md_str
    assert [line.split()[0] for line in (bars or "").splitlines()[1:-1]] == ["2020", "2021", "unknown"]


def test_a_report_without_an_agency_is_counted_under_none() -> None:
    agencies = pl.LazyFrame({"agencies": [["CBP", "ICE"], [], ["CBP"]]})
    assert metadata.by(agencies, "agencies").rows() == [("ICE", 1), ("CBP", 2)]
