"""One writer at a time.

Belongs here: the lock on a curated folder. It is the operating system's, and so dies with its owner; what its file says
of the owner is for people alone.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from oig_pipeline.errors import CannotRun

LOCK = ".lock"


@contextmanager
def writing(out: Path, *, wait: bool = True, busy: Callable[[str], None] | None = None) -> Iterator[None]:
    """Hold the only right to write below `out`.

    Args:
        out: the curated folder; made if it is missing.
        wait: whether to wait while another process holds the right.
        busy: called once with who holds it, before waiting.

    Raises:
        CannotRun: another process holds it, and `wait` is false.
    """
    out.mkdir(parents=True, exist_ok=True)
    with (out / LOCK).open("a+", encoding="utf-8", errors="replace") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = _holder(out)
            if not wait:
                raise CannotRun(f"{out}: {holder} is writing here; try again when it has ended") from None
            if busy is not None:
                busy(holder)
            fcntl.flock(file, fcntl.LOCK_EX)
        file.truncate(0)
        file.write(
            f"process {os.getpid()} ({Path(sys.argv[0]).name}, since {dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M:%S} UTC)"
        )
        file.flush()
        yield


def is_held(out: Path) -> bool:
    """Return whether somebody has the right to write below `out`."""
    try:
        with (out / LOCK).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        pass
    return False


def _holder(out: Path) -> str:
    return (out / LOCK).read_text(encoding="utf-8", errors="replace").strip() or "another process"
