"""The command line.

Belongs here: the program, its help, and how every fault ends in one line and a status. Does not: commands (see the
modules beside), any decision about data, or how an outcome is laid out (`terminal.py`).
"""

from __future__ import annotations

import os
import sys

from oig_pipeline.cli.app import app

# Help lists the commands in the order of these imports.
from oig_pipeline.cli import fetch, runs, answers, site, shelf
from oig_pipeline.contract.faults import CannotRun

__all__ = ["answers", "app", "fetch", "main", "runs", "shelf", "site"]


_MEMORY = f"oversize_threshold:0,dirty_decay_ms:2000,muzzy_decay_ms:0,narenas:{os.cpu_count()}"
"""How Polars' allocator (jemalloc) keeps memory: by itself it gives large pieces back that are needed again at once,
and keeps four times as many heaps as there are cores, each with pieces that nobody else can use."""


def main() -> None:
    """Run the command line; every fault ends in one line and a status, never in a traceback."""
    os.environ.setdefault("_RJEM_MALLOC_CONF", _MEMORY)  # read when Polars is loaded
    try:
        app()
    except CannotRun as fault:
        print(f"oig: {fault}", file=sys.stderr)
        sys.exit(2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as fault:
        if os.environ.get("OIG_TRACEBACK"):
            raise
        said = f"{type(fault).__name__}: {fault}".splitlines()[0]
        print(f"oig: this is a fault of the software: {said} (OIG_TRACEBACK=1 shows where)", file=sys.stderr)
        sys.exit(2)
