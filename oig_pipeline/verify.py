"""Whether a release is what it says, and keeps what the project promises.

Belongs here: the checks of a release on disk, in order. Does not: any of the rules; they are the contract's.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl

from oig_pipeline.assess import shape_faults
from oig_pipeline.contract.schemas import TABLES
from oig_pipeline.curate import accounting
from oig_pipeline.publish import catalog, exports, manifest, parquet
from oig_pipeline.publish.metadata import described
from oig_pipeline.publish.release import read_reports


def problems(release: Path) -> Iterator[str]:
    """Yield what is wrong with a release, as sentences that begin with the file or table; nothing if it is whole.

    Files against the manifest, descriptions and Parquet against the contract, every row accounted for, and the derived
    files against the tables. Where files are missing or changed, nothing further is looked at.
    """
    damaged = list(manifest.problems(release))
    if damaged:
        yield from damaged
        return
    yield from described.problems(release)
    tables = {name: parquet.read(release / f"{name}.parquet") for name in TABLES if name != "reports"}
    tables["reports"] = read_reports(release)
    faults = shape_faults(tables)
    yield from faults
    if not faults:
        given = dict(tables["captures"].select("path", "sightings").iter_rows())
        read = {path: rows for path, rows in given.items() if rows}
        found = accounting.account(read, tables["sightings"], tables["reports"], tables["violations"])
        yield from (f"accounting: {problem}" for problem in found)
    yield from _catalog(release, tables)
    yield from exports.problems(tables["reports"], release)


def _catalog(release: Path, tables: dict[str, pl.DataFrame]) -> Iterator[str]:
    if not catalog.is_current(release):
        yield f"{catalog.CATALOG}: is missing, or was made for another place; oig build or oig rollback makes it anew"
        return
    try:
        with duckdb.connect(str(release / catalog.CATALOG), read_only=True) as connection:
            for view in catalog.descriptions():
                rows = connection.execute(f"SELECT count(*) FROM {view}").fetchone()
                if view in tables and rows != (tables[view].height,):
                    yield f"{catalog.CATALOG}: the view {view} has other rows than the table"
    except duckdb.Error as error:
        yield f"{catalog.CATALOG}: {error}".splitlines()[0]
