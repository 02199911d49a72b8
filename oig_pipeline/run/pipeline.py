"""The pipeline: read and judge rows → merge them to reports → assess → publish.

Belongs here: the order of the steps and the data between them; the functions that orchestration and the command line
call. Does not: the work of any step, or how its outcome is shown.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import polars as pl

from oig_pipeline.capture import documents, line_ranges
from oig_pipeline.capture.captures import Capture, take
from oig_pipeline.capture.documents import Documents
from oig_pipeline.capture.hash_cache import read as read_hashes
from oig_pipeline.curate.acknowledge import CaptureAcknowledgement, load_captures
from oig_pipeline.curate.correct import Correction, load
from oig_pipeline.curate.outcomes import CorrectionOutcomes, settle
from oig_pipeline.offices import OFFICES
from oig_pipeline.release import atomic
from oig_pipeline.release.files import year_name
from oig_pipeline.run.assemble import ReadResult, assemble
from oig_pipeline.run.batches import Batch
from oig_pipeline.run.cache import CACHE, HASHES, Cache, code_version
from oig_pipeline.run.capture_chunks import CaptureChunk
from oig_pipeline.run.capture_violations import capture_violations, stale_corrections
from oig_pipeline.run.curate_partition import ALL_YEARS, YearPartition, curate_partition
from oig_pipeline.run.executor import Workers
from oig_pipeline.run.group_corrections import with_group_corrections
from oig_pipeline.run.outcome import Outcome
from oig_pipeline.run.page_statements import page_statements
from oig_pipeline.run.policy import assess
from oig_pipeline.run.printed_years import with_decided_years
from oig_pipeline.run.read_batch import read_batch, scan
from oig_pipeline.run.read_capture import is_companion
from oig_pipeline.run.recaptured import with_shrunk_listings
from oig_pipeline.run.report_history import history_of_reports
from oig_pipeline.run.result import RunResult
from oig_pipeline.run.to_read import ToRead
from oig_pipeline.settings import CORRECTIONS, Limits, Settings
from oig_pipeline.storage import TmpFolder, open_work_folder

Progress = Callable[[str, int, int], None]
"""Called with the name of a step, the number of finished tasks, and of all."""


def silent(step: str, done: int, total: int) -> None:
    """Show no progress."""


def take_captures(settings: Settings, *, remember: bool = False) -> tuple[Capture, ...]:
    """Return the captures of the raw folder; `remember` caches their hashes in the curated folder."""
    chunk_bytes = settings.limits.chunk_bytes
    if not remember:
        return take(settings.raw, partial(line_ranges.index, chunk_bytes=chunk_bytes), is_companion)
    file = settings.out / CACHE / HASHES
    hashes = read_hashes(file, chunk_bytes)
    captures = take(settings.raw, hashes.index, is_companion)
    if content := hashes.as_json():
        file.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(file, content, shared=True)
    return captures


def load_corrections(settings: Settings) -> tuple[Correction, ...]:
    """Return the corrections in force."""
    return load(settings.corrections_file)


def take_documents(settings: Settings) -> Documents:
    """Return the documents that reports link."""
    # A link may lead to a copy on another host; what is on nobody's site is taken to be the first office's.
    return documents.take(settings.documents, lambda url: (OFFICES.of_url(url) or OFFICES.first).numbers)


def check(settings: Settings, progress: Progress = silent) -> Outcome:
    """Judge the captures and write nothing, except temporary files of rows that do not fit in memory.

    Raises:
        CannotRun: the inputs do not allow a run.
    """
    corrections = load_corrections(settings)
    captures, linked_documents = take_captures(settings), take_documents(settings)
    settings = replace(settings, executor="in_process")  # no other machine may see the temporary files of a check
    cache = tmp_folder = None
    if sum(capture.size for capture in captures) > settings.limits.memory_bytes:
        tmp_folder = TmpFolder()
        cache = Cache(tmp_folder.path, code_version="", limits=settings.limits)  # it is new, so any version does
    result = _read_and_merge(captures, corrections, linked_documents, settings, cache, progress)
    return _outcome(replace(result, tmp_folder=tmp_folder), settings)


def _outcome(result: RunResult, settings: Settings) -> Outcome:
    return Outcome(result, assess(result, settings.max_quarantine))


def _read_and_merge(
    captures: Sequence[Capture],
    corrections: tuple[Correction, ...],
    linked_documents: Documents,
    settings: Settings,
    cache: Cache | None,
    progress: Progress,
) -> RunResult:
    """Return the run result of captures; its rows lie in the cache, or in memory if there is none."""
    to_read = ToRead.of(captures, settings.limits, cache)
    # Without a cache the rows are in the memory of this process, which only threads share.
    with Workers.of(settings, to_read.groups) if cache else Workers(count=settings.limits.workers) as workers:
        read_result = read_all(to_read, corrections, linked_documents, settings, cache, workers, progress)
        return merge_all(read_result, corrections, linked_documents, settings, cache, workers, progress)


def read_all(
    to_read: ToRead,
    corrections: Sequence[Correction],
    linked_documents: Documents,
    settings: Settings,
    cache: Cache | None,
    workers: Workers,
    progress: Progress = silent,
) -> ReadResult:
    """Return the read result of captures, with corrections applied."""
    work = partial(_read, settings=settings, documents=linked_documents.table, cache=cache)
    new = workers.map(work, to_read.groups, partial(progress, "Reading"), _name_of_group)
    progress("Reading", len(to_read.groups), len(to_read.groups))
    read_result = assemble(to_read.chunks, [*to_read.cached, *new])
    corrected = with_group_corrections(read_result, corrections, linked_documents.table, settings.limits.block_size)
    return with_decided_years(corrected)


def _read(chunks: Sequence[CaptureChunk], settings: Settings, documents: pl.DataFrame, cache: Cache | None) -> Batch:
    corrections = load_corrections(settings)
    if cache:
        return cache.batch(chunks, corrections, documents)
    return read_batch(chunks, corrections, documents, block_size=settings.limits.block_size)


def _name_of_group(group: Sequence[CaptureChunk]) -> str:
    return str(group[0].capture.path) + (f" and {len(group) - 1} more" if len(group) > 1 else "")


def merge_all(
    read_result: ReadResult,
    corrections: Sequence[Correction],
    linked_documents: Documents,
    settings: Settings,
    cache: Cache | None,
    workers: Workers,
    progress: Progress = silent,
) -> RunResult:
    """Return the run result of a read result."""
    outcomes = settle(corrections, read_result.matches)
    years = partition_years(read_result, settings.limits, cache)
    # The newest first: it changes most often, so it is merged while the cached partitions of the others are checked.
    pages = page_statements(read_result.summaries, read_result.batches)
    work = partial(merged_partition, read_result, outcomes, pages, cache)
    newest_first = workers.map(work, years[::-1], partial(progress, "Merging"), _name_of_year)
    progress("Merging", len(years), len(years))
    acknowledged = load_captures(settings.corrections_file)
    return result_of(read_result, outcomes, newest_first[::-1], linked_documents, acknowledged)


def partition_years(read_result: ReadResult, limits: Limits, cache: Cache | None) -> list[int | None]:
    """Return the years of the partitions: each fiscal year, or `ALL_YEARS` if there are few rows or is no cache."""
    if cache and read_result.rows > limits.merged_at_once:
        return list(read_result.blocks_by_year)
    return [ALL_YEARS]


def _name_of_year(year: int | None) -> str:
    return "all fiscal years" if year == ALL_YEARS else f"fiscal year {year_name(year)}"


def merged_partition(
    read_result: ReadResult, outcomes: CorrectionOutcomes, pages: pl.DataFrame, cache: Cache | None, year: int | None
) -> YearPartition:
    """Return the partition of one fiscal year, with its rows in files of the cache, or of all years, in memory."""
    acknowledged = {c.line: (c.rule.code, ids) for c, ids in outcomes.acknowledged.items()}
    compute = partial(curate_partition, year, read_result.batches, acknowledged, pages)
    if cache is None or year == ALL_YEARS:
        return compute()
    linked = pages.filter(pl.col("sighting_id").is_null() & pl.col("fiscal_year").eq_missing(year))
    return cache.partition(year, read_result.batches, (acknowledged, linked.rows()), compute)


def result_of(
    read_result: ReadResult,
    outcomes: CorrectionOutcomes,
    partitions: Sequence[YearPartition],
    linked_documents: Documents,
    acknowledged: Sequence[CaptureAcknowledgement] = (),
) -> RunResult:
    """Return the run result of a read result and the partitions of all years."""
    acknowledging_lines = {line for partition in partitions for line in partition.stats.acknowledging_lines}
    summaries = with_shrunk_listings(read_result.summaries)
    refused = [sighting_id for partition in partitions for sighting_id in partition.stats.refused]
    history = history_of_reports(summaries, read_result.batches, refused)
    stale = stale_corrections(outcomes, acknowledging_lines)
    violations = capture_violations(summaries, acknowledged, stale, CORRECTIONS)
    return RunResult(summaries, outcomes, tuple(partitions), violations, history, linked_documents)


def build(settings: Settings, progress: Progress = silent) -> Outcome:
    """Judge the captures and publish a release, or keep the last one and write the rejected tables.

    Raises:
        CannotRun: the inputs do not allow a run, or the output folder cannot be written.
    """
    # Imported here: a check writes nothing, so it does not wait for these imports.
    from oig_pipeline.run import publish

    if settings.remote is not None:
        return _build_remote(settings, settings.remote, progress)
    corrections = load_corrections(settings)
    with publish.file_errors_in_one_line(settings.out):
        captures, linked_documents = take_captures(settings, remember=True), take_documents(settings)
        cache = cache_of(settings).without_abandoned()
        result = _read_and_merge(captures, corrections, linked_documents, settings, cache, progress)
        outcome = _outcome(result, settings)
        if outcome.assessment.reasons:
            folder = publish.reject(outcome.result, outcome.assessment, settings)
            return replace(outcome, rejected=folder, place=str(folder.resolve()))
        release = publish.publish(outcome.result, settings, switch=True, step=lambda name: progress(name, 0, 1))
        cache.prune()
        outcome = replace(outcome, release=release, place=str(release.path.resolve()))
    return _with_site(outcome, settings, progress) if settings.site else outcome


def cache_of(settings: Settings) -> Cache:
    """Return the cache that the settings name, or the one in the curated folder."""
    corrections = settings.corrections_file
    inputs = (corrections.read_bytes() if corrections.exists() else b"") + documents.state(settings.documents)
    inputs += repr(settings.limits.block_size).encode()
    return Cache(open_work_folder(settings.work or settings.out / CACHE), code_version(inputs), settings.limits)


def _with_site(outcome: Outcome, settings: Settings, progress: Progress) -> Outcome:
    """Build the site of a release that was just published."""
    from oig_pipeline.site import service

    assert outcome.release is not None
    progress("Writing the site", 0, 1)
    build = service.follow(settings, outcome.release, lambda done, total: progress("Writing the site", done, total))
    progress("Writing the site", 1, 1)
    return replace(outcome, site=build.path if build else None)


def _build_remote(settings: Settings, address: str, progress: Progress) -> Outcome:
    """Build in a local mirror of an address, then upload the release; a rejected build is kept in a local folder."""
    from oig_pipeline.release import remote
    from oig_pipeline.release.release import REJECTED

    with TmpFolder() as tmp_dir:
        local = replace(settings, out=tmp_dir, remote=None, site=False)
        progress("Fetching the last release", 0, 1)
        remote.mirror(address, local.out)
        outcome = build(local, progress)
        if outcome.release is None:
            folder = Path(shutil.move(local.out / REJECTED, mkdtemp(prefix="oig-rejected-")))
            return replace(outcome, rejected=folder, place=str(folder))
        progress("Uploading the release", 0, 1)
        release = remote.seen_from(address, outcome.release)
        return replace(outcome, release=release, place=remote.upload(address, local.out, release.id))


def describe_captures(settings: Settings) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return how each capture was read, as column names and rows."""
    names = ["capture", "layout", "status", "rows", "findings", "note"]
    limits = replace(settings.limits, batch_bytes=settings.limits.scan_bytes)
    to_read = ToRead.of(take_captures(settings), limits, cache=None)
    with Workers.of(replace(settings, executor="in_process"), to_read.groups) as workers:
        summaries = assemble(to_read.chunks, workers.map(scan, to_read.groups)).summaries
    return names, [(s.capture.path, s.layout, s.status, s.rows, len(s.findings), s.note) for s in summaries]
