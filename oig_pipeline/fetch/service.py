"""Fetching, composed: which folders, which addresses, one fetch at a time.

Belongs here: what orchestration and the command line call to get new captures and documents. Does not: asking or filing
(`fetch/`), or how an outcome is shown.
"""

from __future__ import annotations

import datetime as dt
from contextlib import AbstractContextManager
from pathlib import Path

import polars as pl

from oig_pipeline.errors import CannotRun
from oig_pipeline.fetch import capture_fetch, document_fetch, warc
from oig_pipeline.fetch.capture_fetch import FetchResult, OnProgress, silent
from oig_pipeline.fetch.crawl_policy import DEFAULT_SOURCE, CrawlPolicy
from oig_pipeline.fetch.document_fetch import FetchedDocuments
from oig_pipeline.fetch.session import Session
from oig_pipeline.fetch.state import CACHE
from oig_pipeline.fetch.warc import WarcImport
from oig_pipeline.release.lock import writing
from oig_pipeline.run import pipeline
from oig_pipeline.settings import MIN_ROWS, Settings


def fetch_captures(
    settings: Settings,
    policy: CrawlPolicy,
    *,
    source: str = DEFAULT_SOURCE,
    office: str | None = None,
    since: dt.date | None = None,
    min_ratio: float = MIN_ROWS,
    restart: bool = False,
    on_progress: OnProgress = silent,
) -> FetchResult:
    """Walk a source's listings and file what is new; see `oig fetch`.

    Raises:
        CannotRun: an option is out of range, a folder cannot be written, or another fetch is going on.
    """
    with _alone(settings):
        return capture_fetch.fetch(
            settings.raw, settings.fetch, policy,
            source=source, office=office, since=since, min_ratio=min_ratio, restart=restart, on_progress=on_progress,
        )  # fmt: skip


def fetch_documents(
    settings: Settings,
    policy: CrawlPolicy,
    *,
    fiscal_year: int | None = None,
    again: bool = False,
    on_progress: OnProgress = silent,
) -> FetchedDocuments:
    """Download the documents that the published reports link, newest first; see `oig fetch documents`.

    Raises:
        CannotRun: as for `fetch_captures`, or the captures do not allow a run.
    """
    reports = pipeline.check(settings, on_progress).reports
    if fiscal_year is not None:
        reports = reports.filter(pl.col("fiscal_year") == fiscal_year)
    newest_first = reports.sort("fiscal_year", "report_number", descending=[True, False], nulls_last=True)
    urls = newest_first["document_url"].drop_nulls()
    with _alone(settings), Session(policy, settings.fetch / CACHE) as session:
        return document_fetch.fetch(urls.to_list(), settings.documents, session, again=again, on_progress=on_progress)


def import_warcs(settings: Settings, archives: list[Path]) -> WarcImport:
    """File the listings of web archives as captures; see `oig import warc`.

    Raises:
        CannotRun: an archive is missing, a folder cannot be written, or a fetch is going on.
    """
    for archive in archives:
        if not archive.is_file():
            raise CannotRun(f"{archive}: there is no such file")
    with _alone(settings):
        return warc.take(archives, settings.raw)


def _alone(settings: Settings) -> AbstractContextManager[None]:
    """Hold the only right to fetch."""
    return writing(settings.fetch, wait=False)
