"""Fetching from a shell, as the README says it."""

from __future__ import annotations

import io
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PROJECT, Oig
from tests.fetch.conftest import Serve
from tests.fetch.test_warc import PAGE, SITE, URL, packed, record
from tests.replica import misdeeds
from tests.replica.facts import ALERTS, newer, reports
from tests.replica.oversight import OversightReplica
from tests.replica.server import Replica

README = (PROJECT / "README.md").read_text(encoding="utf-8")
QUICK = ("--delay", "0", "--backoff", "0")


@pytest.fixture
def replica(serve: Serve) -> Replica:
    return serve()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data" / "raw").mkdir(parents=True)
    return tmp_path


def test_three_commands_keep_it_current(replica: Replica, folder: Path, oig: Oig) -> None:
    section = README[README.index("## Keep it current") :]
    block = re.search(r"```sh\n(.*?)```", section, re.S)
    assert block
    commands = [shlex.split(line) for line in block[1].splitlines()]
    assert [command[:2] for command in commands] == [[".venv/bin/oig", name] for name in ("fetch", "build", "diff")]
    for more in (0, 2):
        replica.facts.reports += newer(more)
        for _, *command in commands:
            options = ("--base-url", replica.url, *QUICK) if command[0] == "fetch" else ()
            done = oig(*command, *options, cwd=folder)
            if (command[0], more) != ("diff", 0):  # there is no earlier release to differ from
                assert done.returncode == 0, done.stderr
    assert "OIG-26-01" in done.stdout
    assert "OIG-26-02" in done.stdout
    result = oig("query", "SELECT count(*) AS n FROM reports", "--format", "json", cwd=folder)
    assert json.loads(result.stdout) == [{"n": len(reports()) + 2}]


def test_a_fetch_says_what_it_did_and_what_to_do_next(replica: Replica, folder: Path, oig: Oig) -> None:
    done = oig("fetch", "--base-url", replica.url, *QUICK, cwd=folder)
    first, *rest = done.stdout.splitlines()
    assert re.fullmatch(r"Asked 59 times, 4 answered from the cache; \d+ kB received\.", first)
    assert rest == ["33 listings with 328 rows: 21 new captures, 0 pages unchanged.", "Next: oig build"]
    again = oig("fetch", "--base-url", replica.url, *QUICK, cwd=folder)
    assert again.stdout.splitlines()[-1] == "Nothing is new; there is nothing to build."
    summary = json.loads(oig("fetch", "--base-url", replica.url, *QUICK, "--json", cwd=folder).stdout)
    assert (summary["asked"], summary["answered_from_cache"], summary["new_captures"], summary["unchanged_pages"]) == (
        59,
        59,
        [],
        21,
    )


def test_a_fault_is_one_line_and_status_1(replica: Replica, folder: Path, oig: Oig) -> None:
    replica.misdeeds.append(misdeeds.always(misdeeds.error(503)))
    done = oig("fetch", "--base-url", replica.url, *QUICK, "--attempts", "2", cwd=folder)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("oig: ")
    assert line.endswith("the site answers with status 503; try again later")


def test_doubt_is_said_with_its_place(replica: Replica, folder: Path, oig: Oig) -> None:
    replica.misdeeds.append(misdeeds.always(misdeeds.repeating, lambda a: a.is_listing and a.filter_id is None))
    done = oig("fetch", "--base-url", replica.url, *QUICK, cwd=folder)
    assert done.returncode == 0
    messages = [line for line in done.stdout.splitlines() if line.startswith("In doubt: ")]
    assert len(messages) == 3
    assert re.match(
        r"In doubt: audits-inspections-and-evaluations, after page 0: beside \S+ a row may be missing", messages[0]
    )


def test_without_a_contact_a_fetch_asks_for_one_or_says_why(
    replica: Replica, folder: Path, oig: Oig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OIG_CONTACT")
    done = oig("fetch", "--base-url", replica.url, *QUICK, cwd=folder)
    assert done.returncode == 2
    assert "--contact: say how the site's staff can reach you" in done.stderr
    assert not replica.requests
    terminal = io.StringIO("me@example.org\n")
    terminal.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr("sys.stdin", terminal)
    done = oig("fetch", "--base-url", replica.url, *QUICK, "--max-pages", "1", cwd=folder)
    assert "How can the site's staff reach you?" in done.stdout
    assert replica.requests


def test_a_dry_run_says_what_would_be_asked_and_asks_nothing(replica: Replica, folder: Path, oig: Oig) -> None:
    done = oig("fetch", "--base-url", replica.url, "--dry-run", cwd=folder)
    lines = done.stdout.splitlines()
    assert lines[0] == f"{replica.url}/robots.txt"
    assert sum("page=0" in line for line in lines) == 33
    assert lines[-1].startswith("34 requests to begin with, 2 s apart: at least 66 s.")
    assert not replica.requests
    assert list(folder.rglob("*")) == [folder / "data", folder / "data" / "raw"]


def test_the_reports_of_an_office_are_fetched_from_oversight_gov(folder: Path, oig: Oig, serve: Serve) -> None:
    site = serve(replica=OversightReplica())
    site.robots = ""  # which would ask to wait
    command = ("fetch", "--source", "oversight_gov", "--office", "treasury", "--base-url", site.url, *QUICK)
    assert "&page=0" in oig(*command, "--dry-run", cwd=folder).stdout
    done = oig(*command, cwd=folder)
    assert done.stdout.splitlines()[1:] == [
        "1 listings with 2 rows: 3 new captures, 0 pages unchanged.",
        "Next: oig build",
    ]
    done = oig(*command, "--office", "dod", cwd=folder)
    assert (done.returncode, "it has: dhs, epa, treasury" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--since", "yesterday"], "--since: a day like 2026-10-01"),
        (["--min-rows", "2"], "--min-rows is a share"),
        (["--delay", "-1"], "--delay"),
        (["--base-url", "nowhere"], "--base-url"),
        (["--source", "oversight"], "--source: 'oversight' cannot be fetched; these can: oig_dhs_gov, oversight_gov"),
        (["--office", "epa"], "--office: oig_dhs_gov shows the reports of dhs alone, not of epa"),
    ],
)
def test_an_option_out_of_range_is_status_2(options: list[str], message: str, folder: Path, oig: Oig) -> None:
    done = oig("fetch", *options, cwd=folder)
    assert (done.returncode, message in done.stderr) == (2, True)
    assert "Traceback" not in done.stderr


def test_archives_are_imported_and_counted(folder: Path, oig: Oig) -> None:
    archive = folder / "site.warc.gz"
    archive.write_bytes(packed([record(URL, PAGE), record(f"{SITE}{ALERTS}", b"", status="404 Not Found")]))
    done = oig("import", "warc", archive, cwd=folder)
    assert done.stdout.splitlines() == [
        "New captures: 1.",
        "      1  redirects, errors and answers without content",
    ]
    archive.write_bytes(archive.read_bytes()[:-30])
    done = oig("import", "warc", archive, "--json", cwd=folder)
    assert done.returncode == 1
    assert "cannot be read to its end" in done.stderr
    assert oig("import", "warc", "nothing.warc", cwd=folder).stderr == "oig: nothing.warc: there is no such file\n"


def test_what_reads_captures_imports_nothing_that_asks() -> None:
    script = (
        "import sys; sys.argv = ['oig', 'rules']\n"
        "from oig_pipeline.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "import oig_pipeline.run.pipeline\n"
        "asking = {'httpx', 'hishel', 'stamina', 'protego', 'fastwarc', 'pypdfium2', 'oig_pipeline.fetch.service'}\n"
        "assert not asking & set(sys.modules), asking & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
