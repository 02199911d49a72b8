"""A published column is one entry of the contract and the line that makes its value: everything else follows."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from oig_pipeline.contract.column import Column
from oig_pipeline.contract.columns import REPORTS, SIGHTINGS
from oig_pipeline.contract.schemas import COLUMNS
from oig_pipeline.release.metadata.dictionary import DICTIONARY
from tests.conftest import PROJECT

pytestmark = pytest.mark.process

ADDED = (
    (
        "oig_pipeline/contract/columns.py",
        '    "summary": Column(\n        pl.String, "Executive',
        """\
    "opening": Column(
        pl.String, "First word of the title.", nullable=True,
        merge="newest", traced_to="listed_title", history="value", search_weight=3.0,
    ),
    "openings": Column(NAMES, "First words of all titles, sorted.", merge="union", of="opening"),
    "length": Column(pl.Int64, "Letters of the opening.", merge="computed", of="opening", traced_to="listed_title"),
""",
    ),
    (
        "oig_pipeline/curate/normalize.py",
        '        marks.classification(c("_bare"))',
        '        c("_bare").str.extract(r"(\\w+)").alias("opening"),\n',
    ),
    (
        "oig_pipeline/curate/merge.py",
        "    return merged.select(*REPORTS)\n",
        '    merged = merged.with_columns(c("opening").str.len_chars().cast(pl.Int64).alias("length"))\n',
    ),
)
"""A file, the text before which something is put, and what: the entries of three columns, and a line for each of their
values that is not merged from another column."""

EXPLAIN = """
import dataclasses, json
import oig_pipeline
from oig_pipeline.orchestration.metadata import lineage
published, = oig_pipeline.explain("OIG-21-49", "out").published
print(json.dumps({
    "package": oig_pipeline.__file__,
    "explained": {v.field: dataclasses.asdict(v) for v in published.values},
    "lineage": {name: [d.column_name for d in deps] for name, deps in lineage().deps_by_column.items()},
}, default=str))
"""
OLD_TITLE, NEW_TITLE = (
    "Oversight of Medical Attention at the Border",
    "Review: Oversight of Medical Attention at the Border",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a copy of the package that has more columns, and two captures of one listing."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(PROJECT / "oig_pipeline", folder / "oig_pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    for name, before, text in ADDED:
        source = (folder / name).read_text(encoding="utf-8")
        assert source.count(before) == 1
        (folder / name).write_text(source.replace(before, text + before), encoding="utf-8")
    (folder / "raw").mkdir()
    for year, title in (("2022", OLD_TITLE), ("2023", NEW_TITLE)):
        rows = f"report_number,title,fiscal_year\nOIG-21-49,{title},2021\n"
        (folder / "raw" / f"{year}.csv").write_text(rows, encoding="utf-8")
        meta = {"url": "https://www.oig.dhs.gov/reports", "retrieved_at": f"{year}-01-01T00:00:00Z"}
        (folder / "raw" / f"{year}.csv.meta.json").write_text(json.dumps(meta), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def answer(folder: Path) -> dict[str, Any]:
    """Return what the copy answers about the column in a process of its own, which builds the release."""
    environment = {name: value for name, value in os.environ.items() if name != "OIG_NO_SITE"}
    environment |= {"PYTHONPATH": str(folder), "OIG_EXPORTS": "1"}
    for call in (["-m", "oig_pipeline", "build", "--raw", "raw", "--out", "out"], ["-c", EXPLAIN]):
        run = subprocess.run(
            [sys.executable, *call], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, run.stderr
    answer: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    assert Path(answer["package"]).is_relative_to(folder)
    return answer


@pytest.fixture(scope="module")
def release(folder: Path, answer: dict[str, Any]) -> Path:
    return folder / "out" / "latest"


def test_it_is_published_with_the_sighting_that_it_is_from(release: Path) -> None:
    (file,) = (release / "reports").glob("*.parquet")
    reports = pl.read_parquet(file)
    assert reports.select("opening", "openings", "length").row(0) == ("Review", ["Oversight", "Review"], 6)
    assert reports.columns.index("opening") == reports.columns.index("title") + 1
    sightings = pl.read_parquet(next((release / "sightings").glob("*.parquet")))
    newest = sightings.filter(capture_path="2023.csv")["sighting_id"].to_list()
    assert pl.read_parquet(next((release / "provenance").glob("*.parquet")))["opening"].to_list() == newest


def test_its_changes_are_told(release: Path) -> None:
    history = pl.read_parquet(next((release / "report_history").glob("*.parquet"))).filter(field="opening")
    assert history.select("old_value", "new_value").rows() == [("Oversight", "Review")]


def test_it_is_described(release: Path) -> None:
    text = (release / DICTIONARY).read_text(encoding="utf-8")
    assert "| `opening` | string |  | yes | First word of the title. | `Review` |" in text
    with closing(duckdb.connect(str(release / "catalog.duckdb"), read_only=True)) as connection:
        comment = "SELECT comment FROM duckdb_columns() WHERE table_name = 'reports' AND column_name = 'opening'"
        assert connection.execute(comment).fetchall() == [("First word of the title.",)]
        assert connection.execute("SELECT opening FROM reports").fetchall() == [("Review",)]


def test_it_is_explained_and_traced(answer: dict[str, Any]) -> None:
    place = {"capture": "2023.csv", "line": 2, "column": "listed_title", "words": NEW_TITLE}
    for name, value in {"opening": "Review", "length": 6}.items():
        assert answer["explained"][name] == {"field": name, "value": value, "sources": [place]}
        assert answer["lineage"][name] == ["listed_title"]
    assert "openings" not in answer["explained"]


def test_it_is_exported_and_searched(release: Path) -> None:
    assert pl.read_csv(release / "reports.csv")["opening"].to_list() == ["Review"]
    assert pl.read_ndjson(release / "reports.ndjson")["opening"].to_list() == ["Review"]
    with closing(sqlite3.connect(release / "reports.sqlite")) as connection:
        assert connection.execute("SELECT opening, length FROM reports").fetchall() == [("Review", 6)]
        assert connection.execute("SELECT count(*) FROM reports_fts('opening: review')").fetchall() == [(1,)]


def test_its_report_shows_it(folder: Path, answer: dict[str, Any]) -> None:
    page = folder / "out" / "site" / "reports" / "2021" / "OIG-21-49" / "index.html"
    assert "<code>opening" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("column", REPORTS.values(), ids=list(REPORTS))
def test_every_column_of_reports_says_how_it_is_merged_and_from_what_there_is(column: Column) -> None:
    assert column.merge is not None
    assert column.traced_to is None or column.traced_to in SIGHTINGS
    assert column.quoted_in is None or column.quoted_in in REPORTS
    computed_from = column.of if column.merge == "computed" else column.fallback
    assert (computed_from in REPORTS) or (column.merge != "computed" and column.quoted_in is None)
    assert not column.is_lossy or column.history


@pytest.mark.parametrize("table", [table for table in COLUMNS if table != "reports"])
def test_a_column_of_another_table_is_not_merged(table: str) -> None:
    columns = [column for name, column in COLUMNS[table].items() if column is not REPORTS.get(name)]
    assert [column for column in columns if column.merge or column.traced_to or column.history] == []
