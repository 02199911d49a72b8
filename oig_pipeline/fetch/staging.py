"""Captures on their way into the raw folder.

Belongs here: where a listing's pages wait until its walk has ended, and how they become captures together, in one
rename; so that a killed fetch leaves whole captures only, and the next goes on where it stopped. Does not: how one page
is written (see `page_store.py`).

Pages wait in hidden folders below the raw folder, which no build reads.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from oig_pipeline.capture.listed_page import ListingRow
from oig_pipeline.fetch.walk import FetchedPage
from oig_pipeline.release import atomic

WALKING = ".walking"
_STATE = ".walk.json"


@dataclass
class Staged:
    """A listing that is being walked: the folder of its staged pages, and the pages saved so far."""

    folder: Path
    begun: dt.datetime
    since: str | None
    pages: list[FetchedPage]

    def save_page(self, fetched_page: FetchedPage) -> None:
        """Save a page of the walk; a later reading replaces it and drops the pages after it."""
        self.pages = [*self.pages[: fetched_page.page], fetched_page]
        state = {
            "begun": self.begun.isoformat(),
            "since": self.since,
            "sheets": [asdict(page) for page in self.pages],
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        atomic.write(self.folder / _STATE, json.dumps(state, ensure_ascii=False).encode(), sync=True)

    def end(self) -> None:
        """End the walk: the next `commit` makes captures of its pages, even in a later fetch."""
        (self.folder / _STATE).unlink(missing_ok=True)

    def leave(self, target: Path) -> None:
        """Put the pages aside, for inspection."""
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(target, ignore_errors=True)
        shutil.move(self.folder, target)
        (target / _STATE).unlink(missing_ok=True)


def begin(host: Path, name: str, now: dt.datetime, since: str | None) -> Staged:
    """Return the walk of a listing: an interrupted one with the same `since`, else a new one.

    Args:
        host: the folder of the site's captures.
        name: the listing's name.
        now: the time.
        since: the first issue date to fetch.
    """
    folder = host / WALKING / name
    try:
        state = json.loads((folder / _STATE).read_text(encoding="utf-8"))
        pages = [FetchedPage(**{**page, "rows": tuple(ListingRow(*row) for row in page["rows"])})
                 for page in state["sheets"]]  # fmt: skip
        staged = Staged(folder, dt.datetime.fromisoformat(state["begun"]), state["since"], pages)
    except (OSError, ValueError, KeyError, TypeError):
        return Staged(folder, now, since, [])
    return staged if staged.since == since else Staged(folder, now, since, [])


def commit(host: Path, *, all_of_them: bool = False) -> list[Path]:
    """Move the pages of every finished walk to their place as captures; return the captures.

    Args:
        host: the folder of the site's captures.
        all_of_them: include unfinished walks.
    """
    captures = []
    for folder in sorted((host / WALKING).glob("*")):
        if not all_of_them and (folder / _STATE).exists():
            continue
        for stale_file in folder.glob(".*"):
            stale_file.unlink()
        for meta in folder.glob("*.meta.json"):
            if not meta.with_name(meta.name.removesuffix(".meta.json")).exists():
                meta.unlink()
        pages = sorted(folder.glob("*.html.gz"))
        if not pages:
            shutil.rmtree(folder)
            continue
        begun = min(json.loads(p.with_name(p.name + ".meta.json").read_text())["retrieved_at"] for p in pages)
        target = host / begun[:10] / f"{begun[11:19].replace(':', '')}-{folder.name}"
        while target.exists():
            target = target.with_name(target.name + "+")
        atomic.move(folder, target)  # each page is on the disk since it was written
        captures += [target / page.name for page in pages]
    return captures
