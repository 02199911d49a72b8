"""One page of oversight.gov, read.

Belongs here: choosing the layout of a page. Does not: any layout. Whatever text is given, the answer is a page or a
problem: nothing is raised.
"""

from __future__ import annotations

from collections.abc import Callable

from oig_pipeline.capture.rows import Unreadable
from oig_pipeline.sources.oversight_gov.html_listing import read_html_list
from oig_pipeline.sources.oversight_gov.html_pages import read_html_recommendation, read_html_report
from oig_pipeline.sources.oversight_gov.page_kind import detect
from oig_pipeline.sources.oversight_gov.pages import Page, PageKind, PageProblem, ProblemCode, UnknownPage
from oig_pipeline.sources.oversight_gov.passages import with_newlines
from oig_pipeline.sources.oversight_gov.single_recommendation import is_third_party, read_third_party
from oig_pipeline.sources.oversight_gov.text_listing import read_text_list
from oig_pipeline.sources.oversight_gov.text_pages import read_text_recommendation, read_text_report

_READERS: dict[tuple[PageKind, bool], Callable[[str, str | None], Page]] = {
    (PageKind.LIST, True): read_html_list,
    (PageKind.LIST, False): read_text_list,
    (PageKind.REPORT, True): read_html_report,
    (PageKind.REPORT, False): read_text_report,
    (PageKind.RECOMMENDATION, True): read_html_recommendation,
    (PageKind.RECOMMENDATION, False): read_text_recommendation,
}


def read_page(text: str, url: str | None = None) -> Page:
    """Return what a page says, with its problems; of an unknown page, the problem that it is none of this site.

    Args:
        text: the page, HTML or text; lines end in any way.
        url: its address, against which its links are resolved; None where it is not known.
    """
    text = with_newlines(text)
    form = detect(text, url)
    if form is None:
        message = "this is no page of oversight.gov that is known: neither a list, nor a report, nor a recommendation"
        return UnknownPage((PageProblem(ProblemCode.PAGE_UNKNOWN, 1, message),))
    if not form.is_html and form.kind is PageKind.RECOMMENDATION and is_third_party(text):
        return read_third_party(text)
    try:
        return _READERS[form.kind, form.is_html](text, url)
    except Unreadable as error:
        line, message = error.finding.line or 1, error.finding.message
        return UnknownPage((PageProblem(ProblemCode.PAGE_UNREADABLE, line, message, error.finding.value),))
