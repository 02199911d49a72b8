"""Which layout a capture has.

Belongs here: the layouts of no one source, and finding the layout of a text. Does not: reading rows, or pages that have
no layout (see `absence.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

from oig_pipeline.capture import exchange, ndjson
from oig_pipeline.capture.rows import Layout

EXCHANGE: tuple[Layout, ...] = (ndjson.LAYOUT, exchange.CSV)


def layout_of(text: str, layouts: Sequence[Layout]) -> Layout | None:
    """Return the layout of a text, None where it has none that is known or is too long for it.

    Args:
        text: the text.
        layouts: the layouts, in the order in which they are tried.
    """
    return next((layout for layout in layouts if len(text) <= layout.largest and layout.matches(text)), None)
