"""Fetching in Dagster.

Belongs here: the assets that come from the OIG's site, the jobs that fetch them, and schedules. Does not: requests.

The assets are external: only the jobs, launched on purpose or by their schedules, send requests and report
materializations; *Materialize all* never does. New files change the raw folder, so the sensor `new_captures` requests a
build; if nothing is new, nothing is built.
"""

import datetime as dt
from typing import Any

import dagster as dg
from pydantic import Field

from oig_pipeline.contract.schemas import TABLE_DESCRIPTIONS
from oig_pipeline.errors import CannotRun
from oig_pipeline.fetch import clock, crawl_policy, service
from oig_pipeline.fetch.crawl_policy import DEFAULT_SOURCE, CrawlPolicy
from oig_pipeline.fetch.crawl_target import target_of
from oig_pipeline.orchestration.automation import FRESHNESS
from oig_pipeline.orchestration.common import OWNERS, RAW
from oig_pipeline.orchestration.metadata import PREVIEW_ROWS, schema_of
from oig_pipeline.orchestration.resources import Data

ONE_ASKER = "site"
"""The pool of the steps that send requests to the site: one runs at a time."""
FRESH_DOCUMENTS = dg.FreshnessPolicy.time_window(fail_window=dt.timedelta(days=15), warn_window=dt.timedelta(days=8))

FETCHED_CAPTURES = dg.AssetSpec(
    "fetched_captures",
    group_name=RAW,
    kinds={"file"},
    owners=OWNERS,
    freshness_policy=FRESHNESS,
    description="What the last walk of the OIG's listings filed. The job fetch asks for it; oig fetch.",
)
DOCUMENTS = dg.AssetSpec(
    "documents",
    group_name=RAW,
    kinds={"file"},
    owners=OWNERS,
    freshness_policy=FRESH_DOCUMENTS,
    deps=[FETCHED_CAPTURES],
    description=f"{TABLE_DESCRIPTIONS['documents']} The job fetch_documents asks for them; oig fetch documents.",
    metadata={"dagster/column_schema": schema_of("documents")},
)
ASSETS = (FETCHED_CAPTURES, DOCUMENTS)


class ListingSite(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The site that is fetched, and how requests are sent to it."""

    contact: str = Field(default="", description="How the site's people reach you; sent with each request.")
    source: str = Field(default=DEFAULT_SOURCE, description="Where to fetch from, such as oversight_gov.")
    office: str | None = Field(default=None, description="Whose reports to fetch: code or name of an office.")
    delay: float | None = Field(default=None, description="Seconds between two requests; none for the site's own.")
    backoff: float = Field(default=crawl_policy.BACKOFF, description="Seconds before a second attempt.")
    since_days: int = Field(default=0, description="Walk back so many days only; 0 for whole listings.")
    fiscal_year: int = Field(default=0, description="Documents of this fiscal year's reports only; 0 for all.")
    base_url: str | None = Field(default=None, description="Another site to ask instead, for tests.")

    def policy(self, **more: Any) -> CrawlPolicy:
        """Return the crawl policy.

        Raises:
            CannotRun: a value is out of range, or the source or office is not known.
        """
        options = {"contact": self.contact or None, "backoff": self.backoff, **more}
        return target_of(self.source, self.office).policy(base_url=self.base_url, delay=self.delay, **options)

    def since(self) -> dt.date | None:
        """Return the date back to which listings are walked, None for whole listings."""
        return clock.now().date() - dt.timedelta(days=self.since_days) if self.since_days else None


@dg.op(pool=ONE_ASKER, description="Walk the listings of a site, politely, and file what is new.")
def fetch_captures(context: dg.OpExecutionContext, data: Data, site: ListingSite) -> None:
    """Fetch captures and report the counts; fail with the reasons if a listing cannot be fetched."""
    try:
        result = service.fetch_captures(
            data.settings(), site.policy(), source=site.source, office=site.office, since=site.since()
        )
    except CannotRun as error:
        raise dg.Failure(description=str(error), allow_retries=False) from None
    metadata: dict[str, Any] = {
        "pages_asked": result.requests,
        "answered_from_cache": result.revalidated,
        "new_captures": len(result.added),
        "pages_unchanged": len(result.same),
        "rows_in_doubt": result.rows_in_doubt,
        "megabytes": round(result.received / 1e6, 3),
    }
    rows: list[dict[str, str | int | float | bool | None]] = [
        {
            "listing": name,
            "after_page": doubt.page,
            "beside": " and ".join(r.number or r.title or "" for r in doubt.rows),
        }
        for name, doubts in result.doubts.items()
        for doubt in doubts
    ]
    if rows:
        metadata["doubts"] = dg.MetadataValue.table([dg.TableRecord(row) for row in rows[:PREVIEW_ROWS]])
    if result.faults:
        raise dg.Failure("; ".join(result.faults), metadata=metadata, allow_retries=False)
    context.log_event(dg.AssetMaterialization(FETCHED_CAPTURES.key, metadata=metadata))


@dg.op(pool=ONE_ASKER, description="Fetch the documents that reports link and that are not held, and read them.")
def fetch_the_documents(context: dg.OpExecutionContext, data: Data, site: ListingSite) -> None:
    """Fetch documents and report the counts; fail with the reasons if the fetch ends early."""
    limits = {"max_megabytes": crawl_policy.MAX_MEGABYTES * 10, "max_minutes": crawl_policy.MAX_MINUTES * 3}
    try:
        policy = site.policy(**limits, patience=crawl_policy.PATIENCE * 5)
        result = service.fetch_documents(data.settings(), policy, fiscal_year=site.fiscal_year or None)
    except CannotRun as error:
        raise dg.Failure(description=str(error), allow_retries=False) from None
    metadata: dict[str, Any] = {"requests": result.requests, "held": result.stored, **result.counted}
    if result.unread:
        rows = [dg.TableRecord({"url": url, "why": why}) for url, why in result.unread.items()]
        metadata["unread"] = dg.MetadataValue.table(rows[:PREVIEW_ROWS])
    if result.faults:
        raise dg.Failure("; ".join(result.faults), metadata=metadata, allow_retries=False)
    context.log_event(dg.AssetMaterialization(DOCUMENTS.key, metadata=metadata))


@dg.job(description="Walk the listings of a site and file what is new; oig fetch.")
def fetch() -> None:
    """Fetch captures."""
    fetch_captures()


@dg.job(description="Fetch the documents that reports link; oig fetch documents.")
def fetch_documents() -> None:
    """Fetch documents."""
    fetch_the_documents()


JOBS = (fetch, fetch_documents)
SCHEDULES = (
    dg.ScheduleDefinition(
        name="fetch_daily",
        job=fetch,
        cron_schedule="0 5 * * *",
        description="Fetch every day at five, before the build.",
    ),
    dg.ScheduleDefinition(
        name="fetch_documents_weekly",
        job=fetch_documents,
        cron_schedule="0 22 * * 6",
        description="Fetch the documents of new reports on Saturday evenings.",
    ),
)
