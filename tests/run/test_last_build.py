"""A build that finds nothing new is known by its record; whatever has changed since is built."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from oig_pipeline.release.lock import writing
from oig_pipeline.run import last_build
from oig_pipeline.settings import Limits, Settings, settings

REPORT = {"summary": {"release": "abc"}, "rules": [["a", "b"]], "state": None}
LATER = 10 * 10**9


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return settings whose folders hold captures and a release, all touched long ago by the clock of the record."""
    config = settings(tmp_path / "data" / "raw", tmp_path / "data" / "curated")
    release = config.out / "releases" / "abc"
    for file in (
        config.raw / "a.csv",
        config.raw / "a.csv.meta.json",
        config.raw / "more" / "b.csv",
        config.documents / "index.ndjson",
        config.corrections_file,
        release / "manifest.json",
        release / "reports" / "2020.parquet",
        config.out / "releases.json",
        config.out / "site" / "index.html",
    ):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"of {file.name}")
    (config.out / "latest").symlink_to(Path("releases") / "abc")
    set_clock(monkeypatch, LATER)
    return config


def set_clock(monkeypatch: pytest.MonkeyPatch, ahead: int) -> None:
    monkeypatch.setattr(last_build, "time", SimpleNamespace(time_ns=lambda: time.time_ns() + ahead))


def recorded(config: Settings) -> Settings:
    last_build.record(config, last_build.inputs(config), REPORT)
    assert last_build.unchanged(config) == REPORT
    return config


def rewrite(file: Path, content: bytes | None = None) -> None:
    """Write other bytes of the same number, and give the file the time of modification that it had."""
    status = file.stat()
    file.write_bytes(content or bytes(byte ^ 1 for byte in file.read_bytes()))
    assert file.stat().st_size == status.st_size
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


def test_without_a_record_nothing_is_known(config: Settings) -> None:
    assert last_build.unchanged(config) is None


def test_a_record_gives_the_report_as_long_as_nothing_changes(config: Settings) -> None:
    recorded(config)
    assert last_build.unchanged(replace(config, wait=False)) == REPORT


@pytest.mark.parametrize("name", ["raw/a.csv", "raw/a.csv.meta.json", "raw/more/b.csv", "corrections.yml"])
def test_other_bytes_of_the_same_size_and_time_are_noticed(config: Settings, name: str) -> None:
    recorded(config)
    rewrite(config.raw.parent / name)
    assert last_build.unchanged(config) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda data: (data / "raw" / "c.csv").write_text("new"),
        lambda data: (data / "raw" / ".hidden.csv").write_text("new"),
        lambda data: (data / "raw" / "a.csv").unlink(),
        lambda data: (data / "raw" / "a.csv").rename(data / "raw" / "z.csv"),
        lambda data: (data / "raw" / "more").rename(data / "raw" / "less"),
        lambda data: (data / "raw" / "a.csv").chmod(0o400),
        lambda data: (data / "raw" / "link.csv").symlink_to("a.csv"),
        lambda data: (data / "documents" / "index.ndjson").write_text("other"),
        lambda data: (data / "corrections.yml").unlink(),
    ],
    ids=["added", "hidden", "removed", "renamed", "folder", "mode", "link", "documents", "corrections"],
)
def test_any_other_change_of_the_inputs_is_noticed(config: Settings, change: Callable[[Path], object]) -> None:
    recorded(config)
    change(config.raw.parent)
    assert last_build.unchanged(config) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda out: rewrite(out / "releases" / "abc" / "manifest.json"),
        lambda out: rewrite(out / "releases" / "abc" / "reports" / "2020.parquet"),
        lambda out: (out / "releases" / "abc" / "reports" / "2020.parquet").unlink(),
        lambda out: (out / "releases" / ".building").mkdir(),
        lambda out: (out / "releases.json").write_text("{}"),
        lambda out: (out / "latest").unlink(),
        lambda out: (out / "site" / "index.html").unlink(),
        lambda out: rewrite(out / "site" / "index.html"),
        lambda out: (out / "site" / ".site-files.log").write_text('"index.html"\n'),
    ],
    ids=["manifest", "table", "missing", "killed", "log", "latest", "page missing", "page", "killed site"],
)
def test_damage_is_noticed(config: Settings, change: Callable[[Path], object]) -> None:
    recorded(config)
    change(config.out)
    assert last_build.unchanged(config) is None


def test_what_the_cache_holds_is_no_change(config: Settings) -> None:
    recorded(config)
    (config.out / ".cache" / "more").write_text("entry")
    with writing(config.out):
        pass
    assert last_build.unchanged(config) == REPORT


@pytest.mark.parametrize(
    "other",
    [
        {"max_quarantine": 0.5},
        {"exports": True},
        {"site": True},
        {"base_url": "https://example.org/"},
        {"limits": Limits(block_size=7)},
        {"executor": "multiprocess"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_other_options_are_another_build(config: Settings, other: dict[str, object]) -> None:
    recorded(config)
    assert last_build.unchanged(replace(config, **other)) is None  # type: ignore[arg-type]


def test_other_software_is_another_build(config: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    recorded(config)
    with monkeypatch.context() as patch:
        patch.setenv("OIG_SOMETHING", "1")
        assert last_build.unchanged(config) is None
    with monkeypatch.context() as patch:
        (tmp_path / "library-2.0.dist-info").mkdir()
        patch.syspath_prepend(tmp_path)
        assert last_build.unchanged(config) is None
    package = tmp_path / "package" / "run" / "last_build.py"
    package.parent.mkdir(parents=True)
    package.write_text("other")
    with monkeypatch.context() as patch:
        patch.setattr(last_build, "__file__", str(package))
        assert last_build.unchanged(config) is None
    with monkeypatch.context() as patch:
        (tmp_path / "boot").write_text("after a restart")
        patch.setattr(last_build, "_BOOT", tmp_path / "boot")
        assert last_build.unchanged(config) is None
    assert last_build.unchanged(config) == REPORT


def test_inputs_that_were_touched_just_before_are_not_recorded(
    config: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, 0)
    assert last_build.inputs(config) is None
    last_build.record(config, last_build.inputs(config), REPORT)
    assert last_build.unchanged(config) is None


def test_inputs_that_change_during_a_build_are_not_recorded(config: Settings) -> None:
    before = last_build.inputs(config)
    (config.raw / "a.csv").write_text("changed after it was read")
    last_build.record(config, before, REPORT)
    assert last_build.unchanged(config) is None


def test_a_build_that_may_not_be_recorded_ends_an_older_record(config: Settings) -> None:
    recorded(config)
    last_build.record(config, None, REPORT)
    assert last_build.unchanged(config) is None


def test_links_among_captures_are_never_recorded(config: Settings) -> None:
    (config.raw / "link.csv").symlink_to("a.csv")
    assert last_build.inputs(config) is None


def test_a_folder_of_captures_may_be_a_link(config: Settings) -> None:
    elsewhere = config.raw.parent / "elsewhere"
    config.raw.rename(elsewhere)
    config.raw.symlink_to(elsewhere)
    recorded(config)
    rewrite(elsewhere / "a.csv")
    assert last_build.unchanged(config) is None


def test_a_release_that_was_written_just_before_its_record_is_compared_by_its_bytes(
    config: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = last_build._outputs(config)
    # A file system whose clock has not moved since: it says the same of other bytes.
    monkeypatch.setattr(last_build, "_outputs", lambda _: replace(state, newest=time.time_ns() + LATER))
    recorded(config)
    rewrite(config.out / "releases" / "abc" / "reports" / "2020.parquet")
    assert last_build.unchanged(config) is None


def test_a_release_is_compared_by_its_bytes_no_longer_than_needed(
    config: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[Settings] = []

    def hashes(settings: Settings) -> dict[str, str]:
        compared.append(settings)
        return {}

    monkeypatch.setattr(last_build, "_hashes", hashes)
    inputs = last_build.inputs(config)
    now = time.time_ns()
    set_clock(monkeypatch, now - time.time_ns())
    monkeypatch.setattr(last_build, "inputs", lambda _: inputs)
    last_build.record(config, inputs, REPORT)
    compared.clear()
    set_clock(monkeypatch, LATER)
    assert last_build.unchanged(config) == REPORT
    assert len(compared) == 1
    assert last_build.unchanged(config) == REPORT
    assert len(compared) == 1


def test_while_another_process_writes_nothing_is_known(config: Settings) -> None:
    recorded(config)
    with writing(config.out):
        assert last_build.unchanged(config) is None
    assert last_build.unchanged(config) == REPORT


@pytest.mark.parametrize("content", [b"", b"{}", b"abc\n{}", b"\xff\n"])
def test_a_damaged_record_is_none(config: Settings, content: bytes) -> None:
    recorded(config)
    (config.out / ".cache" / last_build.RECORD).write_bytes(content)
    assert last_build.unchanged(config) is None


def test_a_build_into_a_store_or_with_a_folder_for_its_steps_is_never_recorded(config: Settings) -> None:
    assert last_build.inputs(replace(config, remote="s3://bucket")) is None
    assert last_build.inputs(replace(config, work="memory://steps")) is None
