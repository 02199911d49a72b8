"""`datapackage.json`: a Data Package (version 2) of the Frictionless standards.

Belongs here: this notation only. The Parquet files are resources with size, hash and schema; `reports.csv`, which is
made beside them, is the resource that a validator reads row by row.
"""

from __future__ import annotations

from typing import Any

from oig_pipeline.contract.schemas import TABLE_DESCRIPTIONS, TABLES
from oig_pipeline.contract.surfaces import ColumnInfo, columns
from oig_pipeline.release.metadata import about as f
from oig_pipeline.release.metadata.about import DatasetInfo, File

DATA_PACKAGE = "datapackage.json"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
TYPES = {
    "string": "string", "int32": "integer", "int64": "integer", "double": "number", "bool": "boolean",
    "date32[day]": "date", "timestamp[us]": "datetime",
}  # fmt: skip


def data_package(info: DatasetInfo) -> dict[str, Any]:
    """Return the descriptor of a release."""
    words = info.wording
    package: dict[str, Any] = {
        "$schema": PROFILE,
        "name": words.name,
        "title": words.title,
        "description": f"{info.description} {words.notice}",
        "homepage": words.source_url,
        "licenses": [{"name": "other-pd", "title": f.LICENCE_TITLE, "path": f.LICENCE_URL}],
        "sources": [{"title": words.source_title, "path": words.source_url}],
        "keywords": list(words.keywords),
        "resources": [*map(_parquet, info.files), *([_csv()] if info.exports else [])],
    }
    return package


def _parquet(file: File) -> dict[str, Any]:
    return {
        "name": file.name,
        "type": "file",
        "path": file.path,
        "title": file.table,
        "description": TABLE_DESCRIPTIONS[file.table],
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
        "schema": schema(file.table),
    }


def _csv() -> dict[str, Any]:
    return {
        "name": "reports-csv",
        "type": "table",
        "path": f.REPORTS_CSV,
        "title": "reports",
        "description": f"{TABLE_DESCRIPTIONS['reports']} As CSV; lists have {f.BETWEEN!r} between their values.",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {**schema("reports"), "fields": [_flat(column) for column in columns("reports")]},
    }


def schema(table: str) -> dict[str, Any]:
    """Return the Table Schema of a table."""
    table_schema: dict[str, Any] = {"fields": [_field(column) for column in columns(table)]}
    if key := TABLES[table].unique:
        table_schema["primaryKey"] = list(key)
    return table_schema


def _field(column: ColumnInfo) -> dict[str, Any]:
    is_list = column.type.startswith("list")
    constraints: dict[str, Any] = {"required": not column.nullable}
    if column.among and not is_list:
        constraints["enum"] = list(column.among)
    field = {
        "name": column.name,
        "type": "array" if is_list else TYPES[column.type],
        "description": column.description,
        "constraints": constraints,
    }
    return {**field, "unit": column.unit} if column.unit else field


def _flat(column: ColumnInfo) -> dict[str, Any]:
    """Return the field of a column in CSV, where an empty list is an empty cell."""
    field = _field(column)
    if field["type"] == "array":
        field |= {"type": "list", "delimiter": f.BETWEEN, "constraints": {"required": False}}
    return field
