"""Commands that ask a release: query, search, explain, diff, verify, path.

Belongs here: these commands and their options; each calls one function. Does not: answering.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from oig_pipeline.cli.app import AsForm, AsJson, Form, Out, Release, app, as_json, print_rows, say
from oig_pipeline.settings import SEARCH_LIMIT, settings

FiscalYear = Annotated[int | None, typer.Option("--fiscal-year", "--year", help="Reports of this fiscal year only.")]

Place = Annotated[
    str | None,
    typer.Argument(help="Release or curated folder, or the address of either.", show_default="data/curated"),
]


class DiffForm(StrEnum):
    """The form of a difference."""

    text = "text"
    json = "json"
    markdown = "markdown"


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help="One statement that reads, e.g. 'SHOW TABLES'.")],
    release: Release = None,
    form: AsForm = Form.table,
) -> None:
    """Run a read-only SQL query on the latest release."""
    from oig_pipeline.query import service

    print_rows(*service.query(sql, release), form, null="NULL")


@app.command()
def search(
    words: Annotated[str, typer.Argument(help='Words; "quoted words" must be adjacent, an asterisk ends a prefix*.')],
    agency: Annotated[str | None, typer.Option("--agency", help="Code or name of an agency.")] = None,
    fiscal_year: FiscalYear = None,
    limit: Annotated[int, typer.Option("--limit", help="Maximum number of reports.", min=1)] = SEARCH_LIMIT,
    release: Release = None,
    form: AsForm = Form.table,
) -> None:
    """Find reports whose number, title, summary or topics contain all of the words, best matches first."""
    from oig_pipeline.query import service

    print_rows(*service.search(words, release, agency=agency, fiscal_year=fiscal_year, limit=limit), form)


@app.command()
def recommendations(
    agency: Annotated[
        str | None, typer.Option("--agency", help="Asked of this agency, or in a report that concerns it.")
    ] = None,
    is_open: Annotated[bool, typer.Option("--open", help="Open ones only.")] = False,
    is_not_concurred: Annotated[bool, typer.Option("--not-concurred", help="Refused ones only.")] = False,
    since: Annotated[
        str | None, typer.Option("--since", help="Of reports issued since then: a day, or a fiscal year.")
    ] = None,
    release: Release = None,
    form: AsForm = Form.table,
) -> None:
    """List recommendations with their status and the line that says it, the oldest reports first."""
    from oig_pipeline.query import service
    from oig_pipeline.query.recommendation_lists import Selection

    selection = Selection(agency, is_open, is_not_concurred, since)
    print_rows(*service.recommendations(selection, release), form)


@app.command()
def explain(
    number: Annotated[str, typer.Argument(help="Report number, or OFFICE:NUMBER for one office only.")],
    fiscal_year: FiscalYear = None,
    release: Release = None,
    raw: Annotated[
        Path | None,
        typer.Option("--raw", help="Folder of the captures that a terminal links to.", show_default="data/raw"),
    ] = None,
    json: AsJson = False,
) -> None:
    """Trace every published value of a report to its lines, or say why a row was not published and how to fix it."""
    from oig_pipeline.cli import terminal
    from oig_pipeline.query import service

    explanation = service.explain(number, release, fiscal_year=fiscal_year)
    if json:
        print(as_json(explanation.as_dict(), indent=1))
    else:
        terminal.print_explanation(explanation, settings(raw).raw)


@app.command()
def diff(
    old: Annotated[
        str | None, typer.Argument(help="Release: id, version, folder or address.", show_default="before NEW")
    ] = None,
    new: Annotated[
        str | None, typer.Argument(help="Release: id, version, folder or address.", show_default="latest")
    ] = None,
    out: Out = None,
    form: Annotated[DiffForm, typer.Option("--format", help="Output format.")] = DiffForm.text,
) -> None:
    """Show what changed between two releases: reports, values, columns, rules, quality."""
    from oig_pipeline.query import service
    from oig_pipeline.release import changelog

    difference = service.difference(old, new, out)
    if form is DiffForm.json:
        print(as_json(difference.as_dict(), indent=1))
    elif form is DiffForm.markdown:
        print(changelog.markdown(difference), end="")
    else:
        print(changelog.text(difference), end="")


@app.command()
def verify(
    path: Place = None,
) -> None:
    """Check every file of a release: manifest, contract, accounting, derived files. Exit 0 if intact, 1 if not."""
    from oig_pipeline.query import service

    release, problems = service.verify(path)
    name = release.rpartition("/")[2]
    for problem in problems:
        say(f"{name}/{problem}")
    if problems:
        say(f"Release {name} is not whole: {len(problems)} {'fault' if len(problems) == 1 else 'faults'}.")
        raise typer.Exit(1)
    say(f"Release {name} is whole: {release}")


@app.command()
def path(place: Place = None) -> None:
    """Print the path of a release, so that other programs read one release even if another becomes the latest."""
    from oig_pipeline.query import service

    say(service.path(place))
