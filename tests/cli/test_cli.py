"""The command line as a person meets it."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

import oig_pipeline
from oig_pipeline.release import exports, files
from oig_pipeline.run import last_build, pipeline
from tests.conftest import PROJECT, Captures, Oig, free_port
from tests.policy import CASES, GOOD


@pytest.fixture
def built(golden: Path) -> Path:
    """Return the curated folder of a build of the repository's own captures, which no test changes."""
    return golden / "curated"


def test_a_build_says_what_came_out_and_what_to_type_next(repo_data: Path, oig: Oig) -> None:
    done = oig("build", "--raw", repo_data / "raw")
    assert done.returncode == 0
    assert "14 captures, 382 sightings: 368 published as 367 reports, 14 quarantined." in done.stdout
    assert "fiscal_year_mismatch  error        4  4 acknowledged" in done.stdout
    assert f"{repo_data}/curated/releases/" in done.stdout
    assert 'query "FROM reports_by_agency"' in done.stdout.splitlines()[-1]
    assert done.stderr == ""


def test_a_second_build_is_up_to_date(repo_data: Path, oig: Oig) -> None:
    first, second = (json.loads(oig("build", "--raw", repo_data / "raw", "--json").stdout) for _ in range(2))
    assert first["release"] == second["release"]
    assert "up to date" in oig("build", "--raw", repo_data / "raw").stdout
    assert len(list((repo_data / "curated" / "releases").iterdir())) == 1


def test_the_json_object_has_the_promised_keys(repo_data: Path, oig: Oig) -> None:
    payload = json.loads(oig("build", "--raw", repo_data / "raw", "--json").stdout)
    assert set(payload) == {
        "captures", "sightings", "published", "quarantined", "reports", "violations", "warnings", "release", "path",
        "site", "failures", "seconds",
    }  # fmt: skip
    assert payload["violations"] == {
        "office_missing": 8, "number_missing": 10, "fiscal_year_mismatch": 4, "title_empty": 2, "capture_cut": 2,
    }  # fmt: skip
    assert payload["warnings"]["date_missing"] == 380


def test_a_check_of_the_repository_is_clean(repo_data: Path, oig: Oig) -> None:
    done = oig("check", "--raw", repo_data / "raw")
    assert done.returncode == 0
    assert "nothing was written" in done.stdout
    assert not (repo_data / "curated").exists()


def test_an_error_names_file_line_rule_and_remedy(captures: Captures, oig: Oig, tmp_path: Path) -> None:
    raw = captures(CASES["some error rows within the threshold"].arrived)
    output = oig("check", "--raw", raw, cwd=tmp_path).stdout
    assert "data/raw/listing.ndjson:41: fiscal_year_malformed: '20217' is not a fiscal year" in output
    assert "Set the year by a correction" in output


def test_a_csv_without_a_needed_column_is_named_with_what_to_do(captures: Captures, oig: Oig, tmp_path: Path) -> None:
    raw = captures({**GOOD, "bare.csv": "number,title\nOIG-21-01,T\n"})
    done = oig("check", "--raw", raw, cwd=tmp_path)
    assert done.returncode == 1
    assert "data/raw/bare.csv:1: capture_unreadable: the column report_number is missing" in done.stdout
    assert "CSV needs report_number and title" in done.stdout


def test_notes_tell_of_copies_other_pages_and_unused_corrections(captures: Captures, oig: Oig) -> None:
    corrections = CASES["acknowledged error rows"].arrived["corrections.yml"]
    more = CASES["pages that prove to hold no reports"].arrived
    raw = captures({**GOOD, **more, "copy.ndjson": GOOD["listing.ndjson"], "corrections.yml": corrections})
    output = oig("check", "--raw", raw).stdout
    assert "copy.ndjson: the same bytes also lie at listing.ndjson" in output
    assert "ongoing.txt: the list of ongoing projects" in output
    assert "correction in line 2 is unused" in output


def test_text_of_a_listing_is_never_markup(captures: Captures, oig: Oig) -> None:
    raw = captures({"a.csv": "report_number,title,fiscal_year\nOIG-21-01,[red]Audit[/red] of [link=x]Ports,[bold]20\n"})
    assert "'[bold]20' is not a fiscal year" in oig("check", "--raw", raw).stdout


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_a_query_answers_in_each_form(form: str, built: Path, oig: Oig) -> None:
    sql = "SELECT report_number, agencies, issue_date FROM reports WHERE report_number = 'OIG-21-16'"
    done = oig("query", sql, "--release", built, "--format", form)
    assert done.returncode == 0, done.stderr
    if form == "csv":
        assert list(csv.reader(io.StringIO(done.stdout))) == [
            ["report_number", "agencies", "issue_date"], ["OIG-21-16", "DHS", ""],
        ]  # fmt: skip
    elif form == "json":
        assert json.loads(done.stdout) == [{"report_number": "OIG-21-16", "agencies": ["DHS"], "issue_date": None}]
    else:
        assert done.stdout.split() == [
            "report_number",
            "agencies",
            "issue_date",
            "OIG-21-16",
            "DHS",
            "NULL",
            "1",
            "row",
        ]


def test_in_csv_nothing_and_an_empty_text_differ_and_lists_are_as_in_the_release(built: Path, oig: Oig) -> None:
    sql = "SELECT NULL a, '' b, true c, ['A', 'B'] d, [1, 2] e, 'a,\"b' f, 1.5 g"
    done = oig("query", sql, "--release", built, "--format", "csv")
    assert done.stdout == 'a,b,c,d,e,f,g\n,"",true,A; B,"[1, 2]","a,""b",1.5\n'


def test_the_rules_are_printed_as_the_readme_shows_them(oig: Oig) -> None:
    table = oig("rules", "--markdown").stdout
    assert f"<!-- rules -->\n{table}<!-- /rules -->" in (PROJECT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes_commands(shell: str, oig: Oig) -> None:
    script = oig("--show-completion", shell)
    assert script.returncode == 0, script.stderr
    assert "_COMPLETE" in script.stdout


def test_opening_the_site_gives_its_address_to_the_browser(
    built: Path, oig: Oig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened_pages: list[str] = []

    def open_page(address: str) -> bool:
        opened_pages.append(address)
        return True

    monkeypatch.setattr("webbrowser.open", open_page)
    missing = oig("open", "--out", tmp_path / "site")
    assert (missing.returncode, opened_pages) == (2, [])
    assert "make one with oig site" in missing.stderr
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("<h1>Reports</h1>")
    address = (tmp_path / "site" / "index.html").resolve().as_uri()
    assert oig("open", "--out", tmp_path / "site").stdout == f"{address}\n"
    assert opened_pages == [address]
    silent = oig("open", "ui", PORT=str(free_port()))
    assert (silent.returncode, "make ui starts one" in silent.stderr) == (2, True)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELEC 1", "syntax error"),
        ("SELECT nothing FROM reports", "nothing"),
        ("COPY reports TO 'x.csv'", "give one statement that reads"),
        ("CREATE TABLE t (a INT)", "give one statement that reads"),
        ("INSTALL fts", "give one statement that reads"),
        ("SELECT 1; SELECT 2", "give one statement that reads"),
        ("", "give one statement that reads"),
    ],
)
def test_a_query_that_fails_or_writes_is_refused_without_a_traceback(
    sql: str, message: str, built: Path, oig: Oig
) -> None:
    done = oig("query", sql, "--release", built)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_query_without_a_release_says_how_to_make_one(oig: Oig, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    done = oig("query", "SELECT 1")
    assert done.returncode == 2
    assert "make one with oig build" in done.stderr


def test_the_version_and_the_help_are_there(oig: Oig) -> None:
    assert oig("--version").stdout == f"oig {oig_pipeline.__version__}\n"
    output = oig("--help").stdout
    assert all(command in output for command in ("build", "check", "query"))


@pytest.mark.process
def test_a_reader_that_stops_early_is_no_fault(built: Path) -> None:
    command = f"{sys.executable} -m oig_pipeline query 'FROM range(200000)' --release '{built}' --format csv | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert done.stdout == "range\n"
    assert "Traceback" not in done.stderr


@pytest.mark.process
def test_a_fault_of_the_software_is_one_line(repo_data: Path, tmp_path: Path) -> None:
    script = (
        "import oig_pipeline.run.pipeline as p, sys\n"
        "p.check = lambda *_: 1 / 0\n"
        f"sys.argv = ['oig', 'check', '--raw', {str(repo_data / 'raw')!r}]\n"
        "from oig_pipeline.cli import main; main()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "oig: this is a fault of the software: ZeroDivisionError: division by zero (OIG_TRACEBACK=1 shows where)"
    ]


NEVER = {"dagster", "pandas", "dagster_graphql"}
HEAVY = {"polars", "pandera", "pyarrow", "duckdb", "jinja2"}
RUN = """
import sys
sys.argv = ["oig", *{command!r}]
from oig_pipeline.cli import main
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
unneeded = {{module.split(".")[0] for module in sys.modules}} & {modules!r}
assert not unneeded, unneeded
"""


def without(modules: set[str], command: list[str], cwd: Path) -> None:
    script = RUN.format(command=command, modules=modules)
    done = subprocess.run([sys.executable, "-c", script], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.process
@pytest.mark.parametrize(
    ("command", "modules"),
    [
        (["check"], {"duckdb", "jinja2"}),
        (["build"], set()),
        (["query", "FROM reports_by_agency LIMIT 1"], {"jinja2", "polars", "pandera"}),
        (["search", "audit"], {*HEAVY}),
        (["explain", "OIG-21-16"], {"jinja2", "selectolax", "yaml"}),
        (["--version"], {*HEAVY, "rich"}),
        (["--help"], {*HEAVY, "rich"}),
        (["fetch", "--help"], {*HEAVY, "rich"}),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_command_does_not_import_what_it_does_not_need(
    command: list[str], modules: set[str], built_data: Path
) -> None:
    if command[0] == "search":
        release = built_data / "curated" / "latest"
        exports.write(files.read_reports(release), release.resolve())
    without(NEVER | modules, command, built_data.parent)


@pytest.mark.process
def test_a_build_that_finds_nothing_new_says_the_same_at_once(
    built_data: Path, oig: Oig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lines() -> list[str]:
        done = oig("build", cwd=built_data.parent)
        assert done.returncode == 0, done.stderr
        return re.sub(r"up to date, [0-9.]+ s", "up to date", done.stdout).splitlines()

    def summary() -> dict[str, object]:
        return {**json.loads(oig("build", "--json", cwd=built_data.parent).stdout), "seconds": None}

    file = built_data / "curated" / ".cache" / last_build.RECORD
    with monkeypatch.context() as patch:
        # The captures were copied a moment ago.
        patch.setattr(last_build, "time", SimpleNamespace(time_ns=lambda: time.time_ns() + 10**10))
        built, built_summary = lines(), summary()
        assert any(line.startswith("Release ") and "(up to date)" in line for line in built)
        assert file.is_file()
        patch.setattr(pipeline, "build", lambda *_: 1 / 0)
        assert lines() == built
        assert summary() == built_summary
    time.sleep(last_build.GRAIN / 10**9)
    oig("build", cwd=built_data.parent)
    without(NEVER | HEAVY, ["build"], built_data.parent)


def test_captures_are_listed_with_what_they_are_taken_for(repo_data: Path, oig: Oig) -> None:
    (repo_data / "raw" / "notes.txt").write_text("to do\n")
    rows = json.loads(oig("captures", "--raw", repo_data / "raw", "--format", "json").stdout)
    assert [(c["capture"], c["layout"], c["status"], c["rows"]) for c in rows] == [
        ("border-security.txt", "text_cards", "read", 10),
        ("list-federal-2168.md", "text_oversight_list", "read", 6),
        ("listing-transcript-2.csv", "exchange", "read", 177),
        ("listing-transcript.csv", "exchange", "read", 182),
        ("notes.txt", None, "unreadable", 0),
        ("recommendation-127685.txt", "text_oversight_recommendation", "not_a_listing", 0),
        ("recommendation-237115.txt", "text_oversight_recommendation", "not_a_listing", 0),
        ("recommendation-320184.md", "text_oversight_recommendation", "not_a_listing", 0),
        ("report-arizona-crf.md", "text_oversight_report", "read", 1),
        ("report-ice-segregation.md", "text_oversight_report", "read", 1),
        ("report-oig-18-75.txt", "text_oversight_report", "read", 1),
        ("report-oig-21-28.txt", "text_oversight_report", "read", 1),
        ("report-oig-22-69.txt", "text_oversight_report", "read", 1),
        ("report-oig-23-42.md", "text_oversight_report", "read", 1),
        ("report-sar-2018-10.txt", "text_oversight_report", "read", 1),
    ]
