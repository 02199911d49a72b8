"""Type, components and figures of a report, as its row states them.

Belongs here: which value each of these cells states, and its words where a rule may have to show them. Does not: the
forms of figures (see `domain/figures.py`), or whether a cell that states none is acceptable; that is for the rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from oig_pipeline.curate.cell_values import by_value, topics
from oig_pipeline.domain import placeholders
from oig_pipeline.domain.figures import amount_column, count_column

_FIGURES = {
    "recommendations": count_column,
    "questioned_costs": amount_column,
    "funds_for_better_use": amount_column,
}


def stated_figures(cells: Mapping[str, pl.Expr]) -> Iterator[pl.Expr]:
    """Yield the values of a row's cells, and their words as `stated_<name>`.

    Args:
        cells: the cells, by the name of their column.
    """
    yield placeholders.stated(cells["report_type"]).alias("report_type")
    yield by_value(cells["components"], topics).alias("stated_components")
    for name, figure in _FIGURES.items():
        words = placeholders.stated(cells[name])
        yield words.alias(f"stated_{name}")
        yield figure(words).alias(name)
