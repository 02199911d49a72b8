"""What several tests share: folders of captures, and the command line as a user runs it."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import hypothesis
import pytest

from tests import command

if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    # A suite that is started in the background inherits this; Dagster then ignores SIGTERM too, and so would all that
    # tests start and end.
    signal.signal(signal.SIGINT, signal.default_int_handler)

TORTURE = bool(os.environ.get("OIG_TORTURE"))
"""Whether the tests that take minutes run in full, and property tests with more and new examples."""


def examples(number: int) -> hypothesis.settings:
    """Return the settings of a property test: so many examples in full, two in five of them otherwise."""
    return hypothesis.settings(max_examples=number if TORTURE else -(-number * 2 // 5))


# Machines are shared, so no example is failed for being slow.
hypothesis.settings.register_profile("project", examples(100), deadline=None, derandomize=not TORTURE)
hypothesis.settings.load_profile("project")
# Tests of the site and of exports make them; the others build releases without.
os.environ.setdefault("OIG_NO_SITE", "1")
os.environ.setdefault("OIG_EXPORTS", "0")
# Fetches of the replica are nobody's.
os.environ.setdefault("OIG_CONTACT", "tests@example.org")

SLOW = ("cluster", "browser", "torture", "process")
"""Markers of tests that take longest, in this order: their files go first, so that no worker ends with one of them."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run slow files first; within a file the order stays."""
    rank: dict[Path, int] = {}
    for item in items:
        marks = [place for place, name in enumerate(SLOW) if item.get_closest_marker(name)]
        rank[item.path] = min([rank.get(item.path, len(SLOW)), *marks])
    items.sort(key=lambda item: rank[item.path])


PROJECT = Path(__file__).resolve().parent.parent
DATA = PROJECT / "data"

Captures = Callable[..., Path]
SIBLINGS = ("corrections.yml", "documents/")
"""What stands beside the raw folder, not in it."""
Oig = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def captures(tmp_path: Path) -> Captures:
    """Return a function that fills `data/raw` of a new folder with files by name; some names go beside it."""

    def fill(files: Mapping[str, str | bytes]) -> Path:
        raw = tmp_path / "data" / "raw"
        raw.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            target = (raw.parent if name.startswith(SIBLINGS) else raw) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content if isinstance(content, bytes) else content.encode())
        return raw

    return fill


@pytest.fixture
def repo_data(tmp_path: Path) -> Path:
    """Return a copy of the repository's own data folder, raw captures and corrections, without releases."""
    target = tmp_path / "data"
    shutil.copytree(DATA / "raw", target / "raw")
    shutil.copy(DATA / "corrections.yml", target)
    return target


def shared(factory: pytest.TempPathFactory, name: str, fill: Callable[[Path], object]) -> Path:
    """Return a folder that all workers of a run read: the first that needs it fills it, and the others wait."""
    base = factory.getbasetemp()
    root = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, filled = root / name, root / f"{name}.filled"
    with (root / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not filled.exists():
            shutil.rmtree(folder, ignore_errors=True)  # of a worker that failed halfway
            folder.mkdir()
            fill(folder)
            filled.touch()
    return folder


@pytest.fixture(scope="session")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder like the repository's own with a release of it, which no test changes."""
    from oig_pipeline.run import pipeline
    from oig_pipeline.settings import settings

    def fill(data: Path) -> None:
        shutil.copytree(DATA / "raw", data / "raw")
        shutil.copy(DATA / "corrections.yml", data)
        assert pipeline.build(settings(data / "raw", data / "curated", exports=False)).release is not None

    return shared(tmp_path_factory, "golden", fill)


@pytest.fixture(scope="module")
def with_exports() -> Iterator[None]:
    """Let the builds of a module's tests write exports, which searches are answered from."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OIG_EXPORTS", "1")
        yield


@pytest.fixture
def built_data(golden: Path, tmp_path: Path) -> Path:
    """Return a copy of the repository's own data folder with a release of it, for tests that change it."""
    from oig_pipeline.release import catalog

    data = tmp_path / "data"
    shutil.copytree(golden, data, symlinks=True)
    catalog.write((data / "curated" / "latest").resolve())  # it names the folder in which the release lies
    return data


@pytest.fixture
def oig(tmp_path: Path) -> Oig:
    """Return a function that calls the command line in this process, as if typed in a new folder."""

    def run(*arguments: str | Path, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        return command.run([*map(str, arguments)], cwd or tmp_path, {"COLUMNS": "120", **environment})

    return run


@pytest.fixture
def oig_process(tmp_path: Path) -> Oig:
    """Return a function that runs `python -m oig_pipeline` in a new folder, as a process of its own."""

    def run(*arguments: str | Path, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "oig_pipeline", *map(str, arguments)],
            cwd=cwd or tmp_path,
            env={**os.environ, "COLUMNS": "120", **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run


@pytest.fixture(scope="session")
def validators() -> Path:
    """Return the folder of the programs that `make test` installs in an environment of their own."""
    folder = Path(os.environ.get("OIG_VALIDATORS") or Path(sys.prefix) / "validators" / "bin")
    assert (folder / "frictionless").exists(), f"{folder}: the validators are missing; make test installs them"
    return folder


@pytest.fixture(scope="session")
def own_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a release of the repository's own data, for tests that change nothing in it."""
    from oig_pipeline.run import pipeline
    from oig_pipeline.settings import settings

    def fill(folder: Path) -> None:
        assert pipeline.build(settings(DATA / "raw", folder, exports=True)).release is not None

    return (shared(tmp_path_factory, "curated", fill) / "latest").resolve()


def free_port() -> int:
    """Return a port of this machine that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def serving(command: list[str], probe: urllib.request.Request) -> Iterator[None]:
    """Run a server until the block ends, which begins once the server has answered a request."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        for _ in range(300):
            try:
                urllib.request.urlopen(probe).close()
                break
            except OSError:
                assert process.poll() is None, f"{command[0]} has ended"
                time.sleep(0.1)
        yield
        process.terminate()
