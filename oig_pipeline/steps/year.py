"""One fiscal year of all portions → its part of the tables.

Belongs here: judging accepted sightings beside one another, merging them, and keeping what they come to. Does not: the
work of any of these. A function of the year's rows, so that whoever runs it can fan it out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from oig_pipeline.contract.columns import SIGHTINGS, VIOLATIONS
from oig_pipeline.contract.schemas import empty
from oig_pipeline.curate.compare import titles_of
from oig_pipeline.curate.judge import ACCEPTED, Judgement, judge_together
from oig_pipeline.curate.merge import ORDER, provenance_of, reports_of, unite
from oig_pipeline.publish.parquet import Part, Writer
from oig_pipeline.steps.books import Books, books_of
from oig_pipeline.steps.places import Place
from oig_pipeline.steps.portion import COLUMNS, Key, Portion, taken

PARTED = ("reports", "sightings", "violations", "provenance")
"""The tables that have a part for each fiscal year."""
PLACE = ["capture_path", "line", "rule", "sighting_id"]
_TITLED = ("report_number", "fiscal_year", "title", "document_url")

Acknowledged = Mapping[int, tuple[str, Sequence[str]]]
"""Line of a correction → the rule that it answers, and the sightings whose quarantine it acknowledges."""


@dataclass(frozen=True)
class Placed:
    """A portion among the others: the rows and lines of its capture before it, and the sightings that left it."""

    portion: Portion
    rows: int = 0
    lines: int = 0
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Year:
    """What one fiscal year came to; None stands for the rows that have no year.

    Attributes:
        year: the fiscal year.
        books: what is to be known of it without its rows.
        tables: its part of each table, where they are kept in memory.
        parts: the files that hold them otherwise.
    """

    year: int | None
    books: Books
    tables: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    parts: Mapping[str, Part] = field(default_factory=dict)


def blocks(portions: Iterable[Portion]) -> dict[int | None, list[int]]:
    """Return fiscal year → its blocks, both in order, the rows without a year last."""
    found: dict[int | None, set[int]] = {}
    for portion in portions:
        for part in portion.slices:
            found.setdefault(part.year, set()).add(part.block)
    return {year: sorted(found[year]) for year in sorted(found, key=lambda year: (year is None, year or 0))}


def curate_year(
    year: int | None, placed: Sequence[Placed], acknowledged: Acknowledged, folder: Place | None = None
) -> Year:
    """Return what a fiscal year comes to.

    Args:
        year: the year.
        placed: all portions, in the order of their captures.
        acknowledged: the acknowledgements in force.
        folder: where to keep its part of the tables as files; None for memory.
    """
    own = blocks(p.portion for p in placed).get(year, [])
    others = _titles(year, own, placed) if len(own) > 1 else None
    books, kept = Books(), []
    writers = {name: Writer(name, folder / f"{name}.parquet") for name in PARTED} if folder else {}
    for block in own:
        alone = rows_of(placed, year, block)
        tables, settled = _tables(alone, others, acknowledged)
        books += books_of(tables, refused=_refused(alone, tables["sightings"]), settled=settled)
        for name, writer in writers.items():
            writer.add(tables[name])
        if folder is None:
            kept.append(tables)
    parts = {name: writer.part() for name, writer in writers.items()}
    books += Books(accounting=tuple(_lost(books, parts)))
    return Year(year, books, _together(kept) if kept else {}, parts)


def rows_of(placed: Sequence[Placed], year: int | None, block: int) -> Judgement:
    """Return the sightings of a year's block, judged alone, with their violations, in the order of captures."""
    sightings, violations = [pl.DataFrame(schema=COLUMNS)], [empty("violations")]
    for one in placed:
        own, found = rows_in(one, (year, block))
        sightings.append(own)
        violations.append(found)
    return Judgement(pl.concat(sightings).sort("capture_path", "ordinal"), pl.concat(violations))


def rows_in(placed: Placed, key: Key) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the sightings and violations of a portion in a year's block, as they stand in the whole."""
    own, found = taken(placed.portion, key)
    if placed.rows or placed.lines:
        own, found = _below(own, placed), _below(found, placed)
    if placed.without:
        own, found = (f.filter(~pl.col("sighting_id").is_in(list(placed.without))) for f in (own, found))
    return own, found


def broken_in(year: int | None, placed: Sequence[Placed]) -> Iterator[tuple[str, str]]:
    """Yield which rules on groups are broken in a fiscal year, and by which sightings."""
    own = blocks(p.portion for p in placed).get(year, [])
    others = _titles(year, own, placed) if len(own) > 1 else None
    for block in own:
        alone = rows_of(placed, year, block)
        together = judge_together(alone, others).violations
        more = together.slice(alone.violations.height)
        yield from more.select("rule", "sighting_id").iter_rows()


def _lost(books: Books, parts: Mapping[str, Part]) -> Iterator[str]:
    """Yield the files that hold another number of rows than they were given."""
    for name, part in parts.items():
        if part.rows != books.content.rows.get(name, 0):
            yield f"{name}: {books.content.rows.get(name, 0)} rows written, {part.rows} in the file"


def _together(kept: Sequence[Mapping[str, pl.DataFrame]]) -> dict[str, pl.DataFrame]:
    """Return the tables of all blocks of a year, as if they were one."""
    tables = {name: pl.concat([of_block[name] for of_block in kept]) for name in PARTED}
    if len(kept) > 1:
        order = tables["reports"].select(pl.arg_sort_by(ORDER, nulls_last=True)).to_series()
        tables |= {name: tables[name][order] for name in ("reports", "provenance")}
    return tables


def _below(rows: pl.DataFrame, placed: Placed) -> pl.DataFrame:
    """Return rows of a stretch with their places in the whole capture."""
    key = pl.col("sighting_id")
    ordinal = key.str.extract(r"(\d+)$").cast(pl.Int32) + placed.rows
    moved = [
        pl.format("{}-{}", key.str.extract(r"^(.*)-"), ordinal).alias("sighting_id"),
        pl.col("line") + placed.lines,
    ]
    return rows.with_columns(*moved, *([ordinal.alias("ordinal")] if "ordinal" in rows.columns else []))


def _titles(year: int | None, own: Sequence[int], placed: Sequence[Placed]) -> pl.DataFrame:
    found = []
    for block in own:
        sightings = rows_of(placed, year, block).sightings
        found.append(titles_of(sightings.filter(outcome=ACCEPTED).select(_TITLED)))
    return pl.concat(found)


def _tables(
    alone: Judgement, others: pl.DataFrame | None, acknowledged: Acknowledged
) -> tuple[dict[str, pl.DataFrame], tuple[int, ...]]:
    """Return the rows of the tables, and the lines of the corrections that acknowledge a violation among them."""
    judgement = judge_together(alone, others)
    violations, settled = judgement.violations, []
    for line, (rule, ids) in acknowledged.items():
        answered = (pl.col("rule") == rule) & pl.col("sighting_id").is_in(list(ids))
        if not violations.filter(answered).is_empty():
            settled.append(line)
            marked = pl.col("acknowledged") | answered.fill_null(False)
            violations = violations.with_columns(marked.alias("acknowledged"))
    united = unite(judgement.sightings.filter(outcome=ACCEPTED))
    return {
        "reports": reports_of(united),
        "sightings": judgement.sightings.select(*SIGHTINGS),
        "violations": violations.sort(PLACE).select(*VIOLATIONS),
        "provenance": provenance_of(united),
    }, tuple(settled)


def _refused(alone: Judgement, together: pl.DataFrame) -> tuple[str, ...]:
    """Return the sightings that rules on rows accept and rules on groups do not."""
    changed = (alone.sightings["outcome"] == ACCEPTED) & (together["outcome"] != ACCEPTED)
    return tuple(together.filter(changed)["sighting_id"])
