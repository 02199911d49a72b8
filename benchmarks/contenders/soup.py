"""Reading the site's HTML pages with BeautifulSoup and Python's own parser, in one process.

    python soup.py FOLDER

Reads what `oig captures` reads of them; leaves out recognising the layout, looking for rows that were lost, paragraphs,
and hashing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from bs4 import BeautifulSoup

CELLS = {
    "views-field-field-report-number": "report_number", "views-field-title": "title",
    "views-field-field-issue-date": "issue_date", "views-field-field-fy": "fiscal_year",
}  # fmt: skip


def rows(folder: Path) -> Iterator[dict[str, str | int | None]]:
    """Yield the rows of all pages, with the place of each."""
    for page in sorted(folder.glob("*.html")):
        tree = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
        for row in tree.find_all("tr"):
            cells = {CELLS[name]: cell for cell in row.find_all("td") for name in cell["class"] if name in CELLS}
            if cells:
                yield {"capture": page.name, "line": row.sourceline, **values(cells)}


def values(cells: dict) -> dict[str, str | None]:
    """Return what the cells of a row say."""
    hidden = cells["title"].find("span", class_="hidden")
    summary = hidden.extract().get_text() if hidden else ""
    link, time = cells["title"].find("a"), cells["issue_date"].find("time")
    return {
        "report_number": cells["report_number"].get_text(),
        "title": cells["title"].get_text(),
        "summary": summary,
        "issue_date": time["datetime"][:10] if time else "",
        "document_url": link["href"] if link else "",
        "fiscal_year": cells["fiscal_year"].get_text(),
    }


if __name__ == "__main__":
    print(sum(1 for row in list(rows(Path(sys.argv[1])))), "rows")
