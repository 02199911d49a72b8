"""Whether a release is what it says, and keeps what the project promises.

Belongs here: the checks of a release on disk, in order. Does not: any of the rules; they are the contract's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb
import polars as pl

from oig_pipeline.contract.columns import KEY, MERGED_FIELDS, REPORTS
from oig_pipeline.contract.schemas import BY_YEAR, TABLES
from oig_pipeline.curate import accounting
from oig_pipeline.curate.shape import schema_errors
from oig_pipeline.errors import CannotRun
from oig_pipeline.release import catalog, exports, manifest
from oig_pipeline.release.files import NO_YEAR, joined, read_parts, year_of
from oig_pipeline.release.metadata import descriptions


def problems(release: Path) -> Iterator[str]:
    """Yield what is wrong with a release, as sentences that begin with the file or table; nothing if it is whole.

    Files against the manifest, descriptions and Parquet against the contract, every row accounted for, and the derived
    files against the tables. Where files are missing or changed, nothing further is looked at.
    """
    damaged = list(manifest.problems(release))
    if damaged:
        yield from damaged
        return
    try:
        parts = {name: read_parts(release, name) for name in TABLES}
        tables = {name: joined(name, parts[name]) for name in TABLES}
    except (CannotRun, ValueError) as error:
        mismatches = list(descriptions.schema_errors(release))
        yield from mismatches or [f"tables: cannot be read: {' '.join(str(error).split())}"]
        return
    yield from descriptions.problems(release, parts=parts)
    yield from _misplaced(parts, tables["sightings"])
    faults = schema_errors(tables)
    yield from faults
    if not faults:
        row_counts = dict(tables["captures"].select("path", "sightings").iter_rows())
        read = {path: rows for path, rows in row_counts.items() if rows}
        errors = accounting.account(read, tables["sightings"], tables["reports"], tables["violations"])
        yield from (f"accounting: {problem}" for problem in errors)
        yield from _untraced(tables)
    yield from _catalog(release, tables)
    if exports.are_of(release):
        yield from exports.problems(tables["reports"], release, tables["recommendations"])


def _misplaced(parts: Mapping[str, Mapping[str, pl.DataFrame]], sightings: pl.DataFrame) -> Iterator[str]:
    """Yield the files that hold another fiscal year than their name says."""
    sighting_years = sightings.select("sighting_id", "fiscal_year")
    # A violation of a rule on whole captures has no sighting, and so no year.
    no_sighting = pl.DataFrame([(None, None)], schema=sighting_years.schema, orient="row")
    sighting_years = pl.concat([sighting_years, no_sighting])
    for table in BY_YEAR:
        for path, rows in parts[table].items():
            # A violation belongs to the year of its sighting; one whose sighting is missing is reported by accounting.
            if "fiscal_year" not in rows.columns:
                rows = rows.join(sighting_years, on="sighting_id", nulls_equal=True)
            years = set(rows["fiscal_year"].cast(pl.String).fill_null(NO_YEAR).unique())
            if not years <= {year_of(path)}:
                yield f"{path}: holds {table} of {', '.join(sorted(years))}"


def _untraced(tables: dict[str, pl.DataFrame]) -> Iterator[str]:
    """Yield the reports whose values lead to no sighting of theirs."""
    traced, reports = tables["provenance"], tables["reports"]
    if not traced.select(KEY).equals(reports.select(KEY)):
        yield "provenance: its reports are not those of reports"
        return
    sightings = tables["sightings"].select("sighting_id", *KEY)
    for field in MERGED_FIELDS:
        led = traced.filter(pl.col(field).is_not_null()).select(*KEY, pl.col(field).alias("sighting_id"))
        lost = led.join(sightings, on=["sighting_id", *KEY], how="anti", nulls_equal=True).height
        # What no sighting states may be computed from another value, which is traced itself.
        untraced = traced.filter(pl.col(field).is_null() & reports[field].is_not_null()).height
        unled = 0 if REPORTS[field].fallback else untraced
        if lost or unled:
            yield f"provenance: {lost + unled} values of {field} lead to no sighting of their report"


def _catalog(release: Path, tables: dict[str, pl.DataFrame]) -> Iterator[str]:
    if not catalog.is_whole(release):
        yield f"{catalog.CATALOG}: is missing, or has other views; oig build or oig rollback writes it again"
        return
    try:
        with duckdb.connect(str(release / catalog.CATALOG), read_only=True) as connection:
            catalog.set_release(connection, str(release.resolve()))
            for view in catalog.descriptions():
                rows = connection.execute(f"SELECT count(*) FROM {view}").fetchone()
                if view in tables and rows != (tables[view].height,):
                    yield f"{catalog.CATALOG}: the view {view} has other rows than the table"
    except duckdb.Error as error:
        yield f"{catalog.CATALOG}: {error}".splitlines()[0]
