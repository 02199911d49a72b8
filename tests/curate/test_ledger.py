"""Statements → recommendations: what holds, what is no longer listed, what contradicts itself, and what changed."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from oig_pipeline.contract.ledger_columns import FLAGS
from oig_pipeline.curate import ledger
from oig_pipeline.curate.statements import PAGE, RETRIEVED, ROW
from oig_pipeline.offices import OFFICES
from oig_pipeline.run import pipeline
from oig_pipeline.run.result import RunResult
from oig_pipeline.settings import Limits, Settings
from oig_pipeline.settings import settings as run_settings
from tests.replica.ledger_pages import REPORT, SITE, recommendation_page, report_page, save, save_story


def result_of(raw: Path) -> RunResult:
    return pipeline.check(Settings(raw=raw)).result


def ledger_of(raw: Path) -> dict[str, dict[str, Any]]:
    """Return the recommendations of some captures by number."""
    return {row["recommendation"]: row for row in result_of(raw).table("recommendations").to_dicts()}


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    raw = tmp_path_factory.mktemp("story") / "raw"
    save_story(raw)
    return result_of(raw)


def test_a_recommendation_is_open_not_listed_closed_and_open_again(story: RunResult) -> None:
    history = story.table("recommendation_history").filter(recommendation="3", field="completion")
    changes = history.select(c for c in ("old_value", "new_value", "new_path")).rows()
    assert changes == [
        ("open", "not_listed", "report-3.html"),
        ("not_listed", "closed", "three-4.html"),
        ("closed", "open", "report-6.html"),
        ("open", "not_listed", "report-8.html"),
    ]


def test_nothing_has_left_a_page_that_breaks_off(story: RunResult) -> None:
    history = story.table("recommendation_history")
    assert "report-2.html" not in {*history["new_path"]}
    assert history.filter(recommendation="3")["old_seen"][0].month == 2, "what it does list, it shows as open"


def test_what_is_closed_does_not_become_not_listed(story: RunResult) -> None:
    (five,) = story.table("recommendations").filter(recommendation="5").to_dicts()
    assert (five["completion"], five["as_of"].month, five["completion_path"]) == ("closed", 7, "five-7.html")
    assert five["last_seen_open"].month == 6


def test_a_report_says_how_many_are_open_and_when(story: RunResult) -> None:
    (report,) = story.reports.to_dicts()
    assert (report["recommendations"], report["recommendations_open"]) == (7, 0)
    assert report["recommendations_as_of"].month == 8


def test_what_the_report_says_of_all_holds_of_each(story: RunResult) -> None:
    assert {*story.table("recommendations")["response"]} == {"concurred"}


def test_whom_a_text_asks_is_its_addressee_and_agency(story: RunResult) -> None:
    row = story.table("recommendations").row(0, named=True)
    assert (row["addressees"], row["agencies"]) == (["FEMA Administrator"], ["FEMA"])


def test_every_statement_shows_words_of_its_line(story: RunResult, tmp_path: Path) -> None:
    save_story(tmp_path / "raw")
    for row in story.table("statements").filter(pl.col("words").is_not_null()).to_dicts():
        lines = (tmp_path / "raw" / row["capture_path"]).read_text().split("\n")
        assert row["words"].split()[0] in lines[row["line"] - 1], row


@pytest.mark.parametrize("status", ["Open", "Closed"])
def test_an_unchanged_page_changes_nothing(tmp_path: Path, status: str) -> None:
    raw = tmp_path / "raw"
    save(raw, "report.html", report_page(["3"]), 1)
    save(raw, "a.html", recommendation_page("4", status), 2, f"{SITE}/a")
    save(raw, "b.html", recommendation_page("4", status), 3, f"{SITE}/a")
    assert result_of(raw).table("recommendation_history").is_empty()


def test_one_of_another_page_has_not_left_this_one(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    save(raw, "old.html", report_page(["3", "4"]), 1, f"{SITE}/report/another-address")
    save(raw, "new.html", report_page(["4"]), 2)
    assert ledger_of(raw)["3"]["completion"] == "open"


def test_a_page_whose_count_contradicts_its_rows_says_nothing_of_what_it_lacks(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    save(raw, "1.html", report_page(["3", "4"]), 1)
    save(raw, "2.html", report_page(["4"], count=2), 2)
    assert ledger_of(raw)["3"]["completion"] == "open"


def test_a_page_without_a_time_is_open_at_no_known_time(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    save(raw, "1.html", report_page(["3"]), None)
    row = ledger_of(raw)["3"]
    assert (row["completion"], row["as_of"], row["first_seen"]) == ("open", None, None)
    assert result_of(raw).table("recommendation_history").is_empty()


@pytest.mark.parametrize(
    "page",
    [
        recommendation_page("9", "Closed", link=REPORT, title="Another Title"),
        recommendation_page("9", "Closed", link=f"{REPORT}/".replace("https://www.", "http://"), title="Another"),
        recommendation_page("9", "Closed", link="/node/1"),
    ],
    ids=["address", "address spelled otherwise", "title"],
)
def test_the_page_of_a_recommendation_finds_its_report(tmp_path: Path, page: str) -> None:
    raw = tmp_path / "raw"
    save(raw, "report.html", report_page(["3"]), 1)
    save(raw, "nine.html", page, 2, f"{SITE}/node/9")
    row = ledger_of(raw)["9"]
    assert (row["completion"], row["completion_path"]) == ("closed", "nine.html")
    assert row["quality_flags"] == ["number_beyond_made"], "seven were made"


def test_the_page_of_a_recommendation_whose_report_is_not_here_is_kept_in_its_note(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    save(raw, "report.html", report_page(["3"]), 1)
    save(raw, "nine.html", recommendation_page("9", "Closed", link="/node/1", title="Another"), 2, f"{SITE}/node/9")
    result = result_of(raw)
    assert result.table("recommendations")["recommendation"].to_list() == ["3"]
    assert "recommendation 9" in result.table("captures").filter(path="nine.html")["note"].item()


@pytest.mark.parametrize(
    ("flag", "pages"),
    [
        ("status_contradiction", {"a": report_page(["3"]), "b": recommendation_page("3", "Closed")}),
        ("number_beyond_made", {"a": report_page(["3"], number_made=2)}),
        ("number_repeated", {"a": report_page(["3", "3"])}),
        (
            "money_conflict",
            {"a": report_page(["3"], texts={"3": "We recommend FEMA recover $24,438,662 of questioned costs."})},
        ),
        (
            "addressee_unknown",
            {"a": report_page(["3"], texts={"3": "The Mayor of Springfield should develop a plan."})},
        ),
        (
            "response_contradiction",
            {
                "a": report_page(["3"]),
                "b": recommendation_page("3", "Open", note="Management concurred with this recommendation."),
                "c": recommendation_page("3", "Open", note="Management did not concur with this recommendation."),
            },
        ),
    ],
)
def test_what_is_wrong_with_a_recommendation_is_flagged(tmp_path: Path, flag: str, pages: dict[str, str]) -> None:
    raw = tmp_path / "raw"
    for name, page in pages.items():
        save(raw, f"{name}.html", page, 1, REPORT if name == "a" else f"{SITE}/{name}")
    (row,) = ledger_of(raw).values()
    assert row["quality_flags"] == [flag]
    assert flag in FLAGS


def test_closed_and_open_on_one_day_is_not_called_done(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    save(raw, "a.html", report_page(["3"]), 1)
    save(raw, "b.html", recommendation_page("3", "Closed"), 1, f"{SITE}/b")
    assert ledger_of(raw)["3"]["completion"] == "open"


def test_composite_numbers_come_in_natural_order(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    save(raw, "a.html", report_page(["10", "2", "1-10", "1-2"]), 1)
    assert list(ledger_of(raw)) == ["1-2", "1-10", "2", "10"]


def test_the_order_of_statements_changes_nothing(story: RunResult) -> None:
    reports = story.reports
    statements = story.table("statements").with_columns(
        pl.lit(0, pl.UInt32).alias(ROW), pl.col("as_of").alias(RETRIEVED),
        pl.when(pl.col("capture_path").str.starts_with("report")).then(pl.lit(REPORT)).otherwise("capture_path").alias(PAGE),
    )  # fmt: skip
    expected = story.table("recommendations"), story.table("recommendation_history")
    for seed in range(5):
        order = random.Random(seed).sample(range(statements.height), statements.height)
        mixed = statements[order]
        assert ledger.recommendations_of(mixed, reports, OFFICES.agency_lists).equals(expected[0])
        assert ledger.history_of(mixed).equals(expected[1])


def test_the_ledger_is_the_same_where_years_are_merged_alone(story: RunResult, tmp_path: Path) -> None:
    save_story(tmp_path / "raw")
    settings = replace(run_settings(tmp_path / "raw", tmp_path / "out", exports=False), limits=Limits(merged_at_once=0))
    for _ in range(2):  # the second build takes the partition from the cache
        result = pipeline.build(settings).result
        for table in ("statements", "recommendations", "recommendation_history"):
            assert result.table(table).equals(story.table(table))
    # The page of a recommendation has no sighting, but belongs to what the partition was made of.
    (tmp_path / "raw" / "three-4.html").unlink()
    (tmp_path / "raw" / "three-4.html.meta.json").unlink()
    changed = pipeline.build(settings).result.table("recommendation_history")
    assert "closed" not in {*changed.filter(recommendation="3")["new_value"]}
