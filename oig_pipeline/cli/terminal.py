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

from oig_pipeline import reporting
from oig_pipeline.cli.console import cell, print_table, stdout_console
from oig_pipeline.contract.rule import Rule
from oig_pipeline.contract.rules import BY_CODE
from oig_pipeline.domain.visible import one_line
from oig_pipeline.reporting.violations import Verdict
from oig_pipeline.run import pipeline
from oig_pipeline.run.pipeline import Outcome

if TYPE_CHECKING:
    from oig_pipeline.query.explain import Explanation, Published

MOST_ERRORS = 50
LONGEST_WORDS = 120
"""Most characters of a value where it is explained."""


@contextmanager
def progress(quiet: bool) -> Iterator[pipeline.Progress]:
    """Give what shows progress on a terminal that people look at, and nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield pipeline.silent
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=stdout_console(sys.stderr), transient=True) as bar:
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
    console = stdout_console()
    facts = reporting.summary(outcome, seconds)
    console.print(
        f"{facts['captures']} captures, {facts['sightings']} sightings: "
        f"{facts['published']} published as {facts['reports']} reports, {facts['quarantined']} quarantined."
    )
    settled = reporting.acknowledged(outcome)
    rows, styles = [], []
    for code, count in facts["violations"].items():
        said = f"{settled[code]} acknowledged" if code in settled else ""
        rows.append([code, "error", str(count), said])
        styles.append("red" if settled.get(code, 0) < count else None)
    for code, count in facts["warnings"].items():
        rows.append([code, "warning", str(count), "noted" if BY_CODE[code].scope == "capture" else "flagged"])
        styles.append(None)
    if rows:
        console.print()
        print_table(console, ["Rule", "Severity", "Rows", ""], rows, numeric=(2,), styles=styles)
    _print_failing(console, verdict)
    _print_notes(console, outcome)
    _print_next(console, outcome, verdict, facts, place)


def _print_failing(console: Console, verdict: Verdict) -> None:
    if verdict.failing:
        console.print()
    for fault in verdict.failing[:MOST_ERRORS]:
        style = "red" if fault.rule.severity == "error" else "yellow"
        console.print(one_line(f"{fault.place}: {fault.rule.code}: {fault.message}"), style=style, soft_wrap=True)
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
        console.print(one_line(f"Note: {note}"), soft_wrap=True)


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
    elif verdict.status == reporting.CLEAN:
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


def print_rule(rule: Rule) -> None:
    """Print what a rule is for, when it is broken and what mends that."""
    console = stdout_console()
    console.print(f"{rule.code} ({rule.severity}, judges {rule.column})", style="bold")
    console.print(rule.why)
    console.print(f"Remedy: {rule.remedy}")
    effect = (
        "its row is quarantined" if rule.severity == "error" else "the code stands among the report's quality_flags"
    )
    console.print(f"Broken: {'the capture is listed' if rule.scope == 'capture' else effect}.")


def print_explanation(explanation: Explanation) -> None:
    """Print where each value of the reports of a number comes from, and what was not published and why."""
    console = stdout_console()
    for n, report in enumerate(explanation.published):
        heading = one_line(f"{report.report_number}, fiscal year {report.fiscal_year}: {report.title}")
        console.print("\n" * bool(n) + heading, style="bold")
        rows = []
        for value in report.values:
            shown = [value.field, _short(value.value)]
            for source in value.sources:
                rows.append([*shown, f"{source.capture}:{source.line}", _short(source.words)])
                shown = ["", ""]
            if value.is_known and not value.sources:
                rows.append([*shown, "", ""])
        print_table(console, ["Value", "Published", "Capture and line", "As the page says it"], rows)
        _print_facts(console, report)
    for row in explanation.quarantined:
        said = " (acknowledged)" if row.acknowledged else ""
        why = f"{row.capture}:{row.line}: not published{said}: {row.rule}: {row.message}"
        named = ": ".join(filter(None, (row.listed_number, row.listed_title)))
        for line in (why, f"    {named}", f"    {row.remedy}"):
            console.print(one_line(line), soft_wrap=True)


def _print_facts(console: Console, report: Published) -> None:
    times = sorted({str(s["retrieved_at"]) for s in report.sightings if s["retrieved_at"]})
    seen = f", {times[0]} to {times[-1]}" if times else ""
    lines = [f"Seen {len(report.sightings)} times{seen}." if len(report.sightings) > 1 else f"Seen once{seen}."]
    lines += [f"Nothing listed: {', '.join(v.field for v in report.values if not v.is_known)}"]
    for broken in sorted(report.violations, key=lambda broken: broken.is_mended):
        what = "Mended by another sighting" if broken.is_mended else "Broken"
        lines.append(f"{what}: {broken.rule}: {broken.message} ({broken.where})")
    lines.append(f"Kept: {', '.join(report.passed)}")
    lines += [
        f"{row['new_seen']}: {row['field']}: {_short(row['old_value'])} \u2192 {_short(row['new_value'])}"
        for row in report.history
    ]
    lines += [
        f"Release {r['release']}{' (' + r['version'] + ')' if r['version'] else ''}: {r['change']}"
        for r in report.releases
    ]
    console.print("\n".join(map(one_line, lines)), soft_wrap=True)


def _short(value: Any) -> str:
    words = " ".join(cell(value).split())
    return one_line(words if len(words) <= LONGEST_WORDS else words[: LONGEST_WORDS - 1] + "\u2026")
