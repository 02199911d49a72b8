"""The descriptions of a release beside its files.

Belongs here: writing all of them, and comparing what each says with the Parquet files as they are and the contract.
Does not: what any of them says.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from oig_pipeline.contract.schemas import TABLES
from oig_pipeline.contract.surfaces import arrow_schema, columns
from oig_pipeline.publish.metadata import croissant, dcat, frictionless
from oig_pipeline.publish.metadata.dictionary import DICTIONARY, dictionary
from oig_pipeline.publish.metadata.facts import Facts, table_of
from oig_pipeline.publish.parquet import digest

DOCUMENTS: dict[str, Callable[[Facts], Any]] = {
    frictionless.DATA_PACKAGE: frictionless.data_package,
    dcat.CATALOG_JSON: dcat.catalog,
    croissant.CROISSANT: croissant.croissant,
    DICTIONARY: dictionary,
}


def write(folder: Path, facts: Facts) -> None:
    """Write every description into the folder of a release."""
    for name, document in DOCUMENTS.items():
        content = document(facts)
        text = content if isinstance(content, str) else json.dumps(content, indent=1, ensure_ascii=False) + "\n"
        (folder / name).write_text(text, encoding="utf-8")


def problems(folder: Path) -> Iterator[str]:
    """Yield where a description, a Parquet file and the contract disagree, as sentences."""
    files = {p.relative_to(folder).as_posix(): p for p in sorted(folder.rglob("*.parquet"))}
    for path, file in files.items():
        if table_of(path) not in TABLES:
            yield f"{path}: no table of the contract"
        elif not pq.read_schema(file).equals(arrow_schema(table_of(path)), check_metadata=True):
            yield f"{path}: its columns are not those of the contract"
    for table in TABLES.keys() - {table_of(path) for path in files}:
        yield f"{table}: the table has no file"
    for name, listed in (
        (frictionless.DATA_PACKAGE, _of_data_package),
        (dcat.CATALOG_JSON, _of_dcat),
        (croissant.CROISSANT, _of_croissant),
    ):
        try:
            told = listed(json.loads((folder / name).read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError) as error:
            yield f"{name}: cannot be read: {error}"
            continue
        hashes, tables = told
        if hashes != {path: digest(file) for path, file in files.items()}:
            yield f"{name}: the files and hashes it lists are not those of the release"
        for table, names in tables.items():
            if names != [c.name for c in columns(table)]:
                yield f"{name}: the columns of {table} are not those of the contract"
    if not (folder / DICTIONARY).is_file():
        yield f"{DICTIONARY}: is missing"
        return
    text = (folder / DICTIONARY).read_text(encoding="utf-8")
    for table in TABLES:
        section = text.partition(f"\n## {table}\n")[2].partition("\n## ")[0]
        if [line.split("`")[1] for line in section.split("\n") if line.startswith("| `")] != [
            c.name for c in columns(table)
        ]:
            yield f"{DICTIONARY}: the columns of {table} are not those of the contract"


Told = tuple[dict[str, str], dict[str, list[str]]]
"""What a description says: path → SHA-256 of the Parquet files, and table → columns."""


def _of_data_package(document: dict[str, Any]) -> Told:
    resources = [r for r in document["resources"] if r["format"] == "parquet"]
    return (
        {r["path"]: r["hash"].removeprefix("sha256:") for r in resources},
        {table_of(r["path"]): [field["name"] for field in r["schema"]["fields"]] for r in resources},
    )


def _of_dcat(document: dict[str, Any]) -> Told:
    (dataset,) = document["dataset"]
    parts = [d for d in dataset["distribution"] if d["mediaType"] == dcat.PARQUET]
    return {d["downloadURL"]: d["checksum"]["checksumValue"] for d in parts}, {}


def _of_croissant(document: dict[str, Any]) -> Told:
    return (
        {d["contentUrl"]: d["sha256"] for d in document["distribution"] if d["@type"] == "cr:FileObject"},
        {r["name"]: [field["name"] for field in r["field"]] for r in document["recordSet"]},
    )
