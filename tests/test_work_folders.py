"""Places where steps leave rows: they are there once all is written, and not before."""

from __future__ import annotations

from pathlib import Path

import pytest

from oig_pipeline.errors import CannotRun
from oig_pipeline.storage import atomic_dir, open_work_folder


def test_a_place_appears_once_all_is_written(tmp_path: Path) -> None:
    with atomic_dir(tmp_path / "in" / "it") as tmp_dir:
        (tmp_dir / "a").write_text("1", encoding="utf-8")
        assert not (tmp_path / "in" / "it").exists()
    assert [file.name for file in (tmp_path / "in" / "it").iterdir()] == ["a"]
    assert [folder.name for folder in (tmp_path / "in").iterdir()] == ["it"]


def test_what_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), atomic_dir(tmp_path / "it") as tmp_dir:
        (tmp_dir / "a").write_text(str(1 // 0), encoding="utf-8")
    assert list(tmp_path.iterdir()) == []


def test_what_lay_there_goes(tmp_path: Path) -> None:
    (tmp_path / "it").mkdir()
    (tmp_path / "it" / "damaged").touch()
    with atomic_dir(tmp_path / "it") as tmp_dir:
        (tmp_dir / "a").touch()
    assert [file.name for file in (tmp_path / "it").iterdir()] == ["a"]
    assert [folder.name for folder in tmp_path.iterdir()] == ["it"]


def test_what_another_run_made_meanwhile_stays(tmp_path: Path) -> None:
    with atomic_dir(tmp_path / "it") as tmp_dir:
        (tmp_dir / "a").touch()
        with atomic_dir(tmp_path / "it") as other:
            (other / "b").touch()
    assert [file.name for file in (tmp_path / "it").iterdir()] == ["b"]


def test_a_folder_is_one_and_an_address_needs_what_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert open_work_folder("a/b") == Path("a/b")
    monkeypatch.setitem(__import__("sys").modules, "upath", None)
    with pytest.raises(CannotRun, match="to work in an object store, install"):
        open_work_folder("s3://bucket/work")
