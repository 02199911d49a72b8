"""The four tables as the contenders write them.

Belongs here: their columns and types, and how files are written, which are those of a release. Does not: what stands in
them.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

SETTINGS = {"compression": "zstd", "compression_level": 3, "version": "2.6"}
ROWS = 65_536
TEXT, NUMBER, FLAG, DAY, NAMES = pa.string(), pa.int32(), pa.bool_(), pa.date32(), pa.list_(pa.string())
TIME = pa.timestamp("us")
FIELDS = ("title", "summary", "issue_date", "document_url", "kind", "classification")
"""Fields of a report that come from one of its sightings."""
LISTED_FIELDS = ("number", "title", "summary", "issue_date", "document_url", "agency", "fiscal_year")
LISTED_ELSEWHERE = ("report_type", "components", "recommendations", "questioned_costs", "funds_for_better_use")
"""What no row of the corpora lists: its columns are null."""
STATED_ELSEWHERE = ("report_type", "questioned_costs", "funds_for_better_use", "recommendations")
"""Fields of a report that would come from such a sighting."""
OFFICE = "dhs"
"""The office of every report of the corpora."""
REPORTS = {
    "office": TEXT, "report_number": TEXT, "fiscal_year": NUMBER, "series": TEXT, "sequence": NUMBER, "suffix": TEXT,
    "title": TEXT, "summary": TEXT, "issue_date": DAY, "document_url": TEXT, "document_urls": NAMES, "agencies": NAMES,
    "agency_source": TEXT, "topics": NAMES, "kind": TEXT, "is_redacted": FLAG, "is_revised": FLAG,
    "classification": TEXT, "report_type": TEXT, "components": NAMES, "questioned_costs": pa.float64(),
    "funds_for_better_use": pa.float64(), "unsupported_costs": pa.float64(), "recommendations": NUMBER,
    "recommendations_concurred": NUMBER, "recommendations_not_concurred": NUMBER, "concurrence": TEXT,
    "agreement": TEXT, "recommendations_open": NUMBER, "recommendations_as_of": TIME, "recommendations_text": TEXT,
    "quality_flags": NAMES,
    "sighting_count": NUMBER, "first_seen": TIME, "last_seen": TIME,
}  # fmt: skip
SIGHTINGS = {
    "office": TEXT, "sighting_id": TEXT, "capture_sha256": TEXT, "capture_path": TEXT, "capture_url": TEXT,
    "retrieved_at": TIME, "layout": TEXT, "source": TEXT, "ordinal": NUMBER, "line": NUMBER,
    **{f"listed_{name}": TEXT for name in LISTED_FIELDS}, "topic": TEXT, "listed_office": TEXT,
    **{f"listed_{name}": TEXT for name in LISTED_ELSEWHERE},
    **{f"listed_{name}_line": NUMBER for name in LISTED_FIELDS}, "topic_line": NUMBER,
    "listed_office_line": NUMBER, **{f"listed_{name}_line": NUMBER for name in LISTED_ELSEWHERE},
    "report_number": TEXT, "fiscal_year": NUMBER, "outcome": TEXT, "rules": NAMES,
}  # fmt: skip
VIOLATIONS = {
    "office": TEXT, "sighting_id": TEXT, "capture_path": TEXT, "line": NUMBER, "rule": TEXT, "severity": TEXT,
    "column_name": TEXT, "value": TEXT, "message": TEXT, "acknowledged": FLAG,
}  # fmt: skip
PROVENANCE = {
    "office": TEXT, "report_number": TEXT, "fiscal_year": NUMBER, **dict.fromkeys((*FIELDS, *STATED_ELSEWHERE), TEXT),
}  # fmt: skip
TABLES = {"reports": REPORTS, "sightings": SIGHTINGS, "violations": VIOLATIONS, "provenance": PROVENANCE}
DISTINCT = {
    "report_number", "title", "summary", "document_url", "document_urls", "recommendations_text", "sighting_id",
    "listed_number", "listed_title", "listed_summary", "listed_document_url", "value", "message",
}  # fmt: skip
"""Columns that a dictionary does not shorten."""


def write(columns: dict[str, pa.Array], table: str, out: Path) -> None:
    """Write a table of one office; any other column that is not given is null."""
    schema = pa.schema(list(TABLES[table].items()))
    rows = len(next(iter(columns.values())))
    columns = {**columns, "office": constant(OFFICE, rows)}
    arrays = [columns[n] if n in columns else pa.nulls(rows, t) for n, t in TABLES[table].items()]
    arrays = [array if array.type == t else array.cast(t) for array, t in zip(arrays, schema.types, strict=True)]
    write_table(pa.table(arrays, schema), table, out)


def write_table(arrow: pa.Table, table: str, out: Path) -> None:
    """Write a table as it is."""
    leaves = [
        f"{name}.list.element" if pa.types.is_list(dtype) else name
        for name, dtype in TABLES[table].items()
        if name not in DISTINCT
    ]
    pq.write_table(arrow, out / f"{table}.parquet", use_dictionary=leaves, row_group_size=ROWS, **SETTINGS)


def constant(value: str | bool, rows: int) -> pa.Array:
    """Return a column that says the same everywhere."""
    return pa.repeat(pa.scalar(value), rows)
