"""The contract in other notations.

Belongs here: the schemas as Arrow schema, as comments for DuckDB, as plain column lists. Does not: a description of
its own; whatever is said here stands in `schemas.py`.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import polars as pl
import pyarrow as pa

from oig_pipeline.contract.schemas import TABLES, polars_schema


class Column(NamedTuple):
    """One column as documentation shows it. `type` is the Arrow type's name, `among` the values it may hold."""

    name: str
    type: str
    nullable: bool
    description: str
    unit: str | None
    among: tuple[str, ...] | None


@cache
def arrow_schema(table: str) -> pa.Schema:
    """Return the Arrow schema of a table, descriptions as field metadata."""
    columns = TABLES[table].columns
    return pa.schema(
        [
            pa.field(
                name,
                _arrow_type(dtype),
                nullable=columns[name].nullable,
                metadata={"description": columns[name].description},
            )
            for name, dtype in polars_schema(table).items()
        ]
    )


def _arrow_type(dtype: pl.DataType | type[pl.DataType]) -> pa.DataType:
    if dtype == pl.String:
        return pa.string()
    if isinstance(dtype, pl.List):
        return pa.list_(pa.field("element", _arrow_type(dtype.inner), nullable=False))  # type: ignore[arg-type]
    return pl.DataFrame(schema={"x": dtype}).to_arrow().schema.field("x").type


def columns(table: str) -> list[Column]:
    """Return the columns of a table in order."""
    declared = TABLES[table].columns
    return [
        Column(f.name, str(f.type), f.nullable, c.description, c.metadata["unit"], c.metadata["among"])
        for f, c in zip(arrow_schema(table), declared.values(), strict=True)
    ]
