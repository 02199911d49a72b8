"""What a source is.

Belongs here: the type of a place that captures come from, and finding it by an address. Does not: any one source (see
`sources/`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from oig_pipeline.capture.rows import Layout


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
    """

    name: str
    hosts: tuple[str, ...] = ()
    layouts: tuple[Layout, ...] = ()
    page_layout: Callable[[str, str | None], Layout | None] | None = None
    is_companion: Callable[[Path], bool] | None = None


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
