"""The offices and agencies as tables.

Belongs here: what the declarations say, as rows of the tables `offices` and `agencies`. Does not: a declaration.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from oig_pipeline.contract.schemas import POLARS_SCHEMAS
from oig_pipeline.domain.office import Offices


def reference_tables(offices: Offices) -> dict[str, pl.DataFrame]:
    """Return the tables `offices` and `agencies`, sorted by key."""
    in_order = sorted(offices.by_code.values(), key=lambda office: office.code)
    rows: dict[str, list[tuple[Any, ...]]] = {
        "offices": [
            (o.code, o.name, o.spelling, o.is_certain, sorted(o.aliases), o.site, o.numbers is not None)
            for o in in_order
        ],
        "agencies": [
            (
                office.code, a.code, a.name, sorted({*a.acronyms, *a.names, *a.aliases} - {a.code, a.name}),
                a.successor, a.first_year, a.last_year,
            )
            for office in in_order
            for a in sorted(office.agencies.agencies, key=lambda agency: agency.code)
        ],
    }  # fmt: skip
    return {name: pl.DataFrame(rows[name], schema=POLARS_SCHEMAS[name], orient="row") for name in rows}
