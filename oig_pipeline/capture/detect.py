"""Which layout a capture has.

Belongs here: the layouts of no one source, and finding the layout of a text. Does not: reading rows, or pages that have
no layout (see `absence.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from oig_pipeline.capture import exchange, ndjson
from oig_pipeline.capture.rows import LARGEST_PAGE, Layout, PageSource
from oig_pipeline.domain.known_sources import source_of_url

EXCHANGE: tuple[Layout, ...] = (ndjson.LAYOUT, exchange.CSV)


def layout_of(
    text: str, layouts: Sequence[Layout], url: str | None = None, page_sources: Sequence[PageSource] = ()
) -> Layout | None:
    """Return the layout of a text, None where it has none that is known or is too long for it.

    Args:
        text: the text.
        layouts: the layouts, in the order in which they are tried.
        url: the address from which it was obtained.
        page_sources: the sites that know their own pages; the one that the address names comes before all tables.
    """
    name = source_of_url(url)
    before = layouts.index(exchange.CSV) if exchange.CSV in layouts else 0
    return (
        _among(layouts[:before], text)
        or _of_sources((source for source in page_sources if source.name == name), text, url)
        or _among(layouts[before : before + 1], text)
        or _of_sources((source for source in page_sources if source.name != name), text, url)
        or _among(layouts[before + 1 :], text)
    )


def _among(layouts: Iterable[Layout], text: str) -> Layout | None:
    return next((layout for layout in layouts if len(text) <= layout.largest and layout.matches(text)), None)


def _of_sources(sources: Iterable[PageSource], text: str, url: str | None) -> Layout | None:
    if len(text) > LARGEST_PAGE:
        return None
    return next((layout for source in sources if (layout := source.layout_of(text, url)) is not None), None)
