"""What was read of the documents behind the reports' links.

Belongs here: the files below `data/documents` and the two tables made of them. Does not: asking for documents or
reading them, which is done once, beforehand (see `fetch/`): a build is the same whatever the site shows, and opens no
PDF.

`documents.ndjson` holds a line per address, sorted: the columns of `documents` and, for the next request, `etag` and
`last_modified`. `pages/SHA256.ndjson` holds a line per page, `SHA256.pdf` the document itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from oig_pipeline.contract.document_columns import DOCUMENT_PAGES, DOCUMENT_STATUSES, DOCUMENTS
from oig_pipeline.contract.schemas import POLARS_SCHEMAS
from oig_pipeline.domain.report_number import NumberGrammar
from oig_pipeline.errors import CannotRun

INDEX = "documents.ndjson"
PAGES = "pages"
PAGE: dict[str, Any] = {"page": pl.Int32, "text": pl.String}
# How PDFs spell a hyphen, above all one at which a line is broken.
_HYPHENS = r"(?:[\u00ad\u2010-\u2015\u0002\ufffe]+-?|-)\n?"
_SUFFIX = r"(?:-[A-Z]{1,5}\b)?"

GrammarOf = Callable[[str], NumberGrammar | None]
"""Given the address of a document: the grammar of its office's numbers, None where none is known."""


@dataclass(frozen=True)
class Documents:
    """The tables `documents` and `document_pages`."""

    table: pl.DataFrame
    pages: pl.DataFrame


def none() -> Documents:
    """Return the empty tables of a project that has asked for no document."""
    return Documents(POLARS_SCHEMAS["documents"].to_frame(), POLARS_SCHEMAS["document_pages"].to_frame())


def take(folder: Path, grammar_of: GrammarOf) -> Documents:
    """Return the tables of the documents in a folder; empty tables where there is no such folder.

    Args:
        folder: the folder.
        grammar_of: by which grammar the numbers on a cover are read.

    Raises:
        CannotRun: a file there cannot be read.
    """
    rows = list(index(folder).values())
    if not rows:
        return none()
    schema: dict[str, Any] = {**POLARS_SCHEMAS["documents"], "retrieved_at": pl.String}
    del schema["cover_numbers"]
    try:
        table = pl.DataFrame(rows, schema=schema, strict=True).with_columns(
            pl.col("retrieved_at").str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", time_unit="us")
        )
    except (pl.exceptions.PolarsError, TypeError) as error:
        raise CannotRun(f"{folder / INDEX}: a value has the wrong form: {' '.join(str(error).split())}") from None
    pages = _pages(folder, sorted(set(table.filter(pl.col("pages").is_not_null())["sha256"].drop_nulls())))
    table = table.join(_covers(table, pages, grammar_of), on="url", how="left", maintain_order="left")
    return Documents(table.with_columns(pl.col("cover_numbers").fill_null([])).select(*DOCUMENTS).sort("url"), pages)


def state(folder: Path) -> bytes:
    """Return what tells what a folder holds from anything else that it may have held."""
    pages = sorted((file.name, file.stat().st_size) for file in (folder / PAGES).glob("*.ndjson"))
    file = folder / INDEX
    return repr(pages).encode() + (file.read_bytes() if file.is_file() else b"")


def index(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the entries of the index by address.

    Raises:
        CannotRun: the index is damaged.
    """
    file = folder / INDEX
    if not file.exists() and not file.is_symlink():
        return {}
    if not file.is_file():
        raise CannotRun(f"{file}: not a regular file; restore it, or move it away to ask for all again")
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CannotRun(f"{file}: cannot be read: {error}") from None
    entries = {}
    for number, line in enumerate(lines, 1):
        try:
            entry = json.loads(line)
            if entry["status"] not in DOCUMENT_STATUSES or not isinstance(entry["retrieved_at"], str):
                raise ValueError(line)
            entries[entry["url"]] = entry
        except (ValueError, TypeError, KeyError):
            message = (
                f"{file}:{number}: not a line of the index; restore the file, or move it away to ask for all again"
            )
            raise CannotRun(message) from None
    return entries


def _pages(folder: Path, documents: list[str]) -> pl.DataFrame:
    frames = []
    for sha256 in documents:
        file = folder / PAGES / f"{sha256}.ndjson"
        try:
            read = pl.read_ndjson(file, schema=PAGE) if file.stat().st_size else pl.DataFrame(schema=PAGE)
        except (OSError, pl.exceptions.PolarsError) as error:
            message = (
                f"{file}: cannot be read: {str(error).splitlines()[0]}; oig fetch documents --again writes it again"
            )
            raise CannotRun(message) from None
        frames.append(read.with_columns(pl.lit(sha256).alias("sha256")))
    if not frames:
        return POLARS_SCHEMAS["document_pages"].to_frame()
    text = pl.col("text").str.strip_chars()
    return (
        pl.concat(frames)
        .with_columns(pl.when(text.str.len_bytes() > 0).then(text).alias("text"))
        .with_columns(pl.col("text").is_not_null().alias("has_text"))
        .select(*DOCUMENT_PAGES)
        .sort("sha256", "page")
    )


def _covers(documents: pl.DataFrame, pages: pl.DataFrame, grammar_of: GrammarOf) -> pl.DataFrame:
    """Return url → the numbers on the first page."""
    urls: dict[NumberGrammar, list[str]] = {}
    for url in documents["url"]:
        if (grammar := grammar_of(url)) is not None:
            urls.setdefault(grammar, []).append(url)
    text = pl.col("text").str.replace_all(_HYPHENS, "-")
    covers = documents.select("url", "sha256").join(pages.filter(pl.col("page") == 1), on="sha256").select("url", text)
    frames = [pl.DataFrame(schema={"url": pl.String, "cover_numbers": pl.List(pl.String)})]
    for grammar, of_office in urls.items():
        spelled = pl.col("text").str.extract_all(grammar.mention + _SUFFIX)
        numbers = spelled.list.eval(grammar.canonical_column(pl.element())).list.drop_nulls().list.unique().list.sort()
        rows = covers.filter(pl.col("url").is_in(of_office))
        frames.append(rows.select("url", numbers.fill_null([]).alias("cover_numbers")))
    return pl.concat(frames)
