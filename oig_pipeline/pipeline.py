"""The stages, composed: read → judge → merge → assess → publish.

Belongs here: the order of the stages and what passes between them; what orchestration and the command line call.
Does not: the work of any stage, or how its outcome is shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from oig_pipeline.assess import Assessment, assess
from oig_pipeline.capture.inventory import Capture, take
from oig_pipeline.capture.read import SCHEMA, Reading, read
from oig_pipeline.contract.faults import CannotRun
from oig_pipeline.contract.rules import BY_CODE
from oig_pipeline.contract.schemas import empty, polars_schema
from oig_pipeline.curate.correct import Corrected, Correction, correct, load
from oig_pipeline.curate.history import history
from oig_pipeline.curate.judge import breaks, judge
from oig_pipeline.curate.merge import merge
from oig_pipeline.curate.normalise import normalise
from oig_pipeline.judged import Judged, tables
from oig_pipeline.publish import catalog
from oig_pipeline.publish import release as releases
from oig_pipeline.settings import CORRECTIONS, Settings

FORMAT = 1
_READING = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)

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


def read_captures(captures: Iterable[Capture], progress: Progress = silent) -> tuple[Reading, ...]:
    """Return what each capture gave, in the order of the captures."""
    captures = tuple(captures)
    readings = []
    for done, capture in enumerate(captures):
        progress("Reading", done, len(captures))
        readings.append(read(capture))
    progress("Reading", len(captures), len(captures))
    return tuple(readings)


def judge_readings(readings: tuple[Reading, ...], corrections: tuple[Correction, ...]) -> Judged:
    """Return the sightings of all readings, corrected and judged, with the violations of rows and captures."""
    sightings = pl.concat([pl.DataFrame(schema=SCHEMA), *(r.sightings for r in readings)])
    corrected = correct(sightings, corrections, breaks)
    judgement = judge(normalise(corrected.sightings))
    violations, stale = _acknowledged(judgement.violations, corrected)
    found = _of_captures(readings, [*((s.correction, s.message) for s in corrected.stale), *stale])
    violations = pl.concat([found, violations]).sort(
        "capture_path", "line", "rule", "sighting_id", nulls_last=False, maintain_order=True
    )
    ordered = judgement.sightings.sort("capture_path", "ordinal")
    return Judged(readings, ordered, violations, corrected, history(ordered))


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


def about(judged: Judged, frames: dict[str, pl.DataFrame], settings: Settings) -> dict[str, Any]:
    """Return what the manifest says of a release beside its files: inputs, versions, counts."""
    corrections = settings.corrections_file
    inputs = [
        {"path": path, "bytes": r.capture.size, "sha256": r.capture.sha256}
        for r in judged.readings
        for path in (r.capture.path, *r.capture.also_at)
    ]
    return {
        "format": FORMAT,
        "inputs": sorted(inputs, key=lambda i: str(i["path"])),
        "corrections": hashlib.sha256(corrections.read_bytes()).hexdigest() if corrections.exists() else None,
        "rows": {name: frame.height for name, frame in frames.items()},
        "versions": {p: version(p) for p in ("oig-pipeline", "polars", "pandera", "pyarrow")},
    }


@contextmanager
def _writing() -> Iterator[None]:
    """Turn what the file system refuses into one line that says where."""
    try:
        yield
    except OSError as error:
        raise CannotRun(f"{error.filename}: cannot be written: {error.strerror}") from None


def publish(judged: Judged, reports: pl.DataFrame, settings: Settings) -> releases.Release:
    """Write a release; it is not the latest until it is activated.

    Raises:
        CannotRun: the output folder cannot be written.
    """
    frames = tables(judged, reports)
    with _writing():
        return releases.publish(settings.out, frames, about(judged, frames, settings))


def activate(release: releases.Release) -> Path:
    """Make a release the latest; return the path of its catalog.

    Raises:
        CannotRun: the output folder cannot be written.
    """
    with _writing():
        return releases.activate(release)


def reject(judged: Judged, reports: pl.DataFrame, assessment: Assessment, settings: Settings) -> Path:
    """Write what was judged for inspection, and leave the last release; return the folder.

    Raises:
        CannotRun: the output folder cannot be written.
    """
    with _writing():
        return releases.reject(settings.out, tables(judged, reports), list(assessment.reasons))


@dataclass(frozen=True)
class Outcome:
    """What a whole run came to. `release` is None for a check or a rejected build; `rejected` is its folder."""

    judged: Judged
    reports: pl.DataFrame
    assessment: Assessment
    release: releases.Release | None = None
    rejected: Path | None = None


def check(settings: Settings, progress: Progress = silent) -> Outcome:
    """Judge the captures without writing anything.

    Raises:
        CannotRun: the inputs do not allow a run.
    """
    corrections = load_corrections(settings)
    readings = read_captures(take_captures(settings), progress)
    progress("Judging", 0, 1)
    judged = judge_readings(readings, corrections)
    progress("Merging", 0, 1)
    reports = merge_reports(judged)
    progress("Merging", 1, 1)
    return Outcome(judged, reports, assess(judged, reports, settings.max_quarantine))


def build(settings: Settings, progress: Progress = silent) -> Outcome:
    """Judge the captures and publish a release, or leave the last one and write what was rejected.

    Raises:
        CannotRun: the inputs do not allow a run, or the output folder cannot be written.
    """
    outcome = check(settings, progress)
    judged, reports, assessment = outcome.judged, outcome.reports, outcome.assessment
    progress("Publishing", 0, 1)
    if assessment.reasons:
        return Outcome(judged, reports, assessment, rejected=reject(judged, reports, assessment, settings))
    release = publish(judged, reports, settings)
    activate(release)
    progress("Publishing", 1, 1)
    return Outcome(judged, reports, assessment, release)


def connect(path: Path | None = None) -> duckdb.DuckDBPyConnection:
    """Return a connection with the views of a release, or of the latest release of a curated folder.

    Raises:
        CannotRun: no release lies there.
    """
    folder = path if path is not None else Settings().out
    return catalog.connect(releases.latest(folder) or folder.resolve())


def captures(settings: Settings) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return what each capture was taken for, as column names and rows."""
    names = ["capture", "layout", "status", "rows", "findings", "note"]
    readings = read_captures(take_captures(settings))
    return names, [(r.capture.path, r.layout, r.status, r.sightings.height, len(r.findings), r.note) for r in readings]


def query(sql: str, path: Path | None = None) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return the column names and rows of one read-only statement over a release.

    Raises:
        CannotRun: no release lies there, or the statement is not one that reads, or it fails.
    """
    try:
        with connect(path) as connection:
            statements = connection.extract_statements(sql)
            if len(statements) != 1 or statements[0].type not in _READING:
                raise CannotRun("query: give one statement that reads: SELECT, FROM, DESCRIBE, SUMMARIZE or EXPLAIN")
            result = connection.execute(statements[0])
            return [d[0] for d in result.description or []], result.fetchall()
    except duckdb.Error as error:
        raise CannotRun(f"query: {error}") from None
