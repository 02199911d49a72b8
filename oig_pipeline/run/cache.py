"""Cached batches and year partitions, by what they were computed from.

Belongs here: the folder `.cache` of a curated folder, finding the entries in it that are valid, and writing them. Does
not: deciding what to compute. It can be deleted at any time, and changes no byte of a release.

An entry is a folder: the files of a batch or a partition, and a note that says what they are, preceded by its hash.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.metadata import version
from mmap import ACCESS_READ, mmap
from pathlib import Path
from platform import python_version
from typing import TypeVar

import polars as pl
import xxhash
from pydantic import TypeAdapter

from oig_pipeline.capture.chunks import ChunkSummary
from oig_pipeline.capture.reader import CaptureSummary
from oig_pipeline.curate.correct import Correction
from oig_pipeline.curate.outcomes import CorrectionMatch
from oig_pipeline.release import atomic
from oig_pipeline.release.parquet import Part, digest
from oig_pipeline.run.batches import Batch, RowRange
from oig_pipeline.run.capture_chunks import DIGITS, CaptureChunk, batch_chunks
from oig_pipeline.run.curate_partition import YearPartition
from oig_pipeline.run.read_batch import read_batch
from oig_pipeline.run.stats import RunStats
from oig_pipeline.run.store import FolderStore, file_of
from oig_pipeline.settings import Limits
from oig_pipeline.storage import WorkPath, remove_abandoned

CACHE = ".cache"
BATCHES, PARTITIONS, HASHES = "batches", "partitions", "hashes.json"
NOTE = "note.json"
MAX_AGE_SECONDS = 24 * 60 * 60
_PACKAGES = ("oig-pipeline", "polars", "pandera", "pyarrow", "selectolax", "rapidfuzz")
_FOLDERS = ("domain", "contract", "capture", "curate", "offices", "sources", "run", "release")


def code_version(inputs: bytes = b"") -> str:
    """Return a hash of everything that results depend on besides the captures: code, libraries and other inputs."""
    return hashlib.sha256(_code().encode() + inputs).hexdigest()


@cache  # a process does not reload the code that it has imported
def _code() -> str:
    package = Path(__file__).resolve().parent.parent
    files = sorted(p for p in package.rglob("*.py") if p.relative_to(package).parts[0] in _FOLDERS)
    lines = [python_version(), *(f"{name} {version(name)}" for name in _PACKAGES)]
    lines += [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
    return "\n".join(lines)


FileState = tuple[int, str | None]
"""Size and hash of a file, to detect changes; None in an object store, which detects them itself."""


@dataclass(frozen=True)
class BatchEntry:
    """What the note of a batch says: the software that read it, the batch without its rows, and their files."""

    code_version: str
    fingerprints: tuple[str, ...]
    summaries: tuple[CaptureSummary | ChunkSummary, ...]
    row_ranges: tuple[RowRange, ...]
    matches: tuple[CorrectionMatch, ...]
    files: tuple[FileState, ...]


@dataclass(frozen=True)
class PartitionEntry:
    """What the note of a partition says: its year, its statistics, and name, rows, bytes and SHA-256 of each file."""

    year: int | None
    stats: RunStats
    files: dict[str, tuple[str, int, int, str]]


Entry = TypeVar("Entry", BatchEntry, PartitionEntry)


@dataclass(frozen=True)
class Cache:
    """A folder of cached results; entries of another `code_version` are ignored."""

    folder: WorkPath
    code_version: str
    limits: Limits = field(default_factory=Limits)

    def batches(self, chunks: Sequence[CaptureChunk]) -> tuple[list[Batch], list[CaptureChunk]]:
        """Return the cached batches of some chunks, and the chunks that are in none."""
        by_fingerprint = {chunk.fingerprint: chunk for chunk in chunks}
        root = self.folder / BATCHES
        # A hidden folder is still being written, or was left by a killed run.
        entries: list[WorkPath] = sorted(root.iterdir(), key=str) if root.is_dir() else []
        folders = [folder for folder in entries if not folder.name.startswith(".")]
        with ThreadPoolExecutor() as pool:
            batches_of = pool.map(lambda folder: self._load_batch(folder, by_fingerprint), folders)
            valid = [(f, batch) for f, batch in zip(folders, batches_of, strict=True) if batch is not None]
        batches, covered = [], set[str]()
        for folder, batch in sorted(self._without_many_small(valid, by_fingerprint), key=lambda entry: -entry[1].rows):
            if covered.isdisjoint(batch.fingerprints):
                batches.append(batch)
                covered |= set(batch.fingerprints)
                _touch(folder)
        return batches, [chunk for chunk in chunks if chunk.fingerprint not in covered]

    def _without_many_small(
        self, entries: list[tuple[WorkPath, Batch]], chunks: Mapping[str, CaptureChunk]
    ) -> list[tuple[WorkPath, Batch]]:
        """Return entries without the small batches if there are too many of these, so that they are read as one."""
        limits = self.limits
        small = [b for _, b in entries if b.rows < limits.small_batch_rows and not b.is_chunk]
        of_small = (chunks[fingerprint] for batch in small for fingerprint in batch.fingerprints)
        needed = len(list(batch_chunks(of_small, limits.batch_bytes, limits.batch_captures)))
        if len(small) <= limits.small_batches + needed:
            return entries
        return [(folder, batch) for folder, batch in entries if batch not in small]

    def batch(
        self, chunks: Sequence[CaptureChunk], corrections: Sequence[Correction], documents: pl.DataFrame
    ) -> Batch:
        """Return the batch of some chunks that are in no cached batch, and cache it."""
        text = "\n".join((self.code_version, *(chunk.fingerprint for chunk in chunks)))
        folder = self.folder / BATCHES / hashlib.sha256(text.encode()).hexdigest()[:DIGITS]
        by_fingerprint = {chunk.fingerprint: chunk for chunk in chunks}
        if (cached := self._load_batch(folder, by_fingerprint)) is not None:
            return cached  # another run has written it meanwhile
        with atomic.new_folder(folder) as tmp_dir:
            batch = read_batch(chunks, corrections, documents, FolderStore(tmp_dir), self.limits.block_size)
            _save(tmp_dir, self._entry_of(batch, tmp_dir), _batches())
        return replace(batch, store=FolderStore(folder))

    def _entry_of(self, batch: Batch, folder: WorkPath) -> BatchEntry:
        return BatchEntry(
            self.code_version, batch.fingerprints, batch.summaries, batch.row_ranges, batch.matches, _states(folder)
        )

    def _load_batch(self, folder: WorkPath, chunks: Mapping[str, CaptureChunk]) -> Batch | None:
        """Return the batch in a folder, if it is intact, of this code version and only of these chunks; else None."""
        entry = _load(folder, _batches())
        if entry is None or entry.code_version != self.code_version or not set(entry.fingerprints) <= chunks.keys():
            return None
        try:
            if entry.files != _states(folder) or any(map(_is_transient, entry.summaries)):
                return None
        except OSError:
            return None
        # A capture may have moved with its folder since.
        summaries = tuple(
            replace(summary, capture=chunks[key].capture) if isinstance(summary, CaptureSummary) else summary
            for key, summary in zip(entry.fingerprints, entry.summaries, strict=True)
        )
        return Batch(entry.fingerprints, summaries, entry.row_ranges, entry.matches, FolderStore(folder))

    def partition(
        self,
        year: int | None,
        batches: Sequence[Batch],
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
        by_batch = [(batch, [r for r in batch.row_ranges if r.year == year]) for batch in batches]
        inputs = [(b.fingerprints, row_ranges, b.moved_ids) for b, row_ranges in by_batch if row_ranges]
        key = hashlib.sha256(repr((self.code_version, year, inputs, parameters)).encode()).hexdigest()[:DIGITS]
        folder = self.folder / PARTITIONS / key
        partition = _load_partition(folder)
        if partition is None:
            with atomic.new_folder(folder) as tmp_dir:
                computed = compute(tmp_dir)
                entry = _entry_of_partition(year, computed)
                _save(tmp_dir, entry, _partitions())
            partition = _partition_of(entry, folder)
        _touch(folder)
        return partition

    def without_abandoned(self) -> Cache:
        """Remove incomplete folders of killed runs, here and among the temporary files; return the cache."""
        remove_abandoned()
        if isinstance(self.folder, Path):
            for kind in (BATCHES, PARTITIONS):
                remove_abandoned(self.folder / kind, ".")
        return self

    def prune(self) -> None:
        """Remove entries that no run has used for a day; an object store has lifecycle rules for that."""
        if not isinstance(self.folder, Path):
            return
        folders = [folder for kind in (BATCHES, PARTITIONS) for folder in (self.folder / kind).glob("*")]
        for path in (*folders, *self.folder.glob(f".{HASHES}-*")):
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > MAX_AGE_SECONDS:
                    shutil.rmtree(path) if path.is_dir() else path.unlink()


def _is_transient(summary: CaptureSummary | ChunkSummary) -> bool:
    """Return whether a chunk could not be read for a reason that may not last."""
    findings = (summary.fault,) if isinstance(summary, ChunkSummary) else summary.findings
    return any(finding is not None and finding.is_transient for finding in findings)


def _load_partition(folder: WorkPath) -> YearPartition | None:
    """Return the partition in a folder, if its files are unchanged; else None."""
    entry = _load(folder, _partitions())
    if entry is None:
        return None
    try:
        is_intact = all(digest(folder / name) == sha256 for name, _, _, sha256 in entry.files.values())
    except OSError:
        return None
    return _partition_of(entry, folder) if is_intact else None


def _partition_of(entry: PartitionEntry, folder: WorkPath) -> YearPartition:
    parts = {table: Part(folder / name, rows, size, sha) for table, (name, rows, size, sha) in entry.files.items()}
    return YearPartition(entry.stats, {table: {entry.year: part} for table, part in parts.items()})


def _entry_of_partition(year: int | None, partition: YearPartition) -> PartitionEntry:
    files: dict[str, tuple[str, int, int, str]] = {}
    for table, parts in partition.tables.items():
        (part,) = parts.values()
        assert isinstance(part, Part), f"{table}: rows of a cached partition are in a file"
        files[table] = part.file.name, part.rows, part.bytes, part.sha256
    return PartitionEntry(year, partition.stats, files)


def _states(folder: WorkPath) -> tuple[FileState, ...]:
    return tuple(_state(file_of(folder, table)) for table in ("sightings", "violations"))


def _state(file: WorkPath) -> FileState:
    # Every build checks all batches, so the hash is the fastest one: nobody attacks their own cache.
    if not isinstance(file, Path):
        return file.stat().st_size, None
    with file.open("rb") as stream, mmap(stream.fileno(), 0, access=ACCESS_READ) as content:
        return len(content), xxhash.xxh3_64_hexdigest(content)


def _save(folder: WorkPath, entry: Entry, adapter: TypeAdapter[Entry]) -> None:
    """Write the note of an entry, preceded by its hash."""
    text = adapter.dump_json(entry).decode()
    (folder / NOTE).write_text(f"{_hash(text)}\n{text}", encoding="utf-8")


def _load(folder: WorkPath, adapter: TypeAdapter[Entry]) -> Entry | None:
    """Return what the note in a folder says; None where there is none, or it was changed after it was written."""
    try:
        expected, _, text = (folder / NOTE).read_text(encoding="utf-8").partition("\n")
        return adapter.validate_json(text) if expected == _hash(text) else None
    except (OSError, ValueError):
        return None


@cache  # making one takes longer than reading a note
def _batches() -> TypeAdapter[BatchEntry]:
    return TypeAdapter(BatchEntry)


@cache
def _partitions() -> TypeAdapter[PartitionEntry]:
    return TypeAdapter(PartitionEntry)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _touch(folder: WorkPath) -> None:
    """Mark an entry as used now."""
    if isinstance(folder, Path):
        os.utime(folder)
