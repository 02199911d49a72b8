"""Captures out of web archives.

Belongs here: which responses of a WARC file are listings, and filing them with their own address and time. Does not:
what a listing says. Only pages of the OIG's site are taken; whatever else an archive holds is counted.

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

from oig_pipeline.capture import detect
from oig_pipeline.fetch import filing
from oig_pipeline.fetch.body import Incomplete, decoded
from oig_pipeline.fetch.faults import Fault
from oig_pipeline.fetch.filing import Holdings, Page
from oig_pipeline.fetch.manners import HOSTS
from oig_pipeline.fetch.session import LARGEST_PAGE

HELD, ELSEWHERE, NOT_OK, OTHER, BROKEN = (
    "listings that are held already",
    "pages of other sites",
    "redirects, errors and answers without content",
    "pages and files that are no listings",
    "records that break off or cannot be read",
)
"""What the responses that became no capture were."""
_IMPORTING = ".importing"
_GZIP, _STEP = 31, 2**20


@dataclass
class Imported:
    """What archives gave. `added` are the captures, `counted` says what everything else was, `faults` what failed."""

    added: list[Path] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    @property
    def status(self) -> int:
        """The exit status: 0 if every archive was read to its end."""
        return 1 if self.faults else 0


def take(archives: list[Path], raw: Path) -> Imported:
    """File the listings of archives as captures.

    The captures of one archive appear in the raw folder together by day; an import that was killed leaves none of a day
    or all, and is repeated without harm.

    Args:
        archives: `.warc` or `.warc.gz` files.
        raw: the folder of captures.
    """
    found = Imported()
    for archive in archives:
        staged = raw / HOSTS[0] / _IMPORTING
        shutil.rmtree(staged, ignore_errors=True)
        holdings = Holdings(raw)
        try:
            for page in _pages(archive, found):
                if holdings.has(page):
                    found.counted[HELD] += 1
                    continue
                folder = staged / filing.host_folder(page.url) / f"{page.retrieved_at:%Y-%m-%d}"
                filing.write(folder, _name(page), page, archive=archive.name)
                holdings.add(page)
            if _breaks_off(archive):
                raise OSError("it breaks off")
        except (OSError, zlib.error) as error:
            said = getattr(error, "strerror", None) or str(error)
            found.faults.append(f"{archive}: cannot be read to its end: {said}; what came before was taken")
        found.added += _settled(staged, raw, archive)
    return found


def _pages(archive: Path, found: Imported) -> Iterator[Page]:
    """Yield the listings of an archive; count what else it holds.

    Raises:
        OSError: it cannot be read to its end.
    """
    with archive.open("rb") as stream:
        for record in ArchiveIterator(stream, parse_http=True, auto_decode="none", strict_mode=False):
            if record.record_type != WarcRecordType.response or not record.is_http:
                found.counted[f"records of the type {record.record_type}"] += 1
                continue
            length, content = record.content_length, record.reader.read(LARGEST_PAGE + 1)
            if len(content) < min(length, LARGEST_PAGE):
                raise OSError("a record breaks off")
            page = _page(record, content)
            if isinstance(page, Page):
                yield page
            else:
                found.counted[page] += 1


def _breaks_off(archive: Path) -> bool:
    """Return whether an archive ends in the middle of a record, of which the library says nothing."""
    tail, inflater, is_open = b"", zlib.decompressobj(_GZIP), False
    with archive.open("rb") as stream:
        is_gzip = stream.peek(2).startswith(b"\x1f\x8b")
        while part := stream.read(_STEP):
            if not is_gzip:
                tail = (tail + part)[-4:]
            while is_gzip and part:
                tail, is_open = (tail + inflater.decompress(part, _STEP))[-4:], True
                part = inflater.unconsumed_tail
                if inflater.eof:
                    part, inflater, is_open = inflater.unused_data, zlib.decompressobj(_GZIP), False
    return is_open or tail not in (b"", b"\r\n\r\n")


def _page(record: WarcRecord, content: bytes) -> Page | str:
    """Return a response as a page if it is a listing, else what it is instead."""
    url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
    if urlsplit(url).hostname not in HOSTS:
        return ELSEWHERE
    headers = {name.lower(): value for name, value in record.http_headers.to_tuples()}
    if record.http_headers.status_code != 200:
        return NOT_OK
    if not re.match(r"(?i)text/|application/(?:xhtml|json)", headers.get("content-type", "text/html")):
        return OTHER
    try:
        body = _body(content, headers)
        text = body.decode("utf-8-sig")
    except (Fault, Incomplete, UnicodeDecodeError):
        return BROKEN
    if detect.layout_of(text) is None:
        return OTHER
    return Page(url, 200, headers, body, record.record_date)


def _body(content: bytes, headers: dict[str, str]) -> bytes:
    """Return the body of a response; some crawlers name an encoding that they have undone."""
    if "chunked" in headers.get("transfer-encoding", "").lower() and re.match(rb"[0-9A-Fa-f]{1,8}[ \t;\r\n]", content):
        try:
            content = ChunkedReader(io.BytesIO(content)).read(LARGEST_PAGE + 1)
        except OSError as error:
            raise Incomplete(str(error)) from None
    encoding = headers.get("content-encoding", "")
    if encoding.lower() in ("gzip", "x-gzip") and not content.startswith(b"\x1f\x8b"):
        encoding = ""
    return b"".join(decoded([content], encoding, LARGEST_PAGE))


def _name(page: Page) -> str:
    parts = urlsplit(page.url)
    said = f"{parts.path.strip('/').rsplit('/', 1)[-1] or 'page'}-{parts.query}"
    return f"{page.retrieved_at:%H%M%S}-{re.sub(r'[^A-Za-z0-9]+', '-', said).strip('-')[:80].lower()}"


def _settled(staged: Path, raw: Path, archive: Path) -> list[Path]:
    """Put what was staged into the raw folder, a day at a time; return the captures."""
    found: list[Path] = []
    for day in sorted(staged.glob("*/*")):
        target = raw / day.parent.name / day.name / f"warc-{archive.name.split('.')[0]}"
        while target.exists():
            target = target.with_name(target.name + "+")
        target.parent.mkdir(parents=True, exist_ok=True)
        day.rename(target)
        found += sorted(target.glob("*.html.gz"))
    shutil.rmtree(staged, ignore_errors=True)
    return found
