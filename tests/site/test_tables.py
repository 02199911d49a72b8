"""Lists and views as files for other programs, and the release as one."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import polars as pl
import pytest

from oig_pipeline.release import exports, parquet
from oig_pipeline.release.catalog import connect, derived_views
from oig_pipeline.site import tables


def read_csv(file: Path) -> pl.DataFrame:
    """Return the texts of a CSV."""
    return pl.read_csv(io.BytesIO(file.read_bytes()), infer_schema=False)


def test_a_list_holds_the_reports_of_its_page(own_site: Path, own_release: Path) -> None:
    with connect(str(own_release)) as connection:
        expected = connection.sql(
            "SELECT report_number FROM reports WHERE list_contains(agencies, 'USCG') ORDER BY ALL"
        ).fetchall()
    rows = read_csv(own_site / "agencies/uscg/reports.csv")
    assert rows.columns == tables.LIST_COLUMNS
    assert sorted(rows.select("report_number").rows()) == expected
    payload = json.loads((own_site / "agencies/uscg/reports.json").read_text(encoding="utf-8"))
    assert [row["report_number"] for row in payload] == rows["report_number"].to_list()
    assert payload[0]["agencies"] == ["USCG"]
    assert rows["agencies"][0] == "USCG"


def test_every_list_has_its_files(own_site: Path) -> None:
    for kind in ("topics", "agencies", "years", "series"):
        for page in (own_site / kind).glob("*/index.html"):
            assert page.with_name("reports.csv").is_file(), page
            assert page.with_name("reports.json").is_file(), page


@pytest.mark.parametrize("name", derived_views())
def test_a_view_is_the_same_in_each_form(name: str, own_site: Path, own_release: Path) -> None:
    with connect(str(own_release)) as connection:
        rows = connection.sql(f"FROM {name}").pl()
    csv_rows = read_csv(own_site / f"data/views/{name}.csv")
    payload = json.loads((own_site / f"data/views/{name}.json").read_text(encoding="utf-8"))
    assert csv_rows.columns == rows.columns
    assert csv_rows.height == len(payload) == rows.height
    if rows.height:
        assert exports.flat(rows).write_csv().splitlines()[1] in (own_site / f"data/views/{name}.csv").read_text()
        assert list(payload[0]) == rows.columns


def test_the_zip_holds_the_release(own_site: Path, own_release: Path) -> None:
    with zipfile.ZipFile(own_site / tables.ZIP) as archive:
        names = [name.partition("/")[2] for name in archive.namelist()]
        assert {"manifest.json", "reports.csv", "reports.sqlite", "DICTIONARY.md", "reports/2021.parquet"} <= set(names)
        for name in names:
            assert archive.read(f"{own_release.name}/{name}") == (own_release / name).read_bytes()
    assert parquet.digest(own_site / tables.ZIP)


def test_a_release_that_is_too_large_is_no_zip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "LARGEST_ZIP", 9)
    assert tables.write_zip([{"path": "a", "bytes": 10}], None, None) is None  # type: ignore[arg-type]
