"""The floor: read and parse the captures, and write the bytes that `oig build` writes, with nothing judged.

    python floor.py --prepare RELEASE TABLES
    python floor.py RAW OUT TABLES

RAW is an NDJSON file. What is written are the four tables of RELEASE, a finished release of the same corpus: laid out
beforehand as Arrow files, which are mapped, so that nothing but encoding, compressing and writing them is left.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import tables


def prepare(release: Path, folder: Path) -> None:
    """Write the tables of a release as Arrow files."""
    folder.mkdir(parents=True, exist_ok=True)
    for table in tables.TABLES:
        files = sorted(file for file in release.rglob("*.parquet") if table in (file.parent.name, file.stem))
        with pa.ipc.new_file(folder / f"{table}.arrow", pq.read_schema(files[0])) as writer:
            for file in files:
                for batch in pq.ParquetFile(file).iter_batches(tables.ROWS):
                    writer.write_batch(batch)


def main(raw: Path, out: Path, folder: Path) -> None:
    """Parse the captures, and write the tables."""
    out.mkdir(parents=True, exist_ok=True)
    pl.read_ndjson(raw)
    for table in tables.TABLES:
        with pa.memory_map(str(folder / f"{table}.arrow")) as source:
            tables.write_table(pa.ipc.open_file(source).read_all(), table, out)


if __name__ == "__main__":
    if sys.argv[1] == "--prepare":
        prepare(*map(Path, sys.argv[2:]))
    else:
        main(*map(Path, sys.argv[1:]))
