"""Batches → a summary of every capture, and the batches in order.

Belongs here: assembling what was read in parallel: captures from their chunks, and how corrections matched. Does not:
looking at rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from oig_pipeline.capture.captures import Capture
from oig_pipeline.capture.chunks import ChunkSummary, conclude
from oig_pipeline.capture.reader import CaptureSummary
from oig_pipeline.curate.outcomes import CorrectionMatch
from oig_pipeline.run.batches import Batch
from oig_pipeline.run.capture_chunks import CaptureChunk
from oig_pipeline.run.curate_partition import blocks_by_year


@dataclass(frozen=True)
class ReadResult:
    """The result of reading all captures.

    Attributes:
        summaries: a summary of each capture, in order.
        batches: the batches whose rows count, in the order of their captures.
        matches: how corrections matched these rows.
    """

    summaries: tuple[CaptureSummary, ...]
    batches: tuple[Batch, ...]
    matches: tuple[CorrectionMatch, ...]

    @property
    def rows(self) -> int:
        """The number of sightings."""
        return sum(batch.rows for batch in self.batches)

    @property
    def blocks_by_year(self) -> dict[int | None, list[int]]:
        """The fiscal years with their blocks."""
        return blocks_by_year(self.batches)


def assemble(chunks: Sequence[CaptureChunk], batches: Iterable[Batch]) -> ReadResult:
    """Return the result of reading all chunks.

    Args:
        chunks: all chunks, in order.
        batches: their batches, in any order; each chunk is in one of them.
    """
    batches = list(batches)
    summary_of = {key: s for batch in batches for key, s in zip(batch.fingerprints, batch.summaries, strict=True)}
    summaries: list[CaptureSummary] = []
    unreadable: set[str] = set()
    for capture, capture_chunks in _by_capture(chunks):
        capture_summaries = [summary_of[chunk.fingerprint] for chunk in capture_chunks]
        chunk_summaries = [summary for summary in capture_summaries if isinstance(summary, ChunkSummary)]
        if not chunk_summaries:
            (summary,) = capture_summaries
            assert isinstance(summary, CaptureSummary)
            summaries.append(replace(summary, capture=capture))
            continue
        summaries.append(conclude(capture, chunk_summaries))
        if summaries[-1].status != "read":
            unreadable |= {chunk.fingerprint for chunk in capture_chunks}
    position = {chunk.fingerprint: n for n, chunk in enumerate(chunks)}
    readable = (batch for batch in batches if batch.fingerprints[0] not in unreadable)
    ordered = tuple(sorted(readable, key=lambda batch: position[batch.fingerprints[0]]))
    return ReadResult(tuple(summaries), ordered, tuple(match for batch in ordered for match in batch.matches))


def _by_capture(chunks: Sequence[CaptureChunk]) -> list[tuple[Capture, list[CaptureChunk]]]:
    groups: list[tuple[Capture, list[CaptureChunk]]] = []
    for chunk in chunks:
        if groups and groups[-1][0] is chunk.capture:
            groups[-1][1].append(chunk)
        else:
            groups.append((chunk.capture, [chunk]))
    return groups
