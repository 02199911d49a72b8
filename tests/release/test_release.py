"""The release folder: named by content, switched in one rename, one writer at a time."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from oig_pipeline.contract.schemas import CURATED
from oig_pipeline.release import release as release_module
from oig_pipeline.release.lock import writing
from oig_pipeline.run import pipeline
from oig_pipeline.run.outcome import Outcome
from oig_pipeline.settings import settings
from tests.conftest import DATA, TORTURE, Captures, Oig
from tests.dhs_examples import files, row


@pytest.fixture
def outcome(repo_data: Path) -> Outcome:
    return pipeline.build(settings(repo_data / "raw", repo_data / "curated"))


def folder(outcome: Outcome) -> Path:
    assert outcome.release is not None
    return outcome.release.path


def build_command(raw: Path, out: Path) -> list[str]:
    return [sys.executable, "-m", "oig_pipeline", "build", "--raw", str(raw), "--out", str(out)]


def test_a_release_holds_the_promised_files_and_latest_leads_to_it(repo_data: Path) -> None:
    outcome = pipeline.build(settings(repo_data / "raw", repo_data / "curated", exports=True))
    release = folder(outcome)
    paths = {p.relative_to(release).as_posix() for p in release.rglob("*") if p.is_file()}
    tables = {name: outcome.result.table(name) for name in CURATED}
    years = {name: rows["fiscal_year"].unique() for name, rows in tables.items() if "fiscal_year" in rows.columns}
    # Violations are of the years of reports; no recommendation has changed.
    years |= {"violations": years["reports"], "recommendation_history": pl.Series(["unknown"])}
    assert paths == {
        *(f"{table}/{year}.parquet" for table in CURATED for year in years[table] if year is not None),
        "sightings/unknown.parquet", "violations/unknown.parquet", "report_history/unknown.parquet", "captures.parquet",
        "documents.parquet", "document_pages.parquet", "offices.parquet", "agencies.parquet",
        "DICTIONARY.md", "datapackage.json", "data.json", "croissant.json", "reports.csv", "reports.ndjson",
        "reports.sqlite",
        "catalog.duckdb", "views.sql", "manifest.json",
    }  # fmt: skip
    link = repo_data / "curated" / "latest"
    assert link.readlink() == Path("releases", release.name), "relative, so that the folder can be moved"


def test_the_manifest_says_every_files_bytes_rows_and_hash(outcome: Outcome) -> None:
    release = folder(outcome)
    manifest = json.loads((release / "manifest.json").read_text())
    assert manifest["release"] == release.name
    entries = {f["path"]: f for f in manifest["files"]}
    on_disk = {p.relative_to(release).as_posix() for p in release.rglob("*") if p.is_file()}
    assert set(entries) == on_disk - {"manifest.json", *manifest["derived"]}
    for path, entry in entries.items():
        content = (release / path).read_bytes()
        assert (entry["bytes"], entry["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
        if path.endswith(".parquet"):
            assert entry["rows"] == pl.read_parquet(release / path).height
    assert sum(f["rows"] for p, f in entries.items() if p.startswith("reports/")) == manifest["rows"]["reports"] == 367
    assert {i["path"] for i in manifest["inputs"]} == {
        file.name for file in (DATA / "raw").iterdir() if not file.name.endswith(".meta.json")
    }


@pytest.mark.process
def test_the_same_captures_give_the_same_bytes_in_any_folder_and_order(outcome: Outcome, repo_data: Path) -> None:
    other = repo_data.parent / "another folder"
    (other / "raw").mkdir(parents=True)
    for file in sorted((repo_data / "raw").iterdir(), reverse=True):
        (other / "raw" / file.name).write_bytes(file.read_bytes())
    (other / "corrections.yml").write_bytes((repo_data / "corrections.yml").read_bytes())
    environment = {**os.environ, "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "POLARS_MAX_THREADS": "1"}
    command = build_command(other / "raw", other / "curated")
    done = subprocess.run([*command, "--json"], env=environment, capture_output=True, text=True, check=True)
    again = Path(json.loads(done.stdout)["path"])
    assert again.name == folder(outcome).name
    for file in folder(outcome).rglob("*"):
        if file.is_file() and file.name not in release_module.DERIVED:
            assert (again / file.relative_to(folder(outcome))).read_bytes() == file.read_bytes(), file.name


def test_other_content_is_another_release_and_the_old_one_stays(outcome: Outcome, repo_data: Path) -> None:
    (repo_data / "raw" / "more.ndjson").write_bytes(files((row(report_number="OIG-21-71"),))["listing.ndjson"])
    later = pipeline.build(settings(repo_data / "raw", repo_data / "curated"))
    assert folder(later) != folder(outcome)
    assert folder(outcome).is_dir()
    assert release_module.latest(repo_data / "curated") == folder(later)


def test_going_back_to_old_captures_goes_back_to_the_old_release(outcome: Outcome, repo_data: Path) -> None:
    more = repo_data / "raw" / "more.ndjson"
    more.write_bytes(files((row(report_number="OIG-21-71"),))["listing.ndjson"])
    pipeline.build(settings(repo_data / "raw", repo_data / "curated"))
    more.unlink()
    back = pipeline.build(settings(repo_data / "raw", repo_data / "curated"))
    assert back.release is not None
    assert not back.release.is_new
    assert release_module.latest(repo_data / "curated") == folder(outcome)


def test_a_build_that_died_halfway_is_cleared_away(captures: Captures) -> None:
    raw = captures(files((row(),)))
    out = raw.parent / "curated"
    (out / "releases" / ".building" / "reports").mkdir(parents=True)
    (out / "releases" / ".building" / "half.parquet").write_bytes(b"PAR1")
    (out / ".latest").symlink_to("releases/nowhere")
    release = folder(pipeline.build(settings(raw, out)))
    assert release_module.latest(out) == release
    assert not (release / "half.parquet").exists()
    assert sorted(p.name for p in (out / "releases").iterdir()) == [release.name]


def test_a_release_without_its_catalog_gets_one_from_the_next_build(outcome: Outcome, repo_data: Path) -> None:
    (folder(outcome) / "catalog.duckdb").unlink()
    again = pipeline.build(settings(repo_data / "raw", repo_data / "curated"))
    assert again.release is not None
    assert not again.release.is_new
    assert (folder(outcome) / "catalog.duckdb").exists()


@pytest.mark.process
def test_a_second_writer_waits_for_the_first(captures: Captures) -> None:
    raw = captures(files((row(),)))
    out = raw.parent / "curated"
    command = build_command(raw, out)
    with writing(out):
        second = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        with pytest.raises(subprocess.TimeoutExpired):
            second.wait(3)
        assert not (out / "latest").exists()
    assert second.wait(60) == 0
    assert (out / "latest").exists()


@pytest.mark.process
def test_the_lock_dies_with_its_owner(captures: Captures, oig: Oig) -> None:
    raw = captures(files((row(),)))
    out = raw.parent / "curated"
    script = (
        "import sys, time; from pathlib import Path; from oig_pipeline.release.lock import writing\n"
        "with writing(Path(sys.argv[1])): print('held', flush=True); time.sleep(600)\n"
    )
    owner = subprocess.Popen([sys.executable, "-c", script, str(out)], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    assert owner.stdout.readline() == "held\n"
    owner.kill()
    owner.communicate()
    assert oig("build", "--raw", raw).returncode == 0


@pytest.mark.torture
@pytest.mark.process
def test_a_build_killed_at_any_moment_leaves_the_old_release_or_the_new_one(outcome: Outcome, repo_data: Path) -> None:
    old = folder(outcome)
    (repo_data / "raw" / "more.ndjson").write_bytes(files((row(report_number="OIG-21-71"),))["listing.ndjson"])
    new = pipeline.build(settings(repo_data / "raw", repo_data / "elsewhere")).release
    assert new is not None
    command = build_command(repo_data / "raw", repo_data / "curated")
    for moment in range(40 if TORTURE else 4):
        began = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.25 + moment * (0.03 if TORTURE else 0.3))
        began.kill()
        began.wait()
        latest = release_module.latest(repo_data / "curated")
        assert latest is not None
        assert latest.name in (old.name, new.id)
        manifest = json.loads((latest / "manifest.json").read_text())
        assert all((latest / f["path"]).stat().st_size == f["bytes"] for f in manifest["files"])
        assert (latest / "catalog.duckdb").exists()
    ended = pipeline.build(settings(repo_data / "raw", repo_data / "curated")).release
    assert ended is not None
    assert ended.id == new.id
    assert release_module.latest(repo_data / "curated") == ended.path.resolve()
