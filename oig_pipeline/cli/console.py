"""Lines and tables on standard output.

Belongs here: the console on which nothing from outside is obeyed, and tables, folded on a terminal and whole for other
programs. Does not: what is printed (see `cli/terminal.py`).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Any, TextIO

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from oig_pipeline.cli import output
from oig_pipeline.domain.visible import one_line, visible

PLAN = ["explain_key", "explain_value"]  # what EXPLAIN gives: a drawing of several lines
NARROW = 28
"""Widest cell, in characters, that a table never folds."""


def print_rows(names: list[str], rows: list[tuple[Any, ...]], null: str = "") -> None:
    """Print rows as a table; `null` stands where there is no value."""
    console = stdout_console()
    if names == PLAN:
        console.print("\n".join(plan for _, plan in rows), soft_wrap=True)
        return
    numeric = [n for n in range(len(names)) if any(isinstance(row[n], int | float) for row in rows)]
    print_table(console, names, [[null if value is None else cell(value) for value in row] for row in rows], numeric)
    console.print(f"{len(rows)} {'row' if len(rows) == 1 else 'rows'}")


def print_table(
    console: Console,
    names: list[str],
    rows: Sequence[Sequence[str | Text]],
    numeric: Iterable[int] = (),
    styles: Iterable[str | None] = (),
) -> None:
    """Print a table: on a terminal folded to its width, for other programs a line for each row, however long."""
    cells = [[one_line(str(text)) for text in row] for row in (names, *rows)]
    right = set(numeric)
    if console.soft_wrap:
        widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
        for row in cells:
            padded = [_padded(text, widths[n], to_the_right=n in right) for n, text in enumerate(row)]
            console.file.write("  ".join(padded).rstrip() + "\n")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    needed = 0
    for n, (name, *column) in enumerate(zip(*cells, strict=True)):
        width = max(len(name), *(min(len(text), NARROW) for text in column), 0)
        needed += width + 2
        table.add_column(name, justify="right" if n in right else "left", overflow="fold", min_width=width)
    for row, originals, style in zip_longest(cells[1:], rows, styles):
        linked = [c if isinstance(c, Text) else text for text, c in zip(row, originals or (), strict=True)]
        table.add_row(*linked, style=style)
    # Narrow columns are never folded: where the terminal is too small, its lines are.
    console.print(table, width=max(console.width, needed), soft_wrap=True, crop=False)


def _padded(text: str, width: int, *, to_the_right: bool) -> str:
    padding = " " * (width - cell_len(text))
    return padding + text if to_the_right else text + padding


def cell(value: Any) -> str:
    """Return a value as a table shows it."""
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


class _ShownConsole(Console):
    """A console on which text from outside is shown and never obeyed, before it is colored."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(visible(segment.text), segment.style)


def stdout_console(stream: TextIO | None = None) -> Console:
    """Return a console for a stream, by default standard output."""
    file = output.styled(stream or sys.stdout)
    # Listings are data: brackets in them are no markup, and nothing in them is highlighted. What another program reads
    # is never wrapped.
    return _ShownConsole(file=file, markup=False, highlight=False, emoji=False, soft_wrap=not file.isatty())
