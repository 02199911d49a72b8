"""A real Dask cluster of this machine, and runs of the job as a user launches them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
from distributed import Client

from tests.conftest import free_port

PYTHON = sys.executable
QUIET = {"PYTHONWARNINGS": "ignore", "DASK_DISTRIBUTED__ADMIN__LOG_FORMAT": "%(message)s"}


@contextmanager
def started(command: list[str | Path], log: Path, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program until the block ends; what it says goes to a file."""
    with (
        log.open("wb") as output,
        subprocess.Popen(
            list(map(str, command)), env={**os.environ, **QUIET, **environment}, stdout=output, stderr=output
        ) as process,
    ):
        try:
            yield process
        finally:
            process.kill()


@dataclass(frozen=True)
class Run:
    """A run of the job, started as a process."""

    process: subprocess.Popen[bytes]
    log: Path
    out: Path
    home: Path

    def ended(self) -> Run:
        """Wait for the run's end, which must be a good one."""
        assert self.process.wait(300) == 0, self.log.read_text()[-6000:]
        return self

    @property
    def release(self) -> str:
        return (self.out / "latest").resolve().name

    @property
    def materialized(self) -> list[str]:
        """The assets that Dagster has recorded, sorted."""
        kind = dg.DagsterEventType.ASSET_MATERIALIZATION
        with dg.DagsterInstance.from_config(str(self.home)) as instance:
            runs = [r for r in instance.get_runs() if str(self.out) in json.dumps(r.run_config)]
            logs = [log for run in runs for log in instance.all_logs(run.run_id, of_type=kind)]
        keys = [log.dagster_event.asset_key for log in logs if log.dagster_event is not None]
        return sorted(key.to_user_string() for key in keys if key is not None)


# Sent as it is: a named function would make workers import the tests.
STATE = lambda dask_worker: (  # noqa: E731
    dask_worker.name, sum(1 for _ in dask_worker.state.executing), len(dask_worker.state.log),
)  # fmt: skip


class Cluster:
    """A scheduler and workers, each a process; `home` is Dagster's home folder.

    Attributes:
        environment: environment variables of workers and runs.
        workers: the workers, killed ones included.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.workers: list[subprocess.Popen[bytes]] = []
        self.home = folder / "home"
        self._folder = folder
        self._stack = ExitStack()
        self._port = free_port()
        self._address = f"tcp://127.0.0.1:{self._port}"

    def __enter__(self) -> Cluster:
        self.home.mkdir(parents=True)
        options = ["--host", "127.0.0.1", "--port", str(self._port), "--no-dashboard"]
        self._start("scheduler", options, self._folder / "scheduler.log")
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def add_worker(self) -> None:
        """Start a worker with one thread, which is not restarted when it dies."""
        number = len(self.workers)
        options = [self._address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--name", f"worker-{number}"]
        options += ["--local-directory", str(self._folder / f"worker-{number}")]
        self.workers.append(self._start("worker", options, self._folder / f"worker-{number}.log"))

    def _start(self, role: str, options: list[str], log: Path) -> subprocess.Popen[bytes]:
        return self._stack.enter_context(started([PYTHON, "-m", "dask", role, *options], log, self.environment))

    @property
    def address(self) -> dict[str, str]:
        """The environment of a run that uses the cluster."""
        return {"OIG_EXECUTOR": "dask", "OIG_DASK_ADDRESS": self._address, **self.environment}

    def ask(self, when: str) -> list[tuple[str, int, int]]:
        """Return name, number of running tasks and length of the log of each worker: `now`, or once one is `busy`."""
        alive = sum(worker.poll() is None for worker in self.workers)
        with Client(self._address, set_as_default=False) as client:
            client.wait_for_workers(alive)
            while True:
                states = list(client.run(STATE).values())
                if when == "now" or any(executing for _, executing, _ in states):
                    return states
                time.sleep(0.02)

    @contextmanager
    def launched(self, raw: Path, name: str, merged_at_once: int) -> Iterator[Run]:
        """Launch Dagster's job `build` on the cluster, its output folder beside `raw`."""
        out, log, config = (raw.parent / file for file in (name, f"{name}.log", f"{name}.json"))
        (self.home / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
        data = {"raw": str(raw), "out": str(out), "merged_at_once": merged_at_once}
        config.write_text(json.dumps({"resources": {"data": {"config": data}}}))
        command: list[str | Path] = [
            PYTHON, "-m", "dagster", "job", "execute", "-m", "oig_pipeline.orchestration.definitions", "-j", "build",
            "-c", config,
        ]  # fmt: skip
        with started(command, log, {"DAGSTER_HOME": str(self.home), **self.address}) as process:
            yield Run(process, log, out, self.home)

    @contextmanager
    def building(self, raw: Path, name: str, **environment: str) -> Iterator[Run]:
        """Start `oig build` on the cluster, its output folder beside `raw`."""
        out, log = raw.parent / name, raw.parent / f"{name}.log"
        command: list[str | Path] = [
            PYTHON, "-m", "oig_pipeline", "build", "--no-site", "--raw", raw, "--out", out,
        ]  # fmt: skip
        with started(command, log, {**self.address, **environment}) as process:
            yield Run(process, log, out, self.home)
