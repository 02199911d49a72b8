"""Cached batches and partitions as JSON notes beside their files.

Belongs here: writing and reading the notes, and detecting changed files. Does not: where the entries lie, or whether
they are needed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

import xxhash

from oig_pipeline.capture import ndjson
from oig_pipeline.capture.chunks import ChunkSummary
from oig_pipeline.capture.reader import CaptureSummary
from oig_pipeline.capture.rows import Finding
from oig_pipeline.curate.outcomes import CorrectionMatch
from oig_pipeline.release.metadata.about import TableStats
from oig_pipeline.release.parquet import Part, digest
from oig_pipeline.run.batches import SIGHTINGS_FILE, VIOLATIONS_FILE, Batch, RowRange
from oig_pipeline.run.capture_chunks import CaptureChunk
from oig_pipeline.run.curate_partition import YearPartition
from oig_pipeline.run.places import WorkPath
from oig_pipeline.run.stats import RunStats

NOTE = "note.json"
_FILES = (SIGHTINGS_FILE, VIOLATIONS_FILE)


def save_batch(batch: Batch, code_version: str, folder: WorkPath) -> None:
    """Write the note of a batch whose files are in a folder."""
    note = {
        "made_by": code_version,
        "tokens": batch.fingerprints,
        "told": [_summary_to_json(summary) for summary in batch.summaries],
        "slices": [asdict(row_range) for row_range in batch.row_ranges],
        "fits": [asdict(match) for match in batch.matches],
        "files": [_fingerprint(folder / name) for name in _FILES],
    }
    _write(folder, note)


def _fingerprint(file: WorkPath) -> list[int | str]:
    """Return size and hash of a file, to detect changes; an object store detects them itself, so its size is enough.

    Every build checks all batches, so the hash is the fastest one: nobody attacks their own cache.
    """
    if not isinstance(file, Path):
        return [file.stat().st_size]
    with file.open("rb") as stream, mmap(stream.fileno(), 0, access=ACCESS_READ) as content:
        return [len(content), xxhash.xxh3_64_hexdigest(content)]


def _write(folder: WorkPath, note: dict[str, Any]) -> None:
    """Write a note, preceded by its hash."""
    text = json.dumps(note)
    (folder / NOTE).write_text(f"{_hash(text)}\n{text}", encoding="utf-8")


def _read(folder: WorkPath) -> Any:
    """Return the note in a folder.

    Raises:
        ValueError: it was changed after it was written.
    """
    expected, _, text = (folder / NOTE).read_text(encoding="utf-8").partition("\n")
    if expected != _hash(text):
        raise ValueError("the note was changed")
    return json.loads(text)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def load_batch(folder: WorkPath, code_version: str, chunks: Mapping[str, CaptureChunk]) -> Batch | None:
    """Return the batch in a folder, if it is intact, of this code version and only of these chunks; else None."""
    try:
        note = _read(folder)
        if note["made_by"] != code_version or not set(note["tokens"]) <= chunks.keys():
            return None
        if note["files"] != [_fingerprint(folder / name) for name in _FILES]:
            return None
        summaries = zip(note["told"], note["tokens"], strict=True)
        return Batch(
            tuple(note["tokens"]),
            tuple(_summary_from_json(fields, chunks[fingerprint]) for fields, fingerprint in summaries),
            tuple(RowRange(**fields) for fields in note["slices"]),
            tuple(CorrectionMatch(**{**fields, "ids": tuple(fields["ids"])}) for fields in note["fits"]),
            folder,
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _summary_to_json(summary: CaptureSummary | ChunkSummary) -> dict[str, Any]:
    if isinstance(summary, ChunkSummary):
        return asdict(summary)
    fields = {name: value for name, value in vars(summary).items() if name != "capture"}
    return {**fields, "findings": [asdict(finding) for finding in summary.findings]}


def _summary_from_json(fields: dict[str, Any], chunk: CaptureChunk) -> CaptureSummary | ChunkSummary:
    if "stats" not in fields:
        findings = tuple(Finding(**finding) for finding in fields.pop("findings"))
        return CaptureSummary(chunk.capture, **{**fields, "columns": tuple(fields["columns"])}, findings=findings)
    stats = fields.pop("stats")
    findings = tuple(Finding(**finding) for finding in stats["findings"])
    chunk_stats = ndjson.ChunkStats(**{**stats, "names": tuple(stats["names"]), "findings": findings})
    fault = fields.pop("fault")
    return ChunkSummary(chunk_stats, Finding(**fault) if fault else None, **fields)


def save_partition(partition: YearPartition, folder: WorkPath) -> None:
    """Write the note of a partition whose files are in a folder."""
    stats = partition.stats
    content = stats.content
    note = {
        "year": partition.year,
        "content": {
            "rows": content.rows,
            "modified": _date_to_json(content.modified),
            "first_issue": _date_to_json(content.first_issue),
            "last_issue": _date_to_json(content.last_issue),
            "examples": [[*key, value] for key, value in content.examples.items()],
        },
        "broken": [[*key, count] for key, count in sorted(stats.broken.items())],
        "captures": stats.captures,
        "unsettled": stats.unsettled,
        "refused": stats.refused,
        "settled": stats.acknowledging_lines,
        "accounting": stats.accounting,
        "shape": stats.shape,
        "parts": {name: [part.file.name, part.rows, part.bytes, part.sha256] for name, part in partition.parts.items()},
    }
    _write(folder, note)


def load_partition(folder: WorkPath) -> YearPartition | None:
    """Return the partition in a folder, if its files are unchanged; else None."""
    try:
        note = _read(folder)
        fields = note["content"]
        content = TableStats(
            fields["rows"],
            _date_from_json(fields["modified"]),
            _date_from_json(fields["first_issue"]),
            _date_from_json(fields["last_issue"]),
            {(table, name): value for table, name, value in fields["examples"]},
        )
        stats = RunStats(
            content,
            Counter({(rule, severity, is_acknowledged): n for rule, severity, is_acknowledged, n in note["broken"]}),
            {path: tuple(counts) for path, counts in note["captures"].items()},
            note["unsettled"],
            *(tuple(note[name]) for name in ("refused", "settled", "accounting", "shape")),
        )
        parts = {name: Part(folder / file, *values) for name, (file, *values) in note["parts"].items()}
        if any(digest(part.file) != part.sha256 for part in parts.values()):
            return None
        return YearPartition(note["year"], stats, {}, parts)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _date_from_json(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _date_to_json(date: dt.date | None) -> str | None:
    return date.isoformat() if date else None
