"""What was worked out before and need not be again: portions and fiscal years, by what they were made of.

Belongs here: the folder `.cache` of a curated folder, and finding in it what still holds. Does not: deciding what is
worked out. It may be deleted at any time, and changes no byte of a release.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from platform import python_version

import polars as pl

from oig_pipeline.capture.chunks import Heard
from oig_pipeline.capture.reader import may_pass
from oig_pipeline.curate.correct import Correction
from oig_pipeline.run import cache_entries
from oig_pipeline.run.batches import Portion
from oig_pipeline.run.capture_chunks import DIGITS, Source, together
from oig_pipeline.run.curate_partition import Placed, Year
from oig_pipeline.run.places import Place, making
from oig_pipeline.run.read_batch import read_portion
from oig_pipeline.storage import remove_abandoned

CACHE = ".cache"
PORTIONS, YEARS, HASHES = "portions", "years", "hashes.json"
SMALL_ROWS = 20_000
MOST_SMALL = 24
"""How many more small portions are kept than their sources need: of more, the sources are read anew, together."""
KEPT_SECONDS = 24 * 60 * 60
_MADE_BY = ("oig-pipeline", "polars", "pandera", "pyarrow", "selectolax", "rapidfuzz")
_WORKING = ("domain", "contract", "capture", "curate", "run", "release")


def code_version(corrections: bytes = b"") -> str:
    """Return a hash of all that results depend on beside the captures: the code, its libraries and the corrections."""
    return hashlib.sha256(_code().encode() + corrections).hexdigest()


@cache  # a process keeps the code that it has imported
def _code() -> str:
    package = Path(__file__).resolve().parent.parent
    files = sorted(p for p in package.rglob("*.py") if p.relative_to(package).parts[0] in _WORKING)
    told = [python_version(), *(f"{name} {version(name)}" for name in _MADE_BY)]
    told += [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
    return "\n".join(told)


@dataclass(frozen=True)
class Cache:
    """A place of what was worked out. `made_by` is the software and the corrections: of others nothing is taken."""

    folder: Place
    made_by: str

    def portions(self, sources: Sequence[Source]) -> tuple[list[Portion], list[Source]]:
        """Return the portions that hold of some sources, and the sources that are in none."""
        by_token = {source.token: source for source in sources}
        there = self.folder / PORTIONS
        # A hidden one is not whole yet, or was left by a killed run.
        folders = [f for f in sorted(there.iterdir(), key=str) if not f.name.startswith(".")] if there.is_dir() else []
        with ThreadPoolExecutor() as pool:
            found = [p for p in pool.map(lambda folder: self._known(folder, by_token), folders) if p is not None]
        small = [p for p in found if p.rows < SMALL_ROWS and not p.is_stretch]
        needed = len(list(together(by_token[token] for p in small for token in p.tokens)))
        if len(small) > MOST_SMALL + needed:
            found = [p for p in found if p not in small]
        kept, taken = [], set[str]()
        for portion in sorted(found, key=lambda p: -p.rows):
            if taken.isdisjoint(portion.tokens):
                kept.append(portion)
                taken |= set(portion.tokens)
                _use(portion.folder)
        return kept, [source for source in sources if source.token not in taken]

    def portion(self, sources: Sequence[Source], corrections: Sequence[Correction], documents: pl.DataFrame) -> Portion:
        """Return the portion of some sources that are in none, and keep it."""
        told = "\n".join((self.made_by, *(source.token for source in sources)))
        folder = self.folder / PORTIONS / hashlib.sha256(told.encode()).hexdigest()[:DIGITS]
        by_token = {source.token: source for source in sources}
        if (known := self._known(folder, by_token)) is not None:
            return known  # another run made it meanwhile
        with making(folder) as beside:
            cache_entries.write_portion(read_portion(sources, corrections, documents, beside), self.made_by, beside)
        found = cache_entries.read_portion(folder, self.made_by, by_token)
        assert found is not None, f"{folder}: what was just written cannot be read"
        return found

    def _known(self, folder: Place, by_token: Mapping[str, Source]) -> Portion | None:
        found = cache_entries.read_portion(folder, self.made_by, by_token)
        return None if found is None or _may_pass(found) else found

    def year(self, year: int | None, placed: Sequence[Placed], told: object, make: Callable[[Place], Year]) -> Year:
        """Return what a fiscal year came to before of the same rows, else what it comes to now.

        Args:
            year: the fiscal year.
            placed: the portions.
            told: what else the outcome depends on.
            make: works it out, into an empty folder.
        """
        slices = [(p, [part for part in p.portion.slices if part.year == year]) for p in placed]
        own = [(p.portion.tokens, parts, p.rows, p.lines, p.without) for p, parts in slices if parts]
        key = hashlib.sha256(repr((self.made_by, year, own, told)).encode()).hexdigest()[:DIGITS]
        folder = self.folder / YEARS / key
        found = cache_entries.read_year(folder)
        if found is None:
            with making(folder) as beside:
                made = make(beside)
                cache_entries.write_year(made, beside)
            found = made.moved(folder)
        _use(folder)
        return found

    def cleared(self) -> Cache:
        """Remove what killed runs left half written, here and among the temporary files; return the cache."""
        remove_abandoned()
        if isinstance(self.folder, Path):
            remove_abandoned(self.folder, f".{HASHES}-")
            for kind in (PORTIONS, YEARS):
                remove_abandoned(self.folder / kind, ".")
        return self

    def prune(self) -> None:
        """Remove what no run has used for a day; in an object store, that is left to its own rules."""
        if not isinstance(self.folder, Path):
            return
        for kind in (PORTIONS, YEARS):
            for folder in (self.folder / kind).glob("*"):
                with suppress(OSError):
                    if time.time() - folder.stat().st_mtime > KEPT_SECONDS:
                        shutil.rmtree(folder, ignore_errors=True)


def _may_pass(portion: Portion) -> bool:
    """Return whether a source was not read for a reason that may be gone the next time."""
    faults = [(one.fault,) if isinstance(one, Heard) else one.findings for one in portion.told]
    return any(fault is not None and may_pass(fault) for found in faults for fault in found)


def _use(folder: Place) -> None:
    if isinstance(folder, Path):
        os.utime(folder)
