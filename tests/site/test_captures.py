"""The captures in the site: found by their bytes, shown in parts, linked by line."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.capture.captures import META
from oig_pipeline.contract.schemas import TABLES
from oig_pipeline.settings import Limits
from oig_pipeline.site import capture_pages, urls
from oig_pipeline.site.capture_files import CaptureFiles, find, name_of
from oig_pipeline.site.render import Site
from oig_pipeline.site.write import SiteWriter

LIMITS = Limits(capture_page_bytes=500, capture_bytes=5_000)


def row(raw: Path, path: str, content: bytes) -> dict[str, Any]:
    """Write a capture and return its row."""
    file = raw / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    values = {"path": path, "capture_sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    return {**dict.fromkeys(TABLES["captures"].columns), "status": "read", **values}


def test_a_line_has_an_address_on_the_page_that_shows_it(tmp_path: Path) -> None:
    lines = [f"line {n}" for n in range(1, 31)]
    (capture,) = find([row(tmp_path, "a.txt", "\r\n".join(lines).encode())], tmp_path, LIMITS).by_path.values()
    assert capture.lines == 30
    assert len(capture.starts) > 3
    for n, (first, after) in enumerate(zip(capture.starts, [*capture.starts[1:], 31], strict=True), start=1):
        page = urls.page("captures/a.txt", n)
        assert capture.address(first) == f"{page}#L{first}"
        assert capture.address(after - 1) == f"{page}#L{after - 1}"
    assert capture.address() == capture.address(31) == capture.address(0) == "captures/a.txt/index.html"


def test_only_the_bytes_that_were_read_are_the_capture(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    rows = [row(raw, name, b"x\n") for name in ("same.txt", "changed.txt", "gone.txt", "linked.txt", "far/../up.txt")]
    (raw / "changed.txt").write_bytes(b"y\n")
    (raw / "gone.txt").unlink()
    (tmp_path / "outside.txt").write_bytes(b"x\n")
    (raw / "linked.txt").unlink()
    (raw / "linked.txt").symlink_to(tmp_path / "outside.txt")
    rows += [{**rows[0], "path": "../outside.txt"}, {**rows[0], "path": "nul\0.txt"}, {**rows[0], "path": "x" * 300}]
    rows.append({**rows[0], "path": "unread.txt", "capture_sha256": None})
    assert set(find(rows, raw, LIMITS).by_path) == {"same.txt", "far/../up.txt"}
    assert find(rows, None, LIMITS).by_path == {}


def test_what_is_too_large_or_no_text_is_only_a_download(tmp_path: Path) -> None:
    rows = [
        row(tmp_path, "large.txt", b"x\n" * 3_000),
        row(tmp_path, "packed.txt.gz", gzip.compress(b"x\n" * 3_000)),
        row(tmp_path, "latin.txt", b"\xe9\n"),
        row(tmp_path, "small.txt.gz", gzip.compress(b"one\ntwo\n")),
    ]
    found_files = find(rows, tmp_path, LIMITS).by_path
    assert {path: capture.lines for path, capture in found_files.items()} == {
        "large.txt": 0, "packed.txt.gz": 0, "latin.txt": 0, "small.txt.gz": 3,
    }  # fmt: skip
    assert found_files["large.txt"].address(7) == "captures/large.txt/index.html"


@pytest.mark.parametrize("name", ["page.html", "PAGE.HTM", "index.html", "a.svg", "<b>.xml", "noext", "..."])
def test_no_copy_has_a_name_that_a_browser_takes_for_a_page(name: str, tmp_path: Path) -> None:
    (capture,) = find([row(tmp_path, name, b"<script>1</script>")], tmp_path, LIMITS).by_path.values()
    assert capture.download.endswith(".txt")
    assert capture.download.startswith(f"{capture.folder}/")


def test_a_link_is_text_where_there_is_no_page() -> None:
    assert CaptureFiles().link("../", "<b>.txt", 3) == "&lt;b&gt;.txt:3"
    assert CaptureFiles().link("../", None) == ""


@given(st.lists(st.text(min_size=1), min_size=2, max_size=10, unique=True))
def test_every_path_has_a_folder_of_its_own(paths: list[str]) -> None:
    assert len({name_of(path) for path in paths}) == len(paths)
    assert all(set(name_of(path)) <= set("abcdefghijklmnopqrstuvwxyz0123456789._-") for path in paths)
    assert not any(name_of(path).startswith(".") for path in paths)


def test_how_a_capture_was_obtained_is_what_its_metadata_say(tmp_path: Path) -> None:
    rows = [row(tmp_path, f"{n}.txt", b"x") for n in range(4)]
    for n, meta in enumerate([{"source": " by hand "}, {"source": 3}, ["source"]]):
        (tmp_path / f"{n}.txt{META}").write_text(json.dumps(meta))
    sources = [capture.source for capture in find(rows, tmp_path, LIMITS).by_path.values()]
    assert sources == ["by hand", None, None, None]


def test_the_parts_of_a_capture_hold_each_line_once(tmp_path: Path) -> None:
    text = "\n".join(f"line {n} <b>" for n in range(1, 31))
    rows = [row(tmp_path / "raw", "a.txt", text.encode()), row(tmp_path / "raw", "large.txt", b"x\n" * 3_000)]
    captures = find(rows, tmp_path / "raw", LIMITS)
    with SiteWriter(tmp_path / "site", "") as writer:
        capture_pages.write(rows, Site(None, ["dhs"], captures), writer)
    pages = sorted((tmp_path / "site/captures/a.txt").glob("*.html"), key=lambda p: (len(p.name), p.name))
    body = "".join(page.read_text() for page in pages)
    positions = [body.index(f'<a href="#L{n}">{n}</a>line {n} &lt;b&gt;\n') for n in range(1, 31)]
    assert len(pages) > 3
    assert body.count('id="L') == 30
    assert len(set(positions)) == 30
    assert "Download it" in (tmp_path / "site/captures/large.txt/index.html").read_text()
    assert (tmp_path / "site/captures/large.txt/large.txt").read_bytes() == b"x\n" * 3_000
