"""Which files are written, kept and removed."""

from __future__ import annotations

from pathlib import Path

import pytest

from oig_pipeline.errors import CannotRun
from oig_pipeline.site.write import STATE, UNFINISHED, SiteWriter, WriteStats


def never() -> str:
    raise AssertionError("what is known need not be made")


def test_a_file_made_of_the_same_is_not_made_again(tmp_path: Path) -> None:
    first = SiteWriter(tmp_path, "software 1")
    first.page("a/index.html", "one", "row 1")
    assert first.finish().written == 1
    second = SiteWriter(tmp_path, "software 1")
    second.page("a/index.html", never, "row 1")
    assert second.finish() == (second.finish().__class__)(files=1, written=0, unchanged=1, removed=0)


@pytest.mark.parametrize(("software", "row"), [("software 2", "row 1"), ("software 1", "row 2")])
def test_a_file_made_of_something_else_is_made_and_written_if_it_differs(
    software: str, row: str, tmp_path: Path
) -> None:
    first = SiteWriter(tmp_path, "software 1")
    first.page("same.html", "same", "row 1")
    first.page("other.html", "one", "row 1")
    first.finish()
    mtime = (tmp_path / "same.html").stat().st_mtime_ns
    second = SiteWriter(tmp_path, software)
    second.page("same.html", lambda: "same", row)
    second.page("other.html", lambda: "two", row)
    assert second.finish().written == 1
    assert (tmp_path / "other.html").read_text() == "two"
    assert (tmp_path / "same.html").stat().st_mtime_ns == mtime


def test_a_folder_of_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("mine")
    with pytest.raises(CannotRun, match="not empty and holds no site"):
        SiteWriter(tmp_path, "software")
    assert [p.name for p in tmp_path.iterdir()] == ["index.html"]


@pytest.mark.parametrize("path", ["../outside.html", "/outside.html", "a/../../outside.html"])
def test_a_note_that_names_files_outside_the_site_is_no_note(path: str, tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / STATE).write_text(f'{{"{path}": "digest"}}')
    with pytest.raises(CannotRun, match="holds no site"):
        SiteWriter(site, "software")


def test_files_are_copied_or_linked_and_follow_their_source(tmp_path: Path) -> None:
    source = tmp_path / "reports.csv"
    source.write_text("a\n")
    for content, digest in (("a\n", "1"), ("b\n", "2")):
        source.write_text(content)
        writer = SiteWriter(tmp_path / "site", "software")
        writer.copy("data/reports.csv", source, digest)
        assert writer.finish().written == 1
        assert (tmp_path / "site/data/reports.csv").read_text() == content
    (tmp_path / "site/data/reports.csv").write_text("changed in the site")
    assert source.read_text() == "b\n"


def test_folders_left_empty_are_removed(tmp_path: Path) -> None:
    first = SiteWriter(tmp_path, "software")
    first.page("a/b/c.html", "one")
    first.page("a/d.html", "two")
    first.finish()
    second = SiteWriter(tmp_path, "software")
    second.page("a/d.html", "two")
    assert second.finish().removed == 1
    assert not (tmp_path / "a" / "b").exists()
    assert (tmp_path / "a" / "d.html").exists()


def build(folder: Path, pages: dict[str, str], *, killed: bool = False) -> WriteStats | None:
    """Write a site whose pages are made of their content; leave it as a kill before its end would."""
    with SiteWriter(folder, "software") as writer:
        for path, content in pages.items():
            writer.page(path, content, content)
        return None if killed else writer.finish()


def site(folder: Path) -> dict[str, str]:
    files = (p for p in folder.rglob("*") if p.is_file() and p.name != STATE)
    return {p.relative_to(folder).as_posix(): p.read_text() for p in files}


OLD = {"index.html": "old", "a/gone.html": "gone in the new one", "a/same.html": "same"}
NEW = {"index.html": "new", "a/same.html": "same", "b/c/new.html": "only in the new one"}


@pytest.mark.parametrize("then", [OLD, NEW, {"index.html": "a third"}], ids=["back", "again", "on"])
@pytest.mark.parametrize("before", [True, False], ids=["a site before", "none before"])
def test_after_a_kill_the_next_site_is_whole_whichever_it_is(
    then: dict[str, str], before: bool, tmp_path: Path
) -> None:
    folder = tmp_path / "site"
    if before:
        build(folder, OLD)
    build(folder, NEW, killed=True)
    assert (folder / UNFINISHED).exists()
    build(folder, then)
    assert site(folder) == then
    assert build(folder, then) == WriteStats(len(then), written=0, unchanged=len(then), removed=0)
    assert not (folder / "b").exists() or "b/c/new.html" in then


def test_what_a_kill_left_beside_a_page_goes(tmp_path: Path) -> None:
    build(tmp_path, NEW, killed=True)
    (tmp_path / ".index.html").write_text("half")
    with (tmp_path / UNFINISHED).open("a") as log:
        log.write('"b/torn')
    build(tmp_path, OLD)
    assert site(tmp_path) == OLD


def test_a_log_that_names_files_outside_the_site_removes_none(tmp_path: Path) -> None:
    (tmp_path / "mine.html").write_text("mine")
    build(tmp_path / "site", OLD)
    (tmp_path / "site" / UNFINISHED).write_text('"../mine.html"\n"/etc/passwd"\n3\n')
    build(tmp_path / "site", OLD)
    assert (tmp_path / "mine.html").exists()


def test_files_that_the_site_never_had_stay(tmp_path: Path) -> None:
    build(tmp_path, OLD)
    (tmp_path / "CNAME").write_text("reports.example.org")
    build(tmp_path, NEW, killed=True)
    build(tmp_path, NEW)
    assert site(tmp_path) == {**NEW, "CNAME": "reports.example.org"}


def test_a_torn_page_of_a_whole_site_is_written_again(tmp_path: Path) -> None:
    build(tmp_path, OLD)
    (tmp_path / "a/same.html").write_text("sa")
    assert build(tmp_path, OLD) == WriteStats(files=3, written=1, unchanged=2, removed=0)
    assert site(tmp_path) == OLD


def test_a_folder_that_was_kept_is_looked_at_after_a_kill(tmp_path: Path) -> None:
    def shards(content: str, *, killed: bool) -> None:
        with SiteWriter(tmp_path, "software") as writer:
            if not writer.reuse("search", content):
                writer.page("search/1.js", content)
            if not killed:
                writer.finish()

    shards("old", killed=False)
    shards("new", killed=True)
    shards("old", killed=False)
    assert site(tmp_path) == {"search/1.js": "old"}


def test_planned_files_are_noted_once_and_none_is_lost_by_a_kill(tmp_path: Path) -> None:
    with SiteWriter(tmp_path, "software") as writer:
        writer.plan(["a/1.html", "a/2.html"])
        assert not (tmp_path / UNFINISHED).exists()
        writer.page("a/1.html", "one")
        writer.page("a/2.html", "two")
        writer.page("b.html", "three")
    assert (tmp_path / UNFINISHED).read_text().splitlines() == ['"a/1.html"', '"a/2.html"', '"b.html"']
    build(tmp_path, {"a/1.html": "one"})
    assert site(tmp_path) == {"a/1.html": "one"}


def test_a_file_that_came_meanwhile_is_replaced(tmp_path: Path) -> None:
    with SiteWriter(tmp_path, "software") as writer:
        (tmp_path / "index.html").write_text("somebody's")
        writer.page("index.html", "new")
        writer.finish()
    assert site(tmp_path) == {"index.html": "new"}


def test_a_linked_file_leaves_no_link_beside_it(tmp_path: Path) -> None:
    source = tmp_path / "reports.parquet"
    source.write_text("a")
    for _ in range(2):
        with SiteWriter(tmp_path / "site", "software") as writer:
            writer.copy("data/reports.parquet", source, "1")
    with SiteWriter(tmp_path / "site", "software") as writer:
        writer.copy("data/reports.parquet", source, "1")
        writer.finish()
    assert site(tmp_path / "site") == {"data/reports.parquet": "a"}
