"""Every row is accounted for, and whatever is not is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import polars as pl
import pytest

from oig_pipeline.curate.accounting import account, by_capture
from oig_pipeline.curate.judge import judge
from oig_pipeline.run.by_office import normalize_rows as normalize
from tests.rows import merge, sightings

FIRST, OTHER = "listing.csv", "other.csv"


@dataclass(frozen=True)
class RunTables:
    """Rows read and tables of a run."""

    read: dict[str, int]
    sightings: pl.DataFrame
    reports: pl.DataFrame
    violations: pl.DataFrame

    def problems(self) -> list[str]:
        return account(self.read, self.sightings, self.reports, self.violations)


def balanced() -> RunTables:
    """Return the tables of two captures: four rows, three published as two reports, one quarantined."""
    rows = sightings(
        {},
        {"capture_path": OTHER},
        {"report_number": "OIG-21-50", "title": "Jails Fail Inspections", "capture_path": OTHER},
        {"report_number": "OIG-2021-51"},
    )
    judgement = judge(normalize(rows))
    reports = merge(judgement.sightings.filter(outcome="published"))
    return RunTables({FIRST: 2, OTHER: 2}, judgement.sightings, reports, judgement.violations)


def with_outcome(tables: RunTables, row: int, outcome: str) -> RunTables:
    outcomes = tables.sightings["outcome"].to_list()
    outcomes[row] = outcome
    return replace(tables, sightings=tables.sightings.with_columns(pl.Series("outcome", outcomes)))


def with_reports(tables: RunTables, reports: pl.DataFrame) -> RunTables:
    return replace(tables, reports=reports)


def lose_a_quarantined_sighting(tables: RunTables) -> RunTables:
    return replace(tables, sightings=tables.sightings.head(3))


def lose_a_whole_capture(tables: RunTables) -> RunTables:
    return replace(tables, read={**tables.read, "lost.csv": 7})


def invent_a_capture(tables: RunTables) -> RunTables:
    return replace(tables, read={FIRST: 2})


def double_a_sighting(tables: RunTables) -> RunTables:
    return replace(tables, sightings=pl.concat([tables.sightings, tables.sightings.tail(1)]))


def double_one_and_lose_another(tables: RunTables) -> RunTables:
    return replace(tables, sightings=tables.sightings[[0, 1, 1, 3]])


def lose_a_report(tables: RunTables) -> RunTables:
    return with_reports(tables, tables.reports.tail(1))


def invent_a_report(tables: RunTables) -> RunTables:
    stranger = tables.reports.head(1).with_columns(pl.lit(1999, pl.Int32).alias("fiscal_year"))
    return with_reports(tables, pl.concat([tables.reports, stranger]))


def publish_a_quarantined_row(tables: RunTables) -> RunTables:
    return with_outcome(tables, 3, "published")


def quarantine_a_sound_row(tables: RunTables) -> RunTables:
    return with_outcome(tables, 2, "quarantined")


def give_a_row_no_known_outcome(tables: RunTables) -> RunTables:
    return with_outcome(tables, 0, "lost")


def miscount_the_sightings_of_a_report(tables: RunTables) -> RunTables:
    return with_reports(
        tables, tables.reports.with_columns(pl.col("sighting_count") + pl.Series([0, 1], dtype=pl.Int32))
    )


def exchange_the_counts_of_two_reports(tables: RunTables) -> RunTables:
    return with_reports(tables, tables.reports.with_columns(pl.col("sighting_count").reverse()))


def lose_a_violation(tables: RunTables) -> RunTables:
    return replace(tables, violations=tables.violations.filter(pl.col("severity") == "warning"))


def test_a_balanced_run_has_no_problems() -> None:
    assert balanced().problems() == []


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (lose_a_quarantined_sighting, f"{FIRST}: 2 rows read, 1 sightings, 1 published, 0 quarantined"),
        (lose_a_whole_capture, "lost.csv: 7 rows read, 0 sightings, 0 published, 0 quarantined"),
        (invent_a_capture, f"{OTHER}: 0 rows read, 2 sightings, 2 published, 0 quarantined"),
        (double_a_sighting, f"{FIRST}: 2 rows read, 3 sightings, 1 published, 2 quarantined"),
        (double_a_sighting, "a sighting stands twice"),
        (double_one_and_lose_another, "a sighting stands twice"),
        (lose_a_report, "1 published sightings' reports are missing"),
        (lose_a_report, "3 sightings published, 1 merged into reports"),
        (invent_a_report, "1 reports have no sighting"),
        (publish_a_quarantined_row, "the quarantined sightings are not those that break an error rule"),
        (quarantine_a_sound_row, "the quarantined sightings are not those that break an error rule"),
        (quarantine_a_sound_row, "1 reports have no sighting"),
        (give_a_row_no_known_outcome, f"{FIRST}: 2 rows read, 2 sightings, 0 published, 1 quarantined"),
        (miscount_the_sightings_of_a_report, "3 sightings published, 4 merged into reports"),
        (lose_a_violation, "the quarantined sightings are not those that break an error rule"),
    ],
)
def test_whatever_does_not_add_up_is_named(spoil: Callable[[RunTables], RunTables], problem: str) -> None:
    assert problem in spoil(balanced()).problems()


def test_counts_that_add_up_in_the_wrong_reports_are_named() -> None:
    assert exchange_the_counts_of_two_reports(balanced()).problems() != []


def test_a_capture_without_rows_is_balanced() -> None:
    tables = balanced()
    assert replace(tables, read={**tables.read, "lost.csv": 0}).problems() == []


def test_sightings_are_counted_by_capture() -> None:
    counts = {row[0]: row[1:] for row in by_capture(balanced().sightings).iter_rows()}
    assert counts == {FIRST: (2, 1, 1), OTHER: (2, 2, 0)}
