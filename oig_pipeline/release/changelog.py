"""A difference between releases, told as a change log.

Belongs here: the words and the order, as Markdown or plain text. Does not: finding differences (see `diff.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from oig_pipeline.offices import OFFICES
from oig_pipeline.release.diff import Change, Difference, ReportChange
from oig_pipeline.release.files import year_name

LONGEST_VALUE = 80
LEAD = 20
"""Characters shown before the place where two long values begin to differ."""
MAX_REPORTS = 200


@dataclass(frozen=True)
class _Style:
    """How headings, numbers, names and the data's own words are written."""

    heading: Callable[[int, str], str]
    strong: Callable[[str], str]
    name: Callable[[str], str]
    words: Callable[[str], str]


_PLAIN = _Style(lambda level, words: words, str, str, str)
_MARKDOWN = _Style(
    lambda level, words: f"{'#' * level} {words}",
    lambda words: f"**{words}**",
    lambda words: f"`{words}`",
    lambda words: re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", words),
)


def markdown(difference: Difference) -> str:
    """Return the change log of a difference as Markdown."""
    return "\n".join(_lines(difference, _MARKDOWN)) + "\n"


def text(difference: Difference) -> str:
    """Return the change log of a difference as plain text."""
    return "\n".join(_lines(difference, _PLAIN)) + "\n"


def entry_words(entry: Mapping[str, Any]) -> str:
    """Return what an entry of the version log says that changed."""
    return ": ".join(filter(None, (", ".join(counted(entry.get("changes", {}))), "; ".join(entry.get("why", ())))))


def counted(counts: dict[str, int]) -> list[str]:
    """Return counts by kind of change as words, e.g. "2 reports added"."""
    return [f"{_count(count, kind.split('_')[0][:-1])} {kind.split('_')[1]}" for kind, count in counts.items()]


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"


def _lines(d: Difference, style: _Style) -> Iterator[str]:
    yield style.heading(1, f"Changes from {d.old} to {d.new}")
    yield ""
    if not (d.counts() or d.quality or d.seen_again):
        yield "The releases hold the same reports, columns and rules."
        return
    parts = counted({kind: count for kind, count in d.counts().items() if kind.startswith("reports")})
    parts += [f"{_count(d.seen_again, 'report')} seen again unchanged"] * bool(d.seen_again)
    before, after = d.rows.get("reports", (0, 0))
    sightings = d.rows.get("sightings", (0, 0))
    yield f"{', '.join(parts) or 'No report differs'}."
    yield f"{before:,} \u2192 {after:,} reports, {sightings[0]:,} \u2192 {sightings[1]:,} sightings."
    yield f"A {d.step} change of the data's version."
    yield from _reports("Added", d.added, style)
    yield from _reports("Removed", d.removed, style)
    yield from _changed(d.changed, style)
    yield from _contract(d, style)
    yield from _quality(d, style)


def _reports(heading: str, reports: tuple[ReportChange, ...], style: _Style) -> Iterator[str]:
    if reports:
        yield from ("", style.heading(2, heading), "")
        for report in reports[:MAX_REPORTS]:
            title = style.words(" ".join((report.title or "").split()))
            yield f"- {style.strong(OFFICES.qualified(*report.key[:2]))} ({year_name(report.fiscal_year)}) {title}"
        yield from _rest(len(reports))


def _rest(count: int) -> Iterator[str]:
    if count > MAX_REPORTS:
        yield f"- \u2026 and {count - MAX_REPORTS:,} more; the JSON format names them all"


def _changed(changes: tuple[Change, ...], style: _Style) -> Iterator[str]:
    if not changes:
        return
    yield from ("", style.heading(2, "Changed"), "")
    reports = [(key, list(group)) for key, group in groupby(changes, lambda change: change.key)]
    for (office, number, year), fields in reports[:MAX_REPORTS]:
        yield f"- {style.strong(OFFICES.qualified(office, number))} ({year_name(year)})"
        for field in fields:
            before, after = map(style.words, _values(field.old, field.new))
            yield f"  - {style.name(field.column)}: {before} \u2192 {after}"
    yield from _rest(len(reports))


def _values(old: str | None, new: str | None) -> tuple[str, str]:
    """Return two values as words; of long ones the part where they begin to differ."""
    before, after = (" ".join((value or "").split()) for value in (old, new))
    if max(len(before), len(after)) <= LONGEST_VALUE:
        return before or "nothing", after or "nothing"
    pairs = enumerate(zip(before, after, strict=False))
    same = next((n for n, (old_char, new_char) in pairs if old_char != new_char), min(len(before), len(after)))
    earliest = max(same - LEAD, 0)
    # From the beginning of a word, if one begins in time.
    blank = before.find(" ", earliest, same)
    start = blank + 1 if earliest and blank >= 0 else earliest
    return _cut(before, start), _cut(after, start)


def _cut(words: str, start: int) -> str:
    end = start + LONGEST_VALUE
    return ("\u2026" * (start > 0) + words[start:end] + "\u2026" * (end < len(words))) if words else "nothing"


def _contract(d: Difference, style: _Style) -> Iterator[str]:
    if d.columns or d.rules_added or d.rules_removed or d.rules_changed or d.formats:
        yield from ("", style.heading(2, "Contract"), "")
    yield from (f"- {style.words(change)}" for change in d.formats)
    for column in d.columns:
        name = style.name(f"{column.table}.{column.column}")
        if column.old is None:
            yield f"- new column {name} ({column.new})"
        elif column.new is None:
            yield f"- column {name} is gone"
        else:
            yield f"- column {name}: {column.old} \u2192 {column.new}"
    yield from (f"- new rule {style.name(rule)}" for rule in d.rules_added)
    yield from (f"- rule {style.name(rule)} is gone" for rule in d.rules_removed)
    yield from (f"- rule {style.name(rule)}: {old} \u2192 {new}" for rule, old, new in d.rules_changed)


def _quality(d: Difference, style: _Style) -> Iterator[str]:
    if d.quality:
        yield from ("", style.heading(2, "Quality"), "")
        for count in d.quality:
            yield f"- {style.name(count.rule)} ({count.severity}): {count.old:,} \u2192 {count.new:,}"
