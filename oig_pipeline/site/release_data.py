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

from oig_pipeline.errors import CannotRun
from oig_pipeline.release import manifest, version_log
from oig_pipeline.release.catalog import connect, derived_views
from oig_pipeline.release.files import read_reports

Row = dict[str, Any]
Key = tuple[str, int]


class Answer(NamedTuple):
    """The answer of a query: the names of its columns, and its rows."""

    names: list[str]
    rows: list[tuple[Any, ...]]

    def dicts(self) -> list[Row]:
        """Return the rows by column."""
        return [dict(zip(self.names, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Source:
    """A release, as the site sees it.

    `shelf` is the curated folder in which it lies, None for a release that lies elsewhere; `corrections` are those in
    force as plain values, None where the release's own are not at hand.
    """

    release: Path
    shelf: Path | None
    connection: duckdb.DuckDBPyConnection
    corrections: Sequence[Mapping[str, Any]] | None = None
    views: dict[str, tuple[str, str]] = field(default_factory=derived_views)

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The release's manifest."""
        told = manifest.read(self.release)
        if told is None:
            raise CannotRun(f"{self.release / manifest.MANIFEST}: is missing or damaged; oig verify says what is wrong")
        return told

    @property
    def id(self) -> str:
        """The release's id."""
        return str(self.manifest["release"])

    @cached_property
    def entries(self) -> list[version_log.Entry]:
        """What the change log says of the releases up to this one, newest first."""
        told = version_log.read(self.shelf) if self.shelf else []
        known = [entry["release"] for entry in told]
        return told[: known.index(self.id) + 1][::-1] if self.id in known else []

    @cached_property
    def version(self) -> str | None:
        """The release's semantic version, where the change log knows one."""
        return self.entries[0]["version"] if self.entries else None

    @cached_property
    def reports(self) -> pl.DataFrame:
        """The reports, newest first: by fiscal year, date, and number."""
        order = ["fiscal_year", "issue_date", "sequence", "report_number"]
        return read_reports(self.release).sort(order, descending=[True, True, True, False], nulls_last=True)

    @cached_property
    def newest_capture(self) -> dt.datetime | None:
        """When the newest capture was obtained, where known."""
        found = self.ask("SELECT max(retrieved_at) FROM captures").rows[0][0]
        return found if isinstance(found, dt.datetime) else None

    def ask(self, sql: str, *values: Any) -> Answer:
        """Return the answer of a query over the release's views."""
        result = self.connection.execute(sql, list(values))
        return Answer([d[0] for d in result.description or []], result.fetchall())

    def details(self) -> Iterator[tuple[int, dict[Key, Row]]]:
        """Yield fiscal year → what is known of each of its reports beside its values, newest year first."""
        for (year,) in self.ask("SELECT DISTINCT fiscal_year FROM reports ORDER BY 1 DESC").rows:
            found = {name: self._of_year(sql, year) for name, sql in _DETAILS.items()}
            keys = {key for part in found.values() for key in part}
            yield year, {key: {name: part.get(key, []) for name, part in found.items()} for key in keys}

    def _of_year(self, sql: str, year: int) -> dict[Key, list[Row]]:
        grouped: dict[Key, list[Row]] = {}
        for row in self.ask(sql, year).dicts():
            grouped.setdefault((row.pop("report_number"), year), []).append(row)
        return grouped


_DETAILS = {
    "sightings": """
        SELECT
            report_number, sighting_id, capture_path, line, retrieved_at, capture_url, listed_number, listed_title,
            listed_issue_date, listed_agency, listed_fiscal_year, rules
        FROM sightings
        WHERE outcome = 'published' AND fiscal_year = $1
        ORDER BY report_number, retrieved_at DESC NULLS LAST, capture_path, line, sighting_id
    """,
    "violations": """
        SELECT DISTINCT report_number, rule, message
        FROM violations
        JOIN sightings USING (sighting_id)
        WHERE outcome = 'published' AND fiscal_year = $1
        ORDER BY report_number, rule, message
    """,
    "read_from": "SELECT * EXCLUDE (fiscal_year) FROM provenance WHERE fiscal_year = $1",
    "history": """
        SELECT report_number, field, old_value, new_value, old_seen, new_seen, listing
        FROM report_history
        WHERE fiscal_year = $1
        ORDER BY report_number, new_seen, field, listing
    """,
}


def open_source(release: Path, shelf: Path | None, corrections: Sequence[Mapping[str, Any]] | None) -> Source:
    """Return the source of a site: a release's folder, and the curated folder it lies in."""
    return Source(release, shelf, connect(str(release)), corrections)
