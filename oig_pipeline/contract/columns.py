"""The columns of the contract's tables.

Belongs here: every column, once, with all that is to be known of it. Does not: rules on rows, which columns make a
table (see `schemas.py`), or the columns of documents (see `document_columns.py`).
"""

from __future__ import annotations

import polars as pl

from oig_pipeline.contract.column import NAMES, TIME, Column
from oig_pipeline.contract.names import LINE_COLUMNS
from oig_pipeline.contract.rules import codes
from oig_pipeline.domain.titles import CLASSIFICATIONS, KINDS

AGENCY_SOURCES = ("stated", "listing", "inferred")
OUTCOMES = ("published", "quarantined")


REPORTS = {
    "office": Column(
        pl.String, "Office of Inspector General that issued the report: its code, or its name as the page "
        "spells it if it is not known.",
        merge="key", traced_to="listed_office",
    ),
    "report_number": Column(
        pl.String, "Canonical report number. With office and fiscal_year, the key.",
        dictionary=False, merge="key", traced_to="listed_number", search_weight=20.0,
    ),
    "fiscal_year": Column(
        pl.Int32, "Federal fiscal year (1 October to 30 September, named for its end); null where the office has no "
        "grammar and no listing shows a day of issue or a year.",
        nullable=True, unit="fiscal year", merge="key", traced_to="listed_fiscal_year",
    ),
    "series": Column(
        pl.String, "Series of the number: OIG, DA, DD, DS, GC-HQ, GC-FL …; null where the office has no grammar.",
        nullable=True, merge="first", traced_to="listed_number",
    ),
    "sequence": Column(
        pl.Int32, "Sequence number within series and fiscal year, from 1; null where the office has no grammar.",
        nullable=True, unit="count", merge="first", traced_to="listed_number",
    ),
    "suffix": Column(
        pl.String, "Suffix of the number (D, VR, SR, MA, IQO, UNSUM), null for none.",
        nullable=True, merge="first", traced_to="listed_number",
    ),
    "title": Column(
        pl.String, "Title without listing artefacts and marks; what the marks say is in other columns.",
        dictionary=False, merge="newest", tie="longest", truncated_last=True,
        traced_to="listed_title", history="words", search_weight=10.0,
    ),
    "summary": Column(
        pl.String, "Executive summary, blanks folded; null where no listing shows one.",
        nullable=True, dictionary=False, merge="newest", of="stated_summary", tie="longest",
        traced_to="listed_summary", history="words", is_lossy=True, search_weight=1.0,
    ),
    "issue_date": Column(
        pl.Date, "Day of issue as listed; null where no listing shows it.",
        nullable=True, merge="newest", traced_to="listed_issue_date", history="value", is_lossy=True,
    ),
    "document_url": Column(
        pl.String, "Address of the document, from the newest listing that links it.",
        nullable=True, dictionary=False, merge="newest",
        traced_to="listed_document_url", history="address", is_lossy=True,
    ),
    "document_urls": Column(
        NAMES, "All addresses under which listings link the document, sorted.",
        dictionary=False, merge="union", of="document_url", traced_to="listed_document_url",
    ),
    "agencies": Column(
        NAMES, "Codes of the agencies that the report concerns, sorted.",
        form=r"^[A-Z][A-Za-z&]{1,9}$", merge="strongest", traced_to="listed_agency",
    ),
    "agency_source": Column(
        pl.String, "Where agencies come from: stated in the row, the listing's page, or inferred from the title.",
        nullable=True, among=AGENCY_SOURCES, merge="strongest",
    ),
    "topics": Column(
        NAMES, "Headings of the topic pages on which the report stood, sorted.",
        merge="union", of="stated_topic", traced_to="topic", search_weight=2.0,
    ),
    "kind": Column(
        pl.String, "Kind of report, by its title's marks, its number's suffix, or the listing it stands in.",
        among=KINDS, merge="newest", weakest="report", traced_to="listed_title", history="value",
    ),
    "is_redacted": Column(
        pl.Boolean, "Whether the title says that the published document is redacted.",
        merge="any", traced_to="listed_title", history="value",
    ),
    "is_revised": Column(
        pl.Boolean, "Whether the title says that the report was revised.",
        merge="any", traced_to="listed_title", history="value",
    ),
    "classification": Column(
        pl.String, "Marking in the title: U, SSI or LES (law enforcement sensitive).",
        nullable=True, among=CLASSIFICATIONS, merge="newest", traced_to="listed_title", history="value",
    ),
    "report_type": Column(
        pl.String, "Type of report as the listing names it, e.g. Audit; null where none does.",
        nullable=True, merge="newest", traced_to="listed_report_type",
    ),
    "components": Column(
        NAMES, "Components that listings name beside the agency, as they spell them, sorted.",
        merge="union", of="stated_components", traced_to="listed_components",
    ),
    "questioned_costs": Column(
        pl.Float64, "Costs that the report questions, as a listing states them; else as the summary says.",
        nullable=True, unit="USD", merge="newest", fallback="summary", traced_to="listed_questioned_costs",
        quoted_in="recommendations_text",
    ),
    "funds_for_better_use": Column(
        pl.Float64, "Funds that could be put to better use, as a listing states them; else as the summary says.",
        nullable=True, unit="USD", merge="newest", fallback="summary", traced_to="listed_funds_for_better_use",
        quoted_in="recommendations_text",
    ),
    "unsupported_costs": Column(
        pl.Float64, "Costs without documents, a part of those questioned, as the summary says.",
        nullable=True, unit="USD", merge="computed", of="summary", traced_to="listed_summary",
        quoted_in="recommendations_text",
    ),
    "recommendations": Column(
        pl.Int32, "How many recommendations were made, as a listing states it; else as the summary says.",
        nullable=True, unit="recommendations", merge="newest", fallback="summary",
        traced_to="listed_recommendations", quoted_in="recommendations_text",
    ),
    "recommendations_concurred": Column(
        pl.Int32, "How many the summary says were concurred with; null where it states no count.",
        nullable=True, unit="recommendations", merge="computed", of="summary",
        traced_to="listed_summary", quoted_in="recommendations_text",
    ),
    "recommendations_not_concurred": Column(
        pl.Int32, "How many the summary says were not concurred with; null where it states no count.",
        nullable=True, unit="recommendations", merge="computed", of="summary",
        traced_to="listed_summary", quoted_in="recommendations_text",
    ),
    "concurrence": Column(
        pl.String, "With how many recommendations those asked concurred, as the summary says: all, some, none, or "
        "unknown where it says nothing.",
        among=("all", "some", "none", "unknown"), unknown="unknown", merge="computed", of="summary",
        traced_to="listed_summary", quoted_in="recommendations_text",
    ),
    "agreement": Column(
        pl.String, "Whether the office accepted what was planned for all recommendations when the summary was written: "
        "resolved or unresolved; null where it does not say.",
        nullable=True, among=("resolved", "unresolved"), merge="computed", of="summary",
        traced_to="listed_summary", quoted_in="recommendations_text",
    ),
    "recommendations_open": Column(
        pl.Int32, "How many recommendations are open, as the newest page says that lists them; see the table "
        "recommendations.",
        nullable=True, unit="recommendations", merge="ledger",
    ),
    "recommendations_as_of": Column(
        TIME, "When that page was obtained (UTC); null where that is not known.", nullable=True, merge="ledger",
    ),
    "recommendations_text": Column(
        pl.String, "The sentences from which counts, answers and amounts were read.",
        nullable=True, dictionary=False, merge="computed", of="summary",
    ),
    "quality_flags": Column(
        NAMES, "Codes of the warning rules that the report breaks, sorted.", among=codes("warning"),
        merge="flags", of="rules",
    ),
    "sighting_count": Column(
        pl.Int32, "Number of sightings merged into this report, from 1.", unit="sightings", merge="count"
    ),
    "first_seen": Column(
        TIME, "Earliest known retrieval time (UTC) of a sighting.", nullable=True, merge="min", of="retrieved_at"
    ),
    "last_seen": Column(
        TIME, "Latest known retrieval time (UTC) of a sighting.", nullable=True, merge="max", of="retrieved_at"
    ),
}  # fmt: skip
KEY = [name for name, column in REPORTS.items() if column.merge == "key"]
"""What identifies a report."""
MERGED_FIELDS = tuple(name for name, column in REPORTS.items() if column.merge == "newest")
"""Fields of a report that are taken from one of its sightings."""
HISTORY_FIELDS = tuple(name for name, column in REPORTS.items() if column.history)
"""Fields of a report whose changes are told."""
LISTING = "listing"
"""What changes when a report leaves its listing or comes back."""

READ = {
    "sighting_id": Column(
        pl.String, "Key: 16 digits made of the capture's bytes, address and time; hyphen; ordinal.", dictionary=False
    ),
    "capture_sha256": Column(pl.String, "SHA-256 of the capture's bytes."),
    "capture_path": Column(pl.String, "Path of the capture below the raw folder."),
    "capture_url": Column(pl.String, "Address from which the capture was obtained, where known.", nullable=True),
    "retrieved_at": Column(TIME, "When the capture was obtained (UTC), where known.", nullable=True),
    "layout": Column(pl.String, "Layout by which the capture was read."),
    "source": Column(
        pl.String,
        "Source that the capture comes from, e.g. oversight_gov; null where nothing says it.",
        nullable=True,
    ),
    "ordinal": Column(
        pl.Int32, "Place of the row in its capture, from 1; a line that is no row keeps its place.", unit="rows"
    ),
    "line": Column(pl.Int32, "Line of the capture on which the row begins, from 1.", unit="lines"),
    "listed_number": Column(pl.String, "Report number as the page says it.", nullable=True, dictionary=False),
    "listed_title": Column(
        pl.String, "Title as the page says it, artefacts and marks included.", nullable=True, dictionary=False
    ),
    "listed_summary": Column(pl.String, "Summary as the page says it.", nullable=True, dictionary=False),
    "listed_issue_date": Column(pl.String, "Issue date as the page says it.", nullable=True),
    "listed_document_url": Column(pl.String, "Document link as the page says it.", nullable=True, dictionary=False),
    "listed_agency": Column(pl.String, "Agency as the page says it.", nullable=True),
    "listed_fiscal_year": Column(pl.String, "Fiscal year as the page says it.", nullable=True),
    "topic": Column(
        pl.String, "Topics or oversight areas of the row or its page, semicolons between several.", nullable=True
    ),
    "listed_office": Column(
        pl.String,
        "Office as the row says it; empty where its cell is, null where there is no such cell.",
        nullable=True,
    ),
    "listed_report_type": Column(pl.String, "Type of report as the page says it.", nullable=True),
    "listed_components": Column(
        pl.String, "Components as the page says them, semicolons between several.", nullable=True
    ),
    "listed_recommendations": Column(pl.String, "Number of recommendations as the page says it.", nullable=True),
    "listed_questioned_costs": Column(pl.String, "Questioned costs as the page says them.", nullable=True),
    "listed_funds_for_better_use": Column(pl.String, "Funds for better use as the page says them.", nullable=True),
    **{
        line: Column(pl.Int32, f"Line on which {column} begins, where that is not line.", nullable=True, unit="lines")
        for column, line in LINE_COLUMNS.items()
    },
}

SIGHTINGS = {
    "office": Column(
        pl.String,
        "Office that issued the report: its code, or its name as spelled; null where nothing names one.",
        nullable=True,
    ),
    **READ,
    "report_number": Column(
        pl.String, "Canonical report number; null where none was read.", nullable=True, dictionary=False
    ),
    "fiscal_year": Column(
        pl.Int32, "Fiscal year that number and listing agree on; null where none.", nullable=True, unit="fiscal year"
    ),
    "outcome": Column(pl.String, "What became of the row.", among=OUTCOMES),
    "rules": Column(
        NAMES, "Codes of the rules that the row breaks, sorted.", among=(*codes("error"), *codes("warning"))
    ),
}

HISTORY = {
    **{name: REPORTS[name] for name in ("office", "report_number", "fiscal_year")},
    "listing": Column(pl.String, "Address of the listing that changed, without page and order."),
    "field": Column(
        pl.String, "What changed; listing for a report that left its listing or came back.",
        among=(*HISTORY_FIELDS, LISTING),
    ),
    "old_value": Column(
        pl.String, "What stood there before; null for nothing, or for a report that came.", nullable=True,
        dictionary=False,
    ),
    "new_value": Column(
        pl.String, "What stood there after; null for nothing, or for a report that left.", nullable=True,
        dictionary=False,
    ),
    "old_seen": Column(TIME, "When the old state was last seen (UTC)."),
    "new_seen": Column(TIME, "When the new state was first seen (UTC)."),
    "old_sighting_id": Column(pl.String, "The sighting that shows the old state; null where none does.", nullable=True),
    "new_sighting_id": Column(pl.String, "The sighting that shows the new state; null where none does.", nullable=True),
}  # fmt: skip

PROVENANCE = {
    **{name: REPORTS[name] for name in KEY},
    **{
        field: Column(
            pl.String,
            f"Key of the sighting from which {field} was taken; null where none has it.",
            nullable=True,
            dictionary=REPORTS[field].dictionary,
        )
        for field in MERGED_FIELDS
    },
}

VIOLATIONS = {
    "office": Column(pl.String, "Office of the sighting at fault; null where none is known.", nullable=True),
    "sighting_id": Column(
        pl.String, "The sighting at fault; null where it is a whole capture.", nullable=True, dictionary=False
    ),
    "capture_path": Column(pl.String, "Path of the capture (or corrections file) at fault."),
    "line": Column(
        pl.Int32, "Line of the value at fault, else of its row; null for a whole file.", nullable=True, unit="lines"
    ),
    "rule": Column(pl.String, "Code of the broken rule.", among=(*codes("error"), *codes("warning"))),
    "severity": Column(pl.String, "error or warning.", among=("error", "warning")),
    "column_name": Column(pl.String, "Column of sightings (or captures) that shows the fault."),
    "value": Column(pl.String, "What stands there.", nullable=True, dictionary=False),
    "message": Column(pl.String, "What is wrong, as a sentence.", dictionary=False),
    "acknowledged": Column(pl.Boolean, "Whether a correction acknowledges the quarantine."),
}
