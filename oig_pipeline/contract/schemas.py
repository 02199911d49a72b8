"""The tables of a release and the judged sighting, as Pandera (Polars) schemas.

Belongs here: which columns make a table, its key, and the rules attached to the column they judge. Does not: a column
(see `columns.py`), how rows come to be, or other notations of the same (see `surfaces.py`).
"""

from __future__ import annotations

from typing import Any

import pandera.polars as pa
import polars as pl

from oig_pipeline.contract.column import named_check
from oig_pipeline.contract.columns import (
    CAPTURES,
    GROUPED,
    HISTORY,
    NORMALIZED,
    PROVENANCE,
    READ,
    REPORTS,
    SIGHTINGS,
    VIOLATIONS,
)
from oig_pipeline.contract.document_columns import DOCUMENT_PAGES, DOCUMENTS
from oig_pipeline.contract.rule import Rule
from oig_pipeline.contract.rules import GROUP_RULES, SIGHTING_RULES


def _rule_check(rule: Rule) -> pa.Check:
    # Anchored on a column, though it may look at others: a frame check turns every failing row into a Python dict.
    holds = rule.holds
    assert holds is not None
    return named_check(rule.code, rule.why, lambda _: holds)


def _schema(name: str, columns: dict[str, pa.Column], *, unique: list[str] | None = None) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(columns, name=name, strict=True, ordered=True, unique=unique)


def _judging(name: str, columns: dict[str, pa.Column], rules: tuple[Rule, ...]) -> pa.DataFrameSchema:
    """Return a schema that carries `rules`, each on the column it judges; further columns are let through."""
    attached = {n: pa.Column(c.dtype, nullable=c.nullable, description=c.description) for n, c in columns.items()}
    for rule in rules:
        attached[rule.column].checks.append(_rule_check(rule))
    return pa.DataFrameSchema(attached, name=name, strict=False)


TABLES = {
    "reports": _schema("reports", REPORTS, unique=["report_number", "fiscal_year"]),
    "sightings": _schema("sightings", SIGHTINGS, unique=["sighting_id"]),
    "violations": _schema("violations", VIOLATIONS),
    "captures": _schema("captures", CAPTURES, unique=["path"]),
    "provenance": _schema("provenance", PROVENANCE, unique=["report_number", "fiscal_year"]),
    "report_history": _schema("report_history", HISTORY),
    "documents": _schema("documents", DOCUMENTS, unique=["url"]),
    "document_pages": _schema("document_pages", DOCUMENT_PAGES, unique=["sha256", "page"]),
}
TABLE_DESCRIPTIONS = {
    "reports": "One row per published report, merged from its sightings.",
    "sightings": "One row per row of every listing, published or quarantined, with its place in the capture.",
    "violations": "One row per rule broken by a sighting or a capture.",
    "captures": "One row per capture, with what became of it.",
    "provenance": "One row per published report: which sighting each of its values was taken from.",
    "report_history": "One row per change of a report between captures of one listing, made at different times.",
    "documents": "One row per document that reports link and that was asked for, with what became of it.",
    "document_pages": "One row per page of each document that could be read, with its text.",
}
CURATED = ("reports", "sightings", "violations", "provenance")
"""The tables that the sightings of a fiscal year come to."""
BY_YEAR = (*CURATED, "report_history")
"""The tables whose rows belong to fiscal years: each is a folder with a file for each year."""
SIGHTING = _judging("sighting", {**READ, **NORMALIZED}, SIGHTING_RULES)
"""A normalized sighting with the rules that judge it alone."""
_RULE_COLUMNS = {rule.column: READ[rule.column] for rule in GROUP_RULES}
GROUPED_SIGHTING = _judging("grouped sighting", {**_RULE_COLUMNS, **GROUPED}, GROUP_RULES)
"""An accepted sighting beside the others, with the rules that need them: what these judge, since the other columns are
checked when it is judged alone, and again in the tables."""


def judging_by(rule: Rule) -> pa.DataFrameSchema:
    """Return a schema of normalized sightings that carries one rule on rows."""
    return _judging("sighting", {rule.column: READ[rule.column]}, (rule,))


def empty(table: str) -> pl.DataFrame:
    """Return the empty, typed frame of a table."""
    return pl.DataFrame(schema=polars_schema(table))


def polars_schema(table: str) -> dict[str, Any]:
    """Return column → Polars type of a table."""
    return {name: column.dtype.type for name, column in TABLES[table].columns.items()}
