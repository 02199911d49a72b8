"""What the replica shows: reports as facts, and the lists in which the site shows them.

The reports are made of the rows that the repository's own captures hold, so that numbers, titles and years are those of
real reports; issue dates, agencies of rows without one, and documents are made up by rule.
"""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass, field, replace

from tests.conftest import DATA

AUDITS = "/reports/audits-inspections-and-evaluations"
ALERTS = "/reports/management-alerts"
REPRISALS = "/reports/whistleblower-retaliation-reports-of-investigation"
HEADINGS = {
    AUDITS: "Audits, Inspections, and Evaluations",
    ALERTS: "Management Alerts",
    REPRISALS: "Whistleblower Retaliation Reports of Investigation",
}
FILTERS = {
    1: "CBP", 2: "FEMA", 3: "ICE", 4: "MGMT", 5: "TSA", 6: "USCIS", 7: "USCG", 8: "USSS", 9: "Others", 2632: "CISA",
}  # fmt: skip


@dataclass(frozen=True)
class Report:
    """One report as the site knows it. `in_all` is whether the view of all agencies shows it: that view has holes."""

    number: str
    title: str
    fiscal_year: str
    date: dt.date | None
    agency: str | None
    path: str = AUDITS
    summary: str = ""
    in_all: bool = True
    document: bool = True

    @property
    def link(self) -> str:
        """The path of the document."""
        when = f"{self.date:%Y-%m}" if self.date else "undated"
        return f"/sites/default/files/assets/{when}/{self.number}.pdf"


@dataclass
class Facts:
    """All reports, which a test may change while the replica serves them."""

    reports: list[Report] = field(default_factory=list)

    def list_reports(self, path: str, filter_id: int | None) -> list[Report]:
        """Return what a list shows, the newest first, undated last; equal dates in the order of the facts."""
        code = FILTERS.get(filter_id or 0)
        matches = [
            r for r in self.reports
            if r.path == path and (r.in_all if filter_id is None else r.agency == code)
        ]  # fmt: skip
        return sorted(matches, key=lambda r: r.date or dt.date.min, reverse=True)


def reports() -> list[Report]:
    """Return the reports of the repository's transcript whose number the year agrees with, dated within their year."""
    with (DATA / "raw" / "listing-transcript.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["report_number"].startswith(("OIG", "DA", "DD", "DS"))]
    codes = list(FILTERS.values())
    by_key: dict[tuple[str, str], Report] = {}
    for place, row in enumerate(rows):
        year = row["fiscal_year"]
        if not (year.isdigit() and 2003 <= int(year) <= 2026 and _agrees(row["report_number"], year)):
            continue
        # Several share a day, since dates are few; every eleventh has none.
        date = dt.date(int(year) - 1, 10, 1) + dt.timedelta(days=(place * 37) % 12 * 30)
        by_key.setdefault(
            (row["report_number"], year),
            Report(
                row["report_number"], row["title"], year, None if place % 11 == 0 else date,
                "FEMA" if place % 2 else codes[place // 2 % len(codes)],
                in_all=place % 17 != 3,
            ),
        )  # fmt: skip
    all_reports = list(by_key.values())
    all_reports[5:9] = [replace(r, path=ALERTS) for r in all_reports[5:9]]
    all_reports[9:11] = [replace(r, path=REPRISALS, agency="CBP", in_all=True) for r in all_reports[9:11]]
    return all_reports


def _agrees(number: str, year: str) -> bool:
    pairs = number.split("-")[1:3]
    return pairs[0] == year[2:] or (int(year) < 2007 and not number.startswith("OIG") and pairs[-1] == year[2:])


def newer(count: int) -> list[Report]:
    """Return reports that no capture of the repository knows, each newer than all others."""
    return [
        Report(
            f"OIG-26-{n:02d}", f"Made-up Audit of Programme {n * 7919}", "2026",
            dt.date(2026, 1, 1) + dt.timedelta(days=n), list(FILTERS.values())[n % 8],
        )
        for n in range(1, count + 1)
    ]  # fmt: skip
