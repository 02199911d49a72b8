"""The lists through which reports are browsed: by topic, agency, fiscal year and series.

Belongs here: which lists there are, what each holds, and their pages. Does not: how a report is shown in them (a
template), or finding reports by words (see `search.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from oig_pipeline.domain.agencies import BY_CODE
from oig_pipeline.domain.fiscal_year import first_day, last_day
from oig_pipeline.site import urls
from oig_pipeline.site.render import Site, day, fragment
from oig_pipeline.site.report_pages import Told, marks
from oig_pipeline.site.urls import INDEX, Places
from oig_pipeline.site.write import Writer

PAGE_SIZE = 25
"""Reports on a page of a list; pages stay small enough to print and to scroll."""


@dataclass(frozen=True)
class Kind:
    """A way to browse.

    Attributes:
        folder: where its pages lie.
        title: its heading.
        about: what it is, as a sentence.
        heading: what a name's page is headed with.
        note: what is to be said of a name, or nothing.
        whole: whether its lists show summaries whole, as the source's topic pages do.
        ordered: by name, the last one first, else by how many reports stand under it.
    """

    folder: str
    title: str
    about: str
    heading: Callable[[Any], str] = str
    note: Callable[[Any], str] = lambda _: ""
    whole: bool = False
    ordered: bool = False


def _span(year: int) -> str:
    return f"{day(first_day(year))} to {day(last_day(year))}"


def _succession(code: str) -> str:
    agency = BY_CODE[code]
    return f"Succeeded by {BY_CODE[agency.successor].name}." if agency.successor else ""


KINDS = (
    Kind(
        "topics",
        "Topics",
        "The oversight areas on whose pages the source lists its reports.",
        whole=True,
    ),
    Kind(
        "agencies",
        "Agencies",
        "The agencies that reports concern. A report that concerns several stands under each.",
        heading=lambda code: BY_CODE[code].name,
        note=_succession,
    ),
    Kind(
        "years",
        "Fiscal years",
        "Federal fiscal years run from 1 October to 30 September and are named for the year in which they end.",
        heading=lambda year: f"Fiscal year {year}",
        note=_span,
        ordered=True,
    ),
    Kind(
        "series",
        "Series",
        "The families of report numbers.",
    ),
)


@dataclass(frozen=True)
class Listed:
    """One list: its name, its folder, and its reports, newest first."""

    kind: Kind
    name: Any
    folder: str
    reports: list[Told]

    @property
    def heading(self) -> str:
        """What its page is headed with."""
        return self.kind.heading(self.name)

    @property
    def note(self) -> str:
        """What is to be said of it."""
        return self.kind.note(self.name)

    @cached_property
    def years(self) -> tuple[int, int]:
        """The first and the last fiscal year of its reports."""
        found = [told.row["fiscal_year"] for told in self.reports]
        return min(found), max(found)


def lists(told: list[Told], folders: Places) -> dict[str, list[Listed]]:
    """Return kind → its lists, in the order in which they are shown."""
    return {kind.folder: list(_of_kind(kind, told, folders[kind.folder])) for kind in KINDS}


def _of_kind(kind: Kind, told: list[Told], folders: dict[Any, str]) -> Iterator[Listed]:
    grouped: dict[Any, list[Told]] = {}
    for report in told:
        for name in urls.names(kind.folder, report.row):
            grouped.setdefault(name, []).append(report)
    order = sorted(grouped, reverse=True) if kind.ordered else sorted(grouped, key=lambda n: (-len(grouped[n]), n))
    for name in order:
        yield Listed(kind, name, folders[name], grouped[name])


def write(found: dict[str, list[Listed]], folders: Places, site: Site, writer: Writer) -> None:
    """Write the pages of all lists, and of each kind one that names its lists."""

    # A report stands in several lists, whose pages all lie at the same depth.
    @cache
    def card(number: str, year: int, whole: bool) -> str:
        return fragment("card.html", "../../", places=folders, whole=whole, **shown(by_key[number, year]))

    by_key = {told.key: told for own in found.values() for listed in own for told in listed.reports}
    for kind in KINDS:
        own = found[kind.folder]
        top = f"{kind.folder}/{INDEX}"
        writer.page(top, site.render("lists.html", top, kind=kind, lists=own))
        for listed in own:
            _write_list(listed, card, site, writer)


def shown(told: Told) -> dict[str, Any]:
    """Return what a list shows of a report."""
    return {"report": told.row, "place": urls.of_report(told.row), "marks": list(marks(told.row))}


def _write_list(listed: Listed, card: Callable[[str, int, bool], str], site: Site, writer: Writer) -> None:
    pages = [listed.reports[n : n + PAGE_SIZE] for n in range(0, len(listed.reports), PAGE_SIZE)]
    whole = listed.kind.whole
    for number, reports in enumerate(pages, start=1):
        path = urls.page(listed.folder, number)

        def content(path: str = path, number: int = number, reports: list[Told] = reports) -> str:
            cards = [card(*told.key, whole) for told in reports]
            return site.render("list.html", path, listed=listed, cards=cards, number=number, pages=len(pages))

        made_of = [told.digest for told in reports]
        writer.page(path, content, listed.heading, len(listed.reports), listed.years, number, len(pages), *made_of)
