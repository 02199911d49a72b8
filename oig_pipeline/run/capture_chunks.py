"""What there is to read, in amounts that fit in memory.

Belongs here: captures, or stretches of large ones, as sources, and which of them are read together. Does not: reading.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from oig_pipeline.capture import chunks
from oig_pipeline.capture.captures import Capture

TOGETHER = chunks.BYTES
"""About how many bytes of small captures are read together."""
UNKEPT = 12 * 2**20
"""The same where no row is kept: so few that all cores end at about the same time."""
MOST_TOGETHER = 1_000
DIGITS = 24


@dataclass(frozen=True)
class Source:
    """A capture, or the stretch of it from `start` to `end`."""

    capture: Capture
    start: int = 0
    end: int | None = None

    @property
    def size(self) -> int:
        """Its bytes."""
        return self.capture.size if self.end is None else self.end - self.start

    @cached_property
    def token(self) -> str:
        """What tells the source from all others, as long as nothing about it changes."""
        c = self.capture
        told = (c.path, c.sha256, c.url, c.retrieved_at, c.agency_from, c.also_at, c.problem, self.start, self.end)
        return hashlib.sha256(repr(told).encode()).hexdigest()[:DIGITS]


def sources(captures: Iterable[Capture]) -> tuple[Source, ...]:
    """Return all sources of some captures, in order."""
    found: list[Source] = []
    for capture in captures:
        parts = chunks.bounds(capture)
        found += [Source(capture, *part) for part in parts] if parts else [Source(capture)]
    return tuple(found)


def together(sources: Iterable[Source], most_bytes: int = TOGETHER) -> Iterator[tuple[Source, ...]]:
    """Yield the sources that are read together, in order; a stretch stands alone."""
    group: list[Source] = []
    size = 0
    for source in sources:
        if group and (source.end is not None or size + source.size > most_bytes or len(group) >= MOST_TOGETHER):
            yield tuple(group)
            group, size = [], 0
        if source.end is not None:
            yield (source,)
            continue
        group.append(source)
        size += source.size
    if group:
        yield tuple(group)
