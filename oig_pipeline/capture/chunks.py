"""Large files of NDJSON, parted so that no more than a part is in memory and parts can be read side by side.

Belongs here: where a file is parted, reading one part, and what all parts come to. Does not: the layout itself.

A part is a stretch of whole lines. Its rows count lines and places from its own beginning, for nobody knows how many
there are before it until those have been read.
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
from oig_pipeline.capture.reader import BREAKS_OFF, CHANGED, SCHEMA, UNREAD, Reading, Told, not_utf_8
from oig_pipeline.capture.rows import Finding, Unreadable
from oig_pipeline.capture.unpack import MAGIC
from oig_pipeline.domain import dates
from oig_pipeline.domain.whitespace import folded_blanks

BYTES = 48 * 2**20
"""About how much of a file is one stretch."""
_HEAD = 2**16


@dataclass(frozen=True)
class Heard:
    """What a stretch told; `fault` is why it, and so its whole file, cannot be read."""

    told: ndjson.Told
    fault: Finding | None = None
    day_first: str | None = None
    """A date that proves that the file writes the day before the month."""
    ambiguous: str | None = None
    """A date that could be two days, if nothing in the stretch proves which."""


def bounds(capture: Capture) -> tuple[tuple[int, int], ...]:
    """Return where the stretches of a capture begin and end, in bytes; none where it is read as one."""
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
        return ()  # reading it as one tells the reason
    if cuts[-1] < capture.size:
        cuts.append(capture.size)
    return tuple(pairwise(cuts))


def read(capture: Capture, start: int, end: int) -> tuple[Heard, pl.DataFrame]:
    """Return what one stretch told, and its sightings (columns of `SCHEMA`), placed from the stretch's beginning."""
    nothing = ndjson.Told((), (), None, 0, 0)
    try:
        with capture.file.open("rb") as stream:
            stream.seek(start)
            content = stream.read(end - start)
            is_same = _is_same(capture, os.fstat(stream.fileno()))
        if not is_same or len(content) < end - start:
            return Heard(nothing, Finding("capture_unreadable", CHANGED)), pl.DataFrame(schema=SCHEMA)
        if end == capture.size:
            content, _ = without_half_a_letter(content)
        stretch = ndjson.read_stretch(content if start else content.removeprefix(codecs.BOM_UTF8))
    except OSError as error:
        said = f"{UNREAD}: {error.strerror}"
        return Heard(nothing, Finding("capture_unreadable", said)), pl.DataFrame(schema=SCHEMA)
    except UnicodeDecodeError as error:
        return Heard(nothing, not_utf_8(error)), pl.DataFrame(schema=SCHEMA)
    days = dates.readings(stretch.frame.select(folded_blanks(pl.col("listed_issue_date")))["listed_issue_date"])
    proof = next(iter(days.filter("proves_day_first")["text"].sort()), None)
    # What a proof in the same stretch leaves open is a fault of its row.
    open_day = next(iter(days.filter(pl.col("other").is_not_null())["text"].sort()), None) if proof is None else None
    return Heard(stretch.told, None, proof, open_day), Reading(capture, stretch.frame, "read", NAME).sightings


def _is_same(capture: Capture, now: os.stat_result) -> bool:
    """Return whether a file is as it was when it was hashed: a stretch alone has no hash to be compared with."""
    return capture.stamp is None or capture.stamp == stamp_of(now)


def conclude(capture: Capture, heard: Sequence[Heard]) -> Told:
    """Return what a capture is whose stretches told this, in order."""
    before = 0
    all_told = []
    for one in heard:
        if one.fault is not None:
            return _unreadable(capture, _below(one.fault, before), None)
        all_told.append(one.told.below(before))
        before += one.told.lines
    proof, open_day = (
        next(filter(None, (getattr(one, name) for one in heard)), None) for name in ("day_first", "ambiguous")
    )
    if proof and open_day:
        # Its rows were judged part by part, so nothing else keeps the others' days from being taken for American ones.
        said = (
            f"the date '{proof}' proves that the file writes the day before the month, so that '{open_day}' could be "
            "two days; write its dates as YYYY-MM-DD"
        )
        return _unreadable(capture, Finding("capture_unreadable", said), NAME)
    try:
        findings = ndjson.conclude(all_told)
    except Unreadable as error:
        return _unreadable(capture, error.finding, NAME)
    rows = sum(told.rows for told in all_told)
    if not rows:
        # Only blanks: reading the file as one says so too.
        return _unreadable(capture, Finding("capture_unreadable", "the file is empty"), None)
    also = f"the same bytes also lie at {', '.join(capture.also_at)}" if capture.also_at else None
    breaks_off = BREAKS_OFF if any(finding.rule == RULE for finding in findings) else None
    note = "; ".join(filter(None, (also, breaks_off))) or None
    return Told(capture, rows, "read", NAME, findings, note, ndjson.columns_of(all_told))


def _below(finding: Finding, lines: int) -> Finding:
    """Return a finding with lines before it; the line stands in its words too."""
    if not finding.line:
        return finding
    line = finding.line + lines
    return replace(finding, line=line, message=re.sub(r"\bline \d+", f"line {line}", finding.message))


def _unreadable(capture: Capture, finding: Finding, layout: str | None) -> Told:
    return Told(capture, 0, "unreadable", layout, (finding,), finding.message)
