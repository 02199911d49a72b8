"""Where captures come from.

Belongs here: one folder for each source, with its facts (hosts, listing addresses) and its layouts; a folder is
discovered by the `SOURCE` that it declares, and named nowhere else. Does not: an engine, frames, or the facts of an
office.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from oig_pipeline.capture.source import Source


def _sources() -> tuple[Source, ...]:
    folders = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__) if module.ispkg)
    return tuple(folder.SOURCE for folder in folders if hasattr(folder, "SOURCE"))


SOURCES = _sources()
"""All sources, by name."""
