"""The same captures give the same release, wherever and however it is made; unchanged files are carried over."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from oig_pipeline.release import parquet
from oig_pipeline.release.release import DERIVED
from oig_pipeline.run import pipeline
from oig_pipeline.settings import settings
from tests.conftest import DATA, Oig

PLAIN = {"LC_ALL": "C", "TZ": "UTC", "POLARS_MAX_THREADS": "1", "PYTHONHASHSEED": "1"}
STRANGE = [
    {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "2"},
    {
        "LC_ALL": "de_DE.UTF-8",
        "TZ": "America/St_Johns",
        "POLARS_MAX_THREADS": "7",
        "USER": "somebody",
        "HOME": "/nowhere",
    },
    {"LC_ALL": "C.UTF-8", "TZ": "Asia/Kathmandu", "OMP_NUM_THREADS": "3", "PYTHONUTF8": "0", "COLUMNS": "20"},
]


def files_of(release: Path) -> dict[str, bytes]:
    return {p.relative_to(release).as_posix(): p.read_bytes() for p in release.rglob("*") if p.is_file()}


def copied(folder: Path, names: list[str]) -> Path:
    """Return a folder with the repository's captures, made in this order, as if long ago."""
    raw = folder / "data" / "raw"
    raw.mkdir(parents=True)
    for name in names:
        shutil.copyfile(DATA / "raw" / name, raw / name)
        os.utime(raw / name, (1_000_000_000, 1_000_000_000))
    shutil.copyfile(DATA / "corrections.yml", folder / "data" / "corrections.yml")
    return raw


def built_by_a_process(raw: Path, mask: int, surroundings: dict[str, str]) -> Path:
    """Return the release that `oig build` makes in these surroundings."""
    command = [sys.executable, "-m", "oig_pipeline", "build", "--raw", str(raw), "--out", str(raw.parent / "curated")]
    done = subprocess.run(
        [*command, "--json"], cwd=raw.parent, env={**os.environ, "COLUMNS": "120", **surroundings}, umask=mask,
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return Path(json.loads(done.stdout)["path"])


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the release that is built in plain surroundings."""
    names = sorted(p.name for p in (DATA / "raw").iterdir())
    return built_by_a_process(copied(tmp_path_factory.mktemp("here"), names), 0o022, PLAIN)


@pytest.mark.process
@pytest.mark.parametrize("environment", STRANGE, ids=lambda e: e["TZ"])
def test_bytes_and_id_are_the_same_in_other_surroundings(
    environment: dict[str, str], plain: Path, tmp_path: Path
) -> None:
    names = sorted((p.name for p in (DATA / "raw").iterdir()), reverse=True)
    release = built_by_a_process(copied(tmp_path / "d\u00e9j\u00e0 vu ?", names), 0o077, environment)
    assert release.name == plain.name
    here, there = files_of(plain), files_of(release)
    assert here.keys() == there.keys()
    assert [name for name in here if here[name] != there[name] and name not in DERIVED] == []


def test_building_again_publishes_nothing(tmp_path: Path, oig: Oig) -> None:
    raw = copied(tmp_path, [p.name for p in (DATA / "raw").iterdir()])
    assert "(published," in oig("build", "--raw", raw).stdout
    before = {p: p.stat().st_mtime_ns for p in (raw.parent / "curated" / "releases").rglob("*")}
    version_log = (raw.parent / "curated" / "releases.json").read_bytes()
    assert "(up to date," in oig("build", "--raw", raw).stdout
    assert {p: p.stat().st_mtime_ns for p in before} == before
    assert (raw.parent / "curated" / "releases.json").read_bytes() == version_log


def built(raw: Path, out: Path) -> Path:
    release = pipeline.build(settings(raw, out)).release
    assert release is not None
    return release.path


ADDED = "report_number,title,fiscal_year\nOIG-21-90,Audit of Ports,2021\n"


def test_years_that_did_not_change_are_carried_over_and_the_others_are_not(repo_data: Path, tmp_path: Path) -> None:
    raw, out = repo_data / "raw", repo_data / "curated"
    first = built(raw, out)
    (raw / "added.csv").write_text(ADDED)
    second = built(raw, out)
    shared_years = (
        {p.stem for p in second.glob("reports/*.parquet") if p.samefile(first / p.relative_to(second))}
        if all((first / p.relative_to(second)).exists() for p in second.glob("reports/*.parquet"))
        else set()
    )
    years = {p.stem for p in second.glob("reports/*.parquet")}
    assert years - shared_years == {"2021"}
    elsewhere = built(raw, tmp_path / "elsewhere")
    assert elsewhere.name == second.name, "what was carried over is what would have been written"


@pytest.mark.parametrize("link_fails", [False, True], ids=["linked", "copied"])
def test_a_damaged_file_is_not_carried_over(link_fails: bool, repo_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw, out = repo_data / "raw", repo_data / "curated"
    first = built(raw, out)
    damaged = first / "reports" / "2019.parquet"
    content = damaged.read_bytes()
    damaged.write_bytes(content[:-20] + b"x" * 20)
    (raw / "added.csv").write_text(ADDED)
    if link_fails:
        monkeypatch.setattr(os, "link", lambda old, new: (_ for _ in ()).throw(OSError("no links here")))
    second = built(raw, out)
    assert (second / "reports" / "2019.parquet").read_bytes() == content
    path = Path("reports") / "2012.parquet"
    assert (second / path).samefile(first / path) is not link_fails
    assert (second / path).read_bytes() == (first / path).read_bytes()


def test_files_written_with_other_settings_are_not_carried_over(
    repo_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw, out = repo_data / "raw", repo_data / "curated"
    monkeypatch.setitem(parquet.SETTINGS, "compression_level", 5)
    first = built(raw, out)
    monkeypatch.undo()
    (raw / "added.csv").write_text(ADDED)
    second = built(raw, out)
    fresh = built(raw, repo_data / "elsewhere")
    for file in second.rglob("*.parquet"):
        assert file.read_bytes() == (fresh / file.relative_to(second)).read_bytes(), "as these settings write it"
    assert any(p.read_bytes() != (first / p.relative_to(second)).read_bytes() for p in second.glob("reports/*"))
