"""One fiscal year of all portions → its part of the tables.

Belongs here: judging accepted sightings beside one another, merging them, and keeping what they come to. Does not: the
work of any of these. A function of the year's rows, so that whoever runs it can fan it out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import accumulate, product

import polars as pl

from oig_pipeline.capture.captures import NAME_DIGITS
from oig_pipeline.contract.columns import SIGHTINGS, VIOLATIONS
from oig_pipeline.contract.schemas import CURATED, empty
from oig_pipeline.curate.compare import Shared, compared_by, shared_of
from oig_pipeline.curate.judge import ACCEPTED, Judgement, judge_together
from oig_pipeline.curate.merge import ORDER, provenance_of, reports_of, unite
from oig_pipeline.release.parquet import Part, Writer
from oig_pipeline.run.batches import COLUMNS, Key, Portion, some, taken
from oig_pipeline.run.places import Place
from oig_pipeline.run.stats import Books, books_of

EVERY = -1
"""All fiscal years, where they are little enough to be one step."""
PLACE = ["capture_path", "line", "rule", "sighting_id"]
_TITLED = ("report_number", "fiscal_year", "title", "document_url", "in_doubt")
_BEFORE = {"rows": pl.Int32, "lines": pl.Int32}
_TOLD_BY = ("sighting_id", "line", "outcome", *_TITLED)

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

    def moved(self, folder: Place) -> Year:
        """Return the same with its files in another folder."""
        parts = {name: replace(part, file=folder / part.file.name) for name, part in self.parts.items()}
        return replace(self, parts=parts)


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
    """Return what a fiscal year comes to, or all of them together.

    Args:
        year: the year; `EVERY` for all.
        placed: all portions, in the order of their captures.
        acknowledged: the acknowledgements in force.
        folder: where to keep its part of the tables as files; None for memory.
    """
    keys = keys_of(year, placed)
    # What is kept in memory is so little that it is merged at once.
    together = [[key] for key in keys] if folder else [keys]
    shared = _shared(keys, placed) if len(together) > 1 else None
    books, kept = Books(), []
    writers = {name: Writer(name, folder / f"{name}.parquet") for name in CURATED} if folder else {}
    with ThreadPoolExecutor(1) as pool:  # one block is written while the next is made
        writing = pool.submit(_write, writers, {})
        for own in together:
            tables, own_books = _block(placed, own, shared, acknowledged)
            books += own_books
            writing.result()
            if folder is None:
                kept.append(tables)
            else:
                writing = pool.submit(_write, writers, tables)
            del tables  # it goes as soon as it is written
        writing.result()
    parts = {name: writer.part() for name, writer in writers.items()}
    books += Books(accounting=tuple(_lost(books, parts)))
    return Year(year, books, _together(kept) if kept else {}, parts)


def _write(writers: Mapping[str, Writer], tables: Mapping[str, pl.DataFrame]) -> None:
    """Add rows to the files of their tables, side by side: a year that is merged alone leaves cores idle."""
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda name: writers[name].add(tables[name]), tables))


def _block(
    placed: Sequence[Placed], keys: Sequence[Key], shared: Shared | None, acknowledged: Acknowledged
) -> tuple[dict[str, pl.DataFrame], Books]:
    """Return what some years and blocks come to, and the books of it."""
    alone = rows_of(placed, keys)
    tables, settled = _tables(alone, shared, acknowledged)
    return tables, books_of(tables, refused=_refused(alone, tables["sightings"]), settled=settled)


def keys_of(year: int | None, placed: Sequence[Placed]) -> list[Key]:
    """Return the year and block of all rows of a fiscal year, or of all years, in order."""
    found = blocks(one.portion for one in placed)
    return [(of, block) for of, own in found.items() if year in (of, EVERY) for block in own]


def rows_of(placed: Sequence[Placed], keys: Sequence[Key]) -> Judgement:
    """Return the sightings of some years and blocks, judged alone, with their violations, in the order of captures."""
    found = [(one, *taken(one.portion, key)) for one, key in product(placed, keys)]
    sightings = _standing([(one, own) for one, own, _ in found], pl.DataFrame(schema=COLUMNS))
    return Judgement(_ordered(sightings), _standing([(one, broken) for one, _, broken in found], empty("violations")))


def _ordered(sightings: pl.DataFrame) -> pl.DataFrame:
    """Return sightings in the order of captures: most often that is how they come, which is faster told than made."""
    path, ordinal = pl.col("capture_path"), pl.col("ordinal")
    is_next = (path > path.shift()) | ((path == path.shift()) & (ordinal > ordinal.shift()))
    is_ordered = sightings.select(is_next.fill_null(True).all()).item()
    return sightings if is_ordered else sightings.sort("capture_path", "ordinal")


def rows_in(placed: Placed, key: Key) -> pl.DataFrame:
    """Return the sightings of a portion in a year's block, as they stand in the whole."""
    own, _ = taken(placed.portion, key)
    return _standing([(placed, own)], own.clear())


def broken_in(year: int | None, placed: Sequence[Placed]) -> Iterator[tuple[str, str]]:
    """Yield which rules on groups are broken in a fiscal year, and by which sightings."""
    keys = keys_of(year, placed)
    shared = _shared(keys, placed) if len(keys) > 1 else None
    for key in keys:
        alone = rows_of(placed, [key])
        together = judge_together(alone, shared).violations
        more = together.slice(alone.violations.height)
        yield from more.select("rule", "sighting_id").iter_rows()


def _lost(books: Books, parts: Mapping[str, Part]) -> Iterator[str]:
    """Yield the files that hold another number of rows than they were given."""
    for name, part in parts.items():
        if part.rows != books.content.rows.get(name, 0):
            yield f"{name}: {books.content.rows.get(name, 0)} rows written, {part.rows} in the file"


def _together(kept: Sequence[Mapping[str, pl.DataFrame]]) -> dict[str, pl.DataFrame]:
    """Return the tables of all blocks of a year, as if they were one."""
    tables = {name: pl.concat([of_block[name] for of_block in kept]) for name in CURATED}
    if len(kept) > 1:
        order = tables["reports"].select(pl.arg_sort_by(ORDER, nulls_last=True)).to_series()
        tables |= {name: tables[name][order] for name in ("reports", "provenance")}
    return tables


def _standing(parts: Sequence[tuple[Placed, pl.DataFrame]], none: pl.DataFrame) -> pl.DataFrame:
    """Return rows of portions as they stand among the others, less those that left them; `none` if there are none."""
    parts = [(placed, rows) for placed, rows in parts if not rows.is_empty()]
    rows = pl.concat([rows for _, rows in parts] or [none])
    if any(placed.rows or placed.lines for placed, _ in parts):
        rows = _moved(rows, parts)
    if any(placed.without for placed, _ in parts):
        begins = accumulate((own.height for _, own in parts), initial=0)
        ids = [rows["sighting_id"].slice(begin, own.height) for begin, (_, own) in zip(begins, parts, strict=False)]
        rows = rows.filter(pl.concat(~own.is_in(list(p.without)) for own, (p, _) in zip(ids, parts, strict=True)))
    return rows


def _moved(rows: pl.DataFrame, parts: Sequence[tuple[Placed, pl.DataFrame]]) -> pl.DataFrame:
    """Return rows of stretches with their places in the whole captures: all at once, for single slices are small."""
    before = pl.DataFrame({"rows": [p.rows for p, _ in parts], "lines": [p.lines for p, _ in parts]}, schema=_BEFORE)
    before = before.select(pl.all().repeat_by(pl.Series([own.height for _, own in parts])).explode())
    key = pl.col("sighting_id")
    ordinal = key.str.slice(NAME_DIGITS + 1).cast(pl.Int32) + before["rows"]
    named = pl.concat_str(key.str.head(NAME_DIGITS + 1), ordinal).alias("sighting_id")
    moved = [named, pl.col("line") + before["lines"]]
    return rows.with_columns(*moved, *([ordinal.alias("ordinal")] if "ordinal" in rows.columns else []))


def _shared(keys: Sequence[Key], placed: Sequence[Placed]) -> Shared:
    """Return what several reports of a fiscal year share, without reading anything else of its sightings."""
    found = []
    for key in keys:
        # Where a row stands is asked only of portions that some have left.
        parts = [(one, some(one.portion, key, _TOLD_BY)) for one in placed]
        sightings = pl.concat(_standing([(one, own)], own.clear()) if one.without else own for one, own in parts)
        distinct = compared_by(sightings.filter(outcome=ACCEPTED).select(_TITLED))
        # Copied: a text that is left where it was read keeps the files that it came from in memory.
        copied = pl.from_arrow(distinct.to_arrow(compat_level=pl.CompatLevel.oldest()))
        assert isinstance(copied, pl.DataFrame)
        found.append(copied)
    return shared_of(pl.concat(found))


def _tables(
    alone: Judgement, shared: Shared | None, acknowledged: Acknowledged
) -> tuple[dict[str, pl.DataFrame], tuple[int, ...]]:
    """Return the rows of the tables, and the lines of the corrections that acknowledge a violation among them."""
    judgement = judge_together(alone, shared)
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
