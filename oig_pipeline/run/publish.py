"""Judged sightings and reports → a release.

Belongs here: the run's entries in the manifest, writing a release, and errors of the file system in one line. Does not:
whether reports may be published (`run/policy.py`), or how a release is written (`release/`).
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from oig_pipeline.contract.rules import RULES
from oig_pipeline.contract.schemas import TABLES
from oig_pipeline.errors import CannotRun
from oig_pipeline.release import files
from oig_pipeline.release import release as release_module
from oig_pipeline.release.release import Release, Step
from oig_pipeline.run.policy import Assessment
from oig_pipeline.run.result import RunResult
from oig_pipeline.settings import MAX_EXPORTED, Settings


def about(result: RunResult, settings: Settings) -> dict[str, Any]:
    """Return the entries of the manifest besides the files: inputs, versions, counts."""
    inputs = [
        {"path": path, "bytes": summary.capture.size, "sha256": summary.capture.sha256}
        for summary in result.summaries
        for path in (summary.capture.path, *summary.capture.also_at)
    ]
    return {
        "format": files.FORMAT,
        "inputs": sorted(inputs, key=lambda i: str(i["path"])),
        "corrections": digest_of(settings.corrections_file),
        "rows": {name: result.stats.content.rows.get(name, 0) for name in TABLES},
        "rules": {rule.code: rule.severity for rule in RULES},
        "versions": {p: version(p) for p in ("oig-pipeline", "polars", "pandera", "pyarrow")},
    }


def digest_of(file: Path) -> str | None:
    """Return the SHA-256 of a file, None where there is none."""
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else None


@contextmanager
def file_errors_in_one_line(out: Path) -> Iterator[None]:
    """Raise errors of the file system, DuckDB and SQLite as `CannotRun`, with one line that names the path."""
    try:
        yield
    except OSError as error:
        place = error.filename or out
        raise CannotRun(f"{place}: cannot be written: {error.strerror or error}; the last release stays") from None
    except (duckdb.Error, sqlite3.Error) as error:
        raise CannotRun(f"{out}: cannot be written: {error}; the last release stays".replace("\n", " ")) from None


def publish(
    result: RunResult, settings: Settings, *, switch: bool = False, step: Step = release_module.silent
) -> Release:
    """Write a release; without `switch`, it is not the latest until it is activated.

    Raises:
        CannotRun: the output folder cannot be written, or another process writes there and `wait` is not set.
    """
    with file_errors_in_one_line(settings.out):
        tables, content = result.release_tables(), result.stats.content
        manifest = about(result, settings)
        exported = content.rows["reports"] <= MAX_EXPORTED if settings.exports is None else settings.exports
        return release_module.publish(
            settings.out, tables, content, manifest, exports=exported, switch=switch, wait=settings.wait, step=step
        )


def activate(release: Release) -> Path:
    """Make a release the latest; return the path of its catalog.

    Raises:
        CannotRun: the output folder cannot be written.
    """
    with file_errors_in_one_line(release.path):
        return release_module.activate(release)


def reject(result: RunResult, assessment: Assessment, settings: Settings) -> Path:
    """Write the tables of a rejected run for inspection, and keep the last release; return the folder.

    Raises:
        CannotRun: the output folder cannot be written.
    """
    with file_errors_in_one_line(settings.out):
        tables, reasons = result.release_tables(), list(assessment.reasons)
        return release_module.reject(settings.out, tables, reasons, wait=settings.wait)
