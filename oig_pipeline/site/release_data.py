"""What the site is made of: one release, its change log, and the corrections that it was built with.

Belongs here: asking the release for what pages need, a fiscal year at a time where it is much. Does not: pages.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import polars as pl

from oig_pipeline.contract.schemas import TABLES
from oig_pipeline.errors import CannotRun
from oig_pipeline.release import manifest, version_log
from oig_pipeline.release.catalog import connect, derived_views
from oig_pipeline.release.diff import ReportKey
from oig_pipeline.release.files import read_reports
from oig_pipeline.release.metadata import about
from oig_pipeline.release.metadata.coverage import in_short, sentences
from oig_pipeline.settings import Limits

MAX_LOADED = 32 * 2**20
"""Bytes of Parquet that are read into memory as a whole; there they take some ten times as much."""
Row = dict[str, Any]
Key = ReportKey


class QueryResult(NamedTuple):
    """The answer of a query: the names of its columns, and its rows."""

    names: list[str]
    rows: list[tuple[Any, ...]]

    def dicts(self) -> list[Row]:
        """Return the rows by column."""
        return [dict(zip(self.names, row, strict=True)) for row in self.rows]

    def frame(self) -> pl.DataFrame:
        """Return the rows as a frame."""
        return pl.DataFrame(self.rows, schema=self.names, orient="row", infer_schema_length=None)


@dataclass(frozen=True)
class ReleaseData:
    """A release, as the site sees it.

    `curated_folder` is the curated folder that contains it, None for a release elsewhere; `corrections` are the
    release's corrections as plain values, None if they are not available; `raw` is the folder in which its captures
    are looked for, None if they are not shown.
    """

    release: Path
    curated_folder: Path | None
    connection: duckdb.DuckDBPyConnection
    corrections: Sequence[Mapping[str, Any]] | None = None
    views: dict[str, tuple[str, str]] = field(default_factory=derived_views)
    raw: Path | None = None
    limits: Limits = field(default_factory=Limits)

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The release's manifest."""
        content = manifest.read(self.release)
        if content is None:
            raise CannotRun(f"{self.release / manifest.MANIFEST}: is missing or damaged; oig verify says what is wrong")
        return content

    @property
    def id(self) -> str:
        """The release's id."""
        return str(self.manifest["release"])

    @cached_property
    def entries(self) -> list[version_log.Entry]:
        """The change log's entries up to this release, newest first."""
        entries = version_log.read(self.curated_folder) if self.curated_folder else []
        releases = [entry["release"] for entry in entries]
        return entries[: releases.index(self.id) + 1][::-1] if self.id in releases else []

    @cached_property
    def version(self) -> str | None:
        """The release's semantic version, where the change log knows one."""
        return self.entries[0]["version"] if self.entries else None

    @cached_property
    def reports(self) -> pl.DataFrame:
        """The reports, newest first: by fiscal year, date, and number."""
        order = ["fiscal_year", "issue_date", "sequence", "office", "report_number"]
        return read_reports(self.release).sort(order, descending=[True, True, True, False, False], nulls_last=True)

    @cached_property
    def captures(self) -> list[Row]:
        """The captures, by path."""
        return self.ask("FROM captures ORDER BY path").dicts()

    @cached_property
    def content(self) -> about.TableStats:
        """What descriptions say of the reports and the captures."""
        return about.stats_of_tables({"reports": self.reports, "captures": self.connection.sql("FROM captures").pl()})

    @property
    def coverage(self) -> str:
        """How many reports there are of how many numbers, and when the captures were made, as sentences."""
        return sentences(self.content.coverage, self.reports.height)

    @property
    def caveat(self) -> str:
        """The coverage in a few words."""
        return in_short(self.content.coverage, self.reports.height)

    @property
    def imprint(self) -> str:
        """The source and the release, as they stand under what is drawn or copied from it."""
        version_words = f", version {self.version}" if self.version else ""
        words = about.wording(self.content.offices)
        return (
            f"Source: {words.source_title} ({words.source_url}); "
            f"{words.short_name} reports, release {self.id}{version_words}."
        )

    @cached_property
    def newest_capture(self) -> dt.datetime | None:
        """The retrieval time of the newest capture, None if unknown."""
        retrieved_at = self.ask("SELECT max(retrieved_at) FROM captures").rows[0][0]
        return retrieved_at if isinstance(retrieved_at, dt.datetime) else None

    def ask(self, sql: str, *values: Any) -> QueryResult:
        """Return the answer of a query over the release's views."""
        result = self.connection.execute(sql, list(values))
        return QueryResult([d[0] for d in result.description or []], result.fetchall())

    def details(self) -> Iterator[tuple[int | None, dict[Key, Row]]]:
        """Yield each fiscal year with the details of its reports, newest year first, reports without one last."""
        for (year,) in self.ask("SELECT DISTINCT fiscal_year FROM reports ORDER BY 1 DESC NULLS LAST").rows:
            tables = {name: self._of_year(sql, year) for name, sql in _DETAILS.items()}
            keys = {key for groups in tables.values() for key in groups}
            yield year, {key: {name: groups.get(key, []) for name, groups in tables.items()} for key in keys}

    def _of_year(self, sql: str, year: int | None) -> dict[Key, list[Row]]:
        grouped: dict[Key, list[Row]] = {}
        for row in self.ask(sql, year).dicts():
            grouped.setdefault((row.pop("office"), row.pop("report_number"), year), []).append(row)
        return grouped


_DETAILS = {
    "sightings": """
        SELECT COLUMNS(
            '^(office|report_number|sighting_id|capture_path|retrieved_at|capture_url|rules|line|.+_line'
            '|listed_(office|number|title|issue_date|agency|fiscal_year))$'
        )
        FROM sightings
        WHERE outcome = 'published' AND fiscal_year IS NOT DISTINCT FROM $1
        ORDER BY office, report_number, retrieved_at DESC NULLS LAST, capture_path, line, sighting_id
    """,
    "violations": """
        SELECT DISTINCT sightings.office, report_number, rule, message, violations.capture_path, violations.line
        FROM violations
        JOIN sightings USING (sighting_id)
        WHERE outcome = 'published' AND fiscal_year IS NOT DISTINCT FROM $1
        ORDER BY sightings.office, report_number, rule, message, violations.capture_path, violations.line
    """,
    "read_from": "SELECT * EXCLUDE (fiscal_year) FROM provenance WHERE fiscal_year IS NOT DISTINCT FROM $1",
    "recommendations": """
        SELECT * EXCLUDE (fiscal_year)
        FROM recommendations
        WHERE fiscal_year IS NOT DISTINCT FROM $1
        ORDER BY office, report_number, place
    """,
    "recommendation_history": """
        SELECT * EXCLUDE (fiscal_year)
        FROM recommendation_history
        WHERE fiscal_year IS NOT DISTINCT FROM $1
        ORDER BY office, report_number, new_seen, recommendation, field
    """,
    "history": """
        SELECT office, report_number, field, old_value, new_value, old_seen, new_seen, listing
        FROM report_history
        WHERE fiscal_year IS NOT DISTINCT FROM $1
        ORDER BY office, report_number, new_seen, field, listing
    """,
}


def open_source(
    release: Path,
    curated_folder: Path | None,
    corrections: Sequence[Mapping[str, Any]] | None,
    raw: Path | None = None,
    limits: Limits = Limits(),  # noqa: B008  (frozen)
) -> ReleaseData:
    """Return the source of a site from a release's folder, the curated folder that contains it and its captures."""
    connection = connect(str(release))
    if sum(file.stat().st_size for file in release.rglob("*.parquet")) <= MAX_LOADED:
        _load(connection)
    return ReleaseData(release, curated_folder, connection, corrections, raw=raw, limits=limits)


def _load(connection: duckdb.DuckDBPyConnection) -> None:
    """Read the tables into memory: a site asks some two hundred questions, each of which would open all files."""
    for table in TABLES:
        connection.execute(
            f"CREATE TABLE loaded AS FROM {table}; DROP VIEW {table}; ALTER TABLE loaded RENAME TO {table}"
        )
