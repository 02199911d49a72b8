"""Temporary folders: held while their process lives, removed by the next build once it was killed."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from oig_pipeline import storage
from oig_pipeline.errors import CannotRun
from oig_pipeline.release.release import RELEASES
from oig_pipeline.run import pipeline
from oig_pipeline.run.cache import BATCHES
from oig_pipeline.settings import settings
from oig_pipeline.storage import TmpFolder, open_work_folder, remove_abandoned
from tests.conftest import Captures
from tests.policy import GOOD


@pytest.fixture
def tmp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an own folder for temporary files."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    return tmp_path / "tmp"


def killed(parent: Path, prefix: str = storage.PREFIX) -> Path:
    """Return a temporary folder whose process was killed."""
    script = (
        "import sys, time; from pathlib import Path; from oig_pipeline.storage import TmpFolder\n"
        "folder = TmpFolder(Path(sys.argv[1]), sys.argv[2]); (folder.path / 'half').write_text('half')\n"
        "print(folder.path, flush=True); time.sleep(60)\n"
    )
    command = [sys.executable, "-c", script, str(parent), prefix]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        folder = Path(process.stdout.readline().strip())
        process.send_signal(signal.SIGKILL)
    assert (folder / "half").exists()
    return folder


def test_a_temporary_folder_goes_when_it_is_left_or_forgotten(tmp: Path) -> None:
    with TmpFolder() as folder:
        (folder / "file").touch()
    forgotten = TmpFolder()
    assert forgotten.path.is_dir()
    del forgotten
    assert list(tmp.iterdir()) == []


def test_what_a_killed_process_left_is_removed_and_what_is_held_or_not_ours_stays(tmp: Path) -> None:
    abandoned = killed(tmp)
    (tmp / "oig-rejected-1").mkdir()
    (tmp / f"{storage.PREFIX}file").touch()
    (tmp / f"{storage.PREFIX}link").symlink_to(tmp / "oig-rejected-1")
    with TmpFolder() as in_use:
        remove_abandoned()
        assert in_use.is_dir()
    assert not abandoned.exists()
    assert {path.name for path in tmp.iterdir()} == {
        "oig-rejected-1", f"{storage.PREFIX}file", f"{storage.PREFIX}link",
    }  # fmt: skip


def test_the_next_build_removes_what_killed_ones_left(tmp: Path, captures: Captures) -> None:
    raw = captures(GOOD)
    run_settings = settings(raw, raw.parent / "curated")
    first = pipeline.build(run_settings).release
    assert first is not None
    cache, releases = run_settings.out / ".cache", run_settings.out / RELEASES
    abandoned = [killed(tmp), killed(cache / BATCHES, ".0123-"), killed(cache / BATCHES, ".4567-")]
    abandoned += [releases / name for name in (".pruned-0123", ".building", ".damaged")]
    abandoned += [run_settings.out / ".rejected"]
    for folder in abandoned:
        folder.mkdir(exist_ok=True)
        shutil.copy(first.path / "manifest.json", folder)
    (run_settings.out / ".latest").symlink_to("nowhere")
    with TmpFolder(cache / BATCHES, ".other-") as in_use:
        pipeline.build(run_settings)
        assert in_use.is_dir(), "of a build that goes on"
    assert [path for path in abandoned if path.exists()] == []
    assert not (run_settings.out / ".latest").is_symlink()
    assert list((run_settings.out / RELEASES).iterdir()) == [first.path]


def test_a_folder_is_one_and_an_address_needs_what_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert open_work_folder("a/b") == Path("a/b")
    monkeypatch.setitem(__import__("sys").modules, "upath", None)
    with pytest.raises(CannotRun, match="to work in an object store, install"):
        open_work_folder("s3://bucket/work")
