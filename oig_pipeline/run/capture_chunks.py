"""The input of a run, in units that fit in memory.

Belongs here: captures, or chunks of large ones, and which of them are read in one batch. Does not: reading.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from oig_pipeline.capture.captures import Capture
from oig_pipeline.capture.chunks import BYTES, bounds

BATCH_BYTES = BYTES
"""The approximate number of bytes of small captures in one batch."""
SCAN_BATCH_BYTES = 12 * 2**20
"""The same where no rows are returned: small enough that all cores finish at about the same time."""
MAX_CAPTURES = 1_000
DIGITS = 24


@dataclass(frozen=True)
class CaptureChunk:
    """A capture, or the chunk of it from `start` to `end`."""

    capture: Capture
    start: int = 0
    end: int | None = None

    @property
    def size(self) -> int:
        """Its size in bytes."""
        return self.capture.size if self.end is None else self.end - self.start

    @cached_property
    def fingerprint(self) -> str:
        """A hash that identifies the chunk; it changes with anything that its rows depend on."""
        c = self.capture
        fields = (c.path, c.sha256, c.url, c.retrieved_at, c.agency_from, c.also_at, c.problem, self.start, self.end)
        return hashlib.sha256(repr(fields).encode()).hexdigest()[:DIGITS]


def split_captures(captures: Iterable[Capture]) -> tuple[CaptureChunk, ...]:
    """Return the chunks of all captures, in order; a small capture is one chunk."""
    chunks: list[CaptureChunk] = []
    for capture in captures:
        ranges = bounds(capture)
        chunks += [CaptureChunk(capture, *byte_range) for byte_range in ranges] if ranges else [CaptureChunk(capture)]
    return tuple(chunks)


def batch_chunks(chunks: Iterable[CaptureChunk], max_bytes: int = BATCH_BYTES) -> Iterator[tuple[CaptureChunk, ...]]:
    """Yield the chunks of each batch, in order; a chunk of a large capture is a batch of its own."""
    group: list[CaptureChunk] = []
    size = 0
    for chunk in chunks:
        if group and (chunk.end is not None or size + chunk.size > max_bytes or len(group) >= MAX_CAPTURES):
            yield tuple(group)
            group, size = [], 0
        if chunk.end is not None:
            yield (chunk,)
            continue
        group.append(chunk)
        size += chunk.size
    if group:
        yield tuple(group)
