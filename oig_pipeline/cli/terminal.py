"""Rules, explanations and progress on a terminal.

Belongs here: tables, colours and progress for people. Does not: commands, or what came of a run (`cli/run_report.py`).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from oig_pipeline.cli.console import cell, print_table, stdout_console
from oig_pipeline.domain.visible import one_line
from oig_pipeline.offices import OFFICES
from oig_pipeline.release.files import year_name

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console
    from rich.text import Text

    from oig_pipeline.contract.rule import Rule
    from oig_pipeline.query.explain import Explanation, Published
    from oig_pipeline.run import pipeline

LONGEST_WORDS = 120
"""Most characters of a value where it is explained."""


@contextmanager
def progress(quiet: bool) -> Iterator[pipeline.Progress]:
    """Give what shows progress on a terminal that people look at, and nothing elsewhere."""
    from oig_pipeline.run import pipeline

    if quiet or not sys.stderr.isatty():
        yield pipeline.silent
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=stdout_console(sys.stderr), transient=True) as bar:
        task = bar.add_task("")
        yield lambda stage, done, total: bar.update(task, description=stage, completed=done, total=total)


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
    from rich.text import Text

    from oig_pipeline.cli.capture_links import place

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
        _print_recommendations(console, report, raw)
        _print_facts(console, report)
    for row in explanation.quarantined:
        suffix = " (acknowledged)" if row.acknowledged else ""
        why = one_line(f": not published{suffix}: {row.rule}: {row.message}")
        console.print(Text.assemble(place(console, raw, row.capture, row.line), why), soft_wrap=True)
        label = ": ".join(filter(None, (row.listed_number, row.listed_title)))
        for line in (f"    {label}", f"    {row.remedy}"):
            console.print(one_line(line), soft_wrap=True)


def _print_recommendations(console: Console, report: Published, raw: Path | None) -> None:
    """Print each recommendation with its status, the line on which that was read, and what became of it before."""
    from oig_pipeline.cli.capture_links import place

    rows: list[list[str | Text]] = []
    for row in report.recommendations:
        path = row["completion_path"]
        read_from: str | Text = place(console, raw, path, row["completion_line"]) if path else ""
        status = ", ".join(filter(None, (row["completion"], row["response"], row["agreement"])))
        as_of = str(row["as_of"].date()) if row["as_of"] else "undated" if row["completion"] else ""
        rows.append([row["recommendation"], status, as_of, read_from, _short(row["text"])])
        rows += [
            ["", "", str(c["new_seen"].date()), place(console, raw, c["new_path"], c["new_line"]), _changed(c)]
            for c in row["history"]
        ]
    if rows:
        print_table(console, ["Recommendation", "Status", "As of", "Capture and line", "Text, or what changed"], rows)


def _changed(change: Mapping[str, Any]) -> str:
    return f"{change['field']}: {_short(change['old_value'])} \u2192 {_short(change['new_value'])}"


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
