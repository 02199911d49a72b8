"""What groups of processes are made of.

Belongs here: sizes, the folders in which the benchmarks work, one process of a round. Does not: which processes are
measured beside one another (`groups.py`, `waiting.py`).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import commands, corpus
from benchmarks.corpora import Corpora
from benchmarks.process import Command
from benchmarks.results import Results

A_WHILE = 3
"""Seconds after which a file counts as untouched."""
PAGE_YEAR = corpus.FIRST_YEAR + corpus.YEARS - 1
"""The fiscal year of a page that comes later."""


@dataclass(frozen=True)
class Sizes:
    """How many reports the corpora have."""

    small: int = 100_000
    middle: int = 1_000_000
    large: int = 5_000_000
    html: int = 100_000
    cards: int = 500_000
    proofs: tuple[int, ...] = (10_000, 100_000)
    real: int = 4_185
    site: int = 50_000


QUICK = Sizes(5_000, 20_000, 40_000, 2_000, 10_000, (1_000,), real=400, site=1_000)


@dataclass(frozen=True)
class Bench:
    """Where the benchmarks work, and on what."""

    corpora: Corpora
    work: Path
    contenders: Path
    own_data: Path
    sizes: Sizes = field(default_factory=Sizes)

    def out(self, name: str) -> Path:
        """Return the folder into which a process writes."""
        return self.work / "out" / name


def nothing() -> None:
    """Set up nothing."""


@dataclass(frozen=True)
class Step:
    """One process of a round.

    Attributes:
        name: how its runs are called.
        command: what is run.
        reads: the captures it reads; they are read once before, so that none waits for the disk.
        before: what is set up first, untimed.
        after: what is looked at afterwards, untimed; it may add to the results.
        is_slow: whether it takes minutes, so that it may be run less often.
    """

    name: str
    command: Command
    reads: Path
    before: Callable[[], None] = nothing
    after: Callable[[Results], None] | None = None
    is_slow: bool = False


@dataclass(frozen=True)
class Group:
    """Processes that are run in turn."""

    about: str
    steps: Callable[[Bench], list[Step]]
    is_possible: Callable[[], bool] = lambda: True


def emptied(folder: Path) -> Callable[[], None]:
    """Return what empties a folder, with one above it to make it in."""

    def empty() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)

    return empty


def build_step(
    bench: Bench, name: str, raw: Path, without: Sequence[str] = commands.LEAN, *, is_slow: bool = False
) -> Step:
    """Return a build into an empty folder."""
    out = bench.out(name)
    return Step(name, commands.build(raw, out, without), raw, emptied(out), is_slow=is_slow)
