"""The releases of a curated folder: listed, found by a name, gone back to, put away."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path

import pytest

from oig_pipeline import CannotRun
from oig_pipeline.query import service
from oig_pipeline.release import manifest, releases, version_log
from oig_pipeline.release.release import DERIVED, RELEASES, latest
from oig_pipeline.run import pipeline
from oig_pipeline.settings import settings
from tests.conftest import Oig
from tests.dhs_examples import files, row


def build(out: Path, reports: int) -> str:
    """Return the id of a release of so many reports; it becomes the latest."""
    raw = out.parent / "raw"
    raw.mkdir(exist_ok=True)
    numbers = [f"OIG-21-{n}" for n in range(10, 10 + reports)]
    rows = [row(report_number=n, title=f"Audit of {n}", issue_date="", document_url="") for n in numbers]
    (raw / "listing.ndjson").write_bytes(files(tuple(rows))["listing.ndjson"])
    release = pipeline.build(settings(raw, out)).release
    assert release is not None
    return release.id


@pytest.fixture(scope="module")
def built_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a curated folder with releases of one, two and three reports, the last of them the latest."""
    out = tmp_path_factory.mktemp("made") / "curated"
    for reports in (1, 2, 3):
        build(out, reports)
    return out


@pytest.fixture
def out(built_out: Path, tmp_path: Path) -> Path:
    """Return a copy of that folder."""
    return Path(shutil.copytree(built_out, tmp_path / "curated", symlinks=True))


def ids(out: Path) -> list[str]:
    return [entry["release"] for entry in version_log.read(out)]


def there(out: Path) -> list[str]:
    """Return the ids of the releases that lie there, oldest first."""
    names = {path.name for path in (out / RELEASES).iterdir()}
    assert names <= set(ids(out)), "nothing else lies there"
    return [identity for identity in ids(out) if identity in names]


def current(out: Path) -> str:
    path = latest(out)
    assert path is not None
    return path.name


def is_whole(out: Path) -> bool:
    return not service.verify(out)[1]


def is_as_it_was(release: Path) -> bool:
    """Return whether a release holds what was published; its catalog names the place from which it was copied."""
    return not list(manifest.problems(release))


# Listing.


def test_releases_are_listed_oldest_first_with_what_is_known_of_them(out: Path) -> None:
    infos = releases.list_releases(out)
    assert [(s.id, s.reports, s.is_here, s.is_current) for s in infos] == [
        (ids(out)[0], 1, True, False),
        (ids(out)[1], 2, True, False),
        (ids(out)[2], 3, True, True),
    ]
    assert [s.entry for s in infos] == version_log.read(out)


def test_a_pruned_release_stays_in_the_list(out: Path) -> None:
    releases.prune(out, 1)
    assert [(s.is_here, s.is_current, s.reports) for s in releases.list_releases(out)] == [
        (False, False, None), (False, False, None), (True, True, 3),
    ]  # fmt: skip


def test_releases_that_no_journal_knows_stand_first(out: Path) -> None:
    listed_ids = ids(out)
    (out / "releases.json").unlink()
    assert [s.id for s in releases.list_releases(out)] == sorted(listed_ids)
    assert {s.reports for s in releases.list_releases(out)} == {1, 2, 3}
    newest = build(out, 4)
    assert [s.id for s in releases.list_releases(out)] == [*sorted(listed_ids), newest]
    assert [s.entry.get("version") for s in releases.list_releases(out)] == [None, None, None, "1.0.0"]


@pytest.mark.parametrize("content", ["", "[]", '{"release": "x", "files": [], "rows": {}, "versions": {}}'])
def test_a_release_whose_manifest_is_damaged_is_still_listed(content: str, out: Path) -> None:
    (out / RELEASES / ids(out)[0] / "manifest.json").write_text(content)
    assert [(s.is_here, s.reports) for s in releases.list_releases(out)] == [(True, None), (True, 2), (True, 3)]


def test_what_is_being_made_or_put_away_is_no_release(out: Path) -> None:
    for name in (".building", ".damaged", ".pruned-0123"):
        shutil.copytree(out / RELEASES / ids(out)[0], out / RELEASES / name)
    (out / RELEASES / "notes").mkdir()
    (out / RELEASES / "notes.txt").write_text("")
    assert [s.id for s in releases.list_releases(out)] == ids(out)


def test_where_nothing_was_published_nothing_is_listed(tmp_path: Path, oig: Oig) -> None:
    assert releases.list_releases(tmp_path / "nowhere") == []
    done = oig("releases", "--out", tmp_path / "nowhere")
    assert (done.returncode, done.stdout.split()[-2:]) == (0, ["0", "rows"])
    assert not (tmp_path / "nowhere").exists()


def test_the_list_says_version_changes_and_state(out: Path, oig: Oig) -> None:
    releases.rollback(out, "1.1.0")
    shutil.rmtree(out / RELEASES / ids(out)[0])
    rows = list(csv.DictReader(io.StringIO(oig("releases", "--out", out, "--format", "csv").stdout)))
    assert [(r["release"], r["version"], r["reports"], r["changes"], r["state"]) for r in rows] == [
        (ids(out)[0], "1.0.0", "", "", "pruned"),
        (ids(out)[1], "1.1.0", "2", "1 report added", "latest"),
        (ids(out)[2], "1.2.0", "3", "1 report added", ""),
    ]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", r["published"]) for r in rows)


# Finding.


def test_a_release_is_found_by_id_the_beginning_of_one_or_version(out: Path) -> None:
    for identity, version in zip(ids(out), ("1.0.0", "1.1.0", "1.2.0"), strict=True):
        for name in (identity, identity[:12], version):
            assert releases.find(out, name) == (out / RELEASES / identity).resolve()


@pytest.mark.parametrize("name", ["9.9.9", "1.0", "zz", "0" * 17, "latest", "..", ".", "*", "releases.json", " "])
def test_a_name_of_no_release_is_refused_with_where_to_look(name: str, out: Path) -> None:
    with pytest.raises(
        CannotRun, match=re.escape(f"{name}: is none of the releases in {out}; oig releases lists them")
    ):
        releases.find(out, name)


def test_no_name_is_refused(out: Path) -> None:
    with pytest.raises(CannotRun, match="releases"):
        releases.find(out, "")


def test_the_beginning_of_several_is_refused(out: Path) -> None:
    first = ids(out)[0]
    shutil.copytree(out / RELEASES / first, out / RELEASES / f"{first[:10]}ffffff")
    with pytest.raises(CannotRun, match=f"{first[:4]}: is the beginning of several of the releases in .*oig releases"):
        releases.find(out, first[:4])
    assert releases.find(out, first).name == first
    shutil.rmtree(out / RELEASES / first)
    assert releases.find(out, first[:4]).name == f"{first[:10]}ffffff", "of several the one that is here"


@pytest.mark.parametrize("kind", ["id", "beginning", "version"])
def test_a_pruned_release_is_said_to_be_pruned(kind: str, out: Path) -> None:
    releases.prune(out, 2)
    name = {"id": ids(out)[0], "beginning": ids(out)[0][:12], "version": "1.0.0"}[kind]
    with pytest.raises(CannotRun, match=f"^{name}: this release was pruned"):
        releases.find(out, name)
    with pytest.raises(CannotRun, match="was pruned"):
        releases.rollback(out, name)


@pytest.mark.parametrize("command", ["rollback", "prune"])
def test_a_folder_that_cannot_be_written_is_named(command: str, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, *_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "symlink_to" if command == "rollback" else "rename", refuse)
    before = current(out), there(out)
    with pytest.raises(CannotRun, match=rf"^{re.escape(str(out))}/.*: cannot be written: Permission denied$"):
        releases.rollback(out, "1.0.0") if command == "rollback" else releases.prune(out, 1)
    assert (current(out), there(out)) == before


# Going back.


def test_a_rollback_makes_an_earlier_release_the_latest_and_keeps_the_others(out: Path) -> None:
    log = version_log.read(out)
    assert Path(releases.rollback(out, "1.0.0")).name == current(out) == ids(out)[0]
    assert there(out) == ids(out)
    assert version_log.read(out) == log
    assert (out / "latest").readlink() == Path(RELEASES, ids(out)[0])
    assert service.query("SELECT count(*) FROM reports", out)[1] == [(1,)]
    assert is_whole(out)


def test_a_rollback_may_go_forth_and_stay_in_place(out: Path) -> None:
    releases.rollback(out, "1.0.0")
    for version, place in (("1.2.0", 2), ("1.2.0", 2), ("1.1.0", 1)):
        releases.rollback(out, version)
        assert current(out) == ids(out)[place]
        assert is_whole(out)


def test_a_rollback_makes_derived_files_anew_that_are_missing_or_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OIG_EXPORTS", "1")
    out = tmp_path / "curated"
    build(out, 1)
    build(out, 2)
    release = out / RELEASES / ids(out)[0]
    for name in DERIVED:
        (release / name).unlink()
    releases.rollback(out, "1.0.0")
    assert is_whole(out)
    for name in DERIVED:
        (release / name).write_bytes(b"damaged")
    releases.rollback(out, "1.0.0")
    assert is_whole(out)


@pytest.mark.parametrize("leftover", [".catalog.duckdb", ".reports.csv", ".reports.ndjson", ".reports.sqlite"])
def test_what_a_killed_run_left_in_a_release_does_not_stop_a_rollback(leftover: str, out: Path) -> None:
    (out / RELEASES / ids(out)[0] / leftover).write_bytes(b"half")
    releases.rollback(out, "1.0.0")
    assert current(out) == ids(out)[0]
    assert is_whole(out)


@pytest.mark.parametrize("damage", ["missing", "changed", "more", "no manifest", "changed manifest"])
def test_a_rollback_to_a_damaged_release_is_refused_and_latest_stays(damage: str, out: Path) -> None:
    release = out / RELEASES / ids(out)[0]
    sightings = release / "sightings" / "2021.parquet"
    if damage == "missing":
        sightings.unlink()
    elif damage == "changed":
        content = sightings.read_bytes()
        sightings.write_bytes(content[:-9] + b"x" + content[-8:])
    elif damage == "more":
        (release / "notes.txt").write_text("")
    elif damage == "no manifest":
        (release / "manifest.json").write_text("{")
    else:
        payload = json.loads((release / "manifest.json").read_text())
        (release / "manifest.json").write_text(json.dumps({**payload, "rows": {"reports": 9}}))
    paths = {"more": "notes.txt", "missing": "sightings/2021.parquet", "changed": "sightings/2021.parquet"}
    with pytest.raises(CannotRun, match=f"damaged, so latest stays where it is: {paths.get(damage, 'manifest.json')}"):
        releases.rollback(out, ids(out)[0])
    assert current(out) == ids(out)[2]
    assert is_as_it_was(out / "latest")


def test_a_rollback_from_a_damaged_release_is_the_way_out(out: Path) -> None:
    shutil.rmtree(out / RELEASES / ids(out)[2])
    assert latest(out) is None
    releases.rollback(out, "1.1.0")
    assert current(out) == ids(out)[1]
    assert is_whole(out)


def test_a_build_after_a_rollback_is_the_latest_and_compared_with_where_one_went_back_to(out: Path) -> None:
    releases.rollback(out, "1.0.0")
    newest = build(out, 4)
    assert current(out) == newest
    assert there(out) == ids(out)
    (entry,) = (entry for entry in version_log.read(out) if entry["release"] == newest)
    assert (entry["version"], entry["previous"], entry["changes"]) == ("1.3.0", ids(out)[0], {"reports_added": 3})
    assert is_whole(out)


def test_a_build_of_the_captures_from_which_one_went_back_goes_forth_again(out: Path) -> None:
    releases.rollback(out, "1.0.0")
    assert build(out, 3) == ids(out)[2] == current(out)
    assert len(ids(out)) == 3


def test_the_command_says_where_the_latest_lies_now(out: Path, oig: Oig) -> None:
    done = oig("rollback", ids(out)[0][:10], "--out", out)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"Latest is now {out / RELEASES / ids(out)[0]}\n"
    refused = oig("rollback", "9.9.9", "--out", out)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("oig: 9.9.9: is none of the releases")


# Putting away.


@pytest.mark.parametrize(("count", "stay"), [(1, [2]), (2, [1, 2]), (3, [0, 1, 2]), (99, [0, 1, 2])])
def test_the_newest_stay_and_the_others_go(count: int, stay: list[int], out: Path) -> None:
    log, before = version_log.read(out), ids(out)
    gone = releases.prune(out, count)
    assert gone == [identity for place, identity in enumerate(before) if place not in stay]
    assert there(out) == [before[place] for place in stay]
    assert version_log.read(out) == log, "the change log stays"
    assert current(out) == before[2]
    assert is_as_it_was(out / "latest")


@pytest.mark.parametrize(("count", "stay"), [(1, [0, 2]), (2, [0, 1, 2])])
def test_the_latest_is_never_put_away_though_it_is_old(count: int, stay: list[int], out: Path) -> None:
    releases.rollback(out, "1.0.0")
    releases.prune(out, count)
    assert there(out) == [ids(out)[place] for place in stay]
    assert current(out) == ids(out)[0]
    assert is_whole(out)


@pytest.mark.parametrize("count", [0, -1])
def test_keeping_none_is_refused(count: int, out: Path) -> None:
    with pytest.raises(CannotRun, match=f"--keep {count}: keep at least one release"):
        releases.prune(out, count)
    assert there(out) == ids(out)


def test_a_damaged_release_can_be_put_away(out: Path) -> None:
    (out / RELEASES / ids(out)[0] / "manifest.json").write_text("{")
    assert releases.prune(out, 2) == [ids(out)[0]]
    assert there(out) == ids(out)[1:]


def test_what_a_killed_prune_left_is_put_away_by_the_next(out: Path) -> None:
    away = out / RELEASES / f".pruned-{ids(out)[0]}"
    (out / RELEASES / ids(out)[0]).rename(away)
    (away / "manifest.json").unlink()
    assert [s.is_here for s in releases.list_releases(out)] == [False, True, True], "renamed, it is gone for readers"
    assert releases.prune(out, 2) == []
    assert not away.exists()
    assert there(out) == ids(out)[1:]


def test_what_a_killed_prune_left_of_a_release_that_came_back_is_no_obstacle(out: Path) -> None:
    leftover = out / RELEASES / f".pruned-{ids(out)[0]}"
    shutil.copytree(out / RELEASES / ids(out)[0], leftover)
    assert releases.prune(out, 2) == [ids(out)[0]]
    assert there(out) == ids(out)[1:]


def test_a_pruned_release_comes_back_with_its_captures_and_its_version(out: Path) -> None:
    releases.prune(out, 1)
    first = build(out, 1)
    assert first == ids(out)[0] == current(out)
    assert [(s.entry["version"], s.is_here) for s in releases.list_releases(out)] == [
        ("1.0.0", True), ("1.1.0", False), ("1.2.0", True),
    ]  # fmt: skip
    assert is_whole(out)


def test_years_that_a_pruned_release_shared_with_others_stay(tmp_path: Path) -> None:
    out = tmp_path / "curated"
    build(out, 1)
    (tmp_path / "raw" / "more.csv").write_text("report_number,title,fiscal_year\nOIG-20-90,Audit of Ports,2020\n")
    build(out, 1)
    path = Path("reports", "2021.parquet")
    first, second = (out / RELEASES / identity for identity in ids(out))
    assert (first / path).samefile(second / path), "one file in two releases"
    releases.prune(out, 1)
    assert is_whole(out)


def test_the_command_names_what_went_and_counts_it(out: Path, oig: Oig) -> None:
    first, second, _ = ids(out)
    done = oig("prune", "--keep", "1", "--out", out)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"Removed {first}\nRemoved {second}\n2 releases removed.\n"
    refused = oig("prune", "--keep", "0", "--out", out)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == "oig: --keep 0: keep at least one release\n"


def test_nothing_is_made_where_there_is_nothing_to_put_away(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="there are no releases here"):
        releases.prune(tmp_path, 1)
    assert [path for path in tmp_path.iterdir() if not path.name.startswith(".")] == []
    with pytest.raises(CannotRun):
        releases.rollback(tmp_path / "nowhere", "1.0.0")
    assert not (tmp_path / "nowhere").exists()
