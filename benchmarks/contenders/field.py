"""What the contenders take from the project: its rules of the field.

Belongs here: the number grammar, agencies, marks of titles, days, and the reader of summaries, as functions of a
text or an Arrow array. Does not: any engine; what is done with them is each contender's own.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import polars as pl
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from oig_pipeline.domain import report_number
from oig_pipeline.domain.statements import text_statements
from oig_pipeline.offices import CUES
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
ANSWERS = {
    "recommendations": "made", "recommendations_concurred": "concurred",
    "recommendations_not_concurred": "not_concurred", "concurrence": "concurrence", "agreement": "agreement",
    "questioned_costs": "questioned_costs", "unsupported_costs": "unsupported_costs",
    "funds_for_better_use": "funds_for_better_use", "recommendations_text": "quoted",
}  # fmt: skip
"""Column of reports → what the reader of summaries calls it."""
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


def summary_answers(summaries: pa.Array) -> pa.Table:
    """Return what summaries say of recommendations, by column of reports; sentences that many share are read once."""
    answers, _ = text_statements.read_column(_series(summaries), CUES)
    rows = _series(summaries).to_frame().with_row_index("row")
    of_reports = rows.join(answers, on="row", how="left", maintain_order="left").select(
        pl.col(name).alias(column) for column, name in ANSWERS.items()
    )
    of_reports = of_reports.with_columns(pl.col("concurrence").fill_null("unknown"))
    return of_reports.to_arrow(compat_level=pl.CompatLevel.oldest())


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
