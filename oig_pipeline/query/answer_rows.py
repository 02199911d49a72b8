"""Rows of a release as plain values.

Belongs here: the answer of a query by column. Does not: any query.
"""

from __future__ import annotations

from typing import Any

import duckdb

Row = dict[str, Any]


def rows_of(connection: duckdb.DuckDBPyConnection, sql: str, values: list[Any]) -> list[Row]:
    """Return the rows with which a query answers."""
    result = connection.execute(sql, values)
    names = [d[0] for d in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
