"""The stages, composed: read → judge → merge → assess → publish.

Belongs here: the order of the stages and what passes between them; what orchestration and the command line call.
Does not: the work of any stage, or how its outcome is shown.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import TYPE_CHECKING, Any

import polars as pl

from oig_pipeline.assess import Assessment, assess
from oig_pipeline.capture import documents
from oig_pipeline.capture.documents import Documents
from oig_pipeline.capture.inventory import Capture, take
from oig_pipeline.capture.read import SCHEMA, Reading, read
from oig_pipeline.contract.rules import BY_CODE
from oig_pipeline.contract.schemas import empty, polars_schema
from oig_pipeline.curate.correct import Corrected, Correction, correct, load
from oig_pipeline.curate.covers import with_covers
from oig_pipeline.curate.history import history
from oig_pipeline.curate.judge import breaks, judge
from oig_pipeline.curate.merge import merge, provenance
from oig_pipeline.curate.normalise import normalise
from oig_pipeline.judged import Judged
from oig_pipeline.settings import CORRECTIONS, Settings

if TYPE_CHECKING:
    from oig_pipeline.publish.release import Release

Progress = Callable[[str, int, int], None]
"""Called with the name of a stage, how much of it is done, and how much there is."""


def silent(stage: str, done: int, total: int) -> None:
    """Show no progress."""


def take_captures(settings: Settings) -> tuple[Capture, ...]:
    """Return what lies in the raw folder."""
    return take(settings.raw)


def load_corrections(settings: Settings) -> tuple[Correction, ...]:
    """Return the corrections in force."""
    return load(settings.corrections_file)


def take_documents(settings: Settings) -> Documents:
    """Return what was read of the documents behind the reports' links."""
    return documents.take(settings.documents)


def read_captures(captures: Iterable[Capture], progress: Progress = silent) -> tuple[Reading, ...]:
    """Return what each capture gave, in the order of the captures."""
    captures = tuple(captures)
    readings = []
    for done, capture in enumerate(captures):
        progress("Reading", done, len(captures))
        readings.append(read(capture))
    progress("Reading", len(captures), len(captures))
    return tuple(readings)


def judge_readings(
    readings: tuple[Reading, ...], corrections: tuple[Correction, ...], linked: Documents | None = None
) -> Judged:
    """Return the sightings of all readings, corrected and judged, with the violations of rows and captures."""
    linked = linked or documents.none()
    sightings = pl.concat([pl.DataFrame(schema=SCHEMA), *(r.sightings for r in readings)])
    corrected = correct(sightings, corrections, breaks)
    judgement = judge(with_covers(normalise(corrected.sightings), linked.table))
    violations, stale = _acknowledged(judgement.violations, corrected)
    found = _of_captures(readings, [*((s.correction, s.message) for s in corrected.stale), *stale])
    violations = pl.concat([found, violations]).sort(
        "capture_path", "line", "rule", "sighting_id", nulls_last=False, maintain_order=True
    )
    ordered = judgement.sightings.sort("capture_path", "ordinal")
    cut = [reading.capture.path for reading in readings if reading.is_cut]
    traced = provenance(ordered.filter(pl.col("outcome") == "published"))
    return Judged(readings, ordered, violations, corrected, history(ordered, cut), traced, linked)


def _acknowledged(violations: pl.DataFrame, corrected: Corrected) -> tuple[pl.DataFrame, list[tuple[Correction, str]]]:
    """Return violations with acknowledgements marked, and the corrections that acknowledge nothing any more."""
    stale = []
    for correction, rows in corrected.acknowledged.items():
        answered = (pl.col("rule") == correction.rule.code) & pl.col("sighting_id").is_in(rows)
        if violations.filter(answered).is_empty():
            stale.append((correction, f"the row no longer breaks {correction.rule.code}"))
        violations = violations.with_columns((pl.col("acknowledged") | answered.fill_null(False)).alias("acknowledged"))
    return violations, stale


def _of_captures(readings: tuple[Reading, ...], stale: list[tuple[Correction, str]]) -> pl.DataFrame:
    """Return the violation rows of what was found about whole captures and corrections."""
    found = [(r.capture.path, f.line, f.rule, f.value, f.message) for r in readings for f in r.findings]
    found += [(CORRECTIONS, c.line, "correction_stale", c.rule.code, said) for c, said in stale]
    rows = [
        {
            "sighting_id": None, "capture_path": path, "line": line, "rule": rule, "severity": BY_CODE[rule].severity,
            "column_name": BY_CODE[rule].column, "value": value, "message": said, "acknowledged": False,
        }
        for path, line, rule, value, said in found
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=polars_schema("violations")) if rows else empty("violations")


def merge_reports(judged: Judged) -> pl.DataFrame:
    """Return the reports of the published sightings."""
    return merge(judged.published)


@dataclass(frozen=True)
class Outcome:
    """What a whole run came to.

    `release` is None for a check or a rejected build, `rejected` the folder of the latter. `place` says where either
    lies: a path, or an address.
    """

    judged: Judged
    reports: pl.DataFrame
    assessment: Assessment
    release: Release | None = None
    rejected: Path | None = None
    place: str | None = None


def check(settings: Settings, progress: Progress = silent) -> Outcome:
    """Judge the captures without writing anything.

    Raises:
        CannotRun: the inputs do not allow a run.
    """
    corrections = load_corrections(settings)
    readings = read_captures(take_captures(settings), progress)
    progress("Judging", 0, 1)
    judged = judge_readings(readings, corrections, take_documents(settings))
    progress("Merging", 0, 1)
    reports = merge_reports(judged)
    progress("Merging", 1, 1)
    return Outcome(judged, reports, assess(judged, reports, settings.max_quarantine))


def build(settings: Settings, progress: Progress = silent) -> Outcome:
    """Judge the captures and publish a release, or leave the last one and write what was rejected.

    Raises:
        CannotRun: the inputs do not allow a run, or the output folder cannot be written.
    """
    # Imported here: a check writes nothing, and need not wait for what writes.
    from oig_pipeline import publication

    if settings.remote is not None:
        return _build_remote(settings, settings.remote, progress)
    outcome = check(settings, progress)
    judged, reports, assessment = outcome.judged, outcome.reports, outcome.assessment
    if assessment.reasons:
        folder = publication.reject(judged, reports, assessment, settings)
        return replace(outcome, rejected=folder, place=str(folder.resolve()))
    release = publication.publish(judged, reports, settings, switch=True, step=lambda name: progress(name, 0, 1))
    return replace(outcome, release=release, place=str(release.path.resolve()))


def _build_remote(settings: Settings, address: str, progress: Progress) -> Outcome:
    """Build in a mirror of what lies at an address, then put the release there; a rejected one is left in a folder."""
    from oig_pipeline.publish import remote
    from oig_pipeline.publish.release import REJECTED

    with TemporaryDirectory() as workshop:
        local = replace(settings, out=Path(workshop), remote=None)
        progress("Fetching the last release", 0, 1)
        remote.mirror(address, local.out)
        outcome = build(local, progress)
        if outcome.release is None:
            kept = Path(mkdtemp(prefix="oig-rejected-"))
            folder = Path(shutil.move(local.out / REJECTED, kept))
            return replace(outcome, rejected=folder, place=str(folder))
        progress("Uploading the release", 0, 1)
        return replace(outcome, place=remote.upload(address, local.out, outcome.release.id))


def captures(settings: Settings) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return what each capture was taken for, as column names and rows."""
    names = ["capture", "layout", "status", "rows", "findings", "note"]
    readings = read_captures(take_captures(settings))
    return names, [(r.capture.path, r.layout, r.status, r.sightings.height, len(r.findings), r.note) for r in readings]
