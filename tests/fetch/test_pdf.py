"""PDFs read in a process of their own: text, or the reason why there is none, within bounds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from oig_pipeline.fetch import pdf
from oig_pipeline.fetch.pdf import Bounds
from tests.replica import documents

THREE_PAGES = documents.pdf("Office of Inspector General\nOIG-21-49", "", "The third page")


def read(tmp_path: Path, content: bytes, **bounds: int) -> pdf.PdfText:
    file = tmp_path / "a.pdf"
    file.write_bytes(content)
    return pdf.read(file, Bounds(**bounds))


def test_each_page_gives_its_text_and_one_without_says_so(tmp_path: Path) -> None:
    result = read(tmp_path, THREE_PAGES)
    assert (result.status, result.note, result.pages) == ("read", None, 3)
    texts = [json.loads(line) for line in result.text.splitlines()]
    assert [line["page"] for line in texts] == [1, 2, 3]
    assert [line["text"] for line in texts] == ["Office of Inspector General\nOIG-21-49", "", "The third page"]


CASES: dict[str, tuple[bytes, dict[str, int], str, str | None]] = {
    "a scan": (documents.pdf("", ""), {}, "no_text", None),
    "locked": (documents.pdf("secret", password="pw"), {}, "encrypted", None),
    "half a file": (THREE_PAGES[: len(THREE_PAGES) // 2], {}, "corrupt", "Data format error"),
    "a beginning only": (b"%PDF-1.4\n" + bytes(1000), {}, "corrupt", "Data format error"),
    "a web page": (b"<html>Just a moment...</html>", {}, "not_a_pdf", "does not begin like a PDF"),
    "nothing": (b"", {}, "not_a_pdf", "does not begin like a PDF"),
    "too many pages": (documents.pdf(*["a"] * 12), {"pages": 10}, "over_limit", "12 pages; at most 10"),
    "too much memory": (
        documents.heavy(3_000_000),
        {"memory_bytes": 400 * 2**20},
        "over_limit",
        "400 MiB of memory to read",
    ),
    "too long": (
        documents.heavy(1_000_000),
        {"seconds": 1, "memory_bytes": 2**40},
        "over_limit",
        "more than 1 seconds",
    ),
}


@pytest.mark.parametrize(("content", "bounds", "status", "note"), CASES.values(), ids=CASES)
def test_what_cannot_be_read_says_why(
    content: bytes, bounds: dict[str, int], status: str, note: str | None, tmp_path: Path
) -> None:
    result = read(tmp_path, content, **bounds)
    assert result.status == status
    assert note is None or note in (result.note or "")
    assert status == "no_text" or result.text == b""
