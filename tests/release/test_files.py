"""Which file of a release holds which rows."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from oig_pipeline.contract.schemas import POLARS_SCHEMAS, TABLES
from oig_pipeline.release import files, parquet
from oig_pipeline.release.files import NO_YEAR, files_of_table, read_table
from oig_pipeline.release.parquet import Part, PartWriter, carry, digest

EMPTY: dict[str, pl.DataFrame] = {name: POLARS_SCHEMAS[name].to_frame() for name in TABLES}


def violations(count: int, message: str = "no") -> pl.DataFrame:
    """Return so many violations."""
    row = {
        "line": 1,
        "rule": "conflict",
        "severity": "error",
        "column_name": "title",
        "message": message,
        "acknowledged": False,
    }
    rows = [{**row, "sighting_id": f"a-{n}", "capture_path": "a.csv"} for n in range(count)]
    return pl.DataFrame(rows, schema=POLARS_SCHEMAS["violations"])


def test_a_table_in_parts_has_a_file_for_each_year_and_is_read_in_their_order(tmp_path: Path) -> None:
    parts = {None: violations(1, "none"), 2020: violations(2, "2020"), 2019: violations(1, "2019")}
    written = files.write(tmp_path, {**EMPTY, "violations": parts})
    paths = [path for path in written if path.startswith("violations")]
    assert paths == [f"violations/{year}.parquet" for year in (NO_YEAR, 2020, 2019)]
    assert read_table(tmp_path, "violations")["message"].to_list() == ["2019", "2020", "2020", "none"]
    assert [file.stem for file in files_of_table(tmp_path, "violations")] == ["2019", "2020", NO_YEAR]
    assert [written[path].rows for path in paths] == [1, 2, 1]


def test_a_table_in_no_parts_is_one_empty_file(tmp_path: Path) -> None:
    assert "violations/unknown.parquet" in files.write(tmp_path, {**EMPTY, "violations": {}})
    assert read_table(tmp_path, "violations").equals(POLARS_SCHEMAS["violations"].to_frame())


@pytest.mark.parametrize("is_damaged", [False, True])
def test_a_file_of_the_last_release_is_carried_over_where_it_holds_the_same(tmp_path: Path, is_damaged: bool) -> None:
    first = files.write(tmp_path / "first", {**EMPTY, "violations": violations(3)})
    old = first["violations/unknown.parquet"].file
    if is_damaged:
        old.write_bytes(old.read_bytes()[:-1] + b"?")
    second = files.write(tmp_path / "second", {**EMPTY, "violations": violations(3)}, first)
    assert second["violations/unknown.parquet"].file.samefile(old) is not is_damaged
    assert digest(second["violations/unknown.parquet"].file) == first["violations/unknown.parquet"].sha256


def test_a_part_that_is_written_already_is_given_another_place(tmp_path: Path) -> None:
    source = parquet.write(violations(2), "violations", tmp_path / "kept.parquet")
    written = files.write(tmp_path / "release", {**EMPTY, "violations": {2020: source}})
    (path,) = (path for path in written if path.startswith("violations/"))
    assert (tmp_path / "release" / path).samefile(source.file)
    assert written[path] == Part(tmp_path / "release" / path, source.rows, source.bytes, source.sha256)


def test_a_part_is_copied_where_the_file_system_has_no_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(1, "Operation not permitted")

    source = parquet.write(violations(2), "violations", tmp_path / "kept.parquet")
    monkeypatch.setattr("os.link", refused)
    copy = carry(source, tmp_path / "there" / "copy.parquet")
    assert not copy.file.samefile(source.file)
    assert digest(copy.file) == source.sha256


def test_a_file_that_is_written_bit_by_bit_holds_all_rows_in_order(tmp_path: Path) -> None:
    writer = PartWriter("violations", tmp_path / "bits.parquet")
    for bit in (violations(2, "first"), violations(0), violations(3, "last")):
        writer.add(bit)
    result = writer.part()
    assert (result.rows, result.bytes) == (5, result.file.stat().st_size)
    assert result.sha256 == digest(result.file)
    assert parquet.read(result.file)["message"].to_list() == ["first"] * 2 + ["last"] * 3
    assert parquet.schema(result.file).equals(parquet.schema(write_whole(tmp_path)), check_metadata=True)


def write_whole(folder: Path) -> Path:
    return Path(parquet.write(violations(5), "violations", folder / "whole.parquet").file)


def test_the_files_of_no_release_are_none(tmp_path: Path) -> None:
    assert files.of(None) == files.of(tmp_path) == {}
