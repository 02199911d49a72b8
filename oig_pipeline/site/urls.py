"""Where things lie in the site.

Belongs here: the folder of each report and of each list, relative to the site's. Does not: what lies there.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

import polars as pl

from oig_pipeline.errors import SchemaViolated
from oig_pipeline.offices import OFFICES
from oig_pipeline.release.files import NO_YEAR, year_name

INDEX = "index.html"
# Kind of list → the column of reports whose values name its lists.
COLUMNS = {
    "offices": "office", "topics": "topics", "agencies": "agencies", "years": "fiscal_year", "series": "series",
}  # fmt: skip
LONGEST = 60
# Offices call different families of numbers alike.
_SERIES = (
    pl.when(pl.col("office") == OFFICES.default)
    .then("series")
    .otherwise(pl.concat_str("office", pl.lit(":"), "series"))
    .alias("series")
)
_SAFE = re.compile(r"[A-Z0-9-]+")

Places = dict[str, dict[Any, str]]
"""Kind of list → name → folder."""


def of_report(row: dict[str, Any]) -> str:
    """Return the folder of a report: by year and number, an office other than the default in front of the number.

    Raises:
        SchemaViolated: its number is not canonical.
    """
    return f"reports/{year_name(row['fiscal_year'])}/{name_of_report(row)}"


def name_of_report(row: dict[str, Any]) -> str:
    """Return the name of a report's folder; the office in front of the number is in small letters, and it is not."""
    office, number = row["office"], row["report_number"]
    is_safe = _SAFE.fullmatch(number)
    if office == OFFICES.default and not is_safe:
        raise SchemaViolated(f"{number!r}: not a canonical report number")
    name = number if is_safe else f"{slug(number)}-{_hash(number)}"
    if office == OFFICES.default:
        return name
    # Spellings of unknown offices may differ in what a slug leaves out.
    return f"{office if slug(office) == office else f'{slug(office)}-{_hash(office)}'}-{name}"


def of_lists(reports: pl.DataFrame) -> Places:
    """Return the folder of every list of these reports; where all are of one office, there is no list by office."""
    columns = {kind: reports[column] for kind, column in COLUMNS.items()}
    columns["series"] = reports.select(_SERIES)["series"]
    folders = {kind: _folders(kind, _names(kind, column)) for kind, column in columns.items()}
    return {kind: places for kind, places in folders.items() if kind != "offices" or len(places) > 1}


def _names(kind: str, column: pl.Series) -> list[Any]:
    values = column.explode() if isinstance(column.dtype, pl.List) else column
    names = [name for name in values.drop_nulls().unique().sort() if name != ""]
    return [*names, None] if kind == "years" and column.null_count() else names


def names(kind: str, row: dict[str, Any]) -> list[Any]:
    """Return the names of the lists of a kind in which a report stands."""
    value = row[COLUMNS[kind]]
    if kind == "years":  # reports without one have a list too
        return [value]
    if kind == "series" and value:
        return [OFFICES.qualified(row["office"], value)]
    return [name for name in (value if isinstance(value, list) else [value]) if name not in ("", None)]


def _folders(kind: str, names: Iterable[Any]) -> dict[Any, str]:
    slugs: set[str] = set()
    folders = {}
    for name in names:
        place = slug(NO_YEAR if name is None else str(name))
        if place in slugs:  # another name has the same slug
            place = f"{place}-{_hash(str(name))}"
        slugs.add(place)
        folders[name] = f"{kind}/{place}"
    return folders


def page(folder: str, number: int) -> str:
    """Return the path of a page of a list, from 1."""
    return f"{folder}/{INDEX}" if number == 1 else f"{folder}/page-{number}.html"


def slug(text: str) -> str:
    """Return a text as a folder's name: letters, digits and hyphens; where nothing is left, a hash."""
    folded = unicodedata.normalize("NFKD", text.replace("&", " and ")).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", folded).strip("-")[:LONGEST].strip("-") or _hash(text)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:8]
