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
    """List the releases, oldest first, with their versions and what changed."""
    from oig_pipeline.release import releases

    names = ["release", "version", "published", "reports", "changes", "state"]
    print_rows(names, [_row(info) for info in releases.list_releases(_place(out))], form)


def _row(info: Any) -> tuple[Any, ...]:
    from oig_pipeline.release import changelog

    changes = changelog.entry_words(info.entry)
    state = "latest" if info.is_current else "" if info.is_here else "pruned"
    return info.id, info.entry.get("version"), info.entry.get("published"), info.reports, changes, state


@app.command()
def rollback(
    release: Annotated[str, typer.Argument(help="Release: ID, beginning of an ID, or version.")],
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
        say(f"The site still shows another release; oig site --release {place} writes it again")


@app.command()
def prune(
    keep: Annotated[int, typer.Option("--keep", help="How many of the newest releases to keep.")],
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
    """Return the curated folder or its address."""
    config = settings(out=out)
    return config.remote or config.out
