"""Judged sightings and reports → a release.

Belongs here: what a release is told about its run, writing it, and turning what a disk refuses into one line. Does not:
whether reports may be published (`run/policy.py`), or how a release is written (`publish/`).
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
from oig_pipeline.run.result import Judged
from oig_pipeline.settings import MOST_EXPORTED, Settings


def about(judged: Judged, settings: Settings) -> dict[str, Any]:
    """Return what the manifest says of a release beside its files: inputs, versions, counts."""
    inputs = [
        {"path": path, "bytes": told.capture.size, "sha256": told.capture.sha256}
        for told in judged.readings
        for path in (told.capture.path, *told.capture.also_at)
    ]
    return {
        "format": files.FORMAT,
        "inputs": sorted(inputs, key=lambda i: str(i["path"])),
        "corrections": digest_of(settings.corrections_file),
        "rows": {name: judged.books.content.rows.get(name, 0) for name in TABLES},
        "rules": {rule.code: rule.severity for rule in RULES},
        "versions": {p: version(p) for p in ("oig-pipeline", "polars", "pandera", "pyarrow")},
    }


def digest_of(file: Path) -> str | None:
    """Return the SHA-256 of a file, None where there is none."""
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else None


@contextmanager
def writing(out: Path) -> Iterator[None]:
    """Turn what the file system or a library that writes refuses into one line that says where."""
    try:
        yield
    except OSError as error:
        place = error.filename or out
        raise CannotRun(f"{place}: cannot be written: {error.strerror or error}; the last release stays") from None
    except (duckdb.Error, sqlite3.Error) as error:
        raise CannotRun(f"{out}: cannot be written: {error}; the last release stays".replace("\n", " ")) from None


def publish(judged: Judged, settings: Settings, *, switch: bool = False, step: Step = release_module.silent) -> Release:
    """Write a release; unless told to `switch` to it, it is not the latest until it is activated.

    Raises:
        CannotRun: the output folder cannot be written, or another process writes there and is not to be waited for.
    """
    with writing(settings.out):
        tables, content = judged.release_tables()
        told = about(judged, settings)
        exported = content.rows["reports"] <= MOST_EXPORTED if settings.exports is None else settings.exports
        return release_module.publish(
            settings.out, tables, content, told, exports=exported, switch=switch, wait=settings.wait, step=step
        )


def activate(release: Release) -> Path:
    """Make a release the latest; return the path of its catalog.

    Raises:
        CannotRun: the output folder cannot be written.
    """
    with writing(release.path):
        return release_module.activate(release)


def reject(judged: Judged, assessment: Assessment, settings: Settings) -> Path:
    """Write what was judged for inspection, and leave the last release; return the folder.

    Raises:
        CannotRun: the output folder cannot be written.
    """
    with writing(settings.out):
        tables, _ = judged.release_tables()
        return release_module.reject(settings.out, tables, list(assessment.reasons), wait=settings.wait)
