"""The first invariant: every row is accounted for.

Belongs here: counting sightings against outcomes and reports. Does not: mending anything.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from oig_pipeline.contract.columns import KEY


def by_capture(sightings: pl.DataFrame) -> pl.DataFrame:
    """Return capture_path → counts of its sightings, published and quarantined."""
    return sightings.group_by("capture_path").agg(
        pl.len().cast(pl.Int32).alias("sightings"),
        (pl.col("outcome") == "published").sum().cast(pl.Int32).alias("published"),
        (pl.col("outcome") == "quarantined").sum().cast(pl.Int32).alias("quarantined"),
    )


def account(
    read: dict[str, int], sightings: pl.DataFrame, reports: pl.DataFrame, violations: pl.DataFrame
) -> list[str]:
    """Return what does not add up, as sentences; nothing if every row is accounted for.

    Args:
        read: capture_path → rows that its reader gave.
        sightings: judged sightings.
        reports: the reports merged from them.
        violations: the violation rows of the same run.
    """
    counted = {path: tuple(counts) for path, *counts in by_capture(sightings).iter_rows()}
    return of_captures(read, counted) + of_rows(sightings, reports, violations)


def of_captures(read: Mapping[str, int], counted: Mapping[str, tuple[int, ...]]) -> list[str]:
    """Return the captures whose rows are not all sightings, each published or quarantined.

    Args:
        read: capture_path → rows that its reader gave.
        counted: capture_path → its sightings, those published, those quarantined.
    """
    problems = []
    for capture in sorted({*read, *counted}):
        sightings, published, quarantined = counted.get(capture, (0, 0, 0))
        rows = read.get(capture, 0)
        if not rows == sightings == published + quarantined:
            problems.append(
                f"{capture}: {rows} rows read, {sightings} sightings, {published} published, {quarantined} quarantined"
            )
    return problems


def of_rows(sightings: pl.DataFrame, reports: pl.DataFrame, violations: pl.DataFrame) -> list[str]:
    """Return what does not add up between whole reports and their sightings."""
    problems = []
    if sightings["sighting_id"].n_unique() != sightings.height:
        problems.append("a sighting stands twice")
    published = sightings.filter(pl.col("outcome") == "published")
    identities = published.select(KEY).unique()
    lost = identities.join(reports, on=KEY, how="anti", nulls_equal=True).height
    invented = reports.join(identities, on=KEY, how="anti", nulls_equal=True).height
    if lost:
        problems.append(f"{lost} published sightings' reports are missing")
    if invented:
        problems.append(f"{invented} reports have no sighting")
    counts = published.group_by(KEY).agg(pl.len().cast(pl.Int32).alias("_counted"))
    both = reports.join(counts, on=KEY, nulls_equal=True)
    miscounted = both.filter(pl.col("sighting_count") != pl.col("_counted")).height
    if miscounted:
        problems.append(f"{miscounted} reports say another number of sightings than they have")
    if reports["sighting_count"].sum() != published.height:
        problems.append(
            f"{published.height} sightings published, {reports['sighting_count'].sum()} merged into reports"
        )
    bad = violations.filter((pl.col("severity") == "error") & pl.col("sighting_id").is_not_null())[
        "sighting_id"
    ].unique()
    quarantined = sightings.filter(pl.col("outcome") == "quarantined")["sighting_id"]
    if set(bad) != set(quarantined):
        problems.append("the quarantined sightings are not those that break an error rule")
    return problems
