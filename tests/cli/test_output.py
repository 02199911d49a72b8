"""Nothing from outside is obeyed, whichever command prints it; and what other programs read is never cut."""

from __future__ import annotations

import contextlib
import gc
import io
import json
import re
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.cli import main, output
from oig_pipeline.domain.visible import visible
from oig_pipeline.run import pipeline
from oig_pipeline.settings import settings
from tests.conftest import DATA

Run = Callable[..., tuple[int, str, str]]
ESC, RTL = "\x1b[31m\x1b]0;owned\x07", "\u202e\u2067\u200f"
COMMAND = "::error title=x::owned"
NAME = f"a\n{COMMAND}{ESC}{RTL}.csv"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs the command line in a folder of the test, as a pipe of some encoding reads it."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str | Path, encoding: str = "utf-8") -> tuple[int, str, str]:
        streams = [io.TextIOWrapper(io.BytesIO(), encoding=encoding, write_through=True) for _ in range(2)]
        out, err = streams
        with (
            patch.object(sys, "argv", ["oig", *map(str, arguments)]),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            pytest.raises(SystemExit) as end,
        ):
            main()
        gc.unfreeze()
        read = [stream.buffer.getvalue().decode(encoding) for stream in streams]
        return int(end.value.code or 0), read[0], read[1]

    return call


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with two releases whose every text would be obeyed."""
    data = tmp_path_factory.mktemp("hostile") / f"da\nta{ESC}"
    raw = data / "raw"
    raw.mkdir(parents=True)
    for title in (f"Audit{ESC}{RTL} of\n{COMMAND}", f"{COMMAND} of Ports"):
        rows = [
            ["report_number", "title", "summary", "issue_date", "agency", "fiscal_year"],
            ["OIG-21-01", title, f"{COMMAND}\n\n{COMMAND}{ESC}", "07/20/2021", "CBP", "2021"],
            ["OIG-21-02", "Audit of Ships", f"{RTL}", "02/30/2021", f"{ESC}X", "2021"],
            [f"{COMMAND}\n{ESC}", f"Audit{RTL}", "", "", f"\n{COMMAND}", f"{ESC}\n{COMMAND}"],
        ]
        text = "".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n" for row in rows)
        (raw / NAME).write_text(text, encoding="utf-8")
        (raw / f"{RTL}\n{COMMAND}.txt").write_text("what nobody knows")
        assert pipeline.build(settings(raw, data / "curated", max_quarantine=1, exports=True)).release is not None
    return data


CHECKS, ROWS = ("text", "json", "github", "junit", "sarif"), ("table", "csv", "json")
COMMANDS: dict[str, list[str]] = {
    "build": ["build", "--raw", "RAW", "--out", "made", "--max-quarantine", "1", "--no-site"],
    **{f"check {form}": ["check", "--raw", "RAW", "--format", form, "--strict"] for form in CHECKS},
    **{f"captures {form}": ["captures", "--raw", "RAW", "--format", form] for form in ROWS},
    **{f"query {form}": ["query", "FROM sightings", "--release", "OUT", "--format", form] for form in ROWS},
    "query first": ["query", "SELECT title FROM reports", "--release", "OUT", "--format", "csv"],
    "query fails": ["query", f"SELECT CAST('\n{COMMAND}{ESC}' AS INT)", "--release", "OUT"],
    "query names": ["query", f"SELECT 1 AS \"{COMMAND}\n{ESC}\"", "--release", "OUT"],
    "query plan": ["query", f"EXPLAIN SELECT '{COMMAND}\n{COMMAND}'", "--release", "OUT"],
    "search": ["search", "audit", "--release", "OUT"],
    "search fails": ["search", "audit", "--agency", f"\n{COMMAND}{ESC}", "--release", "OUT"],
    "explain": ["explain", "OIG-21-01", "--release", "OUT"],
    "explain quarantined": ["explain", COMMAND, "--release", "OUT"],
    "explain json": ["explain", "OIG-21-01", "--release", "OUT", "--json"],
    "explain fails": ["explain", f"\n{COMMAND}{ESC}{RTL}", "--release", "OUT"],
    **{f"diff {form}": ["diff", "--out", "OUT", "--format", form] for form in ("text", "json", "markdown")},
    "releases": ["releases", "--out", "OUT"],
    "verify": ["verify", "OUT"],
    "rules fails": ["rules", f"\n{COMMAND}{ESC}"],
    "no such folder": ["build", "--raw", f"\n{COMMAND}{ESC}{RTL}"],
    "no such option": [f"--{ESC}\n{COMMAND}"],
    "no such command": [f"{ESC}\n{COMMAND}"],
    "one argument too many": ["verify", "OUT", f"{ESC}\n{COMMAND}"],
    "a wrong value": ["query", "SELECT 1", "--format", f"{ESC}\n{COMMAND}"],
    "fetch": ["fetch", "--raw", "RAW", "--since", f"{ESC}\n{COMMAND}"],
    "import": ["import", "warc", f"{ESC}\n{COMMAND}", "--raw", "RAW"],
}  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_from_outside_is_obeyed(command: str, hostile: Path, run: Run) -> None:
    places = {"RAW": str(hostile / "raw"), "OUT": str(hostile / "curated")}
    _, out, err = run(*(places.get(argument, argument) for argument in COMMANDS[command]))
    assert out + err
    for text in (out, err):
        assert {c for c in text if unicodedata.category(c) == "Cc"} <= {"\n", "\t"}
        assert not set(RTL) & set(text)
        if command != "check github" or text is err:
            assert not re.search(r"^\s*::", text, re.M)
    if command == "check github":
        assert all(line.startswith(("::error ", "::warning ")) for line in out.splitlines())
        assert not re.search(r"^::error title=x::", out, re.M)


def test_json_keeps_what_it_shows_otherwise(hostile: Path, run: Run) -> None:
    sql = "SELECT listed_summary, capture_path FROM reports JOIN sightings USING (report_number, fiscal_year)"
    for encoding in ("utf-8", "ascii"):
        _, out, _ = run("query", sql, "--release", hostile / "curated", "--format", "json", encoding=encoding)
        (row, *_) = json.loads(out)
        assert row["capture_path"] == NAME
        assert ESC in row["listed_summary"]


@pytest.mark.parametrize("arguments", [["explain", "OIG-21-49"], ["query", "FROM reports"], ["check"], ["captures"]])
def test_a_stream_that_takes_only_ascii_is_written_to(arguments: list[str], own_release: Path, run: Run) -> None:
    (Path("data") / "curated").mkdir(parents=True)
    Path("data/raw").symlink_to(DATA / "raw")
    (Path("data") / "curated" / "latest").symlink_to(own_release)
    status, out, err = run(*arguments, encoding="ascii")
    assert (status in (0, 1), err) == (True, "")
    assert out.isascii()
    assert "\\u" in out or arguments[0] in ("check", "captures")


def test_file_and_line_stand_on_one_line_of_what_is_piped(own_release: Path, run: Run) -> None:
    _, out, _ = run("explain", "OIG-21-49", "--release", own_release)
    lines = [line for line in out.splitlines() if "border-security.txt:" in line]
    assert len(lines) > 5
    assert all(re.search(r"border-security\.txt:\d+(?:\s|$|[,)])", line) for line in lines)


def test_a_row_of_a_query_is_a_line_of_what_is_piped(own_release: Path, run: Run) -> None:
    sql = "SELECT report_number, summary, repeat('x', 3000) AS last FROM reports WHERE summary IS NOT NULL"
    _, out, _ = run("query", sql, "--release", own_release)
    names, *rows, count = out.splitlines()
    assert names.split() == ["report_number", "summary", "last"]
    assert count == f"{len(rows)} rows"
    assert all(re.fullmatch(r"OIG-\S+  .*  x{3000}", row) for row in rows)
    assert len({len(row) for row in rows}) == 1


def test_a_plan_is_drawn(own_release: Path, run: Run) -> None:
    assert len(run("query", "EXPLAIN FROM reports", "--release", own_release)[1].splitlines()) > 3


@pytest.mark.parametrize("traced", ["", "1"])
def test_a_fault_of_the_software_is_not_obeyed_either(
    traced: str, own_release: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError(f"{ESC}{RTL}\n{COMMAND}")

    monkeypatch.setattr("oig_pipeline.cli.answers.print_rows", fail)
    monkeypatch.setenv("OIG_TRACEBACK", traced)
    status, _, err = run("query", "SELECT 1", "--release", own_release)
    assert (status, len(err.splitlines()) > 1) == ((1, True) if traced else (2, False))
    assert not set(err) & {*ESC[:1], *RTL}
    assert not re.search(r"^\s*::", err, re.M)


# The gate itself.

PIECES = st.lists(st.text(st.sampled_from(" \t\n\v\u00a0:ax\x1b\r\u2028")), max_size=8)


@given(PIECES)
def test_no_line_begins_with_two_colons_however_it_is_written(pieces: list[str]) -> None:
    stream = io.StringIO()
    gate = output.Gate(stream)
    for piece in pieces:
        gate.write(piece)
    written = stream.getvalue()
    assert not re.search(r"^\s*::", written, re.M)
    assert written.replace("\\:", ":") == visible("".join(pieces)).replace("\\:", ":")


def test_commands_pass_where_they_are_meant_to() -> None:
    stream = io.StringIO()
    with contextlib.redirect_stdout(stream), output.guarded():
        sys.stdout.write("::before\n")
        with output.commands():
            sys.stdout.write("::error::meant\x1b\n")
        sys.stdout.write("::after\n")
    assert stream.getvalue() == "\\::before\n::error::meant\u241b\n\\::after\n"


def test_a_full_disk_is_no_fault_of_the_software(own_release: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("oig_pipeline.cli.answers.print_rows", full)
    status, _, err = run("query", "SELECT 1", "--release", own_release)
    assert (status, err) == (2, "oig: the output: No space left on device\n")
