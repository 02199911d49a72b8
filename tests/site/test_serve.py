"""Which bytes of a file the server of the site gives."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from oig_pipeline.site import serve

CONTENT = bytes(range(100))


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "data.parquet").write_bytes(CONTENT)
    with serve.server(tmp_path) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/data.parquet"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("byte_range", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-99", 0, 99),
        ("bytes=10-19", 10, 19),
        ("bytes=90-", 90, 99),
        ("bytes=90-200", 90, 99),
        ("bytes=-8", 92, 99),
        ("bytes=-200", 0, 99),
    ],
)
def test_a_range_holds_its_first_and_its_last_byte(address: str, byte_range: str, first: int, last: int) -> None:
    with urllib.request.urlopen(urllib.request.Request(address, headers={"Range": byte_range})) as answer:
        assert answer.status == 206
        assert answer.headers["Content-Range"] == f"bytes {first}-{last}/100"
        assert answer.headers["Content-Length"] == str(last - first + 1)
        assert answer.read() == CONTENT[first : last + 1]


@pytest.mark.parametrize("byte_range", ["bytes=-", "bytes=a-b", "lines=1-2", "bytes=0-1,4-5"])
def test_what_is_no_single_range_gives_the_whole_file(address: str, byte_range: str) -> None:
    with urllib.request.urlopen(urllib.request.Request(address, headers={"Range": byte_range})) as answer:
        assert (answer.status, answer.read()) == (200, CONTENT)


def test_a_range_behind_the_end_is_refused(address: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(urllib.request.Request(address, headers={"Range": "bytes=100-"}))
    with refused.value:
        assert refused.value.code == 416


@pytest.mark.parametrize("path", ["gone.html", "folder/", "folder", "%00", "../x"])
def test_what_is_not_there_is_answered_with_the_page_that_says_so(path: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "secret.txt").write_text("x")
    (tmp_path / serve.NOT_FOUND).write_text("<h1>There is no such page</h1>")
    with serve.server(tmp_path) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        with pytest.raises(urllib.error.HTTPError) as missing:
            urllib.request.urlopen(f"http://127.0.0.1:{server.server_address[1]}/{path}")
        with missing.value:
            assert (missing.value.code, missing.value.read()) == (404, b"<h1>There is no such page</h1>")
        server.shutdown()
        thread.join()
