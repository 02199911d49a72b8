"""A release that follows another: which fiscal years of it were written again.

Belongs here: comparing two releases file by file. Does not: building.
"""

from __future__ import annotations

import re
from pathlib import Path

_YEAR = re.compile(r"/(\d+)\.parquet$")


def rewritten(old: Path, new: Path) -> set[int]:
    """Return the fiscal years of which a file of the new release is not the very file of the old one."""
    before = {file.relative_to(old): file.stat().st_ino for file in old.rglob("*.parquet")}
    return {
        int(year[1])
        for file in new.rglob("*.parquet")
        if (year := _YEAR.search(str(file.relative_to(new))))
        and before.get(file.relative_to(new)) != file.stat().st_ino
    }
