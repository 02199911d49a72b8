"""Run-on cards: keyword pages saved as text, labels and values glued together.

Belongs here: this layout only. Does not: what the values mean.

A row ends in a label line, `Report NumberOIG-23-62Issue DateDocument FileDHS AgencyKeywordsFiscal Year2023`. Its title
stands above that line, mostly glued to the end of the line before; what follows a year is the title of the next row.
The first title of a page is usually lost, and stays missing: it is never borrowed from a neighbour.
"""

from __future__ import annotations

import re

from oig_pipeline.capture.furniture import BANNER, FURNITURE
from oig_pipeline.capture.rows import Finding, Layout, Rows, frame

NAME = "text_runon"
SUMMARY = "Executive Summary"
_LABELS = re.compile(
    r"""^(?:-[ ])?Report\ Number(?P<listed_number>.*?)Issue\ Date(?P<listed_issue_date>.*?)
    (?:Document\ File(?P<listed_document_url>.*?))?(?:DHS\ Agency(?P<listed_agency>.*?))?
    (?:Oversight\ Area(?P<area>.*?))?(?:Keywords(?P<keywords>.*?))?
    Fiscal\ Year(?P<listed_fiscal_year>\d{4,5})?(?P<next>.*)$""",
    re.X | re.M,
)
_GLUED = re.compile(r"^(?:- )?Report Number\S.*Issue Date.*Fiscal Year", re.M)
_VALUES = ("listed_number", "listed_issue_date", "listed_document_url", "listed_agency", "listed_fiscal_year")


def matches(text: str) -> bool:
    """Return whether a text holds a line of labels and values glued together."""
    return bool(_GLUED.search(text))


def read(text: str) -> Rows:
    """Return the rows of a page; lines that belong to none as findings."""
    columns: dict[str, list[str | None]] = {n: [] for n in (*_VALUES, "listed_title", "listed_summary", "topic")}
    lines: list[int] = []
    findings: list[Finding] = []
    topic: str | None = None
    above: list[tuple[int, str]] = []  # what stands between the last label line and this one
    for number, line in enumerate(text.split("\n"), start=1):
        labels = _LABELS.match(line)
        if labels is None:
            above.append((number, line.strip()))
            continue
        if not lines:
            topic, findings = _heading(above)
            above = []
        title, summary, stray = _parts(above)
        findings += [Finding("text_unread", "the line belongs to no row", n, words) for n, words in stray]
        for name in _VALUES:
            columns[name].append((labels[name] or "").strip() or None)
        columns["listed_title"].append(title)
        columns["listed_summary"].append(summary)
        columns["topic"].append(topic)
        lines.append(number)
        above = [(number, labels["next"].strip())]
    findings += [
        Finding("text_unread", "no label line follows", n, words)
        for n, words in above
        if words and not FURNITURE.match(words)
    ]
    return Rows(frame(columns, lines), tuple(findings))


def _heading(above: list[tuple[int, str]]) -> tuple[str | None, list[Finding]]:
    unknown = [(n, words) for n, words in above if words and not BANNER.match(words)]
    stray = [Finding("text_unread", "the line is neither heading nor furniture", n, words) for n, words in unknown[1:]]
    return (unknown[0][1] if unknown else None), stray


def _parts(above: list[tuple[int, str]]) -> tuple[str | None, str | None, list[tuple[int, str]]]:
    """Return title and summary of the lines above a label line, and what is neither."""
    words = [(n, w) for n, w in above if w]
    title = None
    if words and not words[0][1].startswith(SUMMARY):
        title = words.pop(0)[1]
    if words and words[0][1].startswith(SUMMARY):
        paragraphs = [words[0][1].removeprefix(SUMMARY).strip(), *(w for _, w in words[1:])]
        return title, "\n\n".join(filter(None, paragraphs)) or None, []
    return title, None, words


LAYOUT = Layout(NAME, matches, read)
