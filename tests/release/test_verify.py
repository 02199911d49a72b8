"""Verifying: a whole release has nothing wrong, and every fault planted in one is named with its file or table."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from oig_pipeline import CannotRun
from oig_pipeline.contract.schemas import BY_YEAR, TABLES
from oig_pipeline.query import service
from oig_pipeline.release import manifest, parquet, verify
from oig_pipeline.release.files import table_of
from oig_pipeline.release.metadata import descriptions
from oig_pipeline.release.release import DERIVED, derive
from oig_pipeline.run import pipeline
from oig_pipeline.settings import settings
from tests.conftest import DATA, Oig
from tests.dhs_examples import files, row
from tests.policy import FLAWED

Damage = Callable[[Path], Any]
ROWS = (
    row(),
    row(report_number="OIG-21-50", title="Debris Removal in Louisiana", summary="", issue_date="07/22/2021"),
    row(
        report_number="OIG-20-07", title="Jails Fail Inspections", fiscal_year="2020", issue_date="", agency="ICE, CBP"
    ),
    FLAWED,
)
YEAR = "reports/2021.parquet"


@pytest.fixture(scope="module")
def built_folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a curated folder whose release has three reports of two years and a quarantined row, and a copy of it."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "raw").mkdir()
    (folder / "raw" / "listing.ndjson").write_bytes(files(ROWS)["listing.ndjson"])
    pipeline.build(settings(folder / "raw", folder / "curated", max_quarantine=0.5, exports=True))
    return folder / "curated", Path(shutil.copytree(folder / "curated", folder / "kept", symlinks=True))


@pytest.fixture
def out(built_folders: tuple[Path, Path]) -> Path:
    """Return that curated folder as it was made, and at the place for which its catalog was made."""
    curated, copy = built_folders
    shutil.rmtree(curated)
    return Path(shutil.copytree(copy, curated, symlinks=True))


@pytest.fixture
def release(out: Path) -> Path:
    """Return its release, in which anything may be damaged."""
    return (out / "latest").resolve()


def problems(release: Path) -> list[str]:
    return list(verify.problems(release))


def named_files(release: Path) -> set[str]:
    """Return what the problems of a release begin with: the files and tables at fault."""
    messages = problems(release)
    assert all("\n" not in problem for problem in messages)
    return {problem.split(":")[0] for problem in messages}


# Whole releases.


def test_a_whole_release_has_nothing_wrong(release: Path) -> None:
    assert problems(release) == []


def test_the_release_of_the_repositorys_own_captures_is_whole(tmp_path: Path) -> None:
    pipeline.build(settings(DATA / "raw", tmp_path))
    assert service.verify(tmp_path)[1] == []


def test_verifying_writes_nothing(release: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in release.rglob("*")}
    problems(release)
    assert {path: path.stat().st_mtime_ns for path in release.rglob("*")} == before


# Files that are not those of the manifest.

FILES = (
    YEAR, "sightings/2020.parquet", "sightings/2021.parquet", "sightings/unknown.parquet", "violations/2020.parquet",
    "violations/2021.parquet", "violations/unknown.parquet", "provenance/2020.parquet", "provenance/2021.parquet",
    "statements/2020.parquet", "statements/2021.parquet", "recommendations/unknown.parquet",
    "recommendation_history/unknown.parquet", "report_history/unknown.parquet", "captures.parquet",
    "documents.parquet", "document_pages.parquet", "offices.parquet", "agencies.parquet",
    "datapackage.json", "data.json", "croissant.json", "DICTIONARY.md", "views.sql",
)  # fmt: skip


def test_the_files_below_are_all_that_a_manifest_lists(release: Path) -> None:
    content = json.loads((release / "manifest.json").read_text())
    assert {file["path"] for file in content["files"]} == {*FILES, YEAR.replace("2021", "2020")}


@pytest.mark.parametrize("name", FILES)
def test_a_file_with_another_byte_is_named_alone(name: str, release: Path) -> None:
    content = bytearray((release / name).read_bytes())
    content[len(content) // 2] ^= 1
    (release / name).write_bytes(content)
    assert problems(release) == [f"{name}: was changed: its SHA-256 is not that of the manifest"]


@pytest.mark.parametrize("name", [*FILES, "manifest.json"])
def test_a_missing_file_is_named_alone(name: str, release: Path) -> None:
    (release / name).unlink()
    (problem,) = problems(release)
    assert problem.startswith(f"{name}: is missing")


def test_several_faults_are_all_named(release: Path) -> None:
    (release / "views.sql").unlink()
    (release / "notes.txt").touch()
    (release / YEAR).write_bytes((release / YEAR).read_bytes()[:-1])
    assert named_files(release) == {"views.sql", "notes.txt", YEAR}


# Rows that break the contract, though descriptions and manifest were made again to match.


def matching(release: Path) -> None:
    """Make the manifest of a release again, so that it matches what lies there."""
    payload = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    (release / "manifest.json").unlink()
    tmp_dir = release.parent / ".derived"
    tmp_dir.mkdir(exist_ok=True)
    for name in DERIVED:
        (release / name).rename(tmp_dir / name)
    manifest.write(release, {key: value for key, value in payload.items() if key not in ("release", "files")})
    for name in DERIVED:
        (tmp_dir / name).rename(release / name)


def rewritten(release: Path, name: str, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    """Change the rows of a file, and make descriptions and manifest match it."""
    frame = change(parquet.read(release / name))
    (release / name).unlink()
    parquet.write(frame, table_of(name), release / name)
    descriptions.write(release, descriptions.facts_of(release))
    matching(release)


def test_a_release_made_again_to_match_is_whole(release: Path) -> None:
    rewritten(release, YEAR, lambda frame: frame)
    assert problems(release) == []
    rewritten(release, YEAR, setting("summary", "Otherwise."))
    derive(release)
    assert problems(release) == []


def setting(column: str, value: Any, place: int = 0) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Return what sets a value in one row."""

    def change(frame: pl.DataFrame) -> pl.DataFrame:
        values = frame[column].to_list()
        values[place] = value
        return frame.with_columns(pl.Series(column, values, dtype=frame.schema[column]))

    return change


def first_twice(frame: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([frame, frame.head(1)])


BROKEN: dict[str, tuple[str, Callable[[pl.DataFrame], pl.DataFrame]]] = {
    "an agency that is none": (YEAR, setting("agencies", ["MI6"])),
    "a kind that is none": (YEAR, setting("kind", "rumour")),
    "a flag that is no rule": (YEAR, setting("quality_flags", ["too_long"])),
    "a source that is none": (YEAR, setting("agency_source", "guessed")),
    "an outcome that is none": ("sightings/2021.parquet", setting("outcome", "lost")),
    "a broken rule that is none": ("sightings/2021.parquet", setting("rules", ["bad_luck"])),
    "one sighting twice": ("sightings/2021.parquet", first_twice),
    "a violation of no rule": ("violations/2021.parquet", setting("rule", "bad_luck")),
    "a severity that is none": ("violations/2021.parquet", setting("severity", "fatal")),
    "a status that is none": ("captures.parquet", setting("status", "lost")),
    "one capture twice": ("captures.parquet", first_twice),
    "provenance of one report twice": ("provenance/2021.parquet", first_twice),
}


@pytest.mark.parametrize(("name", "change"), BROKEN.values(), ids=BROKEN)
def test_rows_that_break_the_contract_are_named_by_their_table(
    name: str, change: Callable[[pl.DataFrame], pl.DataFrame], release: Path
) -> None:
    rewritten(release, name, change)
    if name == YEAR:
        derive(release)
    assert named_files(release) == {table_of(name)}


def test_a_report_that_stands_twice_is_named_though_no_export_can_hold_it(release: Path) -> None:
    rewritten(release, YEAR, first_twice)
    assert named_files(release) == {"reports", "reports.csv", "reports.ndjson", "reports.sqlite"}


def only(condition: pl.Expr) -> Callable[[pl.DataFrame], pl.DataFrame]:
    return lambda frame: frame.filter(condition)


_IS_ERROR, _NOT_THOSE = pl.col("severity") == "error", "the quarantined sightings are not those that break"
UNACCOUNTED: dict[str, tuple[str, Callable[[pl.DataFrame], pl.DataFrame], str]] = {
    "a published sighting is gone": (
        "sightings/2021.parquet",
        only(pl.col("report_number").ne_missing("OIG-21-50")),
        "listing.ndjson: 4 rows read, 3 sightings, 2 published, 1 quarantined",
    ),
    "a quarantined sighting is gone": (
        "sightings/unknown.parquet",
        only(pl.col("outcome") == "published"),
        "listing.ndjson: 4 rows read, 3 sightings, 3 published, 0 quarantined",
    ),
    "a quarantined sighting became published": (
        "sightings/unknown.parquet",
        setting("outcome", "published"),
        _NOT_THOSE,
    ),
    "a report is gone": (YEAR, lambda frame: frame.head(1), "1 published sightings' reports are missing"),
    "a report is of no sighting": (YEAR, setting("report_number", "OIG-21-48"), "1 reports have no sighting"),
    "a report counts otherwise": (YEAR, setting("sighting_count", 2), "1 reports say another number of sightings"),
    "a violation is gone": ("violations/unknown.parquet", only(~_IS_ERROR), _NOT_THOSE),
    "a capture is gone": ("captures.parquet", pl.DataFrame.clear, "listing.ndjson: 0 rows read, 4 sightings"),
    "a capture has more rows": (
        "captures.parquet",
        setting("sightings", 5),
        "listing.ndjson: 5 rows read, 4 sightings",
    ),
}


@pytest.mark.parametrize(("name", "change", "message"), UNACCOUNTED.values(), ids=UNACCOUNTED)
def test_rows_that_are_not_accounted_for_are_named(
    name: str, change: Callable[[pl.DataFrame], pl.DataFrame], message: str, release: Path
) -> None:
    rewritten(release, name, change)
    if name == YEAR:
        derive(release)
    messages = problems(release)
    assert {problem.split(":")[0] for problem in messages} - {"provenance"} == {"accounting"}
    assert any(message in problem for problem in messages)


def test_a_column_that_the_contract_lacks_is_named(release: Path) -> None:
    file = release / "captures.parquet"
    parquet.read(file).with_columns(more=pl.lit(1)).write_parquet(file)
    matching(release)
    messages = problems(release)
    assert "captures.parquet: its columns are not those of the contract" in messages
    assert any(problem.startswith("captures: ") for problem in messages)


@pytest.mark.parametrize("table", TABLES)
def test_a_table_without_a_file_is_named(table: str, release: Path) -> None:
    if table in BY_YEAR:
        shutil.rmtree(release / table)
    else:
        (release / f"{table}.parquet").unlink()
    payload = json.loads((release / "manifest.json").read_text())
    payload["files"] = [file for file in payload["files"] if table_of(file["path"]) != table]
    rehashed(release, payload)
    assert f"{table}: the table has no file" in problems(release)


@pytest.mark.parametrize("name", ["captures.parquet", YEAR])
@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + b"\0" * 64 + b"PAR1"], ids=["empty", "short", "zeros"])
def test_a_file_that_is_no_parquet_is_named(content: bytes, name: str, release: Path) -> None:
    (release / name).write_bytes(content)
    payload = json.loads((release / "manifest.json").read_text())
    for file in payload["files"]:
        if file["path"] == name:
            file.update(bytes=len(content), sha256=hashlib.sha256(content).hexdigest())
    rehashed(release, payload)
    assert name in named_files(release)


def rehashed(release: Path, payload: dict[str, Any]) -> None:
    """Write a manifest with the id that belongs to what it says."""
    content = {key: value for key, value in payload.items() if key != "release"}
    identity = hashlib.sha256(manifest.as_json(content).encode()).hexdigest()[:16]
    (release / "manifest.json").write_text(manifest.as_json({"release": identity, **content}), encoding="utf-8")


# Descriptions that say something else, though the manifest was made again to match.


def in_json(name: str, change: Callable[[Any], Any]) -> tuple[str, Damage]:
    def damage(release: Path) -> None:
        document = json.loads((release / name).read_text(encoding="utf-8"))
        change(document)
        (release / name).write_text(json.dumps(document), encoding="utf-8")

    return name, damage


def in_text(name: str, old: str, new: str) -> tuple[str, Damage]:
    def damage(release: Path) -> None:
        text = (release / name).read_text(encoding="utf-8")
        assert old in text
        (release / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return name, damage


DESCRIPTIONS: dict[str, tuple[str, Damage]] = {
    "a package with another hash": in_json("datapackage.json", lambda d: d["resources"][0].update(hash="sha256:0")),
    "a package without a file": in_json("datapackage.json", lambda d: d["resources"].pop(0)),
    "a package without a column": in_json("datapackage.json", lambda d: d["resources"][0]["schema"]["fields"].pop()),
    "a package that is none": in_json("datapackage.json", lambda d: d.clear()),
    "a catalogue without a file": in_json("data.json", lambda d: d["dataset"][0]["distribution"].clear()),
    "a catalogue that is none": in_json("data.json", lambda d: d.clear()),
    "a Croissant without a file": in_json("croissant.json", lambda d: d["distribution"].clear()),
    "a Croissant without a column": in_json("croissant.json", lambda d: d["recordSet"][0]["field"].pop()),
    "a Croissant that is none": in_json("croissant.json", lambda d: d.clear()),
    "a dictionary without a column": in_text("DICTIONARY.md", "| `ordinal` |", "| ordinal |"),
    "a dictionary without a table": in_text("DICTIONARY.md", "\n## captures\n", "\n## catches\n"),
}


@pytest.mark.parametrize(("name", "damage"), DESCRIPTIONS.values(), ids=DESCRIPTIONS)
def test_a_description_that_disagrees_is_named_alone(name: str, damage: Damage, release: Path) -> None:
    damage(release)
    matching(release)
    assert named_files(release) == {name}


# Derived files.


def in_catalog(*statements: str) -> Damage:
    def damage(release: Path) -> None:
        with duckdb.connect(str(release / "catalog.duckdb")) as connection:
            for statement in statements:
                connection.execute(statement)

    return damage


def in_sqlite(*statements: str) -> Damage:
    def damage(release: Path) -> None:
        with closing(sqlite3.connect(release / "reports.sqlite")) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    return damage


def without_last_line(name: str) -> Damage:
    return lambda release: (release / name).write_text("".join((release / name).read_text().splitlines(True)[:-1]))


def with_other_order(release: Path) -> None:
    with (release / "reports.csv").open(newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    with (release / "reports.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, *rows[::-1]])


_TITLE = "UPDATE reports SET title = 'Otherwise' WHERE rowid = 1"
DERIVED_DAMAGES: dict[str, tuple[str, Damage]] = {
    **{f"{name} is missing": (name, lambda r, name=name: (r / name).unlink()) for name in DERIVED},  # type: ignore[misc]
    **{f"{name} is none": (name, lambda r, name=name: (r / name).write_bytes(b"\xff\0" * 999)) for name in DERIVED},  # type: ignore[misc]
    "the catalog lacks a view": ("catalog.duckdb", in_catalog("DROP VIEW quarantine")),
    "a view of the catalog has other rows": (
        "catalog.duckdb", in_catalog("CREATE OR REPLACE VIEW sightings AS SELECT 1 AS a"),
    ),
    "a view of the catalog cannot be asked": (
        "catalog.duckdb",
        in_catalog("CREATE TABLE t (a INT)", "CREATE OR REPLACE VIEW captures AS FROM t", "DROP TABLE t"),
    ),
    "a cell of CSV was changed": in_text("reports.csv", "Jails Fail", "Jails Pass"),
    "a row of CSV is missing": ("reports.csv", without_last_line("reports.csv")),
    "rows of CSV are in another order": ("reports.csv", with_other_order),
    "a value of NDJSON was changed": in_text("reports.ndjson", "Jails Fail", "Jails Pass"),
    "a row of NDJSON is missing": ("reports.ndjson", without_last_line("reports.ndjson")),
    "a row of SQLite was changed": ("reports.sqlite", in_sqlite(_TITLE)),
    "a row of SQLite is missing": ("reports.sqlite", in_sqlite("DELETE FROM reports WHERE rowid = 1")),
    "a row of SQLite was added": (
        "reports.sqlite", in_sqlite("INSERT INTO reports (report_number, fiscal_year) VALUES ('OIG-21-51', 2021)")
    ),
    "the index of SQLite is missing": ("reports.sqlite", in_sqlite("DROP TABLE reports_fts")),
    "the index of SQLite is empty": (
        "reports.sqlite", in_sqlite("INSERT INTO reports_fts (reports_fts) VALUES ('delete-all')")
    ),
    "the index of SQLite finds other words": (
        "reports.sqlite",
        in_sqlite(
            "INSERT INTO reports_fts (reports_fts) VALUES ('delete-all')",
            "INSERT INTO reports_fts (rowid, title, summary) SELECT rowid, 'x', 'x' FROM reports",
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("name", "damage"), DERIVED_DAMAGES.values(), ids=DERIVED_DAMAGES)
def test_a_damaged_derived_file_is_named_alone_and_can_be_made_again(name: str, damage: Damage, release: Path) -> None:
    damage(release)
    assert named_files(release) == {name}
    derive(release)
    assert problems(release) == []


def test_a_release_that_was_moved_is_whole_and_its_tables_are_read_where_they_lie(out: Path, tmp_path: Path) -> None:
    moved = Path(shutil.move((out / "latest").resolve(), tmp_path / "moved"))
    assert problems(moved) == []
    (moved / YEAR).unlink()
    assert named_files(moved) == {YEAR}


def test_a_fault_in_the_tables_does_not_hide_one_in_the_exports(release: Path) -> None:
    rewritten(release, YEAR, setting("sighting_count", 2))
    derive(release)
    (release / "reports.csv").unlink()
    (release / "catalog.duckdb").unlink()
    assert named_files(release) == {"accounting", "reports.csv", "catalog.duckdb"}


# As a person asks.


def test_a_whole_release_ends_with_zero_and_says_where_it_lies(out: Path, oig: Oig) -> None:
    folder = (out / "latest").resolve()
    done = oig("verify", out)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"Release {folder.name} is whole: {folder}\n", "")


def test_without_a_path_it_is_data_curated(out: Path, tmp_path: Path, oig: Oig) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "curated").symlink_to(out)
    assert oig("verify", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("damaged", "words"),
    [(["sightings/2021.parquet"], "1 fault."), (["sightings/2021.parquet", "views.sql"], "2 faults.")],
)
def test_a_damaged_release_ends_with_one_and_names_each_fault(
    damaged: list[str], words: str, out: Path, oig: Oig
) -> None:
    identity = (out / "latest").resolve().name
    for name in damaged:
        (out / "latest" / name).write_bytes(b"")
    done = oig("verify", out)
    assert (done.returncode, done.stderr) == (1, "")
    *lines, last = done.stdout.splitlines()
    assert [line.split(":")[0] for line in lines] == [f"{identity}/{name}" for name in damaged]
    assert last == f"Release {identity} is not whole: {words}"


@pytest.mark.parametrize("place", ["nowhere", "raw"])
def test_where_no_release_lies_it_ends_with_two_and_one_line(place: str, tmp_path: Path, oig: Oig) -> None:
    (tmp_path / "raw").mkdir()
    done = oig("verify", place)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith(f"oig: {place}: there is no release here")


def test_the_answer_is_the_folder_and_its_faults(out: Path) -> None:
    for place in (out, out / "latest", (out / "latest").resolve()):
        assert service.verify(place) == (str((out / "latest").resolve()), [])
    (out / "latest" / "reports.csv").unlink()
    assert service.verify(str(out))[1] == ["reports.csv: does not hold the reports of the release"]
    with pytest.raises(CannotRun, match=re.escape(str(out / "releases"))):
        service.verify(out / "releases")
