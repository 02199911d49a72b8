"""Links to captures: for a terminal that takes them, to a file that exists, and never in place of the words."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from oig_pipeline.cli import capture_links, output
from oig_pipeline.cli.console import print_table, stdout_console
from oig_pipeline.query import service
from tests.conftest import DATA

ESC = "\x1b"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def printed(stream: io.StringIO, capture: str, raw: Path = DATA / "raw") -> str:
    """Return what a table with one place prints."""
    console = stdout_console(output.Gate(stream))  # type: ignore[arg-type]
    print_table(console, ["place"], [[capture_links.place(console, raw, capture, 18)]])
    return stream.getvalue()


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("NO_COLOR", raising=False)


def test_a_terminal_is_given_a_link_to_the_file() -> None:
    text = printed(Terminal(), "border-security.txt")
    assert (DATA / "raw" / "border-security.txt").resolve().as_uri() in text
    assert "border-security.txt:18" in text


@pytest.mark.parametrize("variable", [("NO_COLOR", "1"), ("TERM", "dumb")], ids="=".join)
def test_a_terminal_that_wants_no_escape_sequences_is_given_words(
    variable: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(*variable)
    text = printed(Terminal(), "border-security.txt")
    assert "]8;" not in text
    assert "border-security.txt:18" in text


def test_a_pipe_is_given_words() -> None:
    assert printed(io.StringIO(), "border-security.txt") == "place\nborder-security.txt:18\n"


def test_nothing_is_linked_that_is_not_there_or_not_a_capture(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    (tmp_path / "raw").mkdir()
    for capture in ("gone.txt", "../secret", f"{ESC}]8;;x", "nul\0"):
        assert "]8;;file" not in printed(Terminal(), capture, tmp_path / "raw")


def test_explaining_links_each_place_once(own_release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from oig_pipeline.cli import terminal as outcomes

    stream = Terminal()
    monkeypatch.setattr("sys.stdout", output.Gate(stream))
    outcomes.print_explanation(service.explain("W-05-03", own_release), DATA / "raw")
    assert stream.getvalue().count("listing-transcript.csv:116") == 1
    assert (DATA / "raw" / "listing-transcript.csv").resolve().as_uri() in stream.getvalue()
