"""What a run has to read: the chunks of captures that no cached batch holds.

Belongs here: asking the cache, and grouping the rest into batches. Does not: reading them, or who does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from oig_pipeline.capture.captures import Capture
from oig_pipeline.run.batches import Batch
from oig_pipeline.run.cache import Cache
from oig_pipeline.run.capture_chunks import CaptureChunk, batch_chunks, split_captures
from oig_pipeline.settings import Limits


@dataclass(frozen=True)
class ToRead:
    """What a run has to read.

    Attributes:
        chunks: the chunks of all captures.
        cached: the batches that the cache has.
        groups: the chunks that are in no cached batch; each group becomes a batch.
    """

    chunks: Sequence[CaptureChunk]
    cached: Sequence[Batch]
    groups: Sequence[Sequence[CaptureChunk]]

    @classmethod
    def of(cls, captures: Sequence[Capture], limits: Limits, cache: Cache | None) -> ToRead:
        """Return what there is to read of captures, all of it if there is no cache."""
        chunks = split_captures(captures)
        cached, missing = cache.batches(chunks) if cache else ([], chunks)
        return cls(chunks, cached, list(batch_chunks(missing, limits.batch_bytes, limits.batch_captures)))
