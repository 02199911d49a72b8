"""Captures as files.

Belongs here: how a capture and its metadata are named and written, and which captures are held already. Does not: when
captures become part of the raw folder (see `staging.py`).
"""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from oig_pipeline import __version__
from oig_pipeline.capture.captures import META
from oig_pipeline.capture.listed_page import ListingRow
from oig_pipeline.fetch.crawl_policy import AGENT
from oig_pipeline.fetch.session import Response
from oig_pipeline.offices import OFFICES
from oig_pipeline.release import atomic

HEADERS = ("date", "content-type", "content-encoding", "etag", "last-modified", "cache-control", "age")
"""Headers that matter: what tells when and in which form the site made the page."""
_TABLE = re.compile(rb"<table[\s>].*</table\s*>", re.S | re.I)


@dataclass(frozen=True)
class StoredPage:
    """A page as it was received."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes
    retrieved_at: dt.datetime

    @property
    def content(self) -> str:
        """What tells a changed page from an unchanged one: its tables, else all of it.

        What stands around a listing (keys of forms, names of style sheets) differs with every answer.
        """
        table = _TABLE.search(self.body)
        return hashlib.sha256(table[0] if table else self.body).hexdigest()


def stored(answer: Response) -> StoredPage:
    """Return an answer as a page."""
    return StoredPage(answer.url, answer.status, answer.headers, answer.body, answer.retrieved_at)


class Holdings:
    """What is held already: the captures of each address, by time, with their content, and the rows they are of."""

    def __init__(self, raw: Path) -> None:
        """Read the metadata of all captures below the raw folder."""
        self._captures: dict[str, list[tuple[str, str]]] = {}
        self._rows: dict[str, tuple[str, str]] = {}
        for file in sorted(raw.rglob(f"*{META}")) if raw.is_dir() else ():
            if not file.with_name(file.name.removesuffix(META)).exists() or not file.is_file():
                continue  # left by a killed fetch, or no regular file
            try:
                metadata = json.loads(file.read_text(encoding="utf-8"))
                self._add(metadata["url"], metadata["retrieved_at"], metadata["content_sha256"])
                if (row := metadata.get("listed_as")) is not None:
                    self._add_row(row["url"], metadata["retrieved_at"], row["sha256"])
            except (OSError, ValueError, TypeError, KeyError, AttributeError):
                continue  # a capture from elsewhere; the inventory reports it

    def _add(self, url: str, retrieved_at: str, content: str) -> None:
        self._captures.setdefault(url, []).append((retrieved_at, content))

    def _add_row(self, url: str, retrieved_at: str, row: str) -> None:
        self._rows[url] = max((retrieved_at, row), self._rows.get(url, ("", "")))

    def has_report(self, url: str, row: ListingRow) -> bool:
        """Return whether the newest page about a report is held that the listing shows in this very row."""
        return self._rows.get(url, ("", ""))[1] == _digest(row)

    def add_report(self, url: str, row: ListingRow, page: StoredPage) -> None:
        """Take up the page about a report that was filed."""
        self._add_row(url, stamp(page.retrieved_at), _digest(row))

    def has(self, page: StoredPage) -> bool:
        """Return whether the capture held at the page's time has the same content."""
        moment = stamp(page.retrieved_at)
        before = [entry for entry in self._captures.get(page.url, ()) if entry[0] <= moment]
        return bool(before) and max(before)[1] == page.content

    def add(self, page: StoredPage) -> None:
        """Take up a page that was filed."""
        self._add(page.url, stamp(page.retrieved_at), page.content)


def stamp(moment: dt.datetime) -> str:
    """Return a time as metadata says it: UTC, to the millisecond, so that two readings of a page stay apart."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def listed_as(url: str, row: ListingRow) -> dict[str, str]:
    """Return what the metadata of a page about a report says of the row for which it was asked."""
    return {"url": url, "sha256": _digest(row)}


def _digest(row: ListingRow) -> str:
    return hashlib.sha256(json.dumps(row, ensure_ascii=False).encode()).hexdigest()


def write(folder: Path, name: str, page: StoredPage, **extra: Any) -> Path:
    """Write a page and its metadata into a folder outside the captures; return the page's file.

    Each file is written under a temporary name and renamed, the page last: an existing page is complete and has its
    metadata.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target, number = folder / f"{name}.html.gz", 1
    while target.exists():
        number += 1
        target = folder / f"{name}.{number}.html.gz"
    agency = (OFFICES.of_url(page.url) or OFFICES.first).agencies.of_url(page.url)
    meta = {
        "url": page.url,
        "retrieved_at": stamp(page.retrieved_at),
        "status": page.status,
        "headers": {header: page.headers[header] for header in HEADERS if header in page.headers},
        "bytes": len(page.body),
        "sha256": hashlib.sha256(page.body).hexdigest(),
        "content_sha256": page.content,
        "agency_filter": None if agency is None else {"id": agency.filter_id, "code": agency.code},
        "source": f"{AGENT} {__version__}",
        **extra,
    }
    meta_json = json.dumps(meta, indent=1, ensure_ascii=False) + "\n"
    atomic.write(target.with_name(target.name + META), meta_json.encode(), sync=True)
    atomic.write(target, gzip.compress(page.body, mtime=0), sync=True)
    return target


def file_name(text: str) -> str:
    """Return a text as part of the name of a file."""
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-").lower()


def host_folder(url: str) -> str:
    """Return the folder of an address's host."""
    parts = urlsplit(url)
    return (parts.hostname or "unknown") + (f"-{parts.port}" if parts.port not in (None, 80, 443) else "")
