"""The command line.

Belongs here: commands and options; each command calls one function. Does not: any decision about data, or how an
outcome is laid out (`terminal.py`).
"""

from __future__ import annotations

import csv
import json
import os
import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from oig_pipeline import __version__
from oig_pipeline.contract.faults import CannotRun
from oig_pipeline.settings import MAX_QUARANTINE, Settings, settings

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
    max_quarantine: MaxQuarantine = MAX_QUARANTINE,
    as_json: AsJson = False,
) -> None:
    """Check the captures and publish a release of what keeps the rules."""
    from oig_pipeline import gate, pipeline

    chosen = settings(raw, out, corrections, max_quarantine)
    _run(pipeline.build, chosen, gate.build_status, as_json)


@app.command()
def check(
    raw: Raw = None,
    out: Out = None,
    corrections: Corrections = None,
    max_quarantine: MaxQuarantine = MAX_QUARANTINE,
    as_json: AsJson = False,
) -> None:
    """Check the captures without writing anything: exit 0 if clean, 1 on violations, 2 if it could not run."""
    from oig_pipeline import gate, pipeline

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
    _print_rows(names, rows, form)


@app.command()
def captures(
    raw: Raw = None,
    form: Annotated[Form, typer.Option("--format", help="How to print the rows.")] = Form.table,
) -> None:
    """Say what each capture is taken for: its layout, rows and what was found about it.

    Layouts are told by content: text cards, text table, run-on cards, dated list, HTML table, HTML cards and report
    pages, CSV, NDJSON, and report.json of the @unitedstates archive; plain or compressed with gzip or Zstandard.
    """
    from oig_pipeline import pipeline

    _print_rows(*pipeline.captures(settings(raw)), form)


def _print_rows(names: list[str], rows: list[tuple[Any, ...]], form: Form) -> None:
    from oig_pipeline import terminal

    if form is Form.csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([[_nested(value) for value in row] for row in rows])
    elif form is Form.json:
        if len(set(names)) < len(names):
            raise CannotRun("query: two columns have one name; give one of them another with AS")
        print(_json([dict(zip(names, row, strict=True)) for row in rows], indent=1))
    else:
        terminal.print_rows(names, rows)


def _nested(value: Any) -> Any:
    return _json(value) if isinstance(value, list | dict) else value


def _json(value: Any, indent: int | None = None) -> str:
    # What JSON cannot say: dates become ISO texts, and numbers that are none become null.
    plain = json.loads(json.dumps(value, default=str), parse_constant=lambda _: None)
    return json.dumps(plain, ensure_ascii=False, indent=indent)


def _run(stage: Any, chosen: Settings, status: Any, as_json: bool) -> None:
    from oig_pipeline import gate, terminal

    began = time.monotonic()
    with terminal.progress(as_json) as progress:
        outcome = stage(chosen, progress)
    seconds = time.monotonic() - began
    if as_json:
        print(json.dumps(gate.summary(outcome, seconds), ensure_ascii=False))
    else:
        terminal.print_outcome(outcome, chosen, seconds)
    for reason in outcome.assessment.reasons:
        print(f"oig: nothing was published: {reason}", file=sys.stderr)
    raise typer.Exit(status(outcome))


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
