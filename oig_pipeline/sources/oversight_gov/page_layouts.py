"""The layouts of oversight.gov, as captures are read.

Belongs here: telling at little cost that a text is no page of the site. Does not: which page it is (see
`page_kind.py`), or its rows (see `page_rows.py`).
"""

from __future__ import annotations

from oig_pipeline.capture.rows import Layout, Rows
from oig_pipeline.capture.source import is_on
from oig_pipeline.domain.known_sources import HOSTS
from oig_pipeline.sources.oversight_gov.page_kind import detect
from oig_pipeline.sources.oversight_gov.page_reader import read_page
from oig_pipeline.sources.oversight_gov.page_rows import rows_of
from oig_pipeline.sources.oversight_gov.pages import PageKind

# What each page says of those that can be recognized without their address: labels, column heads, class names.
_SIGNS = (
    *("submitting oig", "participating oig", "better use", "questioned costs", "agency reviewed", "agencies reviewed"),
    *("sarc ", "agency wide", "report description", "number of recommendations", "recommendation number"),
    *("text of recommendation", "recommendation status", "field-report-date-issued", "node--type-report"),
    *("open recommendations", "oversight.gov"),
)


def layout_of(text: str, url: str | None) -> Layout | None:
    """Return the layout of a page of the site, None for any other text."""
    if not is_on(url, HOSTS):
        words = text.lower()
        if not any(sign in words for sign in _SIGNS):
            return None
    form = detect(text, url)
    if form is None:
        return None

    def read(text: str) -> Rows:
        return rows_of(read_page(text, url))

    name = f"{'html' if form.is_html else 'text'}_oversight_{form.kind}"
    has_header = form.kind is PageKind.LIST
    return Layout(name, lambda _: True, read, has_header=has_header)
