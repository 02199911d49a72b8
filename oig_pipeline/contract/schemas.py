"""The tables of a release and the judged sighting, as Pandera (Polars) schemas.

Belongs here: which columns make a table, its key, and the rules attached to the column they judge. Does not: a column
(see `columns.py`), how rows come to be, or other notations of the same (see `surfaces.py`).
"""

from __future__ import annotations

from collections.abc import Mapping

import pandera.polars as pa
import polars as pl

from oig_pipeline.contract.capture_columns import CAPTURES
from oig_pipeline.contract.column import Column, named_check
from oig_pipeline.contract.columns import (
    HISTORY,
    KEY,
    PROVENANCE,
    READ,
    REPORTS,
    SIGHTINGS,
    VIOLATIONS,
)
from oig_pipeline.contract.document_columns import DOCUMENT_PAGES, DOCUMENTS
from oig_pipeline.contract.judged_columns import GROUPED, NORMALIZED
from oig_pipeline.contract.ledger_columns import RECOMMENDATION_HISTORY, RECOMMENDATIONS, STATEMENTS
from oig_pipeline.contract.reference_columns import AGENCIES, OFFICES
from oig_pipeline.contract.rule import Rule
from oig_pipeline.contract.rules import GROUP_RULES, SIGHTING_RULES


def _rule_check(rule: Rule) -> pa.Check:
    # Anchored on a column, though it may look at others: a frame check turns every failing row into a Python dict.
    assert rule.holds is not None
    return named_check(rule.code, rule.why, rule.holds)


def _judging(name: str, columns: Mapping[str, Column], rules: tuple[Rule, ...]) -> pa.DataFrameSchema:
    """Return a schema that carries `rules`, each on the column it judges; further columns are let through."""
    attached = {n: pa.Column(c.dtype, nullable=c.nullable, description=c.description) for n, c in columns.items()}
    for rule in rules:
        attached[rule.column].checks.append(_rule_check(rule))
    return pa.DataFrameSchema(attached, name=name, strict=False)


COLUMNS: dict[str, dict[str, Column]] = {
    "reports": REPORTS,
    "sightings": SIGHTINGS,
    "violations": VIOLATIONS,
    "captures": CAPTURES,
    "provenance": PROVENANCE,
    "statements": STATEMENTS,
    "recommendations": RECOMMENDATIONS,
    "recommendation_history": RECOMMENDATION_HISTORY,
    "report_history": HISTORY,
    "documents": DOCUMENTS,
    "document_pages": DOCUMENT_PAGES,
    "offices": OFFICES,
    "agencies": AGENCIES,
}
"""Table → its columns, in order."""
_KEYS = {
    "reports": KEY,
    "sightings": ["sighting_id"],
    "captures": ["path"],
    "provenance": KEY,
    "recommendations": [*KEY, "recommendation"],
    "documents": ["url"],
    "document_pages": ["sha256", "page"],
    "offices": ["code"],
    "agencies": ["office", "code"],
}
POLARS_SCHEMAS = {table: pl.Schema({n: c.dtype for n, c in columns.items()}) for table, columns in COLUMNS.items()}
"""Table → column → Polars type."""
TABLES = {
    table: pa.DataFrameSchema(
        {name: column.as_pandera(name) for name, column in columns.items()},
        name=table, strict=True, ordered=True, unique=_KEYS.get(table),
    )
    for table, columns in COLUMNS.items()
}  # fmt: skip
"""Table → its Pandera schema."""
TABLE_DESCRIPTIONS = {
    "reports": "One row per published report, merged from its sightings.",
    "sightings": "One row per row of every listing, published or quarantined, with its place in the capture.",
    "violations": "One row per rule broken by a sighting or a capture.",
    "captures": "One row per capture, with what became of it.",
    "provenance": "One row per published report: which sighting each of its values was taken from.",
    "statements": "One row per sentence or cell that says something of a report's recommendations, with its words.",
    "recommendations": "One row per recommendation that is known by its number, with its text and status.",
    "recommendation_history": "One row per change of a recommendation between captures made at different times.",
    "report_history": "One row per change of a report between captures of one listing, made at different times.",
    "documents": "One row per document that reports link and that was asked for, with what became of it.",
    "document_pages": "One row per page of each document that could be read, with its text.",
    "offices": "One row per Office of Inspector General that is known, whether or not it has reports here.",
    "agencies": "One row per agency that reports of an office concern, for the offices that declare theirs.",
}
CURATED = (
    *("reports", "sightings", "violations", "provenance"),
    *("statements", "recommendations", "recommendation_history"),
)
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
