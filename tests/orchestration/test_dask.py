"""The same job on a real Dask cluster, and in a process for each step: the same release, whoever runs the steps."""

from __future__ import annotations

import inspect
import os
import signal
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._cli.api import _execute_step_command_body
from dagster._core.executor.step_delegating import StepDelegatingExecutor, StepHandler
from dagster._grpc.types import ExecuteStepArgs

from oig_pipeline.contract.rule import files, row
from oig_pipeline.errors import CannotRun
from oig_pipeline.orchestration import executors
from oig_pipeline.run import pipeline
from oig_pipeline.settings import settings
from tests.conftest import free_port, serving
from tests.orchestration.cluster import MERGED_AT_ONCE, Cluster, launched

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:.*sqlalchemy.*"),
]
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
ASSETS = sorted(["captures", "sightings", "fiscal_years", "quarantine", "reports", "release", "catalog", "site"])


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
    made = pipeline.build(settings(raw, raw.parent / "here")).release
    assert made is not None
    return made.id


@pytest.fixture(scope="module")
def store(validators: Path) -> Iterator[dict[str, str]]:
    """Yield the environment in which an S3 server of this machine is reached, with the bucket `oig` in it."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    bucket = urllib.request.Request(f"{address}/oig", method="PUT")
    with serving([str(validators / "moto_server"), "-H", "127.0.0.1", "-p", str(port)], bucket):
        yield {**KEYS, "AWS_ENDPOINT_URL": address}


@pytest.fixture(scope="module")
def cluster(dask: Path, store: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Yield a cluster of two workers, to which tests add others."""
    with Cluster(dask, tmp_path_factory.mktemp("cluster"), store) as made:
        made.add_worker()
        made.add_worker()
        yield made


def test_two_workers_then_four_and_two_builds_at_once_give_the_releases_of_one_process(
    cluster: Cluster, tmp_path: Path
) -> None:
    raw = raw_of(tmp_path / "one", range(2019, 2022), "Audit of Programme")
    other = raw_of(tmp_path / "other", range(2012, 2015), "Review of Ports")
    expected, expected_other = release_of(raw), release_of(other)
    assert expected != expected_other

    with cluster.launched(raw, "two", merged_at_once=10) as two:
        assert two.ended().release == expected
    assert two.made == ASSETS
    steps = two.events(dg.DagsterEventType.STEP_SUCCESS)
    assert {step.pid for step in steps} >= cluster.pids, "both workers work"
    assert two.made_by("fiscal_years.curate") == [f"fiscal_years.curate[{year}]" for year in range(2019, 2022)]

    cluster.add_worker()
    cluster.add_worker()
    with (
        cluster.launched(raw, "shared", work="s3://oig/work") as shared,
        cluster.launched(other, "other", work="s3://oig/work") as beside,
    ):
        assert shared.ended().release == expected
        assert beside.ended().release == expected_other
    assert beside.made_by("fiscal_years.curate") == ["fiscal_years.curate[all]"], "few rows are merged at once"
    assert shared.made == beside.made == ASSETS
    assert not (raw.parent / "shared" / ".cache").exists(), "all that steps hand on lies in the store"
    assert not (cluster.home / "storage" / "catalog").exists()


def test_a_worker_killed_while_it_reads_is_made_good(cluster: Cluster, tmp_path: Path) -> None:
    raw = raw_of(tmp_path / "many", range(2019, 2021), "Audit of Programme")
    for number in range(300):  # so that reading takes a while
        listed = f"OIG-{number // 100 + 5:02}-{number % 100 + 1:02}"
        told = f"report_number,title\n{listed},Audit of Site {number * 7919} in Region {number}\n"
        (raw / f"{number:04}.csv").write_text(told)
    with cluster.launched(raw, "out") as run:
        killed = run.started("sightings.read[00000]")
        assert killed in cluster.pids
        os.kill(killed, signal.SIGKILL)
        run.ended()
    done = [s for s in run.events(dg.DagsterEventType.STEP_SUCCESS) if s.step_key == "sightings.read[00000]"]
    assert [step.pid != killed for step in done] == [True]
    assert run.made == ASSETS
    assert run.release == release_of(raw)


def test_a_process_for_each_step_gives_the_release_of_one_process(tmp_path: Path) -> None:
    raw = raw_of(tmp_path / "one", range(2019, 2022), "Audit of Programme")
    work = str(tmp_path / "work")
    with launched(
        Path(sys.executable), tmp_path / "home", raw, "out", OIG_EXECUTOR="multiprocess", OIG_WORK=work
    ) as run:
        assert run.ended().release == release_of(raw)
    assert run.made == ASSETS
    assert (tmp_path / "work" / "portions").is_dir()
    assert not (raw.parent / "out" / ".cache").exists()


def test_a_cluster_that_is_not_there_is_told(dask: Path, tmp_path: Path) -> None:
    raw = raw_of(tmp_path / "one", range(2019, 2020), "Audit of Programme")
    nowhere = f"tcp://127.0.0.1:{free_port()}"
    environment = {
        "OIG_EXECUTOR": "dask",
        "OIG_DASK_ADDRESS": nowhere,
        "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "1s",
    }
    with launched(dask / "python", tmp_path / "home", raw, "out", "", MERGED_AT_ONCE, **environment) as run:
        assert run.process.wait(300) == 1
    assert f"{nowhere}: no Dask scheduler answers" in run.log.read_text()
    assert not (raw.parent / "out" / "latest").exists()


def test_the_environment_chooses_the_executor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(executors.EXECUTOR, raising=False)
    assert executors.chosen() is dg.in_process_executor
    monkeypatch.setenv(executors.EXECUTOR, "multiprocess")
    assert executors.chosen().name == "multiprocess"
    monkeypatch.setenv(executors.EXECUTOR, "dask")
    with pytest.raises(CannotRun, match=r"OIG_EXECUTOR=dask: .*; install oig-pipeline\[dask\]"):
        executors.chosen()
    monkeypatch.setenv(executors.EXECUTOR, "cluster")
    with pytest.raises(CannotRun, match="the executors are in_process, multiprocess, dask"):
        executors.chosen()


def test_what_is_used_of_dagster_beyond_its_public_names_is_as_it_was() -> None:
    assert list(inspect.signature(_execute_step_command_body).parameters) == ["args", "instance", "dagster_run"]
    assert {"run_id", "step_keys_to_execute", "instance_ref", "known_state"} <= set(
        inspect.signature(ExecuteStepArgs).parameters
    )
    assert StepHandler.__abstractmethods__ == {"name", "launch_step", "check_step_health", "terminate_step"}
    wanted = {"retries", "sleep_seconds", "check_step_health_interval_seconds", "should_verify_step"}
    assert wanted <= set(inspect.signature(StepDelegatingExecutor).parameters)
