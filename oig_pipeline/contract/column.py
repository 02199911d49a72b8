"""What a column of the contract is.

Belongs here: how a column is declared: type, nullability, description, unit and the values it may hold. Does not: any
one column (see `columns.py`, `document_columns.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pandera.polars as pa
import polars as pl

Condition = Callable[[pl.Expr], pl.Expr]
TIME = pl.Datetime("us")
NAMES = pl.List(pl.String)
_UNITS: dict[Any, str] = {pl.Date: "day", TIME: "UTC", pl.Boolean: "true or false"}


def column(
    dtype: Any, description: str, *, null: bool = False, among: Iterable[str] | None = None, unit: str | None = None
) -> pa.Column:
    """Return a column that holds what is said of it, and says so wherever the contract is shown."""
    values = None if among is None else tuple(among)
    conditions: list[tuple[str, str, Condition]] = []
    if dtype == NAMES:
        conditions.append(("no_null", "no null within", _no_null))
    if values is not None:
        conditions.append(("among", f"one of {', '.join(values)}", _among(values, within=dtype == NAMES)))
    return pa.Column(
        dtype,
        checks=[named_check(*condition) for condition in conditions],
        nullable=null,
        description=description,
        metadata={
            "unit": unit or _UNITS.get(dtype),
            "among": values,
            "conditions": tuple(condition for _, _, condition in conditions),
        },
    )


def _no_null(values: pl.Expr) -> pl.Expr:
    return ~values.list.eval(pl.element().is_null()).list.any()


def _among(values: tuple[str, ...], *, within: bool) -> Condition:
    if within:
        return lambda expr: expr.list.eval(pl.element().is_in(values)).list.all()
    return lambda expr: expr.is_in(values)


def named_check(name: str, description: str, condition: Condition) -> pa.Check:
    """Return a check of one column whose null verdicts pass."""

    def holds(data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(condition(pl.col(data.key)).fill_null(True).alias("holds"))

    return pa.Check(holds, name=name, description=description, ignore_na=False)
