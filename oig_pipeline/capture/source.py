"""What a source is.

Belongs here: the type of a place that captures come from, and finding it by an address. Does not: any one source (see
`sources/`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

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
    """A place that captures come from.

    Attributes:
        name: the name of its folder.
        hosts: the hosts of its pages; hosts below them are of the same source.
        layouts: the layouts in which its pages come, in the order in which they are tried.
        page_layout: gives the layout of a text and its address, where the text alone does not tell; None for no page of
            this source.
        is_companion: whether a file is no capture, but lies beside one of this source and belongs to it.
        crawl: what of it is fetched; None where nothing is.
    """

    name: str
    hosts: tuple[str, ...] = ()
    layouts: tuple[Layout, ...] = ()
    page_layout: Callable[[str, str | None], Layout | None] | None = None
    is_companion: Callable[[Path], bool] | None = None
    crawl: Crawl | None = None

    @property
    def asked_hosts(self) -> tuple[str, ...]:
        """The hosts at which it may be asked, the first of which is its own; none where it has no site."""
        return tuple(prefix + host for host in self.hosts for prefix in ("www.", ""))


def is_on(url: str | None, hosts: Iterable[str]) -> bool:
    """Return whether an address is on one of some hosts, or below it."""
    try:
        labels = ((url and urlsplit(url).hostname) or "").split(".")
    except ValueError:
        return False
    return not {".".join(labels[n:]) for n in range(len(labels))}.isdisjoint(hosts)


def source_of_url(url: str | None, sources: Iterable[Source]) -> str | None:
    """Return the name of the source that an address belongs to, None where it is none of these."""
    return next((source.name for source in sources if is_on(url, source.hosts)), None)
