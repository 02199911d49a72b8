"""Large NDJSON files, split into chunks so that only one chunk is in memory and chunks can be read in parallel.

Belongs here: where a file is split, reading one chunk, and combining the results. Does not: the layout itself.

A chunk is a range of whole lines. Its rows count lines and places from the beginning of the chunk, because the number
of lines before it is unknown until those have been read.
"""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import polars as pl

from oig_pipeline.capture import ndjson
from oig_pipeline.capture.captures import Capture
from oig_pipeline.capture.cut import RULE, without_half_a_letter
from oig_pipeline.capture.exchange import NAME
from oig_pipeline.capture.hash_cache import stamp_of
from oig_pipeline.capture.reader import BREAKS_OFF, CHANGED, SCHEMA, UNREAD, CaptureSummary, Reading, not_utf_8
from oig_pipeline.capture.rows import Finding, Unreadable
from oig_pipeline.capture.unpack import MAGIC
from oig_pipeline.domain import dates
from oig_pipeline.domain.whitespace import folded_blanks

BYTES = 48 * 2**20
"""Approximate size of a chunk."""
_HEAD = 2**16


@dataclass(frozen=True)
class ChunkSummary:
    """Summary of a chunk; `fault` is why the chunk, and so the whole file, cannot be read."""

    stats: ndjson.ChunkStats
    fault: Finding | None = None
    day_first: str | None = None
    """A date that proves that the file writes the day before the month."""
    ambiguous: str | None = None
    """A date that could be two days, if nothing in the chunk proves which."""


def bounds(capture: Capture) -> tuple[tuple[int, int], ...]:
    """Return where the chunks of a capture begin and end, in bytes; empty where the file is read as one."""
    if capture.problem or capture.size <= BYTES:
        return ()
    try:
        with capture.file.open("rb") as stream:
            head = stream.read(_HEAD)
            if head.startswith(tuple(MAGIC)) or not ndjson.matches(head.decode("utf-8-sig", "replace")):
                return ()
            cuts = [0]
            while cuts[-1] + BYTES < capture.size:
                stream.seek(cuts[-1] + BYTES)
                stream.readline()
                cuts.append(stream.tell())
    except OSError:
        return ()  # reading it as one reports the reason
    if cuts[-1] < capture.size:
        cuts.append(capture.size)
    return tuple(pairwise(cuts))


def read(capture: Capture, start: int, end: int) -> tuple[ChunkSummary, pl.DataFrame]:
    """Return the summary of one chunk and its sightings (columns of `SCHEMA`), placed from the start of the chunk."""
    nothing = ndjson.ChunkStats((), (), None, 0, 0)
    try:
        with capture.file.open("rb") as stream:
            stream.seek(start)
            content = stream.read(end - start)
            is_same = _is_same(capture, os.fstat(stream.fileno()))
        if not is_same or len(content) < end - start:
            return ChunkSummary(nothing, Finding("capture_unreadable", CHANGED)), pl.DataFrame(schema=SCHEMA)
        if end == capture.size:
            content, _ = without_half_a_letter(content)
        chunk = ndjson.read_chunk(content if start else content.removeprefix(codecs.BOM_UTF8))
    except OSError as error:
        message = f"{UNREAD}: {error.strerror}"
        return ChunkSummary(nothing, Finding("capture_unreadable", message)), pl.DataFrame(schema=SCHEMA)
    except UnicodeDecodeError as error:
        return ChunkSummary(nothing, not_utf_8(error)), pl.DataFrame(schema=SCHEMA)
    days = dates.readings(chunk.frame.select(folded_blanks(pl.col("listed_issue_date")))["listed_issue_date"])
    proof = next(iter(days.filter("proves_day_first")["text"].sort()), None)
    # What a proof in the same chunk leaves open is a fault of its row.
    open_day = next(iter(days.filter(pl.col("other").is_not_null())["text"].sort()), None) if proof is None else None
    return ChunkSummary(chunk.stats, None, proof, open_day), Reading(capture, chunk.frame, "read", NAME).sightings


def _is_same(capture: Capture, now: os.stat_result) -> bool:
    """Return whether a file is as it was when it was hashed: a chunk alone has no hash to compare with."""
    return capture.stamp is None or capture.stamp == stamp_of(now)


def conclude(capture: Capture, summaries: Sequence[ChunkSummary]) -> CaptureSummary:
    """Return the summary of a capture from the summaries of its chunks, in order."""
    before = 0
    all_stats = []
    for summary in summaries:
        if summary.fault is not None:
            return _unreadable(capture, _below(summary.fault, before), None)
        all_stats.append(summary.stats.below(before))
        before += summary.stats.lines
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


def _below(finding: Finding, lines: int) -> Finding:
    """Return a finding with lines before it; the line stands in its words too."""
    if not finding.line:
        return finding
    line = finding.line + lines
    return replace(finding, line=line, message=re.sub(r"\bline \d+", f"line {line}", finding.message))


def _unreadable(capture: Capture, finding: Finding, layout: str | None) -> CaptureSummary:
    return CaptureSummary(capture, 0, "unreadable", layout, (finding,), finding.message)
