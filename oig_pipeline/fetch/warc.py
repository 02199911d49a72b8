"""Captures out of web archives.

Belongs here: which responses of a WARC file are listings, and filing them with their own address and time. Does not:
what a listing says. Only pages of the OIG's site are taken, or copies of them from another archive; whatever else an
archive holds is counted. A page that may be a listing but cannot be read is named, as it would be in the raw folder.

Records are read without the library's own decoding: at fastwarc 2.0 that can end an archive early without an error.
"""

from __future__ import annotations

import io
import re
import shutil
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from fastwarc.stream_io import ChunkedReader
from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from oig_pipeline.capture import absence
from oig_pipeline.capture.html import words_of
from oig_pipeline.capture.refusal import refusal
from oig_pipeline.capture.rows import SUSPECT
from oig_pipeline.domain import wayback
from oig_pipeline.fetch import charset, page_store
from oig_pipeline.fetch.body import ARCHIVED, Incomplete, decoded
from oig_pipeline.fetch.crawl_policy import HOSTS
from oig_pipeline.fetch.failures import FetchError, TooLarge
from oig_pipeline.fetch.page_store import Holdings, StoredPage
from oig_pipeline.fetch.session import LARGEST_PAGE
from oig_pipeline.release import atomic
from oig_pipeline.run.read_capture import layout_of
from oig_pipeline.sources.oig_dhs_gov.listings import PATHS

DUPLICATE, ELSEWHERE, NOT_OK, OTHER, UNREAD, BROKEN = (
    "listings that are held already",
    "pages of other sites",
    "redirects, errors and answers without content",
    "pages and files that are no listings",
    "pages that speak of reports or stand where a listing is, but have no known layout",
    "records that break off or cannot be read",
)
"""What the responses that became no capture were."""
_IMPORTING = ".importing"
_GZIP, _STEP = 31, 2**20
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*<[!?a-z]", re.I)


@dataclass
class WarcImport:
    """What archives gave. `added` are the captures, `counted` says what everything else was, `faults` what failed."""

    added: list[Path] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    @property
    def status(self) -> int:
        """The exit status: 0 if every archive was read to its end and nothing that may be a listing was left out."""
        return 1 if self.faults else 0


def take(archives: list[Path], raw: Path) -> WarcImport:
    """File the listings of archives as captures.

    The captures of one archive are moved into the raw folder one day at a time; an interrupted import leaves whole days
    only and can be repeated.

    Args:
        archives: `.warc` or `.warc.gz` files.
        raw: the folder of captures.
    """
    result = WarcImport()
    for archive in archives:
        staged = raw / HOSTS[0] / _IMPORTING
        shutil.rmtree(staged, ignore_errors=True)
        holdings = Holdings(raw)
        try:
            for page, text_charset in _pages(archive, result):
                if holdings.has(page):
                    result.counted[DUPLICATE] += 1
                    continue
                folder = staged / page_store.host_folder(page.url) / f"{page.retrieved_at:%Y-%m-%d}"
                page_store.write(folder, _name(page), page, archive=archive.name, charset=text_charset)
                holdings.add(page)
            if _breaks_off(archive):
                raise OSError("it breaks off")
        except (OSError, zlib.error) as error:
            message = getattr(error, "strerror", None) or str(error)
            result.faults.append(f"{archive}: cannot be read to its end: {message}; what came before was taken")
        result.added += _commit(staged, raw, archive)
    return result


class _Skipped(Exception):
    """A record that becomes no capture: what it is instead and, where it is named, why."""

    def __init__(self, kind: str, why: str | None = None) -> None:
        super().__init__(why)
        self.kind, self.why = kind, why


def _pages(archive: Path, result: WarcImport) -> Iterator[tuple[StoredPage, str]]:
    """Yield the listings of an archive with their character sets; count the other records, and report unreadable ones.

    Raises:
        OSError: it cannot be read to its end.
    """
    with archive.open("rb") as stream:
        for record in ArchiveIterator(stream, parse_http=True, auto_decode="none", strict_mode=False):
            if record.record_type != WarcRecordType.response or not record.is_http:
                result.counted[f"records of the type {record.record_type}"] += 1
                continue
            length, content = record.content_length, record.reader.read(LARGEST_PAGE + 1)
            if len(content) < min(length, LARGEST_PAGE):
                raise OSError("a record breaks off")
            try:
                page = _page(record, content)
            except _Skipped as other:
                result.counted[other.kind] += 1
                if other.why:
                    result.faults.append(f"{archive}: {_describe(record)}: {other.why}")
            else:
                yield page


def _breaks_off(archive: Path) -> bool:
    """Return whether an archive ends in the middle of a record, which the library does not report."""
    tail, inflater, is_open = b"", zlib.decompressobj(_GZIP), False
    with archive.open("rb") as stream:
        is_gzip = stream.peek(2).startswith(b"\x1f\x8b")
        while chunk := stream.read(_STEP):
            if not is_gzip:
                tail = (tail + chunk)[-4:]
            while is_gzip and chunk:
                tail, is_open = (tail + inflater.decompress(chunk, _STEP))[-4:], True
                chunk = inflater.unconsumed_tail
                if inflater.eof:
                    chunk, inflater, is_open = inflater.unused_data, zlib.decompressobj(_GZIP), False
    return is_open or tail not in (b"", b"\r\n\r\n")


def _describe(record: WarcRecord) -> str:
    headers = record.headers
    return (
        f"{headers.get('WARC-Target-URI') or 'a record without an address'} of {headers.get('WARC-Date') or 'no date'}"
    )


def _page(record: WarcRecord, content: bytes) -> tuple[StoredPage, str]:
    """Return a response as a page, in UTF-8, with the character set that it was in.

    Raises:
        _Skipped: it is no listing, or cannot be read.
    """
    archived = (record.headers.get("WARC-Target-URI") or "").strip("<>")
    url = wayback.original(archived)
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise _Skipped(BROKEN, f"its address is none: {error}") from None
    if host not in HOSTS:
        raise _Skipped(ELSEWHERE if host else BROKEN, None if host else "its address is none")
    if record.http_headers is None or record.http_headers.status_code is None:
        raise _Skipped(BROKEN, "it is no answer of a web server")
    if record.http_headers.status_code != 200:
        raise _Skipped(NOT_OK)
    headers = {name.lower(): value for name, value in record.http_headers.to_tuples()}
    kind = headers.get("content-type", "")
    if kind and not re.match(r"(?i)text/|application/(?:xhtml|xml|json)", kind):
        raise _Skipped(OTHER)
    moment = wayback.copied_at(archived) or record.record_date
    if moment is None:
        raise _Skipped(BROKEN, "its date is none")
    try:
        text, text_charset = charset.text_of(_body(content, headers), kind)
        if content and not text.strip():
            raise UnicodeError("it is no text")
    except (FetchError, Incomplete, UnicodeError) as error:
        if not kind and content.startswith(b"%PDF-"):
            raise _Skipped(OTHER) from None
        raise _Skipped(BROKEN, f"it cannot be decoded: {error}") from None
    if layout_of(text) is None:
        evidence = absence.evidence(text, url)
        if parts.path.rstrip("/") in PATHS and evidence in (None, absence.Evidence.EMPTY_FIRST):
            what = evidence or refusal(text) or "nothing that proves that it holds no reports"
            raise _Skipped(UNREAD, f"it stands at the address of a listing, and is {what}")
        if evidence is None and re.search(SUSPECT, words_of(text)):
            raise _Skipped(UNREAD, "it speaks of reports, but has no known layout (see oig captures --help)")
        raise _Skipped(OTHER)
    return StoredPage(url, 200, headers, text.encode(), moment), text_charset


def _body(content: bytes, headers: dict[str, str]) -> bytes:
    """Return the body of a response; some crawlers name an encoding that they have undone."""
    if "chunked" in headers.get("transfer-encoding", "").lower() and re.match(rb"[0-9A-Fa-f]{1,8}[ \t;\r\n]", content):
        try:
            content = ChunkedReader(io.BytesIO(content)).read(LARGEST_PAGE + 1)
        except OSError as error:
            raise Incomplete(str(error)) from None
    encoding = headers.get("content-encoding", "") or ("gzip" if content.startswith(b"\x1f\x8b") else "")
    try:
        return b"".join(decoded([content], encoding, LARGEST_PAGE, ARCHIVED))
    except TooLarge:
        raise
    except (FetchError, Incomplete):
        if not _MARKUP.match(content):
            raise
        return content


def _name(page: StoredPage) -> str:
    parts = urlsplit(page.url)
    stem = f"{parts.path.strip('/').rsplit('/', 1)[-1] or 'page'}-{parts.query}"
    return f"{page.retrieved_at:%H%M%S}-{page_store.file_name(stem)[:80]}"


def _commit(staged: Path, raw: Path, archive: Path) -> list[Path]:
    """Move the staged captures into the raw folder, one day at a time; return them."""
    captures: list[Path] = []
    for day in sorted(staged.glob("*/*")):
        target = raw / day.parent.name / day.name / f"warc-{archive.name.split('.')[0]}"
        while target.exists():
            target = target.with_name(target.name + "+")
        atomic.move(day, target)  # each page is on the disk since it was written
        captures += sorted(target.glob("*.html.gz"))
    shutil.rmtree(staged, ignore_errors=True)
    return captures
