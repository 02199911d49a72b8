"""The assets: the stages of the pipeline, in order.

Belongs here: which asset runs which stage, and the metadata of its materialization. Does not: the stages, the checks.
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import polars as pl

from oig_pipeline.capture.captures import Capture
from oig_pipeline.contract.columns import READ
from oig_pipeline.contract.schemas import POLARS_SCHEMAS, TABLE_DESCRIPTIONS
from oig_pipeline.orchestration import checks, metadata
from oig_pipeline.orchestration.automation import FRESHNESS
from oig_pipeline.orchestration.common import (
    CURATED,
    ONE_WRITER,
    OWNERS,
    PUBLISHED,
    RAW,
    RETRY,
    columns_of,
    input_errors_as_failures,
)
from oig_pipeline.orchestration.fetch_assets import DOCUMENTS, FETCHED_CAPTURES
from oig_pipeline.orchestration.resources import Data
from oig_pipeline.release import release as release_module
from oig_pipeline.release.catalog import descriptions
from oig_pipeline.release.metadata.dictionary import DICTIONARY
from oig_pipeline.run import pipeline, publish
from oig_pipeline.run.assemble import ReadResult
from oig_pipeline.run.batches import read_partition
from oig_pipeline.run.executor import Workers
from oig_pipeline.run.policy import assess
from oig_pipeline.run.result import RunResult
from oig_pipeline.run.to_read import ToRead
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
    """List the captures of the raw folder."""
    with input_errors_as_failures():
        inventory = list(pipeline.take_captures(data.settings()))
    context.add_output_metadata(
        {
            "dagster/row_count": len(inventory),
            "bytes": sum(c.size for c in inventory),
            "folder": dg.MetadataValue.path(str(data.settings().raw.resolve())),
            "preview": _preview_of(inventory),
        }
    )
    return inventory


def _preview_of(inventory: list[Capture]) -> dg.TableMetadataValue:
    rows: list[dict[str, Any]] = [
        {"path": c.path, "bytes": c.size, "url": c.url or "", "problem": c.problem or ""} for c in inventory
    ]
    return dg.MetadataValue.table([dg.TableRecord(row) for row in rows[: metadata.PREVIEW_ROWS]])


@dg.asset(
    group_name=RAW,
    kinds={"polars"},
    owners=OWNERS,
    retry_policy=RETRY,
    description="Every row of every listing, as the page says it, with its place; judged by the rules on rows.",
    metadata=columns_of("sightings", READ),
)
def sightings(context: dg.AssetExecutionContext, data: Data, captures: list[Capture]) -> ReadResult:
    """Read every capture."""
    with input_errors_as_failures():
        settings = data.settings()
        corrections, documents = pipeline.load_corrections(settings), pipeline.take_documents(settings)
        cache = pipeline.cache_of(settings)
        to_read = ToRead.of(captures, settings.limits, cache)
        with Workers.of(settings, to_read.groups) as workers:
            read_result = pipeline.read_all(to_read, corrections, documents, settings, cache, workers)
    context.add_output_metadata(
        {
            "dagster/row_count": read_result.rows,
            "batches": len(read_result.batches),
            "read": {
                summary.capture.path: f"{summary.status}: {summary.rows} rows"
                for summary in read_result.summaries[: metadata.MAX_LISTED_CAPTURES]
            },
            "preview": metadata.preview(_last(read_result), "sightings", _PREVIEW_COLUMNS),
        }
    )
    return read_result


_PREVIEW_COLUMNS = ["listed_number", "listed_title", "capture_path", "line"]


def _last(read_result: ReadResult) -> pl.DataFrame:
    """Return the preview columns of the last rows of the last batch."""
    if not read_result.rows:
        return POLARS_SCHEMAS["sightings"].to_frame().select(_PREVIEW_COLUMNS)
    batch = next(batch for batch in reversed(read_result.batches) if batch.rows)
    row_range = batch.row_ranges[-1]
    return read_partition(batch, (row_range.year, row_range.block))[0].select(_PREVIEW_COLUMNS)


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
        checks.RECOMMENDATIONS: dg.AssetOut(
            group_name=CURATED,
            kinds={"polars"},
            owners=OWNERS,
            description=TABLE_DESCRIPTIONS["recommendations"],
            metadata=columns_of("recommendations"),
            is_required=False,
        ),
    },
    deps=[DOCUMENTS],
    check_specs=checks.specs(),
    can_subset=False,
    retry_policy=RETRY,
    pool=ONE_WRITER,
)
def judgement(data: Data, sightings: ReadResult) -> Iterator[Any]:
    """Judge and merge every fiscal year. Always write the quarantine; write reports only if there are any."""
    with input_errors_as_failures():
        settings = data.settings()
        corrections, documents = pipeline.load_corrections(settings), pipeline.take_documents(settings)
        cache = pipeline.cache_of(settings)
        with Workers.of(settings, []) as workers:
            result = pipeline.merge_all(sightings, corrections, documents, settings, cache, workers)
        assessment = assess(result, settings.max_quarantine)
        rejected = publish.reject(result, assessment, settings) if assessment.reasons else None
    stats = result.stats
    output_metadata: dict[str, Any] = {
        "dagster/row_count": stats.content.rows["violations"],
        "quarantined": stats.quarantined,
        "share": assessment.share,
        "violations_by_rule": metadata.chart(metadata.by(result.scan("violations"), "rule"), "rule", "rows"),
        "preview": metadata.preview(
            result.table("violations", pl.col("severity") == "error"),
            "violations",
            ["office", "rule", "capture_path", "line", "message"],
        ),
    }
    if rejected:
        output_metadata["rejected"] = dg.MetadataValue.path(str(rejected.resolve()))
    yield dg.Output(result, checks.QUARANTINE, metadata=output_metadata)
    yield from checks.of_rules(result)
    if not stats.content.rows.get("reports"):
        raise dg.Failure(description="; ".join(assessment.reasons), allow_retries=False)
    preview_columns = ["office", "report_number", "fiscal_year", "title", "agencies", "issue_date"]
    output_metadata = {
        "dagster/row_count": stats.content.rows["reports"],
        "reports_by_year": metadata.chart(metadata.by(result.scan("reports"), "fiscal_year"), "fiscal_year", "rows"),
        "reports_by_office": metadata.chart(metadata.by(result.scan("reports"), "office"), "office", "rows"),
        "reports_by_agency": metadata.chart(metadata.by(result.scan("reports"), "agencies"), "agencies", "rows"),
        "preview": metadata.preview(
            result.scan("reports").select(preview_columns).tail(10).collect(), "reports", preview_columns
        ),
    }
    yield dg.Output(stats.content.rows["reports"], checks.REPORTS, metadata=output_metadata)
    yield from checks.of_policy(assessment)
    rows = result.scan("recommendations")
    output_metadata = {
        "dagster/row_count": stats.content.rows.get("recommendations", 0),
        "by_completion": metadata.chart(metadata.by(rows, "completion"), "completion", "rows"),
        "preview": metadata.preview(rows.tail(10).collect(), "recommendations", checks.SAMPLE_COLUMNS),
    }
    yield dg.Output(stats.content.rows.get("recommendations", 0), checks.RECOMMENDATIONS, metadata=output_metadata)
    yield from checks.of_recommendations(result)


@dg.asset(
    group_name=PUBLISHED,
    kinds={"parquet"},
    owners=OWNERS,
    retry_policy=RETRY,
    pool=ONE_WRITER,
    freshness_policy=FRESHNESS,
    description="An immutable folder of Parquet files, named by its content. Not the latest until its catalog is made.",
)
def release(
    context: dg.AssetExecutionContext, data: Data, quarantine: RunResult, reports: int
) -> release_module.Release:
    """Write the release."""
    with input_errors_as_failures():
        written = publish.publish(quarantine, data.settings())
    context.add_output_metadata(
        {
            "release": written.id,
            "path": dg.MetadataValue.path(str(written.path.resolve())),
            "dictionary": dg.MetadataValue.url((written.path.resolve() / DICTIONARY).as_uri()),
            "new": written.is_new,
            **quarantine.stats.content.rows,
        }
    )
    return written


@dg.asset(
    group_name=PUBLISHED,
    kinds={"duckdb"},
    owners=OWNERS,
    retry_policy=RETRY,
    pool=ONE_WRITER,
    description="The DuckDB views over the release; with them, the release becomes the latest.",
)
def catalog(context: dg.AssetExecutionContext, release: release_module.Release) -> None:
    """Create the views and make the release the latest."""
    with input_errors_as_failures():
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
    """Build the site of the release."""
    with input_errors_as_failures():
        build = service.follow(data.settings(), release)
    if build is None:
        context.log.warning(service.TOO_MANY)
        return
    context.add_output_metadata(
        {
            "page": dg.MetadataValue.url((build.path.resolve() / "index.html").as_uri()),
            "files": build.written.files,
            "written": build.written.written,
            "removed": build.written.removed,
        }
    )


ASSETS = (captures, sightings, judgement, release, catalog, site)
