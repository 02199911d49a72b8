"""Polars, imported when something of it is first used.

Belongs here: the stand-in by which modules of declarations name Polars. Does not: anything that Polars does.

Many commands look up an office, an agency or a number and touch no table; importing Polars takes longer than all else
that they do. A module that uses Polars only within functions imports it like this:

    if TYPE_CHECKING:
        import polars as pl
    else:
        from oig_pipeline.domain.deferred import polars as pl
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


class _Deferred:
    """A module that is imported when an attribute of it is first asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        value = getattr(import_module(self._name), attribute)
        setattr(self, attribute, value)  # the next time it is simply there
        return value


polars: Any = _Deferred("polars")
