"""Reading the site's HTML pages with BeautifulSoup and Python's own parser, in one process.

    python soup.py FOLDER

Reads what `oig captures` reads of them; leaves out recognising the layout, looking for rows that were lost, paragraphs,
and hashing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from bs4 import BeautifulSoup, Tag


def rows(folder: Path) -> Iterator[dict[str, str | int | None]]:
    """Yield the rows of all pages, with the place of each."""
    for page in sorted(folder.glob("*.html")):
        tree = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
        for row in tree.find_all("tr"):
            if row.find("td", class_="views-field-title"):
                yield {"capture": page.name, "line": row.sourceline, **values(row)}


def values(row: Tag) -> dict[str, str]:
    """Return what the cells of a row say."""
    title = row.find("td", class_="views-field-title")
    hidden, link, time = title.find("span", class_="hidden"), title.find("a"), row.find("time")
    return {
        "summary": hidden.extract().get_text() if hidden else "",
        "title": title.get_text(),
        "report_number": row.find("td", class_="views-field-field-report-number").get_text(),
        "issue_date": time["datetime"][:10] if time else "",
        "document_url": link["href"] if link else "",
        "fiscal_year": row.find("td", class_="views-field-field-fy").get_text(),
    }


if __name__ == "__main__":
    print(sum(1 for row in list(rows(Path(sys.argv[1])))), "rows")
