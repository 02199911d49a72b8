"""Releases partitioned by fiscal year have the rows of an unpartitioned release, and no row is lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from oig_pipeline.contract.columns import KEY
from oig_pipeline.contract.schemas import BY_YEAR, CURATED, TABLES
from oig_pipeline.curate.merge import reports_of
from oig_pipeline.errors import CannotRun
from oig_pipeline.query import service
from oig_pipeline.query.explain import explain
from oig_pipeline.query.search import search
from oig_pipeline.release import catalog, manifest, parquet, releases
from oig_pipeline.release.diff import difference
from oig_pipeline.release.files import NO_YEAR, read_table
from oig_pipeline.release.metadata import descriptions
from oig_pipeline.release.metadata.croissant import croissant
from oig_pipeline.release.verify import problems
from oig_pipeline.run import batches, curate_partition, pipeline
from oig_pipeline.settings import Limits, Settings
from tests.run.listings import build, fill, hashes, many, ndjson

SMALL = Limits(chunk_bytes=3_000, block_size=300, merged_at_once=10)
Frames = tuple[pl.DataFrame, pl.DataFrame]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return fill(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def unpartitioned(data: Settings) -> Path:
    """Return an unpartitioned release."""
    return build(replace(data, exports=True))


@pytest.fixture(scope="module")
def partitioned(data: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a partitioned release of the same captures."""
    return build(replace(data, out=tmp_path_factory.mktemp("parted"), exports=True, limits=SMALL))


def test_each_fiscal_year_has_a_file_of_each_table(partitioned: Path) -> None:
    paths = {path for path in hashes(partitioned) if path.endswith(".parquet")}
    for name in (name for name in CURATED if not name.startswith("recommendation")):  # no page lists any
        stems = {path.split("/")[1].removesuffix(".parquet") for path in paths if path.startswith(f"{name}/")}
        assert stems >= {"2019", "2020", "2021"}
        assert (NO_YEAR in stems) == (name in ("sightings", "violations"))
    assert {path for path in paths if "/" not in path} == {f"{name}.parquet" for name in TABLES if name not in BY_YEAR}


GROUPS = (Limits(batch_bytes=1), Limits(chunk_bytes=3_000), Limits(chunk_bytes=700, batch_bytes=500, workers=3))


@pytest.mark.parametrize("limits", GROUPS, ids=str)
def test_whatever_the_batches_the_files_are_the_same(data: Settings, tmp_path: Path, limits: Limits) -> None:
    expected = hashes(build(replace(data, out=tmp_path / "some", limits=replace(limits, merged_at_once=10))))
    assert hashes(build(replace(data, out=tmp_path / "all", limits=Limits(merged_at_once=10)))) == expected


def test_it_has_the_id_of_an_unpartitioned_release(data: Settings, unpartitioned: Path, tmp_path: Path) -> None:
    release = build(replace(data, out=tmp_path, exports=True, limits=Limits(merged_at_once=10)))
    assert hashes(release) == hashes(unpartitioned)
    assert release.name == unpartitioned.name


@pytest.mark.parametrize("table", [*CURATED, "captures", "report_history"])
def test_the_rows_are_those_of_an_unpartitioned_release(unpartitioned: Path, partitioned: Path, table: str) -> None:
    expected, actual = read_table(unpartitioned, table), read_table(partitioned, table)
    names = (*KEY, "sighting_id", "rule", "path", "field", "capture_path", "line", "says", "value", "words")
    keys = [name for name in names if name in expected.columns]
    assert expected.height > 0 or table.startswith("recommendation")  # no page lists any
    assert actual.sort(keys).equals(expected.sort(keys))


def test_views_give_the_same(unpartitioned: Path, partitioned: Path) -> None:
    with catalog.connect(str(unpartitioned)) as first, catalog.connect(str(partitioned)) as second:
        for view in catalog.descriptions():
            rows = [sorted(map(repr, connection.execute(f"FROM {view}").fetchall())) for connection in (first, second)]
            assert rows[0] == rows[1], view


def test_it_verifies_and_its_descriptions_list_every_file(partitioned: Path) -> None:
    assert list(problems(partitioned)) == []
    files = {path for path in hashes(partitioned) if path.endswith(".parquet")}
    for name in ("datapackage.json", "croissant.json", "data.json"):
        text = (partitioned / name).read_text(encoding="utf-8")
        assert all(f'"{path}"' in text for path in files)
    about = descriptions.facts_of(partitioned)
    assert len({file.name for file in about.files}) == len(files)
    metadata = croissant(about)
    sets = {entry["@id"]: entry["includes"] for entry in metadata["distribution"] if entry["@type"] == "cr:FileSet"}
    assert sets == {f"{table}-parts": f"{table}/*.parquet" for table in BY_YEAR}
    for records in metadata["recordSet"]:
        source = records["field"][0]["source"]
        if records["@id"] in BY_YEAR:
            assert source["fileSet"] == {"@id": f"{records['@id']}-parts"}
        else:
            assert source["fileObject"] == {"@id": f"{records['@id']}.parquet"}


def test_it_is_explained_searched_and_compared_like_an_unpartitioned_one(
    unpartitioned: Path, partitioned: Path
) -> None:
    with catalog.connect(str(unpartitioned)) as first, catalog.connect(str(partitioned)) as second:
        for number in ("OIG-21-05", "OIG-20-05", "OIG-19-31", "W-05-03", "OIG-18-03"):
            assert explain(second, number) == explain(first, number)
    matches = [search(release / "reports.sqlite", "boats OR ships") for release in (unpartitioned, partitioned)]
    assert matches[0] == matches[1]
    diff = difference(unpartitioned, partitioned)
    assert (diff.added, diff.removed, diff.changed, diff.quality, diff.columns) == ((), (), (), (), ())


def test_one_goes_back_to_it(data: Settings, tmp_path: Path) -> None:
    shutil.copytree(data.raw, tmp_path / "raw")
    settings = Settings(tmp_path / "raw", tmp_path / "curated", data.corrections_file, 0.5)
    first = build(settings)
    (settings.raw / "new.ndjson").write_bytes(ndjson(*many(2020, 14)[13:]))
    second = build(settings)
    assert [report.report_number for report in difference(first, second).added] == ["OIG-20-14"]
    assert releases.rollback(settings.out, first.name) == str(first)
    assert list(problems(first)) == list(problems(second)) == []
    with pytest.raises(CannotRun, match="no row has this number"):
        service.explain("OIG-20-14", settings.out)


def test_a_table_without_any_row_has_a_file_too(tmp_path: Path) -> None:
    rows = [{**row, "agency": "CBP", "issue_date": f"{row['fiscal_year']}-03-01"} for row in many(2019, 12)]
    release = build(fill(tmp_path, {"a.ndjson": ndjson(*rows)}, "corrections: []\n"))
    assert read_table(release, "violations").height == 0
    assert "sightings/2019.parquet" in hashes(release)
    assert "violations/unknown.parquet" in hashes(release)
    assert list(problems(release)) == []


def test_parts_of_another_year_are_reported(partitioned: Path, tmp_path: Path) -> None:
    shutil.copytree(partitioned, tmp_path / "release")
    for table in ("sightings", "provenance", "violations"):
        folder = tmp_path / "release" / table
        (folder / "2019.parquet").rename(folder / "away")
        (folder / "2020.parquet").rename(folder / "2019.parquet")
        (folder / "away").rename(folder / "2020.parquet")
    payload = manifest.read(tmp_path / "release") or {}
    (tmp_path / "release" / "manifest.json").unlink()
    about = {key: value for key, value in payload.items() if key not in ("release", "files")}
    for name in (*payload["derived"],):
        (tmp_path / "release" / name).rename(tmp_path / name)
    manifest.write(tmp_path / "release", about)
    messages = list(problems(tmp_path / "release"))
    assert "sightings/2019.parquet: holds sightings of 2020" in messages
    assert "provenance/2020.parquet: holds provenance of 2019" in messages
    assert "violations/2019.parquet: holds violations of 2020" in messages


def a_row_less(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.head(-1) if frame.height > 1 else frame


def a_row_twice(frame: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([frame, frame.head(1)]) if frame.height > 1 else frame


def of_a_batch(patch: pytest.MonkeyPatch, tamper: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    real = batches.read_partition

    def read_partition(*arguments: Any) -> Frames:
        sightings, violations = real(*arguments)
        return tamper(sightings), violations

    patch.setattr(curate_partition, "read_partition", read_partition)


def of_a_year(patch: pytest.MonkeyPatch, tamper: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    real = reports_of
    patch.setattr(curate_partition, "reports_of", lambda merged: tamper(real(merged)))


def of_a_file(patch: pytest.MonkeyPatch, tamper: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    real = parquet.PartWriter.add
    patch.setattr(parquet.PartWriter, "add", lambda writer, frame: real(writer, tamper(frame)))


@pytest.mark.parametrize("tamper", [a_row_less, a_row_twice])
@pytest.mark.parametrize("place", [of_a_batch, of_a_year, of_a_file])
def test_a_row_that_is_lost_or_doubled_on_the_way_is_noticed_before_anything_is_published(
    data: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    place: Callable[..., None],
    tamper: Callable[[pl.DataFrame], pl.DataFrame],
) -> None:
    place(monkeypatch, tamper)
    outcome = pipeline.build(replace(data, out=tmp_path, limits=SMALL))
    assert outcome.release is None
    assert outcome.assessment.accounting
    assert any(reason.startswith("accounting: ") for reason in outcome.assessment.reasons)


def test_a_rejected_run_leaves_its_parts_for_inspection(data: Settings, tmp_path: Path) -> None:
    outcome = pipeline.build(replace(data, out=tmp_path, max_quarantine=0.0, limits=SMALL))
    assert outcome.release is None
    assert outcome.rejected is not None
    assert read_table(outcome.rejected, "sightings").height == outcome.result.stats.sightings
