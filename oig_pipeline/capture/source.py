"""What a source is.

Belongs here: the type of a place that captures come from. Does not: any one source (see `sources/`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from oig_pipeline.capture.listed_page import SourceListing
from oig_pipeline.capture.rows import Layout
from oig_pipeline.domain.office import Office


@dataclass(frozen=True)
class Crawl:
    """What of a source is fetched.

    Attributes:
        listings: gives the listings to be walked for an office, from the text of the page that `lookup` names.
        lookup: gives the path of a page that must be read first to know the listings of an office, None for no page.
        delay: seconds between two requests, where another number than usual is asked for.
    """

    listings: Callable[[Office, str | None], tuple[SourceListing, ...]]
    lookup: Callable[[Office], str | None] = lambda office: None
    delay: float | None = None


@dataclass(frozen=True)
class Source:
    """A place that captures come from; its hosts and its office are in `domain/known_sources.py`.

    Attributes:
        name: the name of its folder.
        layouts: the layouts in which its pages come, in the order in which they are tried.
        page_layout: gives the layout of a text and its address, where the text alone does not tell; None for no page of
            this source.
        is_companion: whether a file is no capture, but lies beside one of this source and belongs to it.
        crawl: what of it is fetched; None where nothing is.
    """

    name: str
    layouts: tuple[Layout, ...] = ()
    page_layout: Callable[[str, str | None], Layout | None] | None = None
    is_companion: Callable[[Path], bool] | None = None
    crawl: Crawl | None = None
