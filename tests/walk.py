"""How far a value walks: which modules of the package a call enters, and how often it goes from one to another.

    python -m tests.walk            checks the capture of the ten seed rows; prints both numbers and the modules

Belongs here: counting. A switch is a call from a function of one module into a function of another; imports, and what
runs in other threads, are not counted.
"""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any

import oig_pipeline

PACKAGE = Path(oig_pipeline.__file__).parent
SEED = Path(__file__).resolve().parent.parent / "data" / "raw" / "border-security.txt"
"""The capture of the ten seed rows."""


@dataclass
class Walk:
    """The modules that were entered, with the number of calls into each from another one."""

    modules: Counter[str] = field(default_factory=Counter)

    @property
    def switches(self) -> int:
        """How often a call went from one module to another."""
        return sum(self.modules.values())


def walk(call: Callable[[], Any]) -> Walk:
    """Call a function and return the walk through the package."""
    result = Walk()

    def profile(frame: FrameType, event: str, _: object) -> None:
        module = _module(frame)
        if event != "call" or module is None or frame.f_code.co_name == "<module>":
            return
        caller = frame.f_back
        while caller is not None and _module(caller) is None:
            caller = caller.f_back
        if caller is None or _module(caller) != module:
            result.modules[module] += 1

    sys.setprofile(profile)
    try:
        call()
    finally:
        sys.setprofile(None)
    return result


def _module(frame: FrameType) -> str | None:
    file = Path(frame.f_code.co_filename)
    return file.relative_to(PACKAGE).as_posix() if file.is_relative_to(PACKAGE) else None


def check_seed(folder: Path) -> Walk:
    """Return the walk of a check of the ten seed rows, all modules imported."""
    from oig_pipeline.run import pipeline
    from oig_pipeline.settings import settings

    raw = folder / "raw"
    raw.mkdir()
    for file in (SEED, SEED.with_name(f"{SEED.name}.meta.json")):
        shutil.copy(file, raw)
    config = settings(raw, folder / "curated")
    pipeline.check(config)  # so that nothing is imported, compiled or cached while it counts
    return walk(lambda: pipeline.check(config))


def main() -> None:
    """Print the walk of a check of the seed rows."""
    with TemporaryDirectory() as folder:
        result = check_seed(Path(folder))
    for module, count in result.modules.most_common():
        print(f"{count:5} {module}")
    print(f"{len(result.modules)} modules, {result.switches} switches")


if __name__ == "__main__":
    main()
