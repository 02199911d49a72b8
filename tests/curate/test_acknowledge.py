"""Captures that are accepted as they are: by their bytes, with a reason, and only as long as that fits."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from oig_pipeline import reporting
from oig_pipeline.curate.acknowledge import CaptureAcknowledgement, load_captures
from oig_pipeline.curate.correct import load
from oig_pipeline.errors import CannotRun
from oig_pipeline.reporting import formats, violations
from oig_pipeline.run import pipeline
from oig_pipeline.run.outcome import Outcome
from oig_pipeline.settings import Settings, settings
from tests.conftest import Captures

Checked = Callable[[dict[str, str]], tuple[Outcome, Settings]]
GOOD = "report_number,title,fiscal_year\nOIG-21-90,Audit of Ports,2021\n"
REFUSED = "<html><body><h1>Access Denied</h1></body></html>\n"
CUT = GOOD + "OIG-21-91,Aud"
SHA = hashlib.sha256(REFUSED.encode()).hexdigest()


def corrections(*captures: str, rule: str | None = None) -> str:
    """Return a file that acknowledges captures with this content."""
    rest = (f"    rule: {rule}\n" if rule else "") + "    acknowledge: true\n    why: Kept.\n"
    hashes = (hashlib.sha256(text.encode()).hexdigest().upper() for text in captures)
    return "corrections:\n" + "".join(f"  - capture: {sha256}\n{rest}" for sha256 in hashes)


@pytest.fixture
def checked(captures: Captures) -> Checked:
    def run(files: dict[str, str]) -> tuple[Outcome, Settings]:
        raw = captures(files)
        config = settings(raw, raw.parent / "curated")
        return pipeline.check(config), config

    return run


def status(result: tuple[Outcome, Settings]) -> int:
    return violations.verdict(*result).status


def test_an_acknowledged_capture_fails_nothing_and_shows_as_such(checked: Checked) -> None:
    files = {"a.csv": GOOD, "b.html": REFUSED}
    assert status(checked(files)) == reporting.VIOLATED
    outcome, config = checked({**files, "corrections.yml": corrections(REFUSED)})
    decided = violations.verdict(outcome, config)
    assert (decided.status, reporting.acknowledged(outcome)) == (reporting.CLEAN, {"capture_unreadable": 1})
    (violation,) = outcome.result.capture_violations.to_dicts()
    assert (violation["capture_path"], violation["acknowledged"]) == ("b.html", True)
    all_violations = violations.all_violations(outcome, config)
    (fault,) = formats.as_json(decided)["faults"]
    assert (fault["acknowledged"], fault["fails"]) == (True, False)
    assert "acknowledged by a correction" in formats.report("sarif", decided, all_violations)
    assert "(acknowledged)" in formats.report("junit", decided, all_violations)
    assert "::error" not in formats.report("github", decided, all_violations)


def test_all_errors_of_a_capture_are_acknowledged_or_those_of_one_rule(checked: Checked) -> None:
    both = CUT.replace("OIG-21-90,", "OIG-21-89,A,B,C\nOIG-21-90,")
    for rule, expected in ((None, reporting.CLEAN), ("capture_cut", reporting.VIOLATED)):
        outcome, config = checked({"a.csv": both, "corrections.yml": corrections(both, rule=rule)})
        assert {v["rule"] for v in outcome.result.capture_violations.to_dicts()} == {"text_unread", "capture_cut"}
        assert violations.verdict(outcome, config).status == expected


def test_an_acknowledged_listing_without_rows_stops_no_build(checked: Checked) -> None:
    files = {"a.csv": GOOD, "b.csv": "report_number,title\n"}
    assert checked(files)[0].assessment.reasons
    result = checked({**files, "corrections.yml": corrections(files["b.csv"])})
    assert (result[0].assessment.reasons, status(result)) == ((), reporting.CLEAN)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a.csv": GOOD}, "no capture has this SHA-256"),
        ({"a.csv": GOOD, "b.html": REFUSED + " "}, "no capture has this SHA-256"),
    ],
)
def test_one_that_no_capture_has_is_stale(files: dict[str, str], message: str, checked: Checked) -> None:
    outcome, config = checked({**files, "corrections.yml": corrections(REFUSED)})
    stale = [f for f in violations.verdict(outcome, config).failing if f.rule.code == "correction_stale"]
    assert [(f.line, f.message) for f in stale] == [(2, message)]


def test_one_whose_capture_is_fine_or_breaks_another_rule_is_stale(checked: Checked) -> None:
    fine = checked({"a.csv": GOOD, "corrections.yml": corrections(GOOD)})
    (fault,) = violations.verdict(*fine).failing
    assert (fault.rule.code, fault.message) == ("correction_stale", "the capture a.csv no longer has an error")
    other = checked({"a.csv": CUT, "corrections.yml": corrections(CUT, rule="text_unread")})
    messages = [f.message for f in violations.verdict(*other).failing]
    assert "the capture a.csv no longer breaks text_unread" in messages
    assert len(messages) == 2


def test_the_same_bytes_at_two_addresses_are_acknowledged_together(checked: Checked) -> None:
    metas = {f"{n}.meta.json": json.dumps({"url": f"https://x/{n}"}) for n in ("b.html", "c.html")}
    files = {"a.csv": GOOD, "b.html": REFUSED, "c.html": REFUSED, **metas, "corrections.yml": corrections(REFUSED)}
    result = checked(files)
    assert (status(result), reporting.acknowledged(result[0])) == (reporting.CLEAN, {"capture_unreadable": 2})


ENTRY = f"  - capture: {SHA}\n    acknowledge: true\n    why: Kept.\n"


def test_it_is_read_apart_from_corrections_of_rows(tmp_path: Path) -> None:
    file = tmp_path / "corrections.yml"
    file.write_text(f"corrections:\n{ENTRY}")
    assert load_captures(file) == (CaptureAcknowledgement(SHA, None, "Kept.", 2),)
    assert load(file) == ()
    assert load_captures(tmp_path / "none.yml") == ()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (SHA, "a.html", "'a.html' is no SHA-256 (64 digits); sha256sum FILE prints it"),
        (SHA, "", "'None' is no SHA-256"),
        ("true", "false", "acknowledge: true"),
        ("    acknowledge: true\n", "", "acknowledge: true"),
        ("    why: Kept.\n", "", "says why"),
        ("why: Kept.", "why: ' '", "says why"),
        ("why", "because", "a capture cannot be given because; known are acknowledge, capture, rule, why"),
        ("why", "set: {title: T}\n    why", "a capture cannot be given set"),
        ("why", "rule: year_wrong\n    why", "'year_wrong' is not a rule; known are"),
        ("why", "rule: conflict\n    why", "conflict is no error of a capture"),
        ("why", "rule: column_unknown\n    why", "column_unknown is no error of a capture"),
        ("why", "rule: correction_stale\n    why", "correction_stale is no error of a capture"),
    ],
)
def test_a_faulty_entry_stops_the_run_and_says_where_and_what_to_do(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    file = tmp_path / "corrections.yml"
    file.write_text(f"corrections:\n{ENTRY.replace(old, new)}")
    with pytest.raises(CannotRun, match=f"^{re.escape(f'{file}, line 2: ')}.*{re.escape(message)}"):
        load_captures(file)


def test_a_capture_that_is_acknowledged_twice_stops_the_run(tmp_path: Path) -> None:
    file = tmp_path / "corrections.yml"
    file.write_text(f"corrections:\n{ENTRY}{ENTRY}")
    with pytest.raises(CannotRun, match="line 5: line 2 acknowledges the same capture"):
        load_captures(file)
