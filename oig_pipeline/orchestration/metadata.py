"""What a materialisation shows beside its counts.

Belongs here: a preview of a table, and small charts, as Dagster metadata. Does not: which asset shows what.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import dagster as dg
import polars as pl

from oig_pipeline.contract.surfaces import columns
from oig_pipeline.query.explain import WORDS

PREVIEW_ROWS = 10
LONGEST_CELL = 80
BLOCK = "\u2588"
BAR = 30
"""Widest bar of a chart, in characters."""
MOST_BARS = 25
MOST_TOLD = 500
"""Most captures that are told of one by one."""


def preview(frame: pl.DataFrame, table: str, names: list[str]) -> dg.TableMetadataValue:
    """Return the last rows of a table, some of its columns, as a table."""
    described = {column.name: column for column in columns(table)}
    rows = frame.select(names).tail(PREVIEW_ROWS).iter_rows(named=True)
    return dg.MetadataValue.table(
        records=[dg.TableRecord({name: plain(value) for name, value in row.items()}) for row in rows],
        schema=dg.TableSchema([dg.TableColumn(n, described[n].type, described[n].description) for n in names]),
    )


def schema_of(table: str, names: Collection[str] | None = None) -> dg.TableSchema:
    """Return the catalogue's column schema of a table, or of the named columns of it."""
    return dg.TableSchema(
        [
            dg.TableColumn(c.name, c.type, c.description, dg.TableColumnConstraints(nullable=c.nullable))
            for c in columns(table)
            if names is None or c.name in names
        ]
    )


def lineage() -> dg.TableColumnLineage:
    """Return from which column of the sightings each column of reports is read."""
    return dg.TableColumnLineage(
        {name: [dg.TableColumnDep(asset_key="sightings", column_name=column)] for name, column in WORDS.items()}
    )


def chart(counts: pl.DataFrame, label: str, count: str) -> dg.MarkdownMetadataValue:
    """Return counts by label as bars, in the order given; the last `MOST_BARS` of them."""
    shown = counts.tail(MOST_BARS)
    labels = [str(value) for value in shown[label]]
    wide = max(map(len, labels), default=0)
    most = max(shown[count].to_list(), default=0)
    bars = [
        f"{name:<{wide}}  {BLOCK * max(round(BAR * number / most), 1)} {number}"
        for name, number in zip(labels, shown[count], strict=True)
    ]
    return dg.MetadataValue.md("\n".join(["```", *(bars or ["nothing"]), "```"]))


def by(frame: pl.LazyFrame, name: str) -> pl.DataFrame:
    """Return name → rows: years in their order, other things the rarest first, so that the longest bar stands last."""
    dtype = frame.collect_schema()[name]
    exploded = frame.select(name).explode(name) if isinstance(dtype, pl.List) else frame.select(name)
    counts = exploded.drop_nulls().group_by(name).agg(pl.len().alias("rows")).collect()
    return counts.sort(name) if dtype.is_integer() else counts.sort("rows", name)


def plain(value: Any) -> str | int | float | bool:
    """Return a value as a cell of a table."""
    if isinstance(value, bool | int | float):
        return value
    words = "" if value is None else ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return words if len(words) <= LONGEST_CELL else words[: LONGEST_CELL - 1] + "\u2026"
