"""A real Dask cluster of this machine, and runs of the job as a user launches them."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import dagster as dg

from oig_pipeline.settings import Limits
from tests.conftest import free_port

MERGED_AT_ONCE = Limits().merged_at_once
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
    def made(self) -> list[str]:
        """The assets that Dagster was told of, in any order, each as often as it was."""
        keys = [event.asset_key for event in self.events(dg.DagsterEventType.ASSET_MATERIALIZATION)]
        return sorted(key.to_user_string() for key in keys if key is not None)

    def made_by(self, name: str) -> list[str]:
        """Return the dynamic steps of a name that ended well, in order: not every line that is logged is printed."""
        keys = [event.step_key or "" for event in self.events(dg.DagsterEventType.STEP_SUCCESS)]
        return sorted(key for key in keys if key.startswith(f"{name}["))

    def events(self, kind: dg.DagsterEventType) -> list[dg.DagsterEvent]:
        """Return the events of a kind that Dagster has stored of this run up to now."""
        with dg.DagsterInstance.from_config(str(self.home)) as instance:
            runs = [r for r in instance.get_runs() if str(self.out) in json.dumps(r.run_config)]
            logs = [log for run in runs for log in instance.all_logs(run.run_id, of_type=kind)]
            return [log.dagster_event for log in logs if log.dagster_event is not None]

    def started(self, step: str) -> int:
        """Wait until a step has started; return the process in which it runs.

        The databases are read as they lie: an instance that opens one while the run makes it would make it too.
        """
        query = "SELECT event FROM event_logs WHERE dagster_event_type = 'STEP_START' AND step_key = ?"
        for _ in range(3000):
            for file in (self.home / "history" / "runs").glob("*.db"):
                with (
                    suppress(sqlite3.OperationalError),  # its tables are not there yet
                    closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database,
                ):
                    for (event,) in database.execute(query, [step]):
                        return int(json.loads(event)["dagster_event"]["pid"])
            assert self.process.poll() is None, self.log.read_text()[-6000:]
            time.sleep(0.1)
        raise AssertionError(f"{step} has not started")


@contextmanager
def launched(
    python: Path,
    home: Path,
    raw: Path,
    name: str,
    work: str = "",
    merged_at_once: int = MERGED_AT_ONCE,
    **environment: str,
) -> Iterator[Run]:
    """Launch the job `build` over `raw` in a process of its own, its output the folder `name` beside."""
    out = raw.parent / name
    home.mkdir(exist_ok=True)
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    config = out.parent / f"{out.name}.json"
    data = {"raw": str(raw), "out": str(out), "work": work, "merged_at_once": merged_at_once}
    config.write_text(json.dumps({"resources": {"data": {"config": data}}}))
    command: list[str | Path] = [
        python, "-m", "dagster", "job", "execute", "-m", "oig_pipeline.orchestration.definitions", "-j", "build",
        "-c", config,
    ]  # fmt: skip
    log = out.parent / f"{out.name}.log"
    with started(command, log, {"DAGSTER_HOME": str(home), **environment}) as process:
        yield Run(process, log, out, home)


class Cluster:
    """A scheduler and workers, each a process; `home` is the folder where Dagster keeps what runs tell.

    Attributes:
        environment: what workers and runs find in their environment.
        workers: the workers, those that were killed as well.
    """

    def __init__(self, programs: Path, folder: Path, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.workers: list[subprocess.Popen[bytes]] = []
        self.home = folder / "home"
        self._programs = programs
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
        """Start a worker that does one thing at a time and is not started anew when it dies."""
        number = len(self.workers)
        options = [self._address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--name", f"worker-{number}"]
        options += ["--local-directory", str(self._folder / f"worker-{number}")]
        self.workers.append(self._start("worker", options, self._folder / f"worker-{number}.log"))

    def _start(self, role: str, options: list[str], log: Path) -> subprocess.Popen[bytes]:
        return self._stack.enter_context(started([self._programs / "dask", role, *options], log, self.environment))

    @property
    def pids(self) -> set[int]:
        """The processes of the workers."""
        return {worker.pid for worker in self.workers}

    def launched(
        self, raw: Path, out: str, work: str = "", merged_at_once: int = MERGED_AT_ONCE
    ) -> AbstractContextManager[Run]:
        """Launch a run on the cluster, its output folder beside `raw`."""
        python = self._programs / "python"
        environment = {"OIG_EXECUTOR": "dask", "OIG_DASK_ADDRESS": self._address, **self.environment}
        return launched(python, self.home, raw, out, work, merged_at_once, **environment)
