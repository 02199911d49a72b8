"""The input of a run, in units that fit in memory.

Belongs here: captures, or chunks of large ones, and which of them are read in one batch. Does not: reading.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from oig_pipeline.capture.captures import Capture
from oig_pipeline.capture.line_ranges import LineRange
from oig_pipeline.settings import Limits

DIGITS = 24


@dataclass(frozen=True)
class CaptureChunk:
    """A capture, or some of its lines."""

    capture: Capture
    lines: LineRange | None = None

    @property
    def size(self) -> int:
        """Its size in bytes."""
        return self.capture.size if self.lines is None else self.lines.end - self.lines.start

    @cached_property
    def fingerprint(self) -> str:
        """A hash that identifies the chunk; it changes with anything that its rows depend on."""
        c = self.capture
        fields = (c.path, c.sha256, c.url, c.retrieved_at, c.agency_from, c.also_at, c.problem, self.lines)
        return hashlib.sha256(repr(fields).encode()).hexdigest()[:DIGITS]


def split_captures(captures: Iterable[Capture]) -> tuple[CaptureChunk, ...]:
    """Return the chunks of all captures, in order; a small capture is one chunk."""
    return tuple(CaptureChunk(capture, lines) for capture in captures for lines in capture.ranges or (None,))


def batch_chunks(
    chunks: Iterable[CaptureChunk], max_bytes: int = Limits.batch_bytes, max_captures: int = Limits.batch_captures
) -> Iterator[tuple[CaptureChunk, ...]]:
    """Yield the chunks of each batch, in order; a chunk of a large capture is a batch of its own."""
    group: list[CaptureChunk] = []
    size = 0
    for chunk in chunks:
        is_alone = chunk.lines is not None
        if group and (is_alone or size + chunk.size > max_bytes or len(group) >= max_captures):
            yield tuple(group)
            group, size = [], 0
        if is_alone:
            yield (chunk,)
            continue
        group.append(chunk)
        size += chunk.size
    if group:
        yield tuple(group)
