"""The real UI in a copy of the project, and a real browser and PostgreSQL beside it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from oig_pipeline.orchestration import ui
from tests.conftest import DATA, PROJECT

CHROMIUM = "/usr/bin/chromium"


def project_in(folder: Path) -> Path:
    """Return a copy of what the UI needs of the project, its data included."""
    project = folder / "project"
    shutil.copytree(PROJECT / "oig_pipeline", project / "oig_pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(DATA / "raw", project / "data" / "raw")
    for name in ("workspace.yaml", "pyproject.toml", "data/corrections.yml"):
        shutil.copy(PROJECT / name, project / name)
    return project


def ask(url: str, query: str) -> Any:
    """Return the answer of Dagster's GraphQL."""
    body = json.dumps({"query": query}).encode()
    request = urllib.request.Request(f"{url}/graphql", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["data"]


@contextmanager
def running(project: Path, **environment: str) -> Iterator[str]:
    """Start what `make ui` starts, and give the address once the assets are there."""
    port = ui.free_port(0)
    log = project / "ui.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "oig_pipeline.orchestration.ui"],
            cwd=project, env={**os.environ, "PORT": str(port), **environment}, stdout=output, stderr=output,
            start_new_session=True,
        )  # fmt: skip
    url = f"http://{ui.HOST}:{port}"
    try:
        for _ in range(240):
            try:
                if ask(url, "{ assetNodes { assetKey { path } } }")["assetNodes"]:
                    break
            except (OSError, TypeError):
                assert server.poll() is None, log.read_text()
            time.sleep(0.5)
        yield url
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


@contextmanager
def browser() -> Iterator[Browser]:
    """Give a headless Chromium that asks nothing of any other machine."""
    assert Path(CHROMIUM).exists(), f"{CHROMIUM} is missing; apt-get install chromium"
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-background-networking", "--disable-gpu"]
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield started
        started.close()


def postgres_programs() -> Path | None:
    """Return the folder of PostgreSQL's server programs, None where they are not installed."""
    paths = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return paths[-1].parent if paths else None


@contextmanager
def postgres(programs: Path) -> Iterator[dict[str, str]]:
    """Start a PostgreSQL of its own, and give the environment in which `deploy/dagster.yaml` finds it."""
    port = ui.free_port(0)
    with tempfile.TemporaryDirectory(prefix="oig-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        # The server refuses to run as root.
        as_user: dict[str, Any] = {"user": "postgres"} if os.geteuid() == 0 else {}
        if as_user:
            shutil.chown(folder, "postgres")
        run: dict[str, Any] = {"cwd": folder, "check": True, "stdout": subprocess.DEVNULL, **as_user}
        subprocess.run([programs / "initdb", "-D", folder / "db", "-U", "oig", "--auth", "trust"], **run)
        options = f"-p {port} -k {folder} -c listen_addresses={ui.HOST}"
        log = str(folder / "log")
        subprocess.run([programs / "pg_ctl", "-D", folder / "db", "-o", options, "-l", log, "-w", "start"], **run)
        try:
            yield {
                "DAGSTER_PG_HOST": ui.HOST, "DAGSTER_PG_PORT": str(port), "DAGSTER_PG_USERNAME": "oig",
                "DAGSTER_PG_PASSWORD": "none", "DAGSTER_PG_DB": "postgres",
            }  # fmt: skip
        finally:
            subprocess.run([programs / "pg_ctl", "-D", folder / "db", "-m", "immediate", "stop"], **run)
