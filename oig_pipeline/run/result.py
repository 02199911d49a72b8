"""The result of a run, before anything is published.

Belongs here: the tables of the contract, in memory or in files, and their statistics. Does not: judging, or deciding
whether they may be published.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from oig_pipeline.capture.documents import Documents, none
from oig_pipeline.capture.reader import CaptureSummary
from oig_pipeline.contract.capture_columns import CAPTURES
from oig_pipeline.contract.schemas import BY_YEAR, CURATED, POLARS_SCHEMAS, TABLES
from oig_pipeline.curate.outcomes import CorrectionOutcomes
from oig_pipeline.offices import OFFICES
from oig_pipeline.offices.reference import reference_tables
from oig_pipeline.release.files import by_year
from oig_pipeline.release.parquet import Part, Parts, scan
from oig_pipeline.run.curate_partition import VIOLATION_ORDER, YearPartition
from oig_pipeline.run.stats import RunStats, stats_of_unpartitioned

ORDERS = {"sightings": ["capture_path", "ordinal"], "violations": VIOLATION_ORDER}
"""Table → the order of its rows, if it is not that of fiscal years."""


@dataclass(frozen=True)
class RunResult:
    """The result of judging and merging all captures.

    Attributes:
        summaries: a summary of each capture.
        correction_outcomes: the outcome of each correction.
        partitions: the partition of each fiscal year; the rows without one last.
        capture_violations: the violations of whole captures and of corrections.
        history: the changes between captures.
        documents: the documents that reports link.
        tmp_folder: the temporary folder of the rows, deleted with this object; None where they lie elsewhere.
    """

    summaries: tuple[CaptureSummary, ...]
    correction_outcomes: CorrectionOutcomes
    partitions: tuple[YearPartition, ...]
    capture_violations: pl.DataFrame
    history: pl.DataFrame
    documents: Documents = field(default_factory=none)
    tmp_folder: object = None

    @property
    def is_transient(self) -> bool:
        """Whether a capture could not be read for a reason that may not last."""
        return any(finding.is_transient for summary in self.summaries for finding in summary.findings)

    @cached_property
    def partition_stats(self) -> RunStats:
        """The statistics of all fiscal years."""
        return sum((partition.stats for partition in self.partitions), RunStats())

    @cached_property
    def stats(self) -> RunStats:
        """The statistics of all tables."""
        return self.partition_stats + stats_of_unpartitioned(self.other_tables, self.capture_violations)

    @cached_property
    def captures(self) -> pl.DataFrame:
        """The table of captures."""
        rows = [
            (
                s.capture.sha256, s.capture.path, s.capture.url, s.capture.retrieved_at, s.capture.size, s.layout,
                *self.partition_stats.captures.get(s.capture.path, (0, 0, 0)), s.status, s.note,
            )
            for s in self.summaries
        ]  # fmt: skip
        return pl.DataFrame(rows, schema=POLARS_SCHEMAS["captures"], orient="row").select(*CAPTURES).sort("path")

    @cached_property
    def other_tables(self) -> dict[str, pl.DataFrame]:
        """The tables that are not partitioned by fiscal year, except for the violations of whole captures."""
        return {
            "captures": self.captures,
            "report_history": self.history,
            "documents": self.documents.table,
            "document_pages": self.documents.pages,
            **reference_tables(OFFICES),
        }

    def scan(self, table: str) -> pl.LazyFrame:
        """Return the rows of a table as a lazy frame, in no particular order."""
        if table in self.other_tables:
            return self.other_tables[table].lazy()
        of_captures = [self.capture_violations.lazy()] if table == "violations" else []
        of_years = (scan(part) for _, part in self._parts(table))
        return pl.concat([POLARS_SCHEMAS[table].to_frame().lazy(), *of_captures, *of_years])

    def table(self, name: str, *filters: pl.Expr) -> pl.DataFrame:
        """Return the rows of a table that match all filters, in order."""
        frame = self.scan(name).filter(*filters).collect()
        return frame.sort(ORDERS[name], nulls_last=False, maintain_order=True) if name in ORDERS else frame

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return all tables."""
        return {name: self.table(name) for name in TABLES}

    @property
    def sightings(self) -> pl.DataFrame:
        """All sightings, in the order of captures."""
        return self.table("sightings")

    @property
    def violations(self) -> pl.DataFrame:
        """All violations, in the order of captures."""
        return self.table("violations")

    @property
    def reports(self) -> pl.DataFrame:
        """All reports, by fiscal year."""
        return self.table("reports")

    def release_tables(self) -> dict[str, pl.DataFrame | Parts]:
        """Return the tables of a release, those of fiscal years in parts."""
        of_years = {name: dict(self._parts(name)) for name in CURATED}
        # Without a fiscal year are violations of rows, of whole captures and of corrections.
        of_rows = [scan(part).collect() for year, part in self._parts("violations") if year is None]
        undated = pl.concat([self.capture_violations, *of_rows]).sort(VIOLATION_ORDER)
        of_years["violations"].pop(None, None)
        if not undated.is_empty():
            of_years["violations"][None] = undated
        unpartitioned = {name: table for name, table in self.other_tables.items() if name not in BY_YEAR}
        return {**unpartitioned, **of_years, "report_history": by_year("report_history", self.history)}

    def _parts(self, table: str) -> Iterator[tuple[int | None, Part | pl.DataFrame]]:
        """Yield each fiscal year with its rows of a table, where there are any."""
        for partition in self.partitions:
            for year, part in partition.tables[table].items():
                if part.rows if isinstance(part, Part) else part.height:
                    yield year, part
