"""Which list of oversight.gov is walked for an office, and what whole pages of it and of its reports are.

Belongs here: the filter by submitting office, and what each page must show to be believed: its columns, its place in
the list, whose reports they are. Does not: asking for a page, or reading one (see `page_reader.py`).

Where the id of an office in the filter was never seen, it is looked up in the filter itself, as the unfiltered list
shows it. That the filter is a selection under its parameter's name is inferred: none was seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from urllib.parse import urlsplit

from oig_pipeline.capture.html import parsed, words_of
from oig_pipeline.capture.listed_page import ListedPage, ListingRow
from oig_pipeline.capture.rows import Finding, Unreadable
from oig_pipeline.capture.source import Crawl
from oig_pipeline.domain.office import Office
from oig_pipeline.errors import CannotRun
from oig_pipeline.offices import OFFICES
from oig_pipeline.sources.oversight_gov.html_listing import read_html_list
from oig_pipeline.sources.oversight_gov.page_kind import PageForm, detect
from oig_pipeline.sources.oversight_gov.page_reader import read_page
from oig_pipeline.sources.oversight_gov.pages import (
    ListRow,
    PageKind,
    PageProblem,
    ProblemCode,
    ReportDetailPage,
)
from oig_pipeline.sources.oversight_gov.passages import fold
from oig_pipeline.sources.oversight_gov.site_facts import (
    BASE_URL,
    CRAWL_DELAY,
    HOSTS,
    LISTINGS,
    MAX_PAGE_SIZE,
    OFFICE_FILTER_IDS,
    OFFICE_PARAMETER,
    PAGE_SIZE_PARAMETER,
    list_page_url,
)
from oig_pipeline.sources.oversight_gov.text_listing import SHOWN_ROWS

_LIST = "federal"
_PATH = urlsplit(LISTINGS[_LIST]).path
_FILTER = f'select[name="{OFFICE_PARAMETER}"] option'
_COLUMNS = frozenset((ProblemCode.COLUMN_MISSING, ProblemCode.COLUMN_RENAMED, ProblemCode.COLUMN_UNKNOWN))
_DISTRUSTED = _COLUMNS | {ProblemCode.PAGE_CUT, ProblemCode.ROW_COUNT_DIFFERS}
"""Problems of a list that is not believed; what is wrong with a single value, a build names."""


@dataclass(frozen=True)
class OfficeList:
    """The list of federal reports, narrowed to those that one office submitted."""

    submitter: Office
    filter_id: int
    path: str = _PATH
    page_rows: int = MAX_PAGE_SIZE
    has_reports: bool = True

    @property
    def name(self) -> str:
        """The name of the list in folders and messages."""
        return f"{_LIST}.{self.office}"

    @property
    def office(self) -> str:
        """The code of the submitting office."""
        return self.submitter.code

    def url(self, base: str, page: int) -> str:
        """Return the address of a page, counted from 0, the newest reports first."""
        return list_page_url(
            f"{base}{self.path}", page, {OFFICE_PARAMETER: self.filter_id, PAGE_SIZE_PARAMETER: self.page_rows}
        )

    def shows(self, text: str) -> bool:
        """Return whether a text is a list of reports."""
        return detect(text, BASE_URL) == PageForm(PageKind.LIST, is_html=True)

    def read(self, text: str, page: int) -> ListedPage:
        """Return the rows of a page and their place in the list; a page past the end is none.

        Raises:
            Unreadable: it is not whole, has other columns, does not say its place, or shows reports of another office.
        """
        if not self.shows(text):
            raise _unreadable("a page without the list of reports")
        list_page = read_html_list(text, self.url(BASE_URL, page))
        _check_problems(list_page.problems, _DISTRUSTED)
        for row in list_page.rows:
            self._check_office(row.submitting_oig, row.title, is_needed=True)
        footer = SHOWN_ROWS.search(fold(words_of(text)))
        if footer is None or not list_page.rows:
            raise _unreadable("the page does not say which of how many reports it shows")
        first, _, total = (int(number.replace(",", "") or 0) for number in footer.groups())
        return ListedPage(tuple(map(_row, list_page.rows)), first, total)

    def report_path(self, row: ListingRow) -> str | None:
        """Return the path of the page about a row's report, or its address on another site."""
        return row.link

    def check_report(self, text: str, row: ListingRow) -> None:
        """Check that a text is the page about a row's report.

        Raises:
            Unreadable: it is no page of a report, not whole, or about another report.
        """
        page = read_page(text, BASE_URL)
        if not isinstance(page, ReportDetailPage):
            raise _unreadable("it is not the page of a report")
        _check_problems(page.problems, {ProblemCode.PAGE_CUT})
        self._check_office(page.submitting_oig, page.title, is_needed=False)
        names = (row.number, page.report_number) if row.number and page.report_number else (row.title, page.title)
        if len(set(map(_key, names))) > 1:
            raise _unreadable(f"the page is that of '{names[1]}', not of '{names[0]}'")

    def _check_office(self, spelling: str | None, title: str | None, *, is_needed: bool) -> None:
        if spelling is None and not is_needed:
            return
        office = OFFICES.of_name(spelling or "")
        if office is None or office.code != self.office:
            message = f"'{title}' is a report of '{spelling}'" if spelling else f"of '{title}' the office is not stated"
            raise _unreadable(f"{message}, where only those of '{self.submitter.spelling}' were asked for")


def lookup(office: Office) -> str | None:
    """Return the path of the list whose filter has the id of an office, None where the id is known."""
    return None if office.spelling in OFFICE_FILTER_IDS else _PATH


def office_lists(office: Office, text: str | None) -> tuple[OfficeList, ...]:
    """Return the list of the reports that an office submitted.

    Args:
        office: the office.
        text: the unfiltered list, where its filter must be read.

    Raises:
        CannotRun: the filter does not have the office.
        Unreadable: the text has no such filter.
    """
    if (filter_id := OFFICE_FILTER_IDS.get(office.spelling)) is not None:
        return (OfficeList(office, filter_id),)
    ids = _filter_ids(text or "")
    if not ids:
        raise _unreadable("the page has no filter of submitting offices")
    if office.code not in ids:
        raise CannotRun(
            f"--office: oversight.gov's filter does not have {office.code}; it has: {', '.join(sorted(ids))}"
        )
    return (OfficeList(office, ids[office.code]),)


CRAWL = Crawl(office_lists, lookup, CRAWL_DELAY)


def _filter_ids(text: str) -> dict[str, int]:
    """Return code or spelling → id, as a filter offers them."""
    options = [
        (fold(node.text()).lstrip("- "), node.attributes.get("value") or "") for node in parsed(text).css(_FILTER)
    ]
    return {OFFICES.spelled(words): int(value) for words, value in options if value.isdecimal()}


def _row(row: ListRow) -> ListingRow:
    texts = [f"{name}: {words}" for name, words in sorted(row.printed.items())]
    texts += [text.text for text in row.other]
    day = row.issue_date.isoformat() if row.issue_date else None
    return ListingRow(row.report_number, row.title, day, None, _on_site(row.url), "\n".join(texts))


def _on_site(url: str | None) -> str | None:
    """Return the path of an address on the site; one on another site as it is."""
    if url is None or (parts := urlsplit(url)).hostname not in HOSTS:
        return url
    return parts._replace(scheme="", netloc="", fragment="").geturl()


def _check_problems(problems: Iterable[PageProblem], distrusted: Set[ProblemCode]) -> None:
    for problem in problems:
        if problem.code in distrusted:
            raise _unreadable("the list's columns have changed: " * (problem.code in _COLUMNS) + problem.message)


def _key(name: str | None) -> str:
    return "".join(character for character in (name or "").casefold() if character.isalnum())


def _unreadable(message: str) -> Unreadable:
    return Unreadable(Finding("capture_unreadable", message))
