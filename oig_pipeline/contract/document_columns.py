"""The columns of the documents' tables.

Belongs here: what is kept of the documents behind the reports' links, and of their pages. Does not: columns of listings
(see `columns.py`).
"""

from __future__ import annotations

import polars as pl

from oig_pipeline.contract.column import NAMES, TIME, Column

DOCUMENT_STATUSES = (
    "read", "no_text", "corrupt", "encrypted", "over_limit", "not_a_pdf", "missing", "refused",
)  # fmt: skip
"""`over_limit` is what took more bytes, pages, time or memory than a document may; the note says which."""

DOCUMENTS = {
    "url": Column(pl.String, "Key: address that a report links as its document."),
    "status": Column(pl.String, "What became of the document.", among=DOCUMENT_STATUSES),
    "note": Column(pl.String, "Why it was not read, or what a person should know about it.", nullable=True),
    "sha256": Column(pl.String, "SHA-256 of the document's bytes; null where they were not obtained.", nullable=True),
    "bytes": Column(pl.Int64, "Size.", nullable=True, unit="bytes"),
    "pages": Column(
        pl.Int32, "Number of pages; null where the document cannot be opened.", nullable=True, unit="pages"
    ),
    "cover_numbers": Column(NAMES, "Report numbers on the first page, canonical, sorted; empty where none was read."),
    "retrieved_at": Column(TIME, "When the document, or the answer instead of it, was obtained (UTC)."),
}

DOCUMENT_PAGES = {
    "sha256": Column(pl.String, "SHA-256 of the document's bytes; with page, the key."),
    "page": Column(pl.Int32, "Page of the document, from 1.", unit="pages"),
    "has_text": Column(pl.Boolean, "Whether the page holds text; one without is most likely a picture."),
    "text": Column(pl.String, "Text of the page, in the order of the document; null for none.", nullable=True),
}
