"""Processes that tests kill, or hold within limits.

Belongs here: running a function of this module in a process that is forked from one which has imported the package
already: importing takes longer than most of what such a test looks at. Does not: how a process starts, or what a
person sees of it, which need a real command (`oig_process`).
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess

from oig_pipeline.run import pipeline, publish
from oig_pipeline.settings import settings

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload([__name__, "oig_pipeline.release.release"])
PATIENCE = 120
"""Seconds that a process may take to answer on a busy machine."""


class Publisher:
    """A process that judges captures at once, and publishes them when it is told to.

    Args:
        raw: the folder of captures.
        out: the curated folder.
        last: the step of publishing at which it dies.
    """

    def __init__(self, raw: str, out: str, last: str = "") -> None:
        self._here, there = _CONTEXT.Pipe()
        self.process: ForkServerProcess = _CONTEXT.Process(target=_publish, args=(there, raw, out, last), daemon=True)
        self.process.start()
        there.close()

    def go(self) -> None:
        """Let it publish, once it has judged."""
        assert self._here.poll(PATIENCE)
        assert self._here.recv() == "ready"
        self._here.send("go")

    def steps(self) -> list[str]:
        """Return the steps that it takes until its end."""
        steps = []
        while self._here.poll(PATIENCE):
            try:
                steps.append(self._here.recv())
            except EOFError:
                break
        self.process.join(PATIENCE)
        return steps

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.join(PATIENCE)
        self._here.close()


def _publish(parent: Connection, raw: str, out: str, last: str) -> None:
    run_settings = settings(raw, out)
    outcome = pipeline.check(run_settings)

    def step(name: str) -> None:
        parent.send(name)
        if name == last:
            os.kill(os.getpid(), signal.SIGKILL)

    parent.send("ready")
    parent.recv()
    publish.publish(outcome.result, run_settings, switch=True, step=step)
