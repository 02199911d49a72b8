"""The site on a local port.

Belongs here: serving a folder with byte ranges, which the query page reads Parquet by. Does not: making the site.
"""

from __future__ import annotations

import os
import re
import sys
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from oig_pipeline.site.urls import INDEX

HOST = "127.0.0.1"
USUAL_PORT = 8000
NOT_FOUND = "404.html"
LONGEST_PLACE = 18
"""Most digits of a place in a file."""


class Handler(SimpleHTTPRequestHandler):
    """Files of a folder, whole or in part, to readers on this machine; nothing is logged."""

    protocol_version = "HTTP/1.1"
    extensions_map = {  # noqa: RUF012
        **SimpleHTTPRequestHandler.extensions_map,
        ".parquet": "application/vnd.apache.parquet",
        ".ndjson": "application/x-ndjson",
        ".md": "text/plain; charset=utf-8",
        ".xml": "application/xml",
    }

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Log nothing."""

    def end_headers(self) -> None:
        """Say that a part may be asked for, that nothing is to be guessed, and that pages may change."""
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def send_head(self) -> BytesIO | BinaryIO | None:
        """Send the requested byte range of a file, or the full file if no range is requested."""
        if "\0" in (place := self.translate_path(self.path)):
            return self._send_not_found()
        # An invalid range gets the full file, as the standard allows.
        match = re.fullmatch(
            rf"bytes=(\d{{0,{LONGEST_PLACE}}})-(\d{{0,{LONGEST_PLACE}}})", self.headers.get("Range", ""), re.ASCII
        )
        path = Path(place)
        if not path.exists() or (path.is_dir() and not (path / INDEX).is_file()):
            return self._send_not_found()
        if not match or not path.is_file() or not (match[1] or match[2]):
            return super().send_head()
        size = path.stat().st_size
        first = int(match[1]) if match[1] else max(size - int(match[2]), 0)
        last = min(int(match[2]), size - 1) if match[1] and match[2] else size - 1
        if first > last:
            self.send_error(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
            return None
        with path.open("rb") as file:
            file.seek(first, os.SEEK_SET)
            content = file.read(last - first + 1)
        self.send_response(HTTPStatus.PARTIAL_CONTENT)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Range", f"bytes {first}-{last}/{size}")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return BytesIO(content)

    def _send_not_found(self) -> BytesIO:
        """Send the page for what is not there; a folder is not listed, since what there is has pages."""
        page = Path(self.directory) / NOT_FOUND
        content = page.read_bytes() if page.is_file() else b"There is no such page.\n"
        self.send_response(HTTPStatus.NOT_FOUND)
        self.send_header("Content-Type", "text/html; charset=utf-8" if page.is_file() else "text/plain")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return BytesIO(content)


class Server(ThreadingHTTPServer):
    """A server to which a reader that goes away in the middle is no fault."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a reader that is gone."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def server(folder: Path, port: int = 0) -> ThreadingHTTPServer:
    """Return a server of a folder: on the port given if it is free, else on any free one."""
    handler = partial(Handler, directory=str(folder))
    try:
        return Server((HOST, port), handler)
    except OSError:
        return Server((HOST, 0), handler)
