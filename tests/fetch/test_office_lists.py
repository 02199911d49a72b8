"""Fetching the reports of one office from oversight.gov: what is published is what it serves, through every fault."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from oig_pipeline.errors import CannotRun
from oig_pipeline.fetch import capture_fetch
from oig_pipeline.fetch.capture_fetch import FetchResult
from oig_pipeline.fetch.crawl_target import target_of
from oig_pipeline.run import pipeline
from oig_pipeline.settings import Settings
from tests.fetch.conftest import Project, Serve
from tests.replica import misdeeds, oversight
from tests.replica.oversight import DHS, EPA, LIST, TREASURY, OversightReplica, OversightReport, is_list, is_page
from tests.replica.server import Misdeed, Replica, Reply, Request

CODES = {DHS: "dhs", TREASURY: "treasury", EPA: "epa"}
SOURCE = "oversight_gov"


class Site:
    """A data folder that is filled from a replica of oversight.gov."""

    def __init__(self, replica: OversightReplica, folder: Path) -> None:
        self.replica = replica
        self.project = Project(replica, folder)

    def fetch(self, office: str = "dhs", **options: object) -> FetchResult:
        """Fetch the reports of an office."""
        return self.project.fetch(source=SOURCE, office=office, attempts=2, **options)

    def check(self, *offices: str) -> None:
        """Check that a build publishes what the site says of the reports of offices, and nothing else."""
        outcome = pipeline.check(Settings(raw=self.project.raw, out=self.project.folder / "curated"))
        assert outcome.assessment.reasons == ()
        columns = ["office", "report_number", "title", "issue_date", "report_type", "recommendations"]
        columns += ["questioned_costs", "components"]
        assert sorted(outcome.reports.select(columns).rows()) == sorted(
            (CODES[r.office], r.number, r.title, r.date, r.kind, r.recommendations, _dollars(r), _components(r))
            for r in self.replica.reports
            if CODES[r.office] in offices
        )
        assert outcome.result.history.filter(field="listing").is_empty(), "what was pushed down has not left"

    def metadata(self) -> list[dict[str, object]]:
        """Return what is said of each capture."""
        return [json.loads(text) for path, text in self.project.files().items() if path.endswith(".meta.json")]

    def targets(self) -> list[str]:
        """Return the addresses asked for since the last call."""
        since_last = [request.target for request in self.replica.requests if request.path != "/robots.txt"]
        self.replica.requests.clear()
        return since_last


def _dollars(report: OversightReport) -> float:
    return float(report.questioned.strip("$").replace(",", ""))


def _components(report: OversightReport) -> list[str]:
    return [report.component] if report.component else []


@pytest.fixture
def site(serve: Serve, tmp_path: Path, slept: list[float]) -> Site:
    replica = OversightReplica()
    serve(replica=replica)
    return Site(replica, tmp_path / "data")


@pytest.fixture
def fetched(site: Site) -> Site:
    """Return a site from which everything was fetched."""
    assert site.fetch().faults == []
    site.targets()
    return site


def page_target(number: int, filter_id: int = 311) -> str:
    return f"{LIST}?field_report_submitting_oig%5B%5D={filter_id}&items_per_page=100&page={number}"


def test_what_is_published_is_what_the_site_serves_of_the_office(
    site: Site, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oig_pipeline.fetch.clock.monotonic", lambda: float(sum(slept)))
    result = site.fetch()
    assert (result.status, result.faults, result.doubts, result.listings) == (0, [], {}, {"federal.dhs": 10})
    assert slept == [5.0] * (result.requests - 1), "robots.txt asks for it"
    lists = [page_target(number) for number in (0, 1, 0, 2, 1)]
    assert site.targets() == [LIST, *lists, *(r.path for r in site.replica.reports if r.office == DHS)]
    site.check("dhs")
    assert {entry["office"] for entry in site.metadata()} == {"dhs"}


def test_offices_whose_filter_is_known_need_no_look_at_it_and_meet_in_one_build(fetched: Site) -> None:
    assert fetched.fetch("Department of the Treasury").status == 0
    paths = [report.path for report in fetched.replica.reports if report.office == TREASURY]
    assert fetched.targets() == [page_target(0, 225), *paths]
    assert fetched.fetch("epa").status == 0
    fetched.check("dhs", "treasury", "epa")


def test_a_second_fetch_asks_for_the_newest_page_only_and_files_nothing(fetched: Site) -> None:
    before = fetched.project.files()
    result = fetched.fetch()
    assert (result.status, result.added, result.listings) == (0, [], {"federal.dhs": 4})
    assert result.revalidated == result.requests
    assert fetched.targets() == [LIST, page_target(0)]
    assert fetched.project.files() == before


def test_the_pages_of_new_and_changed_rows_are_asked_for_and_no_others(fetched: Site) -> None:
    reports = fetched.replica.reports
    new = replace(
        reports[0], number="OIG-25-61", title="Made-up Audit of Grants", date=dt.date(2025, 9, 20), office=DHS
    )
    place = next(n for n, report in enumerate(reports) if report.number == "OIG-25-55")
    reports[place] = replace(reports[place], recommendations=12)
    reports.insert(0, new)
    result = fetched.fetch()
    assert result.status == 0
    assert set(fetched.targets()) == {LIST, *map(page_target, (0, 1, 2)), new.path, reports[place + 1].path}
    fetched.check("dhs")
    assert fetched.fetch().listings == {"federal.dhs": 4}


def test_a_whole_walk_finds_what_changed_below_the_newest_pages(fetched: Site) -> None:
    reports = fetched.replica.reports
    oldest = max(n for n, report in enumerate(reports) if report.office == DHS)
    reports[oldest] = replace(reports[oldest], title=f"{reports[oldest].title} and Ports")
    fetched.fetch()
    assert reports[oldest].path not in fetched.targets()
    fetched.fetch(restart=True)
    assert reports[oldest].path in fetched.targets()
    fetched.check("dhs")


@pytest.mark.parametrize("restart", [False, True])
def test_a_fetch_that_a_bound_ends_is_resumed_without_asking_twice(restart: bool, site: Site) -> None:
    result = site.fetch(max_pages=11)
    assert "11 requests (--max-pages)" in result.faults[0]
    first = site.targets()
    assert site.fetch(restart=restart).went_on != restart
    pages = [target for target in (*first, *site.targets()) if "?" not in target and target != LIST]
    assert sorted(pages) == sorted(report.path for report in site.replica.reports if report.office == DHS)
    site.check("dhs")


def test_since_asks_for_newer_reports_only(site: Site) -> None:
    site.fetch(since=dt.date(2025, 8, 20))
    assert {target for target in site.targets() if "?" not in target} == {
        LIST, *(r.path for r in site.replica.reports if r.office == DHS and r.date >= dt.date(2025, 8, 20))
    }  # fmt: skip
    site.fetch()
    site.check("dhs")


# What the site does wrong. Nothing of it is published, and what it serves afterwards is.

REPORT = oversight.oversight_reports()[1]
ON_REPORT = oversight.is_report(REPORT.path)
Faulty = tuple[Misdeed, str]
FAULTS: dict[str, Callable[[], Faulty]] = {
    "a list that is cut off": lambda: (misdeeds.always(misdeeds.broken_off, is_page(1)), "page 1: the page breaks off"),
    "a list that is cut off and closed": lambda: (
        misdeeds.always(oversight.another_text(lambda text: text[: text.rindex("<tr")] + "</html>"), is_page(1)),
        "the office is not stated",
    ),
    "a list with rows left out": lambda: (
        misdeeds.always(oversight.another_text(without_last_row), is_page(1)),
        "the footer says that rows 5 to 8 are shown, but the page has 3",
    ),
    "columns that changed": lambda: (
        misdeeds.always(oversight.another_text(lambda text: text.replace(">Type<", ">Kind<")), is_list),
        "columns have changed",
    ),
    "an error page with status 200": lambda: (misdeeds.always(misdeeds.SOFT_404, is_page(1)), "not found"),
    "a challenge": lambda: (misdeeds.always(misdeeds.CHALLENGE, is_page(1)), "challenge page"),
    "a challenge before the filter": lambda: (
        misdeeds.always(misdeeds.CHALLENGE, oversight.is_report(LIST)), "challenge page"
    ),
    "another page": lambda: (misdeeds.always(misdeeds.UNRELATED, is_page(1)), "page without the list"),
    "a redirect to another page": lambda: (
        misdeeds.always(misdeeds.redirect(REPORT.path), is_page(1)), "which is not the listing"
    ),
    "a redirect to another list": lambda: (
        misdeeds.always(misdeeds.redirect("https://example.org/"), is_page(1)), "leads away"
    ),
    "a filter that is ignored": lambda: (
        misdeeds.always(oversight.without_filter, is_list),
        "is a report of 'Environmental Protection Agency OIG', where only those of",
    ),
    "a page that is repeated": lambda: (
        misdeeds.always(oversight.another_page(0), is_list), "page 1 shows the same rows as page 0"
    ),
    "a page that is left out": lambda: (
        misdeeds.always(oversight.another_page(2), is_page(1)), "begins with row 9 of the listing, where row 5 is next"
    ),
    "a page that is empty": lambda: (
        misdeeds.always(oversight.another_page(9), is_page(1)), "which of how many reports"
    ),
    "a list without its footer": lambda: (
        misdeeds.always(oversight.another_text(lambda text: text.replace("Displaying", "")), is_list),
        "which of how many reports",
    ),
    "a report without its page": lambda: (misdeeds.always(misdeeds.error(404), ON_REPORT), "status 404"),
    "a page of a report that is cut off": lambda: (
        misdeeds.always(oversight.another_text(lambda text: text[: text.index("Report Type")]), ON_REPORT), "cut off"
    ),
    "an error page for a report": lambda: (misdeeds.always(misdeeds.SOFT_404, ON_REPORT), "not found"),
    "the page of another report": lambda: (
        misdeeds.always(oversight.another_text(lambda text: text.replace(REPORT.number, "OIG-24-01")), ON_REPORT),
        f"the page is that of 'OIG-24-01', not of '{REPORT.number}'",
    ),
    "a report page that leads to the list": lambda: (
        misdeeds.always(misdeeds.redirect(LIST), ON_REPORT), "not the page of a report"
    ),
    "a site that is down": lambda: (misdeeds.always(misdeeds.error(503), is_page(1)), "status 503"),
}  # fmt: skip


def without_last_row(text: str) -> str:
    """Return a page of the list less its last report."""
    start = text.rindex('<tr class="listing-table__row')
    return text[:start] + text[text.index("</tbody>", start) :]


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_what_is_wrong_is_named_and_what_the_site_serves_later_is_published(
    fault: Callable[[], Faulty], site: Site
) -> None:
    misdeed, message = fault()
    site.replica.misdeeds.append(misdeed)
    result = site.fetch()
    assert result.status == 1
    assert len(result.faults) == 1
    assert message in result.faults[0]
    assert not any("OIG-24-01" in str(entry) for entry in site.metadata())
    site.replica.misdeeds.clear()
    assert site.fetch().status == 0
    site.check("dhs")


PASSING: dict[str, Callable[[], Misdeed]] = {
    "a 429 that says when": lambda: misdeeds.once(misdeeds.error(429, Retry_After="7"), lambda a: True),
    "a reset in mid-body": lambda: misdeeds.once(misdeeds.reset, is_list),
    "an address that moved": lambda: misdeeds.always(
        misdeeds.redirect(f"{REPORT.path}?new"), lambda a: a.target == REPORT.path
    ),
}


@pytest.mark.parametrize("number", [2, 3, 4])
def test_a_report_that_appears_while_one_walks_costs_none(number: int, site: Site) -> None:
    new = OversightReport("OIG-25-61", "Made-up Audit of Grants", dt.date(2025, 9, 20))
    lists: list[str] = []

    def appears(request: Request, replica: Replica) -> None:
        lists.extend([request.target] * is_list(request))
        if len(lists) == number and new not in site.replica.reports:
            site.replica.reports.append(new)

    site.replica.misdeeds.append(appears)
    for _ in range(2):
        result = site.fetch()
        assert (result.faults, result.doubts) == ([], {})
    assert set(site.targets()) >= {report.path for report in site.replica.reports if report.office == DHS}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_a_fault_that_passes_costs_no_report(fault: Callable[[], Misdeed], site: Site, slept: list[float]) -> None:
    site.replica.misdeeds.append(fault())
    assert site.fetch().faults == []
    assert (7.0 in slept) == (fault is PASSING["a 429 that says when"])
    site.check("dhs")
    assert site.fetch().added == [], "what was fetched is known, wherever it has moved"


def test_a_changed_row_whose_page_is_gone_is_named_until_it_is_had(fetched: Site) -> None:
    reports = fetched.replica.reports
    place = next(n for n, report in enumerate(reports) if report.number == "OIG-25-59")
    reports[place] = replace(reports[place], recommendations=12)
    gone = misdeeds.always(misdeeds.error(404), oversight.is_report(reports[place].path))
    fetched.replica.misdeeds.append(gone)
    for _ in range(2):
        (fault,) = fetched.fetch().faults
        assert fault.startswith(f"federal.dhs: OIG-25-59: {reports[place].path}: the page has status 404; kept as ")
    fetched.replica.misdeeds.clear()
    assert fetched.fetch().status == 0
    fetched.check("dhs")


def test_far_fewer_reports_than_last_time_are_an_alarm_and_no_news(fetched: Site) -> None:
    before = fetched.project.files()
    fetched.replica.reports = [report for report in fetched.replica.reports if report.number < "OIG-25-54"]
    (fault,) = fetched.fetch().faults
    assert "3 rows, where last time there were 10" in fault
    assert fetched.project.files() == before


@pytest.mark.parametrize(
    ("source", "office", "message"),
    [
        ("oversight", "dhs", "--source: 'oversight' cannot be fetched; these can: oig_dhs_gov, oversight_gov"),
        (SOURCE, "nobody", "--office: no office is called 'nobody'; known are: americorps, amtrak,"),
        ("oig_dhs_gov", "epa", "--office: oig_dhs_gov shows the reports of dhs alone, not of epa"),
    ],
)
def test_a_source_or_office_that_is_not_known_is_named_with_those_that_are(
    source: str, office: str, message: str
) -> None:
    with pytest.raises(CannotRun, match=message):
        target_of(source, office)


def test_an_office_that_the_filter_does_not_have_is_named_with_those_that_it_has(site: Site) -> None:
    with pytest.raises(CannotRun, match=r"oversight\.gov's filter does not have dod; it has: dhs, epa, treasury"):
        site.fetch("dod")


def test_a_filter_that_is_gone_is_a_fault(site: Site) -> None:
    site.replica.misdeeds.append(
        misdeeds.always(oversight.another_text(lambda text: text.replace("<select", "<p")), lambda a: a.target == LIST)
    )
    assert "the page has no filter of submitting offices; kept as" in site.fetch().faults[0]


def test_a_plan_names_the_first_addresses_and_the_site_asks_for_five_seconds() -> None:
    policy = target_of(SOURCE, "treasury").policy()
    assert (policy.delay, policy.base) == (5.0, "https://www.oversight.gov")
    policy.admit("https://oversight.gov/reports/federal")
    assert capture_fetch.plan(policy, SOURCE, "treasury") == [
        "https://www.oversight.gov/robots.txt",
        f"https://www.oversight.gov{page_target(0, 225)}",
    ]
    assert capture_fetch.plan(policy, SOURCE, "dhs")[1:] == [f"https://www.oversight.gov{LIST}"]
    assert target_of(SOURCE).policy(delay=9, base_url="http://127.0.0.1/").delay == 9


def test_an_answer_is_never_taken_from_a_site_that_is_not_named(site: Site) -> None:
    elsewhere = Reply(302, {"Location": "https://www.oig.dhs.gov/reports"}, b"")
    site.replica.misdeeds.append(misdeeds.always(elsewhere, lambda a: a.target == LIST))
    assert "leads away from" in site.fetch().faults[0]
