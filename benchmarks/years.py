"""A release that follows another: which fiscal years of it were written again.

Belongs here: copying a curated folder without copying its data, and comparing two releases file by file. Does not:
building.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from benchmarks.corpora import link

LINKED_FROM = 2**20
_YEAR = re.compile(r"fiscal_year=(\d+)")


def copy_curated(old: Path, new: Path) -> None:
    """Give the large files of a curated folder a second name below `new`; copy the small ones, some of which grow."""

    def copied(source: str, target: str) -> None:
        if Path(source).stat().st_size < LINKED_FROM and not source.endswith(".parquet"):
            shutil.copy2(source, target)
        else:
            link(Path(source), Path(target))

    shutil.rmtree(new, ignore_errors=True)
    shutil.copytree(old, new, symlinks=True, copy_function=copied)


def rewritten(old: Path, new: Path) -> set[int]:
    """Return the fiscal years of which a file of the new release is not the very file of the old one."""
    before = {file.relative_to(old): file.stat().st_ino for file in old.rglob("*.parquet")}
    return {
        int(year[1])
        for file in new.rglob("*.parquet")
        if (year := _YEAR.search(str(file.relative_to(new))))
        and before.get(file.relative_to(new)) != file.stat().st_ino
    }
