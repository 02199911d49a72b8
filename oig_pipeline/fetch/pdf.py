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
MEMORY_BYTES = 2**30
MAX_PAGES = 5_000
MAGIC = b"%PDF-"
_HEAD = 1024
"""Bytes at the beginning of a PDF among which its mark stands."""


@dataclass(frozen=True)
class Bounds:
    """Limits on reading one document: seconds, bytes of memory, pages."""

    seconds: int = SECONDS
    memory_bytes: int = MEMORY_BYTES
    pages: int = MAX_PAGES


@dataclass(frozen=True)
class PdfText:
    """What a document gave: a status of the contract, a note, the number of pages, and their text as NDJSON."""

    status: str
    note: str | None = None
    pages: int | None = None
    text: bytes = b""


def read(pdf: Path, bounds: Bounds | None = None) -> PdfText:
    """Return the text of a PDF, or the reason why there is none; stay within the bounds whatever the file contains."""
    bounds = bounds or Bounds()
    with pdf.open("rb") as stream:
        if MAGIC not in stream.read(_HEAD):
            return PdfText("not_a_pdf", "the file does not begin like a PDF")
    with TemporaryDirectory() as tmp_dir:
        pages, progress = Path(tmp_dir) / "pages", Path(tmp_dir) / "progress"
        numbers = (bounds.seconds, bounds.memory_bytes, bounds.pages)
        command = [sys.executable, "-m", f"{__package__}.pdf_worker", *map(str, (pdf, pages, progress, *numbers))]
        try:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False,
                timeout=bounds.seconds * 2,
            )  # fmt: skip
            code, stderr = done.returncode, done.stderr.decode("utf-8", "replace")
        except subprocess.TimeoutExpired:
            code, stderr = -9, ""
        state = _read_progress(progress)
        if "status" not in state:
            return _killed(code, stderr, state, bounds)
        text = pages.read_bytes() if state["status"] in ("read", "no_text") else b""
        return PdfText(state["status"], state.get("note"), state.get("pages"), text)


def _read_progress(progress: Path) -> dict[str, Any]:
    try:
        content = json.loads(progress.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _killed(code: int, stderr: str, state: dict[str, Any], bounds: Bounds) -> PdfText:
    """Return the result for a reader process that ended without reporting a status."""
    count = state.get("pages")
    pages = count if isinstance(count, int) else None
    where = f" on page {state['page']} of {pages}" if "page" in state else ""
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return PdfText("over_limit", f"it takes more than {bounds.seconds} seconds to read{where}", pages)
    if code == -signal.SIGXFSZ or "File too large" in stderr:
        return PdfText("over_limit", f"its text is too long{where}", pages)
    # PDFium ends with one of these signals when it runs out of memory.
    if code in (-signal.SIGABRT, -signal.SIGTRAP, -signal.SIGILL) or "MemoryError" in stderr:
        return PdfText(
            "over_limit", f"it takes more than {bounds.memory_bytes // 2**20} MiB of memory to read{where}", pages
        )
    end = stderr.strip().splitlines()[-1] if code > 0 and stderr.strip() else f"signal {-code}"
    return PdfText("corrupt", f"the PDF reader ended{where} ({end})", pages)
