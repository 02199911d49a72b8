"""The assets: the way of the data, step by step.

Belongs here: which asset runs which stage, and what its materialisation shows. Does not: the stages, or the checks.
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import polars as pl

from oig_pipeline.capture.captures import Capture
from oig_pipeline.contract.columns import READ
from oig_pipeline.contract.schemas import TABLE_DESCRIPTIONS, empty
from oig_pipeline.orchestration import checks, metadata
from oig_pipeline.orchestration.automation import FRESHNESS
from oig_pipeline.orchestration.common import CURATED, ONE_WRITER, OWNERS, PUBLISHED, RAW, RETRY, columns_of, told
from oig_pipeline.orchestration.fetch_assets import DOCUMENTS, FETCHED_CAPTURES
from oig_pipeline.orchestration.resources import Data
from oig_pipeline.release import release as release_module
from oig_pipeline.release.catalog import descriptions
from oig_pipeline.release.metadata.dictionary import DICTIONARY
from oig_pipeline.run import pipeline, publish
from oig_pipeline.run.assemble import Whole
from oig_pipeline.run.batches import taken
from oig_pipeline.run.executor import Workers
from oig_pipeline.run.policy import assess
from oig_pipeline.run.result import Judged
from oig_pipeline.site import service


@dg.asset(
    deps=[FETCHED_CAPTURES],
    group_name=RAW,
    kinds={"file"},
    owners=OWNERS,
    retry_policy=RETRY,
    description=TABLE_DESCRIPTIONS["captures"],
    metadata=columns_of("captures", ("path", "url", "retrieved_at", "bytes", "capture_sha256")),
)
def captures(context: dg.AssetExecutionContext, data: Data) -> list[Capture]:
    """Take the raw folder's inventory."""
    with told():
        found = list(pipeline.take_captures(data.settings()))
    context.add_output_metadata(
        {
            "dagster/row_count": len(found),
            "bytes": sum(c.size for c in found),
            "folder": dg.MetadataValue.path(str(data.settings().raw.resolve())),
            "preview": _preview_of(found),
        }
    )
    return found


def _preview_of(found: list[Capture]) -> dg.TableMetadataValue:
    rows: list[dict[str, Any]] = [
        {"path": c.path, "bytes": c.size, "url": c.url or "", "problem": c.problem or ""} for c in found
    ]
    return dg.MetadataValue.table([dg.TableRecord(row) for row in rows[: metadata.PREVIEW_ROWS]])


@dg.asset(
    group_name=RAW,
    kinds={"polars"},
    owners=OWNERS,
    retry_policy=RETRY,
    description="Every row of every listing, as the page says it, with its place; judged alone.",
    metadata=columns_of("sightings", READ),
)
def sightings(context: dg.AssetExecutionContext, data: Data, captures: list[Capture]) -> Whole:
    """Read every capture."""
    with told():
        chosen = data.settings()
        corrections, linked = pipeline.load_corrections(chosen), pipeline.take_documents(chosen)
        found, _ = pipeline.read_all(captures, corrections, linked, chosen, pipeline.cache_of(chosen))
    context.add_output_metadata(
        {
            "dagster/row_count": found.rows,
            "portions": len(found.placed),
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


@dg.multi_asset(
    outs={
        checks.QUARANTINE: dg.AssetOut(
            group_name=CURATED,
            kinds={"polars"},
            owners=OWNERS,
            description="What was found wrong, row by row, and what is kept out of reports. Always written.",
            metadata=columns_of("violations"),
        ),
        checks.REPORTS: dg.AssetOut(
            group_name=CURATED,
            kinds={"polars"},
            owners=OWNERS,
            description=TABLE_DESCRIPTIONS["reports"],
            metadata={**columns_of("reports"), "dagster/column_lineage": metadata.lineage()},
            is_required=False,
        ),
    },
    deps=[DOCUMENTS],
    check_specs=checks.specs(),
    can_subset=False,
    retry_policy=RETRY,
    pool=ONE_WRITER,
)
def judgement(data: Data, sightings: Whole) -> Iterator[Any]:
    """Judge and merge every fiscal year: quarantine first, always; reports only if there are any."""
    with told():
        chosen = data.settings()
        corrections, linked = pipeline.load_corrections(chosen), pipeline.take_documents(chosen)
        workers = Workers.of(chosen, [])
        judged = pipeline.merge_all(sightings, corrections, linked, chosen, pipeline.cache_of(chosen), workers)
        assessment = assess(judged, chosen.max_quarantine)
        rejected = publish.reject(judged, assessment, chosen) if assessment.reasons else None
    books = judged.books
    output_metadata: dict[str, Any] = {
        "dagster/row_count": books.content.rows["violations"],
        "quarantined": books.quarantined,
        "share": assessment.share,
        "violations_by_rule": metadata.chart(metadata.by(judged.scan("violations"), "rule"), "rule", "rows"),
        "preview": metadata.preview(
            judged.table("violations", pl.col("severity") == "error"),
            "violations",
            ["rule", "capture_path", "line", "message"],
        ),
    }
    if rejected:
        output_metadata["rejected"] = dg.MetadataValue.path(str(rejected.resolve()))
    yield dg.Output(judged, checks.QUARANTINE, metadata=output_metadata)
    yield from checks.of_rules(judged)
    if not books.content.rows.get("reports"):
        raise dg.Failure(description="; ".join(assessment.reasons), allow_retries=False)
    shown = ["report_number", "fiscal_year", "title", "agencies", "issue_date"]
    output_metadata = {
        "dagster/row_count": books.content.rows["reports"],
        "reports_by_year": metadata.chart(metadata.by(judged.scan("reports"), "fiscal_year"), "fiscal_year", "rows"),
        "reports_by_agency": metadata.chart(metadata.by(judged.scan("reports"), "agencies"), "agencies", "rows"),
        "preview": metadata.preview(judged.scan("reports").select(shown).tail(10).collect(), "reports", shown),
    }
    yield dg.Output(books.content.rows["reports"], checks.REPORTS, metadata=output_metadata)
    yield from checks.of_policy(assessment)


@dg.asset(
    group_name=PUBLISHED,
    kinds={"parquet"},
    owners=OWNERS,
    retry_policy=RETRY,
    pool=ONE_WRITER,
    freshness_policy=FRESHNESS,
    description="An immutable folder of Parquet files, named by its content. Not the latest until its catalog is made.",
)
def release(context: dg.AssetExecutionContext, data: Data, quarantine: Judged, reports: int) -> release_module.Release:
    """Write the release."""
    with told():
        made = publish.publish(quarantine, data.settings())
    context.add_output_metadata(
        {
            "release": made.id,
            "path": dg.MetadataValue.path(str(made.path.resolve())),
            "dictionary": dg.MetadataValue.url((made.path.resolve() / DICTIONARY).as_uri()),
            "new": made.is_new,
            **quarantine.books.content.rows,
        }
    )
    return made


@dg.asset(
    group_name=PUBLISHED,
    kinds={"duckdb"},
    owners=OWNERS,
    retry_policy=RETRY,
    pool=ONE_WRITER,
    description="The DuckDB views over the release; with them, the release becomes the latest.",
)
def catalog(context: dg.AssetExecutionContext, release: release_module.Release) -> None:
    """Make the views and switch to the release."""
    with told():
        file = publish.activate(release)
    context.add_output_metadata({"path": dg.MetadataValue.path(str(file.resolve())), "views": descriptions()})


@dg.asset(
    group_name=PUBLISHED,
    kinds={"html"},
    owners=OWNERS,
    retry_policy=RETRY,
    pool=ONE_WRITER,
    deps=[catalog],
    description="The catalogue that people browse: static pages of the latest release, rewritten where they changed.",
)
def site(context: dg.AssetExecutionContext, data: Data, release: release_module.Release) -> None:
    """Make the site of the release."""
    with told():
        made = service.follow(data.settings(), release)
    if made is None:
        context.log.warning(service.TOO_MANY)
        return
    context.add_output_metadata(
        {
            "page": dg.MetadataValue.url((made.path.resolve() / "index.html").as_uri()),
            "files": made.written.files,
            "written": made.written.written,
            "removed": made.written.removed,
        }
    )


ASSETS = (captures, sightings, judgement, release, catalog, site)
