"""Files of other kinds that people put among captures.

Belongs here: recognizing them by their first bytes, and what to do with each. Does not: layouts that are read.
"""

from __future__ import annotations

import re

_HEAD = 4096
_ZIPS = {
    rb"xl/": "an Excel workbook",
    rb"ppt/": "a PowerPoint document",
    rb"application/vnd\.oasis\.opendocument\.spreadsheet": "an OpenDocument workbook",
    rb"datapackage\.json|archive/[^/]+\.warc|pages/pages\.jsonl": "a WACZ web archive",
    rb"word/": "a Word document",
    rb"Index/\w+\.iwa": "a Numbers workbook",
    rb"\[Content_Types\]\.xml": "an Excel workbook",
}
_TO_SAVE = {
    "workbook": "open it and save its sheet as CSV (UTF-8)",
    "archive": "unpack it and use oig import warc for the .warc.gz files in it",
    "document": "save the page itself, as HTML or text",
    "file": "unpack it and put in the files that it holds",
}
_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel workbook of the old form (.xls)", _TO_SAVE["workbook"]),
    (b"%PDF-", "a PDF document", "oig fetch documents keeps documents; captures are listings"),
    (b"PAR1", "a Parquet file", "write its rows as NDJSON or CSV"),
    (b"SQLite format 3\x00", "an SQLite database", "export its table as CSV"),
    (b"bplist00", "a Safari web archive", "save the page as page source (HTML)"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _TO_SAVE["file"]),
    (b"Rar!\x1a\x07", "a RAR archive", _TO_SAVE["file"]),
    (b"BZh", "a file compressed with bzip2", "unpack it, or compress it with gzip"),
    (b"\xfd7zXZ\0", "a file compressed with xz", "unpack it, or compress it with gzip"),
    (b"\x89PNG\r\n", "a picture (PNG)", _TO_SAVE["document"]),
    (b"\xff\xd8\xff", "a picture (JPEG)", _TO_SAVE["document"]),
    (b"GIF8", "a picture (GIF)", _TO_SAVE["document"]),
    (b"ARROW1\0\0", "an Arrow file", "write its rows as NDJSON or CSV"),
    (b"Obj\x01", "an Avro file", "write its rows as NDJSON or CSV"),
    (b"ORC", "an ORC file", "write its rows as NDJSON or CSV"),
    (b"{\\rtf", "an RTF document", "save it as plain text"),
)
# A message's headers, one of which only a saved page has.
_MHTML = (
    r"(?i)(?=(?:[\w-]+:.*\n(?:[ \t].*\n)*){0,20}?"
    r"(?:content-type:\s*multipart/related|from: <saved by |snapshot-content-location:))[\w-]+:"
)
_TEXTS: tuple[tuple[str, str, str], ...] = (
    (
        r"version https://git-lfs\.github\.com/spec/",
        "a Git LFS pointer, not the large file itself",
        "fetch the file with git lfs pull",
    ),
    (
        r"\S{0,200}annex/objects/\S+\s*$",
        "a git-annex pointer, not the file itself",
        "fetch the file with git annex get",
    ),
    (r'\{\s*"log"\s*:\s*\{', "a HAR log of a browser", "save the page itself, as HTML or text"),
    (
        r"(?s)<\?xml.{0,300}?(?:Excel\.Sheet|urn:schemas-microsoft-com:office:spreadsheet)",
        "an Excel workbook in XML",
        _TO_SAVE["workbook"],
    ),
    (r"(?s).{257}ustar", "a tar archive", _TO_SAVE["file"]),
    (r".{8}DUCK", "a DuckDB database", "export its table as CSV"),
    (r"WARC/\d", "a web archive (WARC)", "use oig import warc for it"),
    (
        _MHTML,
        "a web page saved as MHTML (.mht, .mhtml)",
        "save the page as HTML only",
    ),
    (r"\[\s*(?:\{|\[|\]\s*$)", "a JSON array", "write one object a line (jq -c '.[]' FILE)"),
)


def foreign(content: bytes) -> str | None:
    """Return what a file is that no layout reads, and what to do with it; None where nothing says so."""
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip(content)
    for signature, what, remedy in _SIGNATURES:
        if content.startswith(signature):
            return f"the file is {what}: {remedy}"
    head = content[:_HEAD].decode("utf-8-sig", "replace").replace("\r\n", "\n").lstrip()
    if head.startswith("%PDF-"):
        return foreign(head.encode())
    for pattern, what, remedy in _TEXTS:
        if re.match(pattern, head):
            return f"the file is {what}: {remedy}"
    return None


def _zip(content: bytes) -> str:
    """Return what a ZIP file is, by the names within, which stand at its end and before each file."""
    names = content[:_HEAD] + content[-(2**16) :]
    what = next((what for pattern, what in _ZIPS.items() if re.search(pattern, names)), "a ZIP file")
    return f"the file is {what}: {_TO_SAVE[what.split()[-1]]}"


def is_json_document(text: str) -> bool:
    """Return whether a text begins as one JSON object over several lines."""
    return bool(re.match(r"\s*\{\s*\n\s*(?:\"[^\"\n]*\"\s*:|\})", text))


JSON_DOCUMENT = "the file is one JSON document over several lines: write one object a line, a report each (jq -c)"
