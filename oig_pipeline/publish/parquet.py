"""Tables as Parquet files.

Belongs here: how a table becomes a file whose bytes depend on its rows alone, and whether a file holds a table already.
Does not: where files lie.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from oig_pipeline.contract.faults import CannotRun
from oig_pipeline.contract.surfaces import arrow_schema

SETTINGS: dict[str, Any] = {"row_group_size": 16_384, "compression": "zstd", "compression_level": 3, "version": "2.6"}
"""How files are written. Files written otherwise are not carried over, though they hold the same rows."""


def write(frame: pl.DataFrame, table: str, file: Path, old: tuple[Path, str] | None = None) -> None:
    """Write the rows of a table, in the order given, with the contract's schema and descriptions.

    Args:
        frame: the rows.
        table: the table's name in the contract.
        file: where to.
        old: a file written with the same settings and versions, and its SHA-256. If it is whole and holds the same
            rows, it is carried over instead: linked, or copied where the file system has no links.
    """
    arrow = frame.to_arrow().cast(arrow_schema(table)).replace_schema_metadata({})
    file.parent.mkdir(parents=True, exist_ok=True)
    if old is not None and _holds(*old, arrow):
        _carry(old[0], file)
    else:
        pq.write_table(arrow, file, **SETTINGS)


def read(file: Path) -> pl.DataFrame:
    """Return the rows of one file; no character of its path is a wildcard, and its folder's name is no column.

    Raises:
        CannotRun: the file is missing or damaged.
    """
    with _readable(file):
        return pl.read_parquet(file, glob=False, hive_partitioning=False)


def schema(file: Path) -> pa.Schema:
    """Return the Arrow schema of one file.

    Raises:
        CannotRun: the file is missing or damaged.
    """
    with _readable(file):
        return pq.read_schema(file)


@contextmanager
def _readable(file: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, pa.ArrowException, pl.exceptions.PolarsError) as error:
        said = " ".join(str(error).split())
        raise CannotRun(f"{file}: cannot be read: {said}; oig verify says what is wrong") from None


def digest(file: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal digits."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _holds(file: Path, sha256: str, rows: pa.Table) -> bool:
    if not file.is_file() or digest(file) != sha256 or pq.read_metadata(file).num_rows != rows.num_rows:
        return False
    with pq.ParquetFile(file) as opened:
        found = opened.read()
    return bool(found.schema.equals(rows.schema, check_metadata=True) and found.equals(rows))


def _carry(old: Path, new: Path) -> None:
    try:
        os.link(old, new)
    except OSError:
        shutil.copyfile(old, new)
