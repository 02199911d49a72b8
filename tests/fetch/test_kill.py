"""A fetch that is killed leaves whole captures only, and the next one goes on where it stopped."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from oig_pipeline.capture.captures import take as take_captures
from oig_pipeline.errors import CannotRun
from tests.conftest import Oig
from tests.fetch.conftest import Project, expected_rows
from tests.replica.documents import pdf
from tests.replica.facts import newer, reports
from tests.replica.server import Replica, Reply, Request

pytestmark = pytest.mark.process


class Killer:
    """Kills a process while it waits for the answer to a request of a given number."""

    def __init__(self, number: int, suffix: str = "") -> None:
        self.number, self.suffix = number, suffix
        self.count = 0
        self.victim: subprocess.Popen[bytes] | None = None
        self.started = threading.Event()

    def __call__(self, request: Request, replica: Replica) -> Reply | None:
        self.count += request.path.endswith(self.suffix)
        if self.count == self.number:
            assert self.started.wait(60)
            assert self.victim is not None
            os.kill(self.victim.pid, signal.SIGKILL)
            self.victim.wait()
        return None


def run_killed(killer: Killer, project: Project, *command: str) -> int:
    project.replica.misdeeds.append(killer)
    options = ["--raw", str(project.raw), "--base-url", project.replica.url, "--delay", "0", "--backoff", "0"]
    with subprocess.Popen(
        [sys.executable, "-m", "oig_pipeline", *command, *options], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as victim:
        killer.victim = victim
        killer.started.set()
        victim.wait(60)
    project.replica.misdeeds.clear()
    return victim.returncode


@pytest.mark.parametrize("number", [1, 3, 6, 14, 40])
def test_a_fetch_killed_in_the_middle_leaves_whole_captures_and_the_next_goes_on(number: int, project: Project) -> None:
    project.raw.mkdir(parents=True)
    assert run_killed(Killer(number), project, "fetch") == -signal.SIGKILL
    _all_whole(project.raw)
    result = project.fetch()
    assert result.status == 0
    assert result.went_on
    _all_whole(project.raw)
    assert project.published() == expected_rows(*reports())
    hidden_files = [p for p in project.raw.rglob(".*") if p.is_file()]
    assert hidden_files == []
    # Beside full pages, which are asked for twice, only what was asked for while the fetch was killed.
    twice = [
        target for target, count in project.replica.counted().items() if count > 1 and "target_id=2&" not in target
    ]
    assert sum(project.replica.counted()[t] - 1 for t in twice if "target_id=All" not in t) <= 1
    assert sum(project.replica.counted().values()) <= 58 + 3


def _all_whole(raw: Path) -> None:
    """Every capture that a build would read is whole and has its metadata."""
    try:
        captures = take_captures(raw)
    except CannotRun:
        return  # none yet
    for capture in captures:
        assert capture.problem is None
        assert capture.url
        assert capture.retrieved_at
        meta = json.loads(capture.file.with_name(capture.file.name + ".meta.json").read_text())
        assert len(gzip.decompress(capture.file.read_bytes())) == meta["bytes"]


def test_killed_between_a_walk_and_its_captures_the_next_fetch_files_them(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(self: Path, target: Path) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "rename", dies)
    with pytest.raises(KeyboardInterrupt):
        project.fetch()
    monkeypatch.undo()
    request_count = len(project.replica.requests)
    assert project.fetch().status == 0
    assert project.published() == expected_rows(*reports())
    again = {a.target for a in project.replica.requests[:request_count]} & {
        a.target for a in project.replica.requests[request_count:]
    }
    assert again == {"/robots.txt"}, "what had been walked is not asked for again"


def test_a_fetch_of_documents_killed_in_the_middle_goes_on(project: Project, oig_process: Oig) -> None:
    new_reports = newer(6)
    project.replica.facts.reports += new_reports
    project.replica.facts.reports = [
        r for r in project.replica.facts.reports if r in new_reports or r.path != new_reports[0].path
    ]
    project.replica.documents = {r.link: pdf(r.number) for r in project.replica.facts.reports}
    project.fetch()
    assert run_killed(Killer(4, ".pdf"), project, "fetch", "documents") == -signal.SIGKILL
    paths = [a.path for a in project.replica.requests if a.path.endswith(".pdf")]
    options = ("--raw", project.raw, "--base-url", project.replica.url, "--delay", "0", "--json")
    done = oig_process("fetch", "documents", *options)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert (summary["held"], summary["fetched"]["read"]) == (3, len(project.replica.documents) - 3)
    again = [a.path for a in project.replica.requests if a.path.endswith(".pdf")][len(paths) :]
    assert set(again) & set(paths) == {paths[-1]}


def test_one_fetch_at_a_time(project: Project, oig_process: Oig) -> None:
    from oig_pipeline.release.lock import writing

    project.raw.mkdir(parents=True)
    with writing(project.folder / "fetch"):
        done = oig_process("fetch", "--raw", project.raw, "--base-url", project.replica.url)
    assert done.returncode == 2
    assert "is writing here; try again when it has ended" in done.stderr
    assert not project.replica.requests
