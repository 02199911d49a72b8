"""Files and folders are there once all is written, and not before."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from oig_pipeline.release import atomic
from tests.conftest import PROJECT


def test_a_folder_appears_once_all_is_written(tmp_path: Path) -> None:
    with atomic.new_folder(tmp_path / "in" / "it") as tmp_dir:
        (tmp_dir / "a").write_text("1", encoding="utf-8")
        assert not (tmp_path / "in" / "it").exists()
    assert [file.name for file in (tmp_path / "in" / "it").iterdir()] == ["a"]
    assert [folder.name for folder in (tmp_path / "in").iterdir()] == ["it"]


def test_what_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), atomic.new_folder(tmp_path / "it") as tmp_dir:
        (tmp_dir / "a").write_text(str(1 // 0), encoding="utf-8")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_was_there_goes(tmp_path: Path) -> None:
    (tmp_path / "it").mkdir()
    (tmp_path / "it" / "damaged").touch()
    with atomic.new_folder(tmp_path / "it") as tmp_dir:
        (tmp_dir / "a").touch()
    assert [file.name for file in (tmp_path / "it").iterdir()] == ["a"]
    assert [folder.name for folder in tmp_path.iterdir()] == ["it"]


def test_a_folder_that_another_run_made_meanwhile_stays(tmp_path: Path) -> None:
    with atomic.new_folder(tmp_path / "it") as tmp_dir:
        (tmp_dir / "a").touch()
        with atomic.new_folder(tmp_path / "it") as other:
            (other / "b").touch()
    assert [file.name for file in (tmp_path / "it").iterdir()] == ["b"]


def test_a_file_is_never_seen_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    atomic.write(tmp_path / "a", b"old", sync=True)

    def dies(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", dies)
    with pytest.raises(KeyboardInterrupt):
        atomic.write(tmp_path / "a", b"new", sync=True)
    assert (tmp_path / "a").read_bytes() == b"old"


def test_of_processes_that_write_one_file_at_the_same_time_one_wins(tmp_path: Path) -> None:
    contents = {bytes([number]) * 10_000 for number in range(8)}

    def work(content: bytes) -> None:
        for _ in range(50):
            atomic.write(tmp_path / "a", content, shared=True)
            assert (tmp_path / "a").read_bytes() in contents

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, contents))
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("sync", [True, False])
def test_the_disk_is_waited_for_where_that_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sync: bool
) -> None:
    calls: list[int] = []
    monkeypatch.setattr("os.fsync", calls.append)
    atomic.write(tmp_path / "a", b"1", sync=sync)
    assert len(calls) == 2 * sync, "the file, and the folder that names it"
    (tmp_path / "b" / "c").mkdir(parents=True)
    (tmp_path / "b" / "c" / "d").touch()
    del calls[:]
    atomic.move(tmp_path / "b", tmp_path / "e", sync=sync)
    assert len(calls) == 4 * sync, "the file, its folder, the folder above and the one that names that"
    assert (tmp_path / "e" / "c" / "d").exists()


def test_what_is_in_the_place_of_a_folder_goes_aside_only_once_the_new_one_is_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("new", "place"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a").write_text(name, encoding="utf-8")
    texts: list[str] = []
    monkeypatch.setattr("os.fsync", lambda _: texts.append((tmp_path / "place" / "a").read_text(encoding="utf-8")))
    atomic.move(tmp_path / "new", tmp_path / "place", sync=True, aside=tmp_path / "aside")
    assert texts == ["place", "place", "new"], "the new file and folder, then the name"
    assert (tmp_path / "aside" / "a").read_text(encoding="utf-8") == "place"


def test_nothing_else_waits_for_the_disk() -> None:
    files = (PROJECT / "oig_pipeline").rglob("*.py")
    assert {file.name for file in files if "fsync" in file.read_text(encoding="utf-8")} == {"atomic.py"}
