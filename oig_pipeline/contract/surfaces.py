"""The contract in other notations.

Belongs here: the schemas as Arrow schema, as comments for DuckDB, as plain column lists. Does not: a description of
its own; whatever is said here stands in `schemas.py`.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import polars as pl
import pyarrow as pa

from oig_pipeline.contract.schemas import COLUMNS


class ColumnInfo(NamedTuple):
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
    return pa.schema(
        [
            pa.field(name, _arrow_type(c.dtype), nullable=c.nullable, metadata={"description": c.description})
            for name, c in COLUMNS[table].items()
        ]
    )


def _arrow_type(dtype: pl.DataType | type[pl.DataType]) -> pa.DataType:
    if dtype == pl.String:
        return pa.string()
    if isinstance(dtype, pl.List):
        return pa.list_(pa.field("element", _arrow_type(dtype.inner), nullable=False))  # type: ignore[arg-type]
    return pl.DataFrame(schema={"x": dtype}).to_arrow().schema.field("x").type


def columns(table: str) -> list[ColumnInfo]:
    """Return the columns of a table in order."""
    return [
        ColumnInfo(f.name, str(f.type), f.nullable, c.description, c.unit_or_default, c.among)
        for f, c in zip(arrow_schema(table), COLUMNS[table].values(), strict=True)
    ]
