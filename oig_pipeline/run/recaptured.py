"""What captures of one page, made at different times, tell of one another.

Belongs here: pages with far fewer rows than before, and columns that a listing no longer shows. Does not: what changed
in a row (see `curate/history.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from oig_pipeline.capture import html_table
from oig_pipeline.capture.absence import PAST_THE_END
from oig_pipeline.capture.reader import Told
from oig_pipeline.capture.rows import Finding
from oig_pipeline.contract.names import LISTED
from oig_pipeline.settings import MIN_ROWS

SHRANK, MISSING = "listing_shrank", "column_missing"
_NAMES = {column: name for name, column in LISTED.items()}
_PAGE_AND_ORDER = re.compile(r"(?i)\b(?:page|order|sort)=[^&#]*&?")


def compared(readings: Sequence[Told], min_ratio: float = MIN_ROWS) -> tuple[Told, ...]:
    """Return what captures are, with what those of other times tell of them among their findings.

    Args:
        readings: what each capture is.
        min_ratio: the share of the rows of the capture before that a page must have.
    """
    found: dict[str, list[Finding]] = {}
    for path, finding in (*_shrunk(readings, min_ratio), *_columns_gone(readings)):
        found.setdefault(path, []).append(finding)
    return tuple(
        replace(told, findings=(*told.findings, *found[told.capture.path])) if told.capture.path in found else told
        for told in readings
    )


def shrank(told: Told) -> bool:
    """Return whether a capture has far fewer rows than the one before, so that nothing follows from what it lacks."""
    return any(finding.rule == SHRANK for finding in told.findings)


def _shrunk(readings: Iterable[Told], min_ratio: float) -> Iterator[tuple[str, Finding]]:
    """Yield the captures with far fewer rows than the one of their page before; those that break off do not count."""
    whole = (t for t in readings if not t.is_cut and (t.status == "read" or t.note == PAST_THE_END))
    for captures in _by_time(whole, lambda told: told.capture.url):
        for before, after in pairwise(captures):
            least = min(told.rows for told in after)
            most = max(told.rows for told in before)
            if least < min_ratio * most:
                for told in (told for told in after if told.rows < min_ratio * most):
                    said = f"the page has {told.rows} rows, where the capture before ({_name(before)}) has {most}"
                    yield told.capture.path, Finding(SHRANK, said, 1, str(told.rows))


def _columns_gone(readings: Iterable[Told]) -> Iterator[tuple[str, Finding]]:
    """Yield the captures that show a column no more which the one of their listing before showed."""
    known = (told for told in readings if told.rows and told.columns)
    for captures in _by_time(known, lambda told: (told.layout, _listing(told))):
        for before, after in pairwise(captures):
            shown = {column for told in before for column in told.columns}
            for told in after:
                for column in sorted(shown - set(told.columns)):
                    said = f"the listing shows {_NAMES[column]} no more, which it did before ({_name(before)})"
                    yield told.capture.path, Finding(MISSING, said, 1, _NAMES[column])


def _listing(told: Told) -> str | None:
    """Return the address at which a capture's columns stay the same: all pages of a table have the same."""
    url = told.capture.url
    if url is None or told.layout != html_table.NAME:
        return url
    return re.sub(r"[?&]+$", "", re.sub(r"#.*$", "", _PAGE_AND_ORDER.sub("", url)))


def _by_time(readings: Iterable[Told], key: Callable[[Told], object]) -> Iterator[list[list[Told]]]:
    """Yield the captures of each page or listing, in order, those of one time together."""
    groups: dict[object, dict[object, list[Told]]] = {}
    for told in sorted(
        (t for t in readings if t.capture.url and t.capture.retrieved_at), key=lambda t: str(t.capture.retrieved_at)
    ):
        groups.setdefault(key(told), {}).setdefault(told.capture.retrieved_at, []).append(told)
    yield from (list(times.values()) for times in groups.values())


def _name(captures: Sequence[Told]) -> str:
    return min(told.capture.path for told in captures)
