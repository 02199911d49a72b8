"""Sightings of one report → the report.

Belongs here: which of several values is published, field by field. Does not: whether sightings are one report; that
was judged. Works on any set of whole fiscal years; the order of rows changes nothing.

Stated beats the listing's page beats inferred; then the newest capture; ties go by value (earliest date, longest
title, smallest address), never by path or order.
"""

from __future__ import annotations

import polars as pl

from oig_pipeline.contract.columns import AGENCY_SOURCES, CHOSEN, PROVENANCE, REPORTS
from oig_pipeline.contract.names import BETWEEN_TOPICS
from oig_pipeline.contract.rules import BY_CODE
from oig_pipeline.curate.compare import IDENTITY
from oig_pipeline.domain import recommendations

ORDER = ["fiscal_year", "series", "sequence", "suffix", "report_number"]
_NEWEST = pl.col("retrieved_at")

c = pl.col

# Field → how ties between captures of one time are broken.
_TIES: dict[str, list[tuple[pl.Expr, bool]]] = {  # (key, descending)
    "title": [(c("title").str.len_chars(), True), (c("title"), False)],
    "summary": [(c("summary").str.len_chars(), True), (c("summary"), False)],
    "issue_date": [(c("issue_date"), False)],
    "document_url": [(c("document_url"), False)],
    "classification": [(c("classification"), False)],
    "kind": [(c("kind") == "report", False), (c("kind"), False)],
}


def merge(published: pl.DataFrame) -> pl.DataFrame:
    """Return the reports (columns of `REPORTS`, by year, series and sequence) of published sightings."""
    groups = published.group_by(IDENTITY).agg(
        c("series").first(),
        c("sequence").first(),
        c("suffix").first(),
        c("document_url").drop_nulls().unique().sort().alias("document_urls"),
        c("topic").drop_nulls().str.split(BETWEEN_TOPICS).explode().drop_nulls().unique().sort().alias("topics"),
        c("is_redacted").any(),
        c("is_revised").any(),
        pl.len().cast(pl.Int32).alias("sighting_count"),
        _NEWEST.min().alias("first_seen"),
        _NEWEST.max().alias("last_seen"),
    )
    for field in CHOSEN:
        groups = groups.join(_chosen(published, field), on=IDENTITY, how="left")
    groups = groups.join(_agencies(published), on=IDENTITY, how="left")
    groups = groups.join(_flags(published), on=IDENTITY, how="left")
    groups = groups.with_columns(c("agencies").fill_null([]), c("quality_flags").fill_null([]))
    return with_recommendations(groups).sort(ORDER, nulls_last=True).select(*REPORTS)


def provenance(published: pl.DataFrame) -> pl.DataFrame:
    """Return, for each report of published sightings, the key of the sighting that each value was taken from."""
    groups = published.select(*IDENTITY, *ORDER[1:-1]).unique(IDENTITY)
    for field in CHOSEN:
        groups = groups.join(_chosen(published, field, "sighting_id"), on=IDENTITY, how="left")
    return groups.sort(ORDER, nulls_last=True).select(*PROVENANCE)


def _chosen(published: pl.DataFrame, field: str, shown: str | None = None) -> pl.DataFrame:
    """Return identity → the value of a field: from the newest capture that has one, ties by value.

    Where `shown` names another column of the sightings, that of the sighting with this value stands for the value.
    """
    known = published.filter(c(field).is_not_null()).select(*IDENTITY, "retrieved_at", "sighting_id", field)
    # A title that was cut stands behind any that was not.
    cut = [c(field).str.contains(r"(?:\u2026|\.\.\.)$")] if field == "title" else []
    keys = [*IDENTITY, *cut, _NEWEST, *(key for key, _ in _TIES[field]), c("sighting_id")]
    descending = [False, False, *([False] * len(cut)), True, *(down for _, down in _TIES[field]), False]
    ordered = known.sort(keys, descending=descending, nulls_last=True)
    chosen = ordered.unique(IDENTITY, keep="first", maintain_order=True)
    return chosen.select(*IDENTITY, c(shown or field).alias(field))


def _agencies(published: pl.DataFrame) -> pl.DataFrame:
    """Return identity → the united agencies of its strongest source."""
    rank = c("agency_source").replace_strict(
        {source: n for n, source in enumerate(AGENCY_SOURCES)}, default=None, return_dtype=pl.Int8
    )
    known = published.filter(c("agency_source").is_not_null()).select(
        *IDENTITY, "agency_source", "agencies", rank.alias("_rank")
    )
    strongest = known.filter(c("_rank") == c("_rank").min().over(IDENTITY))
    return (
        strongest.explode("agencies")
        .group_by(IDENTITY)
        .agg(c("agency_source").first(), c("agencies").drop_nulls().unique().sort())
    )


def _flags(published: pl.DataFrame) -> pl.DataFrame:
    """Return identity → the warnings that its sightings bear: any of them, or all, as each rule says."""
    needs_all = [code for code, rule in BY_CODE.items() if rule.when_all]
    counts = (
        published.with_columns(pl.len().over(IDENTITY).alias("_of"))
        .explode("rules")
        .filter(c("rules").is_not_null())
        .group_by(*IDENTITY, "rules")
        .agg(pl.len().alias("_with"), c("_of").first())
    )
    kept = counts.filter(~c("rules").is_in(needs_all) | (c("_with") == c("_of")))
    return kept.group_by(IDENTITY).agg(c("rules").sort().alias("quality_flags"))


def with_recommendations(reports: pl.DataFrame) -> pl.DataFrame:
    """Return reports with what their summaries say of recommendations; sentences that many share are read once."""
    told = reports.with_columns(recommendations.speaking_column(c("summary")).alias("_said"))
    said = told["_said"].drop_nulls().unique()
    read = [recommendations.read(text) for text in said]
    found = pl.DataFrame(
        {
            "_said": said,
            "recommendations": pl.Series([r.made for r in read], dtype=pl.Int32),
            "recommendations_concurred": pl.Series([r.concurred for r in read], dtype=pl.Int32),
            "recommendations_not_concurred": pl.Series([r.not_concurred for r in read], dtype=pl.Int32),
            "recommendations_text": pl.Series([r.text for r in read], dtype=pl.String),
        }
    )
    return told.join(found, on="_said", how="left").drop("_said")
