"""Cached batches and year partitions, by what they were computed from.

Belongs here: the folder `.cache` of a curated folder, and finding the entries in it that are valid. Does not: deciding
what to compute. It can be deleted at any time, and changes no byte of a release.
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

from oig_pipeline.capture.chunks import ChunkSummary
from oig_pipeline.capture.reader import is_transient
from oig_pipeline.curate.correct import Correction
from oig_pipeline.run import cache_entries
from oig_pipeline.run.batches import Batch
from oig_pipeline.run.capture_chunks import DIGITS, CaptureChunk, batch_chunks
from oig_pipeline.run.curate_partition import PlacedBatch, YearPartition
from oig_pipeline.run.places import WorkPath, atomic_dir
from oig_pipeline.run.read_batch import read_batch
from oig_pipeline.storage import remove_abandoned

CACHE = ".cache"
BATCHES, PARTITIONS, HASHES = "portions", "years", "hashes.json"
SMALL_BATCH_ROWS = 20_000
MAX_SMALL_BATCHES = 24
"""How many small batches there may be beyond the number that their chunks need; if more, the chunks are read again."""
MAX_AGE_SECONDS = 24 * 60 * 60
_PACKAGES = ("oig-pipeline", "polars", "pandera", "pyarrow", "selectolax", "rapidfuzz")
_FOLDERS = ("domain", "contract", "capture", "curate", "run", "release")


def code_version(corrections: bytes = b"") -> str:
    """Return a hash of everything that results depend on besides the captures: code, libraries and corrections."""
    return hashlib.sha256(_code().encode() + corrections).hexdigest()


@cache  # a process does not reload the code that it has imported
def _code() -> str:
    package = Path(__file__).resolve().parent.parent
    files = sorted(p for p in package.rglob("*.py") if p.relative_to(package).parts[0] in _FOLDERS)
    lines = [python_version(), *(f"{name} {version(name)}" for name in _PACKAGES)]
    lines += [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
    return "\n".join(lines)


@dataclass(frozen=True)
class Cache:
    """A folder of cached results; entries of another `code_version` are ignored."""

    folder: WorkPath
    code_version: str

    def batches(self, chunks: Sequence[CaptureChunk]) -> tuple[list[Batch], list[CaptureChunk]]:
        """Return the cached batches of some chunks, and the chunks that are in none."""
        by_fingerprint = {chunk.fingerprint: chunk for chunk in chunks}
        root = self.folder / BATCHES
        # A hidden folder is still being written, or was left by a killed run.
        folders = [f for f in sorted(root.iterdir(), key=str) if not f.name.startswith(".")] if root.is_dir() else []
        with ThreadPoolExecutor() as pool:
            entries = pool.map(lambda folder: self._load(folder, by_fingerprint), folders)
            valid = [batch for batch in entries if batch is not None]
        small = [batch for batch in valid if batch.rows < SMALL_BATCH_ROWS and not batch.is_chunk]
        needed = len(list(batch_chunks(by_fingerprint[key] for batch in small for key in batch.fingerprints)))
        if len(small) > MAX_SMALL_BATCHES + needed:
            valid = [batch for batch in valid if batch not in small]
        batches, covered = [], set[str]()
        for batch in sorted(valid, key=lambda batch: -batch.rows):
            if covered.isdisjoint(batch.fingerprints):
                batches.append(batch)
                covered |= set(batch.fingerprints)
                _touch(batch.folder)
        return batches, [chunk for chunk in chunks if chunk.fingerprint not in covered]

    def batch(
        self, chunks: Sequence[CaptureChunk], corrections: Sequence[Correction], documents: pl.DataFrame
    ) -> Batch:
        """Return the batch of some chunks that are in no cached batch, and cache it."""
        text = "\n".join((self.code_version, *(chunk.fingerprint for chunk in chunks)))
        folder = self.folder / BATCHES / hashlib.sha256(text.encode()).hexdigest()[:DIGITS]
        by_fingerprint = {chunk.fingerprint: chunk for chunk in chunks}
        if (cached := self._load(folder, by_fingerprint)) is not None:
            return cached  # another run has written it meanwhile
        with atomic_dir(folder) as tmp_dir:
            cache_entries.save_batch(read_batch(chunks, corrections, documents, tmp_dir), self.code_version, tmp_dir)
        batch = cache_entries.load_batch(folder, self.code_version, by_fingerprint)
        assert batch is not None, f"{folder}: what was just written cannot be read"
        return batch

    def _load(self, folder: WorkPath, by_fingerprint: Mapping[str, CaptureChunk]) -> Batch | None:
        batch = cache_entries.load_batch(folder, self.code_version, by_fingerprint)
        return None if batch is None or _has_transient_error(batch) else batch

    def partition(
        self,
        year: int | None,
        batches: Sequence[PlacedBatch],
        parameters: object,
        compute: Callable[[WorkPath], YearPartition],
    ) -> YearPartition:
        """Return the partition of a fiscal year: the cached one of the same rows, or a new one.

        Args:
            year: the fiscal year.
            batches: the batches.
            parameters: everything else that the partition depends on.
            compute: computes it, into an empty folder.
        """
        by_batch = [(p, [r for r in p.batch.row_ranges if r.year == year]) for p in batches]
        inputs = [
            (p.batch.fingerprints, row_ranges, p.rows_before, p.lines_before, p.moved_ids)
            for p, row_ranges in by_batch
            if row_ranges
        ]
        key = hashlib.sha256(repr((self.code_version, year, inputs, parameters)).encode()).hexdigest()[:DIGITS]
        folder = self.folder / PARTITIONS / key
        partition = cache_entries.load_partition(folder)
        if partition is None:
            with atomic_dir(folder) as tmp_dir:
                computed = compute(tmp_dir)
                cache_entries.save_partition(computed, tmp_dir)
            partition = computed.in_folder(folder)
        _touch(folder)
        return partition

    def cleared(self) -> Cache:
        """Remove incomplete folders of killed runs, here and among the temporary files; return the cache."""
        remove_abandoned()
        if isinstance(self.folder, Path):
            remove_abandoned(self.folder, f".{HASHES}-")
            for kind in (BATCHES, PARTITIONS):
                remove_abandoned(self.folder / kind, ".")
        return self

    def prune(self) -> None:
        """Remove entries that no run has used for a day; an object store has lifecycle rules for that."""
        if not isinstance(self.folder, Path):
            return
        for kind in (BATCHES, PARTITIONS):
            for folder in (self.folder / kind).glob("*"):
                with suppress(OSError):
                    if time.time() - folder.stat().st_mtime > MAX_AGE_SECONDS:
                        shutil.rmtree(folder, ignore_errors=True)


def _has_transient_error(batch: Batch) -> bool:
    """Return whether a chunk could not be read for a reason that may not last."""
    errors = [(s.fault,) if isinstance(s, ChunkSummary) else s.findings for s in batch.summaries]
    return any(error is not None and is_transient(error) for of_summary in errors for error in of_summary)


def _touch(folder: WorkPath) -> None:
    """Mark an entry as used now."""
    if isinstance(folder, Path):
        os.utime(folder)
