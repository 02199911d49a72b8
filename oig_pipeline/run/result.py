"""The result of a run, before anything is published.

Belongs here: the tables of the contract, in memory or in files, and their statistics. Does not: judging, or deciding
whether they may be published.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from oig_pipeline.capture.documents import Documents, none
from oig_pipeline.capture.reader import CaptureSummary
from oig_pipeline.contract.columns import CAPTURES
from oig_pipeline.contract.schemas import BY_YEAR, CURATED, POLARS_SCHEMAS, TABLES
from oig_pipeline.curate.outcomes import CorrectionOutcomes
from oig_pipeline.release.files import by_year
from oig_pipeline.release.metadata.about import TableStats, stats_of_tables
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
        }

    def scan(self, table: str) -> pl.LazyFrame:
        """Return the rows of a table as a lazy frame, in no particular order."""
        if table in self.other_tables:
            return self.other_tables[table].lazy()
        of_captures = [self.capture_violations.lazy()] if table == "violations" else []
        of_years = (_scan(partition, table) for partition in self.partitions)
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

    @property
    def is_parted(self) -> bool:
        """Whether the rows lie in files, one for each fiscal year."""
        return any(partition.parts for partition in self.partitions)

    def release_tables(self) -> tuple[Mapping[str, pl.DataFrame | Parts], TableStats]:
        """Return the tables of a release, partitioned ones in parts, and their statistics."""
        parts, content = self._parts_of_files() if self.is_parted else self._parts_of_rows()
        history = by_year("report_history", self.history)
        unpartitioned = {name: table for name, table in self.other_tables.items() if name not in BY_YEAR}
        content += stats_of_tables({**unpartitioned, **_concat_parts({"report_history": history})})
        return {**unpartitioned, **parts, "report_history": history}, content

    def _parts_of_rows(self) -> tuple[dict[str, Parts], TableStats]:
        """Return the parts of the tables whose rows are in memory, and their statistics."""
        tables = {name: self.table(name) for name in CURATED}
        year_of_sighting = tables["sightings"].select("sighting_id", "fiscal_year")
        violations = tables["violations"].join(year_of_sighting, on="sighting_id", how="left", maintain_order="left")
        years = {"violations": violations["fiscal_year"]}
        parts = {name: by_year(name, table, years.get(name)) for name, table in tables.items()}
        return {**parts}, stats_of_tables(_concat_parts(parts))

    def _parts_of_files(self) -> tuple[dict[str, Parts], TableStats]:
        """Return the parts of the tables whose rows lie in files, and their statistics."""
        undated = self.scan_undated().collect().sort(VIOLATION_ORDER)
        parts: dict[str, dict[int | None, Part | pl.DataFrame]] = {
            name: {p.year: p.parts[name] for p in self.partitions if p.parts[name].rows} for name in CURATED
        }
        content = self.partition_stats.content
        if not undated.is_empty():
            parts["violations"] |= {None: undated}
            dated = (p.stats.content for p in self.partitions if p.year is not None)
            content = content.without("violations")
            content += sum(dated, TableStats()).only("violations") + stats_of_tables({"violations": undated})
        return {**parts}, content

    def scan_undated(self) -> pl.LazyFrame:
        """Return the violations of rows without a fiscal year, of whole captures and of corrections."""
        undated = (_scan(p, "violations") for p in self.partitions if p.year is None)
        return pl.concat([self.capture_violations.lazy(), *undated])


def _concat_parts(parts: Mapping[str, Mapping[int | None, pl.DataFrame]]) -> dict[str, pl.DataFrame]:
    """Return the tables of some parts, in the order of the files of a release."""
    return {name: pl.concat([POLARS_SCHEMAS[name].to_frame(), *by_part.values()]) for name, by_part in parts.items()}


def _scan(partition: YearPartition, table: str) -> pl.LazyFrame:
    if partition.parts:
        return scan(partition.parts[table].file)
    return partition.tables[table].lazy() if partition.tables else POLARS_SCHEMAS[table].to_frame().lazy()
