"""Outcomes on a terminal.

Belongs here: tables, colours and progress for people. Does not: commands, or what an outcome means (`gate/`).
"""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from oig_pipeline import gate, pipeline
from oig_pipeline.contract.rule import Rule
from oig_pipeline.contract.rules import BY_CODE
from oig_pipeline.gate.faults import Verdict
from oig_pipeline.pipeline import Outcome

if TYPE_CHECKING:
    from oig_pipeline.publish.explain import Explanation, Published

MOST_ERRORS = 50
_CONTROLS = {code: 0x2400 + code for code in range(32) if chr(code) != "\n"} | {0x7F: 0x2421, 0x9B: 0x241B}
_CONTROLS |= {code: 0xFFFD for code in range(0x80, 0xA0) if code not in _CONTROLS}
LONGEST_WORDS = 120
"""Most characters of a value where it is explained."""
NARROW = 28
"""Widest cell, in characters, that a table never folds."""


@contextmanager
def progress(quiet: bool) -> Iterator[pipeline.Progress]:
    """Give what shows progress on a terminal that people look at, and nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield pipeline.silent
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("")
        yield lambda stage, done, total: bar.update(task, description=stage, completed=done, total=total)


def print_outcome(outcome: Outcome, verdict: Verdict, seconds: float, place: str | None = None) -> None:
    """Print what a build or a check came to, and what to do next.

    Args:
        outcome: what it came to.
        verdict: what of it fails.
        seconds: how long it took.
        place: the curated folder or address that was built to, None for the one that is asked by default.
    """
    console = _console()
    facts = gate.summary(outcome, seconds)
    console.print(
        f"{facts['captures']} captures, {facts['sightings']} sightings: "
        f"{facts['published']} published as {facts['reports']} reports, {facts['quarantined']} quarantined."
    )
    settled = gate.acknowledged(outcome)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading, justify in (("Rule", "left"), ("Severity", "left"), ("Rows", "right"), ("", "left")):
        table.add_column(heading, justify=justify)  # type: ignore[arg-type]
    for code, count in facts["violations"].items():
        said = f"{settled[code]} acknowledged" if code in settled else ""
        table.add_row(code, "error", str(count), said, style="red" if settled.get(code, 0) < count else None)
    for code, count in facts["warnings"].items():
        table.add_row(code, "warning", str(count), "noted" if BY_CODE[code].scope == "capture" else "flagged")
    if table.row_count:
        console.print()
        console.print(table)
    _print_failing(console, verdict)
    _print_notes(console, outcome)
    _print_next(console, outcome, verdict, facts, place)


def _print_failing(console: Console, verdict: Verdict) -> None:
    if verdict.failing:
        console.print()
    for fault in verdict.failing[:MOST_ERRORS]:
        style = "red" if fault.rule.severity == "error" else "yellow"
        console.print(visible(f"{fault.place}: {fault.rule.code}: {fault.message}"), style=style, soft_wrap=True)
        console.print(f"    {fault.rule.remedy}", soft_wrap=True)
    if more := len(verdict.failing[MOST_ERRORS:]) + verdict.untold:
        console.print(f"… and {more} more; {_program()} check --format json names them all", soft_wrap=True)


def _print_notes(console: Console, outcome: Outcome) -> None:
    judged = outcome.judged
    notes = [f"{t.capture.path}: {t.note}" for t in judged.readings if t.note and t.status in ("read", "not_a_listing")]
    notes += [
        f"correction in line {c.line} is unused: no row is {dict(c.where)}" for c in judged.settled.unused
    ]  # fmt: skip
    if notes:
        console.print()
    for note in notes:
        console.print(visible(f"Note: {note}"), soft_wrap=True)


def _print_next(console: Console, outcome: Outcome, verdict: Verdict, facts: dict[str, Any], place: str | None) -> None:
    console.print()
    if outcome.release is not None:
        said = "published" if outcome.release.is_new else "up to date"
        if not outcome.release.is_new and outcome.release.before is not None:
            said = f"published before; latest moves to it from {outcome.release.before}"
        console.print(f"Release {outcome.release.id} ({said}, {facts['seconds']} s): {facts['path']}", soft_wrap=True)
        if outcome.site is not None:
            console.print(f"Site: {outcome.site.resolve() / 'index.html'}", soft_wrap=True)
        where = f" --release {shlex.quote(place)}" if place else ""
        console.print(f'Next: {_program()} query "FROM reports_by_agency"{where}', soft_wrap=True)
    elif outcome.rejected is not None:
        console.print(f"The last release stays. What was rejected lies in {facts['path']}", soft_wrap=True)
    elif verdict.status == gate.CLEAN:
        console.print(
            f"Clean: no violation, or acknowledged ones only. Checked in {facts['seconds']} s; nothing was written.",
            soft_wrap=True,
        )
    else:
        console.print(f"Not clean. Checked in {facts['seconds']} s; nothing was written.", soft_wrap=True)


def _program() -> str:
    """Return how the reader of these lines calls this program."""
    if shutil.which("oig"):
        return "oig"
    called = Path(sys.argv[0])
    return "python -m oig_pipeline" if called.suffix == ".py" else shlex.quote(str(called))


def print_rows(names: list[str], rows: list[tuple[Any, ...]]) -> None:
    """Print the rows of a query as a table."""
    cells = [[_cell(value) for value in row] for row in rows]
    table = Table(box=None, pad_edge=False, header_style="bold")
    needed = 0
    for position, name in enumerate(names):
        numeric = any(isinstance(row[position], int | float) for row in rows)
        width = max(len(name), *(min(len(row[position]), NARROW) for row in cells), 0)
        needed += width + 2
        table.add_column(name, justify="right" if numeric else "left", overflow="fold", min_width=width)
    for row in cells:
        table.add_row(*row)
    console = _console()
    # Narrow columns are never folded: where the terminal is too small, its lines are.
    console.print(table, width=max(console.width, needed), soft_wrap=True, crop=False)
    console.print(f"{len(rows)} {'row' if len(rows) == 1 else 'rows'}")


def print_rule(rule: Rule) -> None:
    """Print what a rule is for, when it is broken and what mends that."""
    console = _console()
    console.print(f"{rule.code} ({rule.severity}, judges {rule.column})", style="bold")
    console.print(rule.why)
    console.print(f"Remedy: {rule.remedy}")
    effect = (
        "its row is quarantined" if rule.severity == "error" else "the code stands among the report's quality_flags"
    )
    console.print(f"Broken: {'the capture is listed' if rule.scope == 'capture' else effect}.")


def print_explanation(explanation: Explanation) -> None:
    """Print where each value of the reports of a number comes from, and what was not published and why."""
    console = _console()
    for n, report in enumerate(explanation.published):
        heading = visible(f"{report.report_number}, fiscal year {report.fiscal_year}: {report.title}")
        console.print("\n" * bool(n) + heading, style="bold")
        table = Table(box=None, pad_edge=False, header_style="bold")
        for name in ("Value", "Published", "Capture and line", "As the page says it"):
            table.add_column(name, overflow="fold")
        for value in report.values:
            shown = (value.field, _short(value.value))
            for source in value.sources:
                table.add_row(*map(visible, (*shown, f"{source.capture}:{source.line}", _short(source.words))))
                shown = ("", "")
            if value.is_known and not value.sources:
                table.add_row(*map(visible, shown))
        console.print(table)
        _print_facts(console, report)
    for row in explanation.quarantined:
        said = " (acknowledged)" if row.acknowledged else ""
        why = f"{row.capture}:{row.line}: not published{said}: {row.rule}: {row.message}"
        named = ": ".join(filter(None, (row.listed_number, row.listed_title)))
        for line in (why, f"    {named}", f"    {row.remedy}"):
            console.print(visible(line), soft_wrap=True)


def _print_facts(console: Console, report: Published) -> None:
    times = sorted({str(s["retrieved_at"]) for s in report.sightings if s["retrieved_at"]})
    seen = f", {times[0]} to {times[-1]}" if times else ""
    lines = [f"Seen {len(report.sightings)} times{seen}." if len(report.sightings) > 1 else f"Seen once{seen}."]
    lines += [f"Nothing listed: {', '.join(v.field for v in report.values if not v.is_known)}"]
    lines += [f"Broken: {code}: {message}" for code, message in report.broken.items()]
    lines.append(f"Kept: {', '.join(report.passed)}")
    lines += [
        f"{row['new_seen']}: {row['field']}: {_short(row['old_value'])} \u2192 {_short(row['new_value'])}"
        for row in report.history
    ]
    lines += [
        f"Release {r['release']}{' (' + r['version'] + ')' if r['version'] else ''}: {r['change']}"
        for r in report.releases
    ]
    for line in lines:
        console.print(visible(line), soft_wrap=True)


def _short(value: Any) -> str:
    words = " ".join(_cell(value).split())
    return words if len(words) <= LONGEST_WORDS else words[: LONGEST_WORDS - 1] + "\u2026"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return visible(", ".join(map(str, value)) if isinstance(value, list) else str(value))


def visible(text: str) -> str:
    """Return a text in which control characters are seen instead of obeyed; line breaks stay."""
    return text.translate(_CONTROLS)


def _console() -> Console:
    # Listings are data: brackets in them are no markup, and nothing in them is highlighted.
    return Console(markup=False, highlight=False, emoji=False)
