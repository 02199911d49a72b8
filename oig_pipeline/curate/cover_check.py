"""What a document's cover says against its row.

Belongs here: comparing a row's report number with those on the first page of the document that it links. Does not:
reading documents, or what is done about a difference (a rule's matter).
"""

from __future__ import annotations

import polars as pl

c = pl.col


def with_covers(sightings: pl.DataFrame, documents: pl.DataFrame) -> pl.DataFrame:
    """Return normalized sightings with `cover_number` filled where no number on the cover is the row's.

    A suffix starts no sequence of its own, so numbers that differ in it alone are the same; and a number that the title
    quotes is another report's. A cover without a number says nothing.

    Args:
        sightings: the columns of `NORMALIZED`.
        documents: the table `documents`.
    """
    covers = documents.filter(c("cover_numbers").list.len() > 0).select("url", "cover_numbers")
    if covers.is_empty():
        return sightings
    rows = sightings.select("sighting_id", "report_number", "listed_title", c("document_url").alias("url"))
    against = (
        rows.filter(c("report_number").is_not_null())
        .join(covers, on="url")
        .explode("cover_numbers")
        .with_columns(
            (_base(c("cover_numbers")) == _base(c("report_number"))).alias("_same"),
            c("listed_title").str.contains(c("cover_numbers"), literal=True).fill_null(False).alias("_quoted"),
        )
    )
    differing = (
        against.filter(~c("_same").any().over("sighting_id") & ~c("_quoted"))
        .group_by("sighting_id")
        .agg(c("cover_numbers").sort().str.join(", ").alias("_cover"))
    )
    return (
        sightings.join(differing, on="sighting_id", how="left", maintain_order="left")
        .with_columns(c("_cover").alias("cover_number"))
        .drop("_cover")
    )


def _base(number: pl.Expr) -> pl.Expr:
    return number.str.replace(r"-[A-Z]+$", "")
