"""Recommendations that somebody asks for, and those that `oig explain` shows of a report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from oig_pipeline.cli import terminal
from oig_pipeline.errors import CannotRun
from oig_pipeline.query import service
from oig_pipeline.query.recommendation_lists import Selection
from oig_pipeline.run import pipeline
from oig_pipeline.settings import settings
from tests.conftest import Oig
from tests.replica.ledger_pages import NUMBER, REPORT, SITE, recommendation_page, report_page, save, save_story

REFUSED = "Management did not concur with this recommendation."


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a curated folder in which recommendation 6 is open and refused, and others are not any more."""
    folder = tmp_path_factory.mktemp("ledger")
    save_story(folder / "raw")
    save(folder / "raw", "report-9.html", report_page(["6"]), 9)
    save(folder / "raw", "six.html", recommendation_page("6", "Open", note=REFUSED), 9, f"{SITE}/node/6")
    pipeline.build(settings(folder / "raw", folder / "curated", exports=False))
    return folder / "curated"


def numbers(place: Path, **selection: Any) -> list[str]:
    names, rows = service.recommendations(Selection(**selection), place)
    return [dict(zip(names, row, strict=True))["recommendation"] for row in rows]


def test_all_are_listed_by_report_and_number(out: Path) -> None:
    assert numbers(out) == ["3", "4", "5", "6"]


def test_the_open_ones_and_the_refused_ones(out: Path) -> None:
    assert numbers(out, is_open=True) == numbers(out, is_not_concurred=True) == ["6"]
    assert numbers(out, is_open=True, agency="CBP") == []


@pytest.mark.parametrize("agency", ["FEMA", "fema", "Federal Emergency Management Agency"])
def test_an_agency_is_named_as_people_do(out: Path, agency: str) -> None:
    assert numbers(out, agency=agency) == ["3", "4", "5", "6"]


@pytest.mark.parametrize(
    ("since", "count"),
    [("2022", 4), ("2023", 0), ("2022-09-16", 4), ("2022-09-17", 0), ("1999-01-01", 4)],
)
def test_since_is_a_day_of_issue_or_a_fiscal_year(out: Path, since: str, count: int) -> None:
    assert len(numbers(out, since=since)) == count


def test_a_report_without_a_day_counts_by_its_fiscal_year(own_release: Path) -> None:
    assert len(numbers(own_release, since="2022-10-01")) == len(numbers(own_release, since="2023")) == 3


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        ({"agency": "Ministry of Works"}, "recommendations: Ministry of Works: no such agency; known are"),
        ({"since": "last year"}, "recommendations: --since last year: is neither a fiscal year, such as 2022, nor a"),
        ({"since": "2022-02-30"}, "recommendations: --since 2022-02-30: is neither"),
    ],
)
def test_what_cannot_be_asked_is_said(out: Path, selection: dict[str, str], message: str) -> None:
    with pytest.raises(CannotRun) as error:
        numbers(out, **selection)
    assert str(error.value).startswith(message)


def test_each_names_the_line_that_says_its_status(out: Path) -> None:
    names, rows = service.recommendations(Selection(is_open=True), out)
    (row,) = (dict(zip(names, row, strict=True)) for row in rows)
    raw = out.parent / "raw"
    line = (raw / row["capture"]).read_text(encoding="utf-8").split("\n")[row["line"] - 1]
    assert "6" in line or "Open" in line


def test_the_command_prints_them_in_each_form(oig: Oig, out: Path) -> None:
    command = ("recommendations", "--release", str(out), "--open", "--agency", "FEMA")
    assert "We recommend the FEMA Administrator develop control 6." in oig(*command).stdout
    header, row = oig(*command, "--format", "csv").stdout.splitlines()
    assert header.startswith("office,report_number,fiscal_year,recommendation,completion,as_of,response")
    assert row.startswith(f"dhs,{NUMBER},2022,6,open,2024-09-01")
    assert '"recommendation": "6"' in oig(*command, "--format", "json").stdout


def test_the_command_says_what_it_cannot_read(oig: Oig, out: Path) -> None:
    failed = oig("recommendations", "--release", str(out), "--since", "x")
    assert (failed.returncode, failed.stderr.count("\n")) == (2, 1)
    assert failed.stderr.startswith("oig: recommendations: --since x:")


def test_explain_shows_each_with_its_line_and_what_changed(
    out: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "500")
    explanation = service.explain(NUMBER, out)
    terminal.print_explanation(explanation)
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert any(line.startswith("6 open, not_concurred 2024-09-01 report-9.html:") for line in lines)
    assert any("completion: open \u2192 not_listed" in line for line in lines)
    (report,) = explanation.published
    six = next(r for r in report.recommendations if r["recommendation"] == "6")
    assert ("note", REFUSED) in [(s["says"], s["words"]) for s in six["statements"]]
    (open_count,) = (v for v in report.values if v.field == "recommendations_open")
    assert (open_count.value, open_count.sources[0].words) == (1, "This report has 1 open recommendations.")
    assert REPORT.startswith(SITE)
