"""The views: in the catalog file, as SQL text, in a connection, wherever the release lies."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

import oig_pipeline
from oig_pipeline import CannotRun
from oig_pipeline.contract.columns import REPORTS, SIGHTINGS
from oig_pipeline.contract.schemas import TABLES
from oig_pipeline.release import catalog
from oig_pipeline.run import pipeline
from oig_pipeline.settings import settings
from tests.conftest import DATA, PROJECT

VIEWS = {
    "reports", "sightings", "violations", "captures", "provenance", "report_history", "documents", "document_pages",
    "offices", "agencies", "quarantine", "agency_years", "in_one_source", "source_differences",
    "disagreements", "series_years", "redactions_by_agency", "topics", "changes", "data_quality_by_capture",
    "reports_by_agency", "reports_by_fiscal_year", "reports_by_office",
    "recommendations_by_agency", "number_gaps", "data_quality", "statements", "recommendations",
    "recommendation_history", "open_recommendations", "stale_recommendations", "refusals", "money_by_agency",
    "scorecard",
}  # fmt: skip
OF_RECOMMENDATIONS = (
    *("recommendations", "recommendation_history", "open_recommendations", "stale_recommendations", "refusals"),
    "money_by_agency",
)
"""What is empty where no page lists recommendations."""
ODD_FOLDERS = ["plain", "with blank", "it's", "[a]*?", "a;b--c", "d\u00e9j\u00e0 vu"]


@pytest.fixture
def out(golden: Path) -> Path:
    """Return a curated folder that is only read."""
    return golden / "curated"


@pytest.fixture
def own_out(built_data: Path) -> Path:
    """Return one that the test may move or remove."""
    return built_data / "curated"


def open_catalog(folder: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(folder / "catalog.duckdb"), read_only=True)


def test_every_view_is_there_with_a_comment_and_answers(out: Path) -> None:
    with open_catalog(out / "latest") as connection:
        comments = dict(connection.sql("SELECT view_name, comment FROM duckdb_views() WHERE NOT internal").fetchall())
        assert set(comments) == VIEWS
        assert all(comment and comment.endswith(".") for comment in comments.values())
        for view in VIEWS:
            assert connection.sql(f"SELECT count(*) FROM {view}").fetchall()[0][0] > 0 or view in (
                "report_history",
                "changes",
                "documents",
                "document_pages",
                "source_differences",
                *OF_RECOMMENDATIONS,
            ), view


@pytest.mark.parametrize(("view", "columns"), [("reports", REPORTS), ("sightings", SIGHTINGS)])
def test_columns_carry_the_contracts_descriptions(view: str, columns: dict[str, object], out: Path) -> None:
    with open_catalog(out / "latest") as connection:
        comments = connection.execute(
            "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index", [view]
        ).fetchall()
    assert comments == [(name, TABLES[view].columns[name].description) for name in columns]


def test_the_catalog_answers_from_any_folder(out: Path, tmp_path: Path) -> None:
    file = str(out / "latest" / "catalog.duckdb")
    script = (
        f"import duckdb; print(duckdb.connect({file!r}, read_only=True).sql('SELECT count(*) FROM reports').fetchall())"
    )
    for folder in (tmp_path, Path("/")):
        done = subprocess.run([sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, check=True)
        assert done.stdout == "[(367,)]\n"


def test_the_views_as_text_work_after_a_move(own_out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moved = shutil.copytree((own_out / "latest").resolve(), tmp_path / "moved")
    shutil.rmtree(own_out)
    monkeypatch.chdir(moved)
    with duckdb.connect() as connection:
        connection.execute((moved / "views.sql").read_text())
        assert connection.sql("SELECT count(*) FROM quarantine").fetchall() == [(24,)]


@pytest.mark.parametrize("name", ODD_FOLDERS)
def test_a_folder_may_have_any_name(name: str, tmp_path: Path) -> None:
    target = tmp_path / name / "curated"
    pipeline.build(settings(DATA / "raw", target))
    with open_catalog(target / "latest") as connection:
        assert connection.sql("SELECT count(*) FROM reports").fetchall() == [(367,)]
    with oig_pipeline.connect(target) as connection:
        assert connection.sql("SELECT count(*) FROM reports").fetchall() == [(367,)]


def release_of(out: Path) -> Path:
    return (out / "latest").resolve()


@pytest.mark.parametrize(
    "where", [lambda out: out, release_of, lambda out: out / "latest", str], ids=["curated", "release", "link", "text"]
)
def test_connect_takes_a_release_or_a_curated_folder(where: Callable[[Path], Path | str], out: Path) -> None:
    with oig_pipeline.connect(where(out)) as connection:
        names = {row[0] for row in connection.sql("SHOW TABLES").fetchall()}
        assert names == VIEWS


def test_connect_without_a_path_takes_data_curated_here(
    own_out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert own_out == tmp_path / "data" / "curated"
    monkeypatch.chdir(tmp_path)
    with oig_pipeline.connect() as connection:
        assert connection.sql("SELECT count(*) FROM reports").fetchall() == [(367,)]


def test_connect_says_where_no_release_is(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="there is no release here; make one with oig build"):
        oig_pipeline.connect(tmp_path)


def test_a_moved_catalog_is_made_anew(out: Path, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    shutil.copytree(out, moved, symlinks=True)
    assert catalog.is_current(release_of(out))
    assert not catalog.is_current(release_of(moved))
    pipeline.build(settings(DATA / "raw", moved))
    assert catalog.is_current(release_of(moved))


def test_gaps_are_the_numbers_between_the_known_ones(out: Path) -> None:
    with oig_pipeline.connect(out) as connection:
        numbers = {
            r[0]
            for r in connection.sql(
                "SELECT sequence FROM reports WHERE series = 'DS' AND fiscal_year = 2008"
            ).fetchall()
        }
        gaps = {
            r[0]
            for r in connection.sql(
                "SELECT sequence FROM number_gaps WHERE series = 'DS' AND fiscal_year = 2008"
            ).fetchall()
        }
        assert numbers == set(range(1, 12))
        assert gaps == set()
        of_2021 = {
            r[0]
            for r in connection.sql(
                "SELECT sequence FROM reports WHERE series = 'OIG' AND fiscal_year = 2021"
            ).fetchall()
        }
        gaps = {
            r[0]
            for r in connection.sql(
                "SELECT sequence FROM number_gaps WHERE series = 'OIG' AND fiscal_year = 2021"
            ).fetchall()
        }
        assert gaps == set(range(min(of_2021), max(of_2021) + 1)) - of_2021 != set()


def test_sums_over_agencies_match_the_reports(out: Path) -> None:
    with oig_pipeline.connect(out) as connection:
        assert connection.sql("FROM recommendations_by_agency").fetchall() == [
            ("dhs", "CBP", 7, 29, 28, 1, 7, 0.966), ("dhs", "FEMA", 3, 12, 5, 0, 1, 1.0),
            ("dhs", "DHS", 1, 6, None, 5, 1, 0.0), ("dhs", "ICE", 2, 3, 3, 0, 2, 1.0),
        ]  # fmt: skip
        by_year = connection.sql("SELECT sum(reports) FROM reports_by_fiscal_year").fetchall()
        assert by_year == [(367,)]
        rules = dict(connection.sql("SELECT rule, violations FROM data_quality").fetchall())
        assert rules["fiscal_year_mismatch"] == 4


def test_an_older_duckdb_can_open_the_catalog(out: Path) -> None:
    with open_catalog(out / "latest") as connection:
        tags = connection.sql("SELECT tags FROM duckdb_databases() WHERE database_name = 'catalog'").fetchall()
    assert catalog.STORAGE_VERSION in str(tags), tags


def test_sql_files_are_shipped_with_the_package() -> None:
    assert {p.stem for p in (PROJECT / "oig_pipeline" / "release" / "views").glob("*.sql")} == VIEWS - set(TABLES)
    assert os.access(PROJECT / "oig_pipeline" / "release" / "views", os.R_OK)


def test_the_catalog_of_a_moved_release_reads_it_where_the_variable_says(
    own_out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = shutil.copytree((own_out / "latest").resolve(), tmp_path / "moved")
    with open_catalog(moved) as connection:
        assert connection.sql("SELECT count(*) FROM reports").fetchall() == [(367,)], "where it was made"
    shutil.rmtree(own_out)
    monkeypatch.chdir(moved)
    with open_catalog(moved) as connection:
        with pytest.raises(duckdb.IOException, match=r"type: SET VARIABLE release = 'ITS FOLDER';"):
            connection.sql("SELECT count(*) FROM captures")
        for folder in (".", str(moved)):
            connection.execute(f"SET VARIABLE release='{folder}'")
            for view in VIEWS:
                connection.sql(f"FROM {view}").fetchall()
            assert connection.sql("SELECT count(*) FROM reports").fetchall() == [(367,)]
    assert catalog.is_whole(moved)
    assert not catalog.is_current(moved)
