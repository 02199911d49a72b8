"""Commands that ask a release: query, search, explain, diff, verify, path.

Belongs here: these commands and their options; each calls one function. Does not: answering.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from oig_pipeline.cli.app import AsForm, AsJson, Form, Out, Release, app, as_json, print_rows, say
from oig_pipeline.settings import SEARCH_LIMIT

FiscalYear = Annotated[int | None, typer.Option("--fiscal-year", help="Reports of this fiscal year only.")]

Place = Annotated[
    str | None,
    typer.Argument(help="Release or curated folder, or the address of either.", show_default="data/curated"),
]


class Telling(StrEnum):
    """How a difference is told."""

    text = "text"
    json = "json"
    markdown = "markdown"


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help="A SELECT over the views, e.g. 'SHOW TABLES'.")],
    release: Release = None,
    form: AsForm = Form.table,
) -> None:
    """Answer a question in SQL from the latest release, read-only."""
    from oig_pipeline.query import service

    print_rows(*service.query(sql, release), form)


@app.command()
def search(
    words: Annotated[str, typer.Argument(help='Words; "several in quotes" stand together, an asterisk ends a stem*.')],
    agency: Annotated[str | None, typer.Option("--agency", help="Code or name of an agency, e.g. FEMA.")] = None,
    fiscal_year: FiscalYear = None,
    limit: Annotated[int, typer.Option("--limit", help="Most reports.", min=1)] = SEARCH_LIMIT,
    release: Release = None,
    form: AsForm = Form.table,
) -> None:
    """Find reports whose number, title, summary or topics say all of the words, best first."""
    from oig_pipeline.query import service

    print_rows(*service.search(words, release, agency=agency, fiscal_year=fiscal_year, most=limit), form)


@app.command()
def explain(
    number: Annotated[str, typer.Argument(help="Report number, e.g. OIG-21-49.")],
    fiscal_year: FiscalYear = None,
    release: Release = None,
    json: AsJson = False,
) -> None:
    """Trace every published value of a report to its lines, or say why a row was not published and what would help."""
    from oig_pipeline.cli import terminal
    from oig_pipeline.query import service

    found = service.explain(number, release, fiscal_year=fiscal_year)
    if json:
        print(as_json(found.as_dict(), indent=1))
    else:
        terminal.print_explanation(found)


@app.command()
def diff(
    old: Annotated[
        str | None, typer.Argument(help="Release: id, version, folder or address.", show_default="before NEW")
    ] = None,
    new: Annotated[
        str | None, typer.Argument(help="Release: id, version, folder or address.", show_default="latest")
    ] = None,
    out: Out = None,
    telling: Annotated[Telling, typer.Option("--format", help="How to tell the difference.")] = Telling.text,
) -> None:
    """Tell what changed between two releases: reports, values, columns, rules, quality."""
    from oig_pipeline.query import service
    from oig_pipeline.release import changelog

    found = service.difference(old, new, out)
    if telling is Telling.json:
        print(as_json(found.as_dict(), indent=1))
    elif telling is Telling.markdown:
        print(changelog.markdown(found), end="")
    else:
        print(changelog.text(found), end="")


@app.command()
def verify(
    path: Place = None,
) -> None:
    """Check every file of a release: manifest, contract, accounting, derived files. Exit 0 if whole, 1 if not."""
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
    """Print where a release lies, for other programs: they read one release, whatever becomes the latest meanwhile."""
    from oig_pipeline.query import service

    say(service.path(place))
