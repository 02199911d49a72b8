"""Which layout a capture has.

Belongs here: the layouts of no one source, and finding the layout of a text. Does not: reading rows, or pages that have
no layout (see `absence.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from oig_pipeline.capture import exchange, ndjson
from oig_pipeline.capture.rows import LARGEST_PAGE, Layout
from oig_pipeline.capture.source import Source, source_of_url


def layout_of(text: str, url: str | None, sources: Sequence[Source]) -> Layout | None:
    """Return the layout of a text with its source, None where it has none that is known or is too long for it.

    The pages of the source that the address names come before CSV, for which their first line may pass.

    Args:
        text: the text.
        url: the address from which it was obtained.
        sources: the sources, in the order in which their layouts are tried.
    """
    name = source_of_url(url, sources)
    layouts = [replace(layout, source=source.name) for source in sources for layout in source.layouts]
    return (
        _among((layout for layout in layouts if layout.precedes_exchange), text)
        or _among((ndjson.LAYOUT,), text)
        or _page_layout((source for source in sources if source.name == name), text, url)
        or _among((exchange.CSV,), text)
        or _page_layout((source for source in sources if source.name != name), text, url)
        or _among((layout for layout in layouts if not layout.precedes_exchange), text)
    )


def _among(layouts: Iterable[Layout], text: str) -> Layout | None:
    return next((layout for layout in layouts if len(text) <= layout.largest and layout.matches(text)), None)


def _page_layout(sources: Iterable[Source], text: str, url: str | None) -> Layout | None:
    if len(text) > LARGEST_PAGE:
        return None
    answers = ((source.name, source.page_layout(text, url)) for source in sources if source.page_layout)
    return next((replace(layout, source=name) for name, layout in answers if layout is not None), None)
