"""The failure policy, line by line, through the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from oig_pipeline.run import pipeline
from oig_pipeline.settings import settings
from tests.conftest import Captures, Oig
from tests.dhs_examples import files, row
from tests.policy import CASES, COULD_NOT_RUN, GOOD, Case


def published(out: Path) -> Path | None:
    link = out / "latest"
    return link.resolve() if link.exists() else None


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a curated folder with one release, which no test changes."""
    data = tmp_path_factory.mktemp("earlier")
    (data / "raw").mkdir()
    for name, content in files((row(report_number="OIG-20-01", fiscal_year="2020", issue_date=""),)).items():
        (data / "raw" / name).write_bytes(content)
    assert pipeline.build(settings(data / "raw", data / "curated")).release is not None
    return data / "curated"


@pytest.fixture
def last_release(earlier: Path, tmp_path: Path) -> Path:
    """Return a release that was published before the case arrives."""
    shutil.copytree(earlier, tmp_path / "data" / "curated", symlinks=True)
    release = published(tmp_path / "data" / "curated")
    assert release is not None
    return release


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_arrives_decides_what_is_published_and_how_the_run_ends(
    case: Case, captures: Captures, oig: Oig, last_release: Path
) -> None:
    raw = captures(case.arrived)
    out = raw.parent / "curated"
    checked = oig("check", "--raw", raw, "--json")
    assert checked.returncode == case.check, checked.stderr
    assert published(out) == last_release, "a check writes nothing"

    built = oig("build", "--raw", raw, "--json")
    assert built.returncode == case.build, built.stderr
    summary = json.loads(built.stdout)
    assert (summary["published"], summary["quarantined"]) == (case.published, case.quarantined)
    assert summary["sightings"] == summary["published"] + summary["quarantined"]
    assert tuple(summary["violations"]) == case.rules
    assert {**json.loads(checked.stdout), "seconds": 0} == {**summary, "release": None, "path": None, "seconds": 0}

    if case.rejected:
        assert published(out) == last_release, "the last release stays"
        assert summary["failures"]
        assert sorted(p.name for p in Path(summary["path"]).iterdir()) == [
            "agencies.parquet", "captures.parquet", "document_pages.parquet", "documents.parquet", "offices.parquet",
            "provenance", "reasons.json", "recommendation_history", "recommendations", "report_history", "reports",
            "sightings", "statements", "violations",
        ]  # fmt: skip
        assert "nothing was published" in built.stderr
    else:
        assert published(out) == Path(summary["path"]) != last_release
        assert not (out / "rejected").exists()
        assert (Path(summary["path"]) / "violations").is_dir()


@pytest.mark.parametrize(("arrived", "message"), COULD_NOT_RUN.values(), ids=COULD_NOT_RUN)
@pytest.mark.parametrize("command", ["build", "check"])
def test_what_cannot_run_says_so_in_one_line_and_exits_2(
    command: str, arrived: dict[str, bytes], message: str, captures: Captures, oig: Oig, last_release: Path
) -> None:
    raw = captures(arrived)
    done = oig(command, "--raw", raw)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert published(raw.parent / "curated") == last_release


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--raw", "nowhere"], "nowhere: there is no such folder"),
        (["--max-quarantine", "1.5"], "a share between 0 and 1"),
        (["--corrections", "nowhere.yml"], "nowhere.yml: there is no such corrections file"),
        (["--max-quarantine", "many"], "Invalid value for '--max-quarantine'"),
        (["--colour"], "No such option"),
    ],
)
def test_bad_options_exit_2_and_say_what_is_wrong(
    options: list[str], message: str, captures: Captures, oig: Oig
) -> None:
    raw = captures(GOOD)
    done = oig("build", "--raw", raw, *options)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_higher_threshold_publishes_what_a_lower_one_rejects(captures: Captures, oig: Oig) -> None:
    raw = captures(CASES["share above the threshold"].arrived)
    assert oig("build", "--raw", raw).returncode == 1
    assert oig("build", "--raw", raw, "--max-quarantine", "0.1").returncode == 0
    assert oig("check", "--raw", raw, "--max-quarantine", "0.1").returncode == 1, "the violation is still there"


def test_a_folder_that_cannot_be_written_is_named(captures: Captures, oig: Oig, tmp_path: Path) -> None:
    raw = captures(GOOD)
    (tmp_path / "file").write_text("in the way")
    done = oig("build", "--raw", raw, "--out", tmp_path / "file")
    assert done.returncode == 2
    assert f"{tmp_path / 'file'}" in done.stderr
    assert len(done.stderr.splitlines()) == 1
