"""What a source is.

Belongs here: the type of a place that captures come from. Does not: any one source (see `sources/`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from oig_pipeline.capture.rows import Layout, PageSource


@dataclass(frozen=True)
class Source:
    """A place that captures come from.

    Attributes:
        name: the name of its folder.
        hosts: the hosts of its pages.
        layouts: the layouts in which its pages come, in the order in which they are tried.
        pages: how it tells its own pages from others, where their texts alone do not.
        office: the code of the office for which it speaks; None where each row says it.
        is_companion: whether a file is no capture, but lies beside one of this source and belongs to it.
    """

    name: str
    hosts: tuple[str, ...]
    layouts: tuple[Layout, ...] = ()
    pages: PageSource | None = None
    office: str | None = None
    is_companion: Callable[[Path], bool] | None = None
