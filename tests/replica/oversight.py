"""A replica of oversight.gov: reports of several offices as facts, the list that is filtered by office, their pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlsplit

from tests.replica import misdeeds
from tests.replica.facts import Facts, Report
from tests.replica.server import Misdeed, Replica, Reply, Request
from tests.sources.oversight_gov import build_pages as build

LIST = "/reports/federal"
PAGE_ROWS = 4
"""Rows that a page has, however many are asked for."""
OFFICES = {
    "Department of Homeland Security OIG": 311,
    "Department of the Treasury OIG": 225,
    "Environmental Protection Agency OIG": 312,
}
"""Submitting offices and their ids in the filter; but for the Treasury's, these are made up."""
DHS, TREASURY, EPA = OFFICES
ROBOTS = "User-agent: *\nCrawl-delay: 5\n"


@dataclass(frozen=True)
class OversightReport:
    """One report as the site knows it."""

    number: str
    title: str
    date: dt.date
    office: str = DHS
    kind: str = "Audit"
    component: str | None = None
    recommendations: int = 3
    questioned: str = "$0"

    @property
    def path(self) -> str:
        """The path of its page."""
        return f"/reports/audit/{self.number.lower()}"

    @property
    def agency(self) -> str:
        """The department or agency that was reviewed."""
        return self.office.removesuffix(" OIG")


def oversight_reports() -> list[OversightReport]:
    """Return ten reports of one office, the newest first, and two of each other."""
    day, components = dt.date(2025, 9, 1), ("Federal Emergency Management Agency (FEMA)", None)
    of_dhs = [
        OversightReport(
            f"OIG-25-{60 - n}", f"Made-up Audit of Program {n * 7919}", day - dt.timedelta(days=9 * n),
            component=components[n % 2], recommendations=n, questioned=f"${n * 1_250}",
        )
        for n in range(10)
    ]  # fmt: skip
    others = [
        OversightReport(number, f"Made-up Review {number}", dt.date(2025, 8, 20 + n), office)
        for n, (number, office) in enumerate(
            [("OIG-25-031", TREASURY), ("OIG-25-030", TREASURY), ("25-P-0042", EPA), ("25-P-0041", EPA)]
        )
    ]
    return sorted([*of_dhs, *others], key=lambda report: report.date, reverse=True)


class OversightReplica(Replica):
    """The site. Tests change `reports` while it serves them."""

    def __init__(self, *wrong: Misdeed) -> None:
        super().__init__(Facts(), *wrong)
        self.reports = oversight_reports()
        self.robots = ROBOTS

    def rows_of(self, request: Request) -> list[OversightReport]:
        """Return what the list shows for a request, the newest first."""
        ids = parse_qs(urlsplit(request.target).query).get("field_report_submitting_oig[]", [])
        rows = [report for report in self.reports if not ids or str(OFFICES[report.office]) in ids]
        return sorted(rows, key=lambda report: report.date, reverse=True)

    def honest(self, request: Request) -> Reply:
        """Return what the site would say."""
        if request.path == LIST or any(request.path == report.path for report in self.reports):
            return self._conditional(request, self.page(request).encode(), "text/html; charset=UTF-8")
        return super().honest(request)

    def page(self, request: Request, reports: list[Report] | None = None) -> str:
        """Return the page that was asked for."""
        if request.path == LIST:
            return list_text(self.rows_of(request), request.page)
        return report_text(next(report for report in self.reports if report.path == request.path))

    def requested(self, path: str) -> list[Request]:
        """Return the requests for a path."""
        return [request for request in self.requests if request.path == path]


def list_text(reports: list[OversightReport], page: int) -> str:
    """Return a page of the list, with the filter and the footer of the site."""
    start = page * PAGE_ROWS
    rows = reports[start : start + PAGE_ROWS]
    options = "".join(f'<option value="{id_}">{name}</option>' for name, id_ in OFFICES.items())
    select = f'<select name="field_report_submitting_oig[]" multiple="multiple">{options}</select>'
    footer = f" Displaying {start + 1} - {start + len(rows)} of {len(reports)} "
    text = build.list_page([_row(report) for report in rows], footer)
    return text.replace("<select><option>All</option></select>", select)


def _row(report: OversightReport) -> str:
    cells = {
        "Report Date": f'<time datetime="{report.date}T12:00:00Z">{report.date:%m/%d/%Y}</time>',
        "Agency Reviewed / Investigated": report.agency,
        "Report Title": report.title,
        "Type": report.kind,
        "Location": "Agency-Wide",
        "": f'<a href="{report.path}">View Report<span></span></a>',
    }
    highlights = {
        "Submitting OIG": report.office,
        "Report Number": report.number,
        "Number of Recommendations": str(report.recommendations),
        "Questioned Costs": report.questioned,
    }
    return build.list_row_html(cells, highlights)


def report_text(report: OversightReport) -> str:
    """Return the page about a report."""
    values = build.fields(
        {
            "Date Issued": (f"{report.date:%A, %B %-d, %Y}",),
            "Submitting OIG": (report.office,),
            "Agencies Reviewed/Investigated": (report.agency,),
            "Components": (report.component,) if report.component else None,
            "Report Number": (report.number,),
            "Report Type": (report.kind,),
            "Number of Recommendations": (str(report.recommendations),),
            "Questioned Costs": (report.questioned,),
            "Special Projects": None,
        }
    )
    return build.new_report(values, title=report.title)


# What the site does wrong beyond the misdeeds that every site may have.


def is_list(request: Request) -> bool:
    """Return whether a request is for the filtered list."""
    return request.path == LIST and "submitting_oig" in request.target


def is_page(number: int) -> misdeeds.Where:
    """Return whether a request is for a page of the filtered list."""
    return lambda request: is_list(request) and request.page == number


def is_report(path: str) -> misdeeds.Where:
    """Return whether a request is for the page about a report."""
    return lambda request: request.path == path


def another_text(change: Callable[[str], str]) -> Callable[[Request, Replica], Reply]:
    """Answer with the page that the site would give, changed."""

    def answer(request: Request, replica: Replica) -> Reply:
        assert isinstance(replica, OversightReplica)
        return Reply(200, misdeeds.HTML, change(replica.page(request)).encode())

    return answer


def another_page(number: int) -> Callable[[Request, Replica], Reply]:
    """Answer with another page of the list, or whatever page is asked for."""

    def answer(request: Request, replica: Replica) -> Reply:
        assert isinstance(replica, OversightReplica)
        return Reply(200, misdeeds.HTML, list_text(replica.rows_of(request), number).encode())

    return answer


def without_filter(request: Request, replica: Replica) -> Reply:
    """Answer as if no office had been asked for."""
    assert isinstance(replica, OversightReplica)
    unfiltered = replace(request, target=f"{LIST}?page={request.page}")
    return Reply(200, misdeeds.HTML, replica.page(unfiltered).encode())
