"""How other repositories gate their captures: the composite action and the pre-commit hook, run as they would be."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import PROJECT, Captures
from tests.reporting.breaks import BREAKS, SEED, TEXT

pytestmark = pytest.mark.process

ACTION = yaml.safe_load((PROJECT / "action.yml").read_text(encoding="utf-8"))
(HOOK,) = yaml.safe_load((PROJECT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
INSTALL, CHECK = ACTION["runs"]["steps"]


def run_step(step: dict[str, Any], repository: Path, temp: Path, **overrides: str) -> subprocess.CompletedProcess[str]:
    """Run a step of the action as GitHub's runner does: its text by bash, its inputs by environment."""
    inputs = {name: declaration["default"] for name, declaration in ACTION["inputs"].items()} | overrides
    contexts = {**{f"inputs.{name}": value for name, value in inputs.items()}, "github.action_path": str(PROJECT)}
    environment = {
        name: re.sub(r"\$\{\{ (.*?) \}\}", lambda m: contexts[m[1]], value) for name, value in step["env"].items()
    }
    runner = {
        "RUNNER_TEMP": str(temp),
        "GITHUB_WORKSPACE": str(repository),
        "GITHUB_STEP_SUMMARY": str(temp / "page.md"),
    }
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=repository,
        env={**os.environ, **environment, **runner},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def temp(tmp_path: Path) -> Path:
    """Return a runner's folder in which the install step has put this environment's program."""
    program = tmp_path / "temp" / "oig" / "bin" / "oig"
    program.parent.mkdir(parents=True)
    program.symlink_to(Path(sys.prefix) / "bin" / "oig")
    return tmp_path / "temp"


def test_the_action_passes_clean_captures(captures: Captures, temp: Path) -> None:
    repository = captures({SEED: TEXT}).parent.parent
    done = run_step(CHECK, repository, temp)
    assert done.returncode == 0, done.stderr
    assert (temp / "page.md").read_text().startswith("## oig check: passed")


def test_the_action_annotates_the_line_and_fails(captures: Captures, temp: Path) -> None:
    broken = BREAKS["fiscal_year_mismatch"]
    repository = captures(broken.files).parent.parent
    done = run_step(CHECK, repository, temp, **{"max-quarantine": "0.5"})
    assert done.returncode == 1
    assert done.stdout.startswith(f"::error file=data/raw/{SEED},line={broken.lines[0]},title=fiscal_year_mismatch::")
    assert (temp / "page.md").read_text().startswith("## oig check: failed")


@pytest.mark.parametrize(
    ("overrides", "status"), [({"strict": "true"}, 1), ({"raw": "nowhere"}, 2), ({"baseline": "x.json"}, 2)]
)
def test_the_actions_inputs_are_options(overrides: dict[str, str], status: int, captures: Captures, temp: Path) -> None:
    assert run_step(CHECK, captures({SEED: TEXT}).parent.parent, temp, **overrides).returncode == status


def test_an_input_is_never_a_command(captures: Captures, temp: Path) -> None:
    repository = captures({SEED: TEXT}).parent.parent
    run_step(CHECK, repository, temp, raw="$(touch injected)'; touch injected; '")
    assert not list(repository.rglob("injected"))
    assert "${{" not in INSTALL["run"] + CHECK["run"], "contexts reach the shell by environment alone"


def test_the_action_installs_this_project_under_its_constraints(tmp_path: Path) -> None:
    fake = tmp_path / "python"
    lines = ["#!/bin/sh", 'mkdir -p "$3/bin"', 'echo \'echo "$@"\' > "$3/bin/python"', 'chmod +x "$3/bin/python"']
    fake.write_text("\n".join(lines))
    fake.chmod(0o755)
    done = run_step(INSTALL, tmp_path, tmp_path, python=str(fake))
    assert done.returncode == 0, done.stderr
    assert f"--constraint {PROJECT}/constraints.txt {PROJECT}" in done.stdout


@pytest.mark.parametrize(("code", "status"), [(None, 0), ("conflict", 1)])
def test_the_hook_runs_what_it_says(code: str | None, status: int, captures: Captures) -> None:
    repository = captures(BREAKS[code].files if code else {SEED: TEXT}).parent.parent
    program, *arguments = HOOK["entry"].split()
    assert (program, HOOK["language"], HOOK["pass_filenames"]) == ("oig", "python", False)
    done = subprocess.run(
        [Path(sys.prefix) / "bin" / program, *arguments], cwd=repository, capture_output=True, text=True, check=False
    )
    assert done.returncode == status, done.stderr


@pytest.mark.parametrize(
    ("path", "is_checked"),
    [("data/raw/a.html", True), ("data/raw/deep/a.csv", True), ("data/corrections.yml", True), ("src/data.py", False)],
)
def test_the_hook_runs_for_captures_and_corrections(path: str, is_checked: bool) -> None:
    assert bool(re.search(HOOK["files"], path)) is is_checked
