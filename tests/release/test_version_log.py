"""The change log of a curated folder: every release once, oldest first, with a version that only grows."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline import CannotRun
from oig_pipeline.release import version_log
from oig_pipeline.release.diff import Change, ColumnChange, Difference, ReportChange, Step
from oig_pipeline.release.releases import rollback
from oig_pipeline.release.version_log import next_version, read, record
from oig_pipeline.run import pipeline
from oig_pipeline.settings import settings
from tests.conftest import Oig
from tests.dhs_examples import files, row

NOTHING = Difference("old", "new", (), (), (), 0, (), (), (), (), {})
BY_STEP: dict[Step, Difference] = {
    "major": replace(NOTHING, columns=(ColumnChange("reports", "title", "string", None),)),
    "minor": replace(NOTHING, added=(ReportChange("dhs", "OIG-21-49", 2021, "Audit of Ports"),)),
    "patch": replace(NOTHING, changed=(Change("dhs", "OIG-21-49", 2021, "title", "Audit", "Audit of Ports"),)),
}


def versions(out: Path) -> list[str]:
    return [entry["version"] for entry in read(out)]


# Versions.


def test_the_first_release_is_1_0_0_whatever_it_differs_from(tmp_path: Path) -> None:
    record(tmp_path, "a", None)
    assert versions(tmp_path) == ["1.0.0"]
    assert next_version([], BY_STEP["patch"]) == "1.0.0"


@pytest.mark.parametrize(
    ("latest_version", "step", "version"),
    [
        ("1.0.0", "patch", "1.0.1"),
        ("1.0.0", "minor", "1.1.0"),
        ("1.0.0", "major", "2.0.0"),
        ("1.2.3", "patch", "1.2.4"),
        ("1.2.3", "minor", "1.3.0"),
        ("1.2.3", "major", "2.0.0"),
        ("1.9.9", "patch", "1.9.10"),
        ("1.9.10", "minor", "1.10.0"),
        ("9.10.10", "major", "10.0.0"),
    ],
)
def test_a_version_steps_by_the_weightiest_change(latest_version: str, step: Step, version: str) -> None:
    assert next_version([{"version": latest_version}], BY_STEP[step]) == version


def test_a_step_goes_from_the_highest_version_and_not_from_the_last(tmp_path: Path) -> None:
    entries = [{"version": v} for v in ("1.0.0", "1.10.0", "1.9.0")]
    assert next_version(entries, BY_STEP["patch"]) == "1.10.1"
    assert next_version(entries, None) == "1.11.0"


@given(st.lists(st.sampled_from(("major", "minor", "patch", None)), min_size=1, max_size=9))
def test_versions_only_grow(steps: list[Step | None]) -> None:
    entries: list[dict[str, Any]] = []
    for step in steps:
        entries.append({"version": next_version(entries, BY_STEP[step] if step else None)})
    numbers = [tuple(map(int, entry["version"].split("."))) for entry in entries]
    assert numbers == sorted(set(numbers))


# Entries.


def test_an_entry_says_release_version_time_predecessor_and_changes(tmp_path: Path) -> None:
    record(tmp_path, "a", None)
    record(tmp_path, "b", replace(BY_STEP["minor"], old="a", new="b", changed=BY_STEP["patch"].changed))
    first, second = read(tmp_path)
    assert (first["release"], first["version"], first["previous"], first["changes"]) == ("a", "1.0.0", None, {})
    assert (second["release"], second["version"], second["previous"]) == ("b", "1.1.0", "a")
    assert second["changes"] == {"reports_added": 1, "reports_changed": 1}
    for entry in (first, second):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", entry["published"])
        published = dt.datetime.fromisoformat(entry["published"])
        assert abs(dt.datetime.now(dt.UTC) - published) < dt.timedelta(days=1), "UTC, and now"


def test_releases_stand_oldest_first(tmp_path: Path) -> None:
    for release in ("c", "a", "b"):
        record(tmp_path, release, NOTHING)
    assert [entry["release"] for entry in read(tmp_path)] == ["c", "a", "b"]


def test_a_release_that_is_recorded_again_changes_nothing(tmp_path: Path) -> None:
    record(tmp_path, "a", None)
    record(tmp_path, "b", BY_STEP["minor"])
    before = (tmp_path / "releases.json").read_bytes()
    record(tmp_path, "a", BY_STEP["major"])
    assert (tmp_path / "releases.json").read_bytes() == before


def test_what_an_entry_says_beside_is_kept(tmp_path: Path) -> None:
    entry = {
        "release": "a",
        "version": "1.0.0",
        "note": "the first that was announced",
        "changes": {"reports_added": 2},
    }
    (tmp_path / "releases.json").write_text(json.dumps({"releases": [entry]}))
    record(tmp_path, "b", BY_STEP["patch"])
    assert read(tmp_path)[0] == entry


# The file.


def test_where_nothing_was_published_there_is_nothing(tmp_path: Path) -> None:
    assert read(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_the_file_is_json_that_a_person_can_read(tmp_path: Path) -> None:
    record(tmp_path, "a", None)
    text = (tmp_path / version_log.LOG_FILE).read_text(encoding="utf-8")
    assert json.loads(text) == {"releases": read(tmp_path)}
    assert text.endswith("}\n")
    assert len(text.splitlines()) > 5


def test_the_file_is_written_in_one_rename(tmp_path: Path) -> None:
    record(tmp_path, "a", None)
    before = (tmp_path / "releases.json").read_bytes()
    # Whoever has the old file open or linked goes on reading it whole.
    os.link(tmp_path / "releases.json", tmp_path / "kept")
    with (tmp_path / "releases.json").open("rb") as stream:
        record(tmp_path, "b", None)
        assert stream.read() == before
    assert (tmp_path / "kept").read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"kept", "releases.json"}


def test_what_a_killed_writer_left_is_no_obstacle(tmp_path: Path) -> None:
    record(tmp_path, "a", None)
    (tmp_path / ".releases.json").write_text('{"releases": [')
    assert [entry["release"] for entry in read(tmp_path)] == ["a"]
    record(tmp_path, "b", None)
    assert [entry["release"] for entry in read(tmp_path)] == ["a", "b"]


ENTRY = {"release": "a", "version": "1.0.0"}
DAMAGES = {
    "empty": b"",
    "half": b'{"releases": [{"release": "a", "ver',
    "not UTF-8": b"\xff\xfe",
    "a list": b"[]",
    "a number": b"1",
    "null": b"null",
    "no releases": b"{}",
    "releases are null": b'{"releases": null}',
    "releases are an object": b'{"releases": {}}',
    "releases are a text": b'{"releases": ""}',
    "an entry is a text": b'{"releases": ["a"]}',
    "an entry is null": b'{"releases": [null]}',
    "no id": json.dumps({"releases": [{"version": "1.0.0"}]}).encode(),
    "no version": json.dumps({"releases": [{"release": "a"}]}).encode(),
    "changes are null": json.dumps({"releases": [{**ENTRY, "changes": None}]}).encode(),
    "changes are a list": json.dumps({"releases": [{**ENTRY, "changes": ["reports_added"]}]}).encode(),
    **{
        f"version {version!r}": json.dumps({"releases": [{**ENTRY, "version": version}]}).encode()
        for version in (
            "",
            "1",
            "1.0",
            "1.0.0.0",
            "1.0.x",
            "v1.0.0",
            "1.-1.0",
            1,
            None,
            [1, 0, 0],
            "9" * 5_000 + ".0.0",
        )
    },
    **{
        f"strange {name}": json.dumps({"releases": [{**ENTRY, "changes": {}, name: value}]}).encode()
        for name, value in {
            "release": "../a",
            "published": ["today"],
            "previous": {},
            "changes": {"of another kind": 1},
        }.items()
    },
    "an id that no file can have": json.dumps({"releases": [{**ENTRY, "changes": {}, "release": "a\0b"}]}).encode(),
    "changes that are no words": json.dumps({"releases": [{**ENTRY, "changes": {"more": 1}}]}).encode(),
}


@pytest.mark.parametrize("content", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_file_is_named_with_what_to_do_and_left_as_it_is(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "releases.json"
    file.write_bytes(content)
    remedy = f"{re.escape(str(file))}: .*restore it, or move it away"
    with pytest.raises(CannotRun, match=remedy):
        read(tmp_path)
    with pytest.raises(CannotRun, match=remedy):
        record(tmp_path, "b", None)
    assert file.read_bytes() == content


def test_a_folder_in_its_place_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "releases.json").mkdir()
    with pytest.raises(CannotRun, match=r"releases\.json: .*restore it, or move it away"):
        read(tmp_path)


# In a curated folder.


def build(folder: Path, *numbers: str) -> str:
    """Return the id of a release of these reports; it becomes the latest."""
    raw = folder / "raw"
    raw.mkdir(exist_ok=True)
    rows = [row(report_number=n, title=f"Audit of {n}", issue_date="", document_url="") for n in numbers]
    (raw / "listing.ndjson").write_bytes(files(tuple(rows))["listing.ndjson"])
    release = pipeline.build(settings(raw, folder / "curated")).release
    assert release is not None
    return release.id


def summary_rows(folder: Path) -> list[tuple[Any, ...]]:
    return [(e["release"], e["version"], e["previous"], e["changes"]) for e in read(folder / "curated")]


def test_builds_are_recorded_and_a_build_of_old_captures_is_not_recorded_again(tmp_path: Path) -> None:
    first, second = build(tmp_path, "OIG-21-49"), build(tmp_path, "OIG-21-49", "OIG-21-50")
    expected = [(first, "1.0.0", None, {}), (second, "1.1.0", first, {"reports_added": 1})]
    assert summary_rows(tmp_path) == expected
    assert build(tmp_path, "OIG-21-49") == first
    assert summary_rows(tmp_path) == expected


def test_after_a_rollback_the_version_goes_on_from_the_highest(tmp_path: Path) -> None:
    first, second = build(tmp_path, "OIG-21-49"), build(tmp_path, "OIG-21-49", "OIG-21-50")
    rollback(tmp_path / "curated", first)
    third = build(tmp_path, "OIG-21-49", "OIG-21-51")
    assert summary_rows(tmp_path)[1:] == [
        (second, "1.1.0", first, {"reports_added": 1}),
        (third, "1.2.0", first, {"reports_added": 1}),
    ]


def test_after_a_damaged_release_the_change_is_not_told_but_the_version_grows(tmp_path: Path) -> None:
    first = build(tmp_path, "OIG-21-49")
    (tmp_path / "curated" / "releases" / first / "sightings" / "2021.parquet").write_bytes(b"PAR1")
    second = build(tmp_path, "OIG-21-49", "OIG-21-50")
    assert summary_rows(tmp_path)[1] == (second, "1.1.0", None, {})


@pytest.mark.parametrize(
    "damage", [{"files": None}, {"files": [{"path": "views.sql"}]}, {"versions": 1}, {"derived": 1}]
)
def test_a_release_whose_manifest_is_damaged_is_no_obstacle_to_the_next(damage: dict[str, Any], tmp_path: Path) -> None:
    first = build(tmp_path, "OIG-21-49")
    manifest = tmp_path / "curated" / "releases" / first / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), **damage}))
    second = build(tmp_path, "OIG-21-49", "OIG-21-50")
    assert summary_rows(tmp_path)[1] == (second, "1.1.0", None, {})


@pytest.mark.parametrize("command", ["build", "releases", "prune"])
def test_every_command_that_reads_a_damaged_file_says_so_in_one_line(command: str, tmp_path: Path, oig: Oig) -> None:
    first = build(tmp_path, "OIG-21-49")
    out = tmp_path / "curated"
    (out / "releases.json").write_text("{")
    arguments: dict[str, list[str | Path]] = {
        "build": ["--raw", tmp_path / "raw"],
        "prune": ["--keep", "1"],
    }
    # Other captures, since a release that is the latest already need not be recorded.
    (tmp_path / "raw" / "more.csv").write_text("report_number,title,fiscal_year\nOIG-21-90,Audit,2021\n")
    done = oig(command, *arguments.get(command, []), "--out", out)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert f"{out}/releases.json: not the change log of releases; restore it" in done.stderr
    assert (out / "latest").resolve().name == first
