"""Which files are written, kept and removed."""

from __future__ import annotations

from pathlib import Path

import pytest

from oig_pipeline.contract.faults import CannotRun
from oig_pipeline.site.write import STATE, Writer


def never() -> str:
    raise AssertionError("what is known need not be made")


def test_a_file_made_of_the_same_is_not_made_again(tmp_path: Path) -> None:
    first = Writer(tmp_path, "software 1")
    first.page("a/index.html", "one", "row 1")
    assert first.finish().written == 1
    second = Writer(tmp_path, "software 1")
    second.page("a/index.html", never, "row 1")
    assert second.finish() == (second.finish().__class__)(files=1, written=0, kept=1, removed=0)


@pytest.mark.parametrize(("software", "row"), [("software 2", "row 1"), ("software 1", "row 2")])
def test_a_file_made_of_something_else_is_made_and_written_if_it_differs(
    software: str, row: str, tmp_path: Path
) -> None:
    first = Writer(tmp_path, "software 1")
    first.page("same.html", "same", "row 1")
    first.page("other.html", "one", "row 1")
    first.finish()
    kept = (tmp_path / "same.html").stat().st_mtime_ns
    second = Writer(tmp_path, software)
    second.page("same.html", lambda: "same", row)
    second.page("other.html", lambda: "two", row)
    assert second.finish().written == 1
    assert (tmp_path / "other.html").read_text() == "two"
    assert (tmp_path / "same.html").stat().st_mtime_ns == kept


def test_a_folder_of_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("mine")
    with pytest.raises(CannotRun, match="not empty and holds no site"):
        Writer(tmp_path, "software")
    assert [p.name for p in tmp_path.iterdir()] == ["index.html"]


@pytest.mark.parametrize("path", ["../outside.html", "/outside.html", "a/../../outside.html"])
def test_a_note_that_names_files_outside_the_site_is_no_note(path: str, tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / STATE).write_text(f'{{"{path}": "digest"}}')
    with pytest.raises(CannotRun, match="holds no site"):
        Writer(site, "software")


def test_files_are_copied_or_linked_and_follow_their_source(tmp_path: Path) -> None:
    source = tmp_path / "reports.csv"
    source.write_text("a\n")
    for content, digest in (("a\n", "1"), ("b\n", "2")):
        source.write_text(content)
        writer = Writer(tmp_path / "site", "software")
        writer.copy("data/reports.csv", source, digest)
        assert writer.finish().written == 1
        assert (tmp_path / "site/data/reports.csv").read_text() == content
    (tmp_path / "site/data/reports.csv").write_text("changed in the site")
    assert source.read_text() == "b\n"


def test_folders_left_empty_are_removed(tmp_path: Path) -> None:
    first = Writer(tmp_path, "software")
    first.page("a/b/c.html", "one")
    first.page("a/d.html", "two")
    first.finish()
    second = Writer(tmp_path, "software")
    second.page("a/d.html", "two")
    assert second.finish().removed == 1
    assert not (tmp_path / "a" / "b").exists()
    assert (tmp_path / "a" / "d.html").exists()
