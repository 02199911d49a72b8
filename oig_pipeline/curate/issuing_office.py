"""Which office issued the report of a row.

Belongs here: what of a row, its capture and its link names the office. Does not: which offices there are (see
`offices/registry.py`), or whether an unknown or missing one is acceptable; that is for the rules.

The row's own cell counts first, then the capture's metadata, then the site that the capture is from. A page is of the
site that its layout belongs to. An exchange file that has no column for the office, and no address, is one of those
made before there was more than one office, unless a row links another's site. A cell that is there and names nobody
leaves the office open.
"""

from __future__ import annotations

import polars as pl

from oig_pipeline.curate.cell_values import by_value
from oig_pipeline.domain import placeholders
from oig_pipeline.domain.office import Office, Offices

c = pl.col


def office_column(sightings: pl.DataFrame, offices: Offices) -> pl.Series:
    """Return the code of each row's office, `office`; the spelling of one that is not known, null where none is named.

    Args:
        sightings: the columns that reading gives; `corrected_office` counts before what is listed.
        offices: those that are known.
    """
    cell = (
        pl.coalesce("corrected_office", "listed_office")
        if "corrected_office" in sightings.columns
        else c("listed_office")
    )
    hosts = {url: _code(offices.of_url(url)) for url in sightings["capture_url"].unique().drop_nulls()}

    def codes(names: pl.Expr) -> pl.Expr:
        return names.map_elements(offices.spelled, return_dtype=pl.String)

    def codes_of_hosts(names: pl.Expr) -> pl.Expr:
        return names.map_elements(lambda name: _code(offices.of_host(name)), return_dtype=pl.String)

    rows = sightings.select(
        pl.coalesce(
            by_value(placeholders.stated(cell), codes),
            by_value(c("capture_office"), codes),
            c("capture_url").replace_strict(hosts, default=None, return_dtype=pl.String),
            c("source").replace_strict(offices.of_source, default=None, return_dtype=pl.String),
        ).alias("office"),
        cell.alias("_cell"),
        "capture_url",
        "listed_document_url",
    )
    if not rows["office"].null_count():
        return rows["office"]
    has_default = c("_cell").is_null() & c("capture_url").is_null()
    host = c("listed_document_url").str.extract(r"(?i)^https?://([^/?#:@\s]+)")
    linked = by_value(host, codes_of_hosts)
    default = pl.when(has_default).then(pl.lit(offices.default))
    return rows.select(pl.coalesce("office", linked, default).alias("office"))["office"]


def _code(office: Office | None) -> str | None:
    return office.code if office else None
