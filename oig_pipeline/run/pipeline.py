"""The steps, composed: read → judge → merge → assess → publish.

Belongs here: the order of the steps and what passes between them; what orchestration and the command line call.
Does not: the work of any step, or how its outcome is shown.
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

from oig_pipeline.capture import documents
from oig_pipeline.capture.captures import Capture, take
from oig_pipeline.capture.documents import Documents
from oig_pipeline.capture.hash_cache import read as read_memo
from oig_pipeline.curate.acknowledge import CaptureAcknowledgement, load_captures
from oig_pipeline.curate.correct import Correction, load
from oig_pipeline.curate.outcomes import Settled, settle
from oig_pipeline.run.assemble import Whole, whole
from oig_pipeline.run.batches import Portion
from oig_pipeline.run.cache import CACHE, HASHES, Cache, code_version
from oig_pipeline.run.capture_chunks import UNKEPT, Source, sources, together
from oig_pipeline.run.capture_violations import capture_violations, stale_places
from oig_pipeline.run.curate_partition import EVERY, Year, curate_year
from oig_pipeline.run.executor import Workers
from oig_pipeline.run.group_corrections import amended
from oig_pipeline.run.places import place
from oig_pipeline.run.policy import Assessment, assess
from oig_pipeline.run.read_batch import hear, read_portion
from oig_pipeline.run.recaptured import compared
from oig_pipeline.run.report_history import past
from oig_pipeline.run.result import Judged
from oig_pipeline.settings import CORRECTIONS, Limits, Settings
from oig_pipeline.storage import TmpFolder

if TYPE_CHECKING:
    from oig_pipeline.release.release import Release

Progress = Callable[[str, int, int], None]
"""Called with the name of a step, how much of it is done, and how much there is."""
IN_MEMORY = 64 * 2**20
"""So many bytes of captures are checked in memory alone."""


def silent(step: str, done: int, total: int) -> None:
    """Show no progress."""


def take_captures(settings: Settings, *, remember: bool = False) -> tuple[Capture, ...]:
    """Return what lies in the raw folder; hashes that are to be remembered lie in the cache of the curated folder."""
    if not remember:
        return take(settings.raw)
    memo = read_memo(settings.out / CACHE / HASHES)
    found = take(settings.raw, memo)
    memo.keep()
    return found


def load_corrections(settings: Settings) -> tuple[Correction, ...]:
    """Return the corrections in force."""
    return load(settings.corrections_file)


def load_acknowledged(settings: Settings) -> tuple[CaptureAcknowledgement, ...]:
    """Return the captures whose errors are acknowledged."""
    return load_captures(settings.corrections_file)


@dataclass(frozen=True)
class Outcome:
    """What a whole run came to.

    `release` is None for a check or a rejected build, `rejected` the folder of the latter. `place` says where either
    lies: a path, or an address; `site` is the folder of the release's site, None where none was made.
    """

    judged: Judged
    assessment: Assessment
    release: Release | None = None
    rejected: Path | None = None
    place: str | None = None
    site: Path | None = None

    @property
    def reports(self) -> pl.DataFrame:
        """All reports, by fiscal year."""
        return self.judged.reports


def take_documents(settings: Settings) -> Documents:
    """Return what was read of the documents behind the reports' links."""
    return documents.take(settings.documents)


def check(settings: Settings, progress: Progress = silent) -> Outcome:
    """Judge the captures without writing anything, except for what does not fit in memory, to a temporary folder.

    Raises:
        CannotRun: the inputs do not allow a run.
    """
    corrections = load_corrections(settings)
    captures, linked = take_captures(settings), take_documents(settings)
    settings = replace(settings, executor="in_process")  # what a check leaves for later, no other machine can see
    if sum(capture.size for capture in captures) <= IN_MEMORY:
        return _outcome(_judge(captures, corrections, linked, settings, None, progress), settings)
    workshop = TmpFolder()
    judged = _judge(captures, corrections, linked, settings, Cache(workshop.path, ""), progress)
    return _outcome(replace(judged, workshop=workshop), settings)


def _outcome(judged: Judged, settings: Settings) -> Outcome:
    return Outcome(judged, assess(judged, settings.max_quarantine))


def _judge(
    captures: Sequence[Capture],
    corrections: tuple[Correction, ...],
    linked: Documents,
    settings: Settings,
    cache: Cache | None,
    progress: Progress,
) -> Judged:
    """Return what the captures come to; rows lie in the cache, or in memory where there is none."""
    found, workers = read_all(captures, corrections, linked, settings, cache, progress)
    return merge_all(found, corrections, linked, settings, cache, workers, progress)


def read_all(
    captures: Sequence[Capture],
    corrections: Sequence[Correction],
    linked: Documents,
    settings: Settings,
    cache: Cache | None,
    progress: Progress = silent,
) -> tuple[Whole, Workers]:
    """Return what was read of captures, corrections applied, and who read it."""
    every = sources(captures)
    known, new = cache.portions(every) if cache else ([], every)
    groups = list(together(new))
    workers = Workers.of(settings, groups) if cache else Workers()
    work = partial(_read, corrections=settings.corrections_file, documents=linked.table, cache=cache)
    read = workers.map(work, groups, partial(progress, "Reading"), _name_of_group)
    progress("Reading", len(captures), len(captures))
    return amended(whole(every, [*known, *read]), corrections, linked.table), workers


def _read(sources: Sequence[Source], corrections: Path, documents: pl.DataFrame, cache: Cache | None) -> Portion:
    known = load(corrections)
    return cache.portion(sources, known, documents) if cache else read_portion(sources, known, documents)


def _name_of_group(group: Sequence[Source]) -> str:
    more = f" and {len(group) - 1} more" if len(group) > 1 else ""
    return f"{group[0].capture.path}{more}"


def merge_all(
    found: Whole,
    corrections: Sequence[Correction],
    linked: Documents,
    settings: Settings,
    cache: Cache | None,
    workers: Workers,
    progress: Progress = silent,
) -> Judged:
    """Return what a run comes to, of what was read."""
    settled = settle(corrections, found.fits)
    years = years_of(found, settings.limits) if cache else [EVERY]
    # The newest first: they change most often, and that the others did not is looked at meanwhile.
    work = partial(a_year, found, settled, cache)
    made = workers.map(work, years[::-1], partial(progress, "Merging"), lambda year: f"fiscal year {year}")
    progress("Merging", len(years), len(years))
    return judged_of(found, settled, made[::-1], linked, load_acknowledged(settings))


def years_of(found: Whole, limits: Limits) -> list[int | None]:
    """Return what is merged by itself: each fiscal year, or, where there are few rows, all of them at once."""
    return list(found.years) if found.rows > limits.merged_at_once else [EVERY]


def a_year(found: Whole, settled: Settled, cache: Cache | None, year: int | None) -> Year:
    """Return what a fiscal year comes to; merged by itself, its rows of the tables lie in files of the cache."""
    acknowledged = {c.line: (c.rule.code, ids) for c, ids in settled.acknowledged.items()}
    work = partial(curate_year, year, found.placed, acknowledged)
    return cache.year(year, found.placed, acknowledged, work) if cache and year != EVERY else work()


def judged_of(
    found: Whole,
    settled: Settled,
    years: Sequence[Year],
    linked: Documents,
    acknowledged: Sequence[CaptureAcknowledgement] = (),
) -> Judged:
    """Return what a run knows, of what was read and what every fiscal year came to."""
    answered = {line for year in years for line in year.books.settled}
    readings = compared(found.readings)
    refused = [key for year in years for key in year.books.refused]
    history = past(readings, found.placed, refused)
    violations = capture_violations(readings, acknowledged, stale_places(settled, answered), CORRECTIONS)
    return Judged(readings, settled, tuple(years), violations, history, linked)


def build(settings: Settings, progress: Progress = silent) -> Outcome:
    """Judge the captures and publish a release, or leave the last one and write what was rejected.

    Raises:
        CannotRun: the inputs do not allow a run, or the output folder cannot be written.
    """
    # Imported here: a check writes nothing, and need not wait for what writes.
    from oig_pipeline.run import publish

    if settings.remote is not None:
        return _build_remote(settings, settings.remote, progress)
    corrections = load_corrections(settings)
    with publish.writing(settings.out):
        captures, linked = take_captures(settings, remember=True), take_documents(settings)
        cache = cache_of(settings).cleared()
        outcome = _outcome(_judge(captures, corrections, linked, settings, cache, progress), settings)
        if outcome.assessment.reasons:
            folder = publish.reject(outcome.judged, outcome.assessment, settings)
            return replace(outcome, rejected=folder, place=str(folder.resolve()))
        release = publish.publish(outcome.judged, settings, switch=True, step=lambda name: progress(name, 0, 1))
        cache.prune()
        outcome = replace(outcome, release=release, place=str(release.path.resolve()))
    return _with_site(outcome, settings, progress) if settings.site else outcome


def cache_of(settings: Settings) -> Cache:
    """Return the cache of a curated folder, or the one that the settings name."""
    corrections = settings.corrections_file
    told = (corrections.read_bytes() if corrections.exists() else b"") + documents.state(settings.documents)
    return Cache(place(settings.work or settings.out / CACHE), code_version(told))


def _with_site(outcome: Outcome, settings: Settings, progress: Progress) -> Outcome:
    """Make the site of a release that has just been published."""
    from oig_pipeline.site import service

    progress("Writing the site", 0, 1)
    assert outcome.release is not None
    made = service.follow(settings, outcome.release)
    progress("Writing the site", 1, 1)
    return replace(outcome, site=made.path if made else None)


def _build_remote(settings: Settings, address: str, progress: Progress) -> Outcome:
    """Build in a mirror of what lies at an address, then put the release there; a rejected one is left in a folder."""
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
        made = remote.seen_from(address, outcome.release)
        return replace(outcome, release=made, place=remote.upload(address, local.out, made.id))


def captures(settings: Settings) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return what each capture was taken for, as column names and rows."""
    names = ["capture", "layout", "status", "rows", "findings", "note"]
    every = sources(take_captures(settings))
    groups = list(together(every, UNKEPT))
    readings = whole(every, Workers.of(replace(settings, executor="in_process"), groups).map(hear, groups)).readings
    return names, [(t.capture.path, t.layout, t.status, t.rows, len(t.findings), t.note) for t in readings]
