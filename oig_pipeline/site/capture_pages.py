"""The pages of captures: the text of each with numbered lines, to which every value of the site leads.

Belongs here: the pages and the copy of each capture. Does not: finding captures (`capture_files.py`), or what became
of their rows (`quality.py`).

A capture is anybody's text. It is shown as it is, as text: HTML as its source.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from markupsafe import Markup, escape

from oig_pipeline.site import urls
from oig_pipeline.site.capture_files import CaptureFile
from oig_pipeline.site.release_data import Row
from oig_pipeline.site.render import Site, plain
from oig_pipeline.site.write import SiteWriter


def write(rows: Iterable[Row], site: Site, writer: SiteWriter) -> None:
    """Write the pages and the copy of every capture that is at hand; `rows` are those of the table of captures."""
    for row in rows:
        if capture := site.captures.by_path.get(row["path"]):
            writer.copy(capture.download, capture.file, capture.sha256)
            _write_pages(row, capture, site, writer)


def _write_pages(row: Row, capture: CaptureFile, site: Site, writer: SiteWriter) -> None:
    lines: list[str] = []
    bounds = list(pairwise((*capture.starts, capture.lines + 1))) or [(1, 1)]
    for number, (first, end) in enumerate(bounds, start=1):
        path = urls.page(capture.folder, number)

        def content(path: str = path, number: int = number, first: int = first, end: int = end) -> str:
            if capture.lines and not lines:
                lines.extend(capture.text_lines())
            return site.render(
                "capture.html",
                path,
                row=row,
                capture=capture,
                first=first,
                last=end - 1,
                number=number,
                pages=len(bounds),
                lines=numbered(lines[first - 1 : end - 1], first),
            )

        shared = (site.base_url, site.wording.name, site.has_offices)
        writer.page(path, content, row, capture.starts, capture.lines, capture.source, number, *shared)


def numbered(lines: Sequence[str], first: int) -> Markup:
    """Return lines of a text as HTML, each with its number as a link to itself."""
    return Markup(
        "".join(
            f'<span id="L{n}"><a href="#L{n}">{n}</a>{escape(plain(line))}\n</span>'
            for n, line in enumerate(lines, start=first)
        )
    )
