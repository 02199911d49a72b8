"""The floor: read, parse and write the columns that `oig build` writes, without cleaning, judging or merging.

    python floor.py RAW OUT RELEASE

RAW is an NDJSON file. Tables, columns, types and numbers of rows are those of the Parquet files of RELEASE, a finished
release of the same corpus, so that the floor follows when the tables change. A column named for a field of the capture
holds that field; keys of sightings hold a key a row; every other column holds something cheap: a running number, or a
constant, which also costs nothing to compress.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import polars as pl

SETTINGS = {"compression": "zstd", "compression_level": 3, "row_group_size": 16_384}
KEY = "0123456789abcdef-"
FIELDS = ("title", "summary", "issue_date", "document_url", "kind", "classification")


def tables(release: Path) -> dict[str, tuple[pl.Schema, int]]:
    """Return the schema and the number of rows of each table of a release, whatever files it lies in."""
    schemas, rows = {}, Counter()
    for file in sorted(release.rglob("*.parquet")):
        table = file.relative_to(release).parts[0].removesuffix(".parquet")
        scan = pl.scan_parquet(file, glob=False, hive_partitioning=False)
        schemas[table] = scan.collect_schema()
        rows[table] += scan.select(pl.len()).collect().item()
    return {table: (schema, rows[table]) for table, schema in schemas.items()}


def column(name: str, dtype: pl.DataType, table: str, rows: int, fields: set[str]) -> pl.Expr:
    """Return what stands in a column: the field of that name, or something cheap."""
    field = {"listed_number": "report_number"}.get(name, name.removeprefix("listed_"))
    if name.endswith("sighting_id") or (table == "provenance" and name in FIELDS):
        value = pl.lit(KEY) + pl.int_range(rows).cast(pl.String)
    elif field in fields and dtype == pl.String:
        value = pl.col(field)
    elif dtype == pl.List(pl.String):
        value = pl.concat_list(pl.lit(name))
    elif dtype == pl.String:
        value = pl.lit(name)
    elif dtype == pl.Boolean:
        value = pl.lit(False)
    else:
        value = (pl.int_range(rows) % 10_000).cast(dtype)
    return value.alias(name)


def main(raw: Path, out: Path, release: Path) -> None:
    """Write the tables."""
    out.mkdir(parents=True, exist_ok=True)
    read = pl.read_ndjson(raw)
    for table, (schema, rows) in tables(release).items():
        frame = read.head(rows).lazy()
        if rows > read.height:  # violations: several to a sighting
            frame = read.lazy().select(pl.all().gather(pl.int_range(rows) % read.height))
        columns = [column(name, dtype, table, rows, set(read.columns)) for name, dtype in schema.items()]
        # Both cores write; `write_parquet` of the frame was no faster.
        frame.select(columns).sink_parquet(out / f"{table}.parquet", **SETTINGS)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
