"""The captures of a release that are still at hand, and the address of each of their lines in the site.

Belongs here: finding the file of a capture, its text in lines, how the lines are divided among pages, and linking to
one. Does not: the pages (`capture_pages.py`).

A file counts as the capture only if its bytes are those that were read. A capture that is not at hand has no page, and
then its path and line are plain text: the site of a release needs none of them.
"""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from oig_pipeline.capture.captures import LARGEST_META, META
from oig_pipeline.capture.reader import text_of
from oig_pipeline.capture.rows import Unreadable
from oig_pipeline.capture.unpack import unpacked
from oig_pipeline.settings import Limits
from oig_pipeline.site import urls
from oig_pipeline.site.render import plain

FOLDER = "captures"
# What a browser shows as text or saves; anything else could run as a page of this site.
_HARMLESS = (".txt", ".csv", ".md", ".json", ".ndjson", ".gz", ".zst")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*")
LINE_OVERHEAD = 60
"""About how many bytes of a page go with each line beside its text."""


@dataclass(frozen=True)
class CaptureFile:
    """A capture at hand.

    Attributes:
        file: where it lies.
        sha256: of its bytes.
        size: the number of its bytes.
        folder: where its pages lie in the site.
        lines: how many lines its text has; 0 if it is not shown, because it is too large or no text.
        starts: the first line on each of its pages.
        source: how it was obtained, as its metadata say.
    """

    file: Path
    sha256: str
    size: int
    folder: str
    lines: int = 0
    starts: tuple[int, ...] = ()
    source: str | None = None

    @property
    def download(self) -> str:
        """The path of its copy in the site, under a name that no browser takes for a page."""
        name = self.file.name
        safe = name if _PLAIN_NAME.fullmatch(name) and len(name) <= urls.LONGEST else urls.slug(name)
        return f"{self.folder}/{safe if safe.lower().endswith(_HARMLESS) else f'{safe}.txt'}"

    def address(self, line: int | None = None) -> str:
        """Return the path of a line in the site; of a line that is not shown, the first page of the capture."""
        if line is None or not 1 <= line <= self.lines:
            return urls.page(self.folder, 1)
        return f"{urls.page(self.folder, bisect_right(self.starts, line))}#L{line}"

    def text_lines(self) -> list[str]:
        """Return its lines, counted as its readers count them.

        Raises:
            Unreadable: it is no text.
        """
        return text_of(unpacked(self.file.read_bytes())[0]).split("\n")


@dataclass(frozen=True)
class CaptureFiles:
    """The captures of a release that are at hand, by path."""

    by_path: Mapping[str, CaptureFile] = field(default_factory=dict)

    def link(self, root: str, path: str | None, line: int | None = None, words: str | None = None) -> Markup:
        """Return a link to a line of a capture, as `path:line` or in other words; plain text where there is no page."""
        text = words if words is not None else (path or "") + (f":{line}" if line is not None else "")
        capture = self.by_path.get(path or "")
        label = escape(plain(text))
        return Markup('<a href="{}{}">{}</a>').format(root, capture.address(line), label) if capture else label

    def sources(self) -> list[tuple[str, int]]:
        """Return how captures were obtained, as their metadata say, with the number of captures, most first."""
        return Counter(c.source for c in self.by_path.values() if c.source).most_common()

    def linker(self, root: str) -> Any:
        """Return `link` for pages from which `root` leads to the site's folder."""
        return partial(self.link, root)

    def marks(self, paths: Iterable[str]) -> str:
        """Return what links to some captures depend on."""
        captures = ((path, self.by_path.get(path)) for path in sorted(set(paths)))
        return repr([(path, c and (c.folder, c.lines, c.starts)) for path, c in captures])


def find(rows: Iterable[Mapping[str, Any]], raw: Path | None, limits: Limits) -> CaptureFiles:
    """Return the captures at hand.

    Args:
        rows: the rows of the table of captures.
        raw: the folder in which they are looked for; None to look nowhere.
        limits: how much of a capture is shown.
    """
    return CaptureFiles({} if raw is None else dict(_at_hand(rows, raw, limits)))


def _at_hand(rows: Iterable[Mapping[str, Any]], raw: Path, limits: Limits) -> Iterator[tuple[str, CaptureFile]]:
    root = raw.resolve()
    for row in rows:
        path, sha256 = row["path"], row["capture_sha256"]
        file = raw / path
        try:
            if sha256 is None or not file.resolve(strict=True).is_relative_to(root) or not file.is_file():
                continue
            if file.stat().st_size != row["bytes"] or _digest(file) != sha256:
                continue
            capture = CaptureFile(file, sha256, row["bytes"], f"{FOLDER}/{name_of(path)}", source=_source(file, root))
            yield path, _divided(capture, limits)
        except (OSError, RuntimeError, ValueError):  # gone, a link to itself, or no path at all
            continue


def name_of(path: str) -> str:
    """Return the name of a capture's folder in the site: its path where that is plain, else a slug and a hash of it."""
    if re.fullmatch(r"(?!.*-[0-9a-f]{8}$)[a-z0-9][a-z0-9_-]*(?:\.[a-z0-9_-]+)*", path) and len(path) <= urls.LONGEST:
        return path
    return f"{urls.slug(path)}-{hashlib.sha256(path.encode(errors='replace')).hexdigest()[:8]}"


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _divided(capture: CaptureFile, limits: Limits) -> CaptureFile:
    """Return a capture with its lines divided among pages; without lines if it is too large to show, or no text."""
    if capture.size > limits.capture_bytes:
        return capture
    try:
        lines = capture.text_lines()
    except Unreadable:
        return capture
    if sum(map(len, lines)) + len(lines) > limits.capture_bytes:  # it was compressed
        return capture
    starts, filled = [1], 0
    for number, line in enumerate(lines, start=1):
        length = len(line) + LINE_OVERHEAD
        if filled and filled + length > limits.capture_page_bytes:
            starts.append(number)
            filled = 0
        filled += length
    return replace(capture, lines=len(lines), starts=tuple(starts))


def _source(file: Path, root: Path) -> str | None:
    """Return what the metadata beside a capture say of how it was obtained."""
    meta = file.with_name(file.name + META)
    if not meta.is_file() or not meta.resolve().is_relative_to(root) or meta.stat().st_size > LARGEST_META:
        return None
    try:
        content = json.loads(meta.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    source = content.get("source") if isinstance(content, dict) else None
    return source.strip() or None if isinstance(source, str) else None
