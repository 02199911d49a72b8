"""Fetching from the replica: what is published is what it serves, through every fault."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from oig_pipeline.errors import CannotRun
from oig_pipeline.fetch.crawl_policy import HOSTS
from oig_pipeline.run import pipeline
from oig_pipeline.settings import Settings
from tests.fetch.conftest import Project, Serve, expected_rows
from tests.replica import misdeeds
from tests.replica.facts import AUDITS, Facts, Report, newer, reports
from tests.replica.server import Misdeed, Reply, Request

ALL = expected_rows(*reports())


def project_of(serve: Serve, tmp_path: Path, *wrong: Misdeed, facts: Facts | None = None) -> Project:
    return Project(serve(*wrong, facts=facts), tmp_path / "data")


def test_what_is_published_is_what_the_site_serves(project: Project) -> None:
    result = project.fetch()
    assert (result.status, result.faults, result.doubts) == (0, [], {})
    assert project.published() == ALL
    assert len(result.listings) == 33


def test_a_report_that_only_its_filter_shows_is_found(project: Project) -> None:
    project.fetch()
    hidden = {r.number for r in reports() if not r.in_all}
    assert hidden
    assert hidden <= {number for number, *_ in project.published()}


def test_a_calm_site_is_asked_for_each_page_once_and_for_a_full_one_once_more(project: Project) -> None:
    project.fetch()
    row_counts = {(path, f): len(project.replica.facts.list_reports(path, f)) for path in (AUDITS,) for f in (None, 2)}
    full = {(path, f): rows // 50 for (path, f), rows in row_counts.items()}
    for request in project.replica.requests:
        if request.is_listing:
            fuller = request.page < full.get((request.path, request.filter_id), 0)
            assert project.replica.counted()[request.target] == 1 + fuller, request.target


def test_a_second_fetch_is_answered_from_the_cache_and_files_nothing(project: Project) -> None:
    project.fetch()
    before, request_count = project.files(), len(project.replica.requests)
    project.replica.sent.clear()
    result = project.fetch()
    assert (result.status, result.added) == (0, [])
    assert result.revalidated == result.requests == len(project.replica.requests) - request_count
    assert set(project.replica.sent) == {304}
    assert project.files() == before


def test_a_cookie_is_not_sent_back_and_keeps_nothing_from_the_cache(
    serve: Serve, tmp_path: Path, slept: list[float]
) -> None:
    project = project_of(serve, tmp_path, misdeeds.cookies())
    project.fetch()
    again = project.fetch()
    assert again.revalidated == again.requests
    assert not any("cookie" in request.headers for request in project.replica.requests)


def test_only_pages_that_changed_are_filed_again(project: Project) -> None:
    project.fetch()
    project.replica.facts.reports += newer(1)
    result = project.fetch()
    changed = {json.loads(p.with_name(p.name + ".meta.json").read_text())["url"] for p in result.added}
    row_counts = [len(project.replica.facts.list_reports(AUDITS, f)) for f in (None, 2)]
    assert newer(1)[0].agency == "FEMA"
    assert len(changed) == sum(-(-rows // 50) for rows in row_counts), (
        "a new report pushes every row of its two listings"
    )
    assert project.published() == ALL | expected_rows(*newer(1))
    assert "listing" not in set(history(project)["field"]), "what a new report pushes to the next page has not left"


def history(project: Project) -> pl.DataFrame:
    return pipeline.check(Settings(raw=project.raw)).result.history


def test_a_report_that_leaves_its_listings_is_told_by_the_history(project: Project) -> None:
    project.fetch()
    gone = project.replica.facts.list_reports(AUDITS, 2)[4]
    project.replica.facts.reports.remove(gone)
    assert project.fetch().status == 0
    removals = history(project).filter(field="listing")
    assert set(removals["report_number"]) == {gone.number}
    assert set(removals["new_value"]) == {None}


def test_noise_around_a_listing_is_no_change(serve: Serve, tmp_path: Path, slept: list[float]) -> None:
    project = project_of(serve, tmp_path, misdeeds.noise())
    project.fetch()
    again = project.fetch()
    assert again.added == []
    assert len(again.same) > 20


def test_a_capture_holds_the_bytes_and_says_where_and_when_they_are_from(project: Project) -> None:
    project.fetch()
    (path,) = [p for p in project.files() if "fema/page-001" in p and p.endswith(".gz")]
    meta = json.loads(project.files()[f"{path}.meta.json"])
    body = gzip.decompress(project.files()[path])
    request = next(a for a in project.replica.requests if a.filter_id == 2 and a.page == 1 and a.path == AUDITS)
    assert body == project.replica.page(request).encode()
    assert meta["url"] == project.replica.url + request.target
    assert meta["agency_filter"] == {"id": 2, "code": "FEMA"}
    assert meta["status"] == 200
    assert {"etag", "last-modified", "content-type", "date"} <= set(meta["headers"])
    assert dt.datetime.fromisoformat(meta["retrieved_at"]).tzinfo is not None
    host, day, walk, _ = path.split("/")
    assert host == "127.0.0.1-" + project.replica.url.rsplit(":", 1)[-1]
    assert (day, walk.split("-", 1)[1]) == (meta["retrieved_at"][:10], "audits-inspections-and-evaluations.fema")


# What passes: the fetch ends well, and nothing is missing.

TRANSIENT_FAULTS: dict[str, Callable[[], Misdeed]] = {
    "a 500 at first": lambda: misdeeds.once(misdeeds.error(500)),
    "two 503s at first": lambda: misdeeds.once(misdeeds.error(503), times=2),
    "a 429 that says when": lambda: misdeeds.once(misdeeds.error(429, Retry_After="7")),
    "a reset in mid-body": lambda: misdeeds.once(misdeeds.reset),
    "a length that is too long": lambda: misdeeds.once(misdeeds.length_too_long),
    "a compressed body that breaks off": lambda: misdeeds.once(misdeeds.torn_gzip),
    "a redirect on the site": lambda: misdeeds.always(
        lambda request, _: misdeeds.redirect(f"{request.target}&again=1"),
        lambda request: request.is_listing and "again" not in request.target,
    ),
    "rows of one date that change places": lambda: misdeeds.shuffled(1),
    "robots.txt that moved": lambda: misdeeds.once(
        misdeeds.redirect("/robots.txt?moved"), lambda a: a.target == "/robots.txt"
    ),
    "robots.txt that is missing": lambda: misdeeds.always(misdeeds.error(404), lambda a: a.path == "/robots.txt"),
}  # fmt: skip


@pytest.mark.parametrize("fault", TRANSIENT_FAULTS.values(), ids=TRANSIENT_FAULTS)
def test_a_fault_that_passes_costs_no_report(
    fault: Callable[[], Misdeed], serve: Serve, tmp_path: Path, slept: list[float]
) -> None:
    project = project_of(serve, tmp_path, fault())
    result = project.fetch()
    assert (result.status, result.faults) == (0, [])
    assert project.published() == ALL
    restless = fault is TRANSIENT_FAULTS["rows of one date that change places"]
    assert max(project.replica.counted().values()) <= (12 if restless else 4), "nothing is asked for without need"


def test_retry_after_is_waited_for(serve: Serve, tmp_path: Path, slept: list[float]) -> None:
    first = misdeeds.once(misdeeds.error(429, Retry_After="7"), lambda a: a.is_listing and a.page == 0 and not a.before)
    project = project_of(serve, tmp_path, first)
    project.fetch()
    assert slept.count(7.0) == 33


def test_a_wait_that_is_too_long_is_left_to_the_next_fetch(serve: Serve, tmp_path: Path, slept: list[float]) -> None:
    project = project_of(serve, tmp_path, misdeeds.always(misdeeds.error(429, Retry_After="7200")))
    result = project.fetch()
    assert "asks to wait 7200 seconds; until then" in result.faults[0]
    assert sum(project.replica.counted().values()) == 1
    assert slept == []


def test_a_site_that_keeps_failing_ends_the_fetch_and_the_next_goes_on(
    serve: Serve, tmp_path: Path, slept: list[float]
) -> None:
    down = misdeeds.always(misdeeds.error(503), lambda a: a.filter_id == 5)
    project = project_of(serve, tmp_path, down)
    first = project.fetch(attempts=3)
    assert first.status == 1
    assert "the site answers with status 503" in first.faults[0]
    assert max(project.replica.counted().values()) == 3
    project.replica.misdeeds.clear()
    second = project.fetch()
    assert (second.status, second.went_on) == (0, True)
    assert project.published() == ALL
    again = [t for t, n in project.replica.counted().items() if n > 2]
    assert all("target_id=5" in target for target in again), "what was done is not asked again"


# What is not believed: the fetch exits 1 with the reason, and keeps what came for inspection.

FIRST_FEMA: Callable[[Request], bool] = lambda a: a.path == AUDITS and a.filter_id == 2 and a.page == 1  # noqa: E731
DISTRUSTED: dict[str, tuple[Reply | Callable[..., Reply], str, bool]] = {
    "a soft 404": (misdeeds.SOFT_404, "not found", False),
    "a challenge page": (misdeeds.CHALLENGE, "challenge page", True),
    "a login page": (misdeeds.LOGIN, "login page", True),
    "another page": (misdeeds.UNRELATED, "nothing says that it is empty", False),
    "a truncated body": (misdeeds.broken_off, "breaks off", False),
    "a length that is too short": (misdeeds.length_too_short, "breaks off", False),
    "a wrong type": (misdeeds.wrong_type, "application/json", False),
    "changed columns": (misdeeds.other_columns, "columns have changed", False),
    "a 404": (misdeeds.error(404), "status 404", False),
    "a 403": (misdeeds.error(403), "status 403", True),
    "an empty body": (Reply(200, misdeeds.HTML, b""), "breaks off", False),
}


@pytest.mark.parametrize(("reply", "message", "ends_all"), DISTRUSTED.values(), ids=DISTRUSTED)
def test_a_page_that_is_not_what_was_asked_for_is_kept_and_named(
    reply: Reply, message: str, ends_all: bool, serve: Serve, tmp_path: Path, slept: list[float]
) -> None:
    project = project_of(serve, tmp_path, misdeeds.always(reply, FIRST_FEMA))
    result = project.fetch(attempts=2)
    (fault,) = result.faults
    assert result.status == 1
    assert fault.startswith("audits-inspections-and-evaluations.fema: page 1: ")
    assert message in fault
    page_file = Path(fault.rsplit("kept as ", 1)[1])
    assert page_file.is_relative_to(project.folder / "fetch" / "suspects")
    assert message in json.loads(page_file.with_name(page_file.name + ".meta.json").read_text())["distrusted"]
    assert gzip.decompress(page_file.read_bytes()) or reply == Reply(200, misdeeds.HTML, b"")
    assert ends_all == (len(result.listings) < 10)
    project.replica.misdeeds.clear()
    assert project.fetch().status == 0
    assert project.published() == ALL


REFUSED: dict[str, tuple[Reply | Callable[..., Reply], str]] = {
    "a redirect to another host": (misdeeds.redirect("https://example.org/listing"), "leads away"),
    "a redirect to another port": (misdeeds.redirect("http://127.0.0.1:1/listing"), "leads away"),
    "a redirect without end": (lambda a, _: misdeeds.redirect(a.target), "redirects"),
    "a bomb": (misdeeds.bomb, "more than 32 MiB"),
    "an encoding not asked for": (
        Reply(200, {**misdeeds.HTML, "Content-Encoding": "br"}, b"x"),
        "encoded as br, which was not asked for",
    ),
    "a damaged body": (Reply(200, {**misdeeds.HTML, "Content-Encoding": "gzip"}, b"no gzip"), "damaged"),
}


@pytest.mark.parametrize(("reply", "message"), REFUSED.values(), ids=REFUSED)
def test_an_answer_that_cannot_be_taken_is_named(
    reply: Reply, message: str, serve: Serve, tmp_path: Path, slept: list[float]
) -> None:
    project = project_of(serve, tmp_path, misdeeds.always(reply, FIRST_FEMA))
    result = project.fetch()
    assert result.status == 1
    assert message in result.faults[0]
    assert len(result.listings) == 32
    project.replica.misdeeds.clear()
    project.fetch()
    assert project.published() == ALL


def test_the_first_page_of_all_reports_without_rows_is_an_alarm(project: Project) -> None:
    project.replica.facts.reports.clear()
    result = project.fetch()
    assert [f.split(":")[0] for f in result.faults] == [n for n in listing_names() if "." not in n]
    assert "the first page of the listing has no rows" in result.faults[0]


def listing_names() -> list[str]:
    from oig_pipeline.sources.oig_dhs_gov.listings import listings

    return [listing.name for listing in listings()]


def test_far_fewer_rows_than_last_time_are_an_alarm_and_no_news(project: Project) -> None:
    project.fetch()
    before = project.files()
    all_reports = project.replica.facts.reports
    project.replica.facts.reports = [r for r in all_reports if r.agency != "FEMA"] + all_reports[:10]
    result = project.fetch()
    assert result.status == 1
    fewer = next(f for f in result.faults if f.startswith("audits-inspections-and-evaluations.fema:"))
    assert "rows, where last time there were 90" in fewer
    assert "--min-rows 0" in fewer
    rejected_dir = project.folder / "fetch" / "suspects"
    assert list(rejected_dir.rglob("*fema/page-000.html.gz"))
    assert not [p for p in project.files() if "fema" in p and p not in before]
    assert project.fetch(min_ratio=0).status == 0


@pytest.mark.parametrize("name", ["listings.json", "progress.json"])
def test_a_memory_that_is_damaged_is_named(name: str, project: Project) -> None:
    project.fetch()
    (project.folder / "fetch" / name).write_text('{"torn')
    with pytest.raises(CannotRun, match=f"{name}: is damaged; move it away"):
        project.fetch()


def test_a_cache_that_is_damaged_is_named(project: Project) -> None:
    project.fetch()
    (project.folder / "fetch" / "cache.db").write_bytes(b"no database" * 1000)
    with pytest.raises(CannotRun, match=r"cache\.db"):
        project.fetch()


def test_a_few_rows_less_are_news(project: Project) -> None:
    project.fetch()
    del project.replica.facts.reports[40]
    assert project.fetch().status == 0


# Drift.


def withdraw(facts: Facts, count: int) -> None:
    for report in facts.list_reports(AUDITS, 2)[:count]:
        facts.reports.remove(report)


DRIFTS: dict[str, Callable[[Facts], object]] = {
    "a new report": lambda facts: facts.reports.extend(newer(1)),
    "many new reports": lambda facts: facts.reports.extend(newer(60)),
    "a report that is withdrawn": lambda facts: facts.reports.remove(facts.list_reports(AUDITS, None)[3]),
    "several reports that are withdrawn": lambda facts: withdraw(facts, 5),
    "a date that is corrected": lambda facts: facts.reports.append(
        replace(facts.reports.pop(20), date=dt.date(2026, 1, 2))
    ),
}


@pytest.mark.parametrize("before", [2, 3, 4, 5, 9, 20])
@pytest.mark.parametrize("change", DRIFTS.values(), ids=DRIFTS)
def test_pages_that_drift_while_one_walks_lose_no_report_that_was_shown_throughout(
    change: Callable[[Facts], object], before: int, serve: Serve, tmp_path: Path, slept: list[float]
) -> None:
    facts = Facts(reports())
    project = project_of(serve, tmp_path, misdeeds.meanwhile(change, before), facts=facts)
    then: set[Report] = set(facts.reports)
    result = project.fetch()
    assert (result.faults, result.doubts) == ([], {})
    rows = {row.number for row in _rows(project)}
    assert {r.number for r in then & set(facts.reports)} <= rows
    assert sum(project.replica.counted().values()) < 90


def _rows(project: Project) -> list[Report]:
    """Return the rows of all captures, by number."""
    from oig_pipeline.capture import captures
    from oig_pipeline.run.read_capture import read

    numbers = []
    for capture in captures.take(project.raw):
        numbers += read(capture).sightings["listed_number"].to_list()
    return [Report(number.strip(), "", "", None, None) for number in numbers]


def test_a_row_that_paging_hides_is_in_doubt_until_its_filter_shows_it(
    serve: Serve, tmp_path: Path, slept: list[float]
) -> None:
    hides = misdeeds.always(misdeeds.repeating, lambda a: a.is_listing and a.filter_id is None)
    project = project_of(serve, tmp_path, hides)
    result = project.fetch()
    assert result.status == 0
    (doubts,) = result.doubts.values()
    assert [doubt.page for doubt in doubts] == [0, 1, 2]
    assert result.rows_in_doubt == 3
    assert {n for n, *_ in project.published()} == {n for n, *_ in ALL}


def test_since_walks_no_further_than_needed(project: Project) -> None:
    project.fetch()
    project.replica.facts.reports += newer(3)
    project.replica.requests.clear()
    result = project.fetch(since=dt.date(2025, 12, 1))
    assert result.status == 0
    assert project.published() == ALL | expected_rows(*newer(3))
    pages = [a.page for a in project.replica.requests if a.path == AUDITS and a.filter_id is None]
    assert pages == [0, 1, 0]
    assert "listing" not in set(history(project)["field"])


# The crawl policy.


def test_one_request_at_a_time_with_a_delay(
    project: Project, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oig_pipeline.fetch.clock.monotonic", lambda: float(sum(slept)))
    result = project.fetch(delay=2.0, max_minutes=1000)
    assert slept == [2.0] * (result.requests - 1)


def test_robots_txt_may_ask_for_a_longer_delay(
    project: Project, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oig_pipeline.fetch.clock.monotonic", lambda: float(sum(slept)))
    project.replica.robots = "User-agent: *\nCrawl-delay: 10\n"
    project.fetch(delay=2.0, max_minutes=1000)
    assert set(slept) == {10.0}


@pytest.mark.parametrize(
    ("robots", "status", "request_count"),
    [
        ("User-agent: *\nDisallow: /\n", 1, 0),
        ("User-agent: oig-pipeline\nDisallow: /reports\n", 1, 0),
        ("User-agent: somebody-else\nDisallow: /\n", 0, 58),
        ("User-agent: *\nDisallow: /reports/management-alerts\n", 1, 43),
    ],
)
def test_robots_txt_is_obeyed(robots: str, status: int, request_count: int, project: Project) -> None:
    project.replica.robots = robots
    result = project.fetch()
    assert result.status == status
    assert sum(project.replica.counted().values()) == request_count
    assert all("robots.txt forbids it" in fault for fault in result.faults)


def test_robots_txt_that_cannot_be_had_forbids_everything(serve: Serve, tmp_path: Path, slept: list[float]) -> None:
    project = project_of(serve, tmp_path, misdeeds.always(misdeeds.error(500), lambda a: a.path == "/robots.txt"))
    assert "robots.txt: the site answers with status 500" in project.fetch(attempts=2).faults[0]
    assert not project.replica.counted()


def test_who_asks_and_how_to_reach_them_is_said(project: Project) -> None:
    project.fetch(contact="someone@example.org")
    agents = {request.headers["user-agent"] for request in project.replica.requests}
    (agent,) = agents
    assert agent.startswith("oig-pipeline/")
    assert "contact: someone@example.org" in agent


@pytest.mark.parametrize(
    ("bound", "message"),
    [({"max_pages": 10}, "10 requests (--max-pages)"), ({"max_megabytes": 0.02}, "0.02 MB (--max-megabytes)"),
     ({"max_minutes": 1e-9}, "minutes (--max-minutes)")],
)  # fmt: skip
def test_a_bound_ends_the_fetch_and_the_next_goes_on(bound: dict[str, float], message: str, project: Project) -> None:
    result = project.fetch(**bound)
    assert result.status == 1
    assert message in result.faults[0]
    assert result.requests <= 15
    assert project.fetch().status == 0
    assert project.published() == ALL
    assert max(project.replica.counted().values()) <= 3


def test_a_server_that_dribbles_is_not_waited_for(serve: Serve, tmp_path: Path, slept: list[float]) -> None:
    project = project_of(serve, tmp_path, misdeeds.always(misdeeds.drip, FIRST_FEMA))
    result = project.fetch(patience=0.3, attempts=2)
    assert "no whole answer in 2 attempts" in result.faults[0]
    project.replica.misdeeds.clear()
    assert project.fetch().status == 0
    assert project.published() == ALL


def test_nothing_that_is_written_names_the_real_site_for_what_came_from_another(project: Project) -> None:
    project.fetch()
    assert not any(host.encode() in content for host in HOSTS for content in project.files().values())
