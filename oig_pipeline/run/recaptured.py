"""Findings from captures of one page at different times.

Belongs here: pages with far fewer rows than before, and columns that a listing no longer shows. Does not: what changed
in a row (see `curate/history.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from oig_pipeline.capture import html_table
from oig_pipeline.capture.absence import Evidence
from oig_pipeline.capture.reader import CaptureSummary
from oig_pipeline.capture.rows import Finding
from oig_pipeline.contract.names import LISTED_COLUMNS
from oig_pipeline.settings import MIN_ROWS

SHRANK, MISSING = "listing_shrank", "column_missing"
_NAMES = {column: name for name, column in LISTED_COLUMNS.items()}
_PAGE_AND_ORDER = re.compile(r"(?i)\b(?:page|order|sort)=[^&#]*&?")


def with_shrunk_listings(
    summaries: Sequence[CaptureSummary], min_ratio: float = MIN_ROWS
) -> tuple[CaptureSummary, ...]:
    """Return capture summaries with the findings that follow from captures of other times added.

    Args:
        summaries: a summary of each capture.
        min_ratio: the least ratio of a page's rows to those of the capture before it.
    """
    findings: dict[str, list[Finding]] = {}
    for path, finding in (*_shrunk(summaries, min_ratio), *_columns_gone(summaries)):
        findings.setdefault(path, []).append(finding)
    return tuple(replace(s, findings=(*s.findings, *findings.get(s.capture.path, ()))) for s in summaries)


def shrank(summary: CaptureSummary) -> bool:
    """Return whether a capture has far fewer rows than the one before, so missing rows prove nothing."""
    return any(finding.rule == SHRANK for finding in summary.findings)


def _shrunk(summaries: Iterable[CaptureSummary], min_ratio: float) -> Iterator[tuple[str, Finding]]:
    """Yield the captures with far fewer rows than the one of their page before; truncated ones do not count."""
    complete = (s for s in summaries if not s.is_cut and (s.status == "read" or s.evidence == Evidence.PAST_THE_END))
    for captures in _by_time(complete, lambda summary: summary.capture.url):
        for before, after in pairwise(captures):
            rows_before = max(summary.rows for summary in before)
            for summary in after:
                if summary.rows < min_ratio * rows_before:
                    capture_before = f"the capture before ({_name(before)})"
                    message = f"the page has {summary.rows} rows, where {capture_before} has {rows_before}"
                    yield summary.capture.path, Finding(SHRANK, message, 1, str(summary.rows))


def _columns_gone(summaries: Iterable[CaptureSummary]) -> Iterator[tuple[str, Finding]]:
    """Yield the captures that lack a column of the capture of their listing before."""
    with_columns = (s for s in summaries if s.rows and s.columns)
    for captures in _by_time(with_columns, lambda summary: (summary.layout, _listing(summary))):
        for before, after in pairwise(captures):
            columns_before = {column for summary in before for column in summary.columns}
            for summary in after:
                for column in sorted(columns_before - set(summary.columns)):
                    message = f"the listing shows {_NAMES[column]} no more, which it did before ({_name(before)})"
                    yield summary.capture.path, Finding(MISSING, message, 1, _NAMES[column])


def _listing(summary: CaptureSummary) -> str | None:
    """Return the address of a capture's listing: all pages of a table have the same."""
    url = summary.capture.url
    if url is None or summary.layout != html_table.NAME:
        return url
    return re.sub(r"[?&]+$", "", re.sub(r"#.*$", "", _PAGE_AND_ORDER.sub("", url)))


def _by_time(
    summaries: Iterable[CaptureSummary], key: Callable[[CaptureSummary], object]
) -> Iterator[list[list[CaptureSummary]]]:
    """Yield the captures of each page or listing by time, those of the same time in one list."""
    groups: dict[object, dict[object, list[CaptureSummary]]] = {}
    dated = (s for s in summaries if s.capture.url and s.capture.retrieved_at)
    for summary in sorted(dated, key=lambda summary: str(summary.capture.retrieved_at)):
        groups.setdefault(key(summary), {}).setdefault(summary.capture.retrieved_at, []).append(summary)
    yield from (list(times.values()) for times in groups.values())


def _name(captures: Sequence[CaptureSummary]) -> str:
    return min(summary.capture.path for summary in captures)
