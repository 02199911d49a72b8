"""Figures as a cell states them: amounts of dollars, and counts.

Belongs here: the forms that a cell may have. Does not: figures in prose (see `statements/`). Nothing is rounded, and
nothing guessed: `$1.30 million` or `$-5` is no amount.

Amounts are 64-bit floating-point numbers: the one type that Parquet, DuckDB, pandas, SQLite, CSV and JSON read alike.
They hold each cent of the amounts that are read.
"""

from __future__ import annotations

import polars as pl

_AMOUNT = r"^\$? ?((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]{1,2})?)$"
_COUNT = r"^([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,9})$"
_LARGEST = 10**13  # dollars: up to here, each cent is a number of its own


def amount_column(text: pl.Expr) -> pl.Expr:
    """Return the dollars that a text states, such as `$1,284,600.50`; null for any other text."""
    amount = text.str.extract(_AMOUNT).str.replace_all(",", "", literal=True).cast(pl.Float64)
    return pl.when(amount < _LARGEST).then(amount)


def count_column(text: pl.Expr) -> pl.Expr:
    """Return the whole number that a text states; null for any other text."""
    return text.str.extract(_COUNT).str.replace_all(",", "", literal=True).cast(pl.Int32, strict=False)
