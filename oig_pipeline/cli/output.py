"""What leaves on standard output and standard error.

Belongs here: the last gate before a terminal or a log, which every command writes through. Does not: how an outcome is
laid out (`cli/terminal.py`), or which characters are shown how (`domain/visible.py`).

What comes from outside (a listing, a file's name, an answer of the site, a store's error) may hold characters that a
terminal obeys, or lines that a CI runner does: it reads a line that begins with `::` as a command. Modules that lay
text out see to it that a value stays on its line; here nothing passes that one of them forgot.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from oig_pipeline.domain.visible import visible

# Runners pass over the blanks before it.
_COMMAND = re.compile(r"\s*:(?=:)")
_MAY_BECOME_ONE = re.compile(r"\s*:?")


class Gate:
    """A text stream in front of another: what would be obeyed is shown, and no line begins with `::`.

    `takes_commands` is whether lines may, because they are meant to.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._line: str | None = ""
        """What the line that is being written has so far, None where it is none of a runner's whatever follows."""
        self.takes_commands = False
        if isinstance(stream, io.TextIOWrapper):
            # Where the encoding has no such character, better an escape than no output.
            stream.reconfigure(errors="backslashreplace")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str, *, is_styled: bool = False) -> int:
        """Write a text, safe to show; one that is styled was made safe before it was colored."""
        safe = text if is_styled else visible(text)
        self._stream.write(safe if self.takes_commands else "\n".join(map(self._defused, *_lines(safe))))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write some texts, safe to show."""
        for line in lines:
            self.write(line)

    def _defused(self, text: str, begins: bool) -> str:
        """Return a part of a line with a backslash before what would make a command of it."""
        before = "" if begins else self._line
        if before is None:
            return text
        line = before + text
        if match := _COMMAND.match(line):
            place = max(match.end() - 1, len(before)) - len(before)
            self._line = None
            return f"{text[:place]}\\{text[place:]}"
        self._line = line if _MAY_BECOME_ONE.fullmatch(line) else None
        return text


class _Styled:
    """A gate that lets escape sequences pass."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def __getattr__(self, name: str) -> Any:
        return getattr(self._gate, name)

    def write(self, text: str) -> int:
        return self._gate.write(text, is_styled=True)


def styled(stream: TextIO) -> TextIO:
    """Return where text goes that was made safe before it was colored."""
    return _Styled(stream) if isinstance(stream, Gate) else stream  # type: ignore[return-value]


def _lines(text: str) -> tuple[list[str], list[bool]]:
    """Return the lines of a text, and of each whether it begins there."""
    lines = text.split("\n")
    return lines, [False, *[True] * (len(lines) - 1)]


@contextmanager
def guarded() -> Iterator[None]:
    """Put a gate before both streams."""
    out, err = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = Gate(out), Gate(err)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = out, err


@contextmanager
def commands() -> Iterator[None]:
    """Let lines begin with `::`: those that are printed now are meant for a runner."""
    gate = sys.stdout if isinstance(sys.stdout, Gate) else None
    if gate:
        gate.takes_commands = True
    try:
        yield
    finally:
        if gate:
            gate.takes_commands = False
