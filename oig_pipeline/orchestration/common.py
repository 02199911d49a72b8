"""What the assets have in common.

Belongs here: groups, owners, retries, the column schema that the catalogue shows, and how a fault of the inputs ends a
step. Does not: any asset.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dagster as dg

from oig_pipeline.errors import CannotRun
from oig_pipeline.orchestration import metadata

RAW, CURATED, PUBLISHED = "raw", "curated", "published"
OWNERS = ["team:oversight-data"]
# What failed for a reason of the machine's is tried again; what is wrong with the data never mends itself.
RETRY = dg.RetryPolicy(max_retries=2, delay=10, backoff=dg.Backoff.EXPONENTIAL)
ONE_WRITER = "curated"
"""The pool of the steps that write to the curated folder; a team's instance lets one of them run at a time."""


def columns_of(table: str, names: Any = None) -> dict[str, dg.TableSchema]:
    """Return the catalogue's column schema of a table, or of the named columns of it."""
    return {"dagster/column_schema": metadata.schema_of(table, names)}


@contextmanager
def told() -> Iterator[None]:
    """Fail the step with the one line that a fault of the inputs says, and without a retry."""
    try:
        yield
    except CannotRun as fault:
        raise dg.Failure(description=str(fault), allow_retries=False) from None
