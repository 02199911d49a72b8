"""`croissant.json`: the dataset for machine learning, in Croissant 1.0.

Belongs here: this notation only. Every file is named with its hash; every table is a record set with all its columns.
"""

from __future__ import annotations

from typing import Any

from oig_pipeline.contract.schemas import TABLE_DESCRIPTIONS, TABLES
from oig_pipeline.contract.surfaces import ColumnInfo, columns
from oig_pipeline.release.metadata import about as f
from oig_pipeline.release.metadata.about import DatasetInfo, File

CROISSANT = "croissant.json"
CONFORMS_TO = "http://mlcommons.org/croissant/1.0"
CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "equivalentProperty": "cr:equivalentProperty",
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
TYPES = {
    "string": "sc:Text", "int32": "cr:Int32", "int64": "cr:Int64", "double": "cr:Float64", "bool": "sc:Boolean",
    "date32[day]": "sc:Date", "timestamp[us]": "sc:DateTime",
}  # fmt: skip


def croissant(info: DatasetInfo) -> dict[str, Any]:
    """Return the description of a release as JSON-LD."""
    words = info.wording
    parted = dict.fromkeys(file.table for file in info.files if file.is_part)
    document: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": words.name,
        "alternateName": words.title,
        "description": f"{info.description} {words.notice}",
        "conformsTo": CONFORMS_TO,
        "url": words.source_url,
        "license": f.LICENCE_URL,
        "keywords": list(words.keywords),
        "creator": {"@type": "sc:Organization", "name": words.publisher, "url": words.source_url},
        "citeAs": f"{words.publisher}: report listings, as read by {f.PUBLISHER}",
        "distribution": [*map(_file, info.files), *map(_parts, parted)],
        "recordSet": [_record_set(table, info) for table in TABLES],
    }
    if info.content.modified:
        document["datePublished"] = info.content.modified.isoformat()
    return document


def _file(file: File) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.name,
        "contentUrl": file.path,
        "contentSize": f"{file.bytes} B",
        "encodingFormat": "application/x-parquet",
        "sha256": file.sha256,
    }


def _parts(table: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileSet",
        "@id": f"{table}-parts",
        "name": f"{table}-parts",
        "description": f"The parts of the table {table}, one for each fiscal year.",
        "encodingFormat": "application/x-parquet",
        "includes": f"{table}/*.parquet",
    }


def _record_set(table: str, info: DatasetInfo) -> dict[str, Any]:
    first = next(file for file in info.files if file.table == table)
    source = {"fileSet": {"@id": _parts(table)["@id"]}} if first.is_part else {"fileObject": {"@id": first.path}}
    record_set: dict[str, Any] = {
        "@type": "cr:RecordSet",
        "@id": table,
        "name": table,
        "description": TABLE_DESCRIPTIONS[table],
        "field": [_field(table, column, source) for column in columns(table)],
    }
    if key := TABLES[table].unique:
        record_set["key"] = [{"@id": f"{table}/{name}"} for name in key]
    return record_set


def _field(table: str, column: ColumnInfo, source: dict[str, Any]) -> dict[str, Any]:
    is_list = column.type.startswith("list")
    field: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{table}/{column.name}",
        "name": column.name,
        "description": column.description,
        "dataType": TYPES["string" if is_list else column.type],
        "source": {**source, "extract": {"column": column.name}},
    }
    return {**field, "repeated": True} if is_list else field
