"""An installed package reads and writes in the folder one stands in, never beside itself."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from oig_pipeline import settings as settings_module
from oig_pipeline.settings import project_data
from tests.conftest import DATA, PROJECT
from tests.replica.facts import Facts, reports
from tests.replica.server import Replica, serving

# One process for all: most of what each would take is imports.
SCRIPT = """
import json, sys
from pathlib import Path
import oig_pipeline
from oig_pipeline.cli import main
def oig(*arguments):
    sys.argv = ["oig", *arguments]
    try:
        main()
    except SystemExit as end:
        return end.code or 0
fetched = oig("fetch", "--base-url", sys.argv[1], "--delay", "0", "--backoff", "0")
built = oig("build", "--no-wait", "--no-site")
made = oig("site")
asked = oig("query", "SELECT count(*) FROM reports")
from oig_pipeline.orchestration.definitions import defs
definitions = defs()
keys = sorted(key.to_user_string() for key in definitions.resolve_asset_graph().get_all_asset_keys())
settings = definitions.resources["data"].settings()
print(json.dumps([oig_pipeline.__file__, fetched, built, made, asked, keys, str(settings.raw), str(settings.out)]))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder into which a wheel of the package was installed, alone."""
    folder = tmp_path_factory.mktemp("installed")
    source = folder / "source"
    shutil.copytree(PROJECT / "oig_pipeline", source / "oig_pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(PROJECT / name, source)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    # Without it, pip fetches what builds the wheel.
    isolation = ["--no-build-isolation"] if importlib.util.find_spec("hatchling") else []
    subprocess.run([*pip, "wheel", "--no-deps", *isolation, "--wheel-dir", folder, source], check=True)
    (wheel,) = folder.glob("*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", folder / "packages", wheel], check=True)
    return folder / "packages"


def files(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and p.suffix != ".pyc"}


@pytest.mark.process
def test_a_wheel_fetches_builds_and_loads_in_the_folder_one_stands_in(installed: Path, tmp_path: Path) -> None:
    before = files(installed)
    with serving(Replica(Facts(reports()))) as replica:
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, replica.url],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(installed), "OIG_NO_SITE": ""},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    file, fetch_exit, build_exit, site_exit, query_exit, keys, raw, out = json.loads(done.stdout.splitlines()[-1])
    assert Path(file).is_relative_to(installed)
    assert (fetch_exit, build_exit, site_exit, query_exit) == (0, 0, 0, 0), done.stderr
    assert {"captures", "reports", "release", "site"} & set(keys)
    assert (raw, out) == ("data/raw", "data/curated")
    assert (tmp_path / "data" / "curated" / "site" / "index.html").is_file()
    assert files(installed) == before


def test_only_a_checkout_has_data_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert project_data().resolve() == DATA.resolve()
    module = tmp_path / "site-packages" / "oig_pipeline" / "settings.py"
    (module.parent.parent / "data").mkdir(parents=True)
    monkeypatch.setattr(settings_module, "__file__", str(module))
    assert project_data() == Path("data")
    monkeypatch.chdir(PROJECT)
    assert project_data() == Path("data")
