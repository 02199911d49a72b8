"""The descriptions beside the files: what disagrees with the files or the contract is named."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from oig_pipeline import connect
from oig_pipeline.contract.schemas import TABLE_DESCRIPTIONS, TABLES
from oig_pipeline.release.files import files_of_table
from oig_pipeline.release.metadata import descriptions
from oig_pipeline.run import pipeline
from oig_pipeline.settings import settings
from tests.conftest import DATA

PACKAGE, CATALOG, CROISSANT, WORDS = "datapackage.json", "data.json", "croissant.json", "DICTIONARY.md"
JSON = (PACKAGE, CATALOG, CROISSANT)
Damage = Callable[[Path], Any]


@pytest.fixture(scope="module")
def built_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    release = pipeline.build(settings(DATA / "raw", tmp_path_factory.mktemp("curated"))).release
    assert release is not None
    return release.path


@pytest.fixture
def release(built_release: Path, tmp_path: Path) -> Path:
    """Return a copy of a release that may be damaged."""
    return Path(shutil.copytree(built_release, tmp_path / "release"))


def test_a_release_agrees_with_its_descriptions(built_release: Path) -> None:
    assert set(descriptions.DOCUMENTS) == {PACKAGE, CATALOG, CROISSANT, WORDS}
    assert list(descriptions.problems(built_release)) == []


# The same descriptions within the files.


@pytest.mark.parametrize("table", TABLES)
def test_every_parquet_file_carries_the_contracts_descriptions(table: str, built_release: Path) -> None:
    files = files_of_table(built_release, table)
    assert files
    for file in files:
        schema = pq.read_schema(file)
        columns = [(f.name, f.nullable, f.metadata[b"description"].decode()) for f in schema]
        assert columns == [(name, c.nullable, c.description) for name, c in TABLES[table].columns.items()]


@pytest.mark.parametrize("table", TABLES)
def test_every_view_carries_them_as_comments(table: str, built_release: Path) -> None:
    with (
        duckdb.connect(str(built_release / "catalog.duckdb"), read_only=True) as stored,
        connect(built_release) as in_memory,
    ):
        for connection in (stored, in_memory):
            sql = "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index"
            assert connection.execute(sql, [table]).fetchall() == [
                (name, column.description) for name, column in TABLES[table].columns.items()
            ]
            sql = "SELECT comment FROM duckdb_views() WHERE view_name = ?"
            assert connection.execute(sql, [table]).fetchall() == [(TABLE_DESCRIPTIONS[table],)]


# Disagreements, each planted.


def in_json(name: str, change: Callable[[Any], Any]) -> Damage:
    """Return what changes a document in place."""

    def damage(release: Path) -> None:
        document = json.loads((release / name).read_text(encoding="utf-8"))
        change(document)
        (release / name).write_text(json.dumps(document), encoding="utf-8")

    return damage


def in_words(old: str, new: str) -> Damage:
    def damage(release: Path) -> None:
        text = (release / WORDS).read_text(encoding="utf-8")
        assert old in text
        (release / WORDS).write_text(text.replace(old, new, 1), encoding="utf-8")

    return damage


def with_bytes(name: str, content: bytes) -> Damage:
    return lambda release: (release / name).write_bytes(content)


def in_parquet(change: Callable[[pa.Table], pa.Table]) -> Damage:
    def damage(release: Path) -> None:
        file = release / "captures.parquet"
        pq.write_table(change(pq.read_table(file)), file)

    return damage


def resource(package: Any, table: str = "captures") -> Any:
    return next(r for r in package["resources"] if r["title"] == table)


def distribution(catalog: Any) -> Any:
    return next(d for d in catalog["dataset"][0]["distribution"] if d["title"] == "captures")


def field(document: Any) -> Any:
    """Return the field `bytes` of the table `captures` in a package or in Croissant."""
    fields = resource(document)["schema"]["fields"] if "resources" in document else records(document)["field"]
    return next(f for f in fields if f["name"] == "bytes")


def records(document: Any) -> Any:
    return next(r for r in document["recordSet"] if r["name"] == "captures")


def file_object(document: Any) -> Any:
    return next(d for d in document["distribution"] if d["@id"] == "captures.parquet")


DAMAGES: dict[str, tuple[str, Damage]] = {
    "a package without a file": (PACKAGE, in_json(PACKAGE, lambda d: d["resources"].remove(resource(d)))),
    "a package with another hash": (PACKAGE, in_json(PACKAGE, lambda d: resource(d).update(hash="sha256:0"))),
    "a package with another size": (PACKAGE, in_json(PACKAGE, lambda d: resource(d).update(bytes=1))),
    "a package with no hash": (PACKAGE, in_json(PACKAGE, lambda d: resource(d).update(hash=None))),
    "a package without a column": (PACKAGE, in_json(PACKAGE, lambda d: resource(d)["schema"]["fields"].pop())),
    "a package with columns in another order": (
        PACKAGE, in_json(PACKAGE, lambda d: resource(d)["schema"]["fields"].reverse())
    ),
    "a package with another type": (PACKAGE, in_json(PACKAGE, lambda d: field(d).update(type="string"))),
    "a package with another description": (PACKAGE, in_json(PACKAGE, lambda d: field(d).update(description="No."))),
    "a package with another unit": (PACKAGE, in_json(PACKAGE, lambda d: field(d).update(unit="metres"))),
    "a package without a key": (PACKAGE, in_json(PACKAGE, lambda d: resource(d)["schema"].pop("primaryKey"))),
    "a package without a column of its CSV": (
        PACKAGE, in_json(PACKAGE, lambda d: d["resources"][-1]["schema"]["fields"].pop())
    ),
    "a package without resources": (PACKAGE, in_json(PACKAGE, lambda d: d.pop("resources"))),
    "a catalogue without a file": (
        CATALOG, in_json(CATALOG, lambda d: d["dataset"][0]["distribution"].remove(distribution(d)))
    ),
    "a catalogue with another hash": (
        CATALOG, in_json(CATALOG, lambda d: distribution(d)["checksum"].update(checksumValue="0"))
    ),
    "a catalogue with another size": (CATALOG, in_json(CATALOG, lambda d: distribution(d).update(byteSize="1"))),
    "a catalogue of two datasets": (CATALOG, in_json(CATALOG, lambda d: d["dataset"].append({}))),
    "a Croissant without a file": (CROISSANT, in_json(CROISSANT, lambda d: d["distribution"].remove(file_object(d)))),
    "a Croissant with another hash": (CROISSANT, in_json(CROISSANT, lambda d: file_object(d).update(sha256="0"))),
    "a Croissant with another size": (
        CROISSANT, in_json(CROISSANT, lambda d: file_object(d).update(contentSize="1 B"))
    ),
    "a Croissant without a table": (CROISSANT, in_json(CROISSANT, lambda d: d["recordSet"].remove(records(d)))),
    "a Croissant without a column": (CROISSANT, in_json(CROISSANT, lambda d: records(d)["field"].pop())),
    "a Croissant with another type": (CROISSANT, in_json(CROISSANT, lambda d: field(d).update(dataType="sc:Text"))),
    "a Croissant with another description": (
        CROISSANT, in_json(CROISSANT, lambda d: field(d).update(description="No."))
    ),
    "a Croissant without a key": (CROISSANT, in_json(CROISSANT, lambda d: records(d).pop("key"))),
    **{f"{name} is missing": (name, lambda release, name=name: (release / name).unlink()) for name in (*JSON, WORDS)},  # type: ignore[misc]
    **{f"{name} is no JSON": (name, with_bytes(name, b"{")) for name in JSON},
    **{f"{name} is a list": (name, with_bytes(name, b"[]")) for name in JSON},
    **{f"{name} is null": (name, with_bytes(name, b"null")) for name in JSON},
    **{f"{name} is not UTF-8": (name, with_bytes(name, b"\xff")) for name in (*JSON, WORDS)},
    "a dictionary without a column": (WORDS, in_words("| `bytes` |", "| bytes |")),
    "a dictionary with another column": (WORDS, in_words("| `bytes` |", "| `octets` |")),
    "a dictionary with another type": (WORDS, in_words("| `bytes` | int64 |", "| `bytes` | int32 |")),
    "a dictionary with another description": (WORDS, in_words("| Size. |", "| Weight. |")),
    "a dictionary without a table": (WORDS, in_words("\n## captures\n", "\n## catches\n")),
    "a dictionary without a key": (WORDS, in_words("Key: `path`.", "")),
    "a dictionary without a view": (WORDS, in_words("| `topics` | The topic pages", "| `tropics` | The topic pages")),
    "a dictionary without a rule": (WORDS, in_words("| `conflict` | error |", "| `conflict` | warning |")),
}  # fmt: skip


@pytest.mark.parametrize(("name", "damage"), DAMAGES.values(), ids=DAMAGES)
def test_a_description_that_disagrees_is_named(name: str, damage: Damage, release: Path) -> None:
    damage(release)
    problems = list(descriptions.problems(release))
    assert problems
    assert {problem.split(":")[0] for problem in problems} == {name}


FILES: dict[str, Damage] = {
    "a column less": in_parquet(lambda t: t.drop_columns(["bytes"])),
    "another order": in_parquet(lambda t: t.select(t.column_names[::-1])),
    "another type": in_parquet(lambda t: t.set_column(4, "bytes", t["bytes"].cast("int32"))),
    "no descriptions": in_parquet(
        lambda t: pa.table(t.to_pydict(), pa.schema([f.remove_metadata() for f in t.schema]))
    ),
    "other descriptions": in_parquet(
        lambda t: t.cast(t.schema.set(4, t.schema.field(4).with_metadata({"description": "No."})))
    ),
    "null allowed": in_parquet(lambda t: t.cast(t.schema.set(1, t.schema.field(1).with_nullable(True)))),
    "no Parquet": with_bytes("captures.parquet", b"PAR1"),
    "half of it": lambda release: (release / "captures.parquet").write_bytes(
        (release / "captures.parquet").read_bytes()[:500]
    ),
}


@pytest.mark.parametrize("damage", FILES.values(), ids=FILES)
def test_a_file_that_disagrees_with_the_contract_is_named(damage: Damage, release: Path) -> None:
    damage(release)
    problems = list(descriptions.problems(release))
    assert "captures.parquet" in {problem.split(":")[0] for problem in problems}


def test_a_file_of_no_table_a_missing_and_a_changed_file_are_named(release: Path) -> None:
    shutil.copy(release / "captures.parquet", release / "stray.parquet")
    assert "stray.parquet: no table of the contract" in list(descriptions.problems(release))
    (release / "stray.parquet").unlink()
    (release / "captures.parquet").unlink()
    problems = list(descriptions.problems(release))
    assert "captures: the table has no file" in problems
    assert {problem.split(":")[0] for problem in problems} == {"captures"}, (
        "nothing can be said of the descriptions then"
    )


def test_a_part_of_reports_that_is_missing_or_changed_is_named_by_every_listing(release: Path) -> None:
    file = next(release.glob("reports/*.parquet"))
    table = pq.read_table(file)
    pq.write_table(table.slice(0, table.num_rows - 1), file)
    assert {problem.split(":")[0] for problem in descriptions.problems(release)} >= set(JSON)
    file.unlink()
    assert {problem.split(":")[0] for problem in descriptions.problems(release)} >= set(JSON)


def test_several_disagreements_are_all_named(release: Path) -> None:
    (release / WORDS).unlink()
    (release / CATALOG).write_text("{", encoding="utf-8")
    in_json(PACKAGE, lambda d: resource(d).update(hash="sha256:0"))(release)
    assert {problem.split(":")[0] for problem in descriptions.problems(release)} == {WORDS, CATALOG, PACKAGE}
