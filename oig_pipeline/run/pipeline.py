"""The pipeline: read → judge → merge → assess → publish.

Belongs here: the order of the steps and the data between them; the functions that orchestration and the command line
call. Does not: the work of any step, or how its outcome is shown.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

import polars as pl

from oig_pipeline.capture import documents, line_ranges
from oig_pipeline.capture.captures import Capture, take
from oig_pipeline.capture.documents import Documents
from oig_pipeline.capture.hash_cache import read as read_hashes
from oig_pipeline.curate.acknowledge import CaptureAcknowledgement, load_captures
from oig_pipeline.curate.correct import Correction, load
from oig_pipeline.curate.outcomes import CorrectionOutcomes, settle
from oig_pipeline.offices import office_of_url
from oig_pipeline.release import atomic
from oig_pipeline.run.assemble import ReadResult, assemble
from oig_pipeline.run.batches import Batch
from oig_pipeline.run.cache import CACHE, HASHES, Cache, code_version
from oig_pipeline.run.capture_chunks import CaptureChunk, batch_chunks, split_captures
from oig_pipeline.run.capture_violations import capture_violations, stale_corrections
from oig_pipeline.run.curate_partition import ALL_YEARS, YearPartition, curate_partition
from oig_pipeline.run.executor import Workers
from oig_pipeline.run.group_corrections import with_group_corrections
from oig_pipeline.run.policy import Assessment, assess
from oig_pipeline.run.read_batch import read_batch, scan
from oig_pipeline.run.read_capture import is_companion
from oig_pipeline.run.recaptured import with_shrunk_listings
from oig_pipeline.run.report_history import history_of_reports
from oig_pipeline.run.result import RunResult
from oig_pipeline.settings import CORRECTIONS, Limits, Settings
from oig_pipeline.storage import TmpFolder, open_work_folder

if TYPE_CHECKING:
    from oig_pipeline.release.release import Release

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


def load_acknowledged(settings: Settings) -> tuple[CaptureAcknowledgement, ...]:
    """Return the captures whose errors are acknowledged."""
    return load_captures(settings.corrections_file)


@dataclass(frozen=True)
class Outcome:
    """The outcome of a whole run.

    Attributes:
        result: the result, as it was assessed.
        assessment: whether the result may be published.
        release: the release; None for a check or a rejected build.
        rejected: the folder of a rejected build.
        place: the path or address of the release or the rejected build.
        site: the folder of the release's site; None if there is none.
    """

    result: RunResult
    assessment: Assessment
    release: Release | None = None
    rejected: Path | None = None
    place: str | None = None
    site: Path | None = None

    @property
    def reports(self) -> pl.DataFrame:
        """All reports, by fiscal year."""
        return self.result.reports


def take_documents(settings: Settings) -> Documents:
    """Return the documents that reports link."""
    return documents.take(settings.documents, lambda url: office_of_url(url).numbers)


def check(settings: Settings, progress: Progress = silent) -> Outcome:
    """Judge the captures without writing anything, except temporary files for rows that do not fit in memory.

    Raises:
        CannotRun: the inputs do not allow a run.
    """
    corrections = load_corrections(settings)
    captures, linked_documents = take_captures(settings), take_documents(settings)
    settings = replace(settings, executor="in_process")  # no other machine sees the temporary files of a check
    if sum(capture.size for capture in captures) <= settings.limits.memory_bytes:
        return _outcome(_judge(captures, corrections, linked_documents, settings, None, progress), settings)
    tmp_folder = TmpFolder()
    cache = Cache(tmp_folder.path, "", settings.limits)
    result = _judge(captures, corrections, linked_documents, settings, cache, progress)
    return _outcome(replace(result, tmp_folder=tmp_folder), settings)


def _outcome(result: RunResult, settings: Settings) -> Outcome:
    return Outcome(result, assess(result, settings.max_quarantine))


def _judge(
    captures: Sequence[Capture],
    corrections: tuple[Correction, ...],
    linked_documents: Documents,
    settings: Settings,
    cache: Cache | None,
    progress: Progress,
) -> RunResult:
    """Return the run result of captures; its rows lie in the cache, or in memory if there is none."""
    read_result, workers = read_all(captures, corrections, linked_documents, settings, cache, progress)
    return merge_all(read_result, corrections, linked_documents, settings, cache, workers, progress)


def read_all(
    captures: Sequence[Capture],
    corrections: Sequence[Correction],
    linked_documents: Documents,
    settings: Settings,
    cache: Cache | None,
    progress: Progress = silent,
) -> tuple[ReadResult, Workers]:
    """Return the read result of captures, with corrections applied, and the workers that read them."""
    chunks = split_captures(captures)
    cached, missing = cache.batches(chunks) if cache else ([], chunks)
    limits = settings.limits
    groups = list(batch_chunks(missing, limits.batch_bytes, limits.batch_captures))
    workers = Workers.of(settings, groups) if cache else Workers(count=limits.workers)
    work = partial(_read, settings=settings, documents=linked_documents.table, cache=cache)
    new = workers.map(work, groups, partial(progress, "Reading"), _name_of_group)
    progress("Reading", len(captures), len(captures))
    read_result = assemble(chunks, [*cached, *new])
    return with_group_corrections(read_result, corrections, linked_documents.table, limits.block_size), workers


def _read(chunks: Sequence[CaptureChunk], settings: Settings, documents: pl.DataFrame, cache: Cache | None) -> Batch:
    corrections = load_corrections(settings)
    if cache:
        return cache.batch(chunks, corrections, documents)
    return read_batch(chunks, corrections, documents, block_size=settings.limits.block_size)


def _name_of_group(group: Sequence[CaptureChunk]) -> str:
    more = f" and {len(group) - 1} more" if len(group) > 1 else ""
    return f"{group[0].capture.path}{more}"


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
    years = partition_years(read_result, settings.limits) if cache else [ALL_YEARS]
    # The newest first: it changes most often, so it is merged while the cached partitions of the others are checked.
    work = partial(merged_partition, read_result, outcomes, cache)
    partitions = workers.map(work, years[::-1], partial(progress, "Merging"), lambda year: f"fiscal year {year}")
    progress("Merging", len(years), len(years))
    return result_of(read_result, outcomes, partitions[::-1], linked_documents, load_acknowledged(settings))


def partition_years(read_result: ReadResult, limits: Limits) -> list[int | None]:
    """Return the years of the partitions: each fiscal year, or `ALL_YEARS` if there are few rows."""
    return list(read_result.blocks_by_year) if read_result.rows > limits.merged_at_once else [ALL_YEARS]


def merged_partition(
    read_result: ReadResult, outcomes: CorrectionOutcomes, cache: Cache | None, year: int | None
) -> YearPartition:
    """Return the partition of a fiscal year, its rows in files of the cache; that of all years is in memory."""
    acknowledged = {c.line: (c.rule.code, ids) for c, ids in outcomes.acknowledged.items()}
    compute = partial(curate_partition, year, read_result.batches, acknowledged)
    if cache is None or year == ALL_YEARS:
        return compute()
    return cache.partition(year, read_result.batches, acknowledged, compute)


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
    with publish.writing(settings.out):
        captures, linked_documents = take_captures(settings, remember=True), take_documents(settings)
        cache = cache_of(settings).cleared()
        outcome = _outcome(_judge(captures, corrections, linked_documents, settings, cache, progress), settings)
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

    progress("Writing the site", 0, 1)
    assert outcome.release is not None
    build = service.follow(settings, outcome.release)
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


def captures(settings: Settings) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return how each capture was read, as column names and rows."""
    names = ["capture", "layout", "status", "rows", "findings", "note"]
    chunks = split_captures(take_captures(settings))
    groups = list(batch_chunks(chunks, settings.limits.scan_bytes, settings.limits.batch_captures))
    batches = Workers.of(replace(settings, executor="in_process"), groups).map(scan, groups)
    summaries = assemble(chunks, batches).summaries
    return names, [(s.capture.path, s.layout, s.status, s.rows, len(s.findings), s.note) for s in summaries]
