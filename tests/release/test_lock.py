"""One writer at a time: who waits is told for whom, who will not wait is told too, and the dead hold nothing."""

from __future__ import annotations

import fcntl
import json
import os
import queue
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from oig_pipeline import CannotRun
from oig_pipeline.query import service
from oig_pipeline.release import release as release_module
from oig_pipeline.release import releases
from oig_pipeline.release.lock import is_held, writing
from oig_pipeline.run import pipeline
from oig_pipeline.settings import settings
from tests.conftest import Oig
from tests.dhs_examples import files, row

HOLDER = """
import sys
from pathlib import Path
from oig_pipeline.release.lock import writing
with writing(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""
PATIENCE = 60
"""Seconds after which a test that hangs is given up; nothing here takes long."""


@contextmanager
def lock_holder(out: Path) -> Iterator[subprocess.Popen[str]]:
    """Have another process hold the right to write below a folder, until it is killed at the latest."""
    command = [sys.executable, "-c", HOLDER, str(out)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def captured(folder: Path, name: str = "raw", number: str = "OIG-21-49") -> Path:
    """Return a folder of captures with one report."""
    raw = folder / name
    raw.mkdir(parents=True)
    content = files((row(report_number=number, title=f"Audit of {number}", issue_date=""),))["listing.ndjson"]
    (raw / "listing.ndjson").write_bytes(content)
    return raw


def in_thread(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


# The lock.


def test_the_folder_is_made_and_nothing_else_but_the_lock(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "curated"
    with writing(out):
        assert [path.name for path in out.iterdir()] == [".lock"]
    with writing(out, wait=False):
        pass


def test_never_are_two_inside(tmp_path: Path) -> None:
    inside: list[int] = []
    counts: list[int] = []

    def work(number: int) -> None:
        for _ in range(20):
            with writing(tmp_path):
                inside.append(number)
                counts.append(len(inside))
                inside.remove(number)

    threads = [in_thread(lambda number=number: work(number)) for number in range(8)]  # type: ignore[misc]
    for thread in threads:
        thread.join(PATIENCE)
    assert counts == [1] * 160


def test_other_folders_are_free(tmp_path: Path) -> None:
    with writing(tmp_path / "one"), writing(tmp_path / "two", wait=False):
        pass


def test_a_fault_inside_frees_the_folder(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), writing(tmp_path):
        raise ZeroDivisionError
    with writing(tmp_path, wait=False):
        pass


def test_who_will_not_wait_is_told_which_process_writes(tmp_path: Path) -> None:
    with lock_holder(tmp_path) as holder:
        since = r"since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC"
        message = rf"^{re.escape(str(tmp_path))}: process {holder.pid} \(.*{since}\) is writing here"
        with pytest.raises(CannotRun, match=message), writing(tmp_path, wait=False):
            raise AssertionError
        assert holder.poll() is None


def test_who_waits_is_told_once_for_whom(tmp_path: Path) -> None:
    messages: queue.Queue[str] = queue.Queue()
    got = threading.Event()

    def work() -> None:
        with writing(tmp_path, busy=messages.put):
            got.set()

    with lock_holder(tmp_path) as holder:
        waiting = in_thread(work)
        assert messages.get(timeout=PATIENCE).startswith(f"process {holder.pid} (")
        assert not got.is_set()
    waiting.join(PATIENCE)
    assert got.is_set()
    assert messages.empty()


def test_who_need_not_wait_is_told_nothing(tmp_path: Path) -> None:
    messages: list[str] = []
    with writing(tmp_path, busy=messages.append):
        pass
    assert messages == []


def test_the_holder_is_the_one_who_holds_it_now(tmp_path: Path) -> None:
    with lock_holder(tmp_path):
        pass
    with writing(tmp_path), pytest.raises(CannotRun, match=f"process {os.getpid()} "), writing(tmp_path, wait=False):
        pass


def test_a_dead_holder_never_blocks(tmp_path: Path) -> None:
    with lock_holder(tmp_path) as holder:
        holder.kill()
        holder.wait()
        with writing(tmp_path, wait=False):
            pass
    assert f"process {os.getpid()} " in (tmp_path / ".lock").read_text()


def test_who_waits_goes_on_when_the_holder_dies(tmp_path: Path) -> None:
    messages: queue.Queue[str] = queue.Queue()

    def work() -> None:
        with writing(tmp_path, busy=messages.put):
            messages.put("got it")

    with lock_holder(tmp_path) as holder:
        in_thread(work)
        assert messages.get(timeout=PATIENCE).startswith("process")
        holder.kill()
        assert messages.get(timeout=PATIENCE) == "got it"


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"process 1 (of long ago)" * 1_000])
def test_what_the_file_says_is_for_people_and_decides_nothing(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / ".lock"
    file.write_bytes(content)
    with writing(tmp_path, wait=False):
        assert file.read_text().startswith(f"process {os.getpid()} (")
        assert file.read_text().count("process") == 1
    # Another program holds it, or one that has not yet said who it is.
    file.write_bytes(content)
    with file.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(CannotRun, match="is writing here"), writing(tmp_path, wait=False):
            raise AssertionError


# The writers.


@pytest.fixture(scope="module")
def built_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a curated folder with two releases, which no test changes."""
    folder = tmp_path_factory.mktemp("made")
    for number in ("OIG-21-49", "OIG-21-50"):
        pipeline.build(settings(captured(folder, number, number), folder / "curated"))
    return folder / "curated"


def state(out: Path) -> tuple[object, ...]:
    entries = sorted(p.relative_to(out).as_posix() for p in out.rglob("*"))
    return (out / "latest").readlink(), (out / "releases.json").read_bytes(), entries


@pytest.mark.parametrize("command", ["build", "rollback", "prune"])
def test_a_command_that_will_not_wait_ends_at_once_and_changes_nothing(
    command: str, built_out: Path, tmp_path: Path, oig: Oig
) -> None:
    arguments: dict[str, list[str | Path]] = {
        "build": ["--raw", captured(tmp_path)],
        "rollback": ["1.0.0"],
        "prune": ["--keep", "1"],
    }
    before = state(built_out)
    with lock_holder(built_out) as holder:
        done = oig(command, *arguments[command], "--out", built_out, "--no-wait")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert f"process {holder.pid} (" in done.stderr
    assert done.stderr.endswith("is writing here; try again when it has ended\n")
    assert state(built_out) == before


def test_a_rejected_build_that_will_not_wait_ends_too(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "bad.csv").write_text("report_number,title\nnone,Audit\n")
    out = tmp_path / "curated"
    with writing(out), pytest.raises(CannotRun, match=f"process {os.getpid()} .* is writing here"):
        pipeline.build(settings(raw, out, wait=False))
    assert not (out / "rejected").exists()


def test_readers_need_not_wait(built_out: Path) -> None:
    with writing(built_out):
        assert service.query("SELECT count(*) FROM reports", built_out)[1] == [(1,)]
        assert service.verify(built_out)[1] == []
        assert service.difference(out=built_out).counts() == {"reports_added": 1, "reports_removed": 1}
        assert len(releases.list_releases(built_out)) == 2


def test_a_check_needs_no_lock(tmp_path: Path) -> None:
    with writing(tmp_path / "curated"):
        assert pipeline.check(settings(captured(tmp_path), tmp_path / "curated", wait=False)).reports.height == 1


def test_a_waiting_build_tells_for_whom_and_then_publishes(tmp_path: Path) -> None:
    steps: queue.Queue[str] = queue.Queue()
    raw, out = captured(tmp_path), tmp_path / "curated"
    with lock_holder(out) as holder:
        building = in_thread(lambda: pipeline.build(settings(raw, out), lambda stage, done, total: steps.put(stage)))
        while (step := steps.get(timeout=PATIENCE)) in ("Reading", "Judging", "Merging"):
            pass
        assert step.startswith(f"Waiting for process {holder.pid} (")
        assert release_module.latest(out) is None
    building.join(PATIENCE)
    assert service.verify(out)[1] == []
    messages = list(steps.queue)
    assert messages[0] == "Writing the tables"
    assert not [step for step in messages if step.startswith("Waiting")]


@pytest.mark.process
def test_builds_at_the_same_time_are_all_published_one_after_the_other(tmp_path: Path) -> None:
    out = tmp_path / "curated"
    with writing(out):
        running = [
            subprocess.Popen(
                [sys.executable, "-m", "oig_pipeline", "build", "--json", "--out", str(out), "--raw",
                 str(captured(tmp_path, f"raw-{number}", f"OIG-21-{number}"))],
                stdout=subprocess.PIPE, text=True,
            )
            for number in (49, 50, 51)
        ]  # fmt: skip
    outputs = [build.communicate(timeout=PATIENCE)[0] for build in running]
    assert [build.returncode for build in running] == [0, 0, 0]
    ids = {json.loads(text)["release"] for text in outputs}
    log = json.loads((out / "releases.json").read_text())["releases"]
    assert len(ids) == 3
    assert {entry["release"] for entry in log} == ids
    assert [entry["version"] for entry in log] == ["1.0.0", "1.1.0", "1.2.0"]
    assert [entry["previous"] for entry in log] == [None, log[0]["release"], log[1]["release"]]
    release, problems = service.verify(out)
    assert (Path(release).name, problems) == (log[-1]["release"], [])


def test_whether_the_right_is_held_can_be_asked(tmp_path: Path) -> None:
    assert not is_held(tmp_path / "nowhere")
    with writing(tmp_path):
        assert is_held(tmp_path)
    assert not is_held(tmp_path)
