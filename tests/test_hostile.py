"""Input that once passed unseen or cost more than itself: whole runs over folders of captures."""

from __future__ import annotations

import itertools
import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from oig_pipeline import CannotRun
from oig_pipeline.run import pipeline
from oig_pipeline.run.outcome import Outcome
from oig_pipeline.settings import settings
from tests.conftest import DATA, Captures, Oig

GOOD = "report_number,title,fiscal_year\nOIG-21-90,Audit of Ports,2021\n"
SEED = (DATA / "raw" / "border-security.txt").read_text(encoding="utf-8")
SUMMARY_WITH_BULLETS = (
    "Border\n\n  \u2022 Audit of Things\n\n"
    "    Executive Summary\n\n    We found:\n{indent}\u2022 fraud\n{indent}\u2022 waste\n"
    "\n    Report Number\n    OIG-21-11\n    Fiscal Year\n    2021\n"
)


def run(captures: Captures, files: dict[str, str | bytes]) -> Outcome:
    raw = captures(files)
    return pipeline.check(settings(raw, raw.parent / "curated", max_quarantine=1))


def errors(outcome: Outcome) -> list[tuple[str, str, int | None]]:
    """Return rule, file and line of each error."""
    violations = outcome.result.violations.filter(severity="error")
    return violations.select("rule", "capture_path", "line").rows()


@pytest.mark.parametrize(
    "text",
    [SEED.replace("\n    ", "\n   "), SEED.replace("Report Number\n", "Report Number:\n")],
    ids=["indent", "colon"],
)
def test_cards_spelled_a_little_otherwise_are_still_read(text: str, captures: Captures) -> None:
    outcome = run(captures, {"cards.txt": text})
    assert outcome.reports.height == 10
    assert errors(outcome) == []


@pytest.mark.parametrize(
    "text",
    [
        "Border\n\n  \u2022 OIG-21-05 CBP Did It\n  \u2022 OIG-21-06 ICE Did It\n",
        "Report Number Title Fiscal Year\nOIG-21-05 Access Denied: CBP Locked Out Users 2021\n",
        "Just a moment: OIG-21-05\n",
    ],
)
def test_a_page_that_mentions_a_report_is_never_passed_over(text: str, captures: Captures) -> None:
    ((rule, path, line),) = errors(run(captures, {"a.csv": GOOD, "page.txt": text}))
    assert (rule in ("layout_unknown", "capture_unreadable"), path, line) == (True, "page.txt", 1)


def test_a_bullet_with_a_number_between_cards_is_reported(captures: Captures) -> None:
    text = SEED.replace("  \u2022 CBP Has Placed", "  \u2022 OIG-21-12: News\n\n    More.\n\n  \u2022 CBP Has Placed")
    outcome = run(captures, {"cards.txt": text})
    assert outcome.reports.height == 10
    assert errors(outcome) == [("text_unread", "cards.txt", 44)]


def test_bullets_of_a_summary_are_part_of_it_or_nothing_is_guessed(captures: Captures) -> None:
    deeper = run(captures, {"cards.txt": SUMMARY_WITH_BULLETS.format(indent="      ")})
    assert deeper.reports["title"].to_list() == ["Audit of Things"]
    assert "fraud" in deeper.reports["summary"][0]
    alike = run(captures, {"cards.txt": SUMMARY_WITH_BULLETS.format(indent="  ")})
    assert alike.reports.is_empty()
    assert [rule for rule, _, _ in errors(alike)] == ["number_missing", "title_empty"]


def test_the_same_bytes_from_two_filters_name_both_agencies(captures: Captures) -> None:
    def meta(agency: int) -> str:
        url = f"https://www.oig.dhs.gov/reports?field_dhs_agency_target_id={agency}"
        return json.dumps({"url": url, "retrieved_at": f"202{agency}-01-01T00:00:00Z"})

    files = {"a.csv": GOOD, "b.csv": GOOD, "c.csv": GOOD, "c.csv.meta.json": meta(3)}
    outcome = run(captures, {**files, "a.csv.meta.json": meta(1), "b.csv.meta.json": meta(3)})
    (report,) = outcome.reports.to_dicts()
    assert report["agencies"] == ["CBP", "ICE"]
    assert report["sighting_count"] == 2, "c.csv is b.csv again"
    assert (report["first_seen"].year, report["last_seen"].year) == (2021, 2023)
    assert not outcome.assessment.accounting


def test_a_link_to_nowhere_joins_no_titles(captures: Captures) -> None:
    rows = "OIG-21-49,CBP Needs to Strengthen Medical Oversight,{link}\nOIG-21-49,Debris Removal in Parishes,{link}\n"
    for link in ("#", "/", "https://www.oig.dhs.gov/"):
        violations = errors(run(captures, {"a.csv": "report_number,title,document_url\n" + rows.format(link=link)}))
        assert [rule for rule, _, _ in violations] == ["conflict", "conflict"]


def test_an_open_quote_swallows_no_rows_unseen(captures: Captures) -> None:
    text = (
        'report_number,title,agency\nOIG-21-10,Ok,CBP\nOIG-21-11,"Bad,CBP\nOIG-21-12,Fine,CBP\nOIG-21-13,Fine","CBP"\n'
    )
    outcome = run(captures, {"a.csv": text})
    assert outcome.reports["report_number"].to_list() == ["OIG-21-10"]
    assert errors(outcome) == [("text_unread", "a.csv", 3)]


def test_a_conflict_is_one_fault(captures: Captures) -> None:
    rows = "OIG-21-49,Alpha Programme of CBP\nOIG-21-49,Debris Removal\nOIG-21-50,Alpha Programme of CBP\n"
    outcome = run(captures, {"a.csv": "report_number,title\n" + rows})
    assert [rule for rule, _, _ in errors(outcome)] == ["conflict", "conflict"]
    assert "title_shared" not in outcome.reports["quality_flags"][0]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("long.txt", "x" * 200_000),
        ("deep.ndjson", '{"report_number": "OIG-21-01", "title": ' + "[" * 200_000 + "\n"),
        ("half.ndjson", '{"report_number": "OIG-21-01", "title": "\\ud800"}\n'),
        ("nul.txt", "\0" * 1000),
        ("utf16.csv", GOOD.encode("utf-16")),
        ("quotes.csv", "report_number,title\n" + 'a,"b"c\n' * 300),
        ("comments.html", "<!--" * 200_000),
        ("scripts.html", "<script>" * 100_000),
        ("blank.txt", "Report Number Title Issue Date Fiscal Year\n" + "x\n\n" * 60_000),
        ("cells.html", "views-field-field-report-number views-field-title\n" + "<tr><td>x</td>\n" * 60_000),
        ("bullets.txt", "B\n\n  \u2022 T\n\n    Executive Summary\n" + "\n  \u2022 x" * 60_000),
        ("bad.csv", GOOD.replace("Ports", "Ships")),
    ],
)
def test_a_bad_file_costs_itself_alone(name: str, content: str | bytes, captures: Captures) -> None:
    outcome = run(captures, {"a.csv": GOOD, name: content, "bad.csv.meta.json": "[" * 100_000})
    assert "OIG-21-90" in outcome.reports["report_number"].to_list()
    assert name in [file for _, file, _ in errors(outcome)]


def test_what_is_no_file_is_reported_and_not_waited_for(captures: Captures, tmp_path: Path) -> None:
    raw = captures({"a.csv": GOOD, "sub/b.csv": GOOD.replace("90", "91")})
    os.mkfifo(raw / "pipe.csv")
    (raw / "linked").symlink_to(raw / "sub")
    (raw / "self.csv").symlink_to(raw / "self.csv")
    (raw / "out.csv").symlink_to(tmp_path)
    outcome = pipeline.check(settings(raw, raw.parent / "curated"))
    assert [file for _, file, _ in errors(outcome)] == ["linked", "out.csv", "pipe.csv", "self.csv"]
    assert outcome.reports.height == 2


ENDLESS: dict[str, tuple[Callable[[Path], object], str]] = {
    "a pipe": (os.mkfifo, "not a regular file"),
    "a device": (lambda file: file.symlink_to("/dev/zero"), "leads out of the raw folder|not a regular file"),
    "a link to itself": (lambda file: file.symlink_to(file), "leads nowhere"),
    "a link to nothing": (lambda file: file.symlink_to("nothing"), "leads nowhere"),
}
endless = pytest.mark.parametrize(("make", "message"), ENDLESS.values(), ids=ENDLESS)


@endless
def test_metadata_that_never_end_are_reported_and_not_waited_for(
    make: Callable[[Path], object], message: str, captures: Captures
) -> None:
    raw = captures({"a.csv": GOOD, "b.csv": GOOD.replace("90", "91")})
    make(raw / "b.csv.meta.json")
    outcome = pipeline.check(settings(raw, raw.parent / "curated"))
    (violation,) = outcome.result.violations.filter(severity="error").to_dicts()
    assert (violation["rule"], violation["capture_path"]) == ("capture_unreadable", "b.csv")
    assert re.search(rf"b\.csv\.meta\.json: .*({message})", violation["message"])
    assert outcome.reports["report_number"].to_list() == ["OIG-21-90"]


def test_metadata_outside_the_raw_folder_are_not_read(captures: Captures, tmp_path: Path) -> None:
    raw = captures({"a.csv": GOOD, "b.csv": GOOD.replace("90", "91")})
    (tmp_path / "elsewhere.json").write_text('{"url": "https://example.org/secret"}')
    (raw / "b.csv.meta.json").symlink_to(tmp_path / "elsewhere.json")
    outcome = pipeline.check(settings(raw, raw.parent / "curated"))
    assert errors(outcome) == [("capture_unreadable", "b.csv", None)]


def test_metadata_without_an_end_of_digits_or_bytes_are_reported(captures: Captures) -> None:
    raw = captures({"a.csv": GOOD, "b.csv": GOOD.replace("90", "91"), "c.csv": GOOD.replace("90", "92")})
    (raw / "b.csv.meta.json").write_text('{"status": ' + "9" * 5_000 + "}")
    with (raw / "c.csv.meta.json").open("wb") as file:
        file.truncate(2**40)
    outcome = pipeline.check(settings(raw, raw.parent / "curated"))
    assert [file for _, file, _ in errors(outcome)] == ["b.csv", "c.csv"]


@endless
def test_corrections_that_never_end_end_the_run(
    make: Callable[[Path], object], message: str, captures: Captures, oig: Oig
) -> None:
    raw = captures({"a.csv": GOOD})
    make(raw.parent / "corrections.yml")
    for form in ("text", "json", "github", "junit", "sarif"):
        done = oig("check", "--raw", raw, "--format", form)
        assert (done.returncode, done.stdout) == (2, "")
        assert "corrections.yml: not a regular file" in done.stderr


LOOPS = [
    ["check", "--raw", "loop"], ["build", "--raw", "raw", "--out", "loop"], ["build", "--raw", "loop"],
    ["verify", "loop"],
    ["check", "--raw", "raw", "--corrections", "loop"], ["captures", "--raw", "loop"], ["releases", "--out", "loop"],
    ["query", "SELECT 1", "--release", "loop"], ["site", "--release", "loop"],
    ["import", "warc", "loop", "--raw", "raw"],
    ["prune", "--keep", "1", "--out", "loop"], ["site", "--release", "raw", "--out", "loop"],
    ["check", "--raw", "raw", "--baseline", "loop"],
]  # fmt: skip


@pytest.mark.parametrize("command", LOOPS, ids=" ".join)
def test_a_link_to_itself_in_place_of_a_folder_is_named(command: list[str], captures: Captures, oig: Oig) -> None:
    folder = captures({"a.csv": GOOD}).parent
    (folder / "loop").symlink_to("loop")
    done = oig(*command, cwd=folder)
    assert done.returncode == (0 if command[0] == "releases" else 2)
    assert "fault of the software" not in done.stderr


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in itertools.pairwise("abcdefghij")
)


@pytest.mark.parametrize(
    "text",
    [
        BOMB + "corrections: *j\n",
        BOMB + "corrections:\n- rule: *j\n",
        BOMB + "corrections:\n- {rule: conflict, why: *j}\n",
        BOMB.replace("[x", "[{y: x}") + "corrections: [{where: *i}]\n",
        "corrections: &a [*a, *a]\n",
        "[" * 100_000,
    ],
    ids=["list", "rule", "why", "mappings", "itself", "deep"],
)
def test_aliases_of_aliases_are_refused_at_once(text: str, captures: Captures) -> None:
    raw = captures({"a.csv": GOOD, "corrections.yml": text})
    with pytest.raises(CannotRun, match=r"corrections\.yml.*(aliases repeat|nested too deeply|alias contains)"):
        pipeline.check(settings(raw, raw.parent / "curated"))


def test_an_alias_may_say_a_thing_twice(captures: Captures) -> None:
    text = (
        "corrections:\n- &one {rule: number_missing, where: {title: T}, expect: &no {report_number: null}, "
        "acknowledge: true, why: it has none}\n- {rule: number_missing, where: {title: U}, expect: *no, "
        "acknowledge: true, why: neither has this}\n"
    )
    raw = captures({"a.csv": GOOD + ",T,2021\n,U,2021\n", "corrections.yml": text})
    outcome = pipeline.check(settings(raw, raw.parent / "curated", max_quarantine=1))
    assert len(outcome.result.correction_outcomes.acknowledged) == 2


@pytest.mark.parametrize("name", ["it's.csv", "a\nb.csv", "[x]*?.csv", "%20.csv", "'; DROP TABLE reports; --.csv"])
def test_a_file_may_have_any_name(name: str, captures: Captures, oig: Oig) -> None:
    raw = captures({name: GOOD})
    assert oig("build", "--raw", raw).returncode == 0
    output = oig("query", "SELECT capture_path FROM sightings", "--format", "json").stdout
    assert json.loads(output) == [{"capture_path": name}]


def test_control_characters_are_seen_and_not_obeyed(captures: Captures, oig: Oig) -> None:
    raw = captures({"a.csv": "report_number,title,agency\nOIG-21-01,T\x1b]0;x\x07,CBP\n\x1b[31mXYZ,T,CBP\n"})
    output = oig("check", "--raw", raw).stdout
    assert "\u241b[31mXYZ" in output
    assert "\x1b" not in output


def test_a_damaged_release_is_made_again(captures: Captures, oig: Oig) -> None:
    raw = captures({"a.csv": GOOD})
    out = raw.parent / "curated"
    assert oig("build", "--raw", raw).returncode == 0
    (out / "latest" / "sightings" / "2021.parquet").write_bytes(b"damaged")
    query = oig("query", "FROM sightings")
    assert query.returncode == 2
    assert "Traceback" not in query.stderr
    assert "published" in oig("build", "--raw", raw).stdout
    assert oig("query", "FROM sightings").returncode == 0
    assert sorted(p.name for p in (out / "releases").iterdir()) == [(out / "latest").resolve().name]


def test_json_of_a_query_says_only_what_json_can(captures: Captures, oig: Oig) -> None:
    assert oig("build", "--raw", captures({"a.csv": GOOD})).returncode == 0
    done = oig("query", "SELECT 'nan'::DOUBLE AS a, DATE '2021-01-02' AS b, [1, NULL] AS c", "--format", "json")
    assert json.loads(done.stdout) == [{"a": None, "b": "2021-01-02", "c": [1, None]}]
    assert "two columns have one name" in oig("query", "SELECT 1 AS a, 2 AS a", "--format", "json").stderr
