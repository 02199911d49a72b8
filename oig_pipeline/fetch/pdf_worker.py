"""The process that reads one PDF.

Belongs here: a PDF's pages as text, in a process whose time, memory and output the operating system bounds. Does not:
starting it, or what its end means (see `pdf.py`). It imports as little as it can, since it may be killed at any moment.

Called as `python -m oig_pipeline.fetch.pdf_worker PDF PAGES PROGRESS SECONDS BYTES MAX_PAGES`: it writes a line of
JSON per page to PAGES, and to PROGRESS how far it has come.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import Any

LARGEST_TEXT = 256 * 2**20
"""Most bytes that the text of one document may have."""
_PASSWORD, _SECURITY = 4, 5
"""What PDFium says of a document that it may not open."""


def bound(seconds: int, memory_bytes: int) -> None:
    """Set the resource limits of this process."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_TEXT, LARGEST_TEXT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read(pdf: Path, pages: Path, progress: Path, max_pages: int) -> None:
    """Write the text of each page, and the status of the document."""
    import pypdfium2

    def write_progress(**fields: Any) -> None:
        progress.write_text(json.dumps(fields), encoding="utf-8")

    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code in (_PASSWORD, _SECURITY)
        write_progress(status="encrypted" if locked else "corrupt", note=None if locked else str(error))
        return
    count = len(document)
    if count > max_pages:
        write_progress(status="over_limit", note=f"it has {count} pages; at most {max_pages} are read", pages=count)
        return
    has_text, unread = False, []
    with pages.open("w", encoding="utf-8") as file:
        for number in range(1, count + 1):
            write_progress(pages=count, page=number)
            try:
                text = document[number - 1].get_textpage().get_text_bounded()
            except pypdfium2.PdfiumError:
                text = ""
                unread.append(number)
            has_text = has_text or bool(text.strip())
            # A broken font yields lone surrogates, which are not valid Unicode.
            text = text.encode("utf-8", "replace").decode("utf-8").replace("\0", "").replace("\r\n", "\n")
            file.write(json.dumps({"page": number, "text": text}, ensure_ascii=False) + "\n")
    note = f"pages that cannot be read: {', '.join(map(str, unread))}" if unread else None
    write_progress(status="read" if has_text else "no_text", note=note, pages=count)


if __name__ == "__main__":
    bound(int(sys.argv[4]), int(sys.argv[5]))
    read(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[6]))
