"""What differs between two releases.

Belongs here: finding the differences, and how much they weigh. Does not: how they are told (see `changelog.py`).

Tables are compared fiscal year by fiscal year, and years whose files are the same are not read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any, Literal, NamedTuple

import polars as pl

from oig_pipeline.contract.columns import KEY, REPORTS
from oig_pipeline.errors import CannotRun
from oig_pipeline.release import manifest, parquet
from oig_pipeline.release.files import format_changes, table_of, with_office, year_of
from oig_pipeline.release.metadata.about import BETWEEN

BOOKKEEPING = tuple(name for name, column in REPORTS.items() if column.is_bookkeeping)
"""Columns that change whenever a report is seen again; a report that differs in these alone is the same."""
_PLACE = "_place"
Step = Literal["major", "minor", "patch"]
ReportKey = tuple[str, str, int | None]
"""Office, report number and fiscal year."""


class ReportChange(NamedTuple):
    """A report that one release has and the other has not."""

    office: str
    report_number: str
    fiscal_year: int | None
    title: str | None

    @property
    def key(self) -> ReportKey:
        """The key of the report."""
        return self.office, self.report_number, self.fiscal_year


class Change(NamedTuple):
    """A value of a report that differs, as text; None where there is none."""

    office: str
    report_number: str
    fiscal_year: int | None
    column: str
    old: str | None
    new: str | None

    @property
    def key(self) -> ReportKey:
        """The key of the report."""
        return self.office, self.report_number, self.fiscal_year


class ColumnChange(NamedTuple):
    """A column that one release has and the other has not, or has with another type; None where it is missing."""

    table: str
    column: str
    old: str | None
    new: str | None


class Count(NamedTuple):
    """How many violations of a rule two releases have."""

    rule: str
    severity: str
    old: int
    new: int


@dataclass(frozen=True)
class Difference:
    """What differs between the release `old` and the release `new` (ids), all in the order of keys.

    `formats` says what changed for those who read the files by themselves.
    """

    old: str
    new: str
    added: tuple[ReportChange, ...]
    removed: tuple[ReportChange, ...]
    changed: tuple[Change, ...]
    seen_again: int
    columns: tuple[ColumnChange, ...]
    rules_added: tuple[str, ...]
    rules_removed: tuple[str, ...]
    quality: tuple[Count, ...]
    rows: dict[str, tuple[int, int]]
    rules_changed: tuple[tuple[str, str, str], ...] = ()
    formats: tuple[str, ...] = ()

    @property
    def step(self) -> Step:
        """How the version moves: a broken contract is major, new or removed columns, rules and reports are minor.

        Files that lie elsewhere than before break the contract too.
        """
        if self.formats or any(column.old is not None for column in self.columns):
            return "major"
        return (
            "minor" if self.columns or self.rules_added or self.rules_removed or self.added or self.removed else "patch"
        )

    def counts(self) -> dict[str, int]:
        """Return kind of change → count, for the kinds that occur."""
        by_kind = {
            "reports_added": len(self.added),
            "reports_removed": len(self.removed),
            "reports_changed": len({change.key for change in self.changed}),
            "columns_changed": len(self.columns),
            "formats_changed": len(self.formats),
            "rules_changed": len(self.rules_added) + len(self.rules_removed) + len(self.rules_changed),
        }
        return {kind: count for kind, count in by_kind.items() if count}

    def as_dict(self) -> dict[str, Any]:
        """Return the difference as plain values, for JSON."""
        lists = {
            name: [item._asdict() for item in getattr(self, name)]
            for name in ("added", "removed", "changed", "columns", "quality")
        }
        return {**asdict(self), **lists, "step": self.step, "counts": self.counts()}


def difference(old: Path, new: Path) -> Difference:
    """Return what differs between the releases in two folders.

    Raises:
        CannotRun: one of them is damaged.
    """
    manifests = _manifest(old), _manifest(new)
    added: list[ReportChange] = []
    removed: list[ReportChange] = []
    changed: list[Change] = []
    seen_again = 0
    for before, after in _partitions(old, new, *manifests):
        removed += _only(before, after)
        added += _only(after, before)
        changes, again = _changes(before, after)
        changed += changes
        seen_again += again
    rules: list[dict[str, str]] = [m.get("rules", {}) for m in manifests]
    common = sorted(rules[0].keys() & rules[1].keys())
    tables = sorted({*manifests[0]["rows"], *manifests[1]["rows"]})
    return Difference(
        old=manifests[0]["release"],
        new=manifests[1]["release"],
        added=tuple(added),
        removed=tuple(removed),
        changed=tuple(changed),
        seen_again=seen_again,
        columns=tuple(_columns(_schemas(old, manifests[0]), _schemas(new, manifests[1]))),
        rules_added=tuple(sorted(rules[1].keys() - rules[0].keys())),
        rules_removed=tuple(sorted(rules[0].keys() - rules[1].keys())),
        rules_changed=tuple((r, rules[0][r], rules[1][r]) for r in common if rules[0][r] != rules[1][r]),
        quality=tuple(_quality((old, manifests[0]), (new, manifests[1]))),
        formats=tuple(format_changes(*manifests)),
        rows={t: (manifests[0]["rows"].get(t, 0), manifests[1]["rows"].get(t, 0)) for t in tables},
    )


def _manifest(release: Path) -> dict[str, Any]:
    content = manifest.read(release)
    if content is None:
        raise CannotRun(f"{release / manifest.MANIFEST}: is missing or damaged; oig verify says what is wrong")
    return content


def _partitions(
    old: Path, new: Path, before: dict[str, Any], after: dict[str, Any]
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """Yield the reports of each fiscal year in both releases, where their files differ."""
    hashes = [_hashes(manifest, "reports") for manifest in (before, after)]
    paths = [{year_of(path) or "": path for path in by_path} for by_path in hashes]
    for year in sorted({*paths[0], *paths[1]}):
        if len({by_path.get(of_year.get(year, "")) for by_path, of_year in zip(hashes, paths, strict=True)}) > 1:
            frames = [
                with_office(parquet.read(release / of_year[year])) if year in of_year else None
                for release, of_year in zip((old, new), paths, strict=True)
            ]
            template = next(frame for frame in frames if frame is not None)
            yield tuple(template.clear() if frame is None else frame for frame in frames)  # type: ignore[misc]


def _hashes(manifest: dict[str, Any], table: str) -> dict[str, str]:
    """Return path → hash of the files of a table."""
    return {f["path"]: f["sha256"] for f in manifest["files"] if table_of(f["path"]) == table}


def _only(here: pl.DataFrame, there: pl.DataFrame) -> list[ReportChange]:
    titled = here if "title" in here.columns else here.with_columns(pl.lit(None, dtype=pl.String).alias("title"))
    only = titled.join(there, on=KEY, how="anti", nulls_equal=True, maintain_order="left")
    return [ReportChange(*row) for row in only.select(*KEY, "title").iter_rows()]


def _changes(before: pl.DataFrame, after: pl.DataFrame) -> tuple[list[Change], int]:
    """Return the values that differ, and how many reports differ in bookkeeping alone."""
    both = before.join(after, on=KEY, suffix="_new", nulls_equal=True, maintain_order="right").with_row_index(_PLACE)
    shared = [n for n in before.columns if n in after.columns and n not in KEY and before.schema[n] == after.schema[n]]
    if both.is_empty():
        return [], 0
    differs = both.select(*KEY, *(pl.col(n).ne_missing(pl.col(f"{n}_new")).alias(n) for n in shared))
    value_columns = [n for n in shared if n not in BOOKKEEPING]
    indexed: list[tuple[int, Change]] = []
    for name in value_columns:
        rows = both.filter(differs[name]).select(
            _PLACE, *KEY, _text(name, before.schema[name]), _text(f"{name}_new", before.schema[name])
        )
        indexed += [
            (place, Change(office, number, year, name, old, new))
            for place, office, number, year, old, new in rows.iter_rows()
        ]
    indexed.sort(key=itemgetter(0))
    bookkeeping = [n for n in shared if n in BOOKKEEPING]
    changes = [change for _, change in indexed]
    if not bookkeeping:
        return changes, 0
    is_same = ~pl.any_horizontal(value_columns)
    return changes, differs.filter(is_same & pl.any_horizontal(bookkeeping)).height


def _text(name: str, dtype: pl.DataType) -> pl.Expr:
    return pl.col(name).list.join(BETWEEN) if isinstance(dtype, pl.List) else pl.col(name).cast(pl.String)


def _schemas(release: Path, manifest: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Return table → column → type, "or null" where null may stand there."""
    schemas = {}
    for path in sorted(f["path"] for f in manifest["files"] if f["path"].endswith(".parquet")):
        table = path.split("/")[0].removesuffix(".parquet")
        if table not in schemas:
            fields = parquet.schema(release / path)
            schemas[table] = {f.name: f"{f.type}{' or null' if f.nullable else ''}" for f in fields}
    return schemas


def _columns(old: dict[str, dict[str, str]], new: dict[str, dict[str, str]]) -> Iterator[ColumnChange]:
    for table in sorted({*old, *new}):
        before, after = old.get(table, {}), new.get(table, {})
        for name in dict.fromkeys([*before, *after]):
            if before.get(name) != after.get(name):
                yield ColumnChange(table, name, before.get(name), after.get(name))


def _quality(*releases: tuple[Path, dict[str, Any]]) -> Iterator[Count]:
    hashes = [_hashes(content, "violations") for _, content in releases]
    counts: list[Counter[Any]] = []
    for (release, _), by_path in zip(releases, hashes, strict=True):
        count: Counter[Any] = Counter()
        for path in (path for path in by_path if hashes[0].get(path) != hashes[1].get(path)):
            broken = parquet.read(release / path)
            if {"severity", "rule"} <= set(broken.columns):
                kinds = broken.group_by("severity", "rule").len()
                count.update({(severity, rule): rows for severity, rule, rows in kinds.iter_rows()})
        counts.append(count)
    for severity, rule in sorted({*counts[0], *counts[1]}):
        before, after = counts[0][severity, rule], counts[1][severity, rule]
        if before != after:
            yield Count(rule, severity, before, after)
