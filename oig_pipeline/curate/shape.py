"""Whether a table has the shape that the contract gives it.

Belongs here: asking the contract's schemas, and what they say as sentences. Does not: rules on rows.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
from pandera.errors import SchemaErrors

from oig_pipeline.contract.schemas import TABLES, empty


def shape_faults(frames: Mapping[str, pl.DataFrame]) -> list[str]:
    """Return where a table departs from its schema, as sentences."""
    faults = []
    for name, frame in frames.items():
        if frame.is_empty() and frame.schema == empty(name).schema:
            continue  # Of no rows a schema asks for columns alone, and these are just its own.
        try:
            TABLES[name].validate(frame, lazy=True)
        except pl.exceptions.PolarsError as error:
            faults.append(f"{name}: {error}".splitlines()[0])
        except SchemaErrors as errors:
            faults += [f"{name}: {error}".splitlines()[0] for error in errors.schema_errors]
    return faults
