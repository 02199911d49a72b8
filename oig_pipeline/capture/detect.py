"""Which layout a capture has.

Belongs here: the list of layouts, and finding the one of a text. Does not: reading rows, or pages that have no layout
(see `absence.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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
from oig_pipeline.capture.rows import LARGEST_PAGE, Layout, PageSource
from oig_pipeline.domain.known_sources import source_of_url

_JSON = (unitedstates.LAYOUT, ndjson.LAYOUT)
_PAGES = (
    html_table.LAYOUT,
    html_cards.LAYOUT,
    text_table.LAYOUT,
    text_runon.LAYOUT,
    text_dated.LAYOUT,
    text_cards.LAYOUT,
)

LAYOUTS: tuple[Layout, ...] = (*_JSON, exchange.CSV, *_PAGES)


def layout_of(text: str, url: str | None = None, sources: Sequence[PageSource] = ()) -> Layout | None:
    """Return the layout of a text, None where it has none that is known or is too long for it.

    Args:
        text: the text.
        url: the address from which it was obtained.
        sources: the sites whose pages are known besides; the one that the address names comes before all tables.
    """
    name = source_of_url(url)
    return (
        _among(_JSON, text)
        or _of_sources((source for source in sources if source.name == name), text, url)
        or _among((exchange.CSV,), text)
        or _of_sources((source for source in sources if source.name != name), text, url)
        or _among(_PAGES, text)
    )


def _among(layouts: Iterable[Layout], text: str) -> Layout | None:
    return next((layout for layout in layouts if len(text) <= layout.largest and layout.matches(text)), None)


def _of_sources(sources: Iterable[PageSource], text: str, url: str | None) -> Layout | None:
    if len(text) > LARGEST_PAGE:
        return None
    return next((layout for source in sources if (layout := source.layout_of(text, url)) is not None), None)
