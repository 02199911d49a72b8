"""Accepted sightings beside one another.

Belongs here: when two titles are the same report, and which sightings of one report or year disturb each other.
Does not: merging them. Works on any set of whole fiscal years, so that years can be taken one by one.
"""

from __future__ import annotations

import re
from typing import Any

import polars as pl

from oig_pipeline.domain import titles

IDENTITY = ["report_number", "fiscal_year"]
SHORTEST_OPENING = 20
CLOSE = 75.0
_PAGE = re.compile(
    r"(?i)^https?://(?:www\.)?oig\.dhs\.gov(?:/(?:reports(?:/[a-z-]+)?|taxonomy/term/\d+))?/?(?:[?#].*)?$"
)
"""Addresses of the site that are pages of several reports: to share one tells nothing."""


def compare(accepted: pl.DataFrame, shared: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return accepted sightings with `rival_title` and `other_number` (see `GROUPED` in the contract).

    Args:
        accepted: all accepted sightings of some reports.
        shared: `shared_of` their fiscal years, where these sightings are not all there are.
    """
    frame = _with_rivals(accepted)
    shared = shared_of(_distinct(frame)) if shared is None else shared
    frame = frame.join(shared, on=[*IDENTITY, "_key"], how="left", maintain_order="left")
    # What is in conflict is not published, so it shares its title with nothing.
    other = pl.when(pl.col("rival_title").is_null()).then(pl.col("other_number"))
    return frame.with_columns(other.alias("other_number")).drop("_key")


def titles_of(accepted: pl.DataFrame) -> pl.DataFrame:
    """Return number, year and title key of accepted sightings that are in no conflict, each once."""
    return _distinct(_with_rivals(accepted))


def _with_rivals(accepted: pl.DataFrame) -> pl.DataFrame:
    # What is left of a row at which its capture breaks off says nothing against what a whole row says.
    in_doubt = pl.col("in_doubt").fill_null(False)
    is_outdone = in_doubt & (~in_doubt).any().over(IDENTITY)
    keyed = accepted.with_columns(pl.when(~is_outdone).then(titles.key(pl.col("title"))).alias("_key"))
    return keyed.join(_rivals(keyed), on=[*IDENTITY, "_key"], how="left", maintain_order="left")


def _distinct(frame: pl.DataFrame) -> pl.DataFrame:
    return (
        frame.filter(pl.col("rival_title").is_null(), pl.col("_key").is_not_null()).select(*IDENTITY, "_key").unique()
    )


def same_title(one: str, other: str) -> bool:
    """Return whether two title keys are one title: equal, one opening the other, or close."""
    short, long = sorted((one, other), key=len)
    if long.startswith(short) and (one == other or len(short) >= SHORTEST_OPENING):
        return True
    from rapidfuzz import fuzz  # slow to import, and of no use where no report has two titles

    return fuzz.token_set_ratio(one, other) >= CLOSE


def folded_link(link: str) -> str:
    """Return what two spellings of one address share."""
    return re.sub(r"(?i)^https?://(?:www\.)?", "", link)


def _rivals(keyed: pl.DataFrame) -> pl.DataFrame:
    """Return identity, key → an unrelated title of the same identity, for the identities that have one."""
    distinct = keyed.select(*IDENTITY, "_key", "title", "document_url").drop_nulls("_key").unique()
    several = distinct.filter(pl.col("_key").n_unique().over(IDENTITY) > 1).sort(pl.all())
    found: dict[str, list[Any]] = {name: [] for name in (*IDENTITY, "_key", "rival_title")}
    for (number, year), group in several.group_by(IDENTITY, maintain_order=True):
        clusters = _clusters(group)
        for cluster in clusters if len(clusters) > 1 else []:
            rival = min(title for other in clusters if other is not cluster for title in other.values())
            for key in cluster:
                for name, value in zip(found, (number, year, key, rival), strict=True):
                    found[name].append(value)
    schema: dict[str, Any] = {**keyed.select(*IDENTITY, "_key").schema, "rival_title": pl.String}
    return pl.DataFrame(found, schema=schema)


def _clusters(group: pl.DataFrame) -> list[dict[str, str]]:
    """Return the titles of one identity (key → title), parted into sets that are one report each.

    A shared document link joins two titles whatever they say: the report was retitled.
    """
    clusters: list[tuple[dict[str, str], set[str]]] = []
    for key, title, link in group.select("_key", "title", "document_url").iter_rows():
        links = {folded_link(link)} if link and not _PAGE.match(link) else set()
        near = [c for c in clusters if links & c[1] or any(same_title(key, k) for k in c[0])]
        merged: tuple[dict[str, str], set[str]] = ({key: title}, links)
        for cluster in near:
            clusters.remove(cluster)
            merged = ({**merged[0], **cluster[0]}, merged[1] | cluster[1])
        clusters.append(merged)
    return [titles_of for titles_of, _ in clusters]


def shared_of(titles: pl.DataFrame) -> pl.DataFrame:
    """Return number, year and title key → another number of the same year with the same title.

    Args:
        titles: `titles_of` all accepted sightings of some fiscal years.
    """
    same = ["fiscal_year", "_key"]
    several = titles.filter(pl.len().over(same) > 1)
    numbers = several.group_by(same).agg(pl.col("report_number").sort().alias("_numbers"))
    first, second = pl.col("_numbers").list.get(0), pl.col("_numbers").list.get(1)
    other = pl.when(pl.col("report_number") == first).then(second).otherwise(first)
    return several.join(numbers, on=same).select(*IDENTITY, "_key", other.alias("other_number"))
