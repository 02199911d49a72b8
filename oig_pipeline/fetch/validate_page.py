"""Whether an answer is the page that was asked for.

Belongs here: what an answer must be to count as a page of any source, and what else it may be instead. Does not: what
is done about it, by which words a refusal is known (`capture/refusal.py`), or what a page of one source must show
(`sources/`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from math import inf
from typing import TypeVar
from urllib.parse import urlsplit

from oig_pipeline.capture import absence
from oig_pipeline.capture.html_bounds import check_bounds
from oig_pipeline.capture.listed_page import SourceListing
from oig_pipeline.capture.refusal import OF_ALL, refusal
from oig_pipeline.capture.rows import Unreadable
from oig_pipeline.fetch.failures import FetchError
from oig_pipeline.fetch.session import Response
from oig_pipeline.fetch.walk import FetchedPage

HTML = ("text/html", "application/xhtml+xml")
T = TypeVar("T")


def read_page(answer: Response, listing: SourceListing, page: int) -> FetchedPage:
    """Return the rows of an answer, none for a page past the end.

    Args:
        answer: the answer of the site.
        listing: the requested listing.
        page: the requested page, from 0.

    Raises:
        FetchError: the answer is not that page.
    """
    text = _text_of(answer)
    if not listing.shows(text):
        _refuse_other(text, "the listing")
        if what := absence.evidence(text, None):
            raise FetchError(f"{what} instead of the listing")
    if urlsplit(answer.url).path.rstrip("/") != listing.path:
        raise FetchError(f"the page led to {answer.url}, which is not the listing")
    _check_end(text)
    try:
        shown_page = listing.read(text, page)
    except Unreadable as error:
        raise FetchError(str(error)) from None
    return FetchedPage(page, shown_page.rows, first=shown_page.first, total=shown_page.total)


def read_other(answer: Response, what: str, read: Callable[[str], T]) -> T:
    """Return what is read of an answer that is no page of a listing.

    Args:
        answer: the answer of the site.
        what: what was asked for, in words.
        read: reads the page; raises `Unreadable` where it is another one.

    Raises:
        FetchError: it is another page, or not whole.
    """
    text = _text_of(answer)
    try:
        content = read(text)
    except Unreadable as error:
        _refuse_other(text, what)
        raise FetchError(str(error)) from None
    _check_end(text)
    return content


def _text_of(answer: Response) -> str:
    """Return the text of an answer.

    Raises:
        FetchError: it is no page that can be read.
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
    return text


def _refuse_other(text: str, instead_of: str) -> None:
    """Raise the fault that a page shows by its words or its form."""
    # A long page that speaks of such things is no page of a source either.
    if what := refusal(text, max_words=inf):
        raise FetchError(f"{what} instead of {instead_of}", ends_all=what in OF_ALL)


def _check_end(text: str) -> None:
    if not re.search(r"</html\s*>\s*$", text, re.I):
        raise FetchError("the page breaks off before its end")
