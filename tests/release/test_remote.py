"""Releases in an object store: published, switched and read on a real S3 server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest

from oig_pipeline.query import service
from oig_pipeline.run import pipeline
from oig_pipeline.settings import settings
from tests.conftest import DATA, Captures, Oig, free_port, serving
from tests.policy import GOOD

pytestmark = [pytest.mark.process, pytest.mark.usefixtures("with_exports")]

KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
COUNT = "SELECT count(*) AS n FROM reports"


@pytest.fixture(scope="module")
def server(validators: Path) -> Iterator[str]:
    """Yield the address of an S3 server of this machine, with the bucket `oig` in it."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    bucket = urllib.request.Request(f"{address}/oig", method="PUT")
    with serving([str(validators / "moto_server"), "-H", "127.0.0.1", "-p", str(port)], bucket):
        yield address


@pytest.fixture
def s3(server: str, oig: Oig) -> Oig:
    """Return the command line with the S3 server as its store."""

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return oig(*arguments, AWS_ENDPOINT_URL=server, **KEYS)

    return run


def stored(server: str, path: str) -> Any:
    """Return the JSON that an object of the store holds."""
    script = "import fsspec, sys; sys.stdout.write(fsspec.filesystem('s3').cat_file(sys.argv[1]).decode())"
    environment = {**os.environ, **KEYS, "AWS_ENDPOINT_URL": server}
    done = subprocess.run([sys.executable, "-c", script, path], env=environment, capture_output=True, check=True)
    return json.loads(done.stdout)


def overwrite(server: str, path: str) -> None:
    """Put other bytes into an object of the store."""
    keys = {"key": KEYS["AWS_ACCESS_KEY_ID"], "secret": KEYS["AWS_SECRET_ACCESS_KEY"]}
    fsspec.filesystem("s3", **keys, endpoint_url=server).pipe_file(path, b"damaged")


def rows(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_release_is_published_switched_to_and_read_in_the_store(s3: Oig, repo_data: Path) -> None:
    store = "s3://oig/published"
    first = s3("build", "--raw", repo_data / "raw", "--out", store, "--json")
    assert rows(first)["path"].startswith(f"{store}/releases/")
    assert rows(s3("query", COUNT, "--release", store, "--format", "json")) == [{"n": 367}]
    again = s3("build", "--raw", repo_data / "raw", "--out", store)
    assert "(up to date," in again.stdout
    (repo_data / "raw" / "added.csv").write_text("report_number,title,fiscal_year\nOIG-21-90,Audit of Ports,2021\n")
    second = rows(s3("build", "--raw", repo_data / "raw", "--out", store, "--json"))
    assert rows(s3("query", COUNT, "--release", store, "--format", "json")) == [{"n": 368}]
    assert rows(s3("query", COUNT, "--release", rows(first)["path"], "--format", "json")) == [{"n": 367}]
    local = pipeline.build(settings(repo_data / "raw", repo_data / "curated")).release
    assert local is not None
    assert second["release"] == local.id, "the same release as in a folder"


def test_the_store_holds_the_change_log_and_one_small_pointer(s3: Oig, server: str, repo_data: Path) -> None:
    summary = rows(s3("build", "--raw", repo_data / "raw", "--out", "s3://oig/deep/prefix", "--json"))
    assert stored(server, "oig/deep/prefix/latest.json") == {"release": summary["release"]}
    log = stored(server, "oig/deep/prefix/releases.json")
    assert [entry["version"] for entry in log["releases"]] == ["1.0.0"]


def test_a_release_in_the_store_is_searched_and_explained(s3: Oig, repo_data: Path) -> None:
    store = "s3://oig/asked"
    rows(s3("build", "--raw", repo_data / "raw", "--out", store, "--json"))
    matches = rows(s3("search", "canine", "--release", store, "--format", "json"))
    assert [row["report_number"] for row in matches] == ["OIG-21-19"]
    explanation = s3("explain", "OIG-21-19", "--release", store)
    assert "border-security.txt:" in explanation.stdout


IN_PARTS = """
import json, sys
from pathlib import Path
from oig_pipeline.release.parquet import Part
from oig_pipeline.run import pipeline
from oig_pipeline.settings import Limits, Settings
found = []
for work in sys.argv[2:]:
    folder = Path(sys.argv[1])
    out = folder.parent / f"out-{len(found)}"
    outcome = pipeline.build(Settings(raw=folder, out=out, work=work, limits=Limits(merged_at_once=0)))
    scanned = outcome.result.scan("reports").select("report_number").collect().height
    (rows,) = outcome.result.partitions[0].tables["reports"].values()
    found.append([outcome.release.id, isinstance(rows, Part), scanned])
print(json.dumps(found))
"""


def test_what_steps_leave_for_one_another_may_lie_in_the_store(server: str, captures: Captures) -> None:
    raw = captures(GOOD)
    places = [str(raw.parent / "work"), "s3://oig/work", "s3://oig/work"]
    command = [sys.executable, "-c", IN_PARTS, str(raw), *places]
    environment = {**os.environ, **KEYS, "AWS_ENDPOINT_URL": server}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    in_folder, in_store, from_store = json.loads(done.stdout)
    assert in_folder[1:] == [True, 40]
    assert in_store == from_store == in_folder, "the same release, written by steps and taken from before"


def test_a_rejected_build_leaves_the_store_as_it_was(s3: Oig, captures: Captures) -> None:
    store = "s3://oig/rejected"
    raw = captures({"a.csv": "report_number,title,fiscal_year\nOIG-21-90,Audit of Ports,2021\n"})
    rows(s3("build", "--raw", raw, "--out", store, "--json"))
    (raw / "a.csv").write_text("report_number,title\nnothing,\n")
    done = s3("build", "--raw", raw, "--out", store, "--json")
    assert done.returncode == 1
    folder = Path(json.loads(done.stdout)["path"])
    assert (folder / "reasons.json").exists()
    shutil.rmtree(folder.parent)
    assert rows(s3("query", COUNT, "--release", store, "--format", "json")) == [{"n": 1}]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("query", COUNT, "--release", "s3://oig/nothing"), "s3://oig/nothing: there is no release here"),
        (("build", "--raw", DATA / "raw", "--out", "s3://missing-bucket/x"), "s3://missing-bucket/x: the store"),
        (("query", COUNT, "--release", "nowhere://x"), "nowhere://x"),
    ],
)
def test_a_store_that_refuses_is_told_in_one_line(arguments: tuple[str | Path, ...], message: str, s3: Oig) -> None:
    done = s3(*arguments)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert message in done.stderr


def test_a_read_only_or_moved_folder_is_read_too(tmp_path: Path) -> None:
    built = pipeline.build(settings(DATA / "raw", tmp_path / "curated")).release
    assert built is not None
    moved = tmp_path / "elsewhere"
    built.path.rename(moved)
    for file in (moved, *moved.rglob("*")):
        file.chmod(0o555 if file.is_dir() else 0o444)
    try:
        assert service.query(COUNT, moved)[1] == [(367,)]
        assert service.search("canine", moved)[1][0][:2] == ("dhs", "OIG-21-19")
    finally:
        for file in (moved, *moved.rglob("*")):
            file.chmod(0o755)


def test_the_releases_of_a_store_are_listed_compared_checked_gone_back_to_and_removed(
    s3: Oig, server: str, captures: Captures
) -> None:
    store = "s3://oig/shelf"
    raw = captures({"a.csv": "report_number,title,fiscal_year\nOIG-21-90,Audit of Ports,2021\n"})
    first = rows(s3("build", "--raw", raw, "--out", store, "--json"))["release"]
    (raw / "b.csv").write_text("report_number,title,fiscal_year\nOIG-21-91,Audit of Grants,2021\n")
    second = rows(s3("build", "--raw", raw, "--out", store, "--json"))["release"]

    def states() -> list[tuple[str, str]]:
        return [(row["release"], row["state"]) for row in rows(s3("releases", "--out", store, "--format", "json"))]

    assert states() == [(first, ""), (second, "latest")]
    assert "OIG-21-91" in s3("diff", "--out", store).stdout
    assert "OIG-21-91" in s3("diff", first, second, "--out", store).stdout
    assert s3("verify", store).stdout == f"Release {second} is whole: {store}/releases/{second}\n"
    assert s3("rollback", "1.0.0", "--out", store).stdout == f"Latest is now {store}/releases/{first}\n"
    assert states() == [(first, "latest"), (second, "")]
    assert rows(s3("query", COUNT, "--release", store, "--format", "json")) == [{"n": 1}]
    assert s3("prune", "--keep", "1", "--out", store).stdout == "0 releases removed.\n", "the latest always stays"
    assert s3("rollback", second, "--out", store).returncode == 0
    assert s3("prune", "--keep", "1", "--out", store).stdout == f"Removed {first}\n1 release removed.\n"
    assert states() == [(first, "pruned"), (second, "latest")]
    assert s3("verify", store).returncode == 0
    overwrite(server, f"oig/shelf/releases/{second}/views.sql")
    damaged = s3("verify", store)
    assert damaged.returncode == 1
    assert damaged.stdout.startswith(f"{second}/views.sql: ")
