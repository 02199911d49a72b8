"""Sightings of one report → the report.

Belongs here: which of several values is published, field by field. Does not: whether sightings are one report; that
was judged. Works on any set of whole fiscal years; the order of rows changes nothing.

A row at which its capture breaks off stands behind all that are whole. Stated beats the listing's page beats inferred;
then the newest capture; ties go by value (earliest date, longest title, smallest address), never by path or order.
"""

from __future__ import annotations

import polars as pl

from oig_pipeline.contract.columns import AGENCY_SOURCES, MERGED_FIELDS, PROVENANCE, REPORTS
from oig_pipeline.contract.names import BETWEEN_TOPICS
from oig_pipeline.contract.rules import BY_CODE
from oig_pipeline.curate.compare import IDENTITY
from oig_pipeline.domain import recommendations
from oig_pipeline.domain.whitespace import folded_prose

ORDER = ["fiscal_year", "series", "sequence", "suffix", "report_number"]
_NEWEST = pl.col("retrieved_at")
_IN_DOUBT = pl.col("in_doubt").fill_null(False)
_NONE = pl.lit([], dtype=pl.List(pl.String))

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


def reports_of(merged: pl.DataFrame) -> pl.DataFrame:
    """Return the reports (columns of `REPORTS`) of merged rows."""
    return with_recommendations(merged).select(*REPORTS)


def provenance_of(merged: pl.DataFrame) -> pl.DataFrame:
    """Return, for each report of merged rows, the key of the sighting that each value comes from."""
    return merged.select(*IDENTITY, *(c(_from(field)).alias(field) for field in MERGED_FIELDS)).select(*PROVENANCE)


def merge_groups(published: pl.DataFrame) -> pl.DataFrame:
    """Return one row per report, in order: its values and, as `_from_<field>`, the sighting that each comes from."""
    published = published.with_columns(folded_prose(c("stated_summary")).alias("summary"))
    is_single = published.select(pl.len().over(IDENTITY) == 1).to_series()
    single, several = published.filter(is_single), published.filter(~is_single)
    merged = pl.concat([_of_several(several), _of_single(single)], how="diagonal")
    return merged.sort(ORDER, nulls_last=True)


def _of_single(published: pl.DataFrame) -> pl.DataFrame:
    """Return the reports that were seen once, as their sightings say them: what `_of_several` would give."""
    urls = pl.when(c("document_url").is_not_null()).then(pl.concat_list("document_url")).otherwise(_NONE)
    return published.select(
        *IDENTITY,
        *ORDER[1:-1],
        *MERGED_FIELDS,
        *(pl.when(c(field).is_not_null()).then("sighting_id").alias(_from(field)) for field in MERGED_FIELDS),
        urls.alias("document_urls"),
        _topics().fill_null(_NONE).alias("topics"),
        "is_redacted",
        "is_revised",
        pl.lit(1, pl.Int32).alias("sighting_count"),
        _NEWEST.alias("first_seen"),
        _NEWEST.alias("last_seen"),
        pl.when(c("agency_source").is_not_null()).then("agencies").otherwise(_NONE).alias("agencies"),
        "agency_source",
        c("rules").list.sort().alias("quality_flags"),
    )


def _of_several(published: pl.DataFrame) -> pl.DataFrame:
    groups = published.group_by(IDENTITY).agg(
        *(c(name).first() for name in ORDER[1:-1]),
        c("document_url").drop_nulls().unique().sort().alias("document_urls"),
        _topics().explode().drop_nulls().unique().sort().alias("topics"),
        c("is_redacted").any(),
        c("is_revised").any(),
        pl.len().cast(pl.Int32).alias("sighting_count"),
        _NEWEST.min().alias("first_seen"),
        _NEWEST.max().alias("last_seen"),
    )
    for field in MERGED_FIELDS:
        groups = groups.join(_best_value(published, field), on=IDENTITY, how="left")
    groups = groups.join(_agencies(published), on=IDENTITY, how="left")
    groups = groups.join(_flags(published), on=IDENTITY, how="left")
    return groups.with_columns(c("agencies").fill_null(_NONE), c("quality_flags").fill_null(_NONE))


def _topics() -> pl.Expr:
    return c("stated_topic").str.split(BETWEEN_TOPICS).list.unique().list.sort()


def _from(field: str) -> str:
    return f"_from_{field}"


def _best_value(published: pl.DataFrame, field: str) -> pl.DataFrame:
    """Return identity → the value of a field, from the newest capture that has one, ties by value, and its sighting."""
    candidates = published.filter(c(field).is_not_null()).select(
        *IDENTITY, "retrieved_at", "sighting_id", "in_doubt", field
    )
    # A truncated title ranks behind any complete one.
    cut = [c(field).str.contains(r"(?:\u2026|\.\.\.)$")] if field == "title" else []
    keys = [*IDENTITY, _IN_DOUBT, *cut, _NEWEST, *(key for key, _ in _TIES[field]), c("sighting_id")]
    descending = [False, False, False, *([False] * len(cut)), True, *(down for _, down in _TIES[field]), False]
    ordered = candidates.sort(keys, descending=descending, nulls_last=True)
    best = ordered.unique(IDENTITY, keep="first", maintain_order=True)
    return best.select(*IDENTITY, field, c("sighting_id").alias(_from(field)))


def _agencies(published: pl.DataFrame) -> pl.DataFrame:
    """Return identity → the agencies of its strongest source, merged."""
    rank = c("agency_source").replace_strict(
        {source: n for n, source in enumerate(AGENCY_SOURCES)}, default=None, return_dtype=pl.Int8
    )
    candidates = published.filter(c("agency_source").is_not_null()).select(
        *IDENTITY, "agency_source", "agencies", (rank + len(AGENCY_SOURCES) * _IN_DOUBT.cast(pl.Int8)).alias("_rank")
    )
    strongest = candidates.filter(c("_rank") == c("_rank").min().over(IDENTITY))
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
    flags = counts.filter(~c("rules").is_in(needs_all) | (c("_with") == c("_of")))
    return flags.group_by(IDENTITY).agg(c("rules").sort().alias("quality_flags"))


def with_recommendations(reports: pl.DataFrame) -> pl.DataFrame:
    """Return reports with the recommendation counts of their summaries; sentences that many share are read once."""
    rows = reports.with_columns(recommendations.speaking_column(c("summary")).alias("_said"))
    texts = rows["_said"].drop_nulls().unique()
    read = [recommendations.read(text) for text in texts]
    counts = pl.DataFrame(
        {
            "_said": texts,
            "recommendations": pl.Series([r.total for r in read], dtype=pl.Int32),
            "recommendations_concurred": pl.Series([r.concurred for r in read], dtype=pl.Int32),
            "recommendations_not_concurred": pl.Series([r.not_concurred for r in read], dtype=pl.Int32),
            "recommendations_text": pl.Series([r.text for r in read], dtype=pl.String),
        }
    )
    return rows.join(counts, on="_said", how="left").drop("_said")
