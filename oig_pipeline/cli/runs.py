"""Commands that read captures, and the rules they are judged by: build, check, rules, captures.

Belongs here: these commands and their options; each calls one function. Does not: any decision about data.
"""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from oig_pipeline.cli import output
from oig_pipeline.cli.app import AsForm, AsJson, BaseUrl, Form, NoWait, app, print_rows, say, shown_json
from oig_pipeline.settings import MAX_EXPORTED, MAX_QUARANTINE, Settings, settings

if TYPE_CHECKING:
    from oig_pipeline.cli.run_report import RunReport

Raw = Annotated[Path | None, typer.Option("--raw", help="Folder of captures.", show_default="data/raw")]
Target = Annotated[
    str | None,
    typer.Option("--out", help="Curated folder, or an address (s3://bucket/prefix).", show_default="data/curated"),
]
Corrections = Annotated[
    Path | None, typer.Option("--corrections", help="Corrections file.", show_default="corrections.yml beside --raw")
]
MaxQuarantine = Annotated[
    float, typer.Option("--max-quarantine", help="Largest allowed share of quarantined, unacknowledged sightings.")
]


MANY_OBJECTS = 50_000
"""New objects after which garbage is looked for: a build makes many that stay, and looking at them takes a tenth."""


class ReportFormat(StrEnum):
    """How a check reports."""

    text = "text"
    json = "json"
    github = "github"
    junit = "junit"
    sarif = "sarif"


@app.command()
def build(
    raw: Raw = None,
    out: Target = None,
    corrections: Corrections = None,
    max_quarantine: MaxQuarantine = MAX_QUARANTINE,
    exports: Annotated[
        bool | None,
        typer.Option(
            "--exports/--no-exports",
            help="Write the reports as CSV, NDJSON and SQLite too.",
            show_default=f"what OIG_EXPORTS says (1 or 0), else up to {MAX_EXPORTED:,} reports",
        ),
    ] = None,
    no_wait: NoWait = False,
    no_site: Annotated[
        bool, typer.Option("--no-site", envvar="OIG_NO_SITE", help="Do not update the site; see oig site.")
    ] = False,
    base_url: BaseUrl = None,
    as_json: AsJson = False,
) -> None:
    """Check the captures and publish a release of the rows that break no error rule."""
    from oig_pipeline.cli import run_report

    config = settings(
        raw, out, corrections, max_quarantine, not no_wait, exports=exports, site=not no_site, base_url=base_url
    )
    report, seconds = _built(config, quiet=as_json)
    if as_json:
        say(shown_json(json.dumps(report.timed(seconds), ensure_ascii=False)))
    else:
        place = config.remote or (None if config.out.resolve() == Settings().out.resolve() else str(config.out))
        run_report.print_report(report, seconds, place)
    if report.has_too_many:
        from oig_pipeline.site import service

        say(f"oig: {service.TOO_MANY}", is_error=True)
    for reason in report.summary["failures"]:
        say(f"oig: nothing was published: {reason}", is_error=True)
    raise typer.Exit(report.status)


def _built(config: Settings, *, quiet: bool) -> tuple[RunReport, float]:
    """Return the report of a build, which is the last one's if nothing has changed since; and how long it took."""
    from oig_pipeline.cli import run_report
    from oig_pipeline.run import last_build

    began = time.monotonic()
    if (previous := last_build.unchanged(config)) is not None:
        return run_report.RunReport(**previous), time.monotonic() - began
    inputs = last_build.inputs(config)
    with _lasting():
        from oig_pipeline import reporting
        from oig_pipeline.reporting import violations
        from oig_pipeline.run import pipeline

    outcome, seconds = _timed(pipeline.build, config, quiet=quiet)
    verdict = violations.first(outcome, config, run_report.MAX_ERRORS)
    report = run_report.report_of(outcome, verdict, reporting.build_status(outcome))
    if outcome.release is not None and config.remote is None:
        report = replace(report, has_too_many=config.site and outcome.site is None)
        # What could not be read for a passing reason is tried again.
        last_build.record(config, None if outcome.result.is_transient else inputs, report.repeated().as_dict())
    return report, seconds


@app.command()
def check(
    raw: Raw = None,
    out: Target = None,
    corrections: Corrections = None,
    max_quarantine: MaxQuarantine = MAX_QUARANTINE,
    form: Annotated[ReportFormat, typer.Option("--format", help="Output format.")] = ReportFormat.text,
    as_json: AsJson = False,
    strict: Annotated[bool, typer.Option("--strict", help="Make warnings fail the check too.")] = False,
    baseline: Annotated[
        Path | None, typer.Option("--baseline", help="JSON of an earlier check; only new violations fail.")
    ] = None,
    rule: Annotated[list[str] | None, typer.Option("--rule", help="Check this rule only; may be repeated.")] = None,
) -> None:
    """Check the captures without writing anything: exit 0 if clean, 1 on violations, 2 if it could not run."""
    with _lasting():
        from oig_pipeline import reporting
        from oig_pipeline.cli import run_report
        from oig_pipeline.reporting import violations
        from oig_pipeline.run import pipeline

    config = settings(raw, out, corrections, max_quarantine)
    fingerprints = violations.read_baseline(baseline) if baseline else None
    rules = violations.validate_codes(rule or ())
    outcome, seconds = _timed(pipeline.check, config, quiet=as_json or form is not ReportFormat.text)
    verdict = violations.verdict(outcome, config, strict=strict, rules=rules, baseline=fingerprints)
    if as_json:
        say(shown_json(json.dumps(reporting.summary(outcome, seconds), ensure_ascii=False)))
    elif form is ReportFormat.text:
        run_report.print_report(run_report.report_of(outcome, verdict, verdict.status), seconds)
    else:
        # Imported here: who asks for text does not wait for the other notations.
        from oig_pipeline.reporting import formats

        if form is ReportFormat.json:
            payload = {**reporting.summary(outcome, seconds), **formats.as_json(verdict)}
            say(shown_json(json.dumps(payload, ensure_ascii=False)))
        else:
            text = formats.report(form.value, verdict, violations.all_violations(outcome, config, rules))
            with output.commands() if form is ReportFormat.github else nullcontext():
                print(shown_json(text) if form is ReportFormat.sarif else text, end="")
    for reason in verdict.reasons:
        say(f"oig: nothing would be published: {reason}", is_error=True)
    raise typer.Exit(verdict.status)


@app.command()
def rules(
    code: Annotated[str | None, typer.Argument(help="Code of one rule.", show_default="all")] = None,
    form: AsForm = Form.table,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print all rules as a table in Markdown.")] = False,
) -> None:
    """List the rules, or explain one with its remedy."""
    from oig_pipeline.cli import terminal
    from oig_pipeline.contract.rules import BY_CODE, RULES
    from oig_pipeline.reporting import violations

    if markdown:
        print(rule_table())
    elif code is None:
        print_rows(["rule", "severity", "judges", "why"], [(r.code, r.severity, r.column, r.why) for r in RULES], form)
    else:
        (rule_code,) = violations.validate_codes([code])
        terminal.print_rule(BY_CODE[rule_code])


def rule_table() -> str:
    """Return all rules as a table in Markdown, as the README shows it."""
    from oig_pipeline.contract.rules import RULES

    rows = [f"| `{r.code}` | {r.severity} | {r.why} | {r.remedy} |" for r in RULES]
    return "\n".join(["| rule | severity | why | remedy |", "| --- | --- | --- | --- |", *rows])


@app.command()
def captures(raw: Raw = None, form: AsForm = Form.table) -> None:
    """Show what each capture was recognized as: its layout, its rows and what was noted about it.

    Layouts are detected from content: text cards, text table, run-on cards, dated list, HTML table, HTML cards, report
    pages, CSV, NDJSON, and report.json of the @unitedstates archive; plain or compressed with gzip or Zstandard.
    """
    from oig_pipeline.run import pipeline

    print_rows(*pipeline.describe_captures(settings(raw)), form)


@contextmanager
def _lasting() -> Iterator[None]:
    # What is imported stays to the end: looking for garbage in it takes a good part of a small check.
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
        gc.set_threshold(MANY_OBJECTS)


def _timed(stage: Any, config: Settings, *, quiet: bool) -> tuple[Any, float]:
    from oig_pipeline.cli import terminal

    began = time.monotonic()
    with terminal.progress(quiet) as progress:
        outcome = stage(config, progress)
    return outcome, time.monotonic() - began
