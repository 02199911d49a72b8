"""Every command and query of the README does what it says."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from oig_pipeline.cli.runs import rule_table
from oig_pipeline.release.catalog import descriptions
from oig_pipeline.run import pipeline
from oig_pipeline.settings import settings
from tests.conftest import PROJECT, Captures, Oig

README = (PROJECT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.M | re.S)


def bare(text: str) -> str:
    """Return a text without blanks at the ends of its lines, which tables have and prose should not."""
    return "\n".join(line.rstrip() for line in text.split("\n"))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the checkout in which `make run` has been run, with the environment of these tests."""
    copy = tmp_path_factory.mktemp("elsewhere") / "project"
    ignored = shutil.ignore_patterns(".*", "__pycache__", "releases", "latest", "rejected")
    shutil.copytree(PROJECT, copy, ignore=ignored)
    return copy


def make(project: Path, target: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run make with this environment for a virtual environment, so that nothing is installed again."""
    ready = [
        "-o",
        f"{sys.prefix}/.ready",
        "-o",
        f"{sys.prefix}/.ready-for-tests",
        "-o",
        f"{sys.prefix}/.ready-validators",
    ]
    command = ["make", *options, *ready, f"VENV={sys.prefix}", target]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "OIG_"))}
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def run(project: Path) -> str:
    done = make(project, "run")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_two_commands_set_everything_up() -> None:
    assert blocks("sh")[0] == "make run\nmake test\n"


def test_make_run_prints_what_the_readme_shows_and_nothing_else(run: str, project: Path) -> None:
    (expected,) = blocks("text")
    installing, built = expected.split("\n", 2)[:2], expected.split("\n", 2)[2]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MAKE")}
    steps = subprocess.run(
        ["make", "--dry-run", "run"], cwd=project, env=environment, capture_output=True, text=True, check=True
    ).stdout
    assert re.findall(r'echo "(.*)"', steps) == installing

    def same_on_any_machine(text: str) -> str:
        text = text.replace(str(project), "…").replace(f"{sys.prefix}/bin/", ".venv/bin/")
        return re.sub(r"\d+\.\d+ s", "-", bare(text))

    assert same_on_any_machine(run) == same_on_any_machine(built)


def test_make_run_makes_the_border_security_page(run: str, project: Path) -> None:
    page = project / "data" / "curated" / "site" / "topics" / "border-security" / "index.html"
    assert page.read_text(encoding="utf-8").count("<article") == 10


@pytest.mark.parametrize(
    ("target", "does"),
    [
        ("test", ["ruff check .", "ruff format --check .", "mypy", "python -m pytest"]),
        ("ui", ["oig_pipeline.orchestration.ui"]),
        ("site", ["oig build", "oig site --serve"]),
    ],
)
def test_the_other_targets_do_what_the_readme_says(target: str, does: list[str], project: Path) -> None:
    steps = make(project, target, "--dry-run").stdout
    assert all(step in steps for step in does)


def test_make_installs_into_a_new_environment_under_the_constraints(project: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MAKE")}
    steps = subprocess.run(
        ["make", "-n", "VENV=new", "test"], cwd=project, env=environment, capture_output=True, text=True, check=True
    ).stdout
    assert "python3 -m venv new" in steps
    assert "--constraint constraints.txt --editable ." in steps
    assert "--constraint constraints.txt --editable '.[test]'" in steps


@pytest.fixture(scope="module")
def several_offices(run: str, project: Path) -> str:
    """Return what the commands print that write a listing of several offices and build its release."""
    (block,) = (block for block in blocks("sh") if block.startswith("mkdir -p offices/raw\n"))
    commands = block.replace(".venv/bin/oig", f"{sys.executable} -m oig_pipeline")
    done = subprocess.run(["sh", "-ec", commands], cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_listing_of_several_offices_is_built(several_offices: str) -> None:
    assert several_offices.startswith("1 capture, 4 sightings: 4 published as 4 reports, 0 quarantined.\n")


@pytest.mark.parametrize("block", blocks("console"))
def test_a_query_prints_what_the_readme_shows(block: str, several_offices: str, project: Path, oig: Oig) -> None:
    command, expected = block.split("\n", 1)
    program, *arguments = shlex.split(command.removeprefix("$ "))
    assert program == ".venv/bin/oig"
    assert bare(oig(*arguments, cwd=project, COLUMNS="100").stdout) == bare(expected)


@pytest.mark.parametrize("statement", re.findall(r'`oig query "([^"]+)"`', README))
def test_a_query_in_the_text_works(statement: str, run: str, project: Path, oig: Oig) -> None:
    assert oig("query", statement, cwd=project).returncode == 0


def test_the_sql_works_in_duckdb(run: str, project: Path, oig: Oig) -> None:
    (block,) = (block for block in blocks("sh") if block.startswith("duckdb "))
    _, file, sql = shlex.split(block)
    folder = oig("path", cwd=project).stdout.removesuffix("\n")
    assert folder == str((project / "data" / "curated" / "latest").resolve())
    with duckdb.connect(file.replace("$(.venv/bin/oig path)", folder), read_only=True) as connection:
        assert sum(n for _, n in connection.execute(sql).fetchall()) == 367


def python(program: str | Path, script: str, project: Path) -> str:
    done = subprocess.run([program, "-c", script], cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_python_works(run: str, project: Path, validators: Path) -> None:
    connected, statements, files = blocks("python")
    assert "concurrence_rate" in python(sys.executable, connected, project)
    assert python(sys.executable, statements, project) == ""
    assert python(sys.executable, files, project).split() == ["367"] * 3
    (pandas,) = re.findall(r"^# (pandas.*)$", files, re.M)
    resolved = "\n".join(line for line in files.split("\n") if line.startswith(("from pathlib", "release =")))
    assert python(validators / "python", f"import pandas\n{resolved}\nprint(len({pandas}))", project) == "367\n"


def test_no_example_opens_several_files_through_the_link() -> None:
    code = "\n".join(block for language in ("sh", "sql", "python", "console") for block in blocks(language))
    through = [line for line in code.split("\n") if "latest/" in line or ("latest" in line and "resolve()" not in line)]
    assert through == []


def test_the_correction_that_it_shows_is_one(captures: Captures) -> None:
    (text,) = (block for block in blocks("yaml") if block.startswith("corrections:\n  - rule:"))
    listing = "report_number,title,fiscal_year\nOIG-19-31,Grants to a County,20197\n,Survey of Contractors,2019\n"
    outcome = pipeline.check(settings(captures({"listing.csv": listing, "corrections.yml": text})))
    assert not outcome.result.correction_outcomes.stale
    assert not outcome.result.correction_outcomes.unused
    assert outcome.reports["fiscal_year"].to_list() == [2019]
    assert outcome.result.stats.unsettled == 0


def test_the_rules_are_those_of_the_registry() -> None:
    assert f"<!-- rules -->\n{rule_table()}\n<!-- /rules -->" in README


def test_the_views_are_those_of_the_catalog() -> None:
    assert all(f"`{view}`" in README for view in descriptions())


def test_every_option_named_exists(oig: Oig) -> None:
    commands = (
        "build",
        "check",
        "captures",
        "rules",
        "query",
        "recommendations",
        "prune",
        "site",
        "path",
        "fetch",
        "fetch documents",
        "import warc",
    )
    help_text = "".join(oig(*command.split(), "--help").stdout for command in commands)
    options = set(re.findall(r"`(--[a-z-]+)", README))
    assert options
    assert all(option in help_text for option in options)
