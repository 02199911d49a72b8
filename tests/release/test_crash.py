"""Whatever stops a build, and whenever: the last release stays whole, or the new one is there whole."""

from __future__ import annotations

import hashlib
import random
import resource
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import oig_pipeline
from oig_pipeline.query import service
from oig_pipeline.release import release as release_module
from oig_pipeline.release import releases
from oig_pipeline.run import pipeline
from oig_pipeline.settings import settings
from tests.conftest import TORTURE, Oig
from tests.forked import PATIENCE, Publisher

ADDED = "report_number,title,fiscal_year\nOIG-21-90,Audit of Ports,2021\n"


@pytest.fixture
def curated(built_data: Path) -> Path:
    """Return a curated folder with a release, beside captures that give another one."""
    (built_data / "raw" / "added.csv").write_text(ADDED)
    return built_data / "curated"


def new_id(curated: Path) -> str:
    """Return the id of the release that the captures give, made elsewhere."""
    release = pipeline.build(settings(curated.parent / "raw", curated.parent / "elsewhere")).release
    assert release is not None
    return release.id


def publisher(curated: Path, last: str = "") -> Publisher:
    return Publisher(str(curated.parent / "raw"), str(curated), last)


def restore(curated: Path, old: str, new: str, version_log: bytes) -> None:
    """Bring back the folder in which the new release has not been published."""
    release_module.switch(curated, old)
    shutil.rmtree(curated / "releases" / new, ignore_errors=True)
    (curated / "releases.json").write_bytes(version_log)


_VERIFIED_DIGESTS: set[str] = set()
"""Digests of releases that were found whole; the same files in the same folder need no second look."""


def is_whole(curated: Path) -> str:
    """Return the id of the latest release, which must be whole."""
    release = (curated / "latest").resolve()
    digest = hashlib.sha256(str(release).encode())
    for file in sorted(release.rglob("*")):
        digest.update(str(file).encode() + (file.read_bytes() if file.is_file() else b""))
    if digest.hexdigest() not in _VERIFIED_DIGESTS:
        assert service.verify(curated) == (str(release), [])
        _VERIFIED_DIGESTS.add(digest.hexdigest())
    return release.name


@pytest.mark.process
def test_killed_at_any_step_the_old_release_or_the_new_one_is_whole(curated: Path) -> None:
    old, new = is_whole(curated), new_id(curated)
    version_log = (curated / "releases.json").read_bytes()
    done = publisher(curated)
    done.go()
    steps = done.steps()
    assert len(steps) == len(set(steps)) >= 7
    for step in steps:
        restore(curated, old, new, version_log)
        killed = publisher(curated, step)
        killed.go()
        assert killed.steps()[-1] == step
        assert killed.process.exitcode == -9, step
        assert is_whole(curated) == (new if step == steps[-1] else old), step
        again = pipeline.build(settings(curated.parent / "raw", curated)).release
        assert again is not None
        assert is_whole(curated) == again.id == new
        assert sorted(p.name for p in (curated / "releases").iterdir()) == sorted([old, new])


@pytest.mark.torture
@pytest.mark.process
def test_killed_at_any_instant_the_old_release_or_the_new_one_is_whole(curated: Path) -> None:
    instants = 200 if TORTURE else 8
    old, new = is_whole(curated), new_id(curated)
    version_log = (curated / "releases.json").read_bytes()
    chance = random.Random(1)
    waiting = [publisher(curated) for _ in range(3)]
    latest_ids = set()
    for _ in range(instants):
        restore(curated, old, new, version_log)
        waiting.append(publisher(curated))
        process = waiting.pop(0)
        process.go()
        time.sleep(chance.random() * 0.5)
        process.kill()
        latest_ids.add(is_whole(curated))
    for process in waiting:
        process.kill()
    assert latest_ids <= {old, new}
    assert pipeline.build(settings(curated.parent / "raw", curated)).release is not None
    assert is_whole(curated) == new


@pytest.mark.torture
def test_many_readers_see_whole_releases_during_many_switches(curated: Path) -> None:
    readers_at_once, switches = (100, 50) if TORTURE else (20, 20)
    pipeline.build(settings(curated.parent / "raw", curated))
    row_counts = {s.id: s.reports for s in releases.list_releases(curated)}
    assert len(row_counts) == 2
    over, faults, answered = threading.Event(), list[object](), list[int]()

    def read() -> None:
        while not over.is_set():
            try:
                with oig_pipeline.connect(curated) as connection:
                    counts = connection.sql(
                        "SELECT count(*), sum(sighting_count), "
                        "(SELECT count(*) FROM sightings WHERE outcome = 'published') FROM reports"
                    ).fetchall()[0]
                assert counts[0] in row_counts.values()
                assert counts[1] == counts[2]
                answered.append(counts[0])
            except Exception as fault:
                faults.append(fault)

    readers = [threading.Thread(target=read) for _ in range(readers_at_once)]
    for reader in readers:
        reader.start()
    turn, patience = 0, time.monotonic() + PATIENCE
    # A slow machine answers little between two switches; it goes on until both releases have been read.
    while turn < switches or (set(answered) != set(row_counts.values()) and time.monotonic() < patience):
        release_module.switch(curated, sorted(row_counts)[turn % 2])
        time.sleep(0.05)
        turn += 1
    over.set()
    for reader in readers:
        reader.join()
    assert faults == []
    assert set(answered) == set(row_counts.values())


def with_file_limit(max_bytes: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line on a disk that takes no more than `max_bytes` bytes in a file."""
    return subprocess.run(
        [sys.executable, "-m", "oig_pipeline", *arguments],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (max_bytes, max_bytes)),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.process
@pytest.mark.parametrize("max_bytes", [10, 2_000, 20_000, 100_000, 150_000])
def test_a_full_disk_is_told_in_one_line_and_the_last_release_stays(max_bytes: int, curated: Path) -> None:
    old = is_whole(curated)
    done = with_file_limit(max_bytes, "build", "--raw", str(curated.parent / "raw"), "--out", str(curated))
    assert done.returncode == 2, done.stdout
    assert "cannot be written" in done.stderr
    assert "the last release stays" in done.stderr
    assert done.stderr.count("\n") == 1
    assert is_whole(curated) == old
    assert pipeline.build(settings(curated.parent / "raw", curated)).release is not None
    assert is_whole(curated) != old


def read_only_folders(tmp_path: Path) -> Iterator[Path]:
    """Yield folders in which nobody, not even root, can write."""
    (tmp_path / "file").write_text("")
    yield tmp_path / "file" / "curated"
    yield Path("/proc/curated")


def test_a_folder_that_cannot_be_written_is_told_in_one_line(repo_data: Path, tmp_path: Path, oig: Oig) -> None:
    for folder in read_only_folders(tmp_path):
        done = oig("build", "--raw", repo_data / "raw", "--out", folder)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
        assert f"oig: {folder}" in done.stderr
        assert "cannot be written" in done.stderr


def test_a_file_that_vanishes_from_a_release_is_named(curated: Path, oig: Oig) -> None:
    (curated / "latest" / "sightings" / "2021.parquet").unlink()
    result = oig("query", "SELECT count(*) FROM sightings", "--release", curated)
    assert (result.returncode, "Traceback" in result.stderr) == (2, False)
    assert "sightings/" in result.stderr
    checked = oig("verify", curated)
    assert checked.returncode == 1
    assert "sightings/2021.parquet: is missing" in checked.stdout
