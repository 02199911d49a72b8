"""The command line.

Belongs here: commands, options, and printing. Each command calls one function. Does not: any decision about data.
"""

from __future__ import annotations

import csv
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from oig_pipeline import __version__
from oig_pipeline.contract.faults import CannotRun

if TYPE_CHECKING:
    from rich.console import Console

    from oig_pipeline.pipeline import Outcome, Progress
    from oig_pipeline.settings import Settings

app = typer.Typer(
    name="oig",
    help="DHS OIG report listings as data that can be trusted.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

Raw = Annotated[Path | None, typer.Option("--raw", help="Folder of captures.", show_default="data/raw")]
Out = Annotated[Path | None, typer.Option("--out", help="Curated folder.", show_default="data/curated")]
Corrections = Annotated[
    Path | None, typer.Option("--corrections", help="Corrections file.", show_default="corrections.yml beside --raw")
]
MaxQuarantine = Annotated[
    float, typer.Option("--max-quarantine", help="Largest share of sightings that may be quarantined, unacknowledged.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
DEFAULT_SHARE = 0.05


class Form(StrEnum):
    """How `oig query` prints its rows."""

    table = "table"
    csv = "csv"
    json = "json"


def _version(wanted: bool) -> None:
    if wanted:
        print(f"oig {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """DHS OIG report listings as data that can be trusted."""


@app.command()
def build(
    raw: Raw = None,
    out: Out = None,
    corrections: Corrections = None,
    max_quarantine: MaxQuarantine = DEFAULT_SHARE,
    as_json: AsJson = False,
) -> None:
    """Check the captures and publish a release of what keeps the rules."""
    from oig_pipeline import gate, pipeline
    from oig_pipeline.settings import settings

    chosen = settings(raw, out, corrections, max_quarantine)
    _run(pipeline.build, chosen, gate.build_status, as_json)


@app.command()
def check(
    raw: Raw = None,
    out: Out = None,
    corrections: Corrections = None,
    max_quarantine: MaxQuarantine = DEFAULT_SHARE,
    as_json: AsJson = False,
) -> None:
    """Check the captures without writing anything: exit 0 if clean, 1 on violations, 2 if it could not run."""
    from oig_pipeline import gate, pipeline
    from oig_pipeline.settings import settings

    chosen = settings(raw, out, corrections, max_quarantine)
    _run(pipeline.check, chosen, gate.check_status, as_json)


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help="A SELECT over the views, e.g. 'SHOW TABLES'.")],
    path: Annotated[
        Path | None, typer.Option("--release", help="Release or curated folder.", show_default="data/curated")
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="How to print the rows.")] = Form.table,
) -> None:
    """Answer a question in SQL from the latest release, read-only."""
    from oig_pipeline import pipeline

    names, rows = pipeline.query(sql, path)
    if form is Form.csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)
    elif form is Form.json:
        print(
            json.dumps([dict(zip(names, row, strict=True)) for row in rows], default=str, ensure_ascii=False, indent=1)
        )
    else:
        _print_table(names, rows)


def _run(stage: Any, chosen: Settings, status: Any, as_json: bool) -> None:
    from oig_pipeline import gate

    began = time.monotonic()
    with _progress(as_json) as progress:
        outcome = stage(chosen, progress)
    seconds = time.monotonic() - began
    if as_json:
        print(json.dumps(gate.summary(outcome, seconds), ensure_ascii=False))
    else:
        _print_outcome(outcome, chosen, seconds)
    for reason in outcome.assessment.reasons:
        print(f"oig: nothing was published: {reason}", file=sys.stderr)
    raise typer.Exit(status(outcome))


@contextmanager
def _progress(quiet: bool) -> Iterator[Progress]:
    """Show progress on a terminal that people look at, and nothing elsewhere."""
    from oig_pipeline.pipeline import silent

    if quiet or not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("")
        yield lambda stage, done, total: bar.update(task, description=stage, completed=done, total=total)


def _print_outcome(outcome: Outcome, chosen: Settings, seconds: float) -> None:
    from rich.table import Table

    from oig_pipeline import gate

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
        table.add_row(code, "warning", str(count), "published with this flag")
    if table.row_count:
        console.print()
        console.print(table)
    _print_errors(console, outcome, chosen)
    _print_notes(console, outcome)
    _print_next(console, outcome, facts)


def _print_errors(console: Console, outcome: Outcome, chosen: Settings) -> None:
    from oig_pipeline import gate

    lines = list(gate.error_lines(outcome, chosen))
    if lines:
        console.print()
    for place, said, remedy in lines[:MOST_ERRORS]:
        console.print(f"{place}: {said}", style="red", soft_wrap=True)
        console.print(f"    {remedy}", soft_wrap=True)
    if len(lines) > MOST_ERRORS:
        console.print(f"… and {len(lines) - MOST_ERRORS} more; --json counts them all", soft_wrap=True)


MOST_ERRORS = 50


def _print_notes(console: Console, outcome: Outcome) -> None:
    judged = outcome.judged
    notes = [f"{r.capture.path}: {r.note}" for r in judged.readings if r.note and r.status in ("read", "not_a_listing")]
    notes += [
        f"correction in line {c.line} is unused: no row is {dict(c.where)}" for c in judged.corrected.unused
    ]  # fmt: skip
    if notes:
        console.print()
    for note in notes:
        console.print(f"Note: {note}", soft_wrap=True)


def _print_next(console: Console, outcome: Outcome, facts: dict[str, Any]) -> None:
    console.print()
    if outcome.release is not None:
        said = "published" if outcome.release.is_new else "up to date"
        console.print(f"Release {outcome.release.id} ({said}, {facts['seconds']} s): {facts['path']}", soft_wrap=True)
        console.print('Next: oig query "FROM reports_by_agency"', soft_wrap=True)
    elif outcome.rejected is not None:
        console.print(f"The last release stays. What was rejected lies in {facts['path']}", soft_wrap=True)
    elif facts["violations"] and any(facts["violations"].values()):
        console.print(f"Checked in {facts['seconds']} s; nothing was written.")
    else:
        console.print(f"No violation, checked in {facts['seconds']} s; nothing was written.")


def _print_table(names: list[str], rows: list[tuple[Any, ...]]) -> None:
    from rich.table import Table

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


NARROW = 28
"""Widest cell, in characters, that a table never folds."""


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _console() -> Console:
    from rich.console import Console

    # Listings are data: brackets in them are no markup, and nothing in them is highlighted.
    return Console(markup=False, highlight=False, emoji=False)


def main() -> None:
    """Run the command line; every fault ends in one line and a status, never in a traceback."""
    try:
        app()
    except CannotRun as fault:
        print(f"oig: {fault}", file=sys.stderr)
        sys.exit(2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as fault:
        if os.environ.get("OIG_TRACEBACK"):
            raise
        said = f"{type(fault).__name__}: {fault}".splitlines()[0]
        print(f"oig: this is a fault of the software: {said} (OIG_TRACEBACK=1 shows where)", file=sys.stderr)
        sys.exit(2)
