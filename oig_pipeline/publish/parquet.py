"""Tables as Parquet files.

Belongs here: how a table becomes a file whose bytes depend on its rows alone. Does not: where files lie.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from oig_pipeline.contract.surfaces import arrow_schema

ROW_GROUP = 16_384
ZSTD_LEVEL = 3


def write(frame: pl.DataFrame, table: str, file: Path) -> None:
    """Write the rows of a table, in the order given, with the contract's schema and descriptions."""
    arrow = frame.to_arrow().cast(arrow_schema(table))
    file.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(
        arrow.replace_schema_metadata({}),
        file,
        row_group_size=ROW_GROUP,
        compression="zstd",
        compression_level=ZSTD_LEVEL,
        version="2.6",
    )
