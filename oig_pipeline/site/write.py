"""Files of the site, written only where they changed.

Belongs here: what was written by which content, comparing, replacing in one rename, removing what is no longer part of
the site. Does not: what a page says.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from oig_pipeline.contract.faults import CannotRun

STATE = "site-files.json"
"""Names every file of the site, so that the next build knows what it may replace or remove."""


Content = str | bytes


@dataclass(frozen=True)
class Written:
    """What a build of the site did: how many files it has, and how many were written, kept and removed."""

    files: int
    written: int
    kept: int
    removed: int


class Writer:
    """The files of one build of the site.

    Raises:
        CannotRun: the folder holds something else than a site.
    """

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self.folder = folder
        self.fingerprint = fingerprint
        folder.mkdir(parents=True, exist_ok=True)
        before = _state(folder)
        if before is None:
            if any(folder.iterdir()):
                raise CannotRun(f"{folder}: the folder is not empty and holds no site; name a new or an empty one")
            before = {}
            (folder / STATE).write_text("{}\n", encoding="utf-8")  # so that a killed build can be ended by the next
        self._before: dict[str, str] = before
        self._there = dict(_sizes(folder))
        self._digests: dict[str, str] = {}
        self._folders: set[Path] = set()
        self._written = 0

    def page(self, path: str, content: Content | Callable[[], Content], *made_of: object) -> None:
        """Write a file unless it was made of the same before and is still there.

        Args:
            path: relative to the site's folder.
            content: the file's content, or what makes it and is called only where that is needed.
            made_of: everything that the content depends on beside the software, as texts; nothing: it is always made.
        """
        digest = self.digest(*made_of) if made_of else ""
        if made_of and self._before.get(path) == digest and self._there.get(path):
            self._digests[path] = digest
            return
        made = content() if callable(content) else content
        data = made.encode() if isinstance(made, str) else made
        self._digests[path] = digest or self.digest(data)
        self._put(path, data)

    def copy(self, path: str, source: Path, sha256: str) -> None:
        """Bring a file of a release into the site.

        Parquet, which nothing writes to, is linked where the file system has links; all else is copied.
        """
        self._digests[path] = sha256
        if self._before.get(path) == sha256 and self._there.get(path) == source.stat().st_size:
            return
        target = self._target(path)
        beside = target.with_name(f".{target.name}")
        beside.unlink(missing_ok=True)
        try:
            if source.suffix != ".parquet":
                raise OSError
            os.link(source, beside)
        except OSError:
            shutil.copyfile(source, beside)
        beside.replace(target)
        self._written += 1

    def keep(self, folder: str, *made_of: object) -> bool:
        """Return whether a folder's files were made of the same before; if so they all stay."""
        digest = self.digest(*made_of)
        mark = f"{folder}/"
        own = {path: known for path, known in self._before.items() if path.startswith(mark)}
        if not own or self._before.get(mark) != digest or not all(p == mark or self._there.get(p) for p in own):
            self._digests[mark] = digest
            return False
        self._digests.update(own)
        return True

    def paths(self) -> list[str]:
        """Return the paths of the site so far."""
        return [path for path in self._digests if not path.endswith("/")]

    def digest(self, *made_of: object) -> str:
        """Return a hash of what a file is made of and of the software that makes it."""
        found = hashlib.blake2b(self.fingerprint.encode(), digest_size=12)
        for part in made_of:
            found.update(part if isinstance(part, bytes) else str(part).encode())
            found.update(b"\0")
        return found.hexdigest()

    def finish(self) -> Written:
        """Remove what is no longer part of the site, and note what is."""
        gone = [path for path in self._before if path not in self._digests and not path.endswith("/")]
        for path in gone:
            (self.folder / path).unlink(missing_ok=True)
        for path in sorted({str(Path(p).parent) for p in gone}, key=len, reverse=True):
            _remove_empty(self.folder, self.folder / path)
        told = json.dumps(self._digests, indent=0, sort_keys=True, ensure_ascii=False) + "\n"
        self._put(STATE, told.encode())
        files = len(self.paths())
        return Written(files, self._written, files - self._written, len(gone))

    def _put(self, path: str, data: bytes) -> None:
        target = self._target(path)
        is_there = path in self._there
        if is_there and self._there[path] == len(data) and target.read_bytes() == data:
            return
        self._written += path != STATE
        # A file that is there is read by others: they find the old one or the new one, whole.
        beside = target.with_name(f".{target.name}") if is_there else target
        beside.write_bytes(data)
        if is_there:
            beside.replace(target)

    def _target(self, path: str) -> Path:
        target = self.folder / path
        if target.parent not in self._folders:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._folders.add(target.parent)
        return target


def is_site(folder: Path) -> bool:
    """Return whether a folder holds a site that was made here."""
    return _state(folder) is not None


def _state(folder: Path) -> dict[str, str] | None:
    """Return path → digest of the files that the last build wrote, None where there was none."""
    try:
        found = json.loads((folder / STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    named = isinstance(found, dict) and all(isinstance(v, str) and _is_within(path) for path, v in found.items())
    return found if named else None


def _is_within(path: str) -> bool:
    return not path.startswith("/") and ".." not in path.split("/")


def _sizes(folder: Path, under: str = "") -> Iterator[tuple[str, int]]:
    """Yield the path and the size of every file below a folder."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _sizes(Path(entry.path), f"{under}{entry.name}/")
            else:
                yield f"{under}{entry.name}", entry.stat().st_size


def _remove_empty(root: Path, folder: Path) -> None:
    while folder != root and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
