"""The command line.

Belongs here: the program, its help, and how every fault ends in one line and a status. Does not: commands (see the
modules beside), any decision about data, or how an outcome is laid out (`cli/terminal.py`).
"""

from __future__ import annotations

import os
import signal
import sys
import traceback

from oig_pipeline.cli import output
from oig_pipeline.cli.app import app

# Help lists the commands in the order of these imports.
from oig_pipeline.cli import runs, answers, site, shelf
from oig_pipeline.errors import CannotRun
from oig_pipeline.domain.visible import one_line

__all__ = ["answers", "app", "main", "runs", "shelf", "site"]


_JEMALLOC_CONF = f"oversize_threshold:0,dirty_decay_ms:2000,muzzy_decay_ms:0,narenas:{os.cpu_count()}"
"""How Polars' allocator (jemalloc) keeps memory: by itself it gives large pieces back that are needed again at once,
and keeps four times as many heaps as there are cores, each with pieces that nobody else can use."""

_INTERRUPTED = 128 + signal.SIGINT
"""The status with which Typer ends a command on Ctrl-C."""


def main() -> None:
    """Run the command line; every fault ends in one line and a status, never in a traceback."""
    os.environ.setdefault("_RJEM_MALLOC_CONF", _JEMALLOC_CONF)  # read when Polars is loaded
    os.environ.setdefault("_TYPER_FORCE_DISABLE_TERMINAL", "1")  # its messages quote what was typed
    with output.guarded():
        sys.exit(_run())


def _run() -> int:
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except SystemExit as end:
        if end.code == _INTERRUPTED:
            print("oig: interrupted", file=sys.stderr)
        raise
    except CannotRun as fault:
        return _end(str(fault))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as fault:  # of the machine, where a command has no better word for it
        return _end(f"{fault.filename or 'the output'}: {fault.strerror or fault}")
    except Exception as fault:
        if os.environ.get("OIG_TRACEBACK"):
            traceback.print_exc()
            return 1
        message = f"{type(fault).__name__}: {fault}"
        return _end(f"this is a fault of the software: {message} (OIG_TRACEBACK=1 shows where)")
    return 0


def _end(message: str) -> int:
    print(f"oig: {one_line(message)}", file=sys.stderr)
    return 2
