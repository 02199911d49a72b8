"""datapackage.json, data.json and croissant.json: the whole contract and every file, each in its own notation."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest

from oig_pipeline.contract.column import NAMES, TIME
from oig_pipeline.contract.schemas import BY_YEAR, COLUMNS, POLARS_SCHEMAS, TABLE_DESCRIPTIONS, TABLES
from oig_pipeline.release.files import read_table, table_of
from oig_pipeline.release.metadata import croissant, dcat, frictionless
from oig_pipeline.release.metadata.about import LICENCE_URL, OF_DEFAULT_OFFICE, DatasetInfo, File, stats_of_tables

EACH_TABLE = pytest.mark.parametrize("table", TABLES)
DAY, FIRST, LAST = dt.date(2022, 3, 1), dt.date(2004, 1, 31), dt.date(2022, 2, 28)


@pytest.fixture(scope="module")
def release(own_release: Path) -> Path:
    return own_release


@pytest.fixture(scope="module")
def info(release: Path) -> DatasetInfo:
    """Return the facts of the release, as seen from its files, with days that its captures do not know."""
    frames = {name: read_table(release, name) for name in TABLES}
    files = []
    for file in sorted(release.rglob("*.parquet")):
        path, content = file.relative_to(release).as_posix(), file.read_bytes()
        files.append(File(path, table_of(path), len(content), hashlib.sha256(content).hexdigest()))
    summary = stats_of_tables(frames)
    return DatasetInfo(replace(summary, modified=DAY, first_issue=FIRST, last_issue=LAST), tuple(files))


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("datapackage.json", frictionless.data_package),
        ("data.json", dcat.catalog),
        ("croissant.json", croissant.croissant),
    ],
)
def test_the_release_holds_what_the_notation_says_of_its_facts(
    name: str, document: Callable[[DatasetInfo], Any], release: Path, info: DatasetInfo
) -> None:
    days = read_table(release, "reports")["issue_date"].drop_nulls().to_list()
    content = replace(info.content, modified=None, first_issue=min(days), last_issue=max(days))
    text = (release / name).read_text(encoding="utf-8")
    assert json.loads(text) == document(replace(info, content=content))
    assert text.endswith("}\n")
    assert document(info) == document(info)
    assert json.loads(json.dumps(document(info))) == document(info), "plain values"


def by_key(items: list[dict[str, Any]], key: str = "name") -> dict[str, dict[str, Any]]:
    mapping = {item[key]: item for item in items}
    assert len(mapping) == len(items)
    return mapping


# The Data Package.

FIELDS: dict[Any, str] = {
    pl.String: "string", pl.Int32: "integer", pl.Int64: "integer", pl.Float64: "number",
    pl.Boolean: "boolean", pl.Date: "date",
    TIME: "datetime", NAMES: "array",
}  # fmt: skip


def test_every_file_is_a_resource_with_its_bytes_and_hash(info: DatasetInfo, release: Path) -> None:
    package = frictionless.data_package(info)
    resources = by_key(package["resources"])
    files = {r["path"]: r for r in resources.values() if r["format"] == "parquet"}
    assert set(files) == {p.relative_to(release).as_posix() for p in release.rglob("*.parquet")}
    for path, resource in files.items():
        content = (release / path).read_bytes()
        assert (resource["bytes"], resource["hash"]) == (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")
        assert resource["description"] == TABLE_DESCRIPTIONS[resource["title"]]
    (table,) = [r for r in resources.values() if r["format"] != "parquet"]
    assert (table["path"], table["format"], table["encoding"], table["type"]) == (
        "reports.csv",
        "csv",
        "utf-8",
        "table",
    )
    assert "hash" not in table, "its bytes are a library's"


def test_a_package_names_its_licence_its_source_and_that_it_is_not_official(info: DatasetInfo) -> None:
    package = frictionless.data_package(info)
    assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert [licence["path"] for licence in package["licenses"]] == [LICENCE_URL]
    assert [source["path"] for source in package["sources"]] == [OF_DEFAULT_OFFICE.source_url]
    assert package["description"].endswith(OF_DEFAULT_OFFICE.notice)


@EACH_TABLE
def test_a_schema_has_every_column_with_type_description_unit_values_and_key(table: str) -> None:
    schema = frictionless.schema(table)
    assert schema.get("primaryKey") == TABLES[table].unique
    declared, dtypes = COLUMNS[table], POLARS_SCHEMAS[table]
    assert [field["name"] for field in schema["fields"]] == list(declared)
    for field in schema["fields"]:
        column = declared[field["name"]]
        unit, among = column.unit_or_default, column.among
        assert field["type"] == FIELDS[dtypes[field["name"]]]
        assert field["description"] == column.description
        assert field.get("unit") == unit
        assert field["constraints"]["required"] is not column.nullable
        enum = None if among is None or field["type"] == "array" else list(among)
        assert field["constraints"].get("enum") == enum
        assert set(field) <= {"name", "type", "description", "unit", "constraints"}


def of_cell(field: dict[str, Any], cell: str) -> Any:
    """Return what a reader of a Table Schema takes a cell for; raises where it is no value of its type."""
    if not cell:
        return None
    if field["type"] == "boolean":
        return {"true": True, "false": False}[cell]
    readers: dict[str, Callable[[str], Any]] = {
        "string": str,
        "integer": int,
        "number": float,
        "date": dt.date.fromisoformat,
        "datetime": dt.datetime.fromisoformat,
        "list": lambda text: text.split(field["delimiter"]),
    }
    return readers[field["type"]](cell)


def test_the_csv_keeps_the_schema_that_the_package_gives_it(info: DatasetInfo, release: Path) -> None:
    schema = frictionless.data_package(info)["resources"][-1]["schema"]
    fields = {field["name"]: field for field in schema["fields"]}
    with (release / "reports.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert all(list(row) == list(fields) for row in rows)
    assert len({tuple(row[name] for name in schema["primaryKey"]) for row in rows}) == len(rows)
    for row, report in zip(rows, read_table(release, "reports").to_dicts(), strict=True):
        for name, field in fields.items():
            value = of_cell(field, row[name])
            assert value == (report[name] or None if field["type"] == "list" else report[name]), name
            assert value is not None or not field["constraints"]["required"], name
            assert value is None or value in field["constraints"].get("enum", [value]), name


# The catalogue of DCAT-US.


def test_every_file_export_and_the_dictionary_is_a_distribution(info: DatasetInfo, release: Path) -> None:
    (dataset,) = dcat.catalog(info)["dataset"]
    parts = by_key(dataset["distribution"], "downloadURL")
    other_files = {"reports.csv", "reports.ndjson", "reports.sqlite", "DICTIONARY.md"}
    assert set(parts) == {file.path for file in info.files} | other_files
    by_key(dataset["distribution"], "identifier")
    for path, distribution in parts.items():
        assert (release / path).is_file(), "addresses are relative to the release"
        assert (distribution["@type"], distribution["license"]) == ("Distribution", LICENCE_URL)
        content = (release / path).read_bytes()
        checksum = {"@type": "Checksum", "algorithm": "SHA-256", "checksumValue": hashlib.sha256(content).hexdigest()}
        is_parquet = path.endswith(".parquet")
        assert distribution.get("byteSize") == (str(len(content)) if is_parquet else None)
        assert distribution.get("checksum") == (checksum if is_parquet else None)
    assert dataset["describedBy"] == parts["DICTIONARY.md"]
    assert {p["mediaType"] for path, p in parts.items() if path.endswith(".parquet")} == {dcat.PARQUET}


def test_a_catalogue_says_who_publishes_and_that_it_is_not_the_office(info: DatasetInfo) -> None:
    catalog = dcat.catalog(info)
    (dataset,) = catalog["dataset"]
    assert dataset["publisher"] == catalog["publisher"] == {"@type": "Organization", "name": "oig_pipeline"}
    assert dataset["liabilityStatement"] == OF_DEFAULT_OFFICE.notice
    (contact,) = dataset["contactPoint"]
    assert contact["hasEmail"].endswith(".invalid"), "an address of nobody"


def test_days_are_told_only_where_they_are_known(info: DatasetInfo) -> None:
    (dataset,) = dcat.catalog(info)["dataset"]
    assert dataset["modified"] == "2022-03-01"
    assert dataset["temporal"] == [{"@type": "PeriodOfTime", "startDate": "2004-01-31", "endDate": "2022-02-28"}]
    assert croissant.croissant(info)["datePublished"] == "2022-03-01"
    (dataset,) = dcat.catalog(replace(info, content=replace(info.content, modified=None)))["dataset"]
    assert "modified" not in dataset
    assert "temporal" in dataset
    unknown = replace(info, content=replace(info.content, modified=None, first_issue=None, last_issue=None))
    (dataset,) = dcat.catalog(unknown)["dataset"]
    assert not {"modified", "temporal"} & set(dataset)
    assert "datePublished" not in croissant.croissant(unknown)


# Croissant.

DATA_TYPES: dict[Any, str] = {
    pl.String: "sc:Text", pl.Int32: "cr:Int32", pl.Int64: "cr:Int64", pl.Float64: "cr:Float64",
    pl.Boolean: "sc:Boolean", pl.Date: "sc:Date",
    TIME: "sc:DateTime", NAMES: "sc:Text",
}  # fmt: skip


def test_every_file_is_an_object_with_its_size_and_hash(info: DatasetInfo) -> None:
    distribution = croissant.croissant(info)["distribution"]
    objects = {d["contentUrl"]: d for d in distribution if d["@type"] == "cr:FileObject"}
    assert [(path, o["contentSize"], o["sha256"]) for path, o in objects.items()] == [
        (file.path, f"{file.bytes} B", file.sha256) for file in info.files
    ]
    sets = {d["@id"].removesuffix("-parts"): d["includes"] for d in distribution if d["@type"] == "cr:FileSet"}
    assert set(sets) == set(BY_YEAR)
    for table, pattern in sets.items():
        paths = {f.path for f in info.files if f.table == table}
        assert {f.path for f in info.files if fnmatch(f.path, pattern)} == paths
    assert {d["encodingFormat"] for d in distribution} == {"application/x-parquet"}


@EACH_TABLE
def test_a_record_set_has_every_column_with_type_description_and_key(table: str, info: DatasetInfo) -> None:
    record_set = by_key(croissant.croissant(info)["recordSet"])[table]
    assert record_set["description"] == TABLE_DESCRIPTIONS[table]
    key = [{"@id": f"{table}/{name}"} for name in TABLES[table].unique or ()]
    assert record_set.get("key", []) == key
    declared, dtypes = COLUMNS[table], POLARS_SCHEMAS[table]
    assert [field["name"] for field in record_set["field"]] == list(declared)
    for field in record_set["field"]:
        name = field["name"]
        assert field["@id"] == f"{table}/{name}"
        assert field["dataType"] == DATA_TYPES[dtypes[name]]
        assert field["description"] == declared[name].description
        assert field.get("repeated", False) == (dtypes[name] == NAMES)
        assert field["source"]["extract"] == {"column": name}


def test_every_reference_leads_somewhere_and_every_id_is_one(info: DatasetInfo, release: Path) -> None:
    document = croissant.croissant(info)
    files = {d["@id"]: d for d in document["distribution"]}
    fields = [field for record_set in document["recordSet"] for field in record_set["field"]]
    ids = [*files, *(record_set["@id"] for record_set in document["recordSet"]), *(field["@id"] for field in fields)]
    assert len(set(ids)) == len(ids) == len(document["distribution"]) + len(document["recordSet"]) + len(fields)
    for field in fields:
        (source,) = [field["source"][kind] for kind in ("fileObject", "fileSet") if kind in field["source"]]
        target = files[source["@id"]]
        pattern = target.get("contentUrl") or target["includes"]
        for file in release.glob(pattern):
            assert field["name"] in pq.read_schema(file).names
    keys = [key["@id"] for record_set in document["recordSet"] for key in record_set.get("key", [])]
    assert len(keys) == sum(len(table.unique or ()) for table in TABLES.values())
    assert set(keys) <= {field["@id"] for field in fields}


def test_a_context_explains_every_word_of_croissant_that_is_used(info: DatasetInfo) -> None:
    document = croissant.croissant(info)
    assert document["conformsTo"] == "http://mlcommons.org/croissant/1.0"
    terms = {
        "fileObject",
        "fileSet",
        "field",
        "recordSet",
        "source",
        "extract",
        "column",
        "repeated",
        "key",
        "includes",
        "dataType",
    }
    assert terms <= set(document["@context"])
