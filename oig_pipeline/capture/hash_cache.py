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
class Memo:
    """Path → stamp and hash, as they were when the memo was written; `found` is what holds now."""

    file: Path
    known: dict[str, tuple[Stamp, str]] = field(default_factory=dict)
    found: dict[str, tuple[Stamp, str]] = field(default_factory=dict)

    def digest(self, file: Path, make: Callable[[Path], str]) -> str:
        """Return the hash of a file: the known one if it was not touched, else the one that is made."""
        stamp = stamp_of(file.stat())
        before = self.known.get(str(file.resolve()))
        digest = before[1] if before and before[0] == stamp else make(file)
        self.found[str(file.resolve())] = stamp, digest
        return digest

    def keep(self) -> None:
        """Write down what holds now, in one rename; of runs that do so at the same time, one stays."""
        if self.found == self.known:
            return
        self.file.parent.mkdir(parents=True, exist_ok=True)
        # A folder of its own: a file of one name would be moved away by another run while it is written.
        with TmpFolder(self.file.parent, f".{self.file.name}-") as tmp_dir:
            beside = tmp_dir / self.file.name
            beside.write_text(json.dumps(self.found), encoding="utf-8")
            beside.replace(self.file)


def stamp_of(status: os.stat_result) -> Stamp:
    """Return what tells a file from itself once it was touched."""
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def read(file: Path) -> Memo:
    """Return the memo in a file; an empty one where there is none, or it is damaged."""
    try:
        written = file.stat().st_mtime_ns
        told = json.loads(file.read_text(encoding="utf-8"))
        known = {str(path): (tuple(map(int, stamp)), str(digest)) for path, (stamp, digest) in told.items()}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return Memo(file)
    trusted = {
        path: ((stamp[0], stamp[1], stamp[2], stamp[3]), digest)
        for path, (stamp, digest) in known.items()
        if len(stamp) == 4 and max(stamp[1], stamp[2]) < written - _JUST_NOW
    }
    return Memo(file, trusted)
