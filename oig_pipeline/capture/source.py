"""What a source is.

Belongs here: the type of a place that captures come from. Does not: any one source (see `sources/`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from oig_pipeline.capture.rows import Layout


@dataclass(frozen=True)
class Source:
    """A place that captures come from; its hosts and its office are in `domain/known_sources.py`.

    Attributes:
        name: the name of its folder.
        layouts: the layouts in which its pages come, in the order in which they are tried.
        page_layout: gives the layout of a text and its address, where the text alone does not tell; None for no page of
            this source.
        is_companion: whether a file is no capture, but lies beside one of this source and belongs to it.
    """

    name: str
    layouts: tuple[Layout, ...] = ()
    page_layout: Callable[[str, str | None], Layout | None] | None = None
    is_companion: Callable[[Path], bool] | None = None
