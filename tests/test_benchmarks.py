"""The benchmarks tell the truth: their corpora, their arithmetic, and the contenders that need nothing of their own."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from rich.console import Console

import oig_pipeline
from benchmarks import corpora, corpus, forms, lines, pandera_cpu, process, results, same, shown, years
from benchmarks.groups import CONTENDERS, GROUPS
from tests.conftest import PROJECT

SCRIPTS = PROJECT / "benchmarks" / "contenders"
# Many bad rows, so that five hundred reports break every rule.
PLANS = {form: corpus.Plan(500, form, bad=0.2) for form in ("ndjson", "html", "cards")}


@pytest.fixture(scope="module", params=PLANS)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> corpora.Corpus:
    """Return a corpus in one of the forms, with a release of it in `out` beside."""
    folder = tmp_path_factory.mktemp(request.param) / "corpus"
    corpus.write(PLANS[request.param], folder)
    outcome = oig_pipeline.build(folder / "raw", folder / "out", max_quarantine=0.5)
    assert outcome.release is not None
    return corpora.Corpus(request.param, 500, folder / "raw", folder / "truth.json")


def out(built: corpora.Corpus) -> Path:
    return built.truth.parent / "out"


APART = """
import multiprocessing, time

def busy():
    while time.process_time() < 1:
        pass
    time.sleep(0.2)

if __name__ == "__main__":
    process = multiprocessing.get_context("forkserver").Process(target=busy)
    process.start()
    process.join()
"""


def contender(name: str, *arguments: Path | str, python: Path = Path(sys.executable)) -> str:
    command = [str(python), str(SCRIPTS / f"{name}.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.rglob("*.*")}


def a_run(seconds: float, peak: int = 0, **metrics: float) -> process.Run:
    return process.Run(seconds, seconds, peak, metrics)


# Corpora


def test_a_corpus_does_not_depend_on_how_many_processes_make_it(tmp_path: Path) -> None:
    plan = replace(PLANS["html"], block=200)
    written = [corpus.write(plan, tmp_path / str(n), processes=n) for n in (1, 2)]
    assert written[0] == written[1]
    assert bytes_of(tmp_path / "1") == bytes_of(tmp_path / "2")


def test_another_seed_gives_another_corpus() -> None:
    plan = replace(PLANS["ndjson"], reports=20)
    assert corpus.block(plan, 0) == corpus.block(plan, 0)
    assert corpus.block(plan, 0) != corpus.block(replace(plan, seed=1), 0)


def test_a_release_says_what_the_truth_about_its_corpus_says(built: corpora.Corpus) -> None:
    truth = json.loads(built.truth.read_text())
    assert set(truth["rules"]) == set(PLANS[built.form].kinds)
    assert not same.untrue(out(built), built.truth)


def test_an_untruth_is_found(built: corpora.Corpus, tmp_path: Path) -> None:
    truth = json.loads(built.truth.read_text())
    truth["reports"] += 1
    truth["rules"]["conflict"] += 1
    (tmp_path / "truth.json").write_text(json.dumps(truth))
    reports, rules = same.untrue(out(built), tmp_path / "truth.json")
    assert reports == f"reports: {truth['reports'] - 1} where the corpus has {truth['reports']}"
    assert rules.startswith("broken rules: ")


def test_reports_of_one_year_stand_in_no_corpus() -> None:
    rows = corpus.one_year(2025, 50)
    numbers = {row["report_number"] for row in rows}
    rows_of_corpus, _ = corpus.block(PLANS["html"], 0)
    assert {row["fiscal_year"] for row in rows} == {"2025"}
    assert len(numbers) == 50
    assert not numbers & {row["report_number"] for row in rows_of_corpus}


def test_pages_that_show_one_report_each_are_read_as_such(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    rows = corpus.one_year(2025, 3)
    for number, content in enumerate(forms.FORMS["report"].files(rows)):
        (tmp_path / "raw" / forms.FORMS["report"].name(number)).write_bytes(content)
    outcome = oig_pipeline.check(tmp_path / "raw")
    assert set(outcome.reports["report_number"]) == {row["report_number"] for row in rows}
    assert {summary.layout for summary in outcome.result.summaries} == {"html_oversight_report"}


def test_a_given_corpus_is_told_by_its_files_and_its_truth(built: corpora.Corpus, tmp_path: Path) -> None:
    adopted = corpora.adopt(built.truth.parent, tmp_path)
    assert (adopted.form, adopted.reports) == (built.form, 500)
    assert bytes_of(adopted.raw) == bytes_of(built.raw)
    assert corpora.Corpora(tmp_path, (adopted,)).get(built.form, 500) is adopted


# Contenders


@pytest.mark.parametrize("built", ["ndjson"], indirect=True)
@pytest.mark.parametrize("name", ["usual", "vectorised"])
def test_pandas_comes_to_the_same_four_tables(
    built: corpora.Corpus, tmp_path: Path, name: str, validators: Path
) -> None:
    assert name in CONTENDERS[built.form]
    contender(name, built.ndjson, tmp_path, python=validators / "python")
    assert not same.differences(out(built), tmp_path)


@pytest.mark.parametrize("built", ["ndjson"], indirect=True)
def test_duckdb_comes_to_the_same_four_tables(built: corpora.Corpus, tmp_path: Path) -> None:
    assert "sql" in CONTENDERS[built.form]
    contender("sql", built.ndjson, tmp_path)
    assert not same.differences(out(built), tmp_path)


@pytest.mark.parametrize("built", ["ndjson"], indirect=True)
def test_what_differs_is_found(built: corpora.Corpus, tmp_path: Path) -> None:
    assert set(same.TABLES) == {"reports", "sightings", "violations", "provenance"}
    for table, sql in same.TABLES.items():
        same.published(out(built), sql).write_parquet(tmp_path / f"{table}.parquet")
    assert not same.differences(out(built), tmp_path)
    reports = pl.read_parquet(tmp_path / "reports.parquet")
    reports.with_columns(pl.col("title").str.to_uppercase()).write_parquet(tmp_path / "reports.parquet")
    (retitled,) = same.differences(out(built), tmp_path)
    assert retitled.startswith("reports.title: ")
    reports.reverse().write_parquet(tmp_path / "reports.parquet")
    assert any("report_number" in message for message in same.differences(out(built), tmp_path))
    reports.head(-1).write_parquet(tmp_path / "reports.parquet")
    assert same.differences(out(built), tmp_path) == [
        f"reports: {reports.height - 1} rows where the release has {reports.height}"
    ]


@pytest.mark.parametrize("table", same.TABLES)
@pytest.mark.parametrize("built", ["ndjson"], indirect=True)
def test_one_value_that_differs_is_found_in_any_table(built: corpora.Corpus, tmp_path: Path, table: str) -> None:
    for name, sql in same.TABLES.items():
        same.published(out(built), sql).write_parquet(tmp_path / f"{name}.parquet")
    rows = pl.read_parquet(tmp_path / f"{table}.parquet")
    column = {"violations": "message", "sightings": "listed_summary", "reports": "recommendations_text"}.get(
        table, "kind"
    )
    is_last = pl.int_range(pl.len()) == pl.len() - 1
    changed = rows.with_columns(pl.when(is_last).then(pl.lit("other")).otherwise(pl.col(column)).alias(column))
    changed.write_parquet(tmp_path / f"{table}.parquet")
    (message,) = same.differences(out(built), tmp_path)
    assert message.startswith(f"{table}.{column}: 1 rows differ")


@pytest.mark.parametrize("built", ["ndjson"], indirect=True)
def test_the_floor_writes_the_rows_of_a_release(built: corpora.Corpus, tmp_path: Path) -> None:
    release = (out(built) / "latest").resolve()
    contender("floor", "--prepare", release, tmp_path / "tables")
    contender("floor", built.ndjson, tmp_path / "out", tmp_path / "tables")
    assert not same.differences(out(built), tmp_path / "out")
    for table in ("reports", "sightings", "violations", "provenance"):
        published = same.published(out(built), f"FROM {table}")
        written = pl.read_parquet(tmp_path / "out" / f"{table}.parquet")
        assert (written.schema, written.height) == (published.schema, published.height)


@pytest.mark.parametrize("built", ["cards"], indirect=True)
def test_splitting_finds_every_card(built: corpora.Corpus) -> None:
    truth = json.loads(built.truth.read_text())
    assert contender("split_cards", built.raw) == f"{truth['sightings']} rows\n"


def test_contenders_take_nothing_of_the_project_but_rules_of_the_field() -> None:
    for script in SCRIPTS.glob("*.py"):
        nodes = list(ast.walk(ast.parse(script.read_text())))
        names = {node.module or "." for node in nodes if isinstance(node, ast.ImportFrom)}
        names |= {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
        ours = {name for name in names if name.split(".")[0] in ("oig_pipeline", "benchmarks")}
        facts = {name for name in ours if name.startswith(("oig_pipeline.domain", "oig_pipeline.offices"))}
        assert ours - facts == set(), script.name
        assert script.stem == "field" or not facts, script.name


@pytest.mark.parametrize("form", PLANS)
def test_sentences_of_a_corpus_do_not_repeat(form: str) -> None:
    rows, _ = corpus.block(replace(PLANS[form], repeated=0, bad=0), 0)
    sentences = [
        text for row in rows for text in re.split(r"(?<!U\.S\.)(?<=[.\u201d])[ \u00a0]+", row["summary"]) if text
    ]
    assert len(set(sentences)) == len(sentences) > 2_000
    assert 0.5 < sum("recommendations to" in row["summary"] for row in rows) / len(rows) < 0.7


def test_contenders_have_the_versions_of_the_project() -> None:
    ours, theirs = (
        dict(pin.split("==") for pin in (PROJECT / file).read_text().split())
        for file in ("constraints.txt", "benchmarks/requirements.txt")
    )
    shared = {"polars", "duckdb", "pyarrow", "pandera"}
    assert {name: theirs[name] for name in shared} == {name: ours[name] for name in shared}


# Measuring


def test_a_process_is_measured_with_its_children() -> None:
    inner = "x = bytearray(150 * 2**20); import time; time.sleep(0.3)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}]); print('{{\"a\": 1}}')"
    run = process.run(process.Command((sys.executable, "-c", code), "python"))
    assert run.output == {"a": 1}
    assert run.seconds > 0.3
    assert run.peak_bytes > 150 * 2**20


def test_processes_that_another_waits_for_count_as_well(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(APART, encoding="utf-8")
    run = process.run(process.Command((sys.executable, str(tmp_path / "script.py")), "python script.py"))
    assert run.cpu_seconds > 0.8


def test_a_process_that_fails_is_no_result() -> None:
    command = process.Command((sys.executable, "-c", "raise SystemExit('no disk')"), "python -c …")
    with pytest.raises(process.Failed, match=r"python -c … ended with 1: no disk"):
        process.run(command)
    assert process.run(replace(command, statuses=(0, 1))).output == {}


def test_the_exponent_is_that_of_the_power() -> None:
    sizes = [100_000, 1_000_000, 5_000_000]
    assert results.exponent(sizes, [3 * size**1.2 for size in sizes]) == pytest.approx(1.2)
    assert results.exponent(sizes, [size / 7 for size in sizes]) == pytest.approx(1)


def test_ratios_are_taken_within_a_round() -> None:
    # The machine is five times as slow in the second round.
    result = results.Results({"ours": [a_run(1), a_run(5), a_run(1)], "theirs": [a_run(12), a_run(60), a_run(13)]})
    assert result.ratio("theirs", "ours") == 12
    result.runs["theirs"] = [a_run(12)]
    assert result.ratio("theirs", "ours") == 12


def test_cpu_time_judges_and_wall_time_stands_beside_it() -> None:
    slow_wall = process.Run(seconds=30, cpu_seconds=12, peak_bytes=0, output={})
    million = results.Results(
        {"build": [a_run(2)], **{name: [slow_wall] for name in ("usual", "vectorised", "sql", "floor")}}
    )
    by_name = {answer.line.name: answer for answer in results.answers(lines.LINES, {"million": million})}
    assert (by_name["sql"].value, by_name["sql"].wall) == (6, 15)
    assert by_name["usual"].is_met


def test_spans_that_overlap_count_once() -> None:
    assert pandera_cpu.union([(0, 2), (1, 3), (1, 2), (5, 6)]) == 4


def test_years_that_were_not_carried_over_are_told(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    for year in (2020, 2021):
        (old / "reports").mkdir(parents=True, exist_ok=True)
        (old / "reports" / f"{year}.parquet").write_text("rows")
    corpora.link_tree(old, new)
    assert years.rewritten(old, new) == set()
    (new / "reports" / "2021.parquet").unlink()
    (new / "reports" / "2021.parquet").write_text("rows")
    (new / "sightings").mkdir()
    (new / "sightings" / "2022.parquet").write_text("rows")
    assert years.rewritten(old, new) == {2021, 2022}


# Lines


def test_every_group_has_a_line_and_every_line_its_group() -> None:
    assert {line.group for line in lines.LINES} == set(GROUPS)
    assert len({line.name for line in lines.LINES}) == len(lines.LINES)


@pytest.fixture
def measured() -> dict[str, results.Results]:
    growth = results.Results(
        {
            name: [a_run(s, gib * results.GIB)]
            for name, s, gib in (("small", 1, 1), ("middle", 10, 2), ("large", 60, 2))
        },
        {"sizes": {"small": 100, "middle": 1_000, "large": 5_000}},
    )
    incremental = results.Results(
        {"full": [a_run(10)], "page": [a_run(2)]}, {"rewritten_years": [2024, 2025], "touched_years": [2025]}
    )
    return {"growth": growth, "incremental": incremental}


def test_lines_say_whether_their_target_is_met(measured: dict[str, results.Results]) -> None:
    by_name = {answer.line.name: answer for answer in results.answers(lines.LINES, measured)}
    assert set(by_name) == {"peak", "peak growth", "growth", "incremental", "years"}
    assert {name for name, answer in by_name.items() if answer.is_met} == {"peak", "peak growth", "growth"}
    assert by_name["peak"].value == 2
    assert by_name["incremental"].value == pytest.approx(0.2)
    assert by_name["years"].value == 1


@pytest.mark.parametrize(
    ("bound", "met"),
    [({"at_least": 2}, [False, True, True]), ({"at_most": 2}, [True, True, False]), ({}, [None, None, None])],
)
def test_a_target_bounds_from_one_side(bound: dict[str, float], met: list[bool | None]) -> None:
    line = results.Line("name", "group", "about", "times", lambda result: result.peak("job"), None, **bound)
    assert [line.is_met(value) for value in (1, 2, 3)] == met


def test_results_are_shown_and_kept(measured: dict[str, results.Results]) -> None:
    answers = results.answers(lines.LINES, measured)
    console = Console(width=120)
    with console.capture() as captured:
        console.print(shown.runs_table(measured), shown.lines_table(answers))
    output = captured.get()
    assert "2.00 GiB" in output
    assert "20.0%" in output
    assert "not met" in output
    payload = json.loads(json.dumps(shown.as_json(answers, measured, {"machine": shown.machine()})))
    assert [line["met"] for line in payload["lines"]] == [True, True, True, False, False]
    assert payload["groups"]["incremental"]["runs"]["page"][0]["seconds"] == 2
    assert payload["machine"]["cores"] > 0
