"""The contract in Arrow's words agrees with the contract."""

from __future__ import annotations

import pyarrow as pa
import pytest

from oig_pipeline.contract.schemas import POLARS_SCHEMAS, TABLES
from oig_pipeline.contract.surfaces import arrow_schema, columns

every_table = pytest.mark.parametrize("table", TABLES)


@every_table
def test_arrow_has_the_names_nullability_and_descriptions_of_the_schema(table: str) -> None:
    fields = [(f.name, f.nullable, f.metadata[b"description"].decode()) for f in arrow_schema(table)]
    assert fields == [(name, c.nullable, c.description) for name, c in TABLES[table].columns.items()]


@every_table
def test_arrow_holds_lists_without_nulls_and_times_without_zone(table: str) -> None:
    for field in arrow_schema(table):
        if pa.types.is_list(field.type):
            assert field.type.value_field.type == pa.string()
            assert not field.type.value_field.nullable
        if pa.types.is_timestamp(field.type):
            assert field.type == pa.timestamp("us")


@pytest.mark.parametrize(
    ("table", "column", "type_"),
    [
        ("reports", "agencies", pa.list_(pa.field("element", pa.string(), nullable=False))),
        ("reports", "issue_date", pa.date32()),
        ("reports", "first_seen", pa.timestamp("us")),
        ("reports", "fiscal_year", pa.int32()),
        ("reports", "is_redacted", pa.bool_()),
        ("reports", "title", pa.string()),
        ("captures", "bytes", pa.int64()),
    ],
)
def test_arrow_types_are_the_plain_ones(table: str, column: str, type_: pa.DataType) -> None:
    assert arrow_schema(table).field(column).type == type_


@every_table
def test_a_frame_of_the_schema_becomes_an_arrow_table_of_it(table: str) -> None:
    assert POLARS_SCHEMAS[table].to_frame().to_arrow().cast(arrow_schema(table)).schema == arrow_schema(table)


@every_table
def test_documentation_shows_the_same_columns(table: str) -> None:
    documentation = [(c.name, c.type, c.nullable, c.description) for c in columns(table)]
    fields = arrow_schema(table)
    assert documentation == [(f.name, str(f.type), f.nullable, f.metadata[b"description"].decode()) for f in fields]
