"""The assets: the way of the data, step by step.

Belongs here: which asset runs which stage, and what its materialisation shows. Does not: the stages, or the checks.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dagster as dg
import polars as pl

from oig_pipeline import pipeline, publication
from oig_pipeline.assess import assess
from oig_pipeline.capture.inventory import Capture
from oig_pipeline.capture.read import Reading
from oig_pipeline.contract.columns import READ
from oig_pipeline.contract.faults import CannotRun
from oig_pipeline.contract.schemas import TABLE_DESCRIPTIONS
from oig_pipeline.judged import Judged, tables
from oig_pipeline.orchestration import checks, showing
from oig_pipeline.orchestration.automation import FRESHNESS
from oig_pipeline.orchestration.resources import Data
from oig_pipeline.orchestration.site import DOCUMENTS, FETCHED_CAPTURES, OWNERS, RAW
from oig_pipeline.publish import release as releases
from oig_pipeline.publish.catalog import descriptions
from oig_pipeline.publish.metadata.dictionary import DICTIONARY

CURATED, PUBLISHED = "curated", "published"
# What failed for a reason of the machine's is tried again; what is wrong with the data never mends itself.
RETRY = dg.RetryPolicy(max_retries=2, delay=10, backoff=dg.Backoff.EXPONENTIAL)
ONE_WRITER = "curated"
"""The pool of the steps that write to the curated folder; a team's instance lets one of them run at a time."""


def _columns(table: str, names: Any = None) -> dict[str, dg.TableSchema]:
    """Return the catalogue's column schema of a table, or of the named columns of it."""
    return {"dagster/column_schema": showing.schema_of(table, names)}


@contextmanager
def _told() -> Iterator[None]:
    """Fail the step with the one line that a fault of the inputs says, and without a retry."""
    try:
        yield
    except CannotRun as fault:
        raise dg.Failure(description=str(fault), allow_retries=False) from None


@dg.asset(
    deps=[FETCHED_CAPTURES],
    group_name=RAW,
    kinds={"file"},
    owners=OWNERS,
    retry_policy=RETRY,
    description=TABLE_DESCRIPTIONS["captures"],
    metadata=_columns("captures", ("path", "url", "retrieved_at", "bytes", "capture_sha256")),
)
def captures(context: dg.AssetExecutionContext, data: Data) -> list[Capture]:
    """Take the raw folder's inventory."""
    with _told():
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
    return dg.MetadataValue.table([dg.TableRecord(row) for row in rows[: showing.PREVIEW_ROWS]])


@dg.asset(
    group_name=RAW,
    kinds={"polars"},
    owners=OWNERS,
    retry_policy=RETRY,
    description="Every row of every listing, as the page says it, with its place.",
    metadata=_columns("sightings", READ),
)
def sightings(context: dg.AssetExecutionContext, captures: list[Capture]) -> list[Reading]:
    """Read every capture."""
    readings = list(pipeline.read_captures(captures))
    context.add_output_metadata(
        {
            "dagster/row_count": sum(r.sightings.height for r in readings),
            "read": {r.capture.path: f"{r.status}: {r.sightings.height} rows" for r in readings},
            "preview": showing.preview(
                pl.concat([r.sightings for r in readings]),
                "sightings",
                ["listed_number", "listed_title", "capture_path", "line"],
            ),
        }
    )
    return readings


@dg.multi_asset(
    outs={
        checks.QUARANTINE: dg.AssetOut(
            group_name=CURATED,
            kinds={"polars"},
            owners=OWNERS,
            description="What was found wrong, row by row, and what is kept out of reports. Always written.",
            metadata=_columns("violations"),
        ),
        checks.REPORTS: dg.AssetOut(
            group_name=CURATED,
            kinds={"polars"},
            owners=OWNERS,
            description=TABLE_DESCRIPTIONS["reports"],
            metadata={**_columns("reports"), "dagster/column_lineage": showing.lineage()},
            is_required=False,
        ),
    },
    deps=[DOCUMENTS],
    check_specs=checks.specs(),
    can_subset=False,
    retry_policy=RETRY,
    pool=ONE_WRITER,
)
def judgement(data: Data, sightings: list[Reading]) -> Iterator[Any]:
    """Judge and merge: quarantine first, always; reports only if there are any."""
    with _told():
        chosen = data.settings()
        linked = pipeline.take_documents(chosen)
        judged = pipeline.judge_readings(tuple(sightings), pipeline.load_corrections(chosen), linked)
        reports = pipeline.merge_reports(judged)
        assessment = assess(judged, reports, chosen.max_quarantine)
        rejected = publication.reject(judged, reports, assessment, chosen) if assessment.reasons else None
    quarantined = judged.sightings.filter(pl.col("outcome") == "quarantined").height
    metadata: dict[str, Any] = {
        "dagster/row_count": judged.violations.height,
        "quarantined": quarantined,
        "share": assessment.share,
        "violations_by_rule": showing.chart(showing.by(judged.violations, "rule"), "rule", "rows"),
        "preview": showing.preview(
            judged.violations.filter(pl.col("severity") == "error"),
            "violations",
            ["rule", "capture_path", "line", "message"],
        ),
    }
    if rejected:
        metadata["rejected"] = dg.MetadataValue.path(str(rejected.resolve()))
    yield dg.Output(judged, checks.QUARANTINE, metadata=metadata)
    yield from checks.of_rules(judged)
    if reports.is_empty():
        raise dg.Failure(description="; ".join(assessment.reasons), allow_retries=False)
    metadata = {
        "dagster/row_count": reports.height,
        "reports_by_year": showing.chart(showing.by(reports, "fiscal_year"), "fiscal_year", "rows"),
        "reports_by_agency": showing.chart(showing.by(reports, "agencies"), "agencies", "rows"),
        "preview": showing.preview(
            reports, "reports", ["report_number", "fiscal_year", "title", "agencies", "issue_date"]
        ),
    }
    yield dg.Output(reports, checks.REPORTS, metadata=metadata)
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
def release(
    context: dg.AssetExecutionContext, data: Data, quarantine: Judged, reports: pl.DataFrame
) -> releases.Release:
    """Write the release."""
    with _told():
        made = publication.publish(quarantine, reports, data.settings())
    context.add_output_metadata(
        {
            "release": made.id,
            "path": dg.MetadataValue.path(str(made.path.resolve())),
            "dictionary": dg.MetadataValue.url((made.path.resolve() / DICTIONARY).as_uri()),
            "new": made.is_new,
            **{name: frame.height for name, frame in tables(quarantine, reports).items()},
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
def catalog(context: dg.AssetExecutionContext, release: releases.Release) -> None:
    """Make the views and switch to the release."""
    with _told():
        file = publication.activate(release)
    context.add_output_metadata({"path": dg.MetadataValue.path(str(file.resolve())), "views": descriptions()})


ASSETS = (captures, sightings, judgement, release, catalog)
