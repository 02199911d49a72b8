"""The pipeline: neither files nor their order may change the result."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.contract.names import LISTED_COLUMNS
from oig_pipeline.contract.schemas import TABLES
from oig_pipeline.run import pipeline
from oig_pipeline.run.outcome import Outcome
from oig_pipeline.settings import Limits, Settings, settings
from tests.conftest import DATA, examples

TITLES = (
    "Audit of Grants in Ohio",
    "Audit of Grants in Ohio (REDACTED)",
    ">Audit of Grants in Ohio and More",
    "Jails Fail",
)
ROWS = st.fixed_dictionaries(
    {
        "report_number": st.sampled_from(["OIG-21-49", "oig 21-49", "OIG-21-50", "DA-07-04", "OIG-2021", ""]),
        "title": st.sampled_from(TITLES),
        "summary": st.sampled_from(["", "We made two recommendations.", "We made two recommendations. CBP concurred."]),
        "issue_date": st.sampled_from(["", "07/20/2021", "2021-07-21"]),
        "document_url": st.sampled_from(["", "/a.pdf", "/b.pdf"]),
        "agency": st.sampled_from(["", "CBP", "ICE, CBP", "Nobody"]),
        "oversight_area": st.sampled_from(["", "Border Security"]),
        "fiscal_year": st.sampled_from(["", "2021", "2007", "2004", "21"]),
    }
)


def run(files: list[list[dict[str, str]]]) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        for number, rows in enumerate(files):
            text = "".join(json.dumps(row) + "\n" for row in rows)
            Path(folder, f"{number}.ndjson").write_text(text, encoding="utf-8")
        return pipeline.check(settings(folder))


def listed_rows(outcome: Outcome) -> pl.DataFrame:
    """Return the listed values of rows and their outcome, sorted."""
    columns = [*LISTED_COLUMNS.values(), "report_number", "fiscal_year", "outcome", "rules"]
    return outcome.result.sightings.select(columns).sort(columns)


@given(st.lists(ROWS, min_size=1, max_size=12), st.data())
@examples(40)
def test_how_rows_are_ordered_and_split_over_files_changes_nothing(
    rows: list[dict[str, str]], data: st.DataObject
) -> None:
    single = run([rows])
    shuffled = data.draw(st.permutations(rows))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(rows)), max_size=3)))
    parts = [shuffled[a:b] for a, b in zip([0, *cuts], [*cuts, len(rows)], strict=True) if a < b]
    # Files of equal bytes are one capture, so that a row said twice in two such files is said once.
    distinct = [file_rows for n, file_rows in enumerate(parts) if file_rows not in parts[:n]]
    if len(distinct) == len(parts):
        split = run(parts)
        assert split.reports.equals(single.reports)
        assert listed_rows(split).equals(listed_rows(single))
    assert not single.assessment.accounting


@given(st.lists(ROWS, max_size=12).filter(len))
@examples(40)
def test_every_row_is_published_or_quarantined_and_every_table_keeps_its_schema(rows: list[dict[str, str]]) -> None:
    outcome = run([rows])
    assert outcome.result.sightings.height == len(rows)
    for name, frame in outcome.result.tables().items():
        TABLES[name].validate(frame, lazy=True)


def test_da_07_04_of_two_years_is_two_reports() -> None:
    rows = [
        {"report_number": "DA-07-04", "title": "City of Raleigh", "fiscal_year": "2004"},
        {"report_number": "DA-07-04", "title": "Debris Removal in Mississippi", "fiscal_year": "2007"},
        {"report_number": "DA-07-04", "title": "Debris Removal in Mississippi"},
    ]
    outcome = run([rows])
    assert outcome.reports.select("fiscal_year", "sequence", "title").rows() == [
        (2004, 7, "City of Raleigh"),
        (2007, 4, "Debris Removal in Mississippi"),
    ]
    undecided = outcome.result.violations.filter(severity="error").select("line", "rule").rows()
    assert undecided == [(3, "fiscal_year_mismatch")]


def test_progress_names_each_stage_and_ends_full() -> None:
    calls: list[tuple[str, int, int]] = []
    pipeline.check(settings(DATA / "raw"), lambda *step: calls.append(step))
    assert [stage for stage, done, total in calls if done == total] == ["Reading", "Merging"]
    assert calls[0] == ("Reading", 0, 1)


def test_what_is_kept_in_memory_is_merged_at_once_however_many_rows_there_are(repo_data: Path) -> None:
    settings = Settings(repo_data / "raw", repo_data / "curated", limits=Limits(merged_at_once=0))
    assert len(pipeline.check(settings).result.partitions) == 1
    assert len(pipeline.build(settings).result.partitions) > 1
