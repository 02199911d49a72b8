"""Rules about the documents that rows link; the row is published with a quality flag.

Belongs here: warning rules on links and covers. Does not: what a link is (see `domain/links.py`), or other warnings.
"""

from __future__ import annotations

import polars as pl

from oig_pipeline.contract.example_office import document, listing, row
from oig_pipeline.contract.rule import Rule

c = pl.col

DOCUMENT_RULES = (
    Rule(
        code="document_missing",
        severity="warning",
        scope="sighting",
        column="listed_document_url",
        why="The listing gives no link to the document.",
        remedy="Capture a listing that links to the documents; text captures lose the links.",
        message="no document is linked",
        holds=c("stated_document_url").is_not_null(),
        when_all=True,
        passes=(row(),),
        fails=(row(document_url=""),),
    ),
    Rule(
        code="document_offsite",
        severity="warning",
        scope="sighting",
        column="listed_document_url",
        why="The link leads away from the OIG's site, or nowhere: what lies there is not under its control.",
        remedy="Compare with the OIG's own page; a link that is no web address is not published.",
        message="'{stated_document_url}' does not lead to the OIG's site",
        holds=~c("document_offsite"),
        passes=(row(document_url="/sites/default/files/assets/EX-21-49.pdf"),),
        fails=(row(document_url="https://example.org/EX-21-49.pdf"),),
    ),
    Rule(
        code="document_misnamed",
        severity="warning",
        scope="sighting",
        column="listed_document_url",
        why="The file name in the link bears another report number: the number or the link is wrong.",
        remedy="Open the document, then correct the number or the link.",
        message="the listing says {report_number}, the file name in its link {file_number}",
        holds=c("file_number").is_null(),
        passes=(row(),),
        fails=(row(document_url="https://www.oig.example.gov/assets/Mgmt/2014/EX_14-48_Mar14.pdf"),),
    ),
    Rule(
        code="document_mismatch",
        severity="warning",
        scope="sighting",
        column="listed_number",
        why="The document's cover names other report numbers than the listing: the number or the link is wrong.",
        remedy="Compare with the document, then correct the number or the link.",
        message="the listing says {report_number}, the document's cover {cover_number}",
        holds=c("cover_number").is_null(),
        passes={**listing(row()), **document("Office of Inspector General\nEX-21-49")},
        fails={**listing(row()), **document("Office of Inspector General\nEX-21-50")},
    ),
    Rule(
        code="document_shared",
        severity="warning",
        scope="group",
        column="listed_document_url",
        why="Two reports of one year link the same document: one of the links is wrong, or it is one report.",
        remedy="Open the document, then correct the number or the link of the other row.",
        message="{document_of} of {fiscal_year} links the same document",
        holds=c("document_of").is_null(),
        passes=(row(), row(report_number="EX-21-50", title="Debris Removal", document_url="/assets/b.pdf")),
        fails=(row(document_url="/assets/a.pdf"), row(report_number="EX-21-50", document_url="/assets/a.pdf")),
    ),
)
