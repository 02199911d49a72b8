"""Accepted sightings beside one another.

Belongs here: when two titles are the same report, and which sightings of one report or year disturb each other.
Does not: merging them. Works on any set of whole fiscal years, so that years can be taken one by one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import polars as pl

from oig_pipeline.contract.columns import KEY
from oig_pipeline.contract.judged_columns import GROUPED
from oig_pipeline.curate.compare_sources import with_office_values
from oig_pipeline.curate.printed_numbers import with_rival_dates
from oig_pipeline.domain import titles

_OF_SUMMARY = {
    "summary_recommendations": "made",
    "summary_questioned_costs": "questioned_costs",
    "summary_funds_for_better_use": "funds_for_better_use",
}
"""Column → what an answer calls it."""
SHORTEST_OPENING = 20
CLOSE = 75.0
_PROTOCOL = r"(?i)^https?://(?:www\.)?"
_YEARS = re.compile(r"\b(?:fys? ?((?:19|20)?\d\d)|((?:19|20)\d\d))\b")


@dataclass(frozen=True)
class Shared:
    """What several reports of one fiscal year share.

    Attributes:
        titles: key and title key → `other_number`, which has the same title.
        documents: key and link → `document_of`, the number of another that links the same document.
    """

    titles: pl.DataFrame
    documents: pl.DataFrame


def compare(accepted: pl.DataFrame, shared: Shared | None = None, answers: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return accepted sightings with the columns of `GROUPED` in the contract.

    Args:
        accepted: all accepted sightings of some reports.
        shared: `shared_of` their fiscal years, where these sightings are not all there are.
        answers: what their summaries say, by `sighting_id`; without it, none says anything.
    """
    frame = _with_rivals(accepted)
    shared = shared_of(_distinct(frame)) if shared is None else shared
    frame = _with(frame, shared.titles, "_key")
    frame = _with(frame, shared.documents, "_link")
    # What is in conflict is not published, so it shares its title and its document with nothing.
    columns = (
        pl.when(pl.col("rival_title").is_null()).then(name).alias(name) for name in ("other_number", "document_of")
    )
    frame = with_rival_dates(frame.with_columns(*columns), KEY)
    return _with_answers(with_office_values(frame.drop("_key", "_link")), answers)


def _with_answers(accepted: pl.DataFrame, answers: pl.DataFrame | None) -> pl.DataFrame:
    """Return sightings with what their summaries say: the count and the amounts that their cells state too."""
    if answers is None:
        return accepted.with_columns(pl.lit(None, GROUPED[name].dtype).alias(name) for name in _OF_SUMMARY)
    of_rows = answers.select("sighting_id", *(pl.col(source).alias(name) for name, source in _OF_SUMMARY.items()))
    return accepted.join(of_rows, on="sighting_id", how="left", maintain_order="left")


def compared_by(accepted: pl.DataFrame) -> pl.DataFrame:
    """Return key, title key and link of accepted sightings that are in no conflict, each once."""
    return _distinct(_with_rivals(accepted))


def _with_rivals(accepted: pl.DataFrame) -> pl.DataFrame:
    link = pl.col("document_url")
    # What is left of a row at which its capture breaks off says nothing against what a whole row says.
    in_doubt = pl.col("in_doubt").fill_null(False)
    is_outdone = in_doubt & (~in_doubt).any().over(KEY)
    keyed = accepted.with_columns(
        pl.when(~is_outdone).then(titles.key(pl.col("title"))).alias("_key"),
        # To share a page of several reports tells nothing.
        pl.when(~pl.col("links_page")).then(link.str.replace(_PROTOCOL, "")).alias("_link"),
    )
    return _with(keyed, _rivals(keyed), "_key")


def _with(frame: pl.DataFrame, of_reports: pl.DataFrame, by: str) -> pl.DataFrame:
    """Return rows with what is known of their report and a value, which is null nowhere among what is known."""
    return frame.join(of_reports, on=[*KEY, by], how="left", nulls_equal=True, maintain_order="left")


def _distinct(frame: pl.DataFrame) -> pl.DataFrame:
    comparable = frame.filter(pl.col("rival_title").is_null(), pl.col("_key").is_not_null())
    return comparable.select(*KEY, "_key", "_link", "number_is_printed").unique()


def same_title(key: str, other: str) -> bool:
    """Return whether two title keys are one title: equal, one opening the other, or close.

    Titles that name different years are never close; one that opens the other may have been cut before its last year.
    """
    short, long = sorted((key, other), key=len)
    if key == other or (long.startswith(short) and len(short) >= SHORTEST_OPENING and _may_be_cut(short, long)):
        return True
    years, other_years = years_of(key), years_of(other)
    if years and other_years and years != other_years:
        return False
    from rapidfuzz import fuzz  # slow to import, and of no use where no report has two titles

    return fuzz.token_set_ratio(key, other) >= CLOSE


def _may_be_cut(short: str, long: str) -> bool:
    """Return whether the beginning of a title names no year, or all years of the part of the title that it is."""
    return years_of(short) <= years_of(long)


def years_of(key: str) -> frozenset[int]:
    """Return the years that a title key names, in four digits, or in two after FY."""
    years = (int(match[1] or match[2]) for match in _YEARS.finditer(key))
    return frozenset(year if year >= 100 else 2000 + year for year in years)


def _rivals(keyed: pl.DataFrame) -> pl.DataFrame:
    """Return identity, key → an unrelated title of the same identity, for the identities that have one."""
    distinct = keyed.select(*KEY, "_key", "title", "_link").drop_nulls("_key").unique()
    several = distinct.filter(pl.col("_key").n_unique().over(KEY) > 1).sort(pl.all())
    columns: dict[str, list[Any]] = {name: [] for name in (*KEY, "_key", "rival_title")}
    for key_of_group, group in several.group_by(KEY, maintain_order=True):
        clusters = _clusters(group)
        for cluster in clusters if len(clusters) > 1 else []:
            rival = min(title for other in clusters if other is not cluster for title in other.values())
            for key in cluster:
                for name, value in zip(columns, (*key_of_group, key, rival), strict=True):
                    columns[name].append(value)
    schema: dict[str, Any] = {**keyed.select(*KEY, "_key").schema, "rival_title": pl.String}
    return pl.DataFrame(columns, schema=schema)


Cluster = tuple[dict[str, str], set[str]]
"""Titles that are one report (key → title), and the links of its documents."""


def _clusters(group: pl.DataFrame) -> list[dict[str, str]]:
    """Return the titles of one identity (key → title), parted into sets that are one report each.

    A shared document link joins two titles whatever they say: the report was retitled. A title without a year joins
    those that name one only where they are one report without it: it must not make different years the same.
    """
    rows = list(group.select("_key", "title", "_link").iter_rows())
    dated = _joined([row for row in rows if years_of(row[0])], [])
    undated = _joined([row for row in rows if not years_of(row[0])], [])
    for cluster in undated:
        near = [c for c in dated if _are_near(c, cluster)]
        by_link = [c for c in near if c[1] & cluster[1]]
        if len(near) == 1 or by_link:
            dated = _merged(dated, by_link or near, cluster)
        else:
            dated.append(cluster)
    return [titles_of for titles_of, _ in dated]


def _joined(rows: list[tuple[str, str, str | None]], clusters: list[Cluster]) -> list[Cluster]:
    for key, title, link in rows:
        cluster: Cluster = ({key: title}, {link} if link else set())
        clusters = _merged(clusters, [c for c in clusters if _are_near(c, cluster)], cluster)
    return clusters


def _are_near(cluster: Cluster, other: Cluster) -> bool:
    return bool(cluster[1] & other[1]) or any(same_title(a, b) for a in cluster[0] for b in other[0])


def _merged(clusters: list[Cluster], near: list[Cluster], cluster: Cluster) -> list[Cluster]:
    for other in near:
        cluster = ({**cluster[0], **other[0]}, cluster[1] | other[1])
    return [*(c for c in clusters if not any(c is other for other in near)), cluster]


def shared_of(distinct: pl.DataFrame) -> Shared:
    """Return what several reports share.

    Args:
        distinct: `compared_by` of all accepted sightings of some fiscal years.
    """
    # Other offices issue many reports of one title: without a grammar, numbers tell nothing of what is odd.
    with_grammar = distinct.filter(~pl.col("number_is_printed"))
    return Shared(_other(with_grammar, "_key", "other_number"), _other(distinct, "_link", "document_of"))


def _other(distinct: pl.DataFrame, by: str, name: str) -> pl.DataFrame:
    """Return key and what is shared → another number of the same office and year that shares it."""
    same = ["office", "fiscal_year", by]
    candidates = distinct.filter(pl.col(by).is_not_null()).select(*KEY, by).unique()
    several = candidates.filter(pl.len().over(same) > 1)
    numbers = several.group_by(same).agg(pl.col("report_number").sort().alias("_numbers"))
    first, second = pl.col("_numbers").list.get(0), pl.col("_numbers").list.get(1)
    other = pl.when(pl.col("report_number") == first).then(second).otherwise(first)
    return several.join(numbers, on=same, nulls_equal=True).select(*KEY, by, other.alias(name))
