"""Executors for the tasks of a run: threads, processes on this machine, or a Dask cluster.

Belongs here: choosing an executor, and returning results in the order of the tasks. Does not: what a task does.

Every executor has the interface of `concurrent.futures`. A run starts one, when the first tasks need it, and keeps it
to its end. A worker must have the same code as the run, and see captures and cache under the same paths. It writes to a
temporary folder that it renames at the end, so a task can run twice.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from threading import Thread
from typing import Any, TypeVar

from oig_pipeline.errors import CannotRun
from oig_pipeline.run.cache import code_version
from oig_pipeline.run.capture_chunks import CaptureChunk
from oig_pipeline.settings import Limits, Settings

SECONDS_FOR_WORKER = 120
"""The timeout for the first worker of a cluster."""
Task = TypeVar("Task")
Result = TypeVar("Result")
Pool = tuple[Executor, tuple[type[BaseException], ...]]
"""An executor, and the errors that its futures raise when a worker is lost."""


def cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def use_processes(batches: Sequence[Sequence[CaptureChunk]], limits: Limits) -> bool:
    """Return whether there is enough to read for processes to be faster than threads.

    Polars reads the chunks of NDJSON, and lets other threads run meanwhile; the other layouts are read in Python.
    """
    size = sum(chunk.size for batch in batches for chunk in batch if chunk.lines is None)
    may_start = not multiprocessing.current_process().daemon  # a daemonic process cannot start processes
    return may_start and size >= limits.process_bytes and len(batches) > 1 and (limits.workers or cores()) > 1


@dataclass
class Workers:
    """The workers of a run: a context that starts an executor with the first tasks that need it, and ends it.

    Attributes:
        kind: `in_process`, `multiprocess` or `dask`.
        address: the address of a Dask scheduler; None for a temporary cluster on this machine.
        count: how many threads, processes or workers of a temporary cluster there are at most; None for as many as
            there are cores.
    """

    kind: str = "in_process"
    address: str | None = None
    count: int | None = None
    _stack: ExitStack = field(default_factory=ExitStack, init=False, repr=False, compare=False)
    _pool: Pool | None = field(default=None, init=False, repr=False, compare=False)
    _pool_size: int = field(default=0, init=False, repr=False, compare=False)

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *error: object) -> None:
        self._pool = None
        self._stack.close()

    @classmethod
    def of(cls, settings: Settings, batches: Sequence[Sequence[CaptureChunk]]) -> Workers:
        """Return the workers for the settings and the size of the input."""
        kind, limits = settings.executor, settings.limits
        if kind == "in_process" and use_processes(batches, limits):
            kind = "multiprocess"
        return cls(kind, settings.dask_address, limits.workers)

    def map(
        self,
        work: Callable[[Task], Result],
        tasks: Sequence[Task],
        on_progress: Callable[[int, int], None] = lambda done, total: None,
        name: Callable[[Task], str] = str,
    ) -> list[Result]:
        """Return the results of all tasks, in order; the first error is raised.

        Args:
            work: runs a task; processes and clusters need it to be picklable.
            tasks: the tasks.
            on_progress: called with the number of finished tasks, and of all tasks.
            name: names a task in messages.

        Raises:
            CannotRun: there is no cluster, or the worker of a task was lost, and retries failed too.
        """
        # One task alone needs no other worker; on a cluster it may need more memory than there is here.
        if len(tasks) < (1 if self.kind == "dask" else 2):
            on_progress(0, len(tasks))
            return [work(task) for task in tasks]
        executor, lost = self._started(min(self.count or cores(), len(tasks)))
        task_work = partial(_checked, code_version(), work) if self.kind == "dask" else work
        futures = [executor.submit(task_work, task) for task in tasks]
        results: list[Result] = []
        try:
            for task, future in zip(tasks, futures, strict=True):
                on_progress(len(results), len(tasks))
                try:
                    results.append(future.result())
                except lost as error:
                    reason = " ".join(str(error).split())
                    raise CannotRun(f"{name(task)}: the worker that had it was lost: {reason}") from None
        finally:
            for future in futures:
                future.cancel()
        return results

    def _started(self, size: int) -> Pool:
        """Return the executor, with at least so many threads or processes; a cluster has the workers that it has."""
        if self._pool is None or (self.kind != "dask" and self._pool_size < size):
            self._stack.close()
            self._pool, self._pool_size = self._stack.enter_context(self._starting(size)), size
        return self._pool

    def _starting(self, size: int) -> AbstractContextManager[Pool]:
        match self.kind:
            case "dask":
                return _cluster(self.address, self.count)
            case "multiprocess":
                return _processes(size)
            case _:
                return _threads(size)


@contextmanager
def _threads(count: int) -> Iterator[Pool]:
    with ThreadPoolExecutor(count) as executor:
        yield executor, ()


@contextmanager
def _processes(count: int) -> Iterator[Pool]:
    from loky import ProcessPoolExecutor  # slow to import; most runs need no process

    threads = os.environ.get("POLARS_MAX_THREADS") or str(max(1, cores() // count))
    begin, environment = partial(_begin, os.getpid()), {"POLARS_MAX_THREADS": threads}
    with ProcessPoolExecutor(count, initializer=begin, env=environment) as executor:
        yield executor, (BrokenExecutor,)


def _begin(parent: int) -> None:
    """Initialize a process: it ignores Ctrl-C, and ends with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal interrupts all processes; the parent stops the others
    Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.2)
    os._exit(1)  # a killed parent stops nobody


@contextmanager
def _cluster(address: str | None, count: int | None) -> Iterator[Pool]:
    try:
        import distributed
    except ImportError as error:
        raise CannotRun(f"OIG_EXECUTOR=dask: {error}; install oig-pipeline[dask]") from None
    with ExitStack() as stack:
        scheduler: Any = address
        if address is None:
            local = distributed.LocalCluster(count, threads_per_worker=1, dashboard_address=None)
            scheduler = stack.enter_context(local)
        try:
            client = stack.enter_context(distributed.Client(scheduler, set_as_default=False))
        except OSError as error:
            message = f"{address}: no Dask scheduler answers: {error}; start it, or set OIG_DASK_ADDRESS"
            raise CannotRun(message) from None
        try:
            client.wait_for_workers(1, timeout=SECONDS_FOR_WORKER)
        except TimeoutError:
            raise CannotRun(f"{scheduler}: the Dask cluster has no worker; start one") from None
        # With `pure`, equal tasks of two runs would share a key, and the end of one run would cancel the other's.
        yield client.get_executor(pure=False, retries=2), (distributed.KilledWorker,)


def _checked(version: str, work: Callable[[Task], Result], task: Task) -> Result:
    """Run a task on a worker of a cluster.

    Raises:
        CannotRun: the worker has another code version than the run.
    """
    if version != code_version():
        raise CannotRun("a Dask worker has another version of the software than the run: install the same on both")
    return work(task)
