"""The columns of the table of captures.

Belongs here: what is kept of each raw file. Does not: columns of rows (see `columns.py`).
"""

from __future__ import annotations

import polars as pl

from oig_pipeline.contract.column import TIME, Column

STATUSES = ("read", "not_a_listing", "unreadable", "empty")

CAPTURES = {
    "capture_sha256": Column(
        pl.String, "SHA-256 of the file's bytes; null where they could not be read.", nullable=True
    ),
    "path": Column(pl.String, "Key: path below the raw folder."),
    "url": Column(pl.String, "Address from which it was obtained, where known.", nullable=True),
    "retrieved_at": Column(TIME, "When it was obtained (UTC), where known.", nullable=True),
    "bytes": Column(pl.Int64, "Size.", unit="bytes"),
    "layout": Column(pl.String, "Layout by which it was read; null where none.", nullable=True),
    "sightings": Column(pl.Int32, "Rows read from it.", unit="rows"),
    "published": Column(pl.Int32, "Rows that were published.", unit="rows"),
    "quarantined": Column(pl.Int32, "Rows that were quarantined.", unit="rows"),
    "status": Column(pl.String, "What became of the file.", among=STATUSES),
    "note": Column(pl.String, "What a person should know about it.", nullable=True),
}
