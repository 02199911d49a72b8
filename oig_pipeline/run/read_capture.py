"""A capture read in whatever layout a source declares.

Belongs here: handing all sources to the reader. Does not: reading.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from oig_pipeline.capture import chunks, detect, reader
from oig_pipeline.capture.captures import Capture
from oig_pipeline.capture.line_ranges import LineRange
from oig_pipeline.capture.rows import Layout
from oig_pipeline.sources import SOURCES


def read(capture: Capture) -> reader.Reading:
    """Return the sightings of one capture; what cannot be read is a finding, never an exception."""
    return reader.read(capture, SOURCES)


def read_lines(capture: Capture, lines: LineRange) -> tuple[chunks.ChunkSummary, pl.DataFrame]:
    """Return the summary of one chunk of a large capture, and its sightings."""
    return chunks.read(capture, lines, SOURCES)


def layout_of(text: str, url: str | None = None) -> Layout | None:
    """Return the layout of a text from an address, None where it has none that is known or is too long for it."""
    return detect.layout_of(text, url, SOURCES)


def is_companion(file: Path) -> bool:
    """Return whether a file is no capture, but belongs to one that lies beside it."""
    return any(source.is_companion(file) for source in SOURCES if source.is_companion)
