"""Corrections: what a file of them must be, and where they are applied, stale or unused."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from oig_pipeline.curate.correct import Corrected, correct, load
from oig_pipeline.errors import CannotRun
from oig_pipeline.offices import OFFICES
from oig_pipeline.run.by_office import breaks
from oig_pipeline.run.outcome import Outcome
from oig_pipeline.run.pipeline import check
from oig_pipeline.settings import Settings
from tests.conftest import DATA, Captures
from tests.dhs_examples import files, row
from tests.rows import sightings

YEAR = """\
  - rule: fiscal_year_malformed
    where: {report_number: OIG-18-16}
    expect: {fiscal_year: "20187"}
    set: {fiscal_year: "2018"}
    why: A digit too many.
"""
ACKNOWLEDGED = """\
  - rule: number_missing
    where: {title: Jails Fail}
    expect: {report_number: null}
    acknowledge: true
    why: Such rows have no number.
"""
WRONG_YEAR = {"report_number": "OIG-18-16", "fiscal_year": "20187", "issue_date": ""}
WITHOUT_NUMBER = {"report_number": "", "title": "Jails Fail"}


def changed(old: str, new: str = "", text: str = YEAR) -> str:
    """Return a file of one correction, part of it replaced."""
    assert old in text
    return "corrections:\n" + text.replace(old, new)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "corrections.yml"


def loaded(file: Path, text: str) -> Corrected:
    file.write_text(text, encoding="utf-8")
    return correct(sightings(WRONG_YEAR, WITHOUT_NUMBER), load(file), OFFICES, breaks)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("corrections: [\n", 2, "mend the YAML"),
        ("corrections:\n  - rule: a: b\n", 2, "mend the YAML"),
        ("corrections: []\n---\ncorrections: []\n", 2, "mend the YAML"),
        ("- rule: number_missing\n", 1, "expected one key, corrections, with a list"),
        ("corrections: soon\n", 1, "expected one key, corrections, with a list"),
        ("corrections: []\nmore: []\n", 1, "expected one key, corrections, with a list"),
        ("corrections:\n\n  - soon\n", 3, "a correction is a mapping with rule, where, expect, set or acknowledge"),
        (changed("why:", "because:"), 2, "unknown key because; known are acknowledge, expect, rule, set, where, why"),
        (changed("year_malformed", "year_wrong"), 2, "'fiscal_year_wrong' is not a rule; known are office_missing"),
        (changed("rule: fiscal_year_malformed", "rule: null"), 2, "is not a rule; known are"),
        (changed("fiscal_year_malformed", "text_unread"), 2, "acknowledge one by capture: and its SHA-256"),
        (changed("    why: A digit too many.\n"), 2, "a correction says why"),
        (changed("A digit too many.", '" "'), 2, "a correction says why"),
        (changed("    where: {report_number: OIG-18-16}\n"), 2, "says where: capture or report_number, title"),
        (changed("{report_number: OIG-18-16}", "OIG-18-16"), 2, "where is a mapping of column to value"),
        (changed('    expect: {fiscal_year: "20187"}\n'), 2, "says what it expects to find"),
        (changed("    set:", "    acknowledge: true\n    set:"), 2, "either set or acknowledge: true"),
        (changed('    set: {fiscal_year: "2018"}\n'), 2, "either set or acknowledge: true"),
        (changed("acknowledge: true", 'acknowledge: "yes"', ACKNOWLEDGED), 2, "either set or acknowledge: true"),
        (changed("number_missing", "date_missing", ACKNOWLEDGED), 2, "is a warning and needs no acknowledgement"),
        (changed('{fiscal_year: "2018"}', "{fiscal_year: null}"), 2, "set gives a value"),
        (changed('{fiscal_year: "2018"}', "{}"), 2, "set"),
        (changed("{report_number: OIG", "{number: OIG"), 2, "where names number; known are agency, capture, com"),
        (changed('{fiscal_year: "20187"}', "{capture: a.csv}"), 2, "expect names capture; known are agency, com"),
        (changed('{fiscal_year: "2018"}', '{year: "2018"}'), 2, "set names year; known are agency, com"),
        (changed('"20187"', "[20187]"), 2, "expect holds plain values, no lists or mappings"),
        (changed('"2018"}', "{year: 2018}}"), 2, "set holds plain values, no lists or mappings"),
        (changed("rule:", "? [rule]\n    :"), 2, ""),
        ("corrections: []\ncorrections: []\n", 2, "the key corrections stands twice; keep one"),
        (changed("    why:", "    rule: conflict\n    why:"), 6, "the key rule stands twice; keep one"),
        (f"corrections:\n{YEAR}\n{ACKNOWLEDGED.replace('why', 'because')}", 8, "unknown key because"),
    ],
)
def test_a_faulty_file_stops_the_run_and_says_where_and_what_to_do(
    file: Path, text: str, line: int, message: str
) -> None:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CannotRun, match=f"^{re.escape(f'{file}, line {line}: ')}.*{re.escape(message)}"):
        load(file)


def test_a_file_that_is_not_utf_8_stops_the_run(file: Path) -> None:
    file.write_bytes("corrections: []  # Café\n".encode("latin-1"))
    with pytest.raises(CannotRun, match=rf"^{re.escape(str(file))}: not a UTF-8 file; save it as UTF-8$"):
        load(file)


def test_a_file_that_cannot_be_read_stops_the_run(file: Path) -> None:
    file.mkdir()
    with pytest.raises(CannotRun, match=rf"^{re.escape(str(file))}: the file cannot be read: Is a directory$"):
        load(file)


@pytest.mark.parametrize("text", [None, "", "# none yet\n", "---\n", "corrections: []\n"])
def test_a_file_without_corrections_corrects_nothing(file: Path, text: str | None) -> None:
    if text is not None:
        file.write_text(text, encoding="utf-8")
    assert load(file) == ()


def test_a_correction_knows_its_line_and_takes_values_as_text(file: Path) -> None:
    file.write_text("corrections:\n\n" + YEAR.replace('"', "") + ACKNOWLEDGED, encoding="utf-8")
    first, second = load(file)
    assert (first.line, first.expect, first.set, first.acknowledges) == (
        *(3, {"fiscal_year": "20187"}, {"fiscal_year": "2018"}, False),
    )
    assert (second.line, second.expect, second.acknowledges) == (8, {"report_number": None}, True)


@pytest.mark.parametrize("written", ["20187", "007", "1_000", "2021-02-30", "2021-07-20", "yes", "1e3", '"null"'])
def test_a_value_is_taken_as_it_is_written(file: Path, written: str) -> None:
    file.write_text(changed('"2018"', written), encoding="utf-8")
    (correction,) = load(file)
    assert correction.set == {"fiscal_year": written.strip('"')}


def test_a_value_is_set_only_where_the_row_looks_as_expected(file: Path) -> None:
    file.write_text(changed("{report_number: OIG-18-16}", "{capture: listing.csv}"), encoding="utf-8")
    rows = sightings(WRONG_YEAR, {}, {**WRONG_YEAR, "fiscal_year": " 20187\u00a0"}, {"capture_path": "other.csv"})
    corrected = correct(rows, load(file), OFFICES, breaks)
    assert corrected.sightings["corrected_fiscal_year"].to_list() == ["2018", None, "2018", None]
    assert corrected.sightings.drop("corrected_fiscal_year").equals(rows)
    assert (len(corrected.applied), corrected.unused, corrected.stale) == (1, (), ())


def test_a_row_elsewhere_is_left_alone(file: Path) -> None:
    file.write_text(changed("{report_number: OIG-18-16}", "{capture: other.csv}"), encoding="utf-8")
    corrected = correct(sightings(WRONG_YEAR), load(file), OFFICES, breaks)
    assert (len(corrected.unused), corrected.applied, corrected.stale) == (1, (), ())
    assert corrected.sightings.columns == sightings().columns


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (changed('"20187"', '"20188"'), "expected fiscal_year 20188, found 20187"),
        (changed('"20187"', "null"), "expected fiscal_year (none), found 20187"),
        (changed("{report_number: null}", "{agency: null}", ACKNOWLEDGED), "expected agency (none), found CBP"),
        (changed('"20187"}', '"20187", agency: ICE}'), "expected agency ICE, found CBP"),
        (changed("year_malformed", "year_mismatch"), "the row no longer breaks fiscal_year_mismatch"),
    ],
)
def test_a_correction_whose_row_has_changed_is_stale(file: Path, text: str, message: str) -> None:
    corrected = loaded(file, text)
    assert [stale.message for stale in corrected.stale] == [message]
    assert (corrected.applied, corrected.unused, corrected.acknowledged) == ((), (), {})
    assert "corrected_fiscal_year" not in corrected.sightings.columns


def test_a_correction_whose_row_is_absent_is_unused(file: Path) -> None:
    corrected = loaded(file, changed("OIG-18-16", "OIG-18-17") + ACKNOWLEDGED.replace("Jails", "Walls"))
    assert [c.line for c in corrected.unused] == [2, 7]
    assert (corrected.applied, corrected.stale, corrected.acknowledged) == ((), (), {})


def test_an_acknowledgement_names_the_rows_it_is_for(file: Path) -> None:
    corrected = loaded(file, "corrections:\n" + ACKNOWLEDGED)
    assert list(corrected.acknowledged.values()) == [[corrected.sightings["sighting_id"][1]]]


def test_two_corrections_of_one_value_stop_the_run(file: Path) -> None:
    with pytest.raises(CannotRun, match="lines 2 and 7 both set fiscal_year of one row; keep one"):
        loaded(file, f"corrections:\n{YEAR}{YEAR}")


def test_two_corrections_may_set_two_values_of_one_row(file: Path) -> None:
    title = YEAR.replace('set: {fiscal_year: "2018"}', "set: {title: Jails Fail}")
    corrected = loaded(file, f"corrections:\n{YEAR}{title}")
    assert corrected.sightings.select("corrected_fiscal_year", "corrected_title").row(0) == ("2018", "Jails Fail")
    assert len(corrected.applied) == 2


def run(captures: Captures, corrections: str, *rows: dict[str, Any]) -> Outcome:
    raw = captures({**files(tuple(row(**r) for r in rows)), "corrections.yml": corrections})
    return check(Settings(raw=raw, out=raw.parent / "curated"))


def test_a_corrected_row_is_published_with_a_flag_and_keeps_what_was_listed(captures: Captures) -> None:
    outcome = run(captures, f"corrections:\n{YEAR}", WRONG_YEAR)
    assert outcome.reports.select("report_number", "fiscal_year").rows() == [("OIG-18-16", 2018)]
    assert "value_corrected" in outcome.reports["quality_flags"][0]
    assert outcome.result.sightings["listed_fiscal_year"].to_list() == ["20187"]


def test_an_acknowledged_row_stays_quarantined_and_does_not_count(captures: Captures) -> None:
    outcome = run(captures, f"corrections:\n{ACKNOWLEDGED}", WITHOUT_NUMBER, {})
    assert outcome.result.sightings["outcome"].to_list() == ["quarantined", "published"]
    assert outcome.result.violations.select("rule", "acknowledged").rows() == [("number_missing", True)]
    assert (outcome.assessment.share, outcome.assessment.reasons) == (0, ())


def test_an_acknowledgement_answers_its_own_rule_alone(captures: Captures) -> None:
    outcome = run(captures, f"corrections:\n{ACKNOWLEDGED}", {**WITHOUT_NUMBER, "agency": "Ministry of Works"}, {})
    answered = dict(outcome.result.violations.select("rule", "acknowledged").iter_rows())
    assert answered == {"number_missing": True, "agency_unknown": False}
    assert outcome.assessment.share == 0.5


def test_an_acknowledgement_without_a_violation_is_stale(captures: Captures) -> None:
    text = ACKNOWLEDGED.replace("number_missing", "title_empty")
    violations = run(captures, f"corrections:\n{text}", WITHOUT_NUMBER, {}).result.violations
    (stale,) = violations.filter(rule="correction_stale").to_dicts()
    assert (stale["capture_path"], stale["line"], stale["value"]) == ("corrections.yml", 2, "title_empty")
    assert stale["message"] == "the row no longer breaks title_empty"
    assert violations.filter(rule="number_missing")["acknowledged"].to_list() == [False]


def test_an_empty_set_acknowledges_nothing(captures: Captures) -> None:
    text = ACKNOWLEDGED.replace("acknowledge: true", "set: {}")
    with pytest.raises(CannotRun):
        run(captures, f"corrections:\n{text}", WITHOUT_NUMBER, {})


def test_a_conflict_is_mended_by_a_correction_of_the_wrong_number(captures: Captures) -> None:
    text = """corrections:
  - rule: conflict
    where: {title: Debris Removal in Louisiana}
    expect: {report_number: OIG-21-49}
    set: {report_number: OIG-21-50}
    why: The document bears no. 50.
"""
    outcome = run(captures, text, {}, {"title": "Debris Removal in Louisiana", "document_url": ""})
    assert outcome.reports["report_number"].to_list() == ["OIG-21-49", "OIG-21-50"]


def test_the_repositorys_own_corrections_are_all_used() -> None:
    outcome = check(Settings(raw=DATA / "raw"))
    corrected = outcome.result.correction_outcomes
    assert (len(corrected.applied), len(corrected.acknowledged)) == (6, 14)
    assert (corrected.unused, corrected.stale) == ((), ())
    assert outcome.result.violations.filter(rule="correction_stale").is_empty()
    errors = outcome.result.violations.filter(pl.col("severity") == "error")
    assert errors["acknowledged"].to_list() == [True] * 26
