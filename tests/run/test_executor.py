"""Parallel execution on this machine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from threading import current_thread
from threading import enumerate as enumerate_threads

import loky
import pytest

from oig_pipeline.errors import CannotRun
from oig_pipeline.run import cache, pipeline
from oig_pipeline.run.executor import Workers
from oig_pipeline.settings import Limits
from tests.conftest import PROJECT
from tests.run.listings import build, fill, hashes, many, ndjson

TWICE = """
  - rule: fiscal_year_malformed
    where: {report_number: OIG-18-01}
    expect: {fiscal_year: "20187"}
    set: {fiscal_year: "2018"}
    why: A digit too many.
"""
SCRIPT = """
from dataclasses import replace
from oig_pipeline.run import pipeline
from oig_pipeline.settings import Limits, settings

print("once")
limits = Limits(process_bytes=1, workers=2, batch_captures=1)
print(pipeline.build(replace(settings("raw", "curated"), limits=limits)).release.is_new)
"""

SHARED = """
import polars as pl
from oig_pipeline.run import executor

def threads(task):
    return task, pl.thread_pool_size()

def main():
    executor.cores = lambda: 6  # what is shared among the workers
    with executor.Workers("multiprocess") as workers:
        print(workers.map(threads, range(3)))
"""
SLOW = """
import os, sys, time
from pathlib import Path

def work(name):
    Path(name).write_text(str(os.getpid()))
    time.sleep(float(sys.argv[1]))
"""
RUN = """
import slow
from oig_pipeline.run import executor

with executor.Workers("multiprocess", count=2) as workers:
    workers.map(slow.work, "0123456789")
"""


def test_results_come_in_the_order_of_the_tasks() -> None:
    with Workers() as workers:
        assert workers.map(lambda n: n * n, range(50)) == [n * n for n in range(50)]
        assert workers.map(str, []) == []


def test_a_run_starts_one_executor_and_a_larger_one_where_it_is_too_small() -> None:
    def pool_of(workers: Workers, tasks: int) -> set[str]:
        return {name.split("_")[0] for name in workers.map(lambda task: current_thread().name, range(tasks))}

    with Workers(count=3) as workers:
        first = pool_of(workers, 2)
        assert pool_of(workers, 2) == first
        larger = pool_of(workers, 9)
        assert larger != first
        assert pool_of(workers, 2) == larger
    assert not [thread for thread in enumerate_threads() if thread.name.split("_")[0] in first | larger]


@pytest.mark.parametrize("tasks", [[0], [1, 0, 2]])
def test_the_first_error_ends_it(tasks: list[int]) -> None:
    with Workers() as workers, pytest.raises(ZeroDivisionError):
        workers.map(lambda n: 1 // n, tasks)


def test_progress_is_reported() -> None:
    calls: list[tuple[int, int]] = []
    with Workers() as workers:
        workers.map(str, range(3), lambda done, total: calls.append((done, total)))
    assert calls == [(0, 3), (1, 3), (2, 3)]


@pytest.mark.process
@pytest.mark.parametrize(("max_threads", "threads"), [(None, 2), ("5", 5)])
def test_steps_in_processes_share_the_cores(tmp_path: Path, max_threads: str | None, threads: int) -> None:
    # In a new process: loky's workers inherit the environment at the first start.
    (tmp_path / "shared.py").write_text(SHARED, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "POLARS_MAX_THREADS"}
    if max_threads is not None:
        environment["POLARS_MAX_THREADS"] = max_threads
    command = [sys.executable, "-c", "import shared; shared.main()"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == f"{[(n, threads) for n in range(3)]}\n"


@pytest.mark.process
@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM])
def test_steps_in_processes_end_with_the_run(tmp_path: Path, sign: signal.Signals) -> None:
    (tmp_path / "slow.py").write_text(SLOW, encoding="utf-8")
    with subprocess.Popen([sys.executable, "-c", RUN, "100"], cwd=tmp_path) as process:
        pids = [int(_soon(tmp_path / name)) for name in "01"]
        process.send_signal(sign)
    for pid in pids:
        _gone(pid)


@pytest.mark.process
def test_an_interrupted_run_lets_processes_end_what_they_do(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(SLOW, encoding="utf-8")
    run = [sys.executable, "-c", RUN, "1"]
    with subprocess.Popen(run, cwd=tmp_path, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        pids = [int(_soon(tmp_path / name)) for name in "01"]
        os.killpg(process.pid, signal.SIGINT)
        assert process.stderr is not None
        stderr = process.stderr.read()
    assert stderr.count("Traceback") == 1
    assert stderr.endswith("KeyboardInterrupt\n")
    for pid in pids:
        _gone(pid)
    assert not (tmp_path / "9").exists()


def _soon(file: Path) -> str:
    """Return the text of a file, once there is any."""
    for _ in range(300):
        if file.exists() and (text := file.read_text(encoding="utf-8")):
            return text
        time.sleep(0.1)
    pytest.fail(f"{file.name} was never written")


def _gone(pid: int) -> None:
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    os.kill(pid, signal.SIGKILL)
    pytest.fail(f"process {pid} outlived the run")


DYING = """
import os, signal
from oig_pipeline.run import executor

def work(name):
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.process
def test_a_process_that_is_lost_is_named_by_its_task(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dying.py").write_text(DYING, encoding="utf-8")
    run = "import dying\nwith dying.executor.Workers('multiprocess') as w: w.map(dying.work, ['a.html', 'b.html'])"
    done = subprocess.run([sys.executable, "-c", run], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "CannotRun: a.html: the worker that had it was lost" in done.stderr


def test_much_is_read_in_processes_and_comes_to_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = PROJECT / "tests" / "golden" / "layouts"
    files = {file.name: file.read_bytes() for file in folder.iterdir() if "expected" not in file.name}
    pools: list[int] = []

    class Pool(loky.ProcessPoolExecutor):  # type: ignore[misc]
        def __init__(self, count: int, **options: object) -> None:
            pools.append(count)
            super().__init__(count, **options)

    monkeypatch.setattr(loky, "ProcessPoolExecutor", Pool)
    limits = Limits(process_bytes=1, batch_bytes=sum(map(len, files.values())) // 3, workers=2)
    expected = hashes(build(replace(fill(tmp_path / "both", files), limits=limits)))
    assert pools == [2]
    alone = replace(fill(tmp_path / "alone", files), limits=replace(limits, workers=1))
    assert hashes(build(alone)) == expected
    assert pools == [2]


def test_processes_are_used_for_any_amount_where_they_are_asked_for(tmp_path: Path) -> None:
    limits = Limits(chunk_bytes=700, merged_at_once=10)
    expected = hashes(build(replace(fill(tmp_path / "threads"), limits=limits)))
    settings = fill(tmp_path / "processes")
    settings = replace(settings, limits=limits, executor="multiprocess", work=str(tmp_path / "work"))
    assert hashes(build(settings)) == expected
    assert (tmp_path / "work" / cache.BATCHES).is_dir()
    assert not (settings.out / cache.CACHE / cache.BATCHES).exists()


def test_nothing_to_do_starts_no_cluster() -> None:
    with Workers("dask", "tcp://nowhere:1") as workers:
        assert workers.map(str, []) == []


@pytest.mark.parametrize("worth", [1, 2**40], ids=["processes", "threads"])
def test_what_stops_one_step_stops_the_run_in_the_same_words(tmp_path: Path, worth: int) -> None:
    files = {f"{n}.ndjson": ndjson(*many(2019 + n, 1)) for n in range(3)}
    files["9.ndjson"] = ndjson(*many(2018, 1, fiscal_year="20187"))
    limits = Limits(batch_bytes=1, process_bytes=worth, workers=2)
    settings = replace(fill(tmp_path, files, f"corrections:{TWICE}{TWICE}"), limits=limits)
    with pytest.raises(CannotRun, match=r"lines 2 and 8 both set fiscal_year of one row"):
        pipeline.build(settings)
    assert not list((settings.out / cache.CACHE).rglob(".*"))


@pytest.mark.process
def test_in_a_process_that_may_start_none_all_is_done_in_threads(tmp_path: Path) -> None:
    fill(tmp_path, {f"{n}.ndjson": ndjson(*many(2019 + n, 2)) for n in range(2)}, "corrections: []\n")
    pool = "import multiprocessing, once\nprint(multiprocessing.get_context('spawn').Pool(1).apply(once.build))"
    (tmp_path / "once.py").write_text("def build():" + SCRIPT.replace("\n", "\n    "), encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", pool], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout.split(), done.stderr) == (["once", "True", "None"], "")


@pytest.mark.process
def test_a_script_without_a_guard_is_not_run_again_in_each_process(tmp_path: Path) -> None:
    fill(tmp_path, {f"{n}.ndjson": ndjson(*many(2019 + n, 2)) for n in range(2)}, "corrections: []\n")
    (tmp_path / "script.py").write_text(SCRIPT, encoding="utf-8")
    done = subprocess.run([sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout.split(), done.stderr) == (["once", "True"], "")
