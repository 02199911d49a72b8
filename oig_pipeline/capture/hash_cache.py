"""Hashes of files that have not been touched since, and where their lines are.

Belongs here: remembering a file's index with what its file system says of it, and when that is no longer to be trusted.
Does not: hashing, or which files there are. The file may be deleted at any time.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from oig_pipeline.capture import line_ranges
from oig_pipeline.capture.line_ranges import FileIndex

Stamp = tuple[int, int, int, int]
"""Bytes, time of the last change of content and of anything else (nanoseconds), number in the file system."""
Entry = tuple[Stamp, int, FileIndex]
"""Stamp of a file, the bytes of a chunk for which it was indexed, and its index."""
_JUST_NOW = 2 * 10**9
"""A file touched so shortly before the cache was written may have been touched again within the clock's grain."""


@dataclass
class HashCache:
    """Path → entry: `previous` when the file was written, `current` in this run."""

    chunk_bytes: int
    previous: dict[str, Entry] = field(default_factory=dict)
    current: dict[str, Entry] = field(default_factory=dict)

    def index(self, file: Path) -> FileIndex:
        """Return the index of a file: the previous one if the file was not touched, else a new one."""
        key, stamp = str(file.resolve()), stamp_of(file.stat())
        entry = self.previous.get(key)
        if entry is None or entry[:2] != (stamp, self.chunk_bytes):
            entry = stamp, self.chunk_bytes, line_ranges.index(file, self.chunk_bytes)
        self.current[key] = entry
        return entry[2]

    def as_json(self) -> bytes | None:
        """Return the current entries as the file holds them; None where it already does."""
        return None if self.current == self.previous else bytes(_adapter().dump_json(self.current))


def stamp_of(status: os.stat_result) -> Stamp:
    """Return what tells a file from itself once it was touched."""
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def read(file: Path, chunk_bytes: int) -> HashCache:
    """Return the cache in a file; an empty one where there is none, or it is damaged."""
    try:
        written = file.stat().st_mtime_ns
        entries: dict[str, Entry] = _adapter().validate_json(file.read_bytes())
    except (OSError, ValueError):
        return HashCache(chunk_bytes)
    trusted = {path: entry for path, entry in entries.items() if max(entry[0][1], entry[0][2]) < written - _JUST_NOW}
    return HashCache(chunk_bytes, trusted)


@cache
def _adapter() -> Any:
    from pydantic import TypeAdapter  # only a build remembers hashes

    return TypeAdapter(dict[str, Entry])
