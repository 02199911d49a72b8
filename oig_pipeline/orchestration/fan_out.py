"""The assets whose work is done side by side: reading captures, and each fiscal year.

Belongs here: parting such work into steps and gathering what they come to, so that the executor decides where they run.
Does not: the work of a step, which is the one that the command line does.
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import polars as pl

from oig_pipeline.capture.captures import Capture
from oig_pipeline.contract.columns import READ
from oig_pipeline.contract.schemas import empty
from oig_pipeline.orchestration import metadata
from oig_pipeline.orchestration.common import CURATED, OWNERS, RAW, RETRY, columns_of, told
from oig_pipeline.orchestration.resources import Data
from oig_pipeline.run import executor, pipeline
from oig_pipeline.run.assemble import Whole, whole
from oig_pipeline.run.batches import Portion, taken
from oig_pipeline.run.capture_chunks import Source, sources
from oig_pipeline.run.curate_partition import EVERY, Year
from oig_pipeline.run.group_corrections import amended

_NAMES = {None: "none", EVERY: "all"}


def _name(year: int | None) -> str:
    """Return how a fiscal year is called among the steps: none, or all of them at once, too."""
    return _NAMES.get(year, str(year))


@dg.op(out={"groups": dg.DynamicOut(), "known": dg.Out(), "documents": dg.Out()}, retry_policy=RETRY)
def part(data: Data, captures: list[Capture]) -> Iterator[Any]:
    """Part the captures that are not known yet into portions; what was read of documents goes with them."""
    with told():
        chosen = data.settings()
        known, groups = pipeline.to_read(sources(captures), pipeline.cache_of(chosen))
        documents = pipeline.take_documents(chosen).table
    for number, group in enumerate(groups):
        yield dg.DynamicOutput(list(group), mapping_key=f"{number:05}", output_name="groups")
    yield dg.Output(known, "known")
    yield dg.Output(documents, "documents")


@dg.op(retry_policy=RETRY)
def read(data: Data, group: list[Source], documents: pl.DataFrame) -> Portion:
    """Read a portion, and judge its rows alone."""
    with told():
        chosen = data.settings()
        return executor.portion(group, chosen.corrections_file, documents, pipeline.cache_of(chosen))


@dg.op(retry_policy=RETRY)
def gather(
    context: dg.OpExecutionContext,
    data: Data,
    captures: list[Capture],
    known: list[Portion],
    documents: pl.DataFrame,
    portions: list[Portion],
) -> Whole:
    """Put the portions together."""
    with told():
        found = whole(sources(captures), [*known, *portions])
        found = amended(found, pipeline.load_corrections(data.settings()), documents)
    context.add_output_metadata(
        {
            "dagster/row_count": found.rows,
            "portions": len(found.placed),
            "known": len(known),
            "read": {t.capture.path: f"{t.status}: {t.rows} rows" for t in found.readings[: metadata.MOST_TOLD]},
            "preview": metadata.preview(_last(found), "sightings", _SHOWN),
        }
    )
    return found


_SHOWN = ["listed_number", "listed_title", "capture_path", "line"]


def _last(found: Whole) -> pl.DataFrame:
    """Return the last rows of the last portion, as far as a preview shows them."""
    if not found.rows:
        return empty("sightings").select(_SHOWN)
    portion = next(one.portion for one in reversed(found.placed) if one.portion.rows)
    last = portion.slices[-1]
    return taken(portion, (last.year, last.block))[0].select(_SHOWN)


@dg.graph_asset(
    group_name=RAW,
    kinds={"polars"},
    owners=OWNERS,
    description="Every row of every listing, as the page says it, with its place; judged alone.",
    metadata=columns_of("sightings", READ),
)
def sightings(captures: list[Capture]) -> Whole:
    """Read every capture, in portions."""
    groups, known, documents = part(captures)
    portions = groups.map(lambda group: read(group, documents))
    return gather(captures, known, documents, portions.collect())  # type: ignore[no-any-return]


@dg.op(out=dg.DynamicOut(), retry_policy=RETRY)
def each_year(data: Data, sightings: Whole) -> Iterator[Any]:
    """Name the fiscal years that there are; where there are few rows, all at once."""
    for year in pipeline.years_of(sightings, data.settings().limits):
        yield dg.DynamicOutput(year, mapping_key=_name(year))


@dg.op(retry_policy=RETRY)
def curate(data: Data, sightings: Whole, year: int | None) -> Year:
    """Judge the accepted sightings of a fiscal year beside one another, and merge them."""
    with told():
        chosen = data.settings()
        settled = pipeline.settled_of(sightings, pipeline.load_corrections(chosen))
        return pipeline.a_year(sightings, settled, pipeline.cache_of(chosen), year)


@dg.op(retry_policy=RETRY)
def gather_years(context: dg.OpExecutionContext, years: list[Year]) -> list[Year]:
    """Put the fiscal years into their order."""
    found = sorted(years, key=lambda one: (one.year is None, one.year or 0))
    context.add_output_metadata(
        {
            "dagster/row_count": sum(one.books.content.rows.get("reports", 0) for one in found),
            "reports": {_name(year): count for one in found for year, count in _reports(one)},
        }
    )
    return found


def _reports(made: Year) -> list[tuple[int | None, int]]:
    """Return how many reports there are of the fiscal year, or of each if they were merged at once."""
    if made.year == EVERY:
        return made.tables["reports"].group_by("fiscal_year").len().sort("fiscal_year", nulls_last=True).rows()
    return [(made.year, made.books.content.rows.get("reports", 0))]


@dg.graph_asset(
    group_name=CURATED,
    kinds={"polars"},
    owners=OWNERS,
    description="Each fiscal year by itself: its sightings judged beside one another and merged into reports.",
)
def fiscal_years(sightings: Whole) -> list[Year]:
    """Curate every fiscal year."""
    years = each_year(sightings)
    return gather_years(years.map(lambda year: curate(sightings, year)).collect())  # type: ignore[no-any-return]
