"""Captures out of web archives: each listing with its own address and time, the rest counted."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from fastwarc.stream_io import GzipWriter
from fastwarc.warc import WarcRecord, WarcRecordType

from oig_pipeline.capture import inventory
from oig_pipeline.fetch import warc
from tests.replica import pages
from tests.replica.facts import ALERTS, AUDITS, newer

SITE = "https://www.oig.dhs.gov"
PAGE = pages.listing(AUDITS, newer(3), 0).encode()
OLDER = pages.listing(AUDITS, newer(2), 0).encode()
URL = f"{SITE}{AUDITS}?field_dhs_agency_target_id=2"


def record(
    url: str, body: bytes, when: str = "2019-03-04T05:06:07Z", status: str = "200 OK", **headers: str
) -> WarcRecord:
    """Return a response as a crawler keeps it."""
    made = WarcRecord()
    made.init_headers(WarcRecordType.response)
    made.headers["WARC-Target-URI"] = url
    made.headers["WARC-Date"] = when
    made.headers["Content-Type"] = "application/http; msgtype=response"
    told = {"Content-Type": "text/html; charset=UTF-8"} | {n.replace("_", "-"): v for n, v in headers.items()}
    head = f"HTTP/1.1 {status}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in told.items()) + "\r\n"
    made.set_bytes_content(head.encode() + body)
    return made


def packed(records: Iterable[WarcRecord], *, plain: bool = False) -> bytes:
    """Return an archive; each record compressed on its own unless `plain`."""
    made = io.BytesIO()
    for each in records:
        if plain:
            each.write(made)
        else:
            writer = GzipWriter(made)
            each.write(writer)
            writer.finish()
    return made.getvalue()


def take(tmp_path: Path, *archives: bytes, name: str = "a.warc.gz") -> warc.Imported:
    files = []
    for number, content in enumerate(archives):
        files.append(tmp_path / f"{number or ''}{name}")
        files[-1].write_bytes(content)
    return warc.take(files, tmp_path / "raw")


def metas(tmp_path: Path) -> list[dict[str, object]]:
    return [json.loads(p.read_text()) for p in sorted((tmp_path / "raw").rglob("*.meta.json"))]


@pytest.mark.parametrize("plain", [True, False])
def test_a_listing_becomes_a_capture_with_its_own_address_and_time(plain: bool, tmp_path: Path) -> None:
    found = take(tmp_path, packed([record(URL, PAGE)], plain=plain), name="a.warc" if plain else "a.warc.gz")
    assert found.status == 0
    (capture,) = inventory.take(tmp_path / "raw")
    assert (capture.url, capture.retrieved_at) == (URL, dt.datetime(2019, 3, 4, 5, 6, 7))
    assert gzip.decompress(capture.file.read_bytes()) == PAGE
    assert capture.path.startswith("www.oig.dhs.gov/2019-03-04/")
    (meta,) = metas(tmp_path)
    assert meta["agency_filter"] == {"id": 2, "code": "FEMA"}
    assert str(meta["archive"]).startswith("a.warc")


CHUNKED = b"%x\r\n%s\r\n0\r\n\r\n"
ENCODED = {
    "compressed": (gzip.compress(PAGE), {"Content_Encoding": "gzip"}),
    "in chunks": (CHUNKED % (len(PAGE), PAGE), {"Transfer_Encoding": "chunked"}),
    "compressed, in chunks": (
        CHUNKED % (len(gzip.compress(PAGE, mtime=0)), gzip.compress(PAGE, mtime=0)),
        {"Transfer_Encoding": "chunked", "Content_Encoding": "gzip"},
    ),
    "named as compressed, but plain": (PAGE, {"Content_Encoding": "gzip"}),
    "named as chunked, but whole": (PAGE, {"Transfer_Encoding": "chunked"}),
}


@pytest.mark.parametrize(("body", "headers"), ENCODED.values(), ids=ENCODED)
def test_bodies_are_taken_however_a_crawler_kept_them(body: bytes, headers: dict[str, str], tmp_path: Path) -> None:
    other = record(f"{SITE}{ALERTS}", pages.listing(ALERTS, newer(1), 0).encode())
    take(tmp_path, packed([record(URL, body, **headers), other]))
    captures = inventory.take(tmp_path / "raw")
    assert len(captures) == 2, "what follows is read, too"
    assert PAGE in [gzip.decompress(c.file.read_bytes()) for c in captures]


def test_whatever_else_an_archive_holds_is_counted(tmp_path: Path) -> None:
    about = WarcRecord()
    about.init_headers(WarcRecordType.warcinfo)
    about.set_bytes_content(b"software: test\r\n")
    archive = packed(
        [
            about,
            record(URL, PAGE),
            record("https://example.org/", PAGE),
            record(URL, b"", status="301 Moved"),
            record(f"{SITE}/about", pages.document("About us", "<p>What we do.</p>").encode()),
            record(f"{SITE}/a.pdf", b"%PDF-", Content_Type="application/pdf"),
            record(URL, b"\xff\xfe"),
            record(URL, b"x", Content_Encoding="br"),
        ]
    )
    found = take(tmp_path, archive)
    assert len(found.added) == 1
    assert dict(found.counted) == {
        "records of the type warcinfo": 1,
        warc.ELSEWHERE: 1,
        warc.NOT_OK: 1,
        warc.OTHER: 2,
        warc.BROKEN: 2,
    }


def test_one_address_at_several_times_is_several_captures_unless_nothing_changed(tmp_path: Path) -> None:
    times = ["2019-01-01T00:00:00Z", "2019-02-01T00:00:00Z", "2019-03-01T00:00:00Z", "2019-04-01T00:00:00Z"]
    bodies = [OLDER, OLDER, PAGE, OLDER]
    found = take(tmp_path, packed(record(URL, body, when) for body, when in zip(bodies, times, strict=True)))
    assert [str(meta["retrieved_at"])[:7] for meta in metas(tmp_path)] == ["2019-01", "2019-03", "2019-04"]
    assert found.counted == {warc.HELD: 1}


def test_an_archive_imported_again_adds_nothing(tmp_path: Path) -> None:
    archive = packed([record(URL, PAGE), record(f"{SITE}{ALERTS}", OLDER)])
    assert len(take(tmp_path, archive).added) == 2
    again = take(tmp_path, archive)
    assert (again.added, again.counted) == ([], {warc.HELD: 2})


def test_a_bomb_takes_bounded_memory_and_costs_no_other_record(tmp_path: Path) -> None:
    bomb = record(URL, gzip.compress(bytes(64 * 2**20)), Content_Encoding="gzip")
    found = take(tmp_path, packed([bomb, record(URL, PAGE)]))
    assert (len(found.added), found.counted) == (1, {warc.BROKEN: 1})


@pytest.mark.parametrize("cut", [10, 60, 400, -20])
def test_an_archive_that_breaks_off_is_named_and_what_came_before_is_taken(cut: int, tmp_path: Path) -> None:
    first, second = packed([record(URL, OLDER)]), packed([record(f"{SITE}{ALERTS}", PAGE)])
    found = take(tmp_path, first + second[:-cut])
    assert len(found.added) == (2 if cut == 10 else 1)
    assert found.status == 1
    assert "cannot be read to its end" in found.faults[0]


@pytest.mark.parametrize("content", [b"garbage" * 100, b"\x1f\x8bgarbage", b"WARC/1.0\r\n"])
def test_what_is_no_archive_is_named(content: bytes, tmp_path: Path) -> None:
    found = take(tmp_path, content, packed([record(URL, PAGE)]))
    assert len(found.added) == 1, "the other archive is taken"
    assert [fault.split(":")[0] for fault in found.faults] == [str(tmp_path / "a.warc.gz")]
