"""The command that makes the site: site.

Belongs here: the command and its options; it calls one function. Does not: pages.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oig_pipeline.cli.app import BaseUrl, NoWait, Release, app, say
from oig_pipeline.settings import settings


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
    from oig_pipeline.site import service

    config = settings(raw, corrections=corrections, wait=not no_wait)
    result = service.build(config, place=release, out=out, base_url=base_url)
    summary = f"{result.written.files:,} files, {result.written.written:,} of them written"
    if result.written.removed:
        summary += f", {result.written.removed:,} removed"
    say(f"Site of release {result.release} ({summary}): {result.path.resolve()}")
    if serve:
        _serve(result.path, port)
    else:
        say(f"Open {result.path.resolve() / 'index.html'}, or run oig site --serve")


def _serve(folder: Path, port: int) -> None:
    from oig_pipeline.site import serve

    with serve.server(folder, port) as server:
        print(f"http://{serve.HOST}:{server.server_address[1]}/ (Ctrl-C ends it)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
