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

from oig_pipeline.capture import documents as filed
from oig_pipeline.capture.refusal import OF_ALL, refusal
from oig_pipeline.errors import CannotRun
from oig_pipeline.fetch import clock, pdf
from oig_pipeline.fetch.capture_fetch import Tell, silent
from oig_pipeline.fetch.failures import Fault, Refused, Stopped, TooMuch
from oig_pipeline.fetch.page_store import put, stamp
from oig_pipeline.fetch.pdf import Bounds, Read
from oig_pipeline.fetch.session import Answer, Session, Sink

LARGEST_DOCUMENT = 200 * 2**20
GONE = (404, 410)
_HEAD = 2**16
"""Bytes of what is no PDF that are looked at."""
UNREAD = ("corrupt", "encrypted", "over_limit", "not_a_pdf", "missing", "refused")

Told = dict[str, Any]
"""A line of the index."""


@dataclass
class FetchedDocuments:
    """What a fetch of documents came to: how many of each status, how many were held, and why it ended early if so."""

    counted: Counter[str] = field(default_factory=Counter)
    held: int = 0
    """How many were asked for by an earlier fetch, and lie here."""
    not_had: int = 0
    """How many were asked for by an earlier fetch in vain."""
    unchanged: int = 0
    unread: dict[str, str] = field(default_factory=dict)
    """Address → why the document was not read, now or by an earlier fetch."""
    faults: list[str] = field(default_factory=list)
    asked: int = 0
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
    tell: Tell = silent,
) -> FetchedDocuments:
    """Ask for documents that are not held, and read them.

    Args:
        urls: their addresses, in the order in which they are asked for.
        folder: where they lie.
        session: the conversation with the site.
        again: whether to ask for those held, too, if they have changed.
        bounds: what reading one may take.
        largest: most bytes that one may have.
        tell: told of each document.

    Raises:
        CannotRun: the index there is damaged, or the folder cannot be written.
    """
    index, found = filed.index(folder), FetchedDocuments()
    wanted = list(dict.fromkeys(urls))
    try:
        (folder / filed.PAGES).mkdir(parents=True, exist_ok=True)
        for left in folder.glob(".*"):
            left.unlink()
        for number, url in enumerate(wanted):
            tell("Fetching documents", number, len(wanted))
            if url in index and not again:
                _recall(index[url], found)
                continue
            told = _one(url, index.get(url, {}), folder, session, bounds, largest)
            if told is None:
                found.unchanged += 1
                continue
            index[url] = told
            _write(folder, index)
            found.counted[told["status"]] += 1
            if told["status"] in UNREAD:
                found.unread[url] = told["note"]
        tell("Fetching documents", len(wanted), len(wanted))
    except Stopped as reason:
        found.faults.append(str(reason))
    except OSError as error:
        raise CannotRun(f"{error.filename or folder}: cannot be written: {error.strerror or error}") from None
    finally:
        found.asked, found.received = session.asked, session.received
    return found


def _recall(told: Told, found: FetchedDocuments) -> None:
    """Count a document that an earlier fetch asked for, and say what came of it as long as it was not read."""
    found.held += told["sha256"] is not None
    found.not_had += told["sha256"] is None
    if told["status"] in UNREAD:
        found.unread[told["url"]] = f"{told['note']} ({told['status']} on {told['retrieved_at'][:10]})"


def _one(url: str, before: Told, folder: Path, session: Session, bounds: Bounds | None, largest: int) -> Told | None:
    """Return what the index says of a document that was just asked for; None where it has not changed."""
    with NamedTemporaryFile(dir=folder, prefix=".") as part:
        sink = Sink(lambda: _empty(part), part.write, largest)
        conditions = {"If-None-Match": before.get("etag"), "If-Modified-Since": before.get("last_modified")}
        try:
            answer = session.download(url, sink, {name: value for name, value in conditions.items() if value})
        except Refused as reason:
            return _told(url, Read("refused", str(reason).removeprefix(f"{url}: ")))
        except TooMuch as reason:
            return _told(url, Read("over_limit", str(reason)))
        except Fault as reason:
            return _told(url, Read("corrupt", str(reason)))
        if answer.status == 304:
            return None
        if answer.status != 200:
            said = f"the site answers with status {answer.status}"
            return _told(url, Read("missing" if answer.status in GONE else "refused", said), answer)
        part.flush()
        sha256, size = _digest(Path(part.name))
        read = pdf.read(Path(part.name), bounds)
        if read.status == "not_a_pdf" and (what := refusal(_beginning(part))) in OF_ALL:
            raise Stopped(f"{url}: {what} instead of the document; try again later")
        target = folder / f"{sha256}.pdf"
        if read.pages is not None:
            put(folder / filed.PAGES / f"{sha256}.ndjson", read.text)
        if not target.exists():
            shutil.copyfile(part.name, beside := target.with_name(f".{target.name}"))
            beside.replace(target)
        return {**_told(url, read, answer), "sha256": sha256, "bytes": size}


def _empty(file: IO[bytes]) -> None:
    file.seek(0)
    file.truncate()


def _beginning(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read(_HEAD).decode("utf-8", "replace")


def _digest(file: Path) -> tuple[str, int]:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest(), stream.tell()


def _told(url: str, read: Read, answer: Answer | None = None) -> Told:
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


def _write(folder: Path, index: dict[str, Told]) -> None:
    lines = (json.dumps(index[url], ensure_ascii=False) for url in sorted(index))
    put(folder / filed.INDEX, "".join(line + "\n" for line in lines).encode())
