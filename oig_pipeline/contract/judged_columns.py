"""The columns that judging adds to a sighting.

Belongs here: what normalizing and comparing give, that rules look at and merging takes. Does not: a column that is
published (see `columns.py`).
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from oig_pipeline.contract.column import Column
from oig_pipeline.contract.columns import KEY, REPORTS, SIGHTINGS

# What normalizing adds to a sighting: what rules judge besides, and a value of each column of reports that is merged.
NORMALIZED = {
    **{name: column for name, column in REPORTS.items() if column.is_of_rows},
    **{name: SIGHTINGS[name] for name in KEY},
    **{name: replace(REPORTS[name], nullable=True) for name in ("series", "sequence", "title")},
    "office_is_known": Column(pl.Boolean, "Whether the office is one of those that are known.", nullable=True),
    "number_is_printed": Column(pl.Boolean, "Whether the number is kept as printed: its office declares no grammar."),
    "stated_number": Column(pl.String, "Listed or corrected number, blanks folded.", nullable=True),
    "stated_fiscal_year": Column(pl.String, "Listed or corrected fiscal year, blanks folded.", nullable=True),
    "stated_issue_date": Column(pl.String, "Listed or corrected issue date, blanks folded.", nullable=True),
    "stated_agency": Column(pl.String, "Listed or corrected agency, blanks folded.", nullable=True),
    "stated_summary": Column(
        pl.String, "Listed or corrected summary, damage mended; null where it says nothing.", nullable=True
    ),
    "stated_topic": Column(pl.String, "Topics, blanks folded; a semicolon stands between several.", nullable=True),
    "stated_components": Column(
        pl.String, "Components, blanks folded; a semicolon stands between several.", nullable=True
    ),
    "stated_recommendations": Column(
        pl.String, "Listed or corrected number of recommendations, blanks folded.", nullable=True
    ),
    "stated_questioned_costs": Column(pl.String, "Listed or corrected questioned costs, blanks folded.", nullable=True),
    "stated_funds_for_better_use": Column(
        pl.String, "Listed or corrected funds for better use, blanks folded.", nullable=True
    ),
    "stated_document_url": Column(
        pl.String, "Listed or corrected link, blanks folded; of an archived copy the link behind it.", nullable=True
    ),
    "number_ambiguity": Column(
        pl.String, "Why the page gives no one number, uncorrected; null where it does.", nullable=True
    ),
    "year": Column(pl.Int32, "Stated fiscal year; null where missing or malformed.", nullable=True),
    "years_of_number": Column(pl.String, "Years that the number can mean, in words, if undecided.", nullable=True),
    "year_broken": Column(pl.Boolean, "Whether a stated fiscal year is malformed."),
    "horizon": Column(pl.Int32, "Latest fiscal year that the capture can know."),
    "title_repaired": Column(pl.Boolean, "Whether artefacts were taken off the title."),
    "date_fault": Column(pl.String, "Why the stated date names no day; null where it does.", nullable=True),
    "markup_date": Column(pl.String, "Day in the page's markup, where the page shows another.", nullable=True),
    "days_outside": Column(pl.Int64, "Days by which the date lies outside the fiscal year.", nullable=True),
    "document_offsite": Column(pl.Boolean, "Whether the link leads away from the OIG's site."),
    "links_page": Column(pl.Boolean, "Whether the link leads to a page of several reports."),
    "agency_broken": Column(pl.Boolean, "Whether a stated agency is unknown."),
    "file_number": Column(
        pl.String, "Report numbers in the file name of the link, where none is the row's.", nullable=True
    ),
    "cover_number": Column(
        pl.String, "Report numbers on the document's cover, where none is the row's.", nullable=True
    ),
    "text_repaired": Column(pl.String, "Texts that came damaged and were mended, in words.", nullable=True),
    "text_damaged": Column(pl.String, "Texts that are damaged, in words.", nullable=True),
    "corrected": Column(pl.String, "What a correction changed, in words.", nullable=True),
}
_MERGED = {column.of or name for name, column in REPORTS.items()}
BATCH_COLUMNS = tuple(name for name in NORMALIZED if name in {*_MERGED, "number_is_printed", "links_page"})
"""Those of them that are needed once rows were judged alone: for comparing and merging."""

# What comparing accepted sightings adds.
GROUPED = {
    "rival_date": Column(pl.Date, "A day of issue under the same number, too far from the row's own.", nullable=True),
    "rival_title": Column(pl.String, "An unrelated title under the same number and year.", nullable=True),
    "other_number": Column(pl.String, "Another number of the year with the same title.", nullable=True),
    "document_of": Column(pl.String, "Another number of the year that links the same document.", nullable=True),
    "office_agencies": Column(
        pl.String, "Agencies that the office itself names, where a mirror names none of them.", nullable=True
    ),
    "summary_recommendations": Column(pl.Int32, "How many recommendations the row's summary states.", nullable=True),
    "summary_questioned_costs": Column(pl.Float64, "Questioned costs that the row's summary states.", nullable=True),
    "summary_funds_for_better_use": Column(
        pl.Float64, "Funds for better use that the row's summary states.", nullable=True
    ),
    "office_date": Column(pl.Date, "Day that the office itself shows, where a mirror shows another.", nullable=True),
}
