"""Portions and years beside their files, as JSON.

Belongs here: writing them down and reading them again, and telling whether the files are those that were written.
Does not: where they lie, or whether they are wanted.
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
from oig_pipeline.capture.chunks import Heard
from oig_pipeline.capture.reader import Told
from oig_pipeline.capture.rows import Finding
from oig_pipeline.curate.outcomes import Fit
from oig_pipeline.release.metadata.about import Content
from oig_pipeline.release.parquet import Part, digest
from oig_pipeline.run.batches import SIGHTINGS_FILE, VIOLATIONS_FILE, Portion, Slice
from oig_pipeline.run.capture_chunks import Source
from oig_pipeline.run.curate_partition import Year
from oig_pipeline.run.places import Place
from oig_pipeline.run.stats import Books

NOTE = "note.json"
_FILES = (SIGHTINGS_FILE, VIOLATIONS_FILE)


def write_portion(portion: Portion, made_by: str, folder: Place) -> None:
    """Write down a portion whose rows lie in a folder."""
    note = {
        "made_by": made_by,
        "tokens": portion.tokens,
        "told": [_said(one) for one in portion.told],
        "slices": [asdict(part) for part in portion.slices],
        "fits": [asdict(fit) for fit in portion.fits],
        "files": [_print_of(folder / name) for name in _FILES],
    }
    _write(folder, note)


def _print_of(file: Place) -> list[int | str]:
    """Return what tells whether a file is still the same; an object store sees to that itself.

    All portions are looked through in every build, so by the fastest of hashes: nobody forges one's own cache.
    """
    if not isinstance(file, Path):
        return [file.stat().st_size]
    with file.open("rb") as stream, mmap(stream.fileno(), 0, access=ACCESS_READ) as content:
        return [len(content), xxhash.xxh3_64_hexdigest(content)]


def _write(folder: Place, note: dict[str, Any]) -> None:
    """Write a note down, with its hash in front."""
    text = json.dumps(note)
    (folder / NOTE).write_text(f"{_hash(text)}\n{text}", encoding="utf-8")


def _read(folder: Place) -> Any:
    """Return the note in a folder.

    Raises:
        ValueError: it is not what was written.
    """
    known, _, text = (folder / NOTE).read_text(encoding="utf-8").partition("\n")
    if known != _hash(text):
        raise ValueError("the note was changed")
    return json.loads(text)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def read_portion(folder: Place, made_by: str, sources: Mapping[str, Source]) -> Portion | None:
    """Return the portion that a folder holds, if it is whole, made by the same and of these sources; else None."""
    try:
        note = _read(folder)
        if note["made_by"] != made_by or not set(note["tokens"]) <= sources.keys():
            return None
        if note["files"] != [_print_of(folder / name) for name in _FILES]:
            return None
        return Portion(
            tuple(note["tokens"]),
            tuple(_heard(one, sources[token]) for one, token in zip(note["told"], note["tokens"], strict=True)),
            tuple(Slice(**part) for part in note["slices"]),
            tuple(Fit(**{**fit, "ids": tuple(fit["ids"])}) for fit in note["fits"]),
            folder,
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _said(one: Told | Heard) -> dict[str, Any]:
    said = asdict(one) if isinstance(one, Heard) else {k: v for k, v in vars(one).items() if k != "capture"}
    if isinstance(one, Told):
        said["findings"] = [asdict(finding) for finding in one.findings]
    return said


def _heard(said: dict[str, Any], source: Source) -> Told | Heard:
    if "told" not in said:
        findings = tuple(Finding(**finding) for finding in said.pop("findings"))
        return Told(source.capture, **{**said, "columns": tuple(said["columns"])}, findings=findings)
    told = said["told"]
    findings = tuple(Finding(**finding) for finding in told["findings"])
    told = ndjson.Told(**{**told, "names": tuple(told["names"]), "findings": findings})
    return Heard(told, Finding(**said["fault"]) if said["fault"] else None)


def write_year(year: Year, folder: Place) -> None:
    """Write down a year whose rows lie in files of a folder."""
    books = year.books
    content = books.content
    note = {
        "year": year.year,
        "content": {
            "rows": content.rows,
            "modified": _day(content.modified),
            "first_issue": _day(content.first_issue),
            "last_issue": _day(content.last_issue),
            "examples": [[*key, value] for key, value in content.examples.items()],
        },
        "broken": [[*key, count] for key, count in sorted(books.broken.items())],
        **{
            name: getattr(books, name)
            for name in ("captures", "unsettled", "refused", "settled", "accounting", "shape")
        },
        "parts": {name: [part.file.name, part.rows, part.bytes, part.sha256] for name, part in year.parts.items()},
    }
    _write(folder, note)


def read_year(folder: Place) -> Year | None:
    """Return the year that a folder holds, if its files are those that were written; else None."""
    try:
        note = _read(folder)
        told = note["content"]
        content = Content(
            told["rows"],
            _date(told["modified"]),
            _date(told["first_issue"]),
            _date(told["last_issue"]),
            {(table, name): value for table, name, value in told["examples"]},
        )
        books = Books(
            content,
            Counter({(rule, severity, known): count for rule, severity, known, count in note["broken"]}),
            {path: tuple(counts) for path, counts in note["captures"].items()},
            note["unsettled"],
            *(tuple(note[name]) for name in ("refused", "settled", "accounting", "shape")),
        )
        parts = {name: Part(folder / said[0], *said[1:]) for name, said in note["parts"].items()}
        if any(digest(part.file) != part.sha256 for part in parts.values()):
            return None
        return Year(note["year"], books, {}, parts)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _date(told: str | None) -> dt.date | None:
    return dt.date.fromisoformat(told) if told else None


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
