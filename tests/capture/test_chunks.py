"""Large NDJSON files: read in chunks they give the same as when read as one."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.capture.captures import Capture, take
from oig_pipeline.capture.line_ranges import index
from oig_pipeline.capture.reader import CHANGED, CaptureSummary
from oig_pipeline.run.assemble import assemble
from oig_pipeline.run.batches import COLUMNS
from oig_pipeline.run.capture_chunks import split_captures
from oig_pipeline.run.curate_partition import rows_of
from oig_pipeline.run.read_batch import read_batch
from oig_pipeline.run.read_capture import read
from tests.conftest import examples

BOM = b"\xef\xbb\xbf"


def row(number: int, **more: object) -> bytes:
    return json.dumps({"report_number": f"OIG-21-{number:02d}", "title": f"Audit of Port {number}", **more}).encode()


def lines(*rows: bytes, end: bytes = b"\n") -> bytes:
    return b"".join(line + end for line in rows)


MANY = [row(n) for n in range(1, 9)]
BROKEN = b'{"report_number": "OIG-21-98", "title": '
FILES = {
    "plain": lines(*MANY),
    "no newline at the end": lines(*MANY).removesuffix(b"\n"),
    "blank lines": b"\n" + lines(*MANY[:3], b"", b"   ", *MANY[3:], b"", b""),
    "carriage returns": lines(*MANY, end=b"\r\n"),
    "carriage returns alone": lines(*MANY, end=b"\r"),
    "mixed line ends": lines(*MANY[:3], end=b"\r\n") + lines(*MANY[3:5], end=b"\r") + lines(*MANY[5:]),
    "a mark at the beginning": BOM + lines(*MANY),
    "marks of files joined": lines(*MANY[:4]) + BOM + lines(*MANY[4:6]) + BOM + lines(*MANY[6:]),
    "a broken line": lines(*MANY[:5], BROKEN, *MANY[5:]),
    "a broken first line": lines(BROKEN, *MANY),
    "a broken last line": lines(*MANY) + BROKEN,
    "only broken lines": lines(*[b'{"title": "a", "title": "b"}'] * 8),
    "several rows in a line": lines(*MANY[:4], MANY[4] + MANY[5], b"", *MANY[6:]),
    "a value over several lines": lines(*MANY[:4], *MANY[4].split(b" "), *MANY[5:]),
    "bytes that are no text": lines(*MANY[:6], b'{"report_number": "OIG-21-77", "title": "\xff"}', *MANY[6:]),
    "bytes that are no text, behind a mark": BOM + lines(b'{"report_number": "\xff"}', *MANY),
    "bytes as of UTF-16": lines(*MANY[:4], b"\xff\xfe{}", *MANY[4:]),
    "bytes that are no text, carriage returns alone": lines(*MANY[:3], b'{"title": "\xff"}', end=b"\r"),
    "two lines of bytes that are no text": lines(*MANY[:3], b"\xfe", *MANY[3:6], b"\xfd"),
    "a column missing": lines(*(b'{"title": "Audit of Port %d"}' % n for n in range(8))),
    "a column that only the last row has": lines(*(b'{"title": "Port %d"}' % n for n in range(8)), MANY[0]),
    "no keys": lines(*[b"{}"] * 60),
    "unknown columns": lines(*MANY[:2], row(50, extra="x"), *MANY[2:6], row(51, other="y"), row(52, extra="z")),
    "half a character in a key": lines(*MANY[:5], rb'{"report_number": "OIG-21-77", "title": "A", "\ud800": ""}'),
    "half a character in a value": lines(*MANY[:5], rb'{"report_number": "OIG-21-77", "title": "\ud800"}', MANY[6]),
    "numbers and nulls": lines(*MANY[:3], row(60, fiscal_year=2021), row(61, fiscal_year=None), *MANY[3:]),
    "nested values": lines(*MANY[:3], row(60, summary={"a": [1]}), *MANY[3:]),
    "separators of lines that JSON does not know": lines(*MANY[:3], row(60), "\u2028".encode(), *MANY[3:]),
    "words of a page": lines(*MANY[:3], row(60, summary="of <html a page"), *MANY[3:]),
}


def capture_of(folder: Path, content: bytes, chunk_bytes: int = 100) -> Capture:
    (folder / "large.ndjson").write_bytes(content)
    (capture,) = take(folder, partial(index, chunk_bytes=chunk_bytes))
    return capture


def in_chunks(capture: Capture) -> tuple[CaptureSummary, pl.DataFrame]:
    """Return the summary and the rows of a capture, read in chunks, the last first."""
    all_sources = split_captures([capture])
    result = assemble(all_sources, [read_batch([source]) for source in reversed(all_sources)])
    years = [
        rows_of(result.batches, [(year, block)]).sightings
        for year, blocks in result.blocks_by_year.items()
        for block in blocks
    ]
    (summary,) = result.summaries
    return summary, pl.concat([pl.DataFrame(schema=COLUMNS), *years]).sort("ordinal")


def same(capture: Capture) -> None:
    """Assert that a capture is the same, and has the same rows, however it is read."""
    alone = read(capture)
    summary, rows = in_chunks(capture)
    assert summary == alone.summary
    assert rows.select(alone.sightings.columns).equals(alone.sightings)


@pytest.mark.parametrize("content", FILES.values(), ids=FILES.keys())
def test_a_file_in_chunks_is_what_it_is_as_one(tmp_path: Path, content: bytes) -> None:
    capture = capture_of(tmp_path, content)
    if content.count(b"\n") > 1:
        assert len(capture.ranges) > 1
    same(capture)


_LINES = st.sampled_from([*MANY, BROKEN, b"", b"  ", BOM, b"[]", row(1, extra="1"), row(2, title=None), b"\xff", b"\r"])


@given(st.lists(_LINES, max_size=8), st.integers(1, 250), st.sampled_from([b"\n", b"\r\n"]), st.booleans())
@examples(25)
def test_wherever_it_is_parted(
    tmp_path_factory: pytest.TempPathFactory, rest: list[bytes], length: int, end: bytes, is_ended: bool
) -> None:
    content = lines(MANY[0], *rest, end=end) + (b"" if is_ended else MANY[1])
    capture = capture_of(tmp_path_factory.mktemp("raw"), content, length)
    assert not capture.ranges or (capture.ranges[0].start, capture.ranges[-1].end) == (0, len(content))
    assert all(before.end == after.start for before, after in pairwise(capture.ranges))
    assert hashlib.sha256(content).hexdigest() == capture.sha256
    same(capture)


def test_a_chunk_is_whole_lines(tmp_path: Path) -> None:
    content = lines(*MANY)
    ranges = capture_of(tmp_path, content).ranges
    assert len(ranges) == 4
    assert all(content[lines.start - 1 : lines.start] in (b"", b"\n") for lines in ranges)


@pytest.mark.parametrize(
    "content",
    [b"report_number,title\n" + b"OIG-21-01,Audit of Ports\n" * 9, lines(*MANY).replace(b"{", b"["), b"\x1f\x8b" * 99],
    ids=["CSV", "arrays", "compressed"],
)
def test_only_ndjson_is_read_in_chunks(tmp_path: Path, content: bytes) -> None:
    assert capture_of(tmp_path, content).ranges == ()


def test_files_of_the_same_bytes_are_one_capture_that_names_them_all(tmp_path: Path) -> None:
    (tmp_path / "copy.ndjson").write_bytes(lines(*MANY))
    (tmp_path / "large.ndjson").write_bytes(lines(*MANY))
    (capture,) = take(tmp_path, partial(index, chunk_bytes=100))
    summary, rows = in_chunks(capture)
    assert (summary.note, rows.height) == ("the same bytes also lie at large.ndjson", 8)
    same(capture)


def test_a_line_that_is_no_row_keeps_its_place(tmp_path: Path) -> None:
    content = lines(MANY[0], BROKEN, b"", b"{}", MANY[1], b"  ", MANY[2])
    for chunk_bytes in (1, 100, 2**20):
        _, rows = in_chunks(capture_of(tmp_path, content, chunk_bytes))
        assert rows.select("ordinal", "line").rows() == [(1, 1), (4, 5), (5, 7)]
        assert [key.partition("-")[2] for key in rows["sighting_id"]] == ["1", "4", "5"]


def longer(file: Path) -> None:
    file.write_bytes(file.read_bytes() + MANY[0])


def shorter(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-9])


def otherwise(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b"Port 7", b"Fort 7"))


@pytest.mark.parametrize("change", [longer, shorter, otherwise, Path.unlink])
def test_a_file_that_changes_meanwhile_is_not_read(tmp_path: Path, change: object) -> None:
    capture = capture_of(tmp_path, lines(*MANY))
    all_sources = split_captures([capture])
    batches = [read_batch([source]) for source in all_sources[:2]]
    change(capture.file)  # type: ignore[operator]
    result = assemble(all_sources, [*batches, *(read_batch([source]) for source in all_sources[2:])])
    (summary,) = result.summaries
    (finding,) = summary.findings
    assert (summary.status, summary.rows, result.rows) == ("unreadable", 0, 0)
    assert summary.note in (CHANGED, "the file cannot be read: No such file or directory")
    assert finding.is_transient


def test_what_lasts_is_no_matter_of_the_moment(tmp_path: Path) -> None:
    for content in (b"", b"\xff", b"notes", b"\x1f\x8b"):
        assert not any(finding.is_transient for finding in read(capture_of(tmp_path, content)).findings)
    assert any(f.is_transient for f in read(replace(capture_of(tmp_path, b"notes"), sha256="0")).findings)
