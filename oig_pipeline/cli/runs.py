"""Commands that read captures: build, check, captures.

Belongs here: these commands and their options; each calls one function. Does not: any decision about data.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from oig_pipeline.cli.app import AsForm, AsJson, Form, NoWait, app, print_rows
from oig_pipeline.settings import MAX_QUARANTINE, Settings, settings

Raw = Annotated[Path | None, typer.Option("--raw", help="Folder of captures.", show_default="data/raw")]
Target = Annotated[
    str | None,
    typer.Option("--out", help="Curated folder, or an address (s3://bucket/prefix).", show_default="data/curated"),
]
Corrections = Annotated[
    Path | None, typer.Option("--corrections", help="Corrections file.", show_default="corrections.yml beside --raw")
]
MaxQuarantine = Annotated[
    float, typer.Option("--max-quarantine", help="Largest share of sightings that may be quarantined, unacknowledged.")
]


@app.command()
def build(
    raw: Raw = None,
    out: Target = None,
    corrections: Corrections = None,
    max_quarantine: MaxQuarantine = MAX_QUARANTINE,
    no_wait: NoWait = False,
    as_json: AsJson = False,
) -> None:
    """Check the captures and publish a release of what keeps the rules."""
    from oig_pipeline import gate, pipeline

    chosen = settings(raw, out, corrections, max_quarantine, wait=not no_wait)
    _run(pipeline.build, chosen, gate.build_status, as_json)


@app.command()
def check(
    raw: Raw = None,
    out: Target = None,
    corrections: Corrections = None,
    max_quarantine: MaxQuarantine = MAX_QUARANTINE,
    as_json: AsJson = False,
) -> None:
    """Check the captures without writing anything: exit 0 if clean, 1 on violations, 2 if it could not run."""
    from oig_pipeline import gate, pipeline

    chosen = settings(raw, out, corrections, max_quarantine)
    _run(pipeline.check, chosen, gate.check_status, as_json)


@app.command()
def captures(raw: Raw = None, form: AsForm = Form.table) -> None:
    """Say what each capture is taken for: its layout, rows and what was found about it.

    Layouts are told by content: text cards, text table, run-on cards, dated list, HTML table, HTML cards and report
    pages, CSV, NDJSON, and report.json of the @unitedstates archive; plain or compressed with gzip or Zstandard.
    """
    from oig_pipeline import pipeline

    print_rows(*pipeline.captures(settings(raw)), form)


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
