"""What the commands share.

Belongs here: the Typer program, options that several commands take, and printing rows in the formats that they offer.
Does not: a command.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Annotated, Any

import typer
import typer.main
from typer.core import TyperGroup

from oig_pipeline import __version__
from oig_pipeline.domain.visible import escaped, one_line
from oig_pipeline.errors import CannotRun

app = typer.Typer(
    name="oig",
    help="Report listings of Inspectors General as data that can be trusted.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # drawing help in boxes takes longer than all else that help does
)

FETCH_HELP = "Fetch new captures, or the documents behind the reports."
IMPORT_HELP = "Import captures from archives."


class _Fetching(TyperGroup):
    """A group whose options and commands are imported when it is called: they need all offices and their sources."""

    def make_context(self, info_name: str | None, *arguments: Any, **more: Any) -> Any:
        from oig_pipeline.cli import fetch

        group = fetch.fetch_app if self.name == "fetch" else fetch.import_app
        return typer.main.get_group(group).make_context(info_name, *arguments, **more)


app.add_typer(typer.Typer(cls=_Fetching, help=FETCH_HELP), name="fetch")
app.add_typer(typer.Typer(cls=_Fetching, help=IMPORT_HELP), name="import")

Out = Annotated[
    str | None,
    typer.Option("--out", help="Curated folder, or an address (s3://bucket/prefix).", show_default="data/curated"),
]
Release = Annotated[
    str | None,
    typer.Option(
        "--release",
        help="Release or curated folder, or the address of either (s3://bucket/prefix).",
        show_default="data/curated",
    ),
]
NoWait = Annotated[bool, typer.Option("--no-wait", help="Exit at once if another process is writing there.")]
BaseUrl = Annotated[
    str | None,
    typer.Option(
        "--base-url",
        envvar="OIG_BASE_URL",
        help="Public URL of the site; adds canonical links, link previews and a sitemap.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]


class Form(StrEnum):
    """How rows are printed."""

    table = "table"
    csv = "csv"
    json = "json"


AsForm = Annotated[Form, typer.Option("--format", help="How to print the rows.")]


def _version(is_requested: bool) -> None:
    if is_requested:
        print(f"oig {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Report listings of Inspectors General as data that can be trusted."""


def say(text: str, *, is_error: bool = False) -> None:
    """Print one line, whatever stands in it."""
    print(one_line(text), file=sys.stderr if is_error else sys.stdout)


def print_rows(names: list[str], rows: list[tuple[Any, ...]], form: Form, null: str = "") -> None:
    """Print rows in one of the formats; in a table, `null` stands where there is no value."""
    if form is Form.csv:
        _print_csv([names, *rows])
    elif form is Form.json:
        if len(set(names)) < len(names):
            raise CannotRun("query: two columns have one name; give one of them another with AS")
        print(as_json([dict(zip(names, row, strict=True)) for row in rows], indent=1))
    else:
        # Imported here: other forms need nothing of what draws tables.
        from oig_pipeline.cli import console

        console.print_rows(names, rows, null)


def _print_csv(rows: Iterable[Sequence[Any]]) -> None:
    for row in rows:
        sys.stdout.write(",".join(map(csv_cell, row)) + "\n")


def csv_cell(value: Any) -> str:
    """Return a value as the CSV of a release writes it: nothing for NULL, quotes for an empty text, lists joined."""
    from oig_pipeline.release.metadata.about import BETWEEN

    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        text = BETWEEN.join(value)
    else:
        text = as_json(value) if isinstance(value, list | dict) else str(value)
    # In quotes, a value that a CI runner would take for a command begins no line.
    is_quoted = not text or any(character in text for character in ',"\r\n') or text.lstrip().startswith("::")
    return '"' + text.replace('"', '""') + '"' if is_quoted else text


def as_json(value: Any, indent: int | None = None) -> str:
    """Return a value as JSON that standard output can show."""
    # What JSON cannot say: dates become ISO texts, and numbers that are none become null.
    plain = json.loads(json.dumps(value, default=str), parse_constant=lambda _: None)
    return shown_json(json.dumps(plain, ensure_ascii=False, indent=indent))


def shown_json(text: str) -> str:
    """Return JSON that says the same and that standard output can show."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return escaped(text, ascii_only=not encoding.lower().startswith("utf"))
