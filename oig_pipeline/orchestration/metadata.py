"""Metadata of materializations, other than counts.

Belongs here: a preview of a table, and small charts, as Dagster metadata. Does not: which asset shows what.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import dagster as dg
import polars as pl

from oig_pipeline.contract.columns import REPORTS
from oig_pipeline.contract.surfaces import columns
from oig_pipeline.release.files import NO_YEAR

PREVIEW_ROWS = 10
MAX_CELL_WIDTH = 80
BLOCK = "\u2588"
BAR = 30
"""Widest bar of a chart, in characters."""
MAX_BARS = 25
MAX_LISTED_CAPTURES = 500
"""Largest number of captures that the metadata list one by one."""


def preview(frame: pl.DataFrame, table: str, names: list[str]) -> dg.TableMetadataValue:
    """Return some columns of the last rows of a table as a table."""
    by_name = {column.name: column for column in columns(table)}
    rows = frame.select(names).tail(PREVIEW_ROWS).iter_rows(named=True)
    return dg.MetadataValue.table(
        records=[dg.TableRecord({name: plain(value) for name, value in row.items()}) for row in rows],
        schema=dg.TableSchema([dg.TableColumn(n, by_name[n].type, by_name[n].description) for n in names]),
    )


def schema_of(table: str, names: Collection[str] | None = None) -> dg.TableSchema:
    """Return Dagster's column schema of a table, or of some of its columns."""
    return dg.TableSchema(
        [
            dg.TableColumn(c.name, c.type, c.description, dg.TableColumnConstraints(nullable=c.nullable))
            for c in columns(table)
            if names is None or c.name in names
        ]
    )


def lineage() -> dg.TableColumnLineage:
    """Return the column lineage of reports: which column of sightings each one comes from."""
    return dg.TableColumnLineage(
        {
            name: [dg.TableColumnDep(asset_key="sightings", column_name=column.traced_to)]
            for name, column in REPORTS.items()
            if column.traced_to
        }
    )


def chart(counts: pl.DataFrame, label: str, count: str) -> dg.MarkdownMetadataValue:
    """Return counts by label as bars, in the order given; the last `MAX_BARS` of them."""
    last = counts.tail(MAX_BARS)
    labels = [NO_YEAR if value is None else str(value) for value in last[label]]
    wide = max(map(len, labels), default=0)
    longest = max(last[count].to_list(), default=0)
    bars = [
        f"{name:<{wide}}  {BLOCK * max(round(BAR * number / longest), 1)} {number}"
        for name, number in zip(labels, last[count], strict=True)
    ]
    return dg.MetadataValue.md("\n".join(["```", *(bars or ["nothing"]), "```"]))


def by(frame: pl.LazyFrame, name: str) -> pl.DataFrame:
    """Return the number of rows by value: integers in their order, null last; other values by ascending count."""
    dtype = frame.collect_schema()[name]
    values = frame.select(name).explode(name).drop_nulls() if isinstance(dtype, pl.List) else frame.select(name)
    counts = values.group_by(name).agg(pl.len().alias("rows")).collect()
    return counts.sort(name, nulls_last=True) if dtype.is_integer() else counts.sort("rows", name)


def plain(value: Any) -> str | int | float | bool:
    """Return a value as a table cell, long text truncated."""
    if isinstance(value, bool | int | float):
        return value
    words = "" if value is None else ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return words if len(words) <= MAX_CELL_WIDTH else words[: MAX_CELL_WIDTH - 1] + "\u2026"
