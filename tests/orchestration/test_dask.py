"""The same run on a real Dask cluster: the same release, whoever reads and merges."""

from __future__ import annotations

import signal
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import dask
import pytest

from oig_pipeline.errors import CannotRun
from oig_pipeline.orchestration.assets import ASSETS
from oig_pipeline.orchestration.resources import Data
from oig_pipeline.run import executor, pipeline
from oig_pipeline.run.cache import BATCHES, code_version
from oig_pipeline.run.executor import Workers
from oig_pipeline.settings import Settings, settings
from tests.conftest import free_port, serving
from tests.dhs_examples import files, row
from tests.orchestration.cluster import Cluster, started

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:.*sqlalchemy.*"),
]
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
ASSET_NAMES = sorted(
    ["captures", "sightings", "quarantine", "reports", "recommendations", "release", "catalog", "site"]
)


def raw_of(folder: Path, years: range, titles: str) -> Path:
    """Return a new folder with a capture that lists ten reports of each of some fiscal years."""
    rows = tuple(
        row(
            report_number=f"OIG-{year % 100:02}-{n:02}", fiscal_year=str(year), issue_date="",
            title=f"{titles} {n * 7919 + year} in Region {n}",
        )
        for year in years for n in range(1, 11)
    )  # fmt: skip
    (folder / "raw").mkdir(parents=True)
    for name, content in files(rows).items():
        (folder / "raw" / name).write_bytes(content)
    return folder / "raw"


def release_of(raw: Path) -> str:
    """Return the release that a build in this process makes."""
    release = pipeline.build(settings(raw, raw.parent / "here")).release
    assert release is not None
    return release.id


@pytest.fixture(scope="module")
def store(validators: Path) -> Iterator[dict[str, str]]:
    """Yield the environment in which an S3 server of this machine is reached, with the bucket `oig` in it."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    bucket = urllib.request.Request(f"{address}/oig", method="PUT")
    with serving([str(validators / "moto_server"), "-H", "127.0.0.1", "-p", str(port)], bucket):
        yield {**KEYS, "AWS_ENDPOINT_URL": address}


@pytest.fixture(scope="module")
def cluster(store: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Yield a cluster of two workers, to which tests add others."""
    with Cluster(tmp_path_factory.mktemp("cluster"), store) as dask_cluster:
        dask_cluster.add_worker()
        dask_cluster.add_worker()
        yield dask_cluster


def test_a_run_on_two_workers_gives_the_release_of_one_process(cluster: Cluster, tmp_path: Path) -> None:
    raw = raw_of(tmp_path / "one", range(2019, 2022), "Audit of Programme")
    before = {name: length for name, _, length in cluster.ask("now")}
    with cluster.launched(raw, "two", merged_at_once=10) as run:
        assert run.ended().release == release_of(raw)
    assert run.materialized == ASSET_NAMES
    assert all(length > before[name] for name, _, length in cluster.ask("now")), "both workers work"


def test_two_builds_at_once_on_one_cluster_are_each_their_own(cluster: Cluster, tmp_path: Path) -> None:
    raw = raw_of(tmp_path / "one", range(2019, 2022), "Audit of Programme")
    other = raw_of(tmp_path / "other", range(2012, 2015), "Review of Ports")
    work = {"OIG_WORK": "s3://oig/work"}
    with (
        cluster.building(raw, "first", **work) as first,
        cluster.building(raw, "same", **work) as same,
        cluster.building(other, "second", **work) as second,
    ):
        assert first.ended().release == same.ended().release == release_of(raw)
        assert second.ended().release == release_of(other)
    assert not (raw.parent / "first" / ".cache" / BATCHES).exists(), "batches lie in the store"


def with_slow_captures(raw: Path) -> Path:
    """Return the folder with so many captures that reading them takes a while."""
    for number in range(300):
        row = f"OIG-{number // 100 + 5:02}-{number % 100 + 1:02},Audit of Site {number * 7919} in Region {number}"
        (raw / f"{number:04}.csv").write_text(f"report_number,title\n{row}\n")
    return raw


def test_a_run_that_is_ended_leaves_the_last_release_and_an_idle_cluster(cluster: Cluster, tmp_path: Path) -> None:
    raw = raw_of(tmp_path / "one", range(2019, 2020), "Audit of Programme")
    with cluster.building(raw, "out") as run:
        last = run.ended().release
    with cluster.building(with_slow_captures(raw), "out") as run:
        cluster.ask("busy")
        run.process.send_signal(signal.SIGINT)
        assert run.process.wait(60) == 130
    assert run.log.read_text().splitlines()[-1] == "oig: interrupted"
    assert run.release == last
    for _ in range(300):
        if not any(executing for _, executing, _ in cluster.ask("now")):
            break
        time.sleep(0.1)
    else:
        pytest.fail("a task of the ended run never ended")


def test_a_worker_killed_in_the_middle_is_made_good(cluster: Cluster, tmp_path: Path) -> None:
    raw = with_slow_captures(raw_of(tmp_path / "many", range(2019, 2021), "Audit of Programme"))
    with cluster.building(raw, "out") as run:
        (busy, *_) = [name for name, executing, _ in cluster.ask("busy") if executing]
        cluster.workers[int(busy.removeprefix("worker-"))].kill()
        assert run.ended().release == release_of(raw)


def test_a_cluster_that_is_not_there_is_named(tmp_path: Path) -> None:
    raw = raw_of(tmp_path / "one", range(2019, 2020), "Audit of Programme")
    nowhere = f"tcp://127.0.0.1:{free_port()}"
    data = Data(raw=str(raw), out=str(raw.parent / "out"), executor="dask", dask_address=nowhere)
    with dask.config.set({"distributed.comm.timeouts.connect": "1s"}), dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize(ASSETS, instance=instance, resources={"data": data}, raise_on_error=False)
    assert not result.success
    (event,) = result.get_step_failure_events()
    failure = event.step_failure_data.user_failure_data
    assert failure is not None
    assert f"{nowhere}: no Dask scheduler answers" in str(failure.description)
    assert not (raw.parent / "out" / "latest").exists()


def test_the_environment_names_the_executor(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Workers.of(Settings(), []) == Workers("in_process")
    monkeypatch.setenv("OIG_EXECUTOR", "multiprocess")
    assert Workers.of(Settings(), []) == Workers("multiprocess")
    monkeypatch.setenv("OIG_EXECUTOR", "dask")
    monkeypatch.setenv("OIG_DASK_ADDRESS", "tcp://scheduler:8786")
    assert Workers.of(Settings(), []) == Workers("dask", "tcp://scheduler:8786")
    monkeypatch.setitem(sys.modules, "distributed", None)  # as where it is not installed
    with (
        Workers("dask") as workers,
        pytest.raises(CannotRun, match=r"OIG_EXECUTOR=dask: .*; install oig-pipeline\[dask\]"),
    ):
        workers.map(str, [1])
    monkeypatch.setenv("OIG_EXECUTOR", "cluster")
    with pytest.raises(CannotRun, match="OIG_EXECUTOR=cluster: the executors are in_process, multiprocess, dask"):
        Settings()


def test_a_worker_with_other_code_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    version = code_version()
    assert executor._checked(version, str, 1) == "1"
    monkeypatch.setattr(executor, "code_version", lambda: "another")
    with pytest.raises(CannotRun, match="another version of the software than the run"):
        executor._checked(version, str, 1)


DYING = """
import os, signal
from oig_pipeline.run.executor import Workers

def work(name):
    os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    with Workers("dask", count=1) as workers:
        workers.map(work, ["a.html"])
"""


def test_what_kills_every_worker_is_named(tmp_path: Path) -> None:
    (tmp_path / "dying.py").write_text(DYING)
    environment = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    with started([sys.executable, tmp_path / "dying.py"], tmp_path / "log", environment) as process:
        assert process.wait(120) == 1
    assert "CannotRun: a.html: the worker that had it was lost" in (tmp_path / "log").read_text()
