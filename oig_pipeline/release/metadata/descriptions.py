"""The descriptions of a release beside its files.

Belongs here: writing all of them, comparing the Parquet files with the contract, and what each description says with
what the files and the contract give. Does not: what any of them says.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
from pydantic_core import to_json  # of 160 kB: json takes forty times as long to indent them

from oig_pipeline.contract.schemas import TABLES
from oig_pipeline.contract.surfaces import arrow_schema
from oig_pipeline.errors import CannotRun
from oig_pipeline.release import manifest, parquet
from oig_pipeline.release.files import table_of
from oig_pipeline.release.metadata import croissant, dcat, frictionless
from oig_pipeline.release.metadata.about import REPORTS_CSV, DatasetInfo, File, TableStats, stats_of_tables
from oig_pipeline.release.metadata.dictionary import DICTIONARY, dictionary

DOCUMENTS: dict[str, Callable[[DatasetInfo], Any]] = {
    frictionless.DATA_PACKAGE: frictionless.data_package,
    dcat.CATALOG_JSON: dcat.catalog,
    croissant.CROISSANT: croissant.croissant,
    DICTIONARY: dictionary,
}


Parts = Mapping[str, Mapping[str, pl.DataFrame]]
"""Table → path in the release → rows of that file."""


def write(folder: Path, info: DatasetInfo) -> None:
    """Write every description of the files in the folder."""
    for name, document in DOCUMENTS.items():
        (folder / name).write_text(_as_text(document(info)), encoding="utf-8")


def problems(folder: Path, parts: Parts | None = None) -> Iterator[str]:
    """Yield where Parquet files, descriptions and the contract disagree, as sentences that begin with the file.

    Args:
        folder: the release.
        parts: the rows of its files, if they have been read; else they are read when needed.
    """
    errors = list(schema_errors(folder))
    yield from errors
    if errors:
        return
    info = facts_of(folder, parts)
    for name, document in DOCUMENTS.items():
        expected = document(info)
        try:
            text = (folder / name).read_text(encoding="utf-8")
            actual = text if isinstance(expected, str) else json.loads(text)
        except (OSError, ValueError, RecursionError) as error:
            yield f"{name}: cannot be read: {' '.join(str(error).split())}"
            continue
        if actual != expected:
            yield f"{name}: says something else than files and contract at {_first_difference(actual, expected)}"


def schema_errors(folder: Path) -> Iterator[str]:
    """Yield which Parquet files do not have the contract's columns, and which tables have no file."""
    files = sorted(folder.rglob("*.parquet"))
    paths = [file.relative_to(folder).as_posix() for file in files]
    for path, file in zip(paths, files, strict=True):
        if table_of(path) not in TABLES:
            yield f"{path}: no table of the contract"
        elif (schema := _schema(file)) is None:
            yield f"{path}: is no Parquet file"
        elif not schema.equals(arrow_schema(table_of(path)), check_metadata=True):
            yield f"{path}: its columns are not those of the contract"
    for table in sorted(TABLES.keys() - {table_of(path) for path in paths}):
        yield f"{table}: the table has no file"


def _schema(file: Path) -> pa.Schema | None:
    try:
        return parquet.schema(file)
    except CannotRun:
        return None


def _files(folder: Path) -> tuple[File, ...]:
    paths = [(file.relative_to(folder).as_posix(), file) for file in sorted(folder.rglob("*.parquet"))]
    return tuple(File(path, table_of(path), file.stat().st_size, parquet.digest(file)) for path, file in paths)


def facts_of(folder: Path, parts: Parts | None = None) -> DatasetInfo:
    """Return what the files of a release hold.

    Args:
        folder: the release.
        parts: the rows of its files, if they have been read.
    """
    content = manifest.read(folder)
    has_exports = content is None or REPORTS_CSV in content.get("derived", [REPORTS_CSV])
    return DatasetInfo(_content(_read(folder) if parts is None else _loaded_rows(parts)), _files(folder), has_exports)


def _read(folder: Path) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield the table and the rows of each file, one in memory at a time."""
    for file in sorted(folder.rglob("*.parquet")):
        yield table_of(file.relative_to(folder).as_posix()), parquet.read(file)


def _loaded_rows(parts: Parts) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield the same for files whose rows have been read, in the same order."""
    rows = {Path(path): (table, frame) for table, files in parts.items() for path, frame in files.items()}
    yield from (rows[path] for path in sorted(rows))


def _content(rows: Iterable[tuple[str, pl.DataFrame]]) -> TableStats:
    """Return what the files of a release hold, by the table and the rows of each."""
    return sum((stats_of_tables({table: frame}) for table, frame in rows), TableStats(dict.fromkeys(TABLES, 0)))


def _as_text(content: Any) -> str:
    return content if isinstance(content, str) else to_json(content, indent=1).decode() + "\n"


def _first_difference(actual: Any, expected: Any) -> str:
    """Return where two documents first differ: a line of text, or the path of keys."""
    if isinstance(expected, str) and isinstance(actual, str) and "\n" in expected:
        lines = zip([*actual.split("\n"), None], [*expected.split("\n"), None], strict=False)
        line = next(n for n, (actual_item, expected_item) in enumerate(lines, 1) if actual_item != expected_item)
        return f"line {line}"
    keys: list[str] = []
    while type(actual) is type(expected) and isinstance(expected, dict | list) and actual != expected:
        if isinstance(expected, dict):
            key = next(
                k for k in {**expected, **actual} if k not in actual or k not in expected or actual[k] != expected[k]
            )
            if key not in actual or key not in expected:
                keys.append(str(key))
                break
        else:
            pairs = enumerate(zip(actual, expected, strict=False))
            key = next((n for n, (actual_item, expected_item) in pairs if actual_item != expected_item), None)
            if key is None:
                break
        keys.append(str(key))
        actual, expected = actual[key], expected[key]
    return ".".join(keys) or "its beginning"
