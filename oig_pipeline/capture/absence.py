"""What a page proves that holds no report.

Belongs here: the evidence for each of the claims that a page has no reports: its form, its heading, the words of an
empty result. Does not: reading rows, or what becomes of a page that proves nothing, which is an error of its capture.

A refusal, an error of the server or a notice of maintenance can stand at any address. So nothing follows from what a
page lacks: each claim rests on what stands there.
"""

from __future__ import annotations

import re
from enum import StrEnum
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from oig_pipeline.capture.boilerplate import BANNER, is_boilerplate, is_empty_result
from oig_pipeline.capture.html import parsed, text_of, words_of
from oig_pipeline.capture.refusal import refusal
from oig_pipeline.capture.rows import BULLET, SUSPECT
from oig_pipeline.domain.foreign_number import mentions_number


class Evidence(StrEnum):
    """What a page proves to be that holds no reports, in words."""

    ONGOING = "the list of ongoing projects"
    PRESS_RELEASE = "a press release"
    NO_REPORTS = "a page of the list without reports (press releases only)"
    PAST_THE_END = "a page past the end of the listing"
    FILTERED = "a listing without a report of what its filter asks for"
    EMPTY_FIRST = "the listing has no rows, though it is the first page"


_PROJECTS = r"New\s+Title\s+Project Objective\s+(?:[A-Z]+ )?Component\s+Mission Area"
_RELEASE = r"(?im)^[ \t]*for immediate release\b"
_NEWS = re.compile(r"(?i)\b(?:news(?:room)?|press(?: releases?)?|media|announcements?|(?<!financial )statements?)\b")
# What titles of press releases say, and titles of reports do not.
_NEWS_TITLE = re.compile(
    r"(?i)\b(?:announc\w+|statement|sentenced|pleads?|pleaded|guilty|indict\w+|convicted|arrest\w+|charged|testif\w+"
    r"|testimony|hosts?|hosted|welcomes?|releases?|appoint\w+|sworn|swears|names|launches|remarks|hearing|honou?rs"
    r"|scams?|warns?|press|media|news)\b"
)
_VIEW = ".view, .views-element-container"
_BOILERPLATE = "nav, footer, header, aside, form, script, style, template, .pager, .pagination"
_FILLERS = frozenset(("a", "an", "and", "by", "for", "in", "of", "on", "or", "the", "to", "with", "s"))
_FILTER = re.compile(r"[?&]field_\w+=(?!All\b|&|$)[^&]+")
_TOPIC = re.compile(r"/taxonomy/term/\d+$")
_HEADINGS = frozenset(("reports", "audits inspections evaluations", "management alerts", "publications"))
_FAILED = '[class*="--error"], .error, .alert-danger, [aria-busy="true"]'
_NOTICE = f'{_FAILED}, [role="alert"], .alert, .messages, .spinner, .loader, .loading'
# Words that no label of the site has, and that say why a list may be lacking.
_TROUBLE = re.compile(
    r"(?i)\b(?:errors?|exception|fail(?:ed|ure|s)|refused|unavailable|tim(?:ed ?|e)-?out|loading|please wait|denied"
    r"|blocked|offline|outage|disabled)\b|SQLSTATE"
)
_LONGEST_LABEL = 7  # words; what is longer, or a sentence, says something that must be understood


def evidence(text: str, url: str | None) -> Evidence | None:
    """Return what a page that no layout reads is, where the page proves that it holds no reports; else None.

    Args:
        text: the page, whole.
        url: the address from which it was obtained.
    """
    words = words_of(text)
    if re.search(_PROJECTS, words):
        return Evidence.ONGOING
    if refusal(text) is not None or re.search(SUSPECT, words) or mentions_number(words):
        return None
    if re.search(_RELEASE, words):
        return Evidence.PRESS_RELEASE
    if _is_empty_view(text, url):
        if is_later_page(url):
            return Evidence.PAST_THE_END
        return Evidence.FILTERED if _FILTER.search(url or "") else Evidence.EMPTY_FIRST
    return Evidence.NO_REPORTS if _is_news(text, url) else None


def header_is_all(text: str) -> bool:
    """Return whether a page with the headings of a listing's columns, and no row, says nothing that is not understood.

    Args:
        text: the page, whole.
    """
    if refusal(text) is not None:
        return False
    if not _is_html(text):
        unknown = [line for line in _lines(text) if not (is_boilerplate(line) or is_empty_result(line))]
        # The page's heading and the columns'.
        return len(unknown) <= 2 and not any(map(_TROUBLE.search, unknown))
    page = parsed(text)
    columns = page.css("th[class*=views-field-]")
    return len(columns) > 1 and not _shows(page, _NOTICE) and not any(map(_speaks, _body_lines(page)))


def is_later_page(url: str | None) -> bool:
    """Return whether an address names a page of a listing after the first (`?page=N`, N from 1)."""
    return bool(url and re.search(r"[?&]page=0*[1-9]", url))


def _is_html(text: str) -> bool:
    return text.lstrip()[:1] == "<"


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _is_empty_view(text: str, url: str | None) -> bool:
    """Return whether a page has the heading of the listing and an empty view."""
    if not _is_html(text):
        lines = [line for line in _lines(text) if not is_boilerplate(line)]
        return len(lines) == 2 and is_empty_result(lines[1]) and _is_heading_of(lines[0], url)
    page = parsed(text)
    if not _is_heading_of(text_of(page.css_first("h1")), url):
        return False
    has_view = page.css_first(_VIEW) is not None
    has_notice, has_failed = _shows(page, _NOTICE), _shows(page, _FAILED)
    body_lines = _body_lines(page)
    view_lines = [line for view in page.css(_VIEW) for line in _lines(view.text())]
    if any(not (is_boilerplate(line) or is_empty_result(line)) for line in view_lines):
        return False
    # A view that says that it has no results proves it beside a notice; one that says nothing may have failed.
    says_so = any(map(is_empty_result, [*body_lines, *view_lines]))
    is_proof = (says_so and not has_failed) or (has_view and not has_notice)
    return is_proof and not any(map(_speaks, body_lines))


def _shows(page: LexborHTMLParser, selector: str) -> bool:
    """Return whether a page shows an element of a selector: one with words in it, or one that is busy."""
    return any(text_of(node) or "aria-busy" in node.attributes for node in page.css(selector))


def _body_lines(page: LexborHTMLParser) -> list[str]:
    """Return the lines of a page without its boilerplate and its heading; removes both from `page`."""
    for node in page.css(f"{_BOILERPLATE}, h1"):
        node.decompose()
    return _lines(page.body.text(separator="\n").replace("\x1e", "\n")) if page.body is not None else []


def _speaks(line: str) -> bool:
    """Return whether a line is a sentence, and so no label, link or heading."""
    if is_boilerplate(line) or is_empty_result(line):
        return False
    is_sentence = line.endswith((".", "!", "?")) or len(line.split()) > _LONGEST_LABEL
    return is_sentence or bool(_TROUBLE.search(line))


def _is_heading_of(heading: str | None, url: str | None) -> bool:
    """Return whether a heading is that of the listing at an address: its path spells it out, or names a topic."""
    if not heading or not url:
        return False
    path = urlsplit(url).path.rstrip("/")
    words = _content_words(heading)
    if _TOPIC.search(path):
        return True
    return (
        " ".join(words) in _HEADINGS
        if path.endswith(("/reports", ".php"))
        else words == _content_words(path[path.rfind("/") :])
    )


def _content_words(text: str) -> list[str]:
    return [word for word in re.findall(r"[a-z0-9]+", text.lower()) if word not in _FILLERS]


def _is_news(text: str, url: str | None) -> bool:
    """Return whether a page is a list of press releases: it says so, or all titles of it are such as they bear."""
    if _is_html(text):
        page = parsed(text)
        heading = text_of(page.css_first("h1, h2"))
        titles = [text_of(_title(row)) for row in page.css(".views-row")]
    else:
        head, *rows = re.split(BULLET, "\n" + text)
        heading = next((line for line in _lines(head) if not BANNER.match(line)), None)
        titles = [next(iter(_lines(row)), None) for row in rows]
    if not heading or not titles or not all(titles):
        return False
    says_so = _NEWS.search(heading) or re.search(r"(?i)/(?:news|press)", url or "")
    return bool(says_so) or all(_NEWS_TITLE.search(title or "") for title in titles)


def _title(row: LexborNode) -> LexborNode | None:
    return row.css_first("h2, h3, h4, a") or row
