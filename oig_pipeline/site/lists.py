"""The lists through which reports are browsed: by office, topic, agency, fiscal year and series.

Belongs here: which lists there are, what each holds, and their pages. Does not: how a report is shown in them (a
template), or finding reports by words (see `search.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from oig_pipeline.domain.fiscal_year import first_day, last_day
from oig_pipeline.offices import AGENCIES
from oig_pipeline.release.files import year_name
from oig_pipeline.release.metadata.coverage import Coverage, NumberRange
from oig_pipeline.site import urls
from oig_pipeline.site.release_data import Key, Row
from oig_pipeline.site.render import Site, day, fragment, office_name
from oig_pipeline.site.report_pages import ReportPage, marks
from oig_pipeline.site.urls import INDEX, Places
from oig_pipeline.site.write import SiteWriter

FEEDS = "feeds"
PAGE_SIZE = 25
"""Reports on a page of a list; pages stay small enough to print and to scroll."""


@dataclass(frozen=True)
class Kind:
    """A way to browse.

    Attributes:
        folder: where its pages lie.
        title: its heading.
        about: what it is, as a sentence.
        heading: returns the heading of a name's page.
        note: a remark about a name; may be empty.
        has_full_summaries: whether its lists show full summaries, as the source's topic pages do.
        ordered: whether the lists are sorted by name, descending, instead of by their number of reports.
        span: the columns of reports by which coverage has the numbers that a list spans; empty for none.
        has_contents: whether a list says which fiscal years and agencies it holds, and where each year begins.
        filter_name: what the search page calls it, where it can filter by it.
        feeds: the path of the feed of a list, less what names the list; empty where they have none.
    """

    folder: str
    title: str
    about: str
    heading: Callable[[Any], str] = str
    note: Callable[[Any], str] = lambda _: ""
    has_full_summaries: bool = False
    ordered: bool = False
    span: tuple[str, ...] = ()
    has_contents: bool = False
    filter_name: str = ""
    feeds: str = ""


def _span(year: int | None) -> str:
    return "" if year is None else f"{day(first_day(year))} to {day(last_day(year))}"


def _succession(code: str) -> str:
    agency = AGENCIES[code]
    return f"Succeeded by {AGENCIES[agency.successor].name}." if agency.successor else ""


KINDS = (
    Kind(
        "offices",
        "Offices",
        "The Offices of Inspector General that issued the reports.",
        heading=office_name,
        has_contents=True,
        filter_name="office",
        feeds=f"{FEEDS}/office-",
    ),
    Kind(
        "topics",
        "Topics",
        "The oversight areas on whose pages the source lists its reports.",
        has_full_summaries=True,
        filter_name="topic",
    ),
    Kind(
        "agencies",
        "Agencies",
        "The agencies that reports concern. A report that concerns several stands under each.",
        heading=lambda code: AGENCIES[code].name,
        note=_succession,
        filter_name="agency",
        feeds=f"{FEEDS}/",
    ),
    Kind(
        "years",
        "Fiscal years",
        "Federal fiscal years run from 1 October to 30 September and are named for the year in which they end.",
        heading=lambda year: f"Fiscal year {year_name(year)}",
        note=_span,
        ordered=True,
        filter_name="year",
        span=("fiscal_year",),
    ),
    Kind(
        "series",
        "Series",
        "The families of report numbers. Each office has its own; each counts its numbers anew every fiscal year.",
        span=("office", "series"),
    ),
)


@dataclass(frozen=True)
class ReportList:
    """One list: its name, folder and reports, newest first, and of a series or a year the numbers that these span."""

    kind: Kind
    name: Any
    folder: str
    reports: list[ReportPage]
    numbers: NumberRange | None = None

    @property
    def heading(self) -> str:
        """The heading of its page."""
        return self.kind.heading(self.name)

    @property
    def note(self) -> str:
        """The remark about its name; may be empty."""
        return self.kind.note(self.name)

    @property
    def feed(self) -> str:
        """The path of its feed; empty where it has none."""
        return f"{self.kind.feeds}{self.folder.rpartition('/')[2]}.xml" if self.kind.feeds else ""

    @cached_property
    def years(self) -> tuple[int | None, int | None]:
        """The first and the last fiscal year of its reports that is known; None if none is."""
        years = [year for report in self.reports if (year := report.row["fiscal_year"]) is not None]
        return min(years, default=None), max(years, default=None)


def lists(reports: list[ReportPage], folders: Places, coverage: Coverage | None = None) -> dict[str, list[ReportList]]:
    """Return kind → its lists, in display order."""
    return {
        k.folder: list(_of_kind(k, reports, folders[k.folder], coverage or Coverage()))
        for k in KINDS
        if k.folder in folders
    }


def _of_kind(
    kind: Kind, reports: list[ReportPage], folders: dict[Any, str], coverage: Coverage
) -> Iterator[ReportList]:
    grouped: dict[Any, list[ReportPage]] = {}
    for report in reports:
        for name in urls.names(kind.folder, report.row):
            grouped.setdefault(name, []).append(report)
    for name in sorted(grouped, key=lambda n: -(n or 0) if kind.ordered else (-len(grouped[n]), n)):
        yield ReportList(kind, name, folders[name], grouped[name], _numbers(kind, grouped[name][0].row, coverage))


def _numbers(kind: Kind, row: Row, coverage: Coverage) -> NumberRange | None:
    """Return the numbers that a list with this report spans; None where it spans none that are known."""
    keys = {column: row[column] for column in kind.span}
    if not keys or None in keys.values():
        return None
    numbers = coverage.of(**keys)
    return numbers if numbers.reports else None


def write(
    report_lists: dict[str, list[ReportList]],
    folders: Places,
    scorecards: Mapping[str, list[Row]],
    site: Site,
    writer: SiteWriter,
) -> None:
    """Write the pages of all lists, and an index page for each kind; those of agencies show their scorecard."""

    # A report is in several lists, whose pages are all at the same depth.
    @cache
    def card(key: Key, is_full: bool) -> str:
        return fragment("card.html", "../../", places=folders, whole=is_full, **card_context(by_key[key]))

    by_key = {
        report.key: report
        for kind_lists in report_lists.values()
        for report_list in kind_lists
        for report in report_list.reports
    }
    for kind in (kind for kind in KINDS if kind.folder in report_lists):
        kind_lists = report_lists[kind.folder]
        top = f"{kind.folder}/{INDEX}"
        writer.page(top, site.render("lists.html", top, kind=kind, lists=kind_lists))
        for report_list in kind_lists:
            scores = scorecards.get(report_list.name, []) if kind.folder == "agencies" else []
            _write_list(report_list, card, folders, scores, site, writer)


def card_context(report: ReportPage) -> dict[str, Any]:
    """Return the template variables of a report's card."""
    return {"report": report.row, "place": urls.of_report(report.row), "marks": list(marks(report.row))}


def _contents(report_list: ReportList, folders: Places) -> dict[str, list[tuple[str, int, str]]]:
    """Return the fiscal years and agencies of a list's reports: name, number of reports, address from its page."""
    years = [report.row["fiscal_year"] for report in report_list.reports]
    agencies = Counter(code for report in report_list.reports for code in report.row["agencies"])
    first_pages = {year: urls.page("", years.index(year) // PAGE_SIZE + 1) for year in dict.fromkeys(years)}
    return {
        "Fiscal years": [
            (year_name(year), years.count(year), f".{page}#year-{year_name(year)}")
            for year, page in first_pages.items()
        ],
        "Agencies": [
            (AGENCIES[code].name, count, f"../../{folders['agencies'][code]}/{INDEX}")
            for code, count in agencies.most_common()
        ],
    }


def _write_list(
    report_list: ReportList,
    card: Callable[[Key, bool], str],
    folders: Places,
    scores: list[Row],
    site: Site,
    writer: SiteWriter,
) -> None:
    pages = [report_list.reports[n : n + PAGE_SIZE] for n in range(0, len(report_list.reports), PAGE_SIZE)]
    is_full = report_list.kind.has_full_summaries
    contents = _contents(report_list, folders) if report_list.kind.has_contents else {}
    writer.plan(urls.page(report_list.folder, number + 1) for number in range(len(pages)))
    for number, reports in enumerate(pages, start=1):
        path = urls.page(report_list.folder, number)

        def content(path: str = path, number: int = number, reports: list[ReportPage] = reports) -> str:
            cards = [(report.row["fiscal_year"], card(report.key, is_full)) for report in reports]
            return site.render(
                "list.html", path, listed=report_list, contents=contents, scores=scores, cards=cards, number=number,
                pages=len(pages),
            )  # fmt: skip

        digests = [report.digest for report in reports]
        writer.page(
            path,
            content,
            report_list.heading,
            len(report_list.reports),
            report_list.years,
            report_list.numbers,
            contents,
            scores,
            folders.get("offices"),
            site.wording.name,
            number,
            len(pages),
            *digests,
        )
