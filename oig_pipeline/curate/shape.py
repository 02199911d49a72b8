"""Whether a table has the shape that the contract gives it.

Belongs here: asking the contract's schemas, and what they say as sentences. Does not: rules on rows. A call of Pandera
takes tens of milliseconds however few the rows, and nearly every table is as it should be: so all that a schema asks is
asked in one select, and Pandera words what departs.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from oig_pipeline.contract.schemas import COLUMNS, POLARS_SCHEMAS, TABLES


def schema_errors(frames: Mapping[str, pl.DataFrame]) -> list[str]:
    """Return where a table departs from its schema, as sentences."""
    faults = []
    for name, frame in frames.items():
        if has_shape(name, frame):
            continue
        try:
            TABLES[name].validate(frame, lazy=True)
        except pl.exceptions.PolarsError as error:
            faults.append(f"{name}: {error}".splitlines()[0])
        except SchemaErrors as errors:
            faults += [f"{name}: {error}".splitlines()[0] for error in errors.schema_errors]
    return faults


def has_shape(name: str, frame: pl.DataFrame) -> bool:
    """Return whether a table is as its schema says: columns and their order, types, nulls, values and key."""
    if frame.schema != POLARS_SCHEMAS[name]:
        return False
    return bool(frame.select(_shape(name)).item())


@cache
def _shape(name: str) -> pl.Expr:
    """Return whether all values of a table are as its schema says."""
    conditions = [
        verdict.fill_null(True).all()
        for column_name, column in COLUMNS[name].items()
        for _, _, verdict in column.conditions(column_name)
    ]
    conditions += _required(TABLES[name])
    if key := TABLES[name].unique:
        conditions.append(~pl.struct(key).is_duplicated().any())
    return pl.all_horizontal(conditions)


def unproven(schema: pa.DataFrameSchema, frame: pl.DataFrame) -> pa.DataFrameSchema:
    """Return what of a schema that lets other columns through is still to be validated.

    Pandera checks columns one by one: if all have their type, and no null where none may be, only those with rules need
    it.
    """
    types = frame.schema
    has_types = all(types.get(name) == column.dtype.type for name, column in schema.columns.items())
    if not has_types or not frame.select(pl.all_horizontal(pl.lit(True), *_required(schema))).item():
        return schema
    bearing = {name: column for name, column in schema.columns.items() if column.checks}
    return pa.DataFrameSchema(bearing, name=schema.name, strict=False)


def _required(schema: pa.DataFrameSchema) -> list[pl.Expr]:
    return [pl.col(n).is_not_null().all() for n, column in schema.columns.items() if not column.nullable]
