"""Which sighting each published value was taken from."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.contract.columns import KEY, MERGED_FIELDS, REPORTS
from oig_pipeline.contract.schemas import POLARS_SCHEMAS, TABLES
from oig_pipeline.domain.whitespace import folded_blanks
from oig_pipeline.run import pipeline
from oig_pipeline.run.batches import read_partition
from oig_pipeline.run.capture_chunks import split_captures
from oig_pipeline.run.read_batch import read_batch
from oig_pipeline.settings import settings as run_settings
from tests.conftest import DATA, examples
from tests.rows import NEWER, OLDER, SITE, any_rows, judgement_of, merge, provenance, published, valid_rows

OLD, NEW, UNDATED = ({"retrieved_at": time} for time in (OLDER, NEWER, None))
LONG, SHORT = "CBP Needs to Strengthen Its Oversight of Medical Attention", "CBP Needs to Strengthen Its Oversight"
Row = dict[str, Any]


def accepted(rows: list[Row]) -> pl.DataFrame:
    return judgement_of(*rows).sightings.filter(outcome="published")


def summarised(sightings: pl.DataFrame) -> pl.DataFrame:
    """Return sightings with their summaries as they are published."""
    return sightings.with_columns(folded_blanks(pl.col("stated_summary")).alias("summary"))


def values_with_times(published_: pl.DataFrame) -> list[dict[str, Any]]:
    """Return, for each report, its identity and what the named sightings show: the value, and when it was seen."""
    by_id = {row["sighting_id"]: row for row in summarised(published_).to_dicts()}
    rows = []
    for keys in provenance(published_).to_dicts():
        by_field = {field: by_id[keys[field]] if keys[field] is not None else None for field in MERGED_FIELDS}
        values = {field: (row[field], row["retrieved_at"]) if row else None for field, row in by_field.items()}
        rows.append({**{name: keys[name] for name in KEY}, **values})
    return rows


def check(published_: pl.DataFrame) -> None:
    """Assert that each value of each report is that of the sighting named for it, and that nothing else is named."""
    reports, keys_by_report = merge(published_), provenance(published_)
    TABLES["provenance"].validate(keys_by_report, lazy=True)
    assert keys_by_report.select(KEY).equals(reports.select(KEY))
    by_id = {row["sighting_id"]: row for row in summarised(published_).to_dicts()}
    for report, keys in zip(reports.to_dicts(), keys_by_report.to_dicts(), strict=True):
        for field in MERGED_FIELDS:
            if REPORTS[field].fallback is None or keys[field] is not None:
                assert (keys[field] is None) == (report[field] is None), field
            if keys[field] is not None:
                sighting = by_id[keys[field]]
                assert [sighting[name] for name in (*KEY, field)] == [report[n] for n in (*KEY, field)]


times = st.sampled_from((OLD, NEW, UNDATED))
crowds = st.lists(st.builds(lambda row, time: {**row, **time}, valid_rows(), times), max_size=8)


@examples(30)
@given(st.one_of(crowds, st.lists(st.one_of(valid_rows(), any_rows()), max_size=8)))
def test_the_named_sighting_is_of_the_report_and_shows_the_published_value(rows: list[Row]) -> None:
    check(accepted(rows))


def test_so_it_is_in_the_repositorys_own_data() -> None:
    config = run_settings(DATA / "raw")
    batch = read_batch(split_captures(pipeline.take_captures(config)), pipeline.load_corrections(config))
    rows = pl.concat([read_partition(batch, (row_range.year, row_range.block))[0] for row_range in batch.row_ranges])
    complete = rows.filter(outcome="published")
    check(complete)
    assert pipeline.check(config).result.table("provenance").equals(provenance(complete))


@examples(15)
@given(crowds, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(rows: list[Row], random: Any) -> None:
    sightings = accepted(rows)
    order = list(range(sightings.height))
    random.shuffle(order)
    assert provenance(sightings[order]).equals(provenance(sightings))


@examples(15)
@given(crowds, st.data())
def test_a_split_over_captures_changes_nothing_but_ids(rows: list[Row], data: st.DataObject) -> None:
    paths = st.sampled_from(("a.csv", "b.csv", "z/c.txt"))
    split = []
    for place, row in enumerate(data.draw(st.permutations(rows))):
        path = data.draw(paths)
        split.append({**row, "capture_path": path, "capture_sha256": path, "sighting_id": f"{path}-{place}"})
    assert values_with_times(accepted(split)) == values_with_times(accepted(rows))


@pytest.mark.parametrize(
    ("field", "first", "second"),
    [
        ("title", LONG, SHORT),
        ("summary", "We made two recommendations.", "We made none."),
        ("issue_date", "07/20/2021", "07/21/2021"),
        ("document_url", f"{SITE}/a.pdf", f"{SITE}/b.pdf"),
        ("kind", f"Management Alert - {LONG}", LONG),
        ("classification", f"(U) {LONG}", f"{LONG} (SSI)"),
    ],
)
def test_the_newest_capture_is_named_and_of_one_time_the_value_decides(field: str, first: str, second: str) -> None:
    column = "title" if field in ("kind", "classification") else field
    link = {"document_url": f"{SITE}/a.pdf"}  # so that two titles are one report
    rows = [{**link, column: first, "sighting_id": "first"}, {**link, column: second, "sighting_id": "second"}]

    def source_id(changes: Row, other_changes: Row) -> str:
        ids = provenance(published({**rows[0], **changes}, {**rows[1], **other_changes}))[field].to_list()
        assert len(ids) == 1
        return str(ids[0])

    assert source_id(OLD, NEW) == "second"
    assert source_id(NEW, OLD) == "first"
    # Ids would say otherwise.
    rows[0]["sighting_id"], rows[1]["sighting_id"] = "z-first", "a-second"
    smaller = {"classification": "a-second"}  # SSI stands before U
    assert source_id(NEW, NEW) == smaller.get(field, "z-first")
    assert source_id(UNDATED, UNDATED) == smaller.get(field, "z-first")


def test_each_value_may_come_from_another_sighting() -> None:
    sightings = published(
        {"sighting_id": "a", "title": LONG, "summary": "We looked.", "issue_date": "", "document_url": "", **OLD},
        {"sighting_id": "b", "title": SHORT, "summary": "", "issue_date": "07/20/2021", "document_url": "", **NEW},
        {"sighting_id": "c", "title": SHORT, "summary": "", "issue_date": "", "document_url": "/a.pdf", **UNDATED},
    )
    (keys,) = provenance(sightings).to_dicts()
    assert [keys[field] for field in MERGED_FIELDS] == ["b", "a", "b", "c", "b", *[None] * 5]


def test_of_sightings_that_say_the_same_the_smallest_key_is_named() -> None:
    sightings = published({"sighting_id": "b"}, {"sighting_id": "a"}, {"sighting_id": "c"})
    assert set(provenance(sightings).select("title", "summary", "issue_date").row(0)) == {"a"}


def test_each_report_of_a_reused_number_names_its_own() -> None:
    reused = {"report_number": "DA-07-04", "issue_date": "", "document_url": ""}
    keys = provenance(
        published(
            {**reused, "fiscal_year": "2007", "sighting_id": "of 2007"},
            {**reused, "fiscal_year": "2004", "sighting_id": "of 2004", "title": "City of Oakland"},
        )
    )
    assert keys.select("fiscal_year", "title").rows() == [(2004, "of 2004"), (2007, "of 2007")]


def test_a_quarantined_sighting_is_never_named() -> None:
    rows = [{"sighting_id": "good", **OLD}, {"sighting_id": "bad", "issue_date": "02/30/2021", **NEW}]
    assert set(provenance(accepted(rows)).select(*MERGED_FIELDS[:5]).row(0)) == {"good"}


def test_no_sightings_name_nothing() -> None:
    assert provenance(published()).equals(POLARS_SCHEMAS["provenance"].to_frame())
