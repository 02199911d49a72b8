"""What came of a build or a check, as a terminal shows it.

Belongs here: the lines of a run's result as plain values, which a build can leave for the next, and printing them. Does
not: commands, or what an outcome means (`reporting/`). Printing imports nothing of what makes an outcome.
"""

from __future__ import annotations

import shlex
import shutil
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from oig_pipeline.cli.console import print_table, stdout_console
from oig_pipeline.domain.visible import one_line

if TYPE_CHECKING:
    from oig_pipeline.reporting.violations import Verdict
    from oig_pipeline.run.outcome import Outcome

MAX_ERRORS = 50
MAX_NOTES = 3
"""Captures whose note is printed; `oig captures` shows all."""
UP_TO_DATE = "up to date"


@dataclass(frozen=True)
class RunReport:
    """What is printed of a run; all of it can be put as JSON.

    Attributes:
        summary: the run as one object, without the time it took.
        rules: code, severity, rows and a note of each broken rule.
        red: codes of the rules with violations that fail the run.
        failing: place, code, message, remedy and severity of the violations that fail it.
        more: how many further ones there are.
        notes: remarks on captures and corrections.
        state: what was done with the release; None if there is none.
        status: the exit status.
        is_clean: whether nothing fails it.
        is_rejected: whether the result was rejected.
        has_too_many: whether the site was left out for its size.
    """

    summary: dict[str, Any]
    rules: list[list[str]]
    red: list[str]
    failing: list[list[str]]
    more: int
    notes: list[str]
    state: str | None
    status: int
    is_clean: bool
    is_rejected: bool
    has_too_many: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)

    def timed(self, seconds: float) -> dict[str, Any]:
        """Return the run as one object."""
        return {**self.summary, "seconds": round(seconds, 3)}

    def repeated(self) -> RunReport:
        """Return the report of a build that finds all of this done."""
        return replace(self, state=UP_TO_DATE)


def report_of(outcome: Outcome, verdict: Verdict, status: int) -> RunReport:
    """Return the report of an outcome.

    Args:
        outcome: the result.
        verdict: which violations fail it.
        status: the exit status.
    """
    from oig_pipeline import reporting
    from oig_pipeline.contract.rules import BY_CODE

    summary = reporting.summary(outcome, 0)
    acknowledged = reporting.acknowledged(outcome)
    rules = []
    for code, count in summary["violations"].items():
        rules.append([code, "error", str(count), f"{acknowledged[code]} acknowledged" if code in acknowledged else ""])
    for code, count in summary["warnings"].items():
        rules.append([code, "warning", str(count), "noted" if BY_CODE[code].scope == "capture" else "flagged"])
    first = verdict.failing[:MAX_ERRORS]
    return RunReport(
        summary=summary,
        rules=rules,
        red=[code for code, count in summary["violations"].items() if acknowledged.get(code, 0) < count],
        failing=[[f.place, f.rule.code, f.message, f.rule.remedy, f.rule.severity] for f in first],
        more=len(verdict.failing) - len(first) + verdict.untold,
        notes=_notes(outcome),
        state=_state(outcome),
        status=status,
        is_clean=verdict.status == reporting.CLEAN,
        is_rejected=outcome.rejected is not None,
    )


def _notes(outcome: Outcome) -> list[str]:
    result = outcome.result
    of_captures = [
        f"{t.capture.path}: {t.note}" for t in result.summaries if t.note and t.status in ("read", "not_a_listing")
    ]
    notes = of_captures[:MAX_NOTES]
    if more := len(of_captures) - len(notes):
        notes.append(f"{_counted(more, 'more capture')} with a note; {_PROGRAM} captures shows them")
    return notes + [
        f"correction in line {c.line} is unused: no row is {dict(c.where)}" for c in result.correction_outcomes.unused
    ]


def _state(outcome: Outcome) -> str | None:
    release = outcome.release
    if release is None:
        return None
    if not release.is_new and release.before is not None:
        return f"published before; latest moves to it from {release.before}"
    return "published" if release.is_new else UP_TO_DATE


def print_report(report: RunReport, seconds: float, place: str | None = None) -> None:
    """Print the result of a build or a check, and what to do next.

    Args:
        report: the result.
        seconds: how long it took.
        place: the curated folder or address that was built to, None for the default.
    """
    console = stdout_console()
    summary = report.timed(seconds)
    console.print(
        f"{_counted(summary['captures'], 'capture')}, {_counted(summary['sightings'], 'sighting')}: "
        f"{summary['published']} published as {_counted(summary['reports'], 'report')}, "
        f"{summary['quarantined']} quarantined."
    )
    if report.rules:
        console.print()
        styles = ["red" if code in report.red else None for code, *_ in report.rules]
        print_table(console, ["Rule", "Severity", "Rows", ""], report.rules, numeric=(2,), styles=styles)
    _print_failing(console, report)
    if report.notes:
        console.print()
    for note in report.notes:
        console.print(one_line(f"Note: {note.replace(_PROGRAM, _program())}"), soft_wrap=True)
    _print_next(console, report, summary, place)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _print_failing(console: Console, report: RunReport) -> None:
    if report.failing:
        console.print()
    for place, code, message, remedy, severity in report.failing:
        style = "red" if severity == "error" else "yellow"
        console.print(one_line(f"{place}: {code}: {message}"), style=style, soft_wrap=True)
        console.print(f"    {remedy}", soft_wrap=True)
    if report.more:
        console.print(f"… and {report.more} more; {_program()} check --format json names them all", soft_wrap=True)


def _print_next(console: Console, report: RunReport, summary: dict[str, Any], place: str | None) -> None:
    console.print()
    if report.state is not None:
        took = f"{report.state}, {summary['seconds']} s"
        console.print(f"Release {summary['release']} ({took}): {summary['path']}", soft_wrap=True)
        if summary["site"] is not None:
            console.print(f"Site: {Path(summary['site']) / 'index.html'}", soft_wrap=True)
        where = f" --release {shlex.quote(place)}" if place else ""
        console.print(f'Next: {_program()} query "FROM reports_by_agency"{where}', soft_wrap=True)
    elif report.is_rejected:
        console.print(f"The last release stays. What was rejected lies in {summary['path']}", soft_wrap=True)
    elif report.is_clean:
        console.print(
            f"Clean: no violation, or acknowledged ones only. Checked in {summary['seconds']} s; nothing was written.",
            soft_wrap=True,
        )
    else:
        console.print(f"Not clean. Checked in {summary['seconds']} s; nothing was written.", soft_wrap=True)


_PROGRAM = "\0oig"
"""Stands in a note for how the reader calls this program, which is known when it is printed."""


def _program() -> str:
    """Return how the reader of these lines calls this program."""
    if shutil.which("oig"):
        return "oig"
    called = Path(sys.argv[0])
    return "python -m oig_pipeline" if called.suffix == ".py" else shlex.quote(str(called))
