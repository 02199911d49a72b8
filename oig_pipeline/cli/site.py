"""The commands of the site: site, open.

Belongs here: the commands and their options. Does not: pages.
"""

from __future__ import annotations

import os
import urllib.request
import webbrowser
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from oig_pipeline.cli.app import BaseUrl, NoWait, Release, app, say
from oig_pipeline.errors import CannotRun
from oig_pipeline.settings import settings

UI_PORT = 3000
"""The port that `make ui` takes if it is free; `PORT` names another."""


class What(StrEnum):
    """What can be opened."""

    site = "site"
    ui = "ui"


@app.command()
def site(
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder of the site.", show_default="data/curated/site")
    ] = None,
    release: Release = None,
    base_url: BaseUrl = None,
    raw: Annotated[
        Path | None,
        typer.Option("--raw", help="Folder of the captures that its pages show.", show_default="data/raw"),
    ] = None,
    corrections: Annotated[
        Path | None,
        typer.Option("--corrections", help="Corrections file.", show_default="corrections.yml beside --raw"),
    ] = None,
    serve: Annotated[bool, typer.Option("--serve", help="Serve it on a local port until Ctrl-C.")] = False,
    port: Annotated[
        int, typer.Option("--port", help="Port to serve on; if taken, another is used.", min=0, max=65535)
    ] = 8000,
    no_wait: NoWait = False,
) -> None:
    """Build the site of a release: a catalog to browse, as static files that work with or without a web server."""
    from oig_pipeline.cli import terminal
    from oig_pipeline.site import service

    config = settings(raw, corrections=corrections, wait=not no_wait)
    with terminal.progress(quiet=False) as progress:
        count = partial(progress, "Writing the site")
        result = service.build(config, place=release, out=out, base_url=base_url, on_progress=count)
    summary = f"{result.written.files:,} files, {result.written.written:,} of them written"
    if result.written.removed:
        summary += f", {result.written.removed:,} removed"
    say(f"Site of release {result.release} ({summary}): {result.path.resolve()}")
    if serve:
        _serve(result.path, port)
    else:
        say(f"Open {result.path.resolve() / 'index.html'}, or run oig site --serve")


@app.command(name="open")
def open_page(
    what: Annotated[What, typer.Argument(help="The site, or the Dagster UI that make ui started.")] = What.site,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder of the site.", show_default="data/curated/site")
    ] = None,
) -> None:
    """Open the site, or the Dagster UI, in a browser; print its address."""
    address = _ui_address() if what is What.ui else _site_address(out)
    say(address)
    if not webbrowser.open(address):
        say("oig: no browser was found; open the address yourself", is_error=True)


def _site_address(out: Path | None) -> str:
    from oig_pipeline.site.service import SITE
    from oig_pipeline.site.urls import INDEX

    page = (out or settings().out / SITE) / INDEX
    if not page.is_file():
        raise CannotRun(f"{page.parent}: there is no site here; make one with oig site")
    return page.resolve().as_uri()


def _ui_address() -> str:
    port = os.environ.get("PORT") or UI_PORT
    address = f"http://127.0.0.1:{port}"
    try:
        with urllib.request.urlopen(address, timeout=2):
            return address
    except (OSError, ValueError):
        raise CannotRun(f"{address}: no Dagster UI answers; make ui starts one and prints its address") from None


def _serve(folder: Path, port: int) -> None:
    from oig_pipeline.site import serve

    with serve.server(folder, port) as server:
        print(f"http://{serve.HOST}:{server.server_address[1]}/ (Ctrl-C ends it)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
