"""Run statistics: what a run keeps of rows after they are written to files.

Belongs here: counts, accounting, shape and examples of some rows of the tables, and adding them up. Does not: what is
counted, or what follows from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from oig_pipeline.curate import accounting
from oig_pipeline.curate.shape import schema_errors
from oig_pipeline.release.metadata.about import TableStats, stats_of_tables

Broken = Mapping[str, tuple[int, int]]
"""Code of a rule → its violations, and how many of them are acknowledged."""
Counted = Mapping[str, tuple[int, int, int]]
"""Path of a capture → its sightings, those published, those quarantined."""


@dataclass(frozen=True)
class RunStats:
    """Statistics of some rows of the tables.

    Attributes:
        content: the table statistics that descriptions show.
        broken: the number of violations of each rule.
        captures: the number of rows of each capture.
        unsettled: the number of sightings that are quarantined and not acknowledged.
        refused: the sightings that rules on groups quarantined.
        acknowledging_lines: the lines of the corrections that acknowledge a violation here.
        accounting: what does not add up, as sentences.
        shape: where a table departs from its schema, as sentences.
    """

    content: TableStats = field(default_factory=TableStats)
    broken: Broken = field(default_factory=dict)
    captures: Counted = field(default_factory=dict)
    unsettled: int = 0
    refused: tuple[str, ...] = ()
    acknowledging_lines: tuple[int, ...] = ()
    accounting: tuple[str, ...] = ()
    shape: tuple[str, ...] = ()

    def __add__(self, other: RunStats) -> RunStats:
        """Return the statistics of both; no row may be in both."""
        captures = dict(self.captures)
        for path, (all_rows, published, quarantined) in other.captures.items():
            before = captures.get(path, (0, 0, 0))
            captures[path] = (before[0] + all_rows, before[1] + published, before[2] + quarantined)
        broken = dict(self.broken)
        for rule, (violations, acknowledged) in other.broken.items():
            of_rule = broken.get(rule, (0, 0))
            broken[rule] = (of_rule[0] + violations, of_rule[1] + acknowledged)
        return RunStats(
            self.content + other.content,
            broken,
            captures,
            self.unsettled + other.unsettled,
            self.refused + other.refused,
            tuple(sorted({*self.acknowledging_lines, *other.acknowledging_lines})),
            tuple(dict.fromkeys((*self.accounting, *other.accounting))),
            tuple(dict.fromkeys((*self.shape, *other.shape))),
        )

    @property
    def sightings(self) -> int:
        """The number of sightings."""
        return sum(counts[0] for counts in self.captures.values())

    @property
    def quarantined(self) -> int:
        """The number of quarantined sightings."""
        return sum(counts[2] for counts in self.captures.values())


def stats_of(
    tables: Mapping[str, pl.DataFrame], refused: tuple[str, ...] = (), acknowledging_lines: tuple[int, ...] = ()
) -> RunStats:
    """Return the statistics of rows of the tables, with all reports and violations of the sightings among them."""
    violations = tables["violations"]
    open_errors = violations.filter((pl.col("severity") == "error") & ~pl.col("acknowledged"))
    return RunStats(
        stats_of_tables(tables),
        _broken(violations),
        {path: tuple(counts) for path, *counts in accounting.by_capture(tables["sightings"]).iter_rows()},
        open_errors["sighting_id"].n_unique(),
        refused,
        acknowledging_lines,
        tuple(accounting.of_rows(tables["sightings"], tables["reports"], violations)),
        tuple(schema_errors(tables)),
    )


def stats_of_unpartitioned(tables: Mapping[str, pl.DataFrame], capture_violations: pl.DataFrame) -> RunStats:
    """Return the statistics of the tables without fiscal years, and of the violations of whole captures."""
    tables = {**tables, "violations": capture_violations}
    return RunStats(stats_of_tables(tables), _broken(capture_violations), shape=tuple(schema_errors(tables)))


def _broken(violations: pl.DataFrame) -> Broken:
    counts = violations.group_by("rule").agg(pl.len(), pl.col("acknowledged").sum())
    return {rule: (count, acknowledged) for rule, count, acknowledged in counts.iter_rows()}
