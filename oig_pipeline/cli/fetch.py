"""Commands that bring new captures: fetch, fetch documents, import warc.

Belongs here: these commands, their options, and what they print. Does not: asking, filing, or any decision about
either.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any

import typer

from oig_pipeline.cli.app import AsJson, app, as_json, say
from oig_pipeline.errors import CannotRun
from oig_pipeline.fetch import crawl_policy as usual
from oig_pipeline.fetch.crawl_policy import Manners
from oig_pipeline.settings import MIN_ROWS, settings

MOST_SHOWN = 20

Raw = Annotated[Path | None, typer.Option("--raw", help="Folder of captures.", show_default="data/raw")]
Delay = Annotated[float, typer.Option("--delay", help="Seconds between two requests; robots.txt may ask for more.")]
Contact = Annotated[
    str | None, typer.Option("--contact", help="How the site's people reach you; sent with each request.")
]
MostPages = Annotated[int, typer.Option("--max-pages", help="Most requests.")]
MostMegabytes = Annotated[float, typer.Option("--max-megabytes", help="Most that may be received.")]
MostMinutes = Annotated[float, typer.Option("--max-minutes", help="Longest that it may take.")]
Attempts = Annotated[int, typer.Option("--attempts", help="How often one page is asked for.")]
Backoff = Annotated[float, typer.Option("--backoff", help="Seconds before a second attempt; they double with each.")]
Patience = Annotated[float, typer.Option("--patience", help="Seconds that one answer may take.")]
Base = Annotated[str, typer.Option("--base-url", help="Another site to ask instead, for tests.")]

fetch_app = typer.Typer(help="Fetch new captures, or the documents behind the reports.", pretty_exceptions_enable=False)
import_app = typer.Typer(help="Import captures from archives.", no_args_is_help=True, pretty_exceptions_enable=False)
app.add_typer(fetch_app, name="fetch", invoke_without_command=True)
app.add_typer(import_app, name="import")


@fetch_app.callback(invoke_without_command=True)
def fetch(
    context: typer.Context,
    raw: Raw = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="Walk back to this day only.", show_default="all")
    ] = None,
    min_rows: Annotated[
        float, typer.Option("--min-rows", help="Share of last time's rows below which a listing is not believed.")
    ] = MIN_ROWS,
    anew: Annotated[bool, typer.Option("--anew", help="Begin anew where the last fetch did not end.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be asked, and ask nothing.")] = False,
    delay: Delay = usual.DELAY,
    contact: Contact = None,
    max_pages: MostPages = usual.MOST_PAGES,
    max_megabytes: MostMegabytes = usual.MOST_MEGABYTES,
    max_minutes: MostMinutes = usual.MOST_MINUTES,
    attempts: Attempts = usual.ATTEMPTS,
    backoff: Backoff = usual.BACKOFF,
    patience: Patience = usual.PATIENCE,
    base_url: Base = usual.SITE,
    as_json: AsJson = False,
) -> None:
    """Walk the OIG's listings, politely, and file what is new as captures; then oig build.

    Exit 0 if every listing was had, 1 if one could not be had or is not what it should be, 2 if it could not run.
    """
    if context.invoked_subcommand is not None:
        return
    from oig_pipeline.fetch import service

    manners = _manners(
        base_url, delay=delay, contact=contact, most_pages=max_pages, most_megabytes=max_megabytes,
        most_minutes=max_minutes, attempts=attempts, backoff=backoff, patience=patience,
    )  # fmt: skip
    if dry_run:
        _print_plan(manners)
        return
    chosen, day = settings(raw), _day(since)
    with _progress(quiet=as_json) as tell:
        found = service.fetch_captures(chosen, manners, since=day, fewest=min_rows, anew=anew, tell=tell)
    if as_json:
        _print_json(told_of(found))
    else:
        _print_fetched(found, chosen.raw)
    _end(found.faults, found.status)


@fetch_app.command()
def documents(
    raw: Raw = None,
    fiscal_year: Annotated[
        int | None, typer.Option("--fiscal-year", help="Documents of this fiscal year's reports only.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Ask for those held, too, if they have changed.")] = False,
    delay: Delay = usual.DELAY,
    contact: Contact = None,
    max_pages: MostPages = usual.MOST_PAGES,
    max_megabytes: MostMegabytes = usual.MOST_MEGABYTES * 10,
    max_minutes: MostMinutes = usual.MOST_MINUTES * 3,
    attempts: Attempts = usual.ATTEMPTS,
    backoff: Backoff = usual.BACKOFF,
    patience: Patience = usual.PATIENCE * 5,
    base_url: Base = usual.SITE,
    as_json: AsJson = False,
) -> None:
    """Fetch the documents that the reports link and read their text; what is held is not asked for again."""
    from oig_pipeline.fetch import service

    manners = _manners(
        base_url, delay=delay, contact=contact, most_pages=max_pages, most_megabytes=max_megabytes,
        most_minutes=max_minutes, attempts=attempts, backoff=backoff, patience=patience,
    )  # fmt: skip
    with _progress(quiet=as_json) as tell:
        found = service.fetch_documents(settings(raw), manners, fiscal_year=fiscal_year, again=again, tell=tell)
    if as_json:
        _print_json(
            {
                "fetched": dict(found.counted), "held": found.held, "not_had": found.not_had,
                "unchanged": found.unchanged,
                "unread": found.unread, "asked": found.asked, "bytes": found.received, "faults": found.faults,
            }
        )  # fmt: skip
    else:
        counted = ", ".join(f"{count} {status}" for status, count in sorted(found.counted.items())) or "none"
        had = f"{found.held + found.unchanged} held already"
        had += f", {found.not_had} not to be had before; --again asks for them anew" * bool(found.not_had)
        say(f"Documents fetched: {counted}; {had}.")
        _print_some([f"{url}: {why}" for url, why in found.unread.items()])
    _end(found.faults, found.status)


@import_app.command()
def warc(
    archives: Annotated[list[Path], typer.Argument(help="Files (.warc, .warc.gz).", show_default=False)],
    raw: Raw = None,
    as_json: AsJson = False,
) -> None:
    """File the listings in web archives as captures, each with its own address and time; the rest is counted."""
    from oig_pipeline.fetch import service

    found = service.import_warcs(settings(raw), archives)
    if as_json:
        added = [str(path) for path in found.added]
        _print_json({"captures": added, "others": dict(found.counted), "faults": found.faults})
    else:
        say(f"New captures: {len(found.added)}.")
        for what, count in sorted(found.counted.items()):
            say(f"{count:>7}  {what}")
    _end(found.faults, found.status)


def _manners(base_url: str, **chosen: Any) -> Manners:
    import stamina.instrumentation

    stamina.instrumentation.set_on_retry_hooks([])  # which would print beside what this prints
    return Manners(**chosen, base=base_url.rstrip("/"))


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise CannotRun(f"--since: a day like 2026-10-01, not '{text}'") from None


def _progress(*, quiet: bool) -> Any:
    from oig_pipeline.cli import terminal

    return terminal.progress(quiet)


def told_of(found: Any) -> dict[str, Any]:
    """Return what a fetch came to, as one object for JSON."""
    return {
        "asked": found.asked,
        "answered_from_cache": found.revalidated,
        "bytes": found.received,
        "new_captures": [str(path) for path in found.added],
        "unchanged_pages": len(found.same),
        "listings": found.listings,
        "doubts": {name: [_doubt(doubt) for doubt in doubts] for name, doubts in found.doubts.items()},
        "faults": found.faults,
        "went_on": found.went_on,
    }


def _doubt(doubt: Any) -> dict[str, Any]:
    return {"after_page": doubt.page, "beside": [{"number": r.number, "title": r.title} for r in doubt.rows]}


def _print_fetched(found: Any, raw: Path) -> None:
    if found.went_on:
        say("Went on with the fetch that did not end.")
    rows = sum(found.listings.values())
    size = f"{found.received / 1e6:.1f} MB" if found.received >= 1e6 else f"{found.received / 1e3:.0f} kB"
    say(f"Asked {found.asked} times, {found.revalidated} answered from the cache; {size} received.")
    say(
        f"{len(found.listings)} listings with {rows} rows: "
        f"{len(found.added)} new captures, {len(found.same)} pages unchanged."
    )
    for name, doubts in found.doubts.items():
        for doubt in doubts:
            beside = " and ".join(row.number or row.title or "a row without a number" for row in doubt.rows)
            say(f"In doubt: {name}, after page {doubt.page}: beside {beside} a row may be missing")
    if not found.faults:
        say("Next: oig build" if found.added else "Nothing is new; there is nothing to build.")


def _print_plan(manners: Manners) -> None:
    from oig_pipeline.fetch.capture_fetch import plan

    first = plan(manners)
    for url in first:
        say(url)
    say(f"{len(first)} addresses to begin with, {manners.delay:g} s apart, and of each listing the pages that follow.")


def _print_some(lines: list[str]) -> None:
    for line in lines[:MOST_SHOWN]:
        say(line)
    if len(lines) > MOST_SHOWN:
        say(f"… and {len(lines) - MOST_SHOWN} more; --json names them all")


def _print_json(told: dict[str, Any]) -> None:
    say(as_json(told))


def _end(faults: list[str], status: int) -> None:
    for fault in faults:
        say(f"oig: {fault}", is_error=True)
    raise typer.Exit(status)
