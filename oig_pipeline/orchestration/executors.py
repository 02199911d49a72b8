"""Who runs the steps of a run, and where.

Belongs here: which executors there are, and which one the environment asks for. Does not: what a step does, or how
steps reach a cluster (see `on_dask.py`).
"""

from __future__ import annotations

import os
from collections.abc import Callable

import dagster as dg

from oig_pipeline.errors import CannotRun

EXECUTOR = "OIG_EXECUTOR"
"""The environment variable that names one of `EXECUTORS`."""
_PRELOADED = "oig_pipeline.orchestration.definitions"


def _in_process() -> dg.ExecutorDefinition:
    return dg.in_process_executor


def _multiprocess() -> dg.ExecutorDefinition:
    # Each step has a process of its own; forked from one that has imported everything, it starts at once.
    return dg.multiprocess_executor.configured(
        {"start_method": {"forkserver": {"preload_modules": [_PRELOADED]}}}, name="multiprocess"
    )


def _dask() -> dg.ExecutorDefinition:
    try:
        from oig_pipeline.orchestration.on_dask import dask_executor
    except ImportError as error:
        raise CannotRun(f"{EXECUTOR}=dask: {error}; install oig-pipeline[dask]") from None
    return dask_executor


EXECUTORS: dict[str, Callable[[], dg.ExecutorDefinition]] = {
    "in_process": _in_process,
    "multiprocess": _multiprocess,
    "dask": _dask,
}


def chosen() -> dg.ExecutorDefinition:
    """Return the executor that the environment asks for; in-process where it asks for none.

    Raises:
        CannotRun: there is no such executor, or it is not installed.
    """
    name = os.environ.get(EXECUTOR) or next(iter(EXECUTORS))
    if name not in EXECUTORS:
        raise CannotRun(f"{EXECUTOR}={name}: the executors are {', '.join(EXECUTORS)}")
    return EXECUTORS[name]()
