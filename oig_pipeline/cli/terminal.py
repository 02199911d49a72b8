"""Outcomes on a terminal.

Belongs here: tables, colours and progress for people. Does not: commands, or what an outcome means (`reporting/`).
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
from rich.text import Text

from oig_pipeline import reporting
from oig_pipeline.cli.capture_links import place
from oig_pipeline.cli.console import cell, print_table, stdout_console
from oig_pipeline.contract.rule import Rule
from oig_pipeline.contract.rules import BY_CODE
from oig_pipeline.domain.visible import one_line
from oig_pipeline.offices import OFFICES
from oig_pipeline.release.files import year_name
from oig_pipeline.reporting.violations import Verdict
from oig_pipeline.run import pipeline
from oig_pipeline.run.outcome import Outcome

if TYPE_CHECKING:
    from oig_pipeline.query.explain import Explanation, Published

MAX_ERRORS = 50
MAX_NOTES = 3
"""Captures whose note is printed; `oig captures` shows all."""
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
    """Print the result of a build or a check, and what to do next.

    Args:
        outcome: the result.
        verdict: which violations fail it.
        seconds: how long it took.
        place: the curated folder or address that was built to, None for the default.
    """
    console = stdout_console()
    summary = reporting.summary(outcome, seconds)
    console.print(
        f"{_counted(summary['captures'], 'capture')}, {_counted(summary['sightings'], 'sighting')}: "
        f"{summary['published']} published as {_counted(summary['reports'], 'report')}, "
        f"{summary['quarantined']} quarantined."
    )
    acknowledged = reporting.acknowledged(outcome)
    rows, styles = [], []
    for code, count in summary["violations"].items():
        note = f"{acknowledged[code]} acknowledged" if code in acknowledged else ""
        rows.append([code, "error", str(count), note])
        styles.append("red" if acknowledged.get(code, 0) < count else None)
    for code, count in summary["warnings"].items():
        rows.append([code, "warning", str(count), "noted" if BY_CODE[code].scope == "capture" else "flagged"])
        styles.append(None)
    if rows:
        console.print()
        print_table(console, ["Rule", "Severity", "Rows", ""], rows, numeric=(2,), styles=styles)
    _print_failing(console, verdict)
    _print_notes(console, outcome)
    _print_next(console, outcome, verdict, summary, place)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _print_failing(console: Console, verdict: Verdict) -> None:
    if verdict.failing:
        console.print()
    for fault in verdict.failing[:MAX_ERRORS]:
        style = "red" if fault.rule.severity == "error" else "yellow"
        console.print(one_line(f"{fault.place}: {fault.rule.code}: {fault.message}"), style=style, soft_wrap=True)
        console.print(f"    {fault.rule.remedy}", soft_wrap=True)
    if more := len(verdict.failing[MAX_ERRORS:]) + verdict.untold:
        console.print(f"… and {more} more; {_program()} check --format json names them all", soft_wrap=True)


def _print_notes(console: Console, outcome: Outcome) -> None:
    result = outcome.result
    of_captures = [
        f"{t.capture.path}: {t.note}" for t in result.summaries if t.note and t.status in ("read", "not_a_listing")
    ]
    messages = of_captures[:MAX_NOTES]
    if more := len(of_captures) - len(messages):
        messages.append(f"{_counted(more, 'more capture')} with a note; {_program()} captures shows them")
    messages += [
        f"correction in line {c.line} is unused: no row is {dict(c.where)}" for c in result.correction_outcomes.unused
    ]  # fmt: skip
    if messages:
        console.print()
    for message in messages:
        console.print(one_line(f"Note: {message}"), soft_wrap=True)


def _print_next(
    console: Console, outcome: Outcome, verdict: Verdict, summary: dict[str, Any], place: str | None
) -> None:
    console.print()
    if outcome.release is not None:
        state = "published" if outcome.release.is_new else "up to date"
        if not outcome.release.is_new and outcome.release.before is not None:
            state = f"published before; latest moves to it from {outcome.release.before}"
        console.print(
            f"Release {outcome.release.id} ({state}, {summary['seconds']} s): {summary['path']}", soft_wrap=True
        )
        if outcome.site is not None:
            console.print(f"Site: {outcome.site.resolve() / 'index.html'}", soft_wrap=True)
        where = f" --release {shlex.quote(place)}" if place else ""
        console.print(f'Next: {_program()} query "FROM reports_by_agency"{where}', soft_wrap=True)
    elif outcome.rejected is not None:
        console.print(f"The last release stays. What was rejected lies in {summary['path']}", soft_wrap=True)
    elif verdict.status == reporting.CLEAN:
        console.print(
            f"Clean: no violation, or acknowledged ones only. Checked in {summary['seconds']} s; nothing was written.",
            soft_wrap=True,
        )
    else:
        console.print(f"Not clean. Checked in {summary['seconds']} s; nothing was written.", soft_wrap=True)


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


def print_explanation(explanation: Explanation, raw: Path | None = None) -> None:
    """Print where each value of the reports of a number comes from, and what was not published and why.

    Args:
        explanation: what is printed.
        raw: the folder of the captures, to which a terminal is given links; None for no links.
    """
    console = stdout_console()
    for n, report in enumerate(explanation.published):
        number = OFFICES.qualified(report.office, report.report_number)
        heading = one_line(f"{number}, fiscal year {year_name(report.fiscal_year)}: {report.title}")
        console.print("\n" * bool(n) + heading, style="bold")
        rows: list[list[str | Text]] = []
        for value in report.values:
            cells: list[str | Text] = [value.field, _short(value.value)]
            for source in value.sources:
                rows.append([*cells, place(console, raw, source.capture, source.line), _short(source.words)])
                cells = ["", ""]
            if value.is_known and not value.sources:
                rows.append([*cells, "", ""])
        print_table(console, ["Value", "Published", "Capture and line", "As the page says it"], rows)
        _print_facts(console, report)
    for row in explanation.quarantined:
        suffix = " (acknowledged)" if row.acknowledged else ""
        why = one_line(f": not published{suffix}: {row.rule}: {row.message}")
        console.print(Text.assemble(place(console, raw, row.capture, row.line), why), soft_wrap=True)
        label = ": ".join(filter(None, (row.listed_number, row.listed_title)))
        for line in (f"    {label}", f"    {row.remedy}"):
            console.print(one_line(line), soft_wrap=True)


def _print_facts(console: Console, report: Published) -> None:
    times = sorted({str(s["retrieved_at"]) for s in report.sightings if s["retrieved_at"]})
    period = f", {times[0]} to {times[-1]}" if times else ""
    lines = [f"Seen {len(report.sightings)} times{period}." if len(report.sightings) > 1 else f"Seen once{period}."]
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
