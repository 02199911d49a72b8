"""That a table has its schema's shape is asked in one select, which must agree with Pandera on every departure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from pandera.errors import SchemaErrors

from oig_pipeline.contract.schemas import POLARS_SCHEMAS, TABLES
from oig_pipeline.curate.shape import has_shape, schema_errors
from oig_pipeline.release.files import read_table

NAMES = pl.List(pl.String)


def is_valid(name: str, frame: pl.DataFrame) -> bool:
    """Return Pandera's own verdict."""
    try:
        TABLES[name].validate(frame, lazy=True)
    except (SchemaErrors, pl.exceptions.PolarsError):
        return False
    return True


def departures(frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield the table with a null, a value that nobody declared or another type in each column, and in other forms."""
    for name, dtype in frame.schema.items():
        yield frame.with_columns(pl.lit(None, dtype).alias(name))
        if dtype == pl.String:
            yield frame.with_columns(pl.lit("nobody declared this").alias(name))
        if dtype == NAMES:
            yield frame.with_columns(pl.lit(["nobody declared this"]).alias(name))
            yield frame.with_columns(pl.lit([None], NAMES).alias(name))
        yield frame.with_columns(pl.lit(1, pl.Int8).alias(name))
    yield frame.vstack(frame)
    yield frame.select(frame.columns[::-1])
    yield frame.drop(frame.columns[0])
    yield frame.with_columns(more=1)


@pytest.mark.parametrize("name", [name for name in TABLES if not name.startswith("document")])
def test_the_select_and_pandera_agree(name: str, own_release: Path) -> None:
    rows = read_table(own_release, name).head(2)
    assert is_valid(name, rows)
    assert has_shape(name, rows)
    assert has_shape(name, POLARS_SCHEMAS[name].to_frame())
    verdicts = [(has_shape(name, frame), is_valid(name, frame), bool(schema_errors({name: frame})))
                for frame in departures(rows)]  # fmt: skip
    assert {(by_select, by_pandera) for by_select, by_pandera, _ in verdicts} <= {(True, True), (False, False)}
    assert all(has_faults != by_select for by_select, _, has_faults in verdicts), (
        "what departs is said, and nothing else"
    )
    assert (False, False, True) in verdicts
