"""Listing rows for tests: sightings built from a few named values, and strategies that mix valid and broken ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import polars as pl
from hypothesis import strategies as st

from oig_pipeline.capture.reader import AGENCY_FROM, SCHEMA
from oig_pipeline.contract.names import LISTED_COLUMNS
from oig_pipeline.curate.judge import Judgement, judge
from oig_pipeline.curate.statements import PAGES
from oig_pipeline.run.by_office import normalize_rows as normalize
from oig_pipeline.run.curate_partition import published_tables
from oig_pipeline.run.summaries import read_summaries
from tests.dhs_examples import ROW

Values = Mapping[str, Any]
SHA = "a" * 64
SITE = "https://www.oig.dhs.gov"
FILTERED = f"{SITE}/reports/audits-inspections-and-evaluations?field_dhs_agency_target_id=2"
NO_PAGES = pl.DataFrame(schema=PAGES)
OLDER, NEWER = dt.datetime(2022, 1, 1), dt.datetime(2023, 1, 1)


def sightings(*rows: Values) -> pl.DataFrame:
    """Return sightings as reading gives them: `ROW` with the values given, by exchange name or by column."""
    return pl.DataFrame([_sighting(place, row) for place, row in enumerate(rows, start=1)], schema=SCHEMA)


def _sighting(place: int, row: Values) -> dict[str, Any]:
    values = {LISTED_COLUMNS.get(name, name): value for name, value in {**ROW, **row}.items()}
    source = {"capture_sha256": SHA, "capture_path": "listing.csv", "layout": "exchange", AGENCY_FROM: "stated"}
    return {"sighting_id": f"{SHA[:16]}-{place}", "ordinal": place, "line": place + 1, **source, **values}


def judgement_of(*rows: Values) -> Judgement:
    """Return the judgement of these rows."""
    return judge(normalize(sightings(*rows)))


def published(*rows: Values) -> pl.DataFrame:
    """Return the judged sightings of these rows, every one of which must be accepted."""
    judgement = judgement_of(*rows)
    assert set(judgement.sightings["outcome"]) <= {"published"}, judgement.violations.to_dicts()
    return judgement.sightings


def merge(accepted: pl.DataFrame) -> pl.DataFrame:
    """Return the reports of accepted sightings."""
    return published_tables(accepted, read_summaries(accepted), NO_PAGES)["reports"]


def provenance(accepted: pl.DataFrame) -> pl.DataFrame:
    """Return whose each value of these reports is."""
    return published_tables(accepted, read_summaries(accepted), NO_PAGES)["provenance"]


_TITLES = (
    "CBP Needs to Strengthen Its Oversight of Medical Attention",
    "CBP needs to strengthen its oversight",
    "Management Alert - CBP Needs to Strengthen Its Oversight of Medical Attention (REDACTED)",
    "Debris Removal in Louisiana",
    "City of Oakland, California",
    "FEMA's Response to the Ice Storm (Revised)",
    "A",
)
_LINKS = (f"{SITE}/a.pdf", f"{SITE}/b.pdf", "/a.pdf", "c.pdf", "https://example.org/a.pdf")
_VALID: dict[str, tuple[str | None, ...]] = {
    "report_number": ("OIG-21-49", "OIG-21-50", "OIG-21-49-VR", "DA-07-04", "GC-HQ-06-19", "OIG-04-08", "OIG-21-1000"),
    "title": _TITLES,
    "summary": (ROW["summary"], "We made two recommendations. ICE concurred with both.", "", None),
    "issue_date": (None, ""),
    "document_url": (*_LINKS, None),
    "agency": ("CBP", "CBP; ICE", "Others", None),
    "fiscal_year": ("2021", "2007", "2004", "2006"),
    "oversight_area": ("Border Security", "Disaster Management", None),
    "office": (None, "dhs", "Department of Agriculture OIG"),
    "report_type": (None, "Audit"),
    "components": (None, "U.S. Customs and Border Protection (CBP)", "FEMA; ICE"),
    "recommendations": (None, "0", "4", "1,000"),
    "questioned_costs": (None, "$0", "$1,284,600.50"),
    "funds_for_better_use": (None, "14204", ""),
}
_BROKEN: dict[str, tuple[str | None, ...]] = {
    "report_number": (None, "", "OIG-2021-49", "oig 21_49", "W-05-03", "OIG-61-01", "DS-14-05", "n/a"),
    "title": (None, "", "\u00a0", ">City of Oakland (", "{title}"),
    "summary": ("\u00a0",),
    "issue_date": ("02/30/2021", "07/20/2021", "2021-10-01", "11/15/21", "2004-07-20T12:00:00Z", "soon"),
    "document_url": ("javascript:void(0)", "//example.org/a.pdf", "//[", ""),
    "agency": ("Ministry of Works", "CBP, Ministry of Works", "", ","),
    "fiscal_year": (None, "", "20217", "FY21", "n/a", "2061"),
    "oversight_area": ("",),
    "office": ("", "n/a", "Ministry of Works OIG"),
    "report_type": ("", "n/a"),
    "components": (";", ""),
    "recommendations": ("four", "-1", "99999999999"),
    "questioned_costs": ("$1.30 million", "$-5"),
    "funds_for_better_use": ("1,28,4", "$"),
}


def valid_rows() -> st.SearchStrategy[dict[str, Any]]:
    """Return rows that break no error rule by themselves, of few reports, so that they meet one another."""
    numbers = {"OIG-21-49": "2021", "OIG-21-50": "2021", "DA-07-04": "2007", "OIG-04-08": "2004", "OIG-17-97-D": "2017"}
    values = {name: st.sampled_from(pool) for name, pool in _VALID.items() if name not in ("fiscal_year", "issue_date")}
    row = st.fixed_dictionaries({**values, "report_number": st.sampled_from(sorted(numbers))})
    dates = st.sampled_from(("", "-07-20", "-09-30", "-10-01"))

    def in_year(row: dict[str, Any], date: str) -> dict[str, Any]:
        year = numbers[row["report_number"]]
        return {**row, "fiscal_year": year, "issue_date": date and year + date}

    return st.builds(in_year, row, dates)


def any_rows() -> st.SearchStrategy[dict[str, Any]]:
    """Return rows in which each value is valid, broken or any text at all, now and then with an address and a time."""
    values = {
        name: st.one_of(
            st.sampled_from(_VALID[name]), st.sampled_from(_VALID[name]), st.sampled_from(_BROKEN[name]), text()
        )
        for name in LISTED_COLUMNS
    }
    source = {
        "capture_url": st.sampled_from((None, FILTERED, SITE)),
        "retrieved_at": st.sampled_from((None, OLDER, NEWER, dt.datetime(2006, 9, 30))),
        AGENCY_FROM: st.sampled_from(("stated", "listing")),
    }
    return st.fixed_dictionaries({**values, **source})


def text() -> st.SearchStrategy[str | None]:
    """Return null or any text."""
    return st.none() | st.text(max_size=30)
