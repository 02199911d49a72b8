"""One writer at a time.

Belongs here: the lock on a curated folder. It is the operating system's, and so dies with its owner.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = ".lock"


@contextmanager
def writing(out: Path) -> Iterator[None]:
    """Hold the only right to write below `out`; waits while another process holds it."""
    out.mkdir(parents=True, exist_ok=True)
    with (out / LOCK).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
