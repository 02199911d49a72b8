"""What the file name of a document's link says against its row.

Belongs here: comparing a row's report number with those that the file name bears. Does not: what the document itself
says (see `cover_check.py`), or what is done about a difference (a rule's matter).
"""

from __future__ import annotations

import polars as pl

from oig_pipeline.domain.report_number import NumberGrammar

# What separates words in file names, percent signs and what they encode included.
_GAPS = r"(?:%[0-9A-F]{2}|[^A-Z0-9%])+"
_SUFFIX = r"-[A-Z]+$"

c = pl.col


def with_file_numbers(sightings: pl.DataFrame, numbers: NumberGrammar | None) -> pl.DataFrame:
    """Return normalized sightings with `file_number`: the numbers in the link's file name, where none is the row's.

    Numbers that differ in their suffix alone are the same. A file name without a number says nothing.

    Args:
        sightings: the columns `report_number` and `document_url`, and any others.
        numbers: the grammar of their numbers.
    """
    if numbers is None:
        return sightings.with_columns(pl.lit(None, dtype=pl.String).alias("file_number"))
    name = c("document_url").str.extract(r"^[^?#]*/([^/?#]*)").str.to_uppercase().str.replace_all(_GAPS, "-")
    number = c("report_number").str.replace(_SUFFIX, "")
    names = sightings.select(name.alias("name"), number.alias("number")).with_row_index("row")
    # Nearly all names contain the number of their row, a fast check; only the rest are searched for other numbers.
    is_named = pl.concat_str(pl.lit("-"), "name", pl.lit("-")).str.contains(
        pl.concat_str(pl.lit("-"), "number", pl.lit("-")), literal=True
    )
    mismatches = (
        names.filter(c("name").is_not_null() & c("number").is_not_null() & ~is_named)
        .with_columns(c("name").str.extract_all(numbers.mention).alias("found"))
        .filter(c("found").list.len() > 0)
        .with_columns(
            c("found").list.eval(numbers.canonical_column(pl.element())).list.drop_nulls().list.unique().list.sort()
        )
        .filter(c("found").list.len() > 0)
        .select("row", c("found").list.join(", ").alias("file_number"))
    )
    if mismatches.is_empty():
        return sightings.with_columns(pl.lit(None, dtype=pl.String).alias("file_number"))
    differing = names.select("row").join(mismatches, on="row", how="left", maintain_order="left")["file_number"]
    return sightings.with_columns(differing)
