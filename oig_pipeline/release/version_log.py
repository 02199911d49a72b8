"""The change log of a curated folder.

Belongs here: `releases.json` beside the releases: which were published, in order, with a semantic version and what
changed. Does not: finding the changes (see `diff.py`). It lies outside the releases, and so outside their ids.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

from oig_pipeline.errors import CannotRun
from oig_pipeline.release import atomic
from oig_pipeline.release.diff import Difference

LOG_FILE = "releases.json"
FIRST_VERSION = "1.0.0"

Entry = dict[str, Any]
"""`release`, `version`, `published` (UTC), `previous` (None for the first), `changes`: counts by kind, and `why`
(where there is more to say of a broken contract than a count): sentences."""


def read(out: Path) -> list[Entry]:
    """Return the entries, oldest first; none if there is no version log yet.

    Raises:
        CannotRun: the version log is damaged.
    """
    file = out / LOG_FILE
    if not file.exists():
        return []
    try:
        entries = json.loads(file.read_text(encoding="utf-8"))["releases"]
        if isinstance(entries, list) and all(map(_is_entry, entries)):
            return entries
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    raise CannotRun(f"{file}: not the change log of releases; restore it, or move it away to start over")


def _is_entry(entry: Any) -> bool:
    return (
        re.fullmatch(r"[\w-]+", entry["release"], re.ASCII) is not None
        and re.fullmatch(r"\d{1,9}\.\d{1,9}\.\d{1,9}", entry["version"], re.ASCII) is not None
        and all(isinstance(entry.get(name, ""), str | None) for name in ("published", "previous"))
        and isinstance(entry["changes"], dict)
        and all(re.fullmatch(r"[a-z]+_[a-z]+", kind) for kind in entry["changes"])
        and all(isinstance(count, int) for count in entry["changes"].values())
        and isinstance(entry.get("why", []), list)
        and all(isinstance(reason, str) for reason in entry.get("why", []))
    )


def record(out: Path, release: str, difference: Difference | None) -> None:
    """Add a release to the version log, in one rename, unless it is already listed.

    Args:
        out: the curated folder.
        release: the release's id.
        difference: what changed since the release that was the latest; None for a first release.
    """
    entries = read(out)
    if any(entry["release"] == release for entry in entries):
        return
    now = dt.datetime.now(dt.UTC)
    entry = {
        "release": release,
        "version": next_version(entries, difference),
        "published": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "previous": difference.old if difference else None,
        "changes": difference.counts() if difference else {},
        **({"why": list(difference.formats)} if difference and difference.formats else {}),
    }
    content = json.dumps({"releases": [*entries, entry]}, indent=1) + "\n"
    atomic.write(out / LOG_FILE, content.encode(), sync=True)


def next_version(entries: list[Entry], difference: Difference | None) -> str:
    """Return the version after all known ones: a step by the weightiest change."""
    if not entries:
        return FIRST_VERSION
    major, minor, patch = max(_numbers(entry["version"]) for entry in entries)
    step = difference.step if difference else "minor"
    steps = {"major": (major + 1, 0, 0), "minor": (major, minor + 1, 0), "patch": (major, minor, patch + 1)}
    return _text(steps[step])


def _numbers(version: str) -> tuple[int, int, int]:
    major, minor, patch = map(int, version.split("."))
    return major, minor, patch


def _text(version: tuple[int, int, int]) -> str:
    return ".".join(map(str, version))
