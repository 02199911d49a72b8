"""Hashes of files that have not been touched since.

Belongs here: remembering a file's hash with what its file system says of it, and when that is no longer to be trusted.
Does not: hashing, or which files there are. A memo may be deleted at any time.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from oig_pipeline.storage import TmpFolder

Stamp = tuple[int, int, int, int]
"""Bytes, time of the last change of content and of anything else (nanoseconds), number in the file system."""
_JUST_NOW = 2 * 10**9
"""A file touched so shortly before the memo was written may have been touched again within the clock's grain."""


@dataclass
class HashCache:
    """Path → stamp and hash: `previous` when the memo was written, `current` in this run."""

    file: Path
    previous: dict[str, tuple[Stamp, str]] = field(default_factory=dict)
    current: dict[str, tuple[Stamp, str]] = field(default_factory=dict)

    def digest(self, file: Path, make: Callable[[Path], str]) -> str:
        """Return the hash of a file: the previous one if the file was not touched, else a new one."""
        stamp = stamp_of(file.stat())
        before = self.previous.get(str(file.resolve()))
        digest = before[1] if before and before[0] == stamp else make(file)
        self.current[str(file.resolve())] = stamp, digest
        return digest

    def save(self) -> None:
        """Write the current hashes, in one rename; if several runs write at the same time, one of them wins."""
        if self.current == self.previous:
            return
        self.file.parent.mkdir(parents=True, exist_ok=True)
        # A folder of its own: a file of one name would be moved away by another run while it is written.
        with TmpFolder(self.file.parent, f".{self.file.name}-") as tmp_dir:
            tmp_path = tmp_dir / self.file.name
            tmp_path.write_text(json.dumps(self.current), encoding="utf-8")
            tmp_path.replace(self.file)


def stamp_of(status: os.stat_result) -> Stamp:
    """Return what tells a file from itself once it was touched."""
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def read(file: Path) -> HashCache:
    """Return the memo in a file; an empty one where there is none, or it is damaged."""
    try:
        written = file.stat().st_mtime_ns
        payload = json.loads(file.read_text(encoding="utf-8"))
        entries = {str(path): (tuple(map(int, stamp)), str(digest)) for path, (stamp, digest) in payload.items()}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return HashCache(file)
    trusted = {
        path: ((stamp[0], stamp[1], stamp[2], stamp[3]), digest)
        for path, (stamp, digest) in entries.items()
        if len(stamp) == 4 and max(stamp[1], stamp[2]) < written - _JUST_NOW
    }
    return HashCache(file, trusted)
