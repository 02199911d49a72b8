"""Steps of a run on a Dask cluster.

Belongs here: submitting a step to the cluster, telling whether it still runs there, and which cluster. Does not: what a
step does, or in which order steps run: Dagster knows that, dynamic steps, pools and retries included.

The executor of `dagster-dask` submits all steps at once, before dynamic ones are known, and names its Dask tasks by job
and step alone, so that two runs on one cluster share what one of them did. Its configuration of a cluster and its
resource tags are used here; each step is a task of its own name, which no other run, step or attempt has.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import Any

import dagster as dg
import distributed
from dagster._cli.api import _execute_step_command_body
from dagster._core.execution.retries import RetryMode
from dagster._core.executor.step_delegating import (
    CheckStepHealthResult,
    StepDelegatingExecutor,
    StepHandler,
    StepHandlerContext,
)
from dagster._grpc.types import ExecuteStepArgs
from dagster_dask.executor import DaskExecutor, get_dask_resource_requirements
from dagster_shared.serdes import deserialize_value, serialize_value

from oig_pipeline.errors import CannotRun
from oig_pipeline.run.cache import software

ADDRESS = "OIG_DASK_ADDRESS"
"""The environment variable that names a scheduler; without it, each run starts a cluster of this machine."""
WORKERS_COME = 120
"""Seconds within which a cluster must have a worker."""
ANSWERS = 30
_LOOKS_EVERY = 0.2
_ONE_AT_A_TIME = Lock()
_software = cache(software)


def run_step(told: str, made_by: str) -> None:
    """Run a step in this process, a worker's; its events go to Dagster's log, where the run reads them.

    Args:
        told: the step, serialised `ExecuteStepArgs`.
        made_by: the software of the run.

    Raises:
        CannotRun: this worker has other software, or the step was begun before, by a worker that was lost.
    """
    if made_by != _software():
        raise CannotRun("this worker's software is not that of the run: install the same on both")
    arguments = deserialize_value(told, ExecuteStepArgs)
    assert arguments.instance_ref is not None
    # Dagster is not safe with threads, of which a worker may have many.
    with _ONE_AT_A_TIME, dg.DagsterInstance.from_ref(arguments.instance_ref) as instance:
        run = instance.get_run_by_id(arguments.run_id)
        assert run is not None
        events = list(_execute_step_command_body(arguments, instance, run))
    if not any(_ends(event) for event in events):
        # Dask gives the tasks of a lost worker to others; what such a step left half done, Dagster decides about.
        raise CannotRun("the worker that had begun this step was lost, or the run has been ended")


def _ends(event: dg.DagsterEvent) -> bool:
    return event.is_step_success or event.is_step_failure or event.is_step_up_for_retry or event.is_step_skipped


class OnDask(StepHandler):
    """The steps of one run, as tasks of a cluster."""

    def __init__(self, kind: str, configuration: Mapping[str, Any]) -> None:
        super().__init__()
        self._kind = kind
        self._configuration = configuration
        self._client: Any = None
        self._futures: dict[str, Any] = {}

    @property
    def name(self) -> str:
        """The name that Dagster shows."""
        return "Dask"

    @contextmanager
    def connected(self) -> Iterator[None]:
        """Be connected to the cluster, which has a worker.

        Raises:
            CannotRun: no scheduler answers, or no worker comes.
        """
        with self._cluster() as cluster:
            try:
                client = distributed.Client(cluster, set_as_default=False)
            except OSError as error:
                said = f"{cluster}: no Dask scheduler answers: {error}; start it, or set {ADDRESS}"
                raise CannotRun(said) from None
            with client:
                try:
                    client.wait_for_workers(1, timeout=WORKERS_COME)
                except TimeoutError:
                    raise CannotRun(f"{cluster}: the Dask cluster has no worker; start one") from None
                self._client = client
                yield

    @contextmanager
    def _cluster(self) -> Iterator[Any]:
        if self._kind == "existing":
            yield self._configuration["address"]
            return
        options = DaskExecutor("local", dict(self._configuration)).build_dict("")
        with distributed.LocalCluster(**{"dashboard_address": None, **options}) as cluster:
            yield cluster

    def launch_step(self, step_handler_context: StepHandlerContext) -> Iterator[dg.DagsterEvent]:
        """Submit a step."""
        arguments = step_handler_context.execute_step_args
        key = _key(arguments)
        (tags,) = step_handler_context.step_tags.values()
        self._futures[key] = self._client.submit(
            run_step,
            serialize_value(arguments),
            _software(),
            key=key,
            pure=False,
            resources=get_dask_resource_requirements(tags),
        )
        return iter(())

    def check_step_health(self, step_handler_context: StepHandlerContext) -> CheckStepHealthResult:
        """Tell whether a step waits or runs, or has ended by itself."""
        future = self._futures.get(_key(step_handler_context.execute_step_args))
        if future is None:
            return CheckStepHealthResult.unhealthy("nothing is known of its task")
        # A task finishes after the step's last event has been written.
        if future.status in ("pending", "finished") or _has_ended(step_handler_context):
            return CheckStepHealthResult.healthy()
        said = str(future.exception(timeout=ANSWERS)) if future.status == "error" else "the cluster does not know it"
        return CheckStepHealthResult.unhealthy(f"its task is {future.status}: {said}")

    def terminate_step(self, step_handler_context: StepHandlerContext) -> Iterator[dg.DagsterEvent]:
        """Take a step from the cluster's queue; one that runs already comes to its end, and nobody goes on from it."""
        future = self._futures.get(_key(step_handler_context.execute_step_args))
        if future is not None:
            future.cancel()
        return iter(())


def _key(arguments: ExecuteStepArgs) -> str:
    """Return the name of a step's task."""
    (step,) = arguments.step_keys_to_execute or ()
    assert arguments.known_state is not None
    attempt = arguments.known_state.get_retry_state().get_attempt_count(step)
    return f"{step}-{arguments.run_id}-{attempt}"


def _has_ended(context: StepHandlerContext) -> bool:
    """Return whether the log tells the end of a step, which the run has not read yet."""
    arguments = context.execute_step_args
    (step,) = arguments.step_keys_to_execute or ()
    (stats,) = context.instance.get_run_step_stats(arguments.run_id, [step]) or (None,)
    assert arguments.known_state is not None
    before = arguments.known_state.get_retry_state().get_attempt_count(step)
    return stats is not None and len(stats.attempts_list) > before


class OnCluster(StepDelegatingExecutor):
    """Dagster's executor that leaves steps to others, connected to a cluster as long as it works."""

    def __init__(self, handler: OnDask) -> None:
        super().__init__(
            handler,
            RetryMode.ENABLED,
            sleep_seconds=_LOOKS_EVERY,
            check_step_health_interval_seconds=1,
            should_verify_step=True,
        )
        self._on_dask = handler

    def execute(self, plan_context: Any, execution_plan: Any) -> Iterator[dg.DagsterEvent]:
        """Run the steps of a plan."""
        with self._on_dask.connected():
            yield from super().execute(plan_context, execution_plan)


_CLUSTER = dg.Field(
    dg.Selector(  # type: ignore[no-untyped-call]
        {
            "existing": dg.Field({"address": dg.StringSource}, description="The address of a scheduler."),
            "local": dg.Field(dict, is_required=False, description="Arguments of a LocalCluster."),
        }
    ),
    is_required=False,
    description=f"Where steps run; {ADDRESS} if nothing is said, else a cluster of this machine.",
)


@dg.executor(name="dask", config_schema={"cluster": _CLUSTER}, requirements=dg.multiple_process_executor_requirements())
def dask_executor(context: dg.InitExecutorContext) -> OnCluster:
    """Run each step on a worker of a Dask cluster."""
    address = os.environ.get(ADDRESS)
    default: dict[str, Any] = {"existing": {"address": address}} if address else {"local": {}}
    cluster: Any = context.executor_config.get("cluster") or default
    ((kind, configuration),) = cluster.items()
    return OnCluster(OnDask(kind, configuration))
