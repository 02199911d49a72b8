"""What a run knows once every row is judged.

Belongs here: the tables of the contract, wherever their rows lie, and what is known of them without looking. Does not:
judging, or deciding whether they may be published.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from oig_pipeline.capture.documents import Documents, none
from oig_pipeline.capture.reader import Told
from oig_pipeline.contract.columns import CAPTURES
from oig_pipeline.contract.schemas import BY_YEAR, CURATED, TABLES, empty, polars_schema
from oig_pipeline.curate.outcomes import Settled
from oig_pipeline.release.files import by_year
from oig_pipeline.release.metadata.about import Content, content_of
from oig_pipeline.release.parquet import Part, Parts, scan
from oig_pipeline.run.curate_partition import PLACE, Year
from oig_pipeline.run.stats import Books, books_of_others

ORDERS = {"sightings": ["capture_path", "ordinal"], "violations": PLACE}
"""Table → the order of its rows, where it is not that of fiscal years."""


@dataclass(frozen=True)
class Judged:
    """What one set of captures came to.

    Attributes:
        readings: what each capture is.
        settled: what came of each correction.
        years: what each fiscal year came to; the rows without one last.
        found: the violations of whole captures and of corrections.
        history: the changes between captures.
        documents: what was read of the documents that reports link.
        workshop: what goes, with the rows in it, when the run is forgotten.
    """

    readings: tuple[Told, ...]
    settled: Settled
    years: tuple[Year, ...]
    found: pl.DataFrame
    history: pl.DataFrame
    documents: Documents = field(default_factory=none)
    workshop: object = None

    @cached_property
    def of_years(self) -> Books:
        """What is known of the rows of all fiscal years."""
        return sum((year.books for year in self.years), Books())

    @cached_property
    def books(self) -> Books:
        """What is known of all tables without looking at their rows."""
        return self.of_years + books_of_others(self.others, self.found)

    @cached_property
    def captures(self) -> pl.DataFrame:
        """The table of captures."""
        rows = [
            (
                t.capture.sha256, t.capture.path, t.capture.url, t.capture.retrieved_at, t.capture.size, t.layout,
                *self.of_years.captures.get(t.capture.path, (0, 0, 0)), t.status, t.note,
            )
            for t in self.readings
        ]  # fmt: skip
        return pl.DataFrame(rows, schema=polars_schema("captures"), orient="row").select(*CAPTURES).sort("path")

    @cached_property
    def others(self) -> dict[str, pl.DataFrame]:
        """The tables that have no part for each fiscal year, violations aside."""
        return {
            "captures": self.captures,
            "report_history": self.history,
            "documents": self.documents.table,
            "document_pages": self.documents.pages,
        }

    def scan(self, table: str) -> pl.LazyFrame:
        """Return the rows of a table, in no order that counts, without reading them yet."""
        if table in self.others:
            return self.others[table].lazy()
        found = [self.found.lazy()] if table == "violations" else []
        return pl.concat([empty(table).lazy(), *found, *(_scan(year, table) for year in self.years)])

    def table(self, name: str, *wanted: pl.Expr) -> pl.DataFrame:
        """Return the rows of a table, all or those that are wanted, in order."""
        frame = self.scan(name).filter(*wanted).collect()
        return frame.sort(ORDERS[name], nulls_last=False, maintain_order=True) if name in ORDERS else frame

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return all tables, whole."""
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
        """Whether the rows lie in files for each fiscal year."""
        return any(year.parts for year in self.years)

    def release_tables(self) -> tuple[Mapping[str, pl.DataFrame | Parts], Content]:
        """Return the tables of a release, those of fiscal years in parts, and what they hold."""
        parts, content = self._parts_of_files() if self.is_parted else self._parts_of_rows()
        history = by_year("report_history", self.history)
        others = {name: table for name, table in self.others.items() if name not in BY_YEAR}
        content += content_of({**others, **_in_order({"report_history": history})})
        return {**others, **parts, "report_history": history}, content

    def _parts_of_rows(self) -> tuple[dict[str, Parts], Content]:
        """Return the parts of the tables whose rows are at hand, and what they hold."""
        tables = {name: self.table(name) for name in CURATED}
        known = tables["sightings"].select("sighting_id", "fiscal_year")
        violations = tables["violations"].join(known, on="sighting_id", how="left", maintain_order="left")
        years = {"violations": violations["fiscal_year"]}
        parts = {name: by_year(name, table, years.get(name)) for name, table in tables.items()}
        return {**parts}, content_of(_in_order(parts))

    def _parts_of_files(self) -> tuple[dict[str, Parts], Content]:
        """Return the parts of the tables whose rows lie in files by year, and what they hold."""
        undated = self.scan_undated().collect().sort(PLACE)
        parts: dict[str, dict[int | None, Part | pl.DataFrame]] = {
            name: {y.year: y.parts[name] for y in self.years if y.parts[name].rows} for name in CURATED
        }
        content = self.of_years.content
        if not undated.is_empty():
            parts["violations"] |= {None: undated}
            dated = (y.books.content for y in self.years if y.year is not None)
            content = content.without("violations")
            content += sum(dated, Content()).only("violations") + content_of({"violations": undated})
        return {**parts}, content

    def scan_undated(self) -> pl.LazyFrame:
        """Return the violations of rows without a fiscal year, of whole captures and of corrections."""
        undated = [y for y in self.years if y.year is None]
        return pl.concat([self.found.lazy(), *(_scan(y, "violations") for y in undated)])


def _in_order(parts: Mapping[str, Mapping[int | None, pl.DataFrame]]) -> dict[str, pl.DataFrame]:
    """Return tables whole, their rows as they lie in the files of a release."""
    return {name: pl.concat([empty(name), *found.values()]) for name, found in parts.items()}


def _scan(year: Year, table: str) -> pl.LazyFrame:
    if year.parts:
        return scan(year.parts[table].file)
    return year.tables[table].lazy() if year.tables else empty(table).lazy()
