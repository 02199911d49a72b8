"""Published sightings and pages → what they say of recommendations (table `statements`).

Belongs here: cells, sentences and pages as rows of one form, each with its words, line and time. Does not: reading a
sentence (`domain/statements`) or a page (`sources/`), or what the statements add up to (`ledger.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from oig_pipeline.contract.columns import KEY
from oig_pipeline.contract.ledger_columns import STATEMENTS
from oig_pipeline.contract.names import LINE_COLUMNS, LISTED_COLUMNS

RETRIEVED, PAGE, ROW = "_retrieved_at", "_page", "_row"
"""When the page was obtained, its address, and the place of the report: beside the columns of `STATEMENTS`."""
_CELLS = {
    "recommendations": "made",
    "questioned_costs": "questioned_costs",
    "funds_for_better_use": "funds_for_better_use",
}
"""Column of a sighting → what its cell says."""
PAGES: dict[str, Any] = {
    "sighting_id": pl.String, "office": pl.String, "report_number": pl.String, "fiscal_year": pl.Int32,
    **{name: STATEMENTS[name].dtype for name in (
        *("recommendation", "says", "value", "words", "read_from", "capture_path", "line", "layout"),
    )},
    RETRIEVED: pl.Datetime("us"), PAGE: pl.String,
}  # fmt: skip
"""Statements of pages: of a row of theirs by its sighting, else of the report that they link, by its key."""
_COLUMNS = (*STATEMENTS, RETRIEVED, PAGE, ROW)
_OF_SUMMARY = "_of_summary"

c = pl.col


def statements_of(
    published: pl.DataFrame, merged: pl.DataFrame, sentences: pl.DataFrame, pages: pl.DataFrame
) -> pl.DataFrame:
    """Return the statements about reports, in order, with `RETRIEVED`, `PAGE` and `ROW`.

    Args:
        published: the accepted sightings.
        merged: the reports that they are merged to.
        sentences: what their summaries say, by the sighting.
        pages: the columns of `PAGES`.
    """
    sightings = published.with_columns(c("retrieved_at").alias(RETRIEVED), c("capture_url").alias(PAGE))
    rows = pl.concat(
        [*(_of_cell(sightings, name) for name in _CELLS), _of_prose(sightings, sentences), *_of_pages(sightings, pages)]
    )
    reports = merged.select(*KEY, c("issue_date").cast(pl.Datetime("us")).alias("_issued")).with_row_index(ROW)
    rows = rows.join(reports, on=KEY, how="inner", nulls_equal=True)
    # What a summary says was so when the report was issued, whenever its page was obtained.
    as_of = pl.when(_OF_SUMMARY).then("_issued").otherwise(RETRIEVED)
    rows = rows.with_columns(as_of.alias("as_of")).select(*_COLUMNS)
    order = [ROW, "capture_path", "line", "says", "recommendation", "value", "words", "sighting_id"]
    return rows.unique(maintain_order=False).sort(order, nulls_last=True)


def _statements(rows: pl.DataFrame, of_summary: bool, **values: pl.Expr) -> pl.DataFrame:
    """Return rows with the columns that all statements have, some of them as given; those that they lack are null."""
    rows = rows.with_columns(**values)
    columns = [name for name in STATEMENTS if name != "as_of"]
    return rows.select(
        *(c(name) if name in rows.columns else pl.lit(None, STATEMENTS[name].dtype).alias(name) for name in columns),
        RETRIEVED, PAGE, pl.lit(of_summary).alias(_OF_SUMMARY),
    )  # fmt: skip


def _line_of(column: str) -> pl.Expr:
    return pl.coalesce(LINE_COLUMNS[column], "line")


def _of_cell(sightings: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return what a column of the listings says."""
    column, value = LISTED_COLUMNS[name], c(name)
    # As people write it: 1300000, not 1300000.0.
    written = (
        pl.when(value == value.floor()).then(value.cast(pl.Int64).cast(pl.String)).otherwise(value.cast(pl.String))
    )
    return _statements(
        sightings.filter(value.is_not_null()), of_summary=False,
        line=_line_of(column), read_from=pl.lit("cell"), says=pl.lit(_CELLS[name]), value=written,
        words=pl.coalesce(column, written), is_of_report=pl.lit(True),
    )  # fmt: skip


def _of_prose(sightings: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    """Return what the sentences of summaries say."""
    rows = sightings.join(sentences, on="sighting_id", how="inner")
    return _statements(rows, of_summary=True, line=_line_of("listed_summary"), read_from=pl.lit("prose"))


def _of_pages(sightings: pl.DataFrame, pages: pl.DataFrame) -> Iterable[pl.DataFrame]:
    """Yield what pages say of reports in their rows, and of reports that they link."""
    is_of_row = c("sighting_id").is_not_null()
    keys = sightings.select("sighting_id", *KEY)
    of_rows = pages.filter(is_of_row).drop(*KEY).join(keys, on="sighting_id", how="inner")
    for rows in (of_rows, pages.filter(~is_of_row)):
        yield _statements(rows, of_summary=False, is_of_report=pl.lit(True))
