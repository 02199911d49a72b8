"""Steps on this machine, on all its cores.

Belongs here: which steps run in threads and which in processes, and handing their results back in order. Does not: what
a step does.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any, TypeVar

import polars as pl

from oig_pipeline.curate.correct import load
from oig_pipeline.run.batches import Portion
from oig_pipeline.run.cache import Cache
from oig_pipeline.run.capture_chunks import Source
from oig_pipeline.run.read_batch import hear, read_portion

WORTH_A_PROCESS = 8 * 2**20
"""So many bytes take longer to read than a process to start."""
Task = TypeVar("Task")
Result = TypeVar("Result")


def cores() -> int:
    """Return on how many cores this process may run."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def are_worth_processes(groups: Sequence[Sequence[Source]]) -> bool:
    """Return whether so much is to be read together that processes are faster than threads."""
    size = sum(source.size for group in groups for source in group)
    may_start = not multiprocessing.current_process().daemon  # of a pool's processes, Python lets none have any
    return may_start and size >= WORTH_A_PROCESS and len(groups) > 1 and cores() > 1


def portions(
    groups: Sequence[Sequence[Source]],
    corrections: Path,
    documents: pl.DataFrame,
    cache: Cache | None,
    told: Callable[[int, int], None],
) -> list[Portion]:
    """Return the portions of groups of sources, in order, read in processes once there is much and a cache to put it.

    Args:
        groups: the sources of each portion.
        corrections: the corrections file.
        documents: the table `documents`.
        cache: where to keep them; None for memory.
        told: is told how many portions are done, of how many.
    """
    work = partial(portion, corrections=corrections, documents=documents, cache=cache)
    return side_by_side(work, groups, told, in_processes=cache is not None and are_worth_processes(groups))


def portion(sources: Sequence[Source], corrections: Path, documents: pl.DataFrame, cache: Cache | None) -> Portion:
    """Return the portion of some sources, as a step that needs nothing else."""
    known = load(corrections)
    return cache.portion(sources, known, documents) if cache else read_portion(sources, known, documents)


def heard(groups: Sequence[Sequence[Source]]) -> list[Portion]:
    """Return what the sources of each group are, without keeping a row."""
    return side_by_side(hear, groups, in_processes=are_worth_processes(groups))


class Processes(ProcessPoolExecutor):
    """Processes that start without the main module: a script that builds a release would build another in each."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Start what is asked for, and a process for it where one is missing."""
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            return super().submit(fn, *args, **kwargs)
        finally:
            sys.modules["__main__"] = main


def side_by_side(
    work: Callable[[Task], Result],
    tasks: Sequence[Task],
    told: Callable[[int, int], None] = lambda done, of: None,
    *,
    in_processes: bool = False,
) -> list[Result]:
    """Return what the work makes of each task, in order, done in threads or processes; the first fault ends it.

    Processes hold what they have read apart, and need no lock of the interpreter; threads are there at once.
    """
    if len(tasks) < 2:
        told(0, len(tasks))
        return [work(task) for task in tasks]
    count = min(cores(), len(tasks))
    if not in_processes:
        with ThreadPoolExecutor(count) as pool:
            return _all(pool, work, tasks, told)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    begin = partial(_begin, max(1, cores() // count))
    with Processes(count, mp_context=context, initializer=begin) as processes:
        return _all(processes, work, tasks, told)


def _begin(threads: int) -> None:
    """Prepare a process: it shares the cores with the others, and ends with the one that it works for, not before."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal interrupts all; the one that waits tells the others
    os.environ.setdefault("POLARS_MAX_THREADS", str(threads))
    if (parent := multiprocessing.parent_process()) is not None:
        Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    wait([parent.sentinel])
    os._exit(1)  # whoever was killed can tell nobody to stop


def _all(
    pool: Executor, work: Callable[[Task], Result], tasks: Iterable[Task], told: Callable[[int, int], None]
) -> list[Result]:
    futures = [pool.submit(work, task) for task in tasks]
    results = []
    try:
        for done, future in enumerate(futures):
            told(done, len(futures))
            results.append(future.result())
    finally:
        for future in futures:
            future.cancel()
    return results
