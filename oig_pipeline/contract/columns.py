"""The columns of the contract's tables.

Belongs here: every column, once: type, nullability, description and the values it may hold. Does not: rules on rows,
which columns make a table (see `schemas.py`), or the columns of documents (see `document_columns.py`).
"""

from __future__ import annotations

import polars as pl

from oig_pipeline.contract.column import NAMES, TIME
from oig_pipeline.contract.column import column as _column
from oig_pipeline.contract.names import LINE_COLUMNS
from oig_pipeline.contract.rules import codes
from oig_pipeline.domain.agencies import BY_CODE
from oig_pipeline.domain.titles import CLASSIFICATIONS, KINDS

AGENCY_SOURCES = ("stated", "listing", "inferred")
OUTCOMES = ("published", "quarantined")
TRACED = (
    "title", "summary", "issue_date", "document_url", "kind", "is_redacted", "is_revised", "classification", "listing",
)  # fmt: skip
"""Fields of a report whose changes are told, and the listing itself."""
STATUSES = ("read", "not_a_listing", "unreadable", "empty")


REPORTS = {
    "report_number": _column(pl.String, "Canonical report number, e.g. OIG-21-49. With fiscal_year, the key."),
    "fiscal_year": _column(
        pl.Int32, "Federal fiscal year (1 October to 30 September, named for its end).", unit="fiscal year"
    ),
    "series": _column(pl.String, "Series of the number: OIG, DA, DD, DS, GC-HQ, GC-FL …"),
    "sequence": _column(pl.Int32, "Sequence number within series and fiscal year, from 1.", unit="count"),
    "suffix": _column(pl.String, "Suffix of the number (D, VR, SR, MA, IQO, UNSUM), null for none.", null=True),
    "title": _column(pl.String, "Title without listing artefacts and marks; what the marks say is in other columns."),
    "summary": _column(pl.String, "Executive summary, blanks folded; null where no listing shows one.", null=True),
    "issue_date": _column(pl.Date, "Day of issue as listed; null where no listing shows it.", null=True),
    "document_url": _column(pl.String, "Address of the document, from the newest listing that links it.", null=True),
    "document_urls": _column(NAMES, "All addresses under which listings link the document, sorted."),
    "agencies": _column(NAMES, "Codes of the agencies that the report concerns, sorted.", among=BY_CODE),
    "agency_source": _column(
        pl.String,
        "Where agencies come from: stated in the row, the listing's page, or inferred from the title.",
        null=True,
        among=AGENCY_SOURCES,
    ),
    "topics": _column(NAMES, "Headings of the topic pages on which the report stood, sorted."),
    "kind": _column(
        pl.String,
        "Kind of report, by its title's marks, its number's suffix, or the listing it stands in.",
        among=KINDS,
    ),
    "is_redacted": _column(pl.Boolean, "Whether the title says that the published document is redacted."),
    "is_revised": _column(pl.Boolean, "Whether the title says that the report was revised."),
    "classification": _column(
        pl.String, "Marking in the title: U, SSI or LES (law enforcement sensitive).", null=True, among=CLASSIFICATIONS
    ),
    "recommendations": _column(
        pl.Int32, "How many recommendations the summary says were made.", null=True, unit="recommendations"
    ),
    "recommendations_concurred": _column(
        pl.Int32,
        "How many the summary says were concurred with; null where it states no count.",
        null=True,
        unit="recommendations",
    ),
    "recommendations_not_concurred": _column(
        pl.Int32,
        "How many the summary says were not concurred with; null where it states no count.",
        null=True,
        unit="recommendations",
    ),
    "recommendations_text": _column(pl.String, "The sentences from which the counts were read.", null=True),
    "quality_flags": _column(
        NAMES, "Codes of the warning rules that the report breaks, sorted.", among=codes("warning")
    ),
    "sighting_count": _column(pl.Int32, "Number of sightings merged into this report, from 1.", unit="sightings"),
    "first_seen": _column(TIME, "Earliest known retrieval time (UTC) of a sighting.", null=True),
    "last_seen": _column(TIME, "Latest known retrieval time (UTC) of a sighting.", null=True),
}

READ = {
    "sighting_id": _column(pl.String, "Key: 16 digits made of the capture's bytes, address and time; hyphen; ordinal."),
    "capture_sha256": _column(pl.String, "SHA-256 of the capture's bytes."),
    "capture_path": _column(pl.String, "Path of the capture below the raw folder."),
    "capture_url": _column(pl.String, "Address from which the capture was obtained, where known.", null=True),
    "retrieved_at": _column(TIME, "When the capture was obtained (UTC), where known.", null=True),
    "layout": _column(pl.String, "Layout by which the capture was read."),
    "ordinal": _column(pl.Int32, "Place of the row among the rows of its capture, from 1.", unit="rows"),
    "line": _column(pl.Int32, "Line of the capture on which the row begins, from 1.", unit="lines"),
    "listed_number": _column(pl.String, "Report number as the page says it.", null=True),
    "listed_title": _column(pl.String, "Title as the page says it, artefacts and marks included.", null=True),
    "listed_summary": _column(pl.String, "Summary as the page says it.", null=True),
    "listed_issue_date": _column(pl.String, "Issue date as the page says it.", null=True),
    "listed_document_url": _column(pl.String, "Document link as the page says it.", null=True),
    "listed_agency": _column(pl.String, "Agency as the page says it.", null=True),
    "listed_fiscal_year": _column(pl.String, "Fiscal year as the page says it.", null=True),
    "topic": _column(
        pl.String, "Topics or oversight areas of the row or its page; a semicolon stands between several.", null=True
    ),
    **{
        line: _column(
            pl.Int32,
            f"Line on which the value of {column} begins, where that is not line; null otherwise.",
            null=True,
            unit="lines",
        )
        for column, line in LINE_COLUMNS.items()
    },
}

SIGHTINGS = {
    **READ,
    "report_number": _column(pl.String, "Canonical report number; null where none was read.", null=True),
    "fiscal_year": _column(
        pl.Int32, "Fiscal year that number and listing agree on; null where none.", null=True, unit="fiscal year"
    ),
    "outcome": _column(pl.String, "What became of the row.", among=OUTCOMES),
    "rules": _column(
        NAMES, "Codes of the rules that the row breaks, sorted.", among=(*codes("error"), *codes("warning"))
    ),
}

HISTORY = {
    "report_number": REPORTS["report_number"],
    "fiscal_year": REPORTS["fiscal_year"],
    "listing": _column(pl.String, "Address of the listing that changed, without page and order."),
    "field": _column(pl.String, "What changed; listing for a report that left its listing or came back.", among=TRACED),
    "old_value": _column(pl.String, "What stood there before; null for nothing, or for a report that came.", null=True),
    "new_value": _column(pl.String, "What stood there after; null for nothing, or for a report that left.", null=True),
    "old_seen": _column(TIME, "When the old state was last seen (UTC)."),
    "new_seen": _column(TIME, "When the new state was first seen (UTC)."),
    "old_sighting_id": _column(pl.String, "The sighting that shows the old state; null where none does.", null=True),
    "new_sighting_id": _column(pl.String, "The sighting that shows the new state; null where none does.", null=True),
}

MERGED_FIELDS = ("title", "summary", "issue_date", "document_url", "kind", "classification")
"""Fields of a report that are taken from one of its sightings."""
PROVENANCE = {
    "report_number": REPORTS["report_number"],
    "fiscal_year": REPORTS["fiscal_year"],
    **{
        field: _column(
            pl.String, f"Key of the sighting from which {field} was taken; null where none has it.", null=True
        )
        for field in MERGED_FIELDS
    },
}

VIOLATIONS = {
    "sighting_id": _column(pl.String, "The sighting at fault; null where it is a whole capture.", null=True),
    "capture_path": _column(pl.String, "Path of the capture (or corrections file) at fault."),
    "line": _column(
        pl.Int32,
        "Line of the value at fault, else of its row, from 1; null where the file as a whole is at fault.",
        null=True,
        unit="lines",
    ),
    "rule": _column(pl.String, "Code of the broken rule.", among=(*codes("error"), *codes("warning"))),
    "severity": _column(pl.String, "error or warning.", among=("error", "warning")),
    "column_name": _column(pl.String, "Column of sightings (or captures) that shows the fault."),
    "value": _column(pl.String, "What stands there.", null=True),
    "message": _column(pl.String, "What is wrong, as a sentence."),
    "acknowledged": _column(pl.Boolean, "Whether a correction acknowledges the quarantine."),
}

CAPTURES = {
    "capture_sha256": _column(pl.String, "SHA-256 of the file's bytes; null where they could not be read.", null=True),
    "path": _column(pl.String, "Key: path below the raw folder."),
    "url": _column(pl.String, "Address from which it was obtained, where known.", null=True),
    "retrieved_at": _column(TIME, "When it was obtained (UTC), where known.", null=True),
    "bytes": _column(pl.Int64, "Size.", unit="bytes"),
    "layout": _column(pl.String, "Layout by which it was read; null where none.", null=True),
    "sightings": _column(pl.Int32, "Rows read from it.", unit="rows"),
    "published": _column(pl.Int32, "Rows that were published.", unit="rows"),
    "quarantined": _column(pl.Int32, "Rows that were quarantined.", unit="rows"),
    "status": _column(pl.String, "What became of the file.", among=STATUSES),
    "note": _column(pl.String, "What a person should know about it.", null=True),
}

# What normalizing adds to a sighting, for the rules to judge and the merge to use.
NORMALIZED = {
    "stated_number": _column(pl.String, "Listed or corrected number, blanks folded.", null=True),
    "stated_fiscal_year": _column(pl.String, "Listed or corrected fiscal year, blanks folded.", null=True),
    "stated_issue_date": _column(pl.String, "Listed or corrected issue date, blanks folded.", null=True),
    "stated_agency": _column(pl.String, "Listed or corrected agency, blanks folded.", null=True),
    "stated_summary": _column(
        pl.String, "Listed or corrected summary, damage mended; null where it says nothing.", null=True
    ),
    "stated_topic": _column(pl.String, "Topics, blanks folded; a semicolon stands between several.", null=True),
    "stated_document_url": _column(
        pl.String, "Listed or corrected link, blanks folded; of an archived copy the link behind it.", null=True
    ),
    "year": _column(pl.Int32, "Stated fiscal year; null where missing or malformed.", null=True),
    "year_broken": _column(pl.Boolean, "Whether a stated fiscal year is malformed."),
    "horizon": _column(pl.Int32, "Latest fiscal year that the capture can know."),
    "report_number": SIGHTINGS["report_number"],
    "fiscal_year": SIGHTINGS["fiscal_year"],
    "series": _column(pl.String, "Series of the number.", null=True),
    "sequence": _column(pl.Int32, "Sequence in the year that was decided on.", null=True),
    "suffix": _column(pl.String, "Suffix of the number.", null=True),
    "title": _column(pl.String, "Clean title.", null=True),
    "title_repaired": _column(pl.Boolean, "Whether artefacts were taken off the title."),
    "is_redacted": REPORTS["is_redacted"],
    "is_revised": REPORTS["is_revised"],
    "classification": REPORTS["classification"],
    "kind": REPORTS["kind"],
    "issue_date": REPORTS["issue_date"],
    "date_fault": _column(pl.String, "Why the stated date names no day; null where it does.", null=True),
    "markup_date": _column(pl.String, "Day in the page's markup, where the page shows another.", null=True),
    "days_outside": _column(pl.Int64, "Days by which the date lies outside the fiscal year.", null=True),
    "document_url": REPORTS["document_url"],
    "document_offsite": _column(pl.Boolean, "Whether the link leads away from the OIG's site."),
    "agencies": REPORTS["agencies"],
    "agency_source": REPORTS["agency_source"],
    "agency_broken": _column(pl.Boolean, "Whether a stated agency is unknown."),
    "file_number": _column(
        pl.String, "Report numbers in the file name of the link, where none is the row's.", null=True
    ),
    "cover_number": _column(pl.String, "Report numbers on the document's cover, where none is the row's.", null=True),
    "text_repaired": _column(pl.String, "Texts that came damaged and were mended, in words.", null=True),
    "text_damaged": _column(pl.String, "Texts that are damaged, in words.", null=True),
    "corrected": _column(pl.String, "What a correction changed, in words.", null=True),
}

BATCH_COLUMNS = (
    "report_number", "fiscal_year", "series", "sequence", "suffix", "title", "is_redacted", "is_revised",
    "classification", "kind", "stated_summary", "stated_topic", "issue_date", "document_url", "agencies",
    "agency_source",
)  # fmt: skip
"""Those of them that are needed once rows were judged alone: for comparing and merging."""

# What comparing accepted sightings adds.
GROUPED = {
    "rival_title": _column(pl.String, "An unrelated title under the same number and year.", null=True),
    "other_number": _column(pl.String, "Another number of the year with the same title.", null=True),
    "document_of": _column(pl.String, "Another number of the year that links the same document.", null=True),
}
