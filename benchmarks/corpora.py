"""The corpora of a run of benchmarks.

Belongs here: finding a corpus of a form and size, or making it. Does not: what stands in one (`corpus.py`).
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from benchmarks import commands, process

NDJSON = "reports.ndjson"
SUFFIXES = {".ndjson": "ndjson", ".html": "html", ".txt": "cards"}
TRUTH = "truth.json"


@dataclass(frozen=True)
class Corpus:
    """A folder of captures, and the file that says what must come of them."""

    form: str
    reports: int
    raw: Path
    truth: Path

    @property
    def ndjson(self) -> Path:
        """The one file of a corpus in that form."""
        return self.raw / NDJSON


@dataclass(frozen=True)
class Corpora:
    """The corpora in the folder `work`, and external ones that are used instead."""

    work: Path
    external: tuple[Corpus, ...] = ()

    def get(self, form: str, reports: int) -> Corpus:
        """Return the corpus of a form and size; it is generated unless an external or an existing one matches."""
        for corpus in self.external:
            if (corpus.form, corpus.reports) == (form, reports):
                return corpus
        folder = self.work / f"{form}-{reports}"
        if not (folder / TRUTH).exists():
            shutil.rmtree(folder, ignore_errors=True)
            # In a process of its own: what this one holds in memory, the kernel counts for those that it starts.
            process.run(commands.script("corpus", str(reports), form, folder))
        return Corpus(form, reports, folder / "raw", folder / TRUTH)


def adopt(folder: Path, work: Path) -> Corpus:
    """Return a corpus that another program has made: captures in `folder` or its `raw`, `truth.json` in either.

    Captures and truth are linked into `work` apart, since a truth among captures would be one.
    """
    raw = folder / "raw" if (folder / "raw").is_dir() else folder
    truth_file = next(place / TRUTH for place in (folder, raw) if (place / TRUTH).exists())
    captures = [file for file in sorted(raw.iterdir()) if file.suffix in SUFFIXES]
    form = SUFFIXES[captures[0].suffix]
    truth = json.loads(truth_file.read_text())
    # Of two rows in conflict, one stands for a report that was planned.
    reports = truth["reports"] + truth["quarantined"] - truth.get("rules", {}).get("conflict", 0) // 2
    target = work / f"given-{form}-{reports}"
    shutil.rmtree(target, ignore_errors=True)
    (target / "raw").mkdir(parents=True)
    for file in captures:
        link(file, target / "raw" / file.name)
    shutil.copy(truth_file, target / TRUTH)
    return Corpus(form, reports, target / "raw", target / TRUTH)


def link(old: Path, new: Path) -> None:
    """Give a file a second name, or copy it where the file system has no links."""
    try:
        os.link(old, new)
    except OSError:
        shutil.copyfile(old, new)


def link_tree(old: Path, new: Path) -> None:
    """Give all files of a folder a second name below `new`; links to folders stay what they are."""
    shutil.copytree(old, new, symlinks=True, copy_function=lambda a, b: link(Path(a), Path(b)))
