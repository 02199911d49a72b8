"""`DICTIONARY.md`: the data dictionary, for people.

Belongs here: how tables, columns, views and rules are laid out in Markdown. Does not: any of their words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from oig_pipeline.contract.rules import RULES
from oig_pipeline.contract.schemas import BY_YEAR, TABLE_DESCRIPTIONS, TABLES
from oig_pipeline.contract.surfaces import ColumnInfo, columns
from oig_pipeline.release.catalog import CATALOG, VARIABLE, derived_views
from oig_pipeline.release.files import path_of, year_name
from oig_pipeline.release.metadata import about as f
from oig_pipeline.release.metadata import coverage
from oig_pipeline.release.metadata.about import DatasetInfo, TableStats

DICTIONARY = "DICTIONARY.md"
LONGEST_EXAMPLE = 60
SPREADSHEETS = (
    f"`{f.REPORTS_CSV}` holds `reports` for spreadsheets: lists have `{f.BETWEEN.strip()}` between their values, and a "
    "text that a spreadsheet would run as a formula has an apostrophe in front of it. "
    f"`{f.REPORTS_NDJSON}` holds the same, unchanged, as one JSON object per line, and `{f.REPORTS_SQLITE}` as a "
    "SQLite database with a full-text index over number, title, summary and topics."
)

FILES = (
    f"{', '.join(f'`{table}`' for table in BY_YEAR)} are folders with a plain Parquet file for each fiscal year, "
    f"`{path_of(BY_YEAR[0], 2021)}`, and `{path_of(BY_YEAR[0], None)}` for rows without one; the other tables are one "
    "file each. Every file has every column."
)
COVERAGE = (
    "For each series and fiscal year: how many reports there are here, the lowest and the highest of their numbers, "
    "and how many numbers that makes. Reports whose number has no known series are in no row. The view `number_gaps` "
    "names each missing number."
)
MOVED = (
    f"The views in `{CATALOG}` read the folder in which it was made. Of a release that was moved or copied, say first "
    f"where it lies: `SET VARIABLE {VARIABLE}='.'` in its own folder, or the name of another. `views.sql` reads the "
    "current folder unless the variable is set."
)


def dictionary(info: DatasetInfo) -> str:
    """Return the dictionary of a release as Markdown."""
    words = info.wording
    return "\n".join(
        [
            f"# {words.title}",
            "",
            words.description,
            "",
            f"Source: [{words.source_title}]({words.source_url}). Licence: [{f.LICENCE_TITLE}]({f.LICENCE_URL}). "
            f"{words.notice}",
            "",
            FILES,
            *(("", SPREADSHEETS) if info.exports else ()),
            *_coverage(info.content),
            *(line for table in TABLES for line in _table(table, info)),
            *_views(),
            *_rules(),
            "",
        ]
    )


def _coverage(content: TableStats) -> Iterator[str]:
    if not (summary := coverage.sentences(content.coverage, content.rows.get("reports", 0))):
        return
    yield from ("", "## Coverage", "", summary, "", COVERAGE, "")
    rows = (
        (*key[:2], year_name(key.fiscal_year), f"{n.reports:,}", f"{n.first} to {n.last}", f"{n.numbers:,}")
        for key, n in coverage.rows(content.coverage)
    )
    yield from _grid(("office", "series", "fiscal year", "reports", "lowest and highest", "numbers"), rows)


def _table(table: str, info: DatasetInfo) -> Iterator[str]:
    yield from ("", f"## {table}", "", TABLE_DESCRIPTIONS[table], "")
    if key := TABLES[table].unique:
        yield from (f"Key: {', '.join(f'`{name}`' for name in key)}.", "")
    head = ("column", "type", "unit", "may be null", "description", "example")
    yield from _grid(
        head, (_cells(column, info.content.examples.get(table, {}).get(column.name)) for column in columns(table))
    )


def _cells(column: ColumnInfo, example: str | None) -> tuple[str, ...]:
    among = f" One of {', '.join(f'`{value}`' for value in column.among)}." if column.among else ""
    kind = column.type.replace("list<element: string not null>", "list of string")
    example_cell = "" if example is None else _quoted(example)
    return (
        f"`{column.name}`",
        kind,
        column.unit or "",
        "yes" if column.nullable else "no",
        column.description + among,
        example_cell,
    )


def _quoted(example: str) -> str:
    words = " ".join(example.split())
    if not words:
        return ""
    cut = words if len(words) <= LONGEST_EXAMPLE else words[: LONGEST_EXAMPLE - 1] + "\u2026"
    return "`" + cut.replace("`", "'") + "`"


def _views() -> Iterator[str]:
    yield from ("", "## Views", "", "Derived from the tables, in `catalog.duckdb` and `views.sql`.", "", MOVED, "")
    rows = ((f"`{name}`", description) for name, (description, _) in derived_views().items())
    yield from _grid(("view", "description"), rows)


def _rules() -> Iterator[str]:
    yield from ("", "## Rules", "", "An error quarantines its row; a warning stands among the `quality_flags`.", "")
    yield from _grid(
        ("rule", "severity", "judges", "why", "remedy"),
        ((f"`{r.code}`", r.severity, f"`{r.column}`", r.why, r.remedy) for r in RULES),
    )


def _grid(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    for cells in (head, ("---",) * len(head), *rows):
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
