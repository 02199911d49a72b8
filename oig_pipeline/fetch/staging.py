"""Captures on their way into the raw folder.

Belongs here: where a listing's pages wait until its walk has ended, and how they become captures together, in one
rename; so that a killed fetch leaves whole captures only, and the next goes on where it stopped. Does not: how one page
is written (see `filing.py`).

Pages wait in hidden folders below the raw folder, which no build reads.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from oig_pipeline.fetch.page_store import put
from oig_pipeline.fetch.walk import Row, Sheet

WALKING = ".walking"
_STATE = ".walk.json"


@dataclass
class Staged:
    """A listing that is being walked: the folder in which its pages wait, and what its walk has kept."""

    folder: Path
    begun: dt.datetime
    since: str | None
    sheets: list[Sheet]

    def keep(self, sheet: Sheet) -> None:
        """Remember a page of the walk; a later reading of it takes its place, and what followed is forgotten."""
        self.sheets = [*self.sheets[: sheet.page], sheet]
        state = {
            "begun": self.begun.isoformat(),
            "since": self.since,
            "sheets": [asdict(kept) for kept in self.sheets],
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        put(self.folder / _STATE, json.dumps(state, ensure_ascii=False).encode())

    def end(self) -> None:
        """End the walk: from now on its pages are captures, whatever happens, once `settle` has been called."""
        (self.folder / _STATE).unlink(missing_ok=True)

    def leave(self, target: Path) -> None:
        """Put the pages aside, for inspection."""
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(target, ignore_errors=True)
        shutil.move(self.folder, target)
        (target / _STATE).unlink(missing_ok=True)


def begin(host: Path, name: str, now: dt.datetime, since: str | None) -> Staged:
    """Return the walk of a listing: that which was killed if it is still wanted, else a new one.

    Args:
        host: the folder of the site's captures.
        name: the listing's name.
        now: the time.
        since: the day from which reports are wanted.
    """
    folder = host / WALKING / name
    try:
        state = json.loads((folder / _STATE).read_text(encoding="utf-8"))
        sheets = [Sheet(kept["page"], tuple(Row(*row) for row in kept["rows"]), kept["settled"])
                  for kept in state["sheets"]]  # fmt: skip
        found = Staged(folder, dt.datetime.fromisoformat(state["begun"]), state["since"], sheets)
    except (OSError, ValueError, KeyError, TypeError):
        return Staged(folder, now, since, [])
    return found if found.since == since else Staged(folder, now, since, [])


def settle(host: Path, *, all_of_them: bool = False) -> list[Path]:
    """Make captures of the pages of every walk that has ended; return them.

    Args:
        host: the folder of the site's captures.
        all_of_them: whether to do so with walks that have not ended, too.
    """
    found = []
    for folder in sorted((host / WALKING).glob("*")):
        if not all_of_them and (folder / _STATE).exists():
            continue
        for left in folder.glob(".*"):
            left.unlink()
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
        target.parent.mkdir(parents=True, exist_ok=True)
        folder.rename(target)
        found += [target / page.name for page in pages]
    return found
