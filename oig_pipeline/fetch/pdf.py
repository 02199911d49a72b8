"""PDFs read within bounds.

Belongs here: starting the process that reads one (`pdf_worker.py`), and what it means that it ended. Does not: reading.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

SECONDS = 60
MEMORY = 2**30
MOST_PAGES = 5_000
MAGIC = b"%PDF-"
_HEAD = 1024
"""Bytes at the beginning of a PDF among which its mark stands."""


@dataclass(frozen=True)
class Bounds:
    """What reading one document may take: seconds, bytes of memory, pages."""

    seconds: int = SECONDS
    memory: int = MEMORY
    pages: int = MOST_PAGES


@dataclass(frozen=True)
class Read:
    """What a document gave: a status of the contract, a note, the number of pages, and their text as NDJSON."""

    status: str
    note: str | None = None
    pages: int | None = None
    text: bytes = b""


def read(pdf: Path, bounds: Bounds | None = None) -> Read:
    """Return the text of a PDF, or why there is none; takes no more than the bounds, whatever the file holds."""
    bounds = bounds or Bounds()
    with pdf.open("rb") as stream:
        if MAGIC not in stream.read(_HEAD):
            return Read("not_a_pdf", "the file does not begin like a PDF")
    with TemporaryDirectory() as workshop:
        pages, progress = Path(workshop) / "pages", Path(workshop) / "progress"
        numbers = (bounds.seconds, bounds.memory, bounds.pages)
        command = [sys.executable, "-m", f"{__package__}.pdf_worker", *map(str, (pdf, pages, progress, *numbers))]
        try:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False,
                timeout=bounds.seconds * 2,
            )  # fmt: skip
            code, said = done.returncode, done.stderr.decode("utf-8", "replace")
        except subprocess.TimeoutExpired:
            code, said = -9, ""
        told = _told(progress)
        if "status" not in told:
            return _killed(code, said, told, bounds)
        text = pages.read_bytes() if told["status"] in ("read", "no_text") else b""
        return Read(told["status"], told.get("note"), told.get("pages"), text)


def _told(progress: Path) -> dict[str, Any]:
    try:
        found = json.loads(progress.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _killed(code: int, said: str, told: dict[str, Any], bounds: Bounds) -> Read:
    """Return what it means that the reader ended without an answer."""
    count = told.get("pages")
    pages = count if isinstance(count, int) else None
    where = f" on page {told['page']} of {pages}" if "page" in told else ""
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return Read("over_limit", f"it takes more than {bounds.seconds} seconds to read{where}", pages)
    if code == -signal.SIGXFSZ or "File too large" in said:
        return Read("over_limit", f"its text is too long{where}", pages)
    # PDFium gives up by one of these where it gets no memory.
    if code in (-signal.SIGABRT, -signal.SIGTRAP, -signal.SIGILL) or "MemoryError" in said:
        return Read("over_limit", f"it takes more than {bounds.memory // 2**20} MiB of memory to read{where}", pages)
    end = said.strip().splitlines()[-1] if code > 0 and said.strip() else f"signal {-code}"
    return Read("corrupt", f"the PDF reader ended{where} ({end})", pages)
