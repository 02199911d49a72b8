"""Files of the site, written only where they changed.

Belongs here: what was written by which content, comparing, replacing in one rename, removing what is no longer part of
the site. Does not: what a page says.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TextIO

from oig_pipeline.errors import CannotRun
from oig_pipeline.release import atomic

STATE = "site-files.json"
"""Names every file of the site with what it was made of and its size, so that the next build knows what it may leave,
replace or remove."""
UNFINISHED = ".site-files.log"
"""Names what a build writes, before it is written. Where one was killed, the next looks at each of these files: it may
show another release than the last whole site did, or be part of no site at all."""

Content = str | bytes


@dataclass(frozen=True)
class WriteStats:
    """Statistics of a build of the site: the number of its files, and of files written, unchanged and removed."""

    files: int
    written: int
    unchanged: int
    removed: int


class SiteWriter:
    """The files of one build of the site.

    Raises:
        CannotRun: the folder holds something else than a site.
    """

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self.folder = folder
        self.fingerprint = fingerprint
        folder.mkdir(parents=True, exist_ok=True)
        before = _state(folder)
        self._folders: set[str] = set()
        self._log: TextIO | None = None
        self._planned: list[str] = []
        self._announced: set[str] = set()
        if before is None:
            if any(folder.iterdir()):
                raise CannotRun(f"{folder}: the folder is not empty and holds no site; name a new or an empty one")
            before = {}
            atomic.write(self._target(STATE), b"{}\n")  # so that a killed build can be ended by the next
        self._before = {path: digest for path, (digest, _) in before.items()}
        self._sizes = {path: size for path, (_, size) in before.items()}
        for path in _unfinished(folder):
            self._doubt(path)
        self._there = dict(_sizes(folder))
        self._digests: dict[str, str] = {}
        self._written = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._close()

    def _close(self) -> None:
        if self._log is not None:
            self._log.close()
            self._log = None

    def _doubt(self, path: str) -> None:
        """Note that a file may hold anything, and that its folders are not what they were."""
        self._before[path] = ""
        for folder in Path(path).parents:
            self._before.pop(f"{folder.as_posix()}/", None)
        target = self.folder / path
        target.with_name(f".{target.name}").unlink(missing_ok=True)

    def plan(self, paths: Iterable[str]) -> None:
        """Say which files come next, so that they are noted together: noting each takes as long as writing it."""
        self._planned = list(paths)

    def page(self, path: str, content: Content | Callable[[], Content], *inputs: object) -> None:
        """Write a file, unless the last build wrote it from the same inputs and it still exists.

        Args:
            path: relative to the site's folder.
            content: the file's content, or a function that returns it, called only if needed.
            inputs: everything except the software on which the content depends; without any, it is always made.
        """
        digest = self.digest(*inputs) if inputs else ""
        if inputs and self._before.get(path) == digest and self._is_as_written(path):
            self._digests[path] = digest
            return
        result = content() if callable(content) else content
        data = result.encode() if isinstance(result, str) else result
        self._digests[path] = digest or self.digest(data)
        self._put(path, data)

    def copy(self, path: str, source: Path, sha256: str) -> None:
        """Bring a file of a release into the site.

        Parquet files, which are never modified, are hard-linked if the file system allows it; others are copied.
        """
        self._digests[path] = sha256
        if self._before.get(path) == sha256 and self._there.get(path) == source.stat().st_size:
            return
        self._announce(path)
        target = self._target(path)
        with atomic.replacing(target) as tmp_path:
            tmp_path.unlink(missing_ok=True)
            try:
                if source.suffix != ".parquet":
                    raise OSError
                os.link(source, tmp_path)
            except OSError:
                shutil.copyfile(source, tmp_path)
        self._there[path] = source.stat().st_size
        self._written += 1

    def reuse(self, folder: str, *inputs: object) -> bool:
        """Return whether a folder's files were written from the same inputs; if so, they are all kept."""
        digest = self.digest(*inputs)
        mark = f"{folder}/"
        files = {path: value for path, value in self._before.items() if path.startswith(mark)}
        if not files or self._before.get(mark) != digest or not all(p == mark or self._is_as_written(p) for p in files):
            self._digests[mark] = digest
            return False
        self._digests.update(files)
        return True

    def paths(self) -> list[str]:
        """Return the paths of the site so far."""
        return [path for path in self._digests if not path.endswith("/")]

    def digest(self, *inputs: object) -> str:
        """Return a hash of a file's inputs and of the software that writes it."""
        hasher = hashlib.blake2b(self.fingerprint.encode(), digest_size=12)
        for value in inputs:
            hasher.update(value if isinstance(value, bytes) else str(value).encode())
            hasher.update(b"\0")
        return hasher.hexdigest()

    def finish(self) -> WriteStats:
        """Remove what is no longer part of the site, and note what is."""
        gone = [path for path in self._before if path not in self._digests and not path.endswith("/")]
        for path in gone:
            (self.folder / path).unlink(missing_ok=True)
        for path in sorted({str(Path(p).parent) for p in gone}, key=len, reverse=True):
            _remove_empty(self.folder, self.folder / path)
        state = {path: f"{digest} {self._there.get(path, '')}".rstrip() for path, digest in self._digests.items()}
        self._put(STATE, (json.dumps(state, indent=0, sort_keys=True, ensure_ascii=False) + "\n").encode())
        self._close()
        (self.folder / UNFINISHED).unlink(missing_ok=True)
        files = len(self.paths())
        return WriteStats(files, self._written, files - self._written, len(gone))

    def _is_as_written(self, path: str) -> bool:
        """Return whether a file has the size that it was written with; one that is torn has not."""
        return self._there.get(path) is not None and self._there.get(path) == self._sizes.get(path)

    def _put(self, path: str, data: bytes) -> None:
        if self._there.get(path) == len(data) and (self.folder / path).read_bytes() == data:
            return
        if path != STATE:
            self._announce(path)
            self._written += 1
        target = self._target(path)
        if path in self._there or not _is_created(target, data):
            atomic.write(target, data)
        self._there[path] = len(data)

    def _announce(self, path: str) -> None:
        """Note that a file is about to be written, and with it those that are planned."""
        if path in self._announced:
            return
        if self._log is None:
            self._log = (self.folder / UNFINISHED).open("a", encoding="utf-8")
        paths = {path, *self._planned} - self._announced
        self._planned = []
        self._log.write("".join(json.dumps(path) + "\n" for path in sorted(paths)))
        self._log.flush()
        self._announced |= paths

    def _target(self, path: str) -> Path:
        target, folder = self.folder / path, path.rpartition("/")[0]
        if folder not in self._folders:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._folders.add(folder)
        return target


def _is_created(target: Path, data: bytes) -> bool:
    """Return whether a file could be written that was not there: nobody reads an old one, so it needs no renaming."""
    try:
        with target.open("xb", buffering=0) as file:
            remaining = memoryview(data)
            while remaining:
                remaining = remaining[file.write(remaining) :]
    except FileExistsError:
        return False
    return True


def _state(folder: Path) -> dict[str, tuple[str, int | None]] | None:
    """Return path → digest and size of the files that the last build wrote, None where there was none."""
    try:
        state = json.loads((folder / STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(state, dict) or not all(isinstance(v, str) and _is_within(path) for path, v in state.items()):
        return None
    parts = {path: value.partition(" ") for path, value in state.items()}
    return {path: (digest, int(size) if size.isdecimal() else None) for path, (digest, _, size) in parts.items()}


def _unfinished(folder: Path) -> Iterator[str]:
    """Yield the paths of the files that a killed build wrote, or was about to write."""
    try:
        lines = (folder / UNFINISHED).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return
    for line in lines:
        with suppress(ValueError):  # the last line may be torn, and then nothing was written
            path = json.loads(line)
            if isinstance(path, str) and _is_within(path):
                yield path


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
