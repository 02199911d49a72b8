"""The command line inside this process.

Belongs here: calling `oig` as a shell would, without the second or two that a new process spends on imports. Does not:
what needs a process of its own (signals, closed pipes, encodings, limits, what is imported): see `oig_process`.
"""

from __future__ import annotations

import gc
import io
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

import oig_pipeline
from oig_pipeline.cli import main

PROGRAM = str(Path(oig_pipeline.__file__).with_name("__main__.py"))
"""What `sys.argv` begins with where a person types `python -m oig_pipeline`."""


def run(arguments: Sequence[str], cwd: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the command line in a folder, with variables added to the environment; nothing of that stays.

    Both streams are those of a pipe: UTF-8, no terminal.
    """
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2)]
    with ExitStack() as stack:
        stack.enter_context(chdir(cwd))
        stack.enter_context(patch.dict(os.environ, environment))
        stack.enter_context(patch.object(sys, "argv", [PROGRAM, *arguments]))
        stack.enter_context(redirect_stdout(streams[0]))
        stack.enter_context(redirect_stderr(streams[1]))
        status = _status()
    gc.unfreeze()  # a command that is about to end keeps its garbage; here there are others to come
    out, err = (stream.buffer.getvalue().decode() for stream in streams)
    return subprocess.CompletedProcess([PROGRAM, *arguments], status, out, err)


def _status() -> int:
    """Return the exit status of `main`, as the interpreter would give it."""
    try:
        main()
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        sys.stderr.write(f"{end.code}\n")
        return 1
    return 0
