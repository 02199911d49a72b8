"""One whole process, measured.

Belongs here: wall time, CPU time and peak memory of a command and all below it. Does not: which commands, or how often.

Peak memory is the larger of two figures: what the kernel kept for the process itself (`ru_maxrss`, exact), and the
sum of the resident memory of it and its children, looked at every 50 ms. The sum counts pages that processes share once
for each, so it is never too small by that; a peak between two looks can be missed where there are several processes.
CPU time is user and system time of the whole family. Processes that outlive their parent, such as a server of workers
for which nobody waits, fall to this process, which waits for them and so has their time from the kernel.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Literal

SAMPLE_SECONDS = 0.05
PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")
KIB = 1024
CHILD_SUBREAPER = 36
"""The option of prctl(2) by which orphans of the family fall to this process."""
PATIENCE_SECONDS = 10
"""How long an orphan may take to end."""


Clock = Literal["cpu_seconds", "seconds"]
"""Which time of a run is meant: of the processors, which a busy machine stretches little, or of the wall."""


class Failed(Exception):
    """A command that did not end as it should, with what it said."""


@dataclass(frozen=True)
class Command:
    """A command, its label (without paths of this machine), and the exit statuses that count as success."""

    argv: tuple[str, ...]
    label: str
    statuses: tuple[int, ...] = (0,)


@dataclass(frozen=True)
class Run:
    """What one process cost, and the JSON object of its last line, where there is one."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    output: dict[str, Any]

    def time(self, clock: Clock) -> float:
        """Return the CPU seconds or the wall time."""
        return self.cpu_seconds if clock == "cpu_seconds" else self.seconds

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self)


def run(command: Command, environment: Mapping[str, str] | None = None) -> Run:
    """Run a command to its end, and measure it.

    Raises:
        Failed: it ended with a status that is none of its own.
    """
    os.sync()  # what the process before has written is no burden of this one
    with TemporaryFile() as out, TemporaryFile() as err:
        ctypes.CDLL(None).prctl(CHILD_SUBREAPER, 1, 0, 0, 0)
        before = _waited_for()
        began = time.perf_counter()
        process = subprocess.Popen(command.argv, stdout=out, stderr=err, env={**os.environ, **(environment or {})})
        looker = _Looker(process.pid)
        looker.start()
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        looker.ended.set()
        looker.join()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in command.statuses:
            raise Failed(f"{command.label} ended with {process.returncode}: {_tail(err) or _tail(out)}")
        _wait_for(looker.cpu_seconds)
        cpu_seconds = max(_waited_for() - before, sum(looker.cpu_seconds.values()))
        return Run(seconds, cpu_seconds, max(used.ru_maxrss * KIB, looker.peak), _last_json(_tail(out)))


def _waited_for() -> float:
    """Return the CPU seconds of all processes that this one has waited for, and of those that they waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _wait_for(pids: Iterable[int]) -> None:
    """Wait for the processes among some that have fallen to this one."""
    end = time.monotonic() + PATIENCE_SECONDS
    for pid in pids:
        try:
            while not os.waitpid(pid, os.WNOHANG)[0] and time.monotonic() < end:
                time.sleep(SAMPLE_SECONDS)
        except ChildProcessError:  # its parent has waited for it
            continue


def _tail(stream: Any, size: int = 4_000) -> str:
    stream.seek(0, os.SEEK_END)
    stream.seek(max(stream.tell() - size, 0))
    return str(stream.read().decode(errors="replace")).strip()


def _last_json(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text.splitlines()[-1]) if text else {}
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


class _Looker(threading.Thread):
    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid = pid
        self.ended = threading.Event()
        self.peak = 0
        self.cpu_seconds: dict[int, float] = {}

    def run(self) -> None:
        while not self.ended.wait(SAMPLE_SECONDS):
            pids = list(family(self.pid))
            self.peak = max(self.peak, sum(map(resident, pids)))
            self.cpu_seconds |= {pid: seconds for pid in pids if (seconds := worked(pid))}


def family(pid: int) -> Iterator[int]:
    """Yield a process and all below it."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            child_pids = children.read_text().split()
        except OSError:  # it ended meanwhile
            continue
        for child in child_pids:
            yield from family(int(child))


def resident(pid: int) -> int:
    """Return the bytes of a process that lie in memory; 0 if it has ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except (OSError, IndexError):
        return 0


def worked(pid: int) -> float:
    """Return the CPU seconds of a process by itself; 0 if it has ended."""
    try:
        user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    except (OSError, ValueError):
        return 0
    return (int(user) + int(system)) / TICKS
