"""Commands on the releases of a curated folder: releases, rollback, prune.

Belongs here: these commands and their options; each calls one function. Does not: deciding what may go.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from oig_pipeline.cli.app import AsForm, Form, NoWait, Out, app, print_rows, say
from oig_pipeline.settings import settings


@app.command()
def releases(out: Out = None, form: AsForm = Form.table) -> None:
    """List the releases, oldest first, with version and what changed."""
    from oig_pipeline.release import releases

    names = ["release", "version", "published", "reports", "changes", "state"]
    print_rows(names, [_row(shelved) for shelved in releases.shelved(_place(out))], form)


def _row(shelved: Any) -> tuple[Any, ...]:
    from oig_pipeline.release import changelog

    changes = changelog.entry_words(shelved.entry)
    state = "latest" if shelved.is_current else "" if shelved.is_here else "pruned"
    return shelved.id, shelved.entry.get("version"), shelved.entry.get("published"), shelved.reports, changes, state


@app.command()
def rollback(
    release: Annotated[str, typer.Argument(help="Release: id, the beginning of one, or version.")],
    out: Out = None,
    no_wait: NoWait = False,
) -> None:
    """Make an earlier release the latest again; the others stay."""
    from oig_pipeline.release import releases

    place = _place(out)
    now = releases.rollback(place, release, wait=not no_wait)
    say(f"Latest is now {now}")
    # Telling whether there is a site needs none of what makes one.
    if isinstance(place, Path) and (place / "site").is_dir():
        say(f"The site still shows another release; oig site --release {place} makes it anew")


@app.command()
def prune(
    keep: Annotated[int, typer.Option("--keep", help="How many of the newest releases stay.")],
    out: Out = None,
    no_wait: NoWait = False,
) -> None:
    """Remove old releases; the latest always stays, and so does the change log."""
    from oig_pipeline.release import releases

    gone = releases.prune(_place(out), keep, wait=not no_wait)
    for identity in gone:
        say(f"Removed {identity}")
    say(f"{len(gone)} {'release' if len(gone) == 1 else 'releases'} removed.")


def _place(out: str | None) -> Path | str:
    """Return the curated folder that is meant, or the address of one."""
    given = settings(out=out)
    return given.remote or given.out
