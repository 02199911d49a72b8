"""The last build of a curated folder, and whether a build now would come to the same.

Belongs here: what a build reads and leaves, as the file system describes it, and the record that says what came of it.
Does not: building, or what the record holds for whoever prints it. It imports nothing that takes long.

A file counts as unchanged if its size, the times of its last changes and its number in the file system are the same.
No program can set the time of the last change of a file's entry (ctime), so other bytes of the same size and the same
modification time are still noticed. Only a change within the clock's grain could be missed. So no record is made of
inputs that were touched shortly before the build began to read them; and the files of a release, which the build has
just written, are compared by their hashes until a record is younger than all of them. After a restart of the machine,
which may have lost what was not yet on the disk, no record counts.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import stat
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from oig_pipeline.release import atomic
from oig_pipeline.release.folders import LATEST
from oig_pipeline.release.lock import LOCK, is_held
from oig_pipeline.settings import Settings

CACHE = ".cache"
RECORD = "last-build.json"
GRAIN = 2 * 10**9
"""Nanoseconds within which a file may have been changed twice without a difference in its times."""
_NOT_LEFT = (CACHE, LOCK)
"""What lies in a curated folder and changes no answer."""
_BOOT = Path("/proc/sys/kernel/random/boot_id")


class _Untold(Exception):
    """The file system does not say enough of a file to tell it from another."""


@dataclass(frozen=True)
class State:
    """A hash of what the file system says of some files, and when the last of them was changed (nanoseconds)."""

    digest: str
    newest: int

    def is_settled(self, at: int) -> bool:
        """Return whether no file was changed so shortly before a time that it may have been changed again since."""
        return self.newest < at - GRAIN


@dataclass(frozen=True)
class Inputs:
    """Everything that decides what a build comes to: options, software, and the files that it reads."""

    options: str
    files: str


def inputs(settings: Settings) -> Inputs | None:
    """Return what a build would be made from now; None where that cannot be told for certain.

    Call it before a build reads anything: what changes in the meantime is then a difference.
    """
    if settings.remote is not None or settings.work is not None:
        return None
    now = time.time_ns()
    try:
        state = _state_of(
            *(entry for folder in (settings.raw, settings.documents) for entry in _entries(folder, links=False)),
            *_entries(settings.corrections_file, links=False),
        )
        return Inputs(_options(settings), state.digest) if state.is_settled(now) else None
    except (OSError, _Untold):
        return None


def unchanged(settings: Settings) -> dict[str, Any] | None:
    """Return the report of the last build if a build now would change nothing; None if it might."""
    file = settings.out / CACHE / RECORD
    record = _read(file)
    if record is None or is_held(settings.out):
        return None
    now = time.time_ns()
    current = inputs(settings)
    if current is None or [current.options, current.files] != record["inputs"]:
        return None
    try:
        outputs = _outputs(settings)
        if outputs.digest != record["outputs"]:
            return None
        if not outputs.is_settled(record["at"]):
            if _hashes(settings) != record["hashes"]:
                return None
            _write(file, {**record, "at": now})
    except (OSError, _Untold):
        return None
    report: dict[str, Any] = record["report"]
    return report


def record(settings: Settings, before: Inputs | None, report: dict[str, Any]) -> None:
    """Record what came of a build, unless its inputs have changed since `before`, when it began.

    Args:
        settings: of the build.
        before: its inputs, as they were when it began.
        report: what is to be said of a build that finds nothing new.
    """
    file = settings.out / CACHE / RECORD
    if before is None or inputs(settings) != before:
        file.unlink(missing_ok=True)
        return
    now = time.time_ns()
    try:
        outputs, hashes = _outputs(settings), _hashes(settings)
    except (OSError, _Untold):
        return
    content = {"inputs": [before.options, before.files], "outputs": outputs.digest, "hashes": hashes, "at": now}
    _write(file, {**content, "report": report})


def _outputs(settings: Settings) -> State:
    """Return the state of all that lies in the curated folder besides the cache: releases, log, site."""
    return _state_of(*_entries(settings.out, links=True, without=_NOT_LEFT))


def _hashes(settings: Settings) -> dict[str, str]:
    """Return the SHA-256 of each file of the latest release."""
    release = (settings.out / LATEST).resolve()
    files = (Path(folder, name) for folder, _, names in os.walk(release) for name in names)
    return {file.relative_to(release).as_posix(): _sha256(file) for file in files}


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


Entry = tuple[str, int]
"""What the file system says of a file, and when it was changed."""


def _state_of(*entries: Entry) -> State:
    text = "\n".join(line for line, _ in entries)
    return State(hashlib.sha256(text.encode()).hexdigest(), max((changed for _, changed in entries), default=0))


def _entries(path: Path, *, links: bool, without: tuple[str, ...] = ()) -> Iterator[Entry]:
    """Yield an entry of each file below a folder, in order; or of a file, or of nothing.

    Args:
        path: the folder or file; a link to it is followed.
        links: whether there may be links, which are not followed.
        without: names directly below the folder that are left out.

    Raises:
        _Untold: there is a link that there may not be.
    """
    root = Path(os.path.realpath(path))
    yield repr(str(root)), 0
    if not root.is_dir():
        if root.exists():
            yield _entry("", root.stat())
        return
    folders = [("", str(root))]
    while folders:
        under, folder = folders.pop()
        with os.scandir(folder) as children:
            ordered = sorted(children, key=lambda child: child.name)
        for child in ordered:
            if not under and child.name in without:
                continue
            name = f"{under}{child.name}"
            status = child.stat(follow_symlinks=False)
            if stat.S_ISLNK(status.st_mode):
                if not links:
                    raise _Untold(child.path)
                yield repr((name, str(Path(child.path).readlink()))), status.st_ctime_ns
            elif stat.S_ISDIR(status.st_mode):
                yield f"{name!r} {status.st_mode} {status.st_uid}", 0
                folders.append((f"{name}/", child.path))
            else:
                yield _entry(name, status)


def _entry(name: str, status: os.stat_result) -> Entry:
    line = (
        f"{name!r} {status.st_mode} {status.st_uid} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} "
        f"{status.st_ino}"
    )
    return line, max(status.st_mtime_ns, status.st_ctime_ns)


def _options(settings: Settings) -> str:
    """Return a hash of options, environment and software; and of the machine since its start."""
    environment = sorted(f"{name}={value}" for name, value in os.environ.items() if name.startswith("OIG_"))
    boot = _BOOT.read_text() if _BOOT.exists() else ""
    place = (repr(replace(settings, wait=True)), str(Path.cwd()), str(os.geteuid()), platform.node(), boot)
    hasher = hashlib.sha256("\n".join((*place, *environment, sys.version, *_libraries())).encode())
    package = Path(__file__).resolve().parent.parent
    for folder, folders, names in os.walk(package):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            hasher.update(f"{folder}/{name}\n".encode())
            hasher.update(Path(folder, name).read_bytes())
    return hasher.hexdigest()


def _libraries() -> list[str]:
    """Return the names of all installed packages, with their versions, as folders spell them."""
    folders = [Path(folder) for folder in sys.path if Path(folder).is_dir()]
    return [str(p) for f in folders for p in sorted(f.iterdir()) if p.suffix in (".dist-info", ".egg-info", ".pth")]


def _read(file: Path) -> dict[str, Any] | None:
    """Return a record; None where there is none, or it is not what was written."""
    try:
        expected, _, text = file.read_text(encoding="utf-8").partition("\n")
        if expected != hashlib.sha256(text.encode()).hexdigest():
            return None
        record: dict[str, Any] = json.loads(text)
    except (OSError, ValueError):
        return None
    return record


def _write(file: Path, content: dict[str, Any]) -> None:
    text = json.dumps(content, ensure_ascii=False)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(file, f"{hashlib.sha256(text.encode()).hexdigest()}\n{text}".encode(), shared=True)
    except OSError:
        return  # the next build just has more to do
