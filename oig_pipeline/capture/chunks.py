"""Large NDJSON files in chunks, so that only one chunk is in memory and chunks can be read in parallel.

Belongs here: reading one chunk, and combining the results. Does not: the layout itself, or where a file is split
(`line_ranges.py`).
"""

from __future__ import annotations

import codecs
import os
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from oig_pipeline.capture import ndjson
from oig_pipeline.capture.captures import Capture
from oig_pipeline.capture.cut import RULE, without_half_a_letter
from oig_pipeline.capture.exchange import NAME
from oig_pipeline.capture.hash_cache import stamp_of
from oig_pipeline.capture.line_ranges import LineRange
from oig_pipeline.capture.reader import (
    BREAKS_OFF,
    CHANGED,
    SCHEMA,
    UNREAD,
    CaptureSummary,
    Reading,
    not_utf_8,
    of_the_moment,
)
from oig_pipeline.capture.rows import Finding, Unreadable
from oig_pipeline.capture.source import Source, source_of_url
from oig_pipeline.domain import dates
from oig_pipeline.domain.whitespace import folded_blanks


@dataclass(frozen=True)
class ChunkSummary:
    """Summary of a chunk; `fault` is why the chunk, and so the whole file, cannot be read."""

    stats: ndjson.ChunkStats
    fault: Finding | None = None
    day_first: str | None = None
    """A date that proves that the file writes the day before the month."""
    ambiguous: str | None = None
    """A date that could be two days, if nothing in the chunk proves which."""


def read(capture: Capture, lines: LineRange, sources: Sequence[Source]) -> tuple[ChunkSummary, pl.DataFrame]:
    """Return the summary of one chunk and its sightings (columns of `SCHEMA`)."""
    try:
        chunk = _read(capture, lines)
    except OSError as error:
        return _without_rows(of_the_moment(f"{UNREAD}: {error.strerror}"))
    except UnicodeDecodeError as error:
        return _without_rows(not_utf_8(error, lines.lines_before))
    except Unreadable as error:
        return _without_rows(error.finding)
    days = dates.readings(chunk.frame.select(folded_blanks(pl.col("listed_issue_date")))["listed_issue_date"])
    proof = next(iter(days.filter("proves_day_first")["text"].sort()), None)
    # What a proof in the same chunk leaves open is a fault of its row.
    open_day = next(iter(days.filter(pl.col("other").is_not_null())["text"].sort()), None) if proof is None else None
    reading = Reading(capture, chunk.frame, "read", NAME, source=source_of_url(capture.url, sources))
    return ChunkSummary(chunk.stats, None, proof, open_day), reading.sightings


def _read(capture: Capture, lines: LineRange) -> ndjson.Chunk:
    size = lines.end - lines.start
    with capture.file.open("rb") as stream:
        stream.seek(lines.start)
        content = stream.read(size)
        is_same = _is_same(capture, os.fstat(stream.fileno()))
    if not is_same or len(content) < size:
        raise Unreadable(of_the_moment(CHANGED))
    if lines.end == capture.size:
        content, _ = without_half_a_letter(content)
    if lines.start == 0:
        content = content.removeprefix(codecs.BOM_UTF8)
    return ndjson.read_chunk(content, lines.lines_before, lines.rows_before)


def _without_rows(fault: Finding) -> tuple[ChunkSummary, pl.DataFrame]:
    return ChunkSummary(ndjson.ChunkStats((), (), None, 0), fault), pl.DataFrame(schema=SCHEMA)


def _is_same(capture: Capture, now: os.stat_result) -> bool:
    """Return whether a file is as it was when it was hashed: a chunk alone has no hash to compare with."""
    return capture.stamp is None or capture.stamp == stamp_of(now)


def conclude(capture: Capture, summaries: Sequence[ChunkSummary]) -> CaptureSummary:
    """Return the summary of a capture from the summaries of its chunks, in order."""
    fault = next((summary.fault for summary in summaries if summary.fault is not None), None)
    if fault is not None:
        return _unreadable(capture, fault, None)
    all_stats = [summary.stats for summary in summaries]
    proof, open_day = (
        next(filter(None, (getattr(summary, name) for summary in summaries)), None)
        for name in ("day_first", "ambiguous")
    )
    if proof and open_day:
        # Rows were judged chunk by chunk, so nothing else keeps other days from being read for American ones.
        message = (
            f"the date '{proof}' proves that the file writes the day before the month, so that '{open_day}' could be "
            "two days; write its dates as YYYY-MM-DD"
        )
        return _unreadable(capture, Finding("capture_unreadable", message), NAME)
    try:
        findings = ndjson.conclude(all_stats)
    except Unreadable as error:
        return _unreadable(capture, error.finding, NAME)
    rows = sum(stats.rows for stats in all_stats)
    if not rows:
        # Only blanks: reading the file as one says so too.
        return _unreadable(capture, Finding("capture_unreadable", "the file is empty"), None)
    also = f"the same bytes also lie at {', '.join(capture.also_at)}" if capture.also_at else None
    breaks_off = BREAKS_OFF if any(finding.rule == RULE for finding in findings) else None
    note = "; ".join(filter(None, (also, breaks_off))) or None
    return CaptureSummary(capture, rows, "read", NAME, findings, note, ndjson.columns_of(all_stats))


def _unreadable(capture: Capture, finding: Finding, layout: str | None) -> CaptureSummary:
    return CaptureSummary(capture, 0, "unreadable", layout, (finding,), finding.message)
