"""The command lines that are measured, each in one place.

Belongs here: how `oig`, the contenders and bare interpreters are called. Does not: on what, or how often.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.process import Command

FOLDER = Path(__file__).resolve().parent
OIG = (sys.executable, "-m", "oig_pipeline")
NO_SITE = ("--no-site",)
LEAN = ("--no-exports", *NO_SITE)
"""What leaves out the exports and the site, which are timed apart."""


def build(raw: Path, out: Path, without: Sequence[str] = LEAN) -> Command:
    """Return `oig build`: tables, catalog and manifest; what else it makes unless told to do without."""
    return _command((*OIG, "build"), ("oig", "build"), without, raw=raw, out=out)


def reading(raw: Path) -> Command:
    """Return the command that reads captures and does nothing else with them."""
    return _command((*OIG, "captures"), ("oig", "captures"), ("--format", "csv"), raw=raw)


def check(raw: Path) -> Command:
    """Return `oig check`, which may find violations."""
    return replace(_command((*OIG, "check"), ("oig", "check"), (), raw=raw), statuses=(0, 1))


def ask(out: Path, *words: str) -> Command:
    """Return a command that asks the latest release."""
    return _command((*OIG, *words), ("oig", *words), (), release=out)


def site(out: Path) -> Command:
    """Return `oig site`, which makes the site of the latest release."""
    return _command((*OIG, "site"), ("oig", "site"), (), release=out)


def oig(option: str) -> Command:
    """Return `oig` with an option of the program itself."""
    return _command((*OIG, option), ("oig", option), ())


def contender(python: Path, name: str, *places: Path) -> Command:
    """Return one of the contenders, in their own environment."""
    script = FOLDER / "contenders" / f"{name}.py"
    return Command((str(python), str(script), *map(str, places)), f"python contenders/{name}.py")


def script(name: str, *arguments: str | Path) -> Command:
    """Return one of the benchmarks' own scripts, in the project's environment."""
    return Command((sys.executable, "-m", f"benchmarks.{name}", *map(str, arguments)), f"python -m benchmarks.{name}")


def bare(code: str) -> Command:
    """Return an interpreter that does one thing."""
    return Command((sys.executable, "-c", code), f'python -c "{code}"')


def _command(
    program: Iterable[str],
    label: Iterable[str],
    options: Iterable[str],
    **places: Path,
) -> Command:
    argv = [*program, *options]
    words = [*label, *options]
    for name, place in places.items():
        argv += [f"--{name}", str(place)]
        words += [f"--{name}", name.upper()]
    return Command(tuple(argv), " ".join(words))
