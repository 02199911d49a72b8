"""The reports of EPA OIG: numbers with a letter for the kind, two agencies, few marks."""

from __future__ import annotations

import polars as pl
import pytest

from oig_pipeline.domain.report_number import NumberError, ReportNumber
from oig_pipeline.offices import OFFICES
from oig_pipeline.offices.epa import NUMBERS
from oig_pipeline.run.by_office import normalize_rows
from tests.rows import sightings

EPA = "https://www.epaoig.gov/reports"
ROW = {
    "report_number": "22-p-0010",
    "title": "Management Alert: EPA Should Track Lead Pipes (Redacted)",
    "issue_date": "12/08/2021",
    "fiscal_year": "2022",
    "agency": "",
    "document_url": "/sites/default/files/a.pdf",
    "capture_url": EPA,
}


@pytest.mark.parametrize(
    ("text", "number", "reading"),
    [
        ("22-P-0010", "22-P-0010", ("P", 2022, 10)),
        ("22 p 0010", "22-P-0010", ("P", 2022, 10)),
        ("22\u2013E\u20130042", "22-E-0042", ("E", 2022, 42)),
        ("11-1-0015", "11-1-0015", ("1", 2011, 15)),
        ("2002-M-000013", "2002-M-000013", ("M", 2002, 13)),
        ("2006-P-00013", "2006-P-00013", ("P", 2006, 13)),
    ],
)
def test_a_number_names_its_year_its_kind_and_its_sequence(
    text: str, number: str, reading: tuple[str, int, int]
) -> None:
    assert NUMBERS.canonical(text) == number
    assert NUMBERS.readings(text) == (ReportNumber(*reading),)


@pytest.mark.parametrize(
    "text",
    ["", "22-P-10", "22-P-010", "22-P-00010", "22-PP-0010", "22-5-0010", "2022-P-0010", "222-P-0010", "OIG-22-10",
     "22-P-0010-X", "May 17, 2006", "1999-P-00010"],
)  # fmt: skip
def test_what_only_looks_like_a_number_is_refused(text: str) -> None:
    with pytest.raises(NumberError):
        NUMBERS.canonical(text)


def test_no_number_has_the_sequence_zero() -> None:
    assert NUMBERS.readings("22-P-0000") == ()


def test_columns_read_numbers_as_functions_do() -> None:
    texts = ["22-P-0010", "2002-m-000013", "11 1 0015", "22-P-0000", "OIG-22-10", ""]
    numbers = NUMBERS.canonical_column(pl.col("text"))
    first, second = NUMBERS.reading_columns(NUMBERS.parts_column(numbers))
    rows = pl.DataFrame({"text": texts}).select(numbers, pl.coalesce(first, second).alias("reading")).rows()
    assert rows == [
        ("22-P-0010", {"fiscal_year": 2022, "sequence": 10}),
        ("2002-M-000013", {"fiscal_year": 2002, "sequence": 13}),
        ("11-1-0015", {"fiscal_year": 2011, "sequence": 15}),
        ("22-P-0000", None),
        (None, None),
        (None, None),
    ]


def test_a_reading_is_spelled_as_numbers_are_today() -> None:
    assert NUMBERS.spelled(ReportNumber("P", 2022, 10)) == "22-P-0010"


def test_its_folder_is_found_by_its_code_and_its_pages_by_their_host() -> None:
    assert OFFICES.by_code["epa"].numbers is NUMBERS
    assert OFFICES.of_url(EPA) is OFFICES.of_url("https://www.epa.gov/a") is OFFICES.by_code["epa"]


def test_a_row_of_its_site_is_read_by_what_it_declares() -> None:
    result = normalize_rows(sightings(ROW)).row(0, named=True)
    assert (result["report_number"], result["fiscal_year"], result["series"]) == ("22-P-0010", 2022, "P")
    assert (result["title"], result["kind"]) == ("EPA Should Track Lead Pipes", "management_alert")
    assert result["is_redacted"]
    assert (result["agencies"], result["agency_source"]) == (["EPA"], "inferred")
    assert result["document_url"] == "https://www.epaoig.gov/sites/default/files/a.pdf"
    assert not result["document_offsite"]
    assert result["days_outside"] == 0


def test_rows_of_two_offices_keep_their_order_and_each_its_grammar() -> None:
    dhs = {"report_number": "OIG-21-49"}
    result = normalize_rows(sightings(ROW, dhs, {**ROW, "report_number": "OIG-21-49"}, {**dhs, "agency": "FEMA"}))
    assert result["report_number"].to_list() == ["22-P-0010", "OIG-21-49", None, "OIG-21-49"]
    assert result["agencies"].to_list() == [["EPA"], ["CBP"], ["EPA"], ["FEMA"]]
    assert result["sighting_id"].to_list() == sightings(ROW, dhs, ROW, dhs)["sighting_id"].to_list()
