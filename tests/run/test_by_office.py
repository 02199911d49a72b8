"""Rows of several offices, each read by what its office declares."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from oig_pipeline.curate.normalize import normalize
from oig_pipeline.domain.office import Office
from oig_pipeline.offices import OFFICES
from oig_pipeline.run.by_office import normalize_rows
from tests.rows import SITE, sightings

NO_GRAMMAR = Office("example", "Example", "Example OIG")


def test_rows_of_one_office_are_read_by_its_grammar() -> None:
    rows = sightings({"report_number": "oig 21-49"}, {"report_number": "22-P-0010"})
    assert normalize_rows(rows).equals(normalize(rows, OFFICES.by_code["dhs"], pl.Series(["dhs", "dhs"])))
    assert normalize_rows(rows)["report_number"].to_list() == ["OIG-21-49", None]


def test_no_rows_have_every_column() -> None:
    rows = sightings({"capture_url": SITE})
    assert normalize_rows(rows.clear()).columns == normalize_rows(rows).columns


def test_a_number_without_a_grammar_is_kept_as_printed_and_says_no_year() -> None:
    row = {"report_number": " 34099\u201312 - te ", "fiscal_year": "", "issue_date": "10/01/2020", "agency": ""}
    result = normalize(sightings({**row, "title": "Audit (Redacted)"}), NO_GRAMMAR, pl.Series(["example"])).row(
        0, named=True
    )
    assert result["report_number"] == "34099-12-TE"
    assert (result["fiscal_year"], result["series"], result["sequence"], result["suffix"]) == (2021, None, None, None)
    assert result["issue_date"] == dt.date(2020, 10, 1)
    # Nothing is known of its marks, its agencies or its site.
    assert (result["title"], result["is_redacted"], result["kind"]) == ("Audit (Redacted)", False, "report")
    assert (result["agencies"], result["document_offsite"], result["file_number"]) == ([], False, None)


@pytest.mark.parametrize(("office", "is_broken"), [("dhs", False), ("treasury", True), ("usda", False)])
def test_an_agency_is_unknown_to_an_office_that_declares_others(office: str, is_broken: bool) -> None:
    result = normalize_rows(sightings({"agency": "CBP", "office": office})).row(0, named=True)
    assert (result["agencies"], result["agency_broken"]) == (["CBP"] if office == "dhs" else [], is_broken)


def test_rows_of_several_offices_keep_their_order() -> None:
    spellings = ["dhs", "Treasury", "Department of Mysteries OIG", "", "DHS", "usda", "Department of Mysteries OIG"]
    numbered = enumerate(spellings)
    rows = sightings(
        *({"office": name, "report_number": f"OIG-21-10{n}", "document_url": None} for n, name in numbered)
    )
    result = normalize_rows(rows)
    unknown = "Department of Mysteries OIG"
    assert result["office"].to_list() == ["dhs", "treasury", unknown, None, "dhs", "usda", unknown]
    assert result["office_is_known"].to_list() == [True, True, False, None, True, True, False]
    assert result["number_is_printed"].to_list() == [False, False, True, True, False, True, True]
    assert result["report_number"].to_list() == [f"OIG-21-10{n}" for n in range(7)]
    assert result["sighting_id"].to_list() == rows["sighting_id"].to_list()
