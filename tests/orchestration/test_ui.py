"""`dg` and the UI as a user starts them, as processes of their own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from oig_pipeline.orchestration import ui
from tests.conftest import PROJECT

pytestmark = pytest.mark.process

DG = Path(sys.executable).with_name("dg")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a Dagster home of its own, with telemetry off; its databases are made once."""
    return ui.home(tmp_path_factory.mktemp("home"))


def config(data: Path) -> str:
    return json.dumps({"resources": {"data": {"config": {"raw": str(data / "raw"), "out": str(data / "curated")}}}})


def dg(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [DG, *arguments], cwd=PROJECT, env={**os.environ, "DAGSTER_HOME": str(home)}, capture_output=True, text=True,
        check=False, timeout=180,
    )  # fmt: skip


def test_the_definitions_load_both_ways(home: Path) -> None:
    bare = dg(home, "check", "defs")
    assert bare.returncode == 0, bare.stderr
    definitions = dg(home, "list", "defs", "--json")
    assert definitions.returncode == 0, definitions.stderr
    assert {"captures", "sightings", "quarantine", "reports", "recommendations", "release", "catalog"} <= {
        a["asset_key"] for a in json.loads(definitions.stdout)["assets"]
    }


def test_dg_launch_does_the_job_of_a_build(home: Path, repo_data: Path) -> None:
    done = dg(home, "launch", "--assets", "*", "--config-json", config(repo_data))
    assert done.returncode == 0, done.stderr[-2000:]
    assert (repo_data / "curated" / "latest" / "catalog.duckdb").exists()


def test_dg_launch_fails_where_a_build_does(home: Path, repo_data: Path) -> None:
    (repo_data / "raw" / "empty.csv").write_text("report_number,title\n")
    done = dg(home, "launch", "--assets", "*", "--config-json", config(repo_data))
    assert done.returncode == 1
    assert not (repo_data / "curated" / "latest").exists()
    assert (repo_data / "curated" / "rejected" / "reasons.json").exists()


def ask(url: str, query: str) -> Any:
    request = urllib.request.Request(
        f"{url}/graphql", json.dumps({"query": query}).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["data"]


def test_the_ui_starts_on_a_free_port_and_shows_the_assets(tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(PROJECT / "oig_pipeline", project / "oig_pipeline")
    for name in ("workspace.yaml", "pyproject.toml"):
        shutil.copy(PROJECT / name, project)
    port = ui.free_port(0)
    server = subprocess.Popen(
        [sys.executable, "-m", "oig_pipeline.orchestration.ui"],
        cwd=project, env={**os.environ, "PORT": str(port)}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True,
    )  # fmt: skip
    try:
        assert server.stdout is not None
        assert server.stdout.readline() == f"Dagster UI: http://127.0.0.1:{port} (Ctrl-C ends it)\n"
        url = f"http://127.0.0.1:{port}"
        for _ in range(240):
            try:
                payload = ask(url, "{ assetNodes { assetKey { path } } instance { daemonHealth { id } } }")
                if payload["assetNodes"]:
                    break
            except OSError:
                assert server.poll() is None, server.stdout.read()
            time.sleep(0.5)
        assert {"path": ["reports"]} in [n["assetKey"] for n in payload["assetNodes"]]
        assert (project / ".dagster" / "dagster.yaml").read_text().count("enabled: false") == 2
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(30)
        finally:
            if server.poll() is None:
                os.killpg(server.pid, signal.SIGKILL)
            server.communicate()


def test_a_taken_port_is_passed_over() -> None:
    with socket.socket() as occupied:
        occupied.bind((ui.HOST, 0))
        occupied.listen()
        port = occupied.getsockname()[1]
        assert ui.free_port(port) != port


def test_a_changed_instance_file_is_left_as_it_is(tmp_path: Path) -> None:
    file = ui.home(tmp_path) / "dagster.yaml"
    assert "telemetry" in file.read_text()
    file.write_text("mine")
    assert (ui.home(tmp_path) / "dagster.yaml").read_text() == "mine"
