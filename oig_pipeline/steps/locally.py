"""Steps on this machine, on all its cores.

Belongs here: which steps run in threads and which in processes, and handing their results back in order. Does not: what
a step does.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import polars as pl

from oig_pipeline.curate.correct import load
from oig_pipeline.steps.keep import Cache
from oig_pipeline.steps.portion import Portion
from oig_pipeline.steps.reading import hear, read_portion
from oig_pipeline.steps.source import Source

WORTH_A_PROCESS = 8 * 2**20
"""So many bytes of pages take longer to read than a process to start."""
Task = TypeVar("Task")
Result = TypeVar("Result")


def cores() -> int:
    """Return on how many cores this process may run."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def portions(
    groups: Sequence[Sequence[Source]],
    corrections: Path,
    documents: pl.DataFrame,
    cache: Cache | None,
    told: Callable[[int, int], None],
) -> list[Portion]:
    """Return the portions of groups of sources, in order.

    Stretches are read in threads, since nearly all of that is work in libraries that run side by side; pages, which
    Python takes apart, in processes once there are many.

    Args:
        groups: the sources of each portion.
        corrections: the corrections file.
        documents: the table `documents`.
        cache: where to keep them; None for memory.
        told: is told how many portions are done, of how many.
    """
    work = partial(portion, corrections=corrections, documents=documents, cache=cache)
    return _apart(work, groups, told, in_threads=cache is None or not _are_pages(groups))


def portion(sources: Sequence[Source], corrections: Path, documents: pl.DataFrame, cache: Cache | None) -> Portion:
    """Return the portion of some sources, as a step that needs nothing else."""
    known = load(corrections)
    return cache.portion(sources, known, documents) if cache else read_portion(sources, known, documents)


def heard(groups: Sequence[Sequence[Source]]) -> list[Portion]:
    """Return what the sources of each group are, without keeping a row."""
    return _apart(hear, groups, lambda done, of: None, in_threads=not _are_pages(groups))


def _are_pages(groups: Sequence[Sequence[Source]]) -> bool:
    size = sum(source.size for group in groups for source in group if source.end is None)
    return size >= WORTH_A_PROCESS and len(groups) > 1 and cores() > 1


def _apart(
    work: Callable[[Task], Result], tasks: Sequence[Task], told: Callable[[int, int], None], *, in_threads: bool
) -> list[Result]:
    if in_threads:
        return side_by_side(work, tasks, told)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    with Processes(cores(), mp_context=context) as pool:
        return _all(pool, work, tasks, told)


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
    work: Callable[[Task], Result], tasks: Sequence[Task], told: Callable[[int, int], None] = lambda done, of: None
) -> list[Result]:
    """Return what the work makes of each task, in order, done in threads; the first fault ends it."""
    if len(tasks) < 2:
        told(0, len(tasks))
        return [work(task) for task in tasks]
    with ThreadPoolExecutor(cores()) as pool:
        return _all(pool, work, tasks, told)


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
