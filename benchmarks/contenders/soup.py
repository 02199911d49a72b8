"""Reading the site's HTML pages with BeautifulSoup and Python's own parser, in one process.

    python soup.py FOLDER

Reads what `oig captures` reads of them; leaves out recognising the layout, looking for rows that were lost, paragraphs,
and hashing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from bs4 import BeautifulSoup, SoupStrainer, Tag


def rows(folder: Path) -> Iterator[dict[str, str | int | None]]:
    """Yield the rows of all pages, with the place of each."""
    for page in sorted(folder.glob("*.html")):
        # Only rows become a tree.
        tree = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser", parse_only=SoupStrainer("tr"))
        for row in tree.find_all("tr", recursive=False):
            cells = {cell["class"][1]: cell for cell in row.find_all("td", recursive=False)}
            if "views-field-title" in cells:
                yield {"capture": page.name, "line": row.sourceline, **values(cells)}


def values(cells: dict[str, Tag]) -> dict[str, str]:
    """Return what the cells of a row say."""
    title = cells["views-field-title"]
    hidden, link = title.find("span", class_="hidden", recursive=False), title.find("a", recursive=False)
    time = cells["views-field-field-issue-date"].find("time", recursive=False)
    return {
        "summary": hidden.extract().get_text() if hidden else "",
        "title": title.get_text(),
        "report_number": cells["views-field-field-report-number"].get_text(),
        "issue_date": time["datetime"][:10] if time else "",
        "document_url": link["href"] if link else "",
        "fiscal_year": cells["views-field-field-fy"].get_text(),
    }


if __name__ == "__main__":
    print(sum(1 for row in list(rows(Path(sys.argv[1])))), "rows")
