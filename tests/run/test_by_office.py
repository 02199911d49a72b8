"""Rows of several offices, each read by what its office declares."""

from __future__ import annotations

import datetime as dt

from oig_pipeline.curate.normalize import normalize
from oig_pipeline.domain.office import Office
from oig_pipeline.offices import OFFICES
from oig_pipeline.run.by_office import normalize_rows
from tests.rows import SITE, sightings

NO_GRAMMAR = Office("example", "Example", "Example OIG")


def test_rows_of_one_office_are_read_by_its_grammar() -> None:
    rows = sightings({"report_number": "oig 21-49"}, {"report_number": "22-P-0010"})
    assert normalize_rows(rows).equals(normalize(rows, OFFICES["dhs"]))
    assert normalize_rows(rows)["report_number"].to_list() == ["OIG-21-49", None]


def test_no_rows_have_every_column() -> None:
    rows = sightings({"capture_url": SITE})
    assert normalize_rows(rows.clear()).columns == normalize_rows(rows).columns


def test_a_number_without_a_grammar_is_kept_as_printed_and_says_no_year() -> None:
    row = {"report_number": " 34099\u201312 - te ", "fiscal_year": "", "issue_date": "10/01/2020", "agency": ""}
    result = normalize(sightings({**row, "title": "Audit (Redacted)"}), NO_GRAMMAR).row(0, named=True)
    assert result["report_number"] == "34099-12-TE"
    assert (result["fiscal_year"], result["series"], result["sequence"], result["suffix"]) == (2021, None, None, None)
    assert result["issue_date"] == dt.date(2020, 10, 1)
    # Nothing is known of its marks, its agencies or its site.
    assert (result["title"], result["is_redacted"], result["kind"]) == ("Audit (Redacted)", False, "report")
    assert (result["agencies"], result["document_offsite"], result["file_number"]) == ([], False, None)


def test_an_agency_that_an_office_does_not_declare_is_unknown() -> None:
    result = normalize(sightings({"agency": "CBP"}), NO_GRAMMAR).row(0, named=True)
    assert (result["agencies"], result["agency_broken"]) == ([], True)
