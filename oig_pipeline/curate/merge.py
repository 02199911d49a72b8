"""Sightings of one report → the report.

Belongs here: what each way to merge does that a column may name. Does not: which column names which (see
`contract/columns.py`), or whether sightings are one report; that was judged. Works on any set of whole fiscal years;
the order of rows changes nothing.

A row at which its capture breaks off stands behind all that are whole. Stated beats the listing's page beats inferred;
the office itself beats a mirror; then the newest capture; ties go by value, never by path or order.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from oig_pipeline.contract.column import NAMES, Merge
from oig_pipeline.contract.columns import AGENCY_SOURCES, KEY, MERGED_FIELDS, PROVENANCE, REPORTS
from oig_pipeline.contract.names import BETWEEN_TOPICS
from oig_pipeline.contract.rules import BY_CODE
from oig_pipeline.curate.compare_sources import IS_MIRROR
from oig_pipeline.domain.whitespace import folded_prose

ORDER = ["fiscal_year", "office", "series", "sequence", "suffix", "report_number"]
MADE_LATER = ("computed", "ledger")
"""The ways in which a column is made once reports are merged."""
_NEWEST = pl.col("retrieved_at")
_IN_DOUBT = pl.col("in_doubt").fill_null(False)
_NONE = pl.lit([], dtype=NAMES)
_TRUNCATED = r"(?:\u2026|\.\.\.)$"

c = pl.col


def reports_of(merged: pl.DataFrame) -> pl.DataFrame:
    """Return the reports (columns of `REPORTS`) of merged rows, with their answers and open counts."""
    return merged.select(*REPORTS)


def provenance_of(merged: pl.DataFrame) -> pl.DataFrame:
    """Return, for each report of merged rows, the key of the sighting that each value comes from."""
    return merged.select(*KEY, *(c(_from(field)).alias(field) for field in MERGED_FIELDS)).select(*PROVENANCE)


def merge_groups(published: pl.DataFrame) -> pl.DataFrame:
    """Return one row per report, in order: its values and, as `_from_<field>`, the sighting that each comes from.

    Args:
        published: sightings with the values that are merged.
    """
    is_single = published.select(pl.len().over(KEY) == 1).to_series()
    single, several = published.filter(is_single), published.filter(~is_single)
    merged = pl.concat([_of_several(several), _of_single(single)], how="diagonal")
    return merged.sort(ORDER, nulls_last=True)


def with_values(published: pl.DataFrame) -> pl.DataFrame:
    """Return sightings with a value of each column that is merged, under its name."""
    values = {name: c(column.of) for name, column in REPORTS.items() if column.of and column.merge not in MADE_LATER}
    values["summary"] = folded_prose(values["summary"])
    for name in ("topics", "components"):
        values[name] = values[name].str.split(BETWEEN_TOPICS)
    return published.with_columns(**values)


def _names(*ways: Merge) -> list[str]:
    """Return the columns of reports that are merged in one of some ways."""
    return [name for name, column in REPORTS.items() if column.merge in ways]


def _of_single(published: pl.DataFrame) -> pl.DataFrame:
    """Return the reports that were seen once, as their sightings say them: what `_of_several` would give."""
    names = [name for name, column in REPORTS.items() if column.merge not in MADE_LATER]
    return published.select(
        *(_of_one(name, published.schema.get(name)).alias(name) for name in names),
        *(pl.when(c(field).is_not_null()).then("sighting_id").alias(_from(field)) for field in MERGED_FIELDS),
    ).with_columns(_without_null(names))


def _of_one(name: str, dtype: pl.DataType | None) -> pl.Expr:
    """Return the value of a report that was seen once."""
    value = c(name)
    match REPORTS[name].merge:
        case "any":
            return value.fill_null(False)
        case "count":
            return pl.lit(1, pl.Int32)
        case "union" if dtype == NAMES:
            return value.list.unique().list.sort()
        case "union":
            return pl.when(value.is_not_null()).then(pl.concat_list(value))
        case "strongest":
            return pl.when(c("agency_source").is_not_null()).then(value)
        case "flags":
            return value.list.sort()
        case _:
            return value


def _of_several(published: pl.DataFrame) -> pl.DataFrame:
    names = _names("first", "any", "min", "max", "count", "union")
    groups = published.group_by(KEY).agg(_of_all(name, published.schema.get(name)).alias(name) for name in names)
    for field in MERGED_FIELDS:
        groups = groups.join(_best_value(published, field), on=KEY, how="left", nulls_equal=True)
    groups = groups.join(_strongest(published), on=KEY, how="left", nulls_equal=True)
    groups = groups.join(_flags(published), on=KEY, how="left", nulls_equal=True)
    return groups.with_columns(_without_null(groups.columns))


def _of_all(name: str, dtype: pl.DataType | None) -> pl.Expr:
    """Return the value of a report, of all values of its sightings."""
    value = c(name)
    match REPORTS[name].merge:
        case "any":
            return value.any()
        case "min":
            return value.min()
        case "max":
            return value.max()
        case "count":
            return pl.len().cast(pl.Int32)
        case "union":
            return (value.explode() if dtype == NAMES else value).drop_nulls().unique().sort()
        case _:
            return value.first()


def _without_null(names: Iterable[str]) -> list[pl.Expr]:
    """Return the lists among some columns, empty for null."""
    return [c(name).fill_null(_NONE) for name in names if name in REPORTS and REPORTS[name].dtype == NAMES]


def _from(field: str) -> str:
    return f"_from_{field}"


def _best_value(published: pl.DataFrame, field: str) -> pl.DataFrame:
    """Return key → the value of a field, and its sighting.

    It is that of the newest capture of the office that has one, else of the newest of a mirror; ties go by value.
    """
    column, value = REPORTS[field], c(field)
    ranks = [(key, False) for key in (*map(c, KEY), _IN_DOUBT)]
    if column.truncated_last:
        ranks.append((value.str.contains(_TRUNCATED), False))
    ranks += [(IS_MIRROR, False), (_NEWEST, True)]
    if column.weakest is not None:
        ranks.append((value == column.weakest, False))
    if column.tie == "longest":
        ranks.append((value.str.len_chars(), True))
    ranks += [(value, False), (c("sighting_id"), False)]
    candidates = published.filter(value.is_not_null()).select(
        *KEY, "retrieved_at", "sighting_id", "in_doubt", "source", field
    )
    ordered = candidates.sort([key for key, _ in ranks], descending=[down for _, down in ranks], nulls_last=True)
    best = ordered.unique(KEY, keep="first", maintain_order=True)
    return best.select(*KEY, field, c("sighting_id").alias(_from(field)))


def _strongest(published: pl.DataFrame) -> pl.DataFrame:
    """Return key → the values of the sightings whose agencies come from the strongest source, lists merged."""
    rank = c("agency_source").replace_strict(
        {source: n for n, source in enumerate(AGENCY_SOURCES)}, default=None, return_dtype=pl.Int8
    )
    names = _names("strongest")
    candidates = published.filter(c("agency_source").is_not_null()).select(
        *KEY, *names, (2 * (rank + len(AGENCY_SOURCES) * _IN_DOUBT.cast(pl.Int8)) + IS_MIRROR).alias("_rank")
    )
    strongest = candidates.filter(c("_rank") == c("_rank").min().over(KEY))
    return strongest.group_by(KEY).agg(
        c(name).explode().drop_nulls().unique().sort() if REPORTS[name].dtype == NAMES else c(name).first()
        for name in names
    )


def _flags(published: pl.DataFrame) -> pl.DataFrame:
    """Return key → the warnings that its sightings bear: any of them, or all, as each rule says."""
    needs_all = [code for code, rule in BY_CODE.items() if rule.when_all]
    counts = (
        published.with_columns(pl.len().over(KEY).alias("_of"))
        .explode("quality_flags")
        .filter(c("quality_flags").is_not_null())
        .group_by(*KEY, "quality_flags")
        .agg(pl.len().alias("_with"), c("_of").first())
    )
    flags = counts.filter(~c("quality_flags").is_in(needs_all) | (c("_with") == c("_of")))
    return flags.group_by(KEY).agg(c("quality_flags").sort())


def with_answers(merged: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """Return reports with what their summaries say, which counts where no page states it.

    Args:
        merged: the reports.
        answers: what the summaries of their sightings say, by the sighting.
    """
    of_reports = answers.select(
        c("sighting_id").alias(_from("summary")),
        c("made").alias("_recommendations"),
        c("questioned_costs").alias("_questioned_costs"),
        c("funds_for_better_use").alias("_funds_for_better_use"),
        c("concurred").alias("recommendations_concurred"),
        c("not_concurred").alias("recommendations_not_concurred"),
        "concurrence", "agreement", "unsupported_costs",
        c("quoted").alias("recommendations_text"),
    )  # fmt: skip
    fallbacks = [name for name, column in REPORTS.items() if column.fallback == "summary"]
    return merged.join(of_reports, on=_from("summary"), how="left", maintain_order="left").with_columns(
        *(pl.coalesce(name, f"_{name}").alias(name) for name in fallbacks),
        *(c(name).fill_null(column.unknown) for name, column in REPORTS.items() if column.unknown),
    )
