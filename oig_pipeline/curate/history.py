"""What changed between captures of one listing, made at different times.

Belongs here: a report's changes, its leaving a listing and its return, told from judged sightings. Does not: which of
several values a report publishes (`merge.py`). Works on any set of whole listings; the order of rows changes nothing.

A listing is its address without page and order, since rows move from page to page. A report has left it where the page
on which it stood was captured again without it, no other page shows it meanwhile, and it was not merely pushed off: the
page is shorter than before, or more rows that stood below it are still there than new ones came. On a page after the
first, something above it must still stand too. A page that breaks off, or has far fewer rows than before, says nothing
of what is missing, and the row at which it breaks off nothing of what has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import polars as pl

from oig_pipeline.contract.columns import HISTORY, HISTORY_FIELDS, KEY, LISTING, REPORTS
from oig_pipeline.contract.schemas import POLARS_SCHEMAS
from oig_pipeline.domain import titles
from oig_pipeline.domain.whitespace import folded_blanks

_PAGE = ["capture_url", "retrieved_at"]
# Comparison → what two values that count as the same have in common.
_COMPARED: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "value": lambda value: value.cast(pl.String),
    "words": titles.key,
    "address": lambda link: link.str.replace(r"(?i)^https?://(?:www\.)?", ""),
}
_ON = [*KEY, LISTING]

c = pl.col


def history(sightings: pl.DataFrame, cut: Collection[str] = ()) -> pl.DataFrame:
    """Return the changes (columns of `HISTORY`, by report, listing and time) that judged sightings show.

    Args:
        sightings: judged sightings; those without address or time are ignored.
        cut: paths of captures that break off, or have far fewer rows than before.
    """
    dated = sightings.filter(c("capture_url").is_not_null() & c("retrieved_at").is_not_null()).with_columns(
        *(folded_blanks(c(of)).alias(field) for field in HISTORY_FIELDS if (of := REPORTS[field].of)),
        listing().alias(LISTING),
        c("capture_path").is_in(list(cut)).alias("_cut"),
    )
    published = dated.filter(c("outcome") == "published")
    departures = _departures(dated, published)
    complete = published.filter(~c("in_doubt").fill_null(False))
    frames = [*(_changes(complete, field) for field in HISTORY_FIELDS), departures, _returned(departures, published)]
    changes = pl.concat([POLARS_SCHEMAS["report_history"].to_frame(), *(rows.select(*HISTORY) for rows in frames)])
    return changes.sort(*KEY, LISTING, "new_seen", "field", "old_seen", nulls_last=True)


def listing() -> pl.Expr:
    """Return the listing that an address (`capture_url`) is a page of."""
    bare = c("capture_url").str.replace_all(r"(?i)\b(?:page|order|sort)=[^&#]*&?", "")
    return bare.str.replace(r"#.*$", "").str.replace(r"[?&]+$", "")


def _changes(published: pl.DataFrame, field: str) -> pl.DataFrame:
    """Return where the value of a field differs from that of the time before.

    What counts as a difference, the column says (`contract.column.Comparison`).
    """
    column, value = REPORTS[field], c(field).cast(pl.String).alias("new_value")
    assert column.history is not None
    # A capture may have lost it on every row, and then says nothing of it.
    says = c(field).is_not_null().any().over("capture_path") if column.is_lossy else pl.lit(True)
    ties = {
        "_length": True,
        "new_value": False,
        "sighting_id": False,
    }  # of several at one time the longest, as in merging
    states = (
        published.filter(says)
        .select(
            *_ON,
            "retrieved_at",
            "sighting_id",
            value,
            _COMPARED[column.history](c(field)).alias("_told"),
            value.str.len_chars().alias("_length"),
        )
        .sort([*_ON, "retrieved_at", *ties], descending=[False] * (len(_ON) + 1) + [*ties.values()], nulls_last=True)
        .unique([*_ON, "retrieved_at"], keep="first", maintain_order=True)
    )
    before = states.with_columns(
        c("new_value").shift().over(_ON).alias("old_value"),
        c("_told").shift().over(_ON).alias("_before"),
        c("retrieved_at").shift().over(_ON).alias("old_seen"),
        c("sighting_id").shift().over(_ON).alias("old_sighting_id"),
    )
    changed = before.filter(c("old_seen").is_not_null() & c("_told").ne_missing(c("_before")))
    return changed.with_columns(
        pl.lit(field).alias("field"),
        c("retrieved_at").alias("new_seen"),
        c("sighting_id").alias("new_sighting_id"),
    )


def _departures(dated: pl.DataFrame, published: pl.DataFrame) -> pl.DataFrame:
    """Return the reports that left their listing, with the time at which their page was captured without them."""
    pages = dated.group_by(*_PAGE).agg(pl.len().alias("_rows"), c("_cut").any()).sort(_PAGE)
    pages = pages.with_columns(
        c("retrieved_at").shift(-1).over("capture_url").alias("new_seen"),
        c("retrieved_at").shift(-2).over("capture_url").alias("_until"),
        c("_rows").shift(-1).over("capture_url").alias("_rows_after"),
        c("_cut").shift(-1).over("capture_url").alias("_cut_after"),
    )
    stood = _keyed(published).join(pages, on=_PAGE).filter(c("new_seen").is_not_null() & ~c("_cut_after"))
    keyed = _keyed(dated)
    # A row that was misnumbered meanwhile, or whose report was renumbered, has not left.
    page = ["office", *_PAGE]
    has = [f"_has_{name}" for name in ("report_number", "_key")]
    for name, marked in zip(("report_number", "_key"), has, strict=True):
        after = keyed.select(*page, name, pl.lit(True).alias(marked)).unique()
        stood = stood.join(
            after, left_on=["office", "capture_url", "new_seen", name], right_on=[*page, name], how="left"
        )
    stays = pl.any_horizontal(c(has).fill_null(False))
    stood = stood.with_columns(stays.alias("_stays")).sort(*_PAGE, "ordinal", "sighting_id")
    above = c("_stays").cast(pl.Int32).cum_sum().over(_PAGE)
    staying = c("_stays").sum().over(_PAGE)
    came = c("_rows_after") - staying
    is_inside = (staying - above > came) | (c("_rows_after") < c("_rows"))
    is_first_page = ~c("capture_url").str.contains(r"[?&]page=0*[1-9]")
    gone = stood.filter(~c("_stays") & is_inside & (is_first_page | (above > 0)))
    elsewhere = gone.join(
        keyed.select("office", LISTING, "report_number", c("retrieved_at").alias("_when")),
        on=["office", LISTING, "report_number"],
    )
    elsewhere = elsewhere.filter(
        (c("_when") > c("retrieved_at")) & (c("_until").is_null() | (c("_when") < c("_until")))
    )
    return (
        gone.join(elsewhere, on="sighting_id", how="anti")
        .sort(*_ON, "new_seen", "capture_url", "ordinal", "sighting_id")
        .unique([*_ON, "new_seen"], keep="first", maintain_order=True)
        .with_columns(
            pl.lit(LISTING).alias("field"),
            c("capture_url").alias("old_value"),
            pl.lit(None, dtype=pl.String).alias("new_value"),
            c("retrieved_at").alias("old_seen"),
            c("sighting_id").alias("old_sighting_id"),
            pl.lit(None, dtype=pl.String).alias("new_sighting_id"),
        )
    )


def _keyed(sightings: pl.DataFrame) -> pl.DataFrame:
    return sightings.select(*_ON, *_PAGE, "ordinal", "sighting_id", titles.key(c("title")).alias("_key"))


def _returned(departures: pl.DataFrame, published: pl.DataFrame) -> pl.DataFrame:
    """Return the reports that stand again on a listing which they had left."""
    absent = departures.select(*_ON, c("new_seen").alias("old_seen"))
    again = published.select(*_ON, *_PAGE, "ordinal", "sighting_id").join(absent, on=_ON, nulls_equal=True)
    return (
        again.filter(c("retrieved_at") > c("old_seen"))
        .sort(*_ON, "old_seen", "retrieved_at", "capture_url", "ordinal", "sighting_id")
        .unique([*_ON, "old_seen"], keep="first", maintain_order=True)
        .with_columns(
            pl.lit(LISTING).alias("field"),
            pl.lit(None, dtype=pl.String).alias("old_value"),
            c("capture_url").alias("new_value"),
            c("retrieved_at").alias("new_seen"),
            pl.lit(None, dtype=pl.String).alias("old_sighting_id"),
            c("sighting_id").alias("new_sighting_id"),
        )
    )
