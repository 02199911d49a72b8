"""Captures out of web archives: each listing with its own address and time, the rest counted."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import zlib
from collections.abc import Iterable
from pathlib import Path

import brotli
import pyarrow as pa
import pytest
from fastwarc.stream_io import GzipWriter
from fastwarc.warc import WarcRecord, WarcRecordType

from oig_pipeline.capture.captures import take as take_captures
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
    response = WarcRecord()
    response.init_headers(WarcRecordType.response)
    response.headers["WARC-Target-URI"] = url
    response.headers["WARC-Date"] = when
    response.headers["Content-Type"] = "application/http; msgtype=response"
    http_headers = {"Content-Type": "text/html; charset=UTF-8"} | {n.replace("_", "-"): v for n, v in headers.items()}
    head = f"HTTP/1.1 {status}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in http_headers.items()) + "\r\n"
    response.set_bytes_content(head.encode() + body)
    return response


def packed(records: Iterable[WarcRecord], *, plain: bool = False) -> bytes:
    """Return an archive; each record compressed on its own unless `plain`."""
    buffer = io.BytesIO()
    for warc_record in records:
        if plain:
            warc_record.write(buffer)
        else:
            writer = GzipWriter(buffer)
            warc_record.write(writer)
            writer.finish()
    return buffer.getvalue()


def take(tmp_path: Path, *archives: bytes, name: str = "a.warc.gz") -> warc.WarcImport:
    files = []
    for number, content in enumerate(archives):
        files.append(tmp_path / f"{number or ''}{name}")
        files[-1].write_bytes(content)
    return warc.take(files, tmp_path / "raw")


def metas(tmp_path: Path) -> list[dict[str, object]]:
    return [json.loads(p.read_text()) for p in sorted((tmp_path / "raw").rglob("*.meta.json"))]


@pytest.mark.parametrize("plain", [True, False])
def test_a_listing_becomes_a_capture_with_its_own_address_and_time(plain: bool, tmp_path: Path) -> None:
    result = take(tmp_path, packed([record(URL, PAGE)], plain=plain), name="a.warc" if plain else "a.warc.gz")
    assert result.status == 0
    (capture,) = take_captures(tmp_path / "raw")
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
    "deflated": (zlib.compress(PAGE), {"Content_Encoding": "deflate"}),
    "deflated, bare": (zlib.compress(PAGE, wbits=-15), {"Content_Encoding": "deflate"}),
    "by brotli": (brotli.compress(PAGE), {"Content_Encoding": "br"}),
    "by Zstandard": (bytes(pa.compress(PAGE, codec="zstd", asbytes=True)), {"Content_Encoding": "zstd"}),
    "twice": (brotli.compress(gzip.compress(PAGE)), {"Content_Encoding": "gzip, br"}),
    "by brotli, in chunks": (
        CHUNKED % (len(brotli.compress(PAGE)), brotli.compress(PAGE)),
        {"Transfer_Encoding": "chunked", "Content_Encoding": "br"},
    ),
    "named as brotli, but plain": (PAGE, {"Content_Encoding": "br"}),
    "compressed, but not named so": (gzip.compress(PAGE), {}),
    "named as chunked, but whole": (PAGE, {"Transfer_Encoding": "chunked"}),
}


@pytest.mark.parametrize(("body", "headers"), ENCODED.values(), ids=ENCODED)
def test_bodies_are_taken_however_a_crawler_kept_them(body: bytes, headers: dict[str, str], tmp_path: Path) -> None:
    other = record(f"{SITE}{ALERTS}", pages.listing(ALERTS, newer(1), 0).encode())
    take(tmp_path, packed([record(URL, body, **headers), other]))
    captures = take_captures(tmp_path / "raw")
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
    result = take(tmp_path, archive)
    assert len(result.added) == 1
    assert dict(result.counted) == {
        "records of the type warcinfo": 1,
        warc.ELSEWHERE: 1,
        warc.NOT_OK: 1,
        warc.OTHER: 2,
        warc.BROKEN: 2,
    }
    assert (result.status, len(result.faults)) == (1, 2), "what cannot be decoded is named"


def test_one_address_at_several_times_is_several_captures_unless_nothing_changed(tmp_path: Path) -> None:
    times = ["2019-01-01T00:00:00Z", "2019-02-01T00:00:00Z", "2019-03-01T00:00:00Z", "2019-04-01T00:00:00Z"]
    bodies = [OLDER, OLDER, PAGE, OLDER]
    result = take(tmp_path, packed(record(URL, body, when) for body, when in zip(bodies, times, strict=True)))
    assert [str(meta["retrieved_at"])[:7] for meta in metas(tmp_path)] == ["2019-01", "2019-03", "2019-04"]
    assert result.counted == {warc.DUPLICATE: 1}


def test_an_archive_imported_again_adds_nothing(tmp_path: Path) -> None:
    archive = packed([record(URL, PAGE), record(f"{SITE}{ALERTS}", OLDER)])
    assert len(take(tmp_path, archive).added) == 2
    again = take(tmp_path, archive)
    assert (again.added, again.counted) == ([], {warc.DUPLICATE: 2})


def test_a_bomb_takes_bounded_memory_and_costs_no_other_record(tmp_path: Path) -> None:
    bomb = record(URL, gzip.compress(bytes(64 * 2**20)), Content_Encoding="gzip")
    result = take(tmp_path, packed([bomb, record(URL, PAGE)]))
    assert (len(result.added), result.counted) == (1, {warc.BROKEN: 1})


@pytest.mark.parametrize("cut", [10, 60, 400, -20])
def test_an_archive_that_breaks_off_is_named_and_what_came_before_is_taken(cut: int, tmp_path: Path) -> None:
    first, second = packed([record(URL, OLDER)]), packed([record(f"{SITE}{ALERTS}", PAGE)])
    result = take(tmp_path, first + second[:-cut])
    assert len(result.added) == (2 if cut == 10 else 1)
    assert result.status == 1
    assert "cannot be read to its end" in result.faults[0]


@pytest.mark.parametrize("content", [b"garbage" * 100, b"\x1f\x8bgarbage", b"WARC/1.0\r\n"])
def test_what_is_no_archive_is_named(content: bytes, tmp_path: Path) -> None:
    result = take(tmp_path, content, packed([record(URL, PAGE)]))
    assert len(result.added) == 1, "the other archive is taken"
    assert [fault.split(":")[0] for fault in result.faults] == [str(tmp_path / "a.warc.gz")]


LETTER = "\u201cFEMA\u2019s Housing \u2013 Paid Twice\u201d"
LETTERS = pages.listing(AUDITS, newer(1), 0).replace("<body", f"<!-- {LETTER} --><body")


@pytest.mark.parametrize(
    ("charset", "header", "markup", "expected_charset"),
    [
        ("cp1252", "text/html; charset=windows-1252", "", "cp1252"),
        ("cp1252", "text/html; charset=iso-8859-1", "", "cp1252"),
        ("cp1252", 'text/html; charset="US-ASCII"', "", "cp1252"),
        ("cp1252", "text/html", '<meta charset="windows-1252">', "cp1252"),
        ("cp1252", "text/html", "<meta http-equiv=Content-Type content='text/html; charset=windows-1252'>", "cp1252"),
        ("cp1252", "text/html; charset=utf-8", '<meta charset="windows-1252">', "cp1252"),
        ("cp1252", "text/html; charset=no-such-set", '<meta charset="windows-1252">', "cp1252"),
        ("utf-8", "text/html; charset=iso-8859-1", '<meta charset="utf-8">', "utf-8"),
        ("utf-8", "text/html", "", "utf-8"),
        ("utf-8-sig", "text/html; charset=windows-1252", "", "utf-8"),
        ("utf-16", "text/html", "", "utf-16-le"),
        ("utf-16-be", "text/html; charset=utf-16be", "", "utf-16-be"),
    ],
)
def test_a_page_is_read_in_the_character_set_that_it_is_in(
    charset: str, header: str, markup: str, expected_charset: str, tmp_path: Path
) -> None:
    text = LETTERS.replace('<meta charset="utf-8">', "").replace("<head>", f"<head>{markup}")
    result = take(tmp_path, packed([record(URL, text.encode(charset), Content_Type=header)]))
    assert result.faults == []
    (capture,) = take_captures(tmp_path / "raw")
    assert LETTER in gzip.decompress(capture.file.read_bytes()).decode("utf-8")
    assert metas(tmp_path)[0]["charset"] == expected_charset


@pytest.mark.parametrize(
    ("header", "markup"), [("text/html", ""), ("text/html; charset=utf-8", ""), ("text/html; charset=base64", "")]
)
def test_a_page_in_no_character_set_that_it_declares_is_named(header: str, markup: str, tmp_path: Path) -> None:
    text = LETTERS.replace('<meta charset="utf-8">', markup)
    bad = record(URL + "&page=3", text.encode("cp1252"), Content_Type=header)
    result = take(tmp_path, packed([bad, record(URL, PAGE)]))
    assert (len(result.added), result.counted, result.status) == (1, {warc.BROKEN: 1}, 1)
    assert f"{URL}&page=3 of 2019-03-04T05:06:07Z: it cannot be decoded" in result.faults[0]


OLD = (
    "<html><body><table><tr><th>Report Number</th><th>Title</th></tr><tr><td>OIG-12-33</td><td>Grants</td></tr></table>"
)


@pytest.mark.parametrize(
    ("body", "is_named"),
    [
        (OLD, True),
        ("<html><body><p>See OIG-12-33 for more.</p></body></html>", True),
        ("Executive Summary\n\nWe looked.\n", True),
        ("<html><body><p>What we do.</p></body></html>", False),
        ("<html><head><title>OIG-12-33</title><script>'Report Number'</script></head><body>Hi</body></html>", False),
    ],
)
def test_a_page_that_speaks_of_reports_but_has_no_layout_is_named(body: str, is_named: bool, tmp_path: Path) -> None:
    address = f"{SITE}/index.php?option=com_content&view=article&id=19"
    result = take(tmp_path, packed([record(address, body.encode()), record(URL, PAGE)]))
    assert len(result.added) == 1
    assert result.status == int(is_named)
    assert result.counted == {warc.UNREAD if is_named else warc.OTHER: 1}
    assert [address in fault for fault in result.faults] == [True] * is_named


EMPTY = '<html><body><h1>Audits, Inspections, and Evaluations</h1><div class="view"></div></body></html>'


@pytest.mark.parametrize(
    ("page", "body", "words"),
    [
        (4, "<html><title>Just a moment...</title></html>", "a challenge page"),
        (4, "<html><body><h1>Access Denied</h1></body></html>", "refuses access"),
        (0, "<html><body><div id='root'></div></body></html>", "nothing that proves"),
        (0, EMPTY, "no rows"),
        (4, EMPTY, None),
    ],
)
def test_a_page_at_the_address_of_a_listing_is_named_unless_it_proves_to_hold_no_reports(
    page: int, body: str, words: str | None, tmp_path: Path
) -> None:
    result = take(tmp_path, packed([record(f"{SITE}{AUDITS}?page={page}", body.encode())]))
    assert (result.status, result.counted) == (int(words is not None), {warc.UNREAD if words else warc.OTHER: 1})
    assert all("address of a listing" in fault and str(words) in fault for fault in result.faults)


@pytest.mark.parametrize(
    "elsewhere", ["https://example.org/a", "https://web.archive.org/web/2012/https://example.org/a"]
)
def test_pages_of_other_sites_are_never_named(elsewhere: str, tmp_path: Path) -> None:
    result = take(tmp_path, packed([record(elsewhere, OLD.encode()), record(elsewhere, b"\xff\xfe\xfd")]))
    assert (result.status, result.counted) == (0, {warc.ELSEWHERE: 2})


def test_a_copy_in_another_archive_is_of_the_address_and_the_time_behind_it(tmp_path: Path) -> None:
    result = take(
        tmp_path,
        packed(
            [
                record(f"https://web.archive.org/web/20180102030405id_/{URL}", OLDER),
                record(f"https://web.archive.org/web/2018/{SITE}{ALERTS}", PAGE),
            ]
        ),
    )
    assert (len(result.added), result.faults) == (2, [])
    retrieved_at = {capture.url: capture.retrieved_at for capture in take_captures(tmp_path / "raw")}
    assert retrieved_at == {URL: dt.datetime(2018, 1, 2, 3, 4, 5), f"{SITE}{ALERTS}": dt.datetime(2019, 3, 4, 5, 6, 7)}


def raw_record(url: str, when: str, head: bytes = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n") -> bytes:
    """Return a response whose headers say what they are given."""
    content = head + PAGE
    return (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: {when}\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(content)}\r\n\r\n"
    ).encode("latin-1") + content + b"\r\n\r\n"  # fmt: skip


WHEN = "2019-03-04T05:06:07Z"


@pytest.mark.parametrize(
    "bad",
    [
        raw_record(f"{SITE}:abc/reports", WHEN),
        raw_record(f"{SITE}:99999/reports", WHEN),
        raw_record("https://[::1/reports", WHEN),
        raw_record("", WHEN),
        raw_record("/reports", WHEN),
        raw_record(URL, "yesterday"),
        raw_record(URL, "2019-13-45T00:00:00Z"),
        raw_record(URL, ""),
        raw_record(URL, WHEN, b"garbage\r\n\r\n"),
        raw_record(URL, WHEN, b"HTTP/1.1 abc OK\r\n\r\n"),
        raw_record(URL, WHEN, b""),
        raw_record(URL, WHEN, b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b"),
    ],
)
def test_a_bad_record_is_counted_and_named_and_the_others_come_in(bad: bytes, tmp_path: Path) -> None:
    good = packed([record(f"{SITE}{ALERTS}", PAGE)], plain=True)
    result = take(tmp_path, bad + good + bad + packed([record(URL, OLDER)], plain=True), name="a.warc")
    assert len(result.added) == 2
    assert (result.status, result.counted) == (1, {warc.BROKEN: 2})
    assert all(str(tmp_path / "a.warc") in fault and "\n" not in fault for fault in result.faults)
    assert len(result.faults) == 2
