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
from tests.fetch.conftest import Project, Serve, served
from tests.replica import misdeeds
from tests.replica.facts import AUDITS, Facts, Report, newer, reports
from tests.replica.server import Asked, Misdeed, Reply

ALL = served(*reports())


def project_of(serve: Serve, tmp_path: Path, *wrong: Misdeed, facts: Facts | None = None) -> Project:
    return Project(serve(*wrong, facts=facts), tmp_path / "data")


def test_what_is_published_is_what_the_site_serves(project: Project) -> None:
    found = project.fetch()
    assert (found.status, found.faults, found.doubts) == (0, [], {})
    assert project.published() == ALL
    assert len(found.listings) == 33


def test_a_report_that_only_its_filter_shows_is_found(project: Project) -> None:
    project.fetch()
    hidden = {r.number for r in reports() if not r.in_all}
    assert hidden
    assert hidden <= {number for number, *_ in project.published()}


def test_a_calm_site_is_asked_for_each_page_once_and_for_a_full_one_once_more(project: Project) -> None:
    project.fetch()
    shown = {(path, f): len(project.replica.facts.shown(path, f)) for path in (AUDITS,) for f in (None, 2)}
    full = {(path, f): rows // 50 for (path, f), rows in shown.items()}
    for asked in project.replica.asked:
        if asked.is_listing:
            fuller = asked.page < full.get((asked.path, asked.filter_id), 0)
            assert project.replica.counted()[asked.target] == 1 + fuller, asked.target


def test_a_second_fetch_is_answered_from_the_cache_and_files_nothing(project: Project) -> None:
    project.fetch()
    before, asked = project.files(), len(project.replica.asked)
    project.replica.sent.clear()
    found = project.fetch()
    assert (found.status, found.added) == (0, [])
    assert found.revalidated == found.asked == len(project.replica.asked) - asked
    assert set(project.replica.sent) == {304}
    assert project.files() == before


def test_a_cookie_is_not_sent_back_and_keeps_nothing_from_the_cache(
    serve: Serve, tmp_path: Path, slept: list[float]
) -> None:
    project = project_of(serve, tmp_path, misdeeds.cookies())
    project.fetch()
    again = project.fetch()
    assert again.revalidated == again.asked
    assert not any("cookie" in asked.headers for asked in project.replica.asked)


def test_only_pages_that_changed_are_filed_again(project: Project) -> None:
    project.fetch()
    project.replica.facts.reports += newer(1)
    found = project.fetch()
    changed = {json.loads(p.with_name(p.name + ".meta.json").read_text())["url"] for p in found.added}
    shown = [len(project.replica.facts.shown(AUDITS, f)) for f in (None, 2)]
    assert newer(1)[0].agency == "FEMA"
    assert len(changed) == sum(-(-rows // 50) for rows in shown), "a new report pushes every row of its two listings"
    assert project.published() == ALL | served(*newer(1))
    assert "listing" not in set(history(project)["field"]), "what a new report pushes to the next page has not left"


def history(project: Project) -> pl.DataFrame:
    return pipeline.check(Settings(raw=project.raw)).judged.history


def test_a_report_that_leaves_its_listings_is_told_by_the_history(project: Project) -> None:
    project.fetch()
    gone = project.replica.facts.shown(AUDITS, 2)[4]
    project.replica.facts.reports.remove(gone)
    assert project.fetch().status == 0
    left = history(project).filter(field="listing")
    assert set(left["report_number"]) == {gone.number}
    assert set(left["new_value"]) == {None}


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
    asked = next(a for a in project.replica.asked if a.filter_id == 2 and a.page == 1 and a.path == AUDITS)
    assert body == project.replica.page(asked).encode()
    assert meta["url"] == project.replica.url + asked.target
    assert meta["agency_filter"] == {"id": 2, "code": "FEMA"}
    assert meta["status"] == 200
    assert {"etag", "last-modified", "content-type", "date"} <= set(meta["headers"])
    assert dt.datetime.fromisoformat(meta["retrieved_at"]).tzinfo is not None
    host, day, walk, _ = path.split("/")
    assert host == "127.0.0.1-" + project.replica.url.rsplit(":", 1)[-1]
    assert (day, walk.split("-", 1)[1]) == (meta["retrieved_at"][:10], "audits-inspections-and-evaluations.fema")


# What passes: the fetch ends well, and nothing is missing.

PASSING: dict[str, Callable[[], Misdeed]] = {
    "a 500 at first": lambda: misdeeds.once(misdeeds.error(500)),
    "two 503s at first": lambda: misdeeds.once(misdeeds.error(503), times=2),
    "a 429 that says when": lambda: misdeeds.once(misdeeds.error(429, Retry_After="7")),
    "a reset in mid-body": lambda: misdeeds.once(misdeeds.reset),
    "a length that is too long": lambda: misdeeds.once(misdeeds.said_longer),
    "a compressed body that breaks off": lambda: misdeeds.once(misdeeds.torn_gzip),
    "a redirect on the site": lambda: misdeeds.always(
        lambda asked, _: misdeeds.redirect(f"{asked.target}&again=1"),
        lambda asked: asked.is_listing and "again" not in asked.target,
    ),
    "rows of one date that change places": lambda: misdeeds.shuffled(1),
    "robots.txt that moved": lambda: misdeeds.once(
        misdeeds.redirect("/robots.txt?moved"), lambda a: a.target == "/robots.txt"
    ),
    "robots.txt that is missing": lambda: misdeeds.always(misdeeds.error(404), lambda a: a.path == "/robots.txt"),
}  # fmt: skip


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_a_fault_that_passes_costs_no_report(
    fault: Callable[[], Misdeed], serve: Serve, tmp_path: Path, slept: list[float]
) -> None:
    project = project_of(serve, tmp_path, fault())
    found = project.fetch()
    assert (found.status, found.faults) == (0, [])
    assert project.published() == ALL
    restless = fault is PASSING["rows of one date that change places"]
    assert max(project.replica.counted().values()) <= (12 if restless else 4), "nothing is asked for without need"


def test_retry_after_is_waited_for(serve: Serve, tmp_path: Path, slept: list[float]) -> None:
    first = misdeeds.once(misdeeds.error(429, Retry_After="7"), lambda a: a.is_listing and a.page == 0 and not a.before)
    project = project_of(serve, tmp_path, first)
    project.fetch()
    assert slept.count(7.0) == 33


def test_a_wait_that_is_too_long_is_left_to_the_next_fetch(serve: Serve, tmp_path: Path, slept: list[float]) -> None:
    project = project_of(serve, tmp_path, misdeeds.always(misdeeds.error(429, Retry_After="7200")))
    found = project.fetch()
    assert "asks to wait 7200 seconds; until then" in found.faults[0]
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

FIRST_FEMA: Callable[[Asked], bool] = lambda a: a.path == AUDITS and a.filter_id == 2 and a.page == 1  # noqa: E731
DISTRUSTED: dict[str, tuple[Reply | Callable[..., Reply], str, bool]] = {
    "a soft 404": (misdeeds.SOFT_404, "not found", False),
    "a challenge page": (misdeeds.CHALLENGE, "challenge page", True),
    "a login page": (misdeeds.LOGIN, "login page", True),
    "another page": (misdeeds.UNRELATED, "nothing says that it is empty", False),
    "a truncated body": (misdeeds.broken_off, "breaks off", False),
    "a length that is too short": (misdeeds.said_shorter, "breaks off", False),
    "a wrong type": (misdeeds.wrong_type, "application/json", False),
    "changed columns": (misdeeds.other_columns, "columns have changed", False),
    "a 404": (misdeeds.error(404), "status 404", False),
    "a 403": (misdeeds.error(403), "status 403", True),
    "an empty body": (Reply(200, misdeeds.HTML, b""), "breaks off", False),
}


@pytest.mark.parametrize(("reply", "said", "ends_all"), DISTRUSTED.values(), ids=DISTRUSTED)
def test_a_page_that_is_not_what_was_asked_for_is_kept_and_named(
    reply: Reply, said: str, ends_all: bool, serve: Serve, tmp_path: Path, slept: list[float]
) -> None:
    project = project_of(serve, tmp_path, misdeeds.always(reply, FIRST_FEMA))
    found = project.fetch(attempts=2)
    (fault,) = found.faults
    assert found.status == 1
    assert fault.startswith("audits-inspections-and-evaluations.fema: page 1: ")
    assert said in fault
    kept = Path(fault.rsplit("kept as ", 1)[1])
    assert kept.is_relative_to(project.folder / "fetch" / "suspects")
    assert said in json.loads(kept.with_name(kept.name + ".meta.json").read_text())["distrusted"]
    assert gzip.decompress(kept.read_bytes()) or reply == Reply(200, misdeeds.HTML, b"")
    assert ends_all == (len(found.listings) < 10)
    project.replica.misdeeds.clear()
    assert project.fetch().status == 0
    assert project.published() == ALL


REFUSED: dict[str, tuple[Reply | Callable[..., Reply], str]] = {
    "a redirect to another host": (misdeeds.redirect("https://example.org/listing"), "leads away"),
    "a redirect to another port": (misdeeds.redirect("http://127.0.0.1:1/listing"), "leads away"),
    "a redirect without end": (lambda a, _: misdeeds.redirect(a.target), "redirects"),
    "a bomb": (misdeeds.bomb, "more than 32 MiB"),
    "an encoding not asked for": (Reply(200, {**misdeeds.HTML, "Content-Encoding": "br"}, b"x"), "encoded as br"),
    "a damaged body": (Reply(200, {**misdeeds.HTML, "Content-Encoding": "gzip"}, b"no gzip"), "damaged"),
}


@pytest.mark.parametrize(("reply", "said"), REFUSED.values(), ids=REFUSED)
def test_an_answer_that_cannot_be_taken_is_named(
    reply: Reply, said: str, serve: Serve, tmp_path: Path, slept: list[float]
) -> None:
    project = project_of(serve, tmp_path, misdeeds.always(reply, FIRST_FEMA))
    found = project.fetch()
    assert found.status == 1
    assert said in found.faults[0]
    assert len(found.listings) == 32
    project.replica.misdeeds.clear()
    project.fetch()
    assert project.published() == ALL


def test_the_first_page_of_all_reports_without_rows_is_an_alarm(project: Project) -> None:
    project.replica.facts.reports.clear()
    found = project.fetch()
    assert [f.split(":")[0] for f in found.faults] == [n for n in found_listings() if "." not in n]
    assert "the first page of the listing has no rows" in found.faults[0]


def found_listings() -> list[str]:
    from oig_pipeline.fetch.listings import listings

    return [listing.name for listing in listings()]


def test_far_fewer_rows_than_last_time_are_an_alarm_and_no_news(project: Project) -> None:
    project.fetch()
    before = project.files()
    everything = project.replica.facts.reports
    project.replica.facts.reports = [r for r in everything if r.agency != "FEMA"] + everything[:10]
    found = project.fetch()
    assert found.status == 1
    fewer = next(f for f in found.faults if f.startswith("audits-inspections-and-evaluations.fema:"))
    assert "rows, where last time there were 90" in fewer
    assert "--min-rows 0" in fewer
    kept = project.folder / "fetch" / "suspects"
    assert list(kept.rglob("*fema/page-000.html.gz"))
    assert not [p for p in project.files() if "fema" in p and p not in before]
    assert project.fetch(fewest=0).status == 0


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
    for report in facts.shown(AUDITS, 2)[:count]:
        facts.reports.remove(report)


DRIFTS: dict[str, Callable[[Facts], object]] = {
    "a new report": lambda facts: facts.reports.extend(newer(1)),
    "many new reports": lambda facts: facts.reports.extend(newer(60)),
    "a report that is withdrawn": lambda facts: facts.reports.remove(facts.shown(AUDITS, None)[3]),
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
    found = project.fetch()
    assert (found.faults, found.doubts) == ([], {})
    rows = {row.number for row in _rows(project)}
    assert {r.number for r in then & set(facts.reports)} <= rows
    assert sum(project.replica.counted().values()) < 90


def _rows(project: Project) -> list[Report]:
    """Return the rows of all captures, by number."""
    from oig_pipeline.capture import captures, reader

    found = []
    for capture in captures.take(project.raw):
        found += reader.read(capture).sightings["listed_number"].to_list()
    return [Report(number.strip(), "", "", None, None) for number in found]


def test_a_row_that_paging_hides_is_in_doubt_until_its_filter_shows_it(
    serve: Serve, tmp_path: Path, slept: list[float]
) -> None:
    hides = misdeeds.always(misdeeds.repeating, lambda a: a.is_listing and a.filter_id is None)
    project = project_of(serve, tmp_path, hides)
    found = project.fetch()
    assert found.status == 0
    (doubts,) = found.doubts.values()
    assert [doubt.page for doubt in doubts] == [0, 1, 2]
    assert found.rows_in_doubt == 3
    assert {n for n, *_ in project.published()} == {n for n, *_ in ALL}


def test_since_walks_no_further_than_needed(project: Project) -> None:
    project.fetch()
    project.replica.facts.reports += newer(3)
    project.replica.asked.clear()
    found = project.fetch(since=dt.date(2025, 12, 1))
    assert found.status == 0
    assert project.published() == ALL | served(*newer(3))
    pages = [a.page for a in project.replica.asked if a.path == AUDITS and a.filter_id is None]
    assert pages == [0, 1, 0]
    assert "listing" not in set(history(project)["field"])


# Manners.


def test_one_request_at_a_time_with_a_delay(
    project: Project, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oig_pipeline.fetch.clock.monotonic", lambda: float(sum(slept)))
    found = project.fetch(delay=2.0, most_minutes=1000)
    assert slept == [2.0] * (found.asked - 1)


def test_robots_txt_may_ask_for_a_longer_delay(
    project: Project, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oig_pipeline.fetch.clock.monotonic", lambda: float(sum(slept)))
    project.replica.robots = "User-agent: *\nCrawl-delay: 10\n"
    project.fetch(delay=2.0, most_minutes=1000)
    assert set(slept) == {10.0}


@pytest.mark.parametrize(
    ("robots", "status", "asked"),
    [
        ("User-agent: *\nDisallow: /\n", 1, 0),
        ("User-agent: oig-pipeline\nDisallow: /reports\n", 1, 0),
        ("User-agent: somebody-else\nDisallow: /\n", 0, 58),
        ("User-agent: *\nDisallow: /reports/management-alerts\n", 1, 43),
    ],
)
def test_robots_txt_is_obeyed(robots: str, status: int, asked: int, project: Project) -> None:
    project.replica.robots = robots
    found = project.fetch()
    assert found.status == status
    assert sum(project.replica.counted().values()) == asked
    assert all("robots.txt forbids it" in fault for fault in found.faults)


def test_robots_txt_that_cannot_be_had_forbids_everything(serve: Serve, tmp_path: Path, slept: list[float]) -> None:
    project = project_of(serve, tmp_path, misdeeds.always(misdeeds.error(500), lambda a: a.path == "/robots.txt"))
    assert "robots.txt: the site answers with status 500" in project.fetch(attempts=2).faults[0]
    assert not project.replica.counted()


def test_who_asks_and_how_to_reach_them_is_said(project: Project) -> None:
    project.fetch(contact="someone@example.org")
    agents = {asked.headers["user-agent"] for asked in project.replica.asked}
    (agent,) = agents
    assert agent.startswith("oig-pipeline/")
    assert "contact: someone@example.org" in agent


@pytest.mark.parametrize(
    ("bound", "said"),
    [({"most_pages": 10}, "10 requests (--max-pages)"), ({"most_megabytes": 0.02}, "0.02 MB (--max-megabytes)"),
     ({"most_minutes": 1e-9}, "minutes (--max-minutes)")],
)  # fmt: skip
def test_a_bound_ends_the_fetch_and_the_next_goes_on(bound: dict[str, float], said: str, project: Project) -> None:
    found = project.fetch(**bound)
    assert found.status == 1
    assert said in found.faults[0]
    assert found.asked <= 15
    assert project.fetch().status == 0
    assert project.published() == ALL
    assert max(project.replica.counted().values()) <= 3


def test_a_server_that_dribbles_is_not_waited_for(serve: Serve, tmp_path: Path, slept: list[float]) -> None:
    project = project_of(serve, tmp_path, misdeeds.always(misdeeds.drip, FIRST_FEMA))
    found = project.fetch(patience=0.3, attempts=2)
    assert "no whole answer in 2 attempts" in found.faults[0]
    project.replica.misdeeds.clear()
    assert project.fetch().status == 0
    assert project.published() == ALL


def test_nothing_that_is_written_names_the_real_site_for_what_came_from_another(project: Project) -> None:
    project.fetch()
    assert not any(host.encode() in content for host in HOSTS for content in project.files().values())
