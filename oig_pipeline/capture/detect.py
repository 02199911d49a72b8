"""Which layout a capture has.

Belongs here: the list of layouts, and finding the one of a text. Does not: reading rows, or pages that have no layout
(see `absence.py`).
"""

from __future__ import annotations

from oig_pipeline.capture import (
    exchange,
    html_cards,
    html_table,
    ndjson,
    text_cards,
    text_dated,
    text_runon,
    text_table,
    unitedstates,
)
from oig_pipeline.capture.rows import Layout

LAYOUTS: tuple[Layout, ...] = (
    unitedstates.LAYOUT,
    ndjson.LAYOUT,
    exchange.CSV,
    html_table.LAYOUT,
    html_cards.LAYOUT,
    text_table.LAYOUT,
    text_runon.LAYOUT,
    text_dated.LAYOUT,
    text_cards.LAYOUT,
)


def layout_of(text: str) -> Layout | None:
    """Return the layout of a text, None where it has none that is known or is too long for it."""
    return next((layout for layout in LAYOUTS if len(text) <= layout.largest and layout.matches(text)), None)
