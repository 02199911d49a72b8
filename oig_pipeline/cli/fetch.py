"""Commands that bring new captures: fetch, fetch documents, import warc.

Belongs here: these commands, their options, and what they print. Does not: asking, filing, or any decision about
either.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from oig_pipeline.cli.app import FETCH_HELP, IMPORT_HELP, AsJson, as_json, say
from oig_pipeline.errors import CannotRun
from oig_pipeline.fetch import crawl_policy as usual
from oig_pipeline.fetch.crawl_policy import DEFAULT_SOURCE, CrawlPolicy
from oig_pipeline.offices import OFFICES
from oig_pipeline.settings import MIN_ROWS, settings

if TYPE_CHECKING:
    from oig_pipeline.fetch.crawl_target import CrawlTarget

MAX_SHOWN = 20

Raw = Annotated[Path | None, typer.Option("--raw", help="Folder of captures.", show_default="data/raw")]
Delay = Annotated[
    float | None,
    typer.Option(
        "--delay",
        help="Seconds between two requests; robots.txt may ask for more.",
        show_default=f"{usual.DELAY:g}, or what the source asks for",
    ),
]
Contact = Annotated[
    str | None,
    typer.Option("--contact", envvar="OIG_CONTACT", help="How the site's staff can reach you; sent with each request."),
]
MaxPages = Annotated[int, typer.Option("--max-pages", help="Maximum number of requests.")]
MaxMegabytes = Annotated[float, typer.Option("--max-megabytes", help="Maximum megabytes to receive.")]
MaxMinutes = Annotated[float, typer.Option("--max-minutes", help="Maximum minutes the fetch may take.")]
Attempts = Annotated[int, typer.Option("--attempts", help="Maximum attempts for one page.")]
Backoff = Annotated[float, typer.Option("--backoff", help="Seconds before the first retry, doubled at each retry.")]
Patience = Annotated[float, typer.Option("--patience", help="Maximum seconds for one response.")]
Base = Annotated[str | None, typer.Option("--base-url", help="Another site to fetch from, for tests.")]

fetch_app = typer.Typer(help=FETCH_HELP, pretty_exceptions_enable=False, rich_markup_mode=None)
import_app = typer.Typer(help=IMPORT_HELP, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)


@fetch_app.callback(invoke_without_command=True)
def fetch(
    context: typer.Context,
    raw: Raw = None,
    source: Annotated[
        str, typer.Option("--source", help="Where to fetch from, such as oversight_gov.")
    ] = DEFAULT_SOURCE,
    office: Annotated[
        str | None,
        typer.Option(
            "--office", help="Whose reports to fetch: code or name of an office.", show_default=OFFICES.default
        ),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="Go back to this day only.", show_default="all")
    ] = None,
    min_rows: Annotated[
        float, typer.Option("--min-rows", help="Share of last time's rows below which a listing is rejected.")
    ] = MIN_ROWS,
    restart: Annotated[
        bool, typer.Option("--anew", help="Start over instead of resuming; walk whole listings.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be requested; request nothing.")] = False,
    delay: Delay = None,
    contact: Contact = None,
    max_pages: MaxPages = usual.MAX_PAGES,
    max_megabytes: MaxMegabytes = usual.MAX_MEGABYTES,
    max_minutes: MaxMinutes = usual.MAX_MINUTES,
    attempts: Attempts = usual.ATTEMPTS,
    backoff: Backoff = usual.BACKOFF,
    patience: Patience = usual.PATIENCE,
    base_url: Base = None,
    as_json: AsJson = False,
) -> None:
    """Walk a site's listings of an office's reports, politely, and file what is new as captures; then oig build.

    Exit 0 if every listing was had, 1 if one could not be had or is not what it should be, 2 if it could not run.
    """
    if context.invoked_subcommand is not None:
        return
    from oig_pipeline.fetch import service
    from oig_pipeline.fetch.crawl_target import target_of

    policy = _crawl_policy(
        target_of(source, office), base_url=base_url, delay=delay, contact=_contact(contact, dry_run),
        max_pages=max_pages, max_megabytes=max_megabytes, max_minutes=max_minutes,
        attempts=attempts, backoff=backoff, patience=patience,
    )  # fmt: skip
    if dry_run:
        _print_plan(policy, source, office)
        return
    config, day = settings(raw), _day(since)
    with _progress(quiet=as_json) as on_progress:
        result = service.fetch_captures(
            config, policy, source=source, office=office, since=day, min_ratio=min_rows, restart=restart,
            on_progress=on_progress,
        )  # fmt: skip
    if as_json:
        _print_json(fetch_summary(result))
    else:
        _print_fetched(result, config.raw)
    _end(result.faults, result.status)


@fetch_app.command()
def documents(
    raw: Raw = None,
    fiscal_year: Annotated[
        int | None, typer.Option("--fiscal-year", "--year", help="Documents of this fiscal year's reports only.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Request known documents again if they have changed.")] = False,
    delay: Delay = None,
    contact: Contact = None,
    max_pages: MaxPages = usual.MAX_PAGES,
    max_megabytes: MaxMegabytes = usual.MAX_MEGABYTES * 10,
    max_minutes: MaxMinutes = usual.MAX_MINUTES * 3,
    attempts: Attempts = usual.ATTEMPTS,
    backoff: Backoff = usual.BACKOFF,
    patience: Patience = usual.PATIENCE * 5,
    base_url: Base = None,
    as_json: AsJson = False,
) -> None:
    """Fetch the documents that the reports link to and read their text; known documents are not requested again."""
    from oig_pipeline.fetch import service
    from oig_pipeline.fetch.crawl_target import target_of

    policy = _crawl_policy(
        target_of(), base_url=base_url, delay=delay, contact=_contact(contact), max_pages=max_pages,
        max_megabytes=max_megabytes, max_minutes=max_minutes, attempts=attempts, backoff=backoff, patience=patience,
    )  # fmt: skip
    with _progress(quiet=as_json) as on_progress:
        result = service.fetch_documents(
            settings(raw), policy, fiscal_year=fiscal_year, again=again, on_progress=on_progress
        )
    if as_json:
        _print_json(
            {
                "fetched": dict(result.counted), "held": result.stored, "not_had": result.not_had,
                "unchanged": result.unchanged,
                "unread": result.unread, "asked": result.requests, "bytes": result.received, "faults": result.faults,
            }
        )  # fmt: skip
    else:
        counted = ", ".join(f"{count} {status}" for status, count in sorted(result.counted.items())) or "none"
        had = f"{result.stored + result.unchanged} held already"
        had += f", {result.not_had} could not be had before; --again asks for them again" * bool(result.not_had)
        say(f"Documents fetched: {counted}; {had}.")
        _print_first([f"{url}: {why}" for url, why in result.unread.items()])
    _end(result.faults, result.status)


@import_app.command()
def warc(
    archives: Annotated[list[Path], typer.Argument(help="Files (.warc, .warc.gz).", show_default=False)],
    raw: Raw = None,
    as_json: AsJson = False,
) -> None:
    """Import the listings in web archives as captures, each with its own URL and time; other records are counted."""
    from oig_pipeline.fetch import service

    result = service.import_warcs(settings(raw), archives)
    if as_json:
        added = [str(path) for path in result.added]
        _print_json({"captures": added, "others": dict(result.counted), "faults": result.faults})
    else:
        say(f"New captures: {len(result.added)}.")
        for what, count in sorted(result.counted.items()):
            say(f"{count:>7}  {what}")
    _end(result.faults, result.status)


def _crawl_policy(target: CrawlTarget, **options: Any) -> CrawlPolicy:
    import stamina.instrumentation

    stamina.instrumentation.set_on_retry_hooks([])  # they would print to the same stream
    return target.policy(**options)


def _contact(contact: str | None, dry_run: bool = False) -> str | None:
    """Return how to be reached, asked for at a terminal; a dry run sends nothing and needs none.

    Raises:
        CannotRun: nobody is there to be asked.
    """
    if contact or dry_run:
        return contact
    if sys.stdin.isatty():
        answer: str = typer.prompt("How can the site's staff reach you? It is sent with each request")
        return answer
    raise CannotRun(
        "--contact: say how the site's staff can reach you, such as you@example.org; it is sent with each request, so "
        "that they can ask you to change something instead of blocking you (or set OIG_CONTACT)"
    )


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise CannotRun(f"--since: a day like 2026-10-01, not '{text}'") from None


def _progress(*, quiet: bool) -> Any:
    from oig_pipeline.cli import terminal

    return terminal.progress(quiet)


def fetch_summary(result: Any) -> dict[str, Any]:
    """Return the result of a fetch as one JSON object."""
    return {
        "asked": result.requests,
        "answered_from_cache": result.revalidated,
        "bytes": result.received,
        "new_captures": [str(path) for path in result.added],
        "unchanged_pages": len(result.same),
        "listings": result.listings,
        "doubts": {name: [_doubt(doubt) for doubt in doubts] for name, doubts in result.doubts.items()},
        "faults": result.faults,
        "went_on": result.went_on,
    }


def _doubt(doubt: Any) -> dict[str, Any]:
    return {"after_page": doubt.page, "beside": [{"number": r.number, "title": r.title} for r in doubt.rows]}


def _print_fetched(result: Any, raw: Path) -> None:
    if result.went_on:
        say("Went on with the fetch that did not end.")
    rows = sum(result.listings.values())
    size = f"{result.received / 1e6:.1f} MB" if result.received >= 1e6 else f"{result.received / 1e3:.0f} kB"
    say(f"Asked {result.requests} times, {result.revalidated} answered from the cache; {size} received.")
    say(
        f"{len(result.listings)} listings with {rows} rows: "
        f"{len(result.added)} new captures, {len(result.same)} pages unchanged."
    )
    for name, doubts in result.doubts.items():
        for doubt in doubts:
            neighbors = " and ".join(row.number or row.title or "a row without a number" for row in doubt.rows)
            say(f"In doubt: {name}, after page {doubt.page}: beside {neighbors} a row may be missing")
    if not result.faults:
        say("Next: oig build" if result.added else "Nothing is new; there is nothing to build.")


def _print_plan(policy: CrawlPolicy, source: str, office: str | None) -> None:
    from oig_pipeline.fetch.capture_fetch import plan

    urls = plan(policy, source, office)
    for url in urls:
        say(url)
    least = (len(urls) - 1) * policy.delay
    say(
        f"{len(urls)} requests to begin with, {policy.delay:g} s apart: at least {_duration(least)}. The pages to "
        f"which they lead follow, up to {policy.max_pages:,} requests or {policy.max_minutes:g} minutes in all."
    )


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} minutes"


def _print_first(lines: list[str]) -> None:
    for line in lines[:MAX_SHOWN]:
        say(line)
    if len(lines) > MAX_SHOWN:
        say(f"… and {len(lines) - MAX_SHOWN} more; --json names them all")


def _print_json(payload: dict[str, Any]) -> None:
    say(as_json(payload))


def _end(faults: list[str], status: int) -> None:
    for fault in faults:
        say(f"oig: {fault}", is_error=True)
    raise typer.Exit(status)
