"""Where the site of a release lies, and how it comes to be there.

Belongs here: finding the release, the corrections it was built with and the folder of its site; what a disk refuses as
one line. Does not: pages (`site/`), or serving them (`site/serve.py`).

The site stands beside the releases, in `site/`, and shows the latest: it tells of its change log, which no release
holds, and a new release rewrites only the pages that it changes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from oig_pipeline.curate.acknowledge import CaptureAcknowledgement, load_captures
from oig_pipeline.curate.correct import Correction, load
from oig_pipeline.errors import CannotRun
from oig_pipeline.release import manifest, parquet, remote
from oig_pipeline.release import release as release_module
from oig_pipeline.release.lock import writing
from oig_pipeline.settings import Settings
from oig_pipeline.site.build import build as build_site
from oig_pipeline.site.release_data import open_source
from oig_pipeline.site.report_pages import OnProgress, silent
from oig_pipeline.site.write import WriteStats
from oig_pipeline.storage import TmpFolder

SITE = "site"
MAX_REPORTS = 100_000
"""Reports up to which every build makes the site; beyond, it is made on request."""
TOO_MANY = f"The site is not made beyond {MAX_REPORTS:,} reports; oig site makes it."


@dataclass(frozen=True)
class SiteBuild:
    """A site on disk: its folder, the release that it shows, and write statistics."""

    path: Path
    release: str
    written: WriteStats


def build(
    settings: Settings,
    *,
    place: Path | str | None = None,
    out: Path | None = None,
    base_url: str | None = None,
    release: Path | None = None,
    on_progress: OnProgress = silent,
) -> SiteBuild:
    """Make the site of a release; unchanged pages are not rewritten.

    Args:
        settings: the curated folder, the captures and the corrections file.
        place: a release or curated folder, or the address of either; None for the settings' curated folder.
        out: the site's folder; None for `site` in the curated folder.
        base_url: the site's address, for absolute links; without it, they are left out.
        release: the folder of the release, if it is not the latest of its curated folder.
        on_progress: is given the number of reports whose pages are done, and of all.

    Raises:
        CannotRun: there is no release, the address is invalid, or the folder cannot be written or holds something else.
    """
    address = _address(base_url)
    if isinstance(place, str) and remote.is_remote(place):
        if out is None:
            raise CannotRun("site: name a folder with --out for the site of a release in an object store")
        with TmpFolder() as tmp_dir:
            remote.mirror(place, tmp_dir)
            return build(settings, place=tmp_dir, out=out, base_url=base_url, on_progress=on_progress)
    folder = Path(place) if place is not None else settings.out
    release_folder = release or release_module.latest(folder) or folder
    if not (release_folder / manifest.MANIFEST).is_file():
        raise CannotRun(f"{folder}: there is no release here; make one with oig build")
    release_folder = release_folder.resolve()
    curated_folder = release_folder.parent.parent if release_folder.parent.name == release_module.RELEASES else None
    if out is None and curated_folder is None:
        raise CannotRun(f"{folder}: this release lies in no curated folder; name the site's folder with --out")
    target = out if out is not None else (curated_folder or folder) / SITE
    corrections = _corrections(settings.corrections_file, release_folder)
    try:
        with writing(curated_folder, wait=settings.wait) if curated_folder and out is None else nullcontext():
            source = open_source(release_folder, curated_folder, corrections, settings.raw, settings.limits)
            with source.connection:
                return SiteBuild(target, source.id, build_site(source, target, address, on_progress))
    except OSError as error:
        raise CannotRun(f"{error.filename or target}: the site cannot be written: {error.strerror or error}") from None


def follow(settings: Settings, release: release_module.Release, on_progress: OnProgress = silent) -> SiteBuild | None:
    """Make the site of the newest release; return None if the release is too large for a site in every build.

    Raises:
        CannotRun: the folder cannot be written or holds something else; the release is published all the same.
    """
    release_manifest = manifest.read(release.path)
    if release_manifest is not None and release_manifest["rows"]["reports"] > MAX_REPORTS:
        return None
    try:
        return build(settings, release=release.path.resolve(), base_url=settings.base_url, on_progress=on_progress)
    except CannotRun as error:
        raise CannotRun(f"{error}; release {release.id} is published without its site") from None


def _address(base_url: str | None) -> str | None:
    if not base_url:
        return None
    try:
        parts = urlsplit(base_url)
        is_address = parts.scheme in ("http", "https") and parts.netloc and not parts.query and not parts.fragment
    except ValueError:
        is_address = False
    if not is_address or not base_url.isprintable() or " " in base_url:
        raise CannotRun(f"--base-url {base_url}: give the address of the site, e.g. https://example.org/reports/")
    return base_url


def _corrections(file: Path, release: Path) -> Sequence[Mapping[str, Any]] | None:
    """Return the corrections of a release as plain values, None if the corrections file has changed since its build."""
    release_manifest = manifest.read(release) or {}
    expected = release_manifest.get("corrections")
    if expected is None:
        return []
    try:
        is_own = file.is_file() and os.access(file, os.R_OK) and parquet.digest(file) == expected
        return [*map(_plain, load(file)), *map(_plain_capture, load_captures(file))] if is_own else None
    except (OSError, CannotRun):
        return None


def _plain_capture(ack: CaptureAcknowledgement) -> dict[str, Any]:
    return {"rule": ack.rule, "where": {"capture": ack.sha256}, "expect": {}, "set": {}, "why": ack.why}


def _plain(correction: Correction) -> dict[str, Any]:
    return {
        "rule": correction.rule.code,
        "where": dict(correction.where),
        "expect": dict(correction.expect),
        "set": dict(correction.set),
        "why": correction.why,
    }
