"""What the contenders take from the project: its rules of the field.

Belongs here: the number grammar, agencies, marks of titles, days, and the reader of recommendations, as functions of a
text or an Arrow array. Does not: any engine; what is done with them is each contender's own.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import polars as pl
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from oig_pipeline.domain import recommendations, report_number
from oig_pipeline.offices.dhs.agencies import AGENCIES
from oig_pipeline.offices.dhs.numbers import NUMBERS
from oig_pipeline.offices.dhs.titles import TITLES

SITE = "https://www.oig.dhs.gov"
LATEST = 2027
EDGE_DAYS = 45
MAX_SEQUENCE = 999
SIGNS = r"[>()*,:\-\x{2013}\x{2014}]"
"""What a title has that bears an artefact or a mark; the corpora have no others (doubled titles, kinds in words)."""
SUFFIX_KINDS = TITLES.suffix_kinds
COUNTS = ("total", "concurred", "not_concurred", "text")
NumberError = report_number.NumberError

canonical = NUMBERS.canonical
number_readings = NUMBERS.readings


def capture_key(file: Path) -> tuple[str, str]:
    """Return the SHA-256 of a file, and the digits with which the keys of its sightings begin."""
    with file.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    return sha256, hashlib.sha256(f"{sha256}\nNone\nNone\nstated".encode()).hexdigest()[:16]


def inferred_lists(texts: pa.Array) -> pa.Array:
    """Return the codes of the agencies that titles name."""
    return _column(texts, AGENCIES.inferred_column).cast(pa.list_(pa.string()))


def stated_lists(texts: pa.Array) -> pa.Array:
    """Return the codes of the agencies that cells name, null for an unknown one."""
    return _column(texts, AGENCIES.stated_column).cast(pa.list_(pa.string()))


def title_marks(texts: pa.Array) -> pa.Table:
    """Return titles less artefacts (`bare`), less marks as well (`title`), and what the marks say."""
    bare = _series(texts).to_frame().select(TITLES.without_artefacts(pl.col("text")).alias("bare"))
    text = pl.col("bare")
    marks = bare.with_columns(
        TITLES.without_marks(text).alias("title"),
        TITLES.has_mark(text, "is_redacted").alias("is_redacted"),
        TITLES.has_mark(text, "is_revised").alias("is_revised"),
        TITLES.classification(text).alias("classification"),
        TITLES.kind(text, pl.lit(None, pl.String)).alias("kind"),
    )
    return marks.to_arrow(compat_level=pl.CompatLevel.oldest())


def recommendation_counts(summaries: pa.Array) -> pa.StructArray:
    """Return what summaries say of recommendations; only sentences that may say something are read."""
    speaking = recommendations.speaking_column(pl.col("text"))
    sentences = _series(summaries).to_frame("text").select(speaking).to_series()
    readings = [recommendations.read(text) if text else None for text in sentences]
    columns = [[getattr(reading, name) if reading else None for reading in readings] for name in COUNTS]
    types = [pa.int32(), pa.int32(), pa.int32(), pa.string()]
    return pa.StructArray.from_arrays([pa.array(c, t) for c, t in zip(columns, types, strict=True)], [*COUNTS])


def _series(texts: pa.Array) -> pl.Series:
    return pl.Series("text", texts, dtype=pl.String)


def _column(texts: pa.Array, change) -> pa.Array:
    return (
        _series(texts)
        .to_frame()
        .select(change(pl.col("text")))
        .to_series()
        .to_arrow(compat_level=pl.CompatLevel.oldest())
    )
