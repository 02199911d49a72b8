"""Whether an answer is a page of the listing that was asked for.

Belongs here: what an answer must be to count as a page, and what else it may be instead. Does not: what is done about
it, or by which words a refusal is known (`capture/refusal.py`).

An empty page is believed only from a page that is plainly the listing's, so that no fault of the site is ever taken for
"no reports".
"""

from __future__ import annotations

import re
from math import inf
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from oig_pipeline.capture import absence, html_table
from oig_pipeline.capture.html import words_of
from oig_pipeline.capture.html_bounds import check_bounds
from oig_pipeline.capture.refusal import OF_ALL, refusal
from oig_pipeline.capture.rows import SUSPECT, Unreadable
from oig_pipeline.fetch.failures import FetchError
from oig_pipeline.fetch.session import Response
from oig_pipeline.fetch.walk import FetchedPage, ListingRow
from oig_pipeline.sources.oig_dhs_gov.listings import Listing

HTML = ("text/html", "application/xhtml+xml")
COLUMNS = {html_table.NUMBER, html_table.TITLE, html_table.DATE, html_table.YEAR}
"""The columns of a listing, by the class of their heading."""
_VIEW = ".view, .views-element-container"


def read_page(answer: Response, listing: Listing, page: int) -> FetchedPage:
    """Return the rows of an answer, none for a page past the end.

    Args:
        answer: the answer of the site.
        listing: the requested listing.
        page: the requested page, from 0.

    Raises:
        FetchError: the answer is not that page.
    """
    if answer.status in (401, 403):
        raise FetchError(f"the site refuses the page (status {answer.status})", ends_all=True)
    if answer.status != 200:
        raise FetchError(f"the page has status {answer.status}")
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in HTML:
        raise FetchError(f"the page is {kind or 'of no stated type'}, not HTML")
    try:
        text = answer.body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FetchError(f"the page is not UTF-8 (byte {error.start})") from None
    try:
        check_bounds(text)
    except Unreadable as error:
        raise FetchError(str(error)) from None
    tree = LexborHTMLParser(text)
    is_table = html_table.matches(text)
    if not is_table:
        _unlisted(text)
    if urlsplit(answer.url).path.rstrip("/") != listing.path:
        raise FetchError(f"the page led to {answer.url}, which is not the listing")
    if not re.search(r"</html\s*>\s*$", text, re.I):
        raise FetchError("the page breaks off before its end")
    if not is_table:
        return _past_the_end(text, tree, listing, page)
    _same_columns(tree)
    frame = html_table.read(text).frame
    if frame.is_empty():
        return _past_the_end(text, tree, listing, page)
    rows = frame.select(
        "listed_number", "listed_title", "listed_issue_date", "listed_fiscal_year", "listed_document_url"
    )
    return FetchedPage(page, tuple(ListingRow(*map(_folded, row)) for row in rows.iter_rows()))


def _unlisted(text: str) -> None:
    """Raise the fault that a page without a listing shows by its words or its form."""
    # A long page that speaks of such things is no listing either.
    if what := refusal(text, max_words=inf):
        raise FetchError(f"{what} instead of the listing", ends_all=what in OF_ALL)
    if what := absence.evidence(text, None):
        raise FetchError(f"{what} instead of the listing")


def _past_the_end(text: str, tree: LexborHTMLParser, listing: Listing, page: int) -> FetchedPage:
    """Return no rows for a page that is the listing's, and so may be empty."""
    headed = bool(tree.css("table th"))
    if tree.css_first(_VIEW) is None or (not headed and re.search(SUSPECT, words_of(text))):
        raise FetchError("a page without the listing's table, of which nothing says that it is empty")
    if page == 0 and listing.agency is None:
        raise FetchError("the first page of the listing has no rows")
    return FetchedPage(page, ())


def _same_columns(tree: LexborHTMLParser) -> None:
    heads = [set((head.attributes.get("class") or "").split()) for head in tree.css("table th")]
    columns = {next(iter(head & COLUMNS), "unknown") for head in heads}
    if columns != COLUMNS or len(heads) != len(COLUMNS):
        names = ", ".join(" ".join(head.text().split()) for head in tree.css("table th")) or "none"
        raise FetchError(f"the listing's columns have changed: {names}")


def _folded(value: str | None) -> str | None:
    return " ".join(value.split()) or None if value is not None else None
