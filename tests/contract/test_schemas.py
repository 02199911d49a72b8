"""The tables of a release: their columns, and what their schemas refuse."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest
from pandera.errors import SchemaErrors

from oig_pipeline.capture.documents import Documents, take
from oig_pipeline.contract.column import Column
from oig_pipeline.contract.columns import READ
from oig_pipeline.contract.judged_columns import GROUPED, NORMALIZED
from oig_pipeline.contract.schemas import POLARS_SCHEMAS, TABLE_DESCRIPTIONS, TABLES
from oig_pipeline.curate.history import history
from oig_pipeline.offices.dhs.numbers import NUMBERS
from oig_pipeline.run.pipeline import check
from oig_pipeline.settings import Settings
from tests.conftest import DATA
from tests.dhs_examples import document
from tests.replica import ledger_pages
from tests.rows import NEWER, OLDER, SITE, judgement_of

COLUMNS = {
    "reports": """office, report_number, fiscal_year, series, sequence, suffix, title, summary, issue_date,
        document_url, document_urls, agencies, agency_source, topics, kind, is_redacted, is_revised, classification,
        report_type, components, questioned_costs, funds_for_better_use, unsupported_costs,
        recommendations, recommendations_concurred, recommendations_not_concurred, concurrence, agreement,
        recommendations_open, recommendations_as_of, recommendations_text,
        quality_flags, sighting_count, first_seen, last_seen""",
    "sightings": """office, sighting_id, capture_sha256, capture_path, capture_url, retrieved_at, layout, source,
        ordinal, line,
        listed_number, listed_title, listed_summary, listed_issue_date, listed_document_url, listed_agency,
        listed_fiscal_year, topic, listed_office, listed_report_type, listed_components, listed_recommendations,
        listed_questioned_costs, listed_funds_for_better_use,
        listed_number_line, listed_title_line, listed_summary_line,
        listed_issue_date_line, listed_document_url_line, listed_agency_line, listed_fiscal_year_line,
        topic_line, listed_office_line, listed_report_type_line, listed_components_line,
        listed_recommendations_line, listed_questioned_costs_line, listed_funds_for_better_use_line,
        report_number, fiscal_year, outcome, rules""",
    "violations": "office, sighting_id, capture_path, line, rule, severity, column_name, value, message, acknowledged",
    "statements": """office, report_number, fiscal_year, recommendation, says, value, words, is_of_report, read_from,
        as_of, capture_path, line, layout, sighting_id""",
    "recommendations": """office, report_number, fiscal_year, recommendation, place, text, addressees, agencies,
        response, agreement, completion, as_of, is_significant, questioned_costs, unsupported_costs,
        funds_for_better_use, first_seen, last_seen, last_seen_open, completion_path, completion_line, quality_flags""",
    "recommendation_history": """office, report_number, fiscal_year, recommendation, field, old_value, new_value,
        old_seen, new_seen, old_path, new_path, new_line""",
    "report_history": """office, report_number, fiscal_year, listing, field, old_value, new_value, old_seen, new_seen,
        old_sighting_id, new_sighting_id""",
    "documents": "url, status, note, sha256, bytes, pages, cover_numbers, retrieved_at",
    "document_pages": "sha256, page, has_text, text",
    "offices": "code, name, spelling, is_certain, aliases, site, has_grammar",
    "agencies": "office, code, name, aliases, successor, first_year, last_year",
    "provenance": """office, report_number, fiscal_year, title, summary, issue_date, document_url, kind, classification,
        report_type, questioned_costs, funds_for_better_use, recommendations""",
    "captures": """capture_sha256, path, url, retrieved_at, bytes, layout, sightings, published, quarantined, status,
        note""",
}
COLUMN_SCHEMAS = {(t, n): c for t, s in TABLES.items() for n, c in s.columns.items()}
KEYED = [t for t, s in TABLES.items() if s.unique]

Frames = dict[str, pl.DataFrame]

every_table = pytest.mark.parametrize("table", TABLES)
every_column = pytest.mark.parametrize(("table", "column"), COLUMN_SCHEMAS)


@pytest.fixture(scope="module")
def frames(tmp_path_factory: pytest.TempPathFactory) -> Frames:
    """Return the tables made of the repository's own captures; histories and documents, of which they have none."""
    outcome = check(Settings(raw=DATA / "raw"))
    story = tmp_path_factory.mktemp("story") / "raw"
    ledger_pages.save_story(story)
    documents = documents_in(tmp_path_factory.mktemp("data"), document("OIG-21-49"))
    source = {"capture_url": SITE, "sighting_id": "a-1", "capture_path": "a.csv"}
    changed = judgement_of(
        {**source, "retrieved_at": OLDER}, {**source, "retrieved_at": NEWER, "issue_date": "07/01/2021"}
    )
    tables = outcome.result.tables()
    history_ = history(changed.sightings)
    return {
        **tables, "report_history": history_, "documents": documents.table, "document_pages": documents.pages,
        "recommendation_history": check(Settings(raw=story)).result.table("recommendation_history"),
    }  # fmt: skip


def documents_in(folder: Path, files: Mapping[str, str]) -> Documents:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return take(folder / "documents", lambda url: NUMBERS)


def refuses(table: str, frame: pl.DataFrame) -> bool:
    try:
        TABLES[table].validate(frame, lazy=True)
    except SchemaErrors:
        return True
    return False


def with_first(frame: pl.DataFrame, column: str, value: object) -> pl.DataFrame:
    """Return the frame with one value of its first row changed."""
    changed = frame.head(1).with_columns(pl.lit(value, dtype=frame.schema[column]).alias(column))
    return pl.concat([changed, frame.slice(1)])


@every_table
def test_the_columns_are_these_in_this_order(table: str) -> None:
    assert list(TABLES[table].columns) == COLUMNS[table].replace("\n", " ").replace(" ", "").split(",")


@every_column
def test_every_column_is_described(table: str, column: str) -> None:
    assert (COLUMN_SCHEMAS[table, column].description or "").endswith((".", "…"))


@pytest.mark.parametrize("columns", [READ, NORMALIZED, GROUPED], ids=["read", "normalized", "grouped"])
def test_the_columns_between_are_described_too(columns: dict[str, Column]) -> None:
    assert [n for n, c in columns.items() if not c.description] == []


def test_every_table_is_described() -> None:
    assert TABLE_DESCRIPTIONS.keys() == TABLES.keys()


@every_table
def test_an_empty_table_is_valid_and_typed(table: str) -> None:
    assert not refuses(table, POLARS_SCHEMAS[table].to_frame())
    assert POLARS_SCHEMAS[table] == pl.Schema(POLARS_SCHEMAS[table])


@every_table
def test_the_repositorys_own_tables_are_valid(table: str, frames: Frames) -> None:
    assert not frames[table].is_empty()
    assert not refuses(table, frames[table])


@every_column
def test_another_type_is_refused(table: str, column: str, frames: Frames) -> None:
    assert refuses(table, frames[table].with_columns(pl.lit(0, dtype=pl.Int8).alias(column)))


@every_column
def test_null_is_refused_where_a_value_is_required(table: str, column: str, frames: Frames) -> None:
    assert refuses(table, with_first(frames[table], column, None)) == (not COLUMN_SCHEMAS[table, column].nullable)


@every_table
def test_an_extra_column_is_refused(table: str, frames: Frames) -> None:
    assert refuses(table, frames[table].with_columns(pl.lit("x").alias("extra")))


@every_table
def test_another_order_of_columns_is_refused(table: str, frames: Frames) -> None:
    assert refuses(table, frames[table].select(*reversed(frames[table].columns)))


@every_table
def test_a_missing_column_is_refused(table: str, frames: Frames) -> None:
    assert refuses(table, frames[table].drop(frames[table].columns[-1]))


def test_the_tables_with_a_key_are_these() -> None:
    assert {t: TABLES[t].unique for t in KEYED} == {
        "reports": ["office", "report_number", "fiscal_year"],
        "sightings": ["sighting_id"],
        "captures": ["path"],
        "provenance": ["office", "report_number", "fiscal_year"],
        "recommendations": ["office", "report_number", "fiscal_year", "recommendation"],
        "documents": ["url"],
        "document_pages": ["sha256", "page"],
        "offices": ["code"],
        "agencies": ["office", "code"],
    }


@pytest.mark.parametrize("table", KEYED)
def test_a_key_that_stands_twice_is_refused(table: str, frames: Frames) -> None:
    assert refuses(table, pl.concat([frames[table], frames[table].head(1)]))


def test_one_number_may_stand_in_two_years(frames: Frames) -> None:
    again = frames["reports"].head(1).with_columns(pl.lit(1999, dtype=pl.Int32).alias("fiscal_year"))
    assert not refuses("reports", pl.concat([frames["reports"], again]))


@pytest.mark.parametrize(
    ("table", "column", "good", "bad"),
    [
        ("reports", "agencies", ["CBP", "ICE"], ["CBP", "Ministry of Works"]),
        ("reports", "agency_source", "listing", "guessed"),
        ("reports", "kind", "management_alert", "essay"),
        ("reports", "classification", "SSI", "secret"),
        ("reports", "quality_flags", ["date_missing"], ["conflict"]),
        ("sightings", "outcome", "quarantined", "lost"),
        ("sightings", "rules", ["conflict", "date_missing"], ["no_such_rule"]),
        ("violations", "rule", "date_missing", "no_such_rule"),
        ("violations", "severity", "error", "notice"),
        ("captures", "status", "not_a_listing", "lost"),
    ],
)
def test_a_value_outside_its_list_is_refused(
    table: str, column: str, good: object, bad: object, frames: Frames
) -> None:
    assert not refuses(table, with_first(frames[table], column, good))
    assert refuses(table, with_first(frames[table], column, bad))


@pytest.mark.parametrize(
    ("table", "column"), [key for key, c in COLUMN_SCHEMAS.items() if c.dtype.type == pl.List(pl.String)]
)
def test_a_null_inside_a_list_is_refused(table: str, column: str, frames: Frames) -> None:
    assert refuses(table, with_first(frames[table], column, [None]))
