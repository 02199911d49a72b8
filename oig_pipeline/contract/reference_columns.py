"""The columns of the reference tables.

Belongs here: what is known of offices and of the agencies that their reports concern. Does not: the offices and
agencies themselves (see `offices/`), or columns of reports (see `columns.py`).
"""

from __future__ import annotations

import polars as pl

from oig_pipeline.contract.column import NAMES, Column
from oig_pipeline.contract.columns import REPORTS

OFFICES = {
    "code": Column(pl.String, "Key: code of the office, which other tables have as office."),
    "name": Column(
        pl.String, 'Name of the department or agency that it oversees, or its own if that says "Inspector General".'
    ),
    "spelling": Column(pl.String, "How oversight.gov spells it as the submitting office."),
    "is_certain": Column(pl.Boolean, "Whether that spelling was seen there; otherwise it is inferred from others."),
    "aliases": Column(NAMES, "What else it is called, sorted."),
    "site": Column(pl.String, "Address of its site; null where it is not declared.", nullable=True),
    "has_grammar": Column(
        pl.Boolean, "Whether the grammar of its report numbers is declared; numbers of others are kept as printed."
    ),
}

AGENCIES = {
    "office": Column(pl.String, "Office whose reports concern it, offices.code; with code, the key."),
    "code": Column(pl.String, "Code of the agency, as reports.agencies has it.", form=REPORTS["agencies"].form),
    "name": Column(pl.String, "Its name."),
    "aliases": Column(NAMES, "What else it is called: acronyms, parts of it that mean it, other spellings; sorted."),
    "successor": Column(
        pl.String, "Code of the agency that took its place, among those of the office; null for none.", nullable=True
    ),
    "first_year": Column(
        pl.Int32, "Calendar year in which it began; null where it is not declared.", nullable=True, unit="year"
    ),
    "last_year": Column(
        pl.Int32, "Calendar year in which it ended; null where it is not declared.", nullable=True, unit="year"
    ),
}
