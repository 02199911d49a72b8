"""Where the releases of a curated folder lie.

Belongs here: the names of its parts, and finding the latest release. Does not: making or reading one. It imports
nothing that takes long: every command that asks a release begins here.
"""

from __future__ import annotations

from pathlib import Path

RELEASES = "releases"
LATEST = "latest"
MANIFEST = "manifest.json"
VIEWS = "views.sql"
REPORTS_SQLITE = "reports.sqlite"


def is_remote(place: object) -> bool:
    """Return whether a place is an address (`s3://…`) and no local path."""
    return isinstance(place, str) and "://" in place


def latest(out: Path) -> Path | None:
    """Return the folder of the latest release below `out`, resolved once, so that it stays the same for its reader."""
    link = out / LATEST
    return link.resolve() if link.exists() else None
