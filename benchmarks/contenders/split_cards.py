"""Reading text cards with `str.split` alone.

    python split_cards.py FOLDER

Reads what `oig captures` reads of them; leaves out recognising the layout, press releases, bullets within summaries,
labels that are missing, stray text, line numbers, topics, hashing and columns.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

LABELS = ("Report Number", "Issue Date", "Document File", "DHS Agency", "Fiscal Year")


def rows(folder: Path) -> Iterator[dict[str, str]]:
    """Yield the cards of all pages."""
    for page in sorted(folder.glob("*.txt")):
        for card in page.read_text(encoding="utf-8").split("\n  \u2022 ")[1:]:
            title, _, rest = card.partition("\n\n    Executive Summary\n\n")
            summary, _, labels = rest.partition("\n\n    Report Number\n")
            lines = [line.strip() for line in ("Report Number\n" + labels).split("\n")]
            values = dict(zip(lines, [*lines[1:], ""], strict=True))
            fields = {label: values[label] if values[label] not in LABELS else "" for label in LABELS}
            yield {"title": title.strip(), "summary": summary.strip(), **fields}


if __name__ == "__main__":
    print(sum(1 for row in list(rows(Path(sys.argv[1])))), "rows")
