"""Hashes of files that were not touched since are read from the cache; any other file is hashed again."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pytest

from oig_pipeline.capture import hash_cache, line_ranges
from oig_pipeline.capture.captures import take

LONG_AGO = 1_600_000_000
CHUNK_BYTES = 100


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    for name in ("a.csv", "b.csv"):
        (folder / name).write_text(f"report_number,title\nOIG-21-49,{name}\n")
        os.utime(folder / name, (LONG_AGO, LONG_AGO))
    return folder


def memo_file(raw: Path) -> Path:
    """Return the file of a memo that was written long after the captures were last touched."""
    file = raw.parent / "cache" / "hashes.json"
    first = hash_cache.read(file, CHUNK_BYTES)
    take(raw, first.index)
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(first.as_json() or file.read_bytes())
    # The time of a change cannot be set, so the memo is dated later instead.
    os.utime(file, (LONG_AGO * 2, LONG_AGO * 2))
    return file


def hashed(raw: Path, file: Path, chunk_bytes: int = CHUNK_BYTES) -> list[str]:
    """Return the names of the files that are hashed again; cached hashes must be right."""
    hashes = hash_cache.read(file, chunk_bytes)
    captures = take(raw, hashes.index)
    assert [(c.sha256, c.ranges) for c in captures] == [
        (c.sha256, c.ranges) for c in take(raw, partial(line_ranges.index, chunk_bytes=chunk_bytes))
    ]
    return [Path(path).name for path, entry in hashes.current.items() if hashes.previous.get(path) is not entry]


def test_where_the_lines_of_a_large_file_are_is_remembered_with_its_hash(raw: Path) -> None:
    (raw / "c.ndjson").write_text('{"report_number": "OIG-21-49", "title": "Audit of Ports"}\n' * 9, encoding="utf-8")
    os.utime(raw / "c.ndjson", (LONG_AGO, LONG_AGO))
    file = memo_file(raw)
    assert hashed(raw, file) == []
    assert hashed(raw, file, 150) == ["a.csv", "b.csv", "c.ndjson"]


def test_files_that_were_not_touched_are_not_hashed_again(raw: Path) -> None:
    file = memo_file(raw)
    assert hashed(raw, file) == []


@pytest.mark.parametrize("keeps_time", [False, True])
def test_a_file_that_was_touched_is_hashed_again(keeps_time: bool, raw: Path) -> None:
    file = memo_file(raw)
    content = (raw / "b.csv").read_text()
    (raw / "b.csv").write_text(content.replace("49", "50"))
    if keeps_time:
        os.utime(raw / "b.csv", (LONG_AGO, LONG_AGO))
    assert hashed(raw, file) == ["b.csv"]


def test_a_file_that_takes_the_place_of_another_is_hashed(raw: Path) -> None:
    file = memo_file(raw)
    (raw / "a.csv").rename(raw.parent / "was")
    (raw / "b.csv").rename(raw / "a.csv")
    (raw.parent / "was").rename(raw / "b.csv")
    assert hashed(raw, file) == ["a.csv", "b.csv"]


def test_a_memo_written_right_after_a_file_is_not_trusted_with_it(raw: Path) -> None:
    file = memo_file(raw)
    status = (raw / "a.csv").stat()
    moment = max(status.st_mtime_ns, status.st_ctime_ns) + 10**9
    os.utime(file, ns=(moment, moment))
    assert hashed(raw, file) == ["a.csv", "b.csv"]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"a": 1}', b'{"a": [[1, 2], "x"]}', b"\xff", b"null"])
def test_a_damaged_memo_is_none(content: bytes, raw: Path) -> None:
    file = memo_file(raw)
    file.write_bytes(content)
    assert hashed(raw, file) == ["a.csv", "b.csv"]
