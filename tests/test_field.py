"""What really happens to captures: small cases below `field/`, each built once and held against its `expect.json`.

A case is a folder with `raw/`, optionally `corrections.yml` and `cmd`, the arguments of one more command, in which RAW
and OUT stand for folders. An `import` goes first: what it files below OUT is the raw folder. `expect.json` may hold:

- `exit`: the exit status of a check;
- `reports`: values of published reports, exact, lists in any order; `any_of` (with `or_warning`), `has`, `has_any` and
  `lacks` say less; `"published": false`, `"or_error": true`;
- `reports_count`, `quarantined`: how many;
- `violations`: what each must match (`rule` or `any_of`, `severity`, `capture`, `line`, `message`); with `only`, there
  is no other but ordinary ones; `no_violations_of`: rules that are kept;
- `never_status`: capture → what it is not taken for;
- `absent_values`: texts that stand in no published report;
- `plain_parquet`: rows that pyarrow reads of the reports with all defaults;
- `cmd_exit`, `cmd_says`: the status of `cmd`, and patterns that its output holds;
- `any_of`: one of several of these holds.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest

from oig_pipeline.errors import CannotRun
from oig_pipeline.reporting.violations import verdict
from oig_pipeline.run import pipeline
from oig_pipeline.run.policy import assess
from oig_pipeline.settings import MAX_QUARANTINE, settings
from tests.conftest import PROJECT, Oig

FIELD = PROJECT / "tests" / "field"
CASES = sorted(file.parent.name for file in FIELD.glob("*/expect.json"))
ORDINARY = {
    *("summary_missing", "document_missing", "date_missing", "agency_missing", "agency_inferred"),
    *("fiscal_year_missing", "title_shared", "value_corrected"),
}

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Result:
    """What came of a case: rows of the tables, the exit status of a check, what the command printed."""

    exit: int
    reports: list[dict[str, Any]] = field(default_factory=list)
    violations: list[dict[str, Any]] = field(default_factory=list)
    captures: list[dict[str, Any]] = field(default_factory=list)
    quarantined: int = 0
    release: Path | None = None
    command_exit: int | None = None
    output: str = ""


@pytest.mark.parametrize("name", CASES)
def test_a_case_comes_out_as_expected(name: str, tmp_path: Path, oig: Oig) -> None:
    expected = json.loads((FIELD / name / "expect.json").read_text(encoding="utf-8"))
    assert not list(differences(expected, outcome(FIELD / name, tmp_path, oig)))


def outcome(case: Path, folder: Path, oig: Oig) -> Result:
    """Return what comes of a case, built in a folder."""
    raw, out = case / "raw", folder / "out"
    command = (case / "cmd").read_text(encoding="utf-8").strip() if (case / "cmd").exists() else ""
    ran: dict[str, Any] = {}
    if command.startswith("import"):
        raw = folder / "imported"
        raw.mkdir()
        ran = run(command, oig, case / "raw", raw)
    result = built(raw, out, case / "corrections.yml", exports=bool(command))
    if command and not ran:
        ran = run(command, oig, raw, out)
    return replace(result, **ran)


def run(command: str, oig: Oig, raw: Path, out: Path) -> dict[str, Any]:
    arguments = [word.replace("RAW", str(raw)).replace("OUT", str(out)) for word in shlex.split(command)]
    process = oig(*arguments)
    return {"command_exit": process.returncode, "output": process.stdout + process.stderr}


def built(raw: Path, out: Path, corrections: Path, *, exports: bool) -> Result:
    """Return what a build that publishes whatever the share of quarantined rows comes to, and a check of the same."""
    try:
        lenient = settings(raw, out, corrections if corrections.exists() else None, 1.0, exports=exports)
        outcome = pipeline.build(lenient)
    except CannotRun:
        return Result(2)
    checked = replace(outcome, assessment=assess(outcome.result, MAX_QUARANTINE))
    status = verdict(checked, lenient).status
    result = outcome.result
    numbers = result.sightings.select("sighting_id", "report_number", "listed_number", "outcome")
    violations = result.violations.join(numbers, on="sighting_id", how="left", maintain_order="left")
    quarantined = numbers.filter(pl.col("outcome") == "quarantined").height
    if outcome.release is None:
        return Result(status, [], violations.to_dicts(), [], quarantined)
    reports, captures = outcome.reports.to_dicts(), result.captures.to_dicts()
    return Result(status, reports, violations.to_dicts(), captures, quarantined, outcome.release.path)


def plain_rows(release: Path | None) -> int | str:
    """Return how many reports pyarrow reads of a release with all defaults, or what is wrong with them."""
    if release is None:
        return "no release"
    folder = release / "reports"
    try:
        table = pq.read_table(folder if folder.exists() else release / "reports.parquet")
    except ValueError as error:
        return str(error)
    return table.num_rows if "fiscal_year" in table.column_names else "no fiscal_year"


def differences(expected: Row, result: Result) -> Iterator[str]:
    """Yield what does not hold, as sentences."""
    if "exit" in expected and result.exit != expected["exit"]:
        yield f"check exits {result.exit}, not {expected['exit']}"
    if result.exit == 2 != expected.get("exit"):
        yield "check could not run"
    for row in expected.get("reports", []):
        yield from _of_report(row, result)
    for name, count in (("reports_count", len(result.reports)), ("quarantined", result.quarantined)):
        if expected.get(name, count) != count:
            yield f"{name} is {count}, not {expected[name]}"
    yield from _of_violations(expected, result)
    for capture, statuses in expected.get("never_status", {}).items():
        for row in result.captures:
            if Path(row["path"]).name == capture and row["status"] in statuses:
                yield f"{capture} is taken for {row['status']}"
    for text in expected.get("absent_values", []):
        for row in result.reports:
            if any(text in _words(value) for name, value in row.items() if name != "quality_flags"):
                yield f"{row['report_number']} holds {text!r}"
    if "plain_parquet" in expected and (plain := plain_rows(result.release)) != expected["plain_parquet"]:
        yield f"pyarrow reads {plain}, not {expected['plain_parquet']}"
    if expected.get("cmd_exit", result.command_exit) != result.command_exit:
        yield f"the command exits {result.command_exit}, not {expected['cmd_exit']}"
    for pattern in expected.get("cmd_says", []):
        if not re.search(pattern, result.output, re.I):
            yield f"the command does not say {pattern!r}: {result.output!r}"
    if "any_of" in expected:
        attempts = [list(differences(alternative, result)) for alternative in expected["any_of"]]
        if all(attempts):
            yield f"none of these holds: {attempts}"


def _of_report(row: Row, result: Result) -> Iterator[str]:
    number, year = row["report_number"], row.get("fiscal_year")
    reports = [r for r in result.reports if r["report_number"] == number and year in (None, r["fiscal_year"])]
    broken = [v for v in result.violations if number in (v["report_number"], v["listed_number"])]
    if row.get("published") is False:
        if reports:
            yield f"{number} is published"
        return
    if not reports:
        if not (row.get("or_error") and any(v["severity"] == "error" for v in broken)):
            yield f"{number} is not published"
        return
    is_warned = any(map(_is_unusual, broken))
    for column, value in row.items():
        if column not in ("report_number", "fiscal_year", "published", "or_error"):
            actual = reports[0].get(column)
            if not _holds(value, actual, is_warned=is_warned):
                yield f"{number} {column} is {actual!r}, not {value!r}"


def _of_violations(expected: Row, result: Result) -> Iterator[str]:
    patterns = expected.get("violations", [])
    for pattern in patterns:
        if not any(_matches(pattern, v) for v in result.violations):
            yield f"no violation {pattern}"
    for v in result.violations:
        if expected.get("only") and _is_unusual(v) and not any(_matches(pattern, v) for pattern in patterns):
            yield f"too much: {v['rule']} at {v['capture_path']}:{v['line']}"
        if v["rule"] in expected.get("no_violations_of", []):
            yield f"{v['rule']} occurs"


def _matches(pattern: Row, violation: Row) -> bool:
    rules = pattern.get("any_of") or ([pattern["rule"]] if "rule" in pattern else None)
    low, high = pattern["line"] if isinstance(pattern.get("line"), list) else [pattern.get("line")] * 2
    return (
        (violation["rule"] in rules if rules else _is_unusual(violation))
        and pattern.get("severity", "any") in ("any", violation["severity"])
        and f"/{violation['capture_path']}".endswith(f"/{pattern['capture']}" if "capture" in pattern else "")
        and (low is None or (violation["line"] is not None and low <= violation["line"] <= high))
        and re.search(pattern.get("message", ""), violation["message"] or "", re.I) is not None
    )


def _is_unusual(violation: Row) -> bool:
    return not (violation["severity"] == "warning" and violation["rule"] in ORDINARY)


def _holds(value: Any, actual: Any, *, is_warned: bool) -> bool:
    if not isinstance(value, dict):
        return _is_same(value, actual)
    items = actual if isinstance(actual, list) else []
    is_any = any(_is_same(option, actual) for option in value.get("any_of", [actual]))
    return (
        (is_any or (bool(value.get("or_warning")) and is_warned))
        and set(value.get("has", [])) <= set(items)
        and not set(value.get("lacks", [])) & set(items)
        and ("has_any" not in value or bool(set(value["has_any"]) & set(items)))
    )


def _is_same(value: Any, actual: Any) -> bool:
    if isinstance(value, list):
        return isinstance(actual, list) and sorted(map(str, value)) == sorted(map(str, actual))
    if isinstance(value, bool) or value is None or actual is None:
        return bool(value is actual)
    return str(value) == str(actual)


def _words(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else value if isinstance(value, str) else ""
