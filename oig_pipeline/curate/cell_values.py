"""What the cells of a row say, before any of it is read as a number, a day or an agency.

Belongs here: corrected values before listed ones, formulas resolved, placeholders among several values dropped, and
corrections in words. Does not: which words are placeholders (see `domain/placeholders.py`), or what a value means.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from oig_pipeline.contract.names import BETWEEN_TOPICS, CORRECTABLE
from oig_pipeline.domain import placeholders
from oig_pipeline.domain.whitespace import WHITESPACE, folded_blanks

_LONGEST_PLACEHOLDER = 100  # bytes, blanks around it included
c = pl.col


def cell_values(frame: pl.DataFrame) -> list[pl.Expr]:
    """Return what rows say under each name, as `_said_<name>`: corrected values first, formulas resolved."""
    columns = {name: _cell(frame, name) for name in CORRECTABLE}
    columns["topic"] = c("topic")
    return [
        placeholders.without_formula(cell, is_link=name == "document_url").alias(f"_said_{name}")
        for name, cell in columns.items()
    ]


def _cell(frame: pl.DataFrame, name: str) -> pl.Expr:
    correction = f"corrected_{name}"
    value = c(CORRECTABLE[name])
    return pl.coalesce(c(correction), value) if correction in frame.columns else value


def says_something(prose: pl.Expr) -> pl.Expr:
    """Return whether a text of any length is a value: neither blank nor a placeholder."""
    short = pl.when(prose.str.len_bytes() <= _LONGEST_PLACEHOLDER).then(prose)
    return prose.str.contains(rf"[^{WHITESPACE}]") & ~placeholders.is_placeholder(folded_blanks(short))


def by_value(text: pl.Expr, change: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """Return changed texts; each distinct value is computed once, as there are few."""

    def changed(texts: pl.Series) -> pl.Series:
        results = texts.unique().to_frame("text").with_columns(change(c("text")).alias("changed"))
        rows = texts.to_frame("text").join(results, on="text", how="left", nulls_equal=True, maintain_order="left")
        return rows["changed"]

    return text.map_batches(changed, return_dtype=pl.String)


def agency_names(cell: pl.Expr) -> pl.Expr:
    """Return the agencies that a cell names, less placeholders among them."""
    names = placeholders.stated(cell.str.replace_all(r"\s*[,;|\n]\s*", ";")).str.split(";")
    return names.list.eval(placeholders.stated(pl.element()).drop_nulls()).list.join("; ")


def topics(topic: pl.Expr) -> pl.Expr:
    """Return topics with `BETWEEN_TOPICS` between them; a cell of several lines holds several."""
    parts = topic.str.replace_all("\n", BETWEEN_TOPICS, literal=True).str.split(BETWEEN_TOPICS)
    names = parts.list.eval(placeholders.stated(pl.element()).drop_nulls())
    return pl.when(names.list.len() > 0).then(names.list.join(BETWEEN_TOPICS))


def corrections_in_words(frame: pl.DataFrame) -> pl.Expr:
    """Return what corrections changed, in words; null for the rows that none touched."""
    changes = [
        pl.format("{} {} → {}", pl.lit(name), original, c(f"corrected_{name}"))
        for name in CORRECTABLE
        if f"corrected_{name}" in frame.columns
        for original in [c(CORRECTABLE[name]).fill_null("(none)")]
    ]
    if not changes:
        return pl.lit(None, dtype=pl.String)
    text = pl.concat_str(changes, separator="; ", ignore_nulls=True)
    return pl.when(text.str.len_bytes() > 0).then(text)
