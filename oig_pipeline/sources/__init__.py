"""Where captures come from.

Belongs here: one folder for each source, with its facts (hosts, listing addresses) and its layouts; a folder that has
layouts of pages is discovered. Does not: an engine, frames, or the facts of an office.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from oig_pipeline.capture.rows import PageSource

SOURCES: tuple[PageSource, ...] = tuple(
    import_module(f"{__name__}.{module.name}.page_layouts").PAGES for module in iter_modules(__path__) if module.ispkg
)
"""The sites whose own readers know their pages."""
