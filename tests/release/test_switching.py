"""Readers while `latest` moves: whoever resolves it once sees one release."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import polars as pl
import pytest

from oig_pipeline import connect
from oig_pipeline.query import service
from oig_pipeline.release import release as release_module
from oig_pipeline.run import pipeline
from oig_pipeline.settings import settings

READERS = 40
YEARS = range(2005, 2017)
Read = Callable[[Path], set[str]]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a curated folder with two releases, each with a title of its own in every year."""
    folder = tmp_path_factory.mktemp("switching")
    for title in ("Audit of Ports", "Survey of Boats"):
        rows = [f"OIG-{year % 100:02}-01,{title},{year}" for year in YEARS]
        (folder / "raw").mkdir(exist_ok=True)
        (folder / "raw" / "a.csv").write_text("\n".join(["report_number,title,fiscal_year", *rows, ""]))
        assert pipeline.build(settings(folder / "raw", folder / "curated", exports=False)).release is not None
    return folder / "curated"


def by_connection(out: Path) -> set[str]:
    with connect(out) as connection:
        return {title for (title,) in connection.execute("SELECT title FROM reports").fetchall()}


def by_path(out: Path) -> set[str]:
    with duckdb.connect() as connection:
        files = f"{service.path(out)}/reports/*.parquet"
        return {title for (title,) in connection.execute(f"SELECT title FROM '{files}'").fetchall()}


def by_catalog(out: Path) -> set[str]:
    with duckdb.connect(f"{service.path(out)}/catalog.duckdb", read_only=True) as connection:
        return {title for (title,) in connection.execute("SELECT title FROM reports").fetchall()}


def by_polars(out: Path) -> set[str]:
    return set(pl.read_parquet((out / "latest").resolve() / "reports")["title"])


@pytest.mark.parametrize("read", [by_connection, by_path, by_catalog, by_polars])
def test_forty_readers_never_see_two_releases_at_once(read: Read, out: Path) -> None:
    names = [path.name for path in (out / "releases").iterdir()]
    assert len(names) == 2
    ended = threading.Event()

    def switching() -> None:
        while not ended.wait(0.002):
            for name in names:
                release_module.switch(out, name)

    with ThreadPoolExecutor(READERS + 1) as pool:
        pool.submit(switching)
        try:
            title_sets = list(pool.map(lambda _: read(out), range(READERS)))
        finally:
            ended.set()
    assert {len(titles) for titles in title_sets} == {1}
    assert len(set().union(*title_sets)) == 2, "both were read"
