"""The documents behind the reports' links.

Belongs here: which are asked for, and filing each by its content with what was read of it. Does not: reading a PDF (see
`pdf.py`), or the tables made of the files (see `capture/documents.py`, which says how they lie).

A document is whole on disk before the index names it, and the index is replaced in one rename after each: a killed
fetch goes on with the next.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

from oig_pipeline.capture import documents
from oig_pipeline.capture.refusal import OF_ALL, refusal
from oig_pipeline.errors import CannotRun
from oig_pipeline.fetch import clock, pdf
from oig_pipeline.fetch.capture_fetch import OnProgress, silent
from oig_pipeline.fetch.failures import FetchError, Refused, Stopped, TooLarge
from oig_pipeline.fetch.page_store import stamp
from oig_pipeline.fetch.pdf import Bounds, PdfText
from oig_pipeline.fetch.session import Response, Session, Sink
from oig_pipeline.release import atomic

LARGEST_DOCUMENT = 200 * 2**20
GONE = (404, 410)
_HEAD = 2**16
"""Bytes of what is no PDF that are looked at."""
UNREAD = ("corrupt", "encrypted", "over_limit", "not_a_pdf", "missing", "refused")

DocumentEntry = dict[str, Any]
"""A line of the index."""


@dataclass
class FetchedDocuments:
    """What a fetch of documents came to: how many of each status, how many were held, and why it ended early if so."""

    counted: Counter[str] = field(default_factory=Counter)
    stored: int = 0
    """How many were asked for by an earlier fetch, and lie here."""
    not_had: int = 0
    """How many were asked for by an earlier fetch in vain."""
    unchanged: int = 0
    unread: dict[str, str] = field(default_factory=dict)
    """Address → why the document was not read, now or by an earlier fetch."""
    faults: list[str] = field(default_factory=list)
    requests: int = 0
    received: int = 0

    @property
    def status(self) -> int:
        """The exit status: 0 if every document was asked for, 1 if not."""
        return 1 if self.faults else 0


def fetch(
    urls: Iterable[str],
    folder: Path,
    session: Session,
    *,
    again: bool = False,
    bounds: Bounds | None = None,
    largest: int = LARGEST_DOCUMENT,
    on_progress: OnProgress = silent,
) -> FetchedDocuments:
    """Download the documents that are not held, and extract their text.

    Args:
        urls: the URLs of the documents, in the order of download.
        folder: the folder of the documents.
        session: the HTTP session.
        again: also request documents that are held, and replace those that changed.
        bounds: limits on reading one document.
        largest: maximum size of a document, in bytes.
        on_progress: called for each document.

    Raises:
        CannotRun: the index there is damaged, or the folder cannot be written.
    """
    index, result = documents.index(folder), FetchedDocuments()
    unique_urls = list(dict.fromkeys(urls))
    try:
        (folder / documents.PAGES).mkdir(parents=True, exist_ok=True)
        for stale_file in folder.glob(".*"):
            stale_file.unlink()
        for number, url in enumerate(unique_urls):
            on_progress("Fetching documents", number, len(unique_urls))
            if url in index and not again:
                _recall(index[url], result)
                continue
            entry = _fetch_document(url, index.get(url, {}), folder, session, bounds, largest)
            if entry is None:
                result.unchanged += 1
                continue
            index[url] = entry
            _write(folder, index)
            result.counted[entry["status"]] += 1
            if entry["status"] in UNREAD:
                result.unread[url] = entry["note"]
        on_progress("Fetching documents", len(unique_urls), len(unique_urls))
    except Stopped as reason:
        result.faults.append(str(reason))
    except OSError as error:
        raise CannotRun(f"{error.filename or folder}: cannot be written: {error.strerror or error}") from None
    finally:
        result.requests, result.received = session.requests, session.received
    return result


def _recall(entry: DocumentEntry, result: FetchedDocuments) -> None:
    """Count a document that an earlier fetch requested, and report it if it was not read."""
    result.stored += entry["sha256"] is not None
    result.not_had += entry["sha256"] is None
    if entry["status"] in UNREAD:
        result.unread[entry["url"]] = f"{entry['note']} ({entry['status']} on {entry['retrieved_at'][:10]})"


def _fetch_document(
    url: str, before: DocumentEntry, folder: Path, session: Session, bounds: Bounds | None, largest: int
) -> DocumentEntry | None:
    """Request a document and return its index entry; None if it has not changed."""
    with NamedTemporaryFile(dir=folder, prefix=".") as tmp_file:
        sink = Sink(lambda: _empty(tmp_file), tmp_file.write, largest)
        conditions = {"If-None-Match": before.get("etag"), "If-Modified-Since": before.get("last_modified")}
        try:
            answer = session.download(url, sink, {name: value for name, value in conditions.items() if value})
        except Refused as reason:
            return _entry(url, PdfText("refused", str(reason).removeprefix(f"{url}: ")))
        except TooLarge as reason:
            return _entry(url, PdfText("over_limit", str(reason)))
        except FetchError as reason:
            return _entry(url, PdfText("corrupt", str(reason)))
        if answer.status == 304:
            return None
        if answer.status != 200:
            note = f"the site answers with status {answer.status}"
            return _entry(url, PdfText("missing" if answer.status in GONE else "refused", note), answer)
        tmp_file.flush()
        sha256, size = _digest(Path(tmp_file.name))
        read = pdf.read(Path(tmp_file.name), bounds)
        if read.status == "not_a_pdf" and (what := refusal(_beginning(tmp_file))) in OF_ALL:
            raise Stopped(f"{url}: {what} instead of the document; try again later")
        target = folder / f"{sha256}.pdf"
        if read.pages is not None:
            atomic.write(folder / documents.PAGES / f"{sha256}.ndjson", read.text, sync=True)
        if not target.exists():
            with atomic.replacing(target, sync=True) as tmp_path:
                shutil.copyfile(tmp_file.name, tmp_path)
        return {**_entry(url, read, answer), "sha256": sha256, "bytes": size}


def _empty(file: IO[bytes]) -> None:
    file.seek(0)
    file.truncate()


def _beginning(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read(_HEAD).decode("utf-8", "replace")


def _digest(file: Path) -> tuple[str, int]:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest(), stream.tell()


def _entry(url: str, read: PdfText, answer: Response | None = None) -> DocumentEntry:
    headers = {} if answer is None else answer.headers
    return {
        "url": url,
        "status": read.status,
        "note": read.note,
        "sha256": None,
        "bytes": None,
        "pages": read.pages,
        "retrieved_at": stamp(clock.now() if answer is None else answer.retrieved_at),
        "etag": headers.get("etag"),
        "last_modified": headers.get("last-modified"),
    }


def _write(folder: Path, index: dict[str, DocumentEntry]) -> None:
    lines = (json.dumps(index[url], ensure_ascii=False) for url in sorted(index))
    atomic.write(folder / documents.INDEX, "".join(line + "\n" for line in lines).encode(), sync=True)
