"""What a run must know of rows once they lie elsewhere.

Belongs here: counts, accounting, shape and examples of some rows of the tables, and adding them up. Does not: what is
counted, or what follows from it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from oig_pipeline.curate import accounting
from oig_pipeline.curate.shape import shape_faults
from oig_pipeline.release.metadata.about import Content, content_of

Broken = Counter[tuple[str, str, bool]]
"""Rule, severity, acknowledged → violations."""
Counted = Mapping[str, tuple[int, int, int]]
"""Path of a capture → its sightings, those published, those quarantined."""


@dataclass(frozen=True)
class Books:
    """What is known of some rows of the tables.

    Attributes:
        content: what descriptions say of them.
        broken: how often which rule is broken.
        captures: how many rows each capture has here.
        unsettled: how many sightings are quarantined and not acknowledged.
        refused: the sightings that rules on groups quarantined.
        settled: the lines of the corrections that acknowledge a violation here.
        accounting: what does not add up, as sentences.
        shape: where a table departs from its schema, as sentences.
    """

    content: Content = field(default_factory=Content)
    broken: Broken = field(default_factory=Counter)
    captures: Counted = field(default_factory=dict)
    unsettled: int = 0
    refused: tuple[str, ...] = ()
    settled: tuple[int, ...] = ()
    accounting: tuple[str, ...] = ()
    shape: tuple[str, ...] = ()

    def __add__(self, other: Books) -> Books:
        """Return the books of both; no row may be in both."""
        captures = dict(self.captures)
        for path, counts in other.captures.items():
            before = captures.get(path, (0, 0, 0))
            captures[path] = (before[0] + counts[0], before[1] + counts[1], before[2] + counts[2])
        return Books(
            self.content + other.content,
            self.broken + other.broken,
            captures,
            self.unsettled + other.unsettled,
            self.refused + other.refused,
            tuple(sorted({*self.settled, *other.settled})),
            tuple(dict.fromkeys((*self.accounting, *other.accounting))),
            tuple(dict.fromkeys((*self.shape, *other.shape))),
        )

    @property
    def sightings(self) -> int:
        """How many sightings there are."""
        return sum(counts[0] for counts in self.captures.values())

    @property
    def quarantined(self) -> int:
        """How many of them are quarantined."""
        return sum(counts[2] for counts in self.captures.values())


def books_of(tables: Mapping[str, pl.DataFrame], refused: tuple[str, ...] = (), settled: tuple[int, ...] = ()) -> Books:
    """Return the books of rows of the tables; of the sightings among them, all reports and violations must be there."""
    violations = tables["violations"]
    open_errors = violations.filter((pl.col("severity") == "error") & ~pl.col("acknowledged"))
    return Books(
        content_of(tables),
        _broken(violations),
        {path: tuple(counts) for path, *counts in accounting.by_capture(tables["sightings"]).iter_rows()},
        open_errors["sighting_id"].n_unique(),
        refused,
        settled,
        tuple(accounting.of_rows(tables["sightings"], tables["reports"], violations)),
        tuple(shape_faults(tables)),
    )


def books_of_others(others: Mapping[str, pl.DataFrame], found: pl.DataFrame) -> Books:
    """Return the books of the tables that have no part for each fiscal year, and of violations of whole captures."""
    tables = {**others, "violations": found}
    return Books(content_of(tables), _broken(found), shape=tuple(shape_faults(tables)))


def _broken(violations: pl.DataFrame) -> Broken:
    counts = violations.group_by("rule", "severity", "acknowledged").len()
    return Counter({(rule, severity, known): rows for rule, severity, known, rows in counts.iter_rows()})
