"""What the assets have in common.

Belongs here: groups, owners, retries, the column schema that Dagster's catalog shows, and how an input error fails a
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
# Failures of the machine are retried; input errors are not, as a retry cannot fix them.
RETRY = dg.RetryPolicy(max_retries=2, delay=10, backoff=dg.Backoff.EXPONENTIAL)
ONE_WRITER = "curated"
"""The pool of the steps that write to the curated folder; a shared instance runs one of them at a time."""


def columns_of(table: str, names: Any = None) -> dict[str, dg.TableSchema]:
    """Return Dagster's column schema metadata of a table, or of some of its columns."""
    return {"dagster/column_schema": metadata.schema_of(table, names)}


@contextmanager
def input_errors_as_failures() -> Iterator[None]:
    """Turn `CannotRun` into a Dagster failure with the same message, without a retry."""
    try:
        yield
    except CannotRun as error:
        raise dg.Failure(description=str(error), allow_retries=False) from None
