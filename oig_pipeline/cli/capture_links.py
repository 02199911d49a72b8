"""Places in captures as links that a terminal opens.

Belongs here: whether a terminal may be given a link, and which file it leads to. Does not: what stands around it.

The words stay `file:line`, so that nothing is lost where links are not shown. A terminal that wants no colors is given
no links either: both are escape sequences.
"""

from __future__ import annotations

import os
from pathlib import Path

from rich.console import Console
from rich.style import Style
from rich.text import Text

from oig_pipeline.domain.visible import one_line


def takes_links(console: Console) -> bool:
    """Return whether what is printed goes to a terminal that may be given escape sequences."""
    is_plain = os.environ.get("NO_COLOR") or os.environ.get("TERM", "dumb") in ("dumb", "unknown")
    return console.file.isatty() and not is_plain


def place(console: Console, raw: Path | None, capture: str, line: int) -> Text:
    """Return a place as `file:line`, on a terminal a link to the file if it exists in the folder of captures."""
    uri = _uri(raw, capture) if raw is not None and takes_links(console) else None
    return Text(one_line(f"{capture}:{line}"), style=Style(link=uri))


def _uri(raw: Path, capture: str) -> str | None:
    file = raw / capture
    try:
        is_there = file.is_file() and file.resolve().is_relative_to(raw.resolve())
        return file.resolve().as_uri() if is_there else None
    except (OSError, RuntimeError, ValueError):
        return None
