"""A capture read in whatever layout a source declares.

Belongs here: handing the layouts of all sources to the reader. Does not: reading.
"""

from __future__ import annotations

from pathlib import Path

from oig_pipeline.capture import detect, reader
from oig_pipeline.capture.captures import Capture
from oig_pipeline.capture.rows import Layout
from oig_pipeline.sources import SOURCES

_OF_SOURCES = [layout for source in SOURCES for layout in source.layouts]
LAYOUTS = (
    *(layout for layout in _OF_SOURCES if layout.precedes_exchange),
    *detect.EXCHANGE,
    *(layout for layout in _OF_SOURCES if not layout.precedes_exchange),
)
"""All layouts, in the order in which they are tried."""
PAGE_SOURCES = tuple(source.pages for source in SOURCES if source.pages)
"""The sites that know their own pages."""


def read(capture: Capture) -> reader.Reading:
    """Return the sightings of one capture; what cannot be read is a finding, never an exception."""
    return reader.read(capture, LAYOUTS, PAGE_SOURCES)


def layout_of(text: str, url: str | None = None) -> Layout | None:
    """Return the layout of a text from an address, None where it has none that is known or is too long for it."""
    return detect.layout_of(text, LAYOUTS, url, PAGE_SOURCES)


def is_companion(file: Path) -> bool:
    """Return whether a file is no capture, but belongs to one that lies beside it."""
    return any(source.is_companion(file) for source in SOURCES if source.is_companion)
