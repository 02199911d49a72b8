"""One fiscal year of all batches → its part of the tables.

Belongs here: judging accepted sightings by the rules on groups, merging them, and writing the result. Does not: the
work of any of these. A function of the year's rows, so any worker can run it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product

import polars as pl

from oig_pipeline.contract.columns import SIGHTINGS, VIOLATIONS
from oig_pipeline.contract.ledger_columns import STATEMENTS
from oig_pipeline.contract.schemas import CURATED, POLARS_SCHEMAS
from oig_pipeline.curate import ledger, statements
from oig_pipeline.curate.compare import Shared, compared_by, shared_of
from oig_pipeline.curate.judge import ACCEPTED, Judgement, judge_groups
from oig_pipeline.curate.merge import merge_groups, provenance_of, reports_of, with_answers, with_values
from oig_pipeline.offices import OFFICES
from oig_pipeline.release.files import by_year
from oig_pipeline.release.parquet import Part, Parts, PartWriter
from oig_pipeline.run.batches import COLUMNS, Batch, Key, read_columns, read_partition
from oig_pipeline.run.stats import RunStats, stats_of
from oig_pipeline.run.summaries import Summaries, read_summaries
from oig_pipeline.storage import WorkPath

ALL_YEARS = -1
"""All fiscal years, where they have so few rows that they are merged in one task."""
VIOLATION_ORDER = ["capture_path", "line", "rule", "sighting_id"]
_TITLE_COLUMNS = (
    *("office", "report_number", "fiscal_year", "title", "document_url", "links_page", "in_doubt"),
    "number_is_printed",
)
_COMPARED_COLUMNS = ("outcome", *_TITLE_COLUMNS)

Acknowledged = Mapping[int, tuple[str, Sequence[str]]]
"""Line of a correction → the rule that it answers, and the sightings whose quarantine it acknowledges."""


@dataclass(frozen=True)
class YearPartition:
    """The part of a fiscal year, or of all of them, in the tables.

    Attributes:
        stats: its statistics.
        tables: table → fiscal year → its rows, in memory or in a file.
    """

    stats: RunStats
    tables: Mapping[str, Parts]


def blocks_by_year(batches: Iterable[Batch]) -> dict[int | None, list[int]]:
    """Return fiscal year → its blocks, both in order, the rows without a year last."""
    blocks: dict[int | None, set[int]] = {}
    for batch in batches:
        for row_range in batch.row_ranges:
            blocks.setdefault(row_range.year, set()).add(row_range.block)
    return {year: sorted(blocks[year]) for year in sorted(blocks, key=lambda year: (year is None, year or 0))}


def curate_partition(
    year: int | None,
    batches: Sequence[Batch],
    acknowledged: Acknowledged,
    pages: pl.DataFrame,
    folder: WorkPath | None = None,
) -> YearPartition:
    """Return the partition of a fiscal year, or of all years.

    Args:
        year: the year; `ALL_YEARS` for all.
        batches: all batches, in the order of their captures.
        acknowledged: the acknowledgements in force.
        pages: what pages say of recommendations (columns of `PAGES`).
        folder: where to write its files; None for memory.
    """
    keys = keys_of(year, batches)
    if folder is None:  # so few rows that all blocks are merged at once
        tables, refused, lines = _block(batches, keys, None, acknowledged, pages)
        parts = _by_year(tables)
        in_order = {name: pl.concat([tables[name].clear(), *parts[name].values()]) for name in tables}
        return YearPartition(stats_of(in_order, refused, lines), parts)
    shared = _shared(keys, batches) if len(keys) > 1 else None
    stats = RunStats()
    writers = {name: PartWriter(name, folder / f"{name}.parquet") for name in CURATED}
    with ThreadPoolExecutor(1) as pool:  # one block is written while the next is merged
        writing = pool.submit(_write, writers, {})
        for key in keys:
            tables, refused, lines = _block(batches, [key], shared, acknowledged, pages)
            stats += stats_of(tables, refused, lines)
            writing.result()
            writing = pool.submit(_write, writers, tables)
            del tables  # frees the memory as soon as it is written
        writing.result()
    files = {name: writer.part() for name, writer in writers.items()}
    stats += RunStats(accounting=tuple(_row_count_errors(stats, files)))
    return YearPartition(stats, {name: {year: file} for name, file in files.items()})


def _by_year(tables: Mapping[str, pl.DataFrame]) -> dict[str, dict[int | None, pl.DataFrame]]:
    """Return table → fiscal year → its rows; a violation has the year of its sighting."""
    year_of_sighting = tables["sightings"].select("sighting_id", "fiscal_year")
    violations = tables["violations"].join(year_of_sighting, on="sighting_id", how="left", maintain_order="left")
    years = {"violations": violations["fiscal_year"]}
    return {name: by_year(name, table, years.get(name)) for name, table in tables.items()}


def _write(writers: Mapping[str, PartWriter], tables: Mapping[str, pl.DataFrame]) -> None:
    """Append rows to the files of their tables, in parallel: a year that is merged alone leaves cores idle."""
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda name: writers[name].add(tables[name]), tables))


def _block(
    batches: Sequence[Batch],
    keys: Sequence[Key],
    shared: Shared | None,
    acknowledged: Acknowledged,
    pages: pl.DataFrame,
) -> tuple[dict[str, pl.DataFrame], tuple[str, ...], tuple[int, ...]]:
    """Return the tables of some years and blocks, the sightings that rules on groups refuse, and what acknowledges."""
    judgement = rows_of(batches, keys)
    tables, lines = _tables(judgement, shared, acknowledged, pages)
    return tables, _refused(judgement, tables["sightings"]), lines


def keys_of(year: int | None, batches: Sequence[Batch]) -> list[Key]:
    """Return the year and block of all rows of a fiscal year, or of all years, in order."""
    return [(y, block) for y, blocks in blocks_by_year(batches).items() if year in (y, ALL_YEARS) for block in blocks]


def rows_of(batches: Sequence[Batch], keys: Sequence[Key]) -> Judgement:
    """Return the sightings of some years and blocks, judged by the rules on rows, in the order of captures."""
    parts = [read_partition(batch, key) for batch, key in product(batches, keys)]
    sightings = pl.concat([pl.DataFrame(schema=COLUMNS), *(rows for rows, _ in parts)])
    violations = pl.concat([POLARS_SCHEMAS["violations"].to_frame(), *(rows for _, rows in parts)])
    return Judgement(_ordered(sightings), violations)


def _ordered(sightings: pl.DataFrame) -> pl.DataFrame:
    """Return sightings in the order of captures: they mostly are, and testing that is faster than sorting."""
    path, ordinal = pl.col("capture_path"), pl.col("ordinal")
    is_next = (path > path.shift()) | ((path == path.shift()) & (ordinal > ordinal.shift()))
    is_ordered = sightings.select(is_next.fill_null(True).all()).item()
    return sightings if is_ordered else sightings.sort("capture_path", "ordinal")


def group_violations(year: int | None, batches: Sequence[Batch]) -> Iterator[tuple[str, str]]:
    """Yield the rules on groups that are broken in a fiscal year, and the sightings that break them."""
    keys = keys_of(year, batches)
    shared = _shared(keys, batches) if len(keys) > 1 else None
    for key in keys:
        judgement = rows_of(batches, [key])
        summaries = read_summaries(judgement.sightings.filter(outcome=ACCEPTED))
        violations = judge_groups(judgement, shared, summaries.answers).violations
        of_groups = violations.slice(judgement.violations.height)
        yield from of_groups.select("rule", "sighting_id").iter_rows()


def _row_count_errors(stats: RunStats, parts: Mapping[str, Part]) -> Iterator[str]:
    """Yield the files that do not hold as many rows as were written to them."""
    for name, part in parts.items():
        if part.rows != stats.content.rows.get(name, 0):
            yield f"{name}: {stats.content.rows.get(name, 0)} rows written, {part.rows} in the file"


def _shared(keys: Sequence[Key], batches: Sequence[Batch]) -> Shared:
    """Return the values that several reports of a fiscal year share; it reads only a few columns of the sightings."""
    frames = []
    for key in keys:
        sightings = pl.concat(read_columns(batch, key, _COMPARED_COLUMNS) for batch in batches)
        distinct = compared_by(sightings.filter(outcome=ACCEPTED).select(_TITLE_COLUMNS))
        # Copied: otherwise its texts keep the buffers of whole files in memory.
        copied = pl.from_arrow(distinct.to_arrow(compat_level=pl.CompatLevel.oldest()))
        assert isinstance(copied, pl.DataFrame)
        frames.append(copied)
    return shared_of(pl.concat(frames))


def _tables(
    of_rows: Judgement, shared: Shared | None, acknowledged: Acknowledged, pages: pl.DataFrame
) -> tuple[dict[str, pl.DataFrame], tuple[int, ...]]:
    """Return the rows of the tables, and the lines of the corrections that acknowledge a violation among them."""
    summaries = read_summaries(of_rows.sightings.filter(outcome=ACCEPTED))
    judgement = judge_groups(of_rows, shared, summaries.answers)
    violations, acknowledging_lines = judgement.violations, []
    for line, (rule, ids) in acknowledged.items():
        is_answered = (pl.col("rule") == rule) & pl.col("sighting_id").is_in(list(ids))
        if not violations.filter(is_answered).is_empty():
            acknowledging_lines.append(line)
            is_acknowledged = pl.col("acknowledged") | is_answered.fill_null(False)
            violations = violations.with_columns(is_acknowledged.alias("acknowledged"))
    return {
        "sightings": judgement.sightings.select(*SIGHTINGS),
        "violations": violations.sort(VIOLATION_ORDER).select(*VIOLATIONS),
        **published_tables(judgement.sightings.filter(outcome=ACCEPTED), summaries, pages),
    }, tuple(acknowledging_lines)


def published_tables(accepted: pl.DataFrame, summaries: Summaries, pages: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return the tables about reports that accepted sightings, their summaries and the statements of pages come to."""
    sightings = with_values(accepted)
    merged = with_answers(merge_groups(sightings), summaries.answers)
    all_statements = statements.statements_of(sightings, merged, summaries.sentences, pages)
    merged = ledger.with_open_counts(merged, all_statements)
    reports = reports_of(merged)
    return {
        "reports": reports,
        "provenance": provenance_of(merged),
        "statements": all_statements.select(*STATEMENTS),
        "recommendations": ledger.recommendations_of(all_statements, reports, OFFICES.agency_lists),
        "recommendation_history": ledger.history_of(all_statements),
    }


def _refused(of_rows: Judgement, sightings: pl.DataFrame) -> tuple[str, ...]:
    """Return the sightings that rules on rows accept and rules on groups quarantine."""
    is_refused = (of_rows.sightings["outcome"] == ACCEPTED) & (sightings["outcome"] != ACCEPTED)
    return tuple(sightings.filter(is_refused)["sighting_id"])
