"""Run statistics: those of all years add up to those of all rows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.contract.schemas import CURATED, POLARS_SCHEMAS
from oig_pipeline.curate.judge import judge_rows
from oig_pipeline.run.batches import write_batch
from oig_pipeline.run.by_office import normalize_rows as normalize
from oig_pipeline.run.curate_partition import curate_partition
from oig_pipeline.run.read_batch import judge_batch
from oig_pipeline.run.stats import RunStats, stats_of
from oig_pipeline.run.store import MemoryStore
from tests.conftest import examples
from tests.rows import NO_PAGES, Values, any_rows, sightings


@given(st.lists(any_rows(), min_size=1, max_size=8))
@examples(20)
def test_the_sum_over_years_is_that_of_all_rows(rows: list[Values]) -> None:
    frame = sightings(*rows)
    batches = [write_batch(("a",), (), (), *judge_batch(frame), MemoryStore())]
    partitions = [
        curate_partition(partition, batches, {}, NO_PAGES)
        for partition in {row_range.year for row_range in batches[0].row_ranges}
    ]
    stats = sum((partition.stats for partition in partitions), RunStats())
    assert (stats.sightings, stats.accounting, stats.shape) == (len(rows), (), ())
    broken = judge_rows(normalize(frame)).sightings.filter(outcome="quarantined").height
    assert stats.quarantined == stats.unsettled == broken + len(stats.refused)
    assert sum(violations for violations, _ in stats.broken.values()) == stats.content.rows["violations"]
    assert stats == sum((partition.stats for partition in partitions), RunStats())


def test_nothing_added_changes_nothing() -> None:
    batches = [write_batch(("a",), (), (), *judge_batch(sightings({}, {"report_number": ""})), MemoryStore())]
    stats = curate_partition(2021, batches, {}, NO_PAGES).stats
    assert stats + RunStats() == RunStats() + stats == stats
    assert (RunStats().sightings, RunStats().quarantined, stats.captures) == (0, 0, {"listing.csv": (1, 1, 0)})


def test_messages_are_added_without_duplicates() -> None:
    first, second = RunStats(accounting=("a", "b")), RunStats(accounting=("b", "c"), shape=("d",))
    assert ((first + second).accounting, (first + second).shape) == (("a", "b", "c"), ("d",))


def test_statistics_of_no_rows_are_empty() -> None:
    stats = stats_of({name: POLARS_SCHEMAS[name].to_frame() for name in CURATED})
    assert (stats.sightings, stats.unsettled, dict(stats.broken)) == (0, 0, {})
