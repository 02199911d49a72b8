"""A connection with what one query names answers as one with everything does, and knows when it cannot."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from oig_pipeline.errors import CannotRun
from oig_pipeline.query import narrow, sandbox, service
from oig_pipeline.release.catalog import descriptions


@pytest.fixture(scope="module")
def release(golden: Path) -> Path:
    return (golden / "curated" / "latest").resolve()


@pytest.fixture
def changed(release: Path, tmp_path: Path) -> Path:
    """Return a copy of the manifest and the views of the release."""
    for name in ("manifest.json", "views.sql"):
        shutil.copy(release / name, tmp_path / name)
    return tmp_path


def test_every_view_answers_as_it_does_beside_all_others(release: Path) -> None:
    with sandbox.connect(str(release)) as everything:
        for view in descriptions():
            sql = f"FROM {view.upper()}"
            connection = narrow.connect_for(sql, str(release))
            assert connection is not None
            with connection:
                alone, full = connection.execute(sql), everything.execute(sql)
                assert alone.description == full.description
                assert alone.fetchall() == full.fetchall()


def test_only_what_is_named_is_made(release: Path) -> None:
    connection = narrow.connect_for("SELECT * FROM topics JOIN offices USING (nothing)", str(release))
    assert connection is not None
    with connection:
        views = connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY 1").fetchall()
    assert views == [("offices",), ("reports",), ("topics",)]


@pytest.mark.parametrize(
    "sql",
    ["SHOW TABLES", "DESCRIBE reports", "SUMMARIZE reports", "FROM duckdb_views()", "FROM information_schema.tables",
     "FROM pg_catalog.pg_views", "FROM sqlite_master", "EXPLAIN FROM reports"],
)  # fmt: skip
def test_what_asks_for_the_catalog_needs_everything(sql: str, release: Path) -> None:
    assert narrow.connect_for(sql, str(release)) is None
    assert service.query(sql, release)[1]


def test_a_mistake_is_told_by_all_views(release: Path) -> None:
    with pytest.raises(CannotRun, match='Did you mean "reports_by_agency"'):
        service.query("FROM reports_by_agenc", release)


def test_it_can_open_nothing_else(release: Path) -> None:
    connection = narrow.connect_for("FROM reports", str(release))
    assert connection is not None
    with connection:
        for sql in ("FROM read_text('/etc/hostname')", "COPY reports TO 'x.csv'", "SET threads = 1", "ATTACH 'x.db'"):
            with pytest.raises(duckdb.Error):
                connection.execute(sql)


def test_views_that_are_not_those_of_the_manifest_are_not_used(changed: Path) -> None:
    assert narrow.connect_for("SELECT 1", str(changed)) is not None
    with (changed / "views.sql").open("a") as file:
        file.write("\nCREATE OR REPLACE VIEW topics AS SELECT 1;\n")
    assert narrow.connect_for("SELECT 1", str(changed)) is None


@pytest.mark.parametrize("manifest", [{"format": 2}, {"files": []}, {"files": [3]}, None], ids=str)
def test_a_release_of_another_form_is_not_asked_so(manifest: dict[str, object] | None, changed: Path) -> None:
    file = changed / "manifest.json"
    file.write_text("{" if manifest is None else json.dumps({**json.loads(file.read_text()), **manifest}))
    assert narrow.connect_for("SELECT 1", str(changed)) is None
