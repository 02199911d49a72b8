"""The gate: whatever is broken, every format names the right file, line and rule, and the exit status says so."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.contract.rules import BY_CODE, RULES
from oig_pipeline.reporting import formats, github
from oig_pipeline.reporting.violations import LocatedViolation, Verdict, all_violations, first, verdict
from oig_pipeline.run import pipeline
from oig_pipeline.run.outcome import Outcome
from oig_pipeline.settings import Settings, settings
from tests.conftest import Captures, Oig
from tests.reporting.breaks import BREAKS, SEED, TEXT, Break
from tests.run.listings import many, ndjson

each_rule = pytest.mark.parametrize("code", [rule.code for rule in RULES])
Place = tuple[str, int]


@pytest.fixture
def judge(captures: Captures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that judges broken captures, called from the folder above them."""
    monkeypatch.chdir(tmp_path)

    def run(broken: Break) -> tuple[Outcome, Settings]:
        config = settings(captures(broken.files), tmp_path / "data" / "curated", max_quarantine=1)
        return pipeline.check(config), config

    return run


def places(broken: Break) -> list[Place]:
    folder = "data" if broken.file == "corrections.yml" else "data/raw"
    return [(f"{folder}/{broken.file}", line) for line in broken.lines]


def test_every_rule_is_broken() -> None:
    assert sorted(BREAKS) == sorted(rule.code for rule in RULES)


CORRECTIONS = """corrections:
  - rule: fiscal_year_malformed
    where: {report_number: OIG-18-01}
    expect: {fiscal_year: "20187"}
    acknowledge: true
    why: Nothing tells the year.
"""


def test_a_build_tells_the_first_faults_and_how_many_there_are_besides(judge: Any) -> None:
    rows = ndjson(*many(2018, 4, fiscal_year="20187"), *many(2019, 1, document_url=""))
    outcome, config = judge(Break({"rows.ndjson": rows, "corrections.yml": CORRECTIONS}, "rows.ndjson", ()))
    failing = verdict(outcome, config).failing
    assert [fault.line for fault in failing] == [2, 3, 4]
    for limit, expected in ((0, ()), (2, failing[:2]), (3, failing), (50, failing)):
        result = first(outcome, config, limit)
        assert (result.failing, result.untold, result.status) == (expected, 3 - len(expected), 1)


@each_rule
def test_every_format_names_file_line_and_rule(code: str, judge: Any) -> None:
    outcome, config = judge(BREAKS[code])
    is_error = BY_CODE[code].severity == "error"
    expected = places(BREAKS[code])
    faults = all_violations(outcome, config, [code])
    assert set(expected) <= {(fault.file, fault.line) for fault in faults}
    decided = verdict(outcome, config, rules=[code])
    assert decided.status == (1 if is_error else 0)
    assert verdict(outcome, config, rules=[code], strict=True).status == 1

    lines = formats.report("github", decided, faults).split("\n")
    annotated = [re.match(rf"::{BY_CODE[code].severity} file=(.*),line=(\d+),title={code}::", line) for line in lines]
    assert {(m[1], int(m[2])) for m in annotated if m} >= {expected[0]}

    case = ElementTree.fromstring(formats.report("junit", decided, faults)).find(f".//testcase[@name='{code}']")
    assert case is not None
    element = case.find("failure" if is_error else "system-out")
    assert element is not None
    assert all(f"{file}:{line}: " in (element.text or "") for file, line in expected)

    (run,) = json.loads(formats.report("sarif", decided, faults))["runs"]
    located = [
        (unquote(at["artifactLocation"]["uri"]), at["region"]["startLine"])
        for result in run["results"]
        for at in [result["locations"][0]["physicalLocation"]]
    ]
    assert {result["ruleId"] for result in run["results"]} == {code}
    assert set(expected) <= set(located)
    assert run["tool"]["driver"]["rules"][run["results"][0]["ruleIndex"]]["id"] == code

    if is_error:
        plain = formats.as_json(decided)["faults"]
        assert set(expected) <= {(fault["file"], fault["line"]) for fault in plain if fault["fails"]}


def test_every_format_tells_one_number_of_two_offices_apart(captures: Captures) -> None:
    rows = "".join(f"{office},OIG-14-131,Audit of Ports,2015\n" for office in ("dhs", "treasury"))
    config = settings(captures({"list.csv": f"office,report_number,title,fiscal_year\n{rows}"}), max_quarantine=1)
    outcome = pipeline.check(config)
    faults = all_violations(outcome, config, ["fiscal_year_mismatch"])
    decided = verdict(outcome, config, rules=["fiscal_year_mismatch"])
    for form in ("github", "junit", "sarif"):
        text = formats.report(form, decided, faults)
        assert text.count("treasury:OIG-14-131: the listing shows") == 1, form
        assert text.count("OIG-14-131: the listing shows") == 2, form
    assert [fault["office"] for fault in formats.as_json(decided)["faults"]] == ["dhs", "treasury"]


@pytest.mark.parametrize("code", [code for code in BREAKS if BY_CODE[code].severity == "error"])
def test_an_error_breaks_its_rule_alone(code: str, judge: Any) -> None:
    outcome, config = judge(BREAKS[code])
    assert {fault.rule.code for fault in verdict(outcome, config).failing} == {code}


def test_a_fiscal_year_is_annotated_on_its_own_line(captures: Captures, oig: Oig) -> None:
    broken = BREAKS["fiscal_year_malformed"]
    raw = captures(broken.files)
    done = oig("check", "--raw", raw, "--format", "github", cwd=raw.parent.parent)
    number = next(n for n, line in enumerate(str(broken.files[SEED]).split("\n"), start=1) if line == "    FY21")
    assert number == 30
    assert f"::error file=data/raw/{SEED},line={number},title=fiscal_year_malformed::" in done.stdout


@pytest.mark.parametrize("form", ["text", "json", "github", "junit", "sarif"])
@pytest.mark.parametrize(("code", "status"), [("conflict", 1), ("date_edge", 0)])
def test_the_command_line_reports_in_every_format(
    form: str, code: str, status: int, captures: Captures, oig: Oig
) -> None:
    raw = captures(BREAKS[code].files)
    done = oig("check", "--raw", raw, "--format", form, "--max-quarantine", "1", cwd=raw.parent.parent)
    assert done.returncode == status, done.stderr
    assert code in done.stdout
    assert status == 0 or f"data/raw/{SEED}" in done.stdout


def test_strict_lets_warnings_fail(captures: Captures, oig: Oig) -> None:
    raw = captures({SEED: TEXT})
    assert oig("check", "--raw", raw).returncode == 0
    strict = oig("check", "--raw", raw, "--strict")
    assert strict.returncode == 1
    assert "date_missing" in strict.stdout
    assert "Clean" not in strict.stdout


def test_a_baseline_lets_only_what_is_new_fail(captures: Captures, oig: Oig) -> None:
    raw = captures(BREAKS["date_outside"].files)
    baseline = oig("check", "--raw", raw, "--format", "json")
    assert baseline.returncode == 1, "over the threshold too: one row of ten"
    (raw.parent / "baseline.json").write_text(baseline.stdout)
    check = ("check", "--raw", raw, "--baseline", raw.parent / "baseline.json")
    assert oig(*check).returncode == 0
    moved = "\n\n" + str(BREAKS["date_outside"].files[SEED])
    (raw / SEED).write_text(moved)
    assert oig(*check).returncode == 0, "a fault that moved to another line is not new"
    (raw / SEED).write_text(moved.replace("OIG-21-48", "OIG-2021-48"))
    new = oig(*check)
    assert new.returncode == 1
    assert "number_malformed" in new.stdout
    assert f"{SEED}:20: date_outside" not in new.stdout


@pytest.mark.parametrize("content", [None, "[]", "{}", '{"faults": [1]}', "not JSON"])
def test_a_baseline_that_is_none_could_not_run(content: str | None, captures: Captures, oig: Oig) -> None:
    raw = captures({SEED: TEXT})
    file = raw.parent / "baseline.json"
    if content is not None:
        file.write_text(content)
    done = oig("check", "--raw", raw, "--baseline", file)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert str(file) in done.stderr


def test_a_choice_of_rules_narrows_what_is_looked_at(captures: Captures, oig: Oig) -> None:
    raw = captures(BREAKS["date_outside"].files)
    assert oig("check", "--raw", raw, "--rule", "conflict").returncode == 0
    assert oig("check", "--raw", raw, "--rule", "conflict", "--rule", "date_outside").returncode == 1
    unknown = oig("check", "--raw", raw, "--rule", "conflcit")
    assert (unknown.returncode, "oig rules lists them" in unknown.stderr) == (2, True)


def test_rules_are_listed_and_explained(oig: Oig) -> None:
    rows = json.loads(oig("rules", "--format", "json").stdout)
    assert [rule["rule"] for rule in rows] == [rule.code for rule in RULES]
    text = " ".join(oig("rules", "conflict").stdout.split())
    assert BY_CODE["conflict"].why in text
    assert BY_CODE["conflict"].remedy in text
    assert oig("rules", "nothing").returncode == 2


def test_what_would_stop_a_build_fails_in_every_format(captures: Captures, tmp_path: Path) -> None:
    config = settings(captures(BREAKS["listing_empty"].files), tmp_path / "curated")
    outcome = pipeline.check(config)
    decided = verdict(outcome, config)
    assert decided.reasons
    faults = all_violations(outcome, config)
    assert f"::error title=nothing would be published::{decided.reasons[0]}\n" in formats.report(
        "github", decided, faults
    )
    case = ElementTree.fromstring(formats.report("junit", decided, faults)).find(
        ".//testcase[@classname='policy']/failure"
    )
    assert case is not None
    invocation = json.loads(formats.report("sarif", decided, faults))["runs"][0]["invocations"][0]
    assert invocation["exitCode"] == 1
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == decided.reasons[0]


def fault(
    code: str, n: int = 1, *, file: str = "a.csv", message: str = "wrong", is_acknowledged: bool = False
) -> LocatedViolation:
    return LocatedViolation(BY_CODE[code], file, n, message, None, None, is_acknowledged, f"{code}-{n}")


def test_at_most_ten_of_each_kind_and_every_rule_before_any_twice() -> None:
    faults = [
        *(fault("conflict", n) for n in range(1, 31)),
        *(fault("title_empty", n) for n in range(1, 3)),
        *(fault("date_missing", n) for n in range(1, 100)),
        *(fault(code) for code in ("title_shared", "date_edge")),
        fault("number_missing", is_acknowledged=True),
    ]
    lines = list(github.commands(faults))
    titles = [re.search(r"title=(\w+)::", line) for line in lines]
    codes = [m[1] for m in titles if m]
    assert codes == ["conflict"] * 8 + ["title_empty"] * 2 + ["date_missing"] * 8 + ["title_shared", "date_edge"]
    assert "(22 more of this rule)" in lines[7]
    assert sum("more of this rule" in line for line in lines) == 2


def test_signs_that_mean_something_in_an_annotation_are_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    line = github.annotation(fault("conflict", file="raw/a:b,c\nd.csv", message="50%0A\r\nwrong: a, b"), "error")
    message = f"50%250A%0D%0Awrong: a, b. {BY_CODE['conflict'].remedy}"
    assert line == f"::error file=raw/a%3Ab%2Cc%0Ad.csv,line=1,title=conflict::{message}"
    assert github.of_reason("a\nb\rc") == "::error title=nothing would be published::a%0Ab%0Dc"


@given(st.text(), st.text(st.characters(exclude_characters="\0/", exclude_categories=["Cs"]), min_size=1))
def test_nothing_in_a_capture_ends_or_begins_an_annotation(message: str, name: str) -> None:
    annotation = github.annotation(fault("conflict", file=f"raw/{name}", message=message), "error")
    assert not re.search(r"[\r\n]", annotation)
    properties = annotation.split("::")[1]
    assert properties.count(",") == 2
    assert "%0A" not in properties or "\n" in name


@given(st.text())
def test_any_message_is_xml_and_json(message: str) -> None:
    violation = fault("conflict", message=message)
    decided = Verdict((violation,), (violation,), ())
    ElementTree.fromstring(formats.report("junit", decided, (violation,)))
    json.loads(formats.report("sarif", decided, (violation,)).encode("utf-8", "surrogatepass"))


def test_the_whole_table_goes_to_the_jobs_page(judge: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "summary.md"
    page.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(page))
    outcome, config = judge(BREAKS["conflict"])
    decided = verdict(outcome, config)
    formats.report("github", decided, all_violations(outcome, config))
    text = page.read_text()
    assert text.startswith("before\n## oig check: failed\n")
    assert "| `conflict` | error | 2 | 0 |" in text
    assert "| `date_missing` | warning | 10 | 0 |" in text
    for file, line in places(BREAKS["conflict"]):
        assert f"| {file} | {line} |" in text


def test_files_are_named_from_the_repositorys_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "checkout" / "deep").mkdir(parents=True)
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path / "checkout"))
    monkeypatch.chdir(tmp_path / "checkout" / "deep")
    assert "file=deep/raw/a.csv,line=1," in github.annotation(fault("conflict", file="raw/a.csv"), "error")


def test_outside_programs_read_the_sarif(judge: Any, validators: Path, tmp_path: Path) -> None:
    import subprocess

    outcome, config = judge(BREAKS["conflict"])
    file = tmp_path / "check.sarif"
    file.write_text(
        formats.report("sarif", verdict(outcome, config), all_violations(outcome, config)), encoding="utf-8"
    )
    done = subprocess.run([validators / "sarif", "summary", file], capture_output=True, text=True, check=True)
    assert "error: 2" in done.stdout
    script = "import json, sys; from sarif_pydantic import Sarif; Sarif.model_validate(json.load(open(sys.argv[1])))"
    subprocess.run([validators / "python", "-c", script, file], check=True, capture_output=True)
