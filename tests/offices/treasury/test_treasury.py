"""The reports of Treasury OIG: numbers that only their office tells from those of DHS OIG."""

from __future__ import annotations

import polars as pl
import pytest

from oig_pipeline.domain.report_number import NumberError, ReportNumber
from oig_pipeline.offices import OFFICES
from oig_pipeline.offices.treasury import AGENCIES, NUMBERS
from oig_pipeline.run.by_office import normalize_rows
from tests.rows import sightings

TREASURY = "https://oig.treasury.gov/reports"


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("OIG-14-049", ("OIG", 2014, 49)),
        ("oig 16-001", ("OIG", 2016, 1)),
        ("OIG-14-131", ("OIG", 2014, 131)),
        ("OIG-CA-14-009", ("OIG-CA", 2014, 9)),
        ("OIG--CA_14\u2013009", ("OIG-CA", 2014, 9)),
    ],
)
def test_a_number_names_its_series_its_year_and_its_sequence(text: str, reading: tuple[str, int, int]) -> None:
    number = ReportNumber(*reading)
    assert NUMBERS.readings(text) == (number,)
    assert NUMBERS.spelled(number) == NUMBERS.canonical(text)


@pytest.mark.parametrize(
    "text",
    ["", "OIG-14-49", "OIG-14-0049", "OIG-2014-049", "OIG-14-049-D", "CA-14-009", "OIG-XX-14-009", "EVAL-14-001"],
)
def test_what_is_no_number_of_its_grammar_is_refused(text: str) -> None:
    with pytest.raises(NumberError):
        NUMBERS.canonical(text)


def test_a_two_digit_sequence_is_of_dhs_a_zero_in_front_of_treasury_and_from_100_on_of_both() -> None:
    grammars = {code: office.numbers for code, office in OFFICES.by_code.items() if code in ("dhs", "treasury")}

    def offices(number: str) -> set[str]:
        parsed = pl.Series([number])
        return {
            code
            for code, grammar in grammars.items()
            if grammar and parsed.to_frame("n").select(grammar.canonical_column(pl.col("n"))).item() is not None
        }

    assert offices("OIG-14-49") == {"dhs"}
    assert offices("OIG-14-049") == {"treasury"}
    assert offices("OIG-14-131") == {"dhs", "treasury"}


def test_a_row_of_its_site_is_read_by_what_it_declares() -> None:
    row = {
        "report_number": "OIG-14-131",
        "title": "OCC Examined Its Banks (Redacted)",
        "fiscal_year": "2014",
        "issue_date": "",
        "agency": "",
    }
    ours, theirs = normalize_rows(sightings({**row, "capture_url": TREASURY}, row)).iter_rows(named=True)
    assert OFFICES.of_url(TREASURY) is OFFICES.by_code["treasury"]
    assert (ours["report_number"], ours["fiscal_year"]) == (theirs["report_number"], theirs["fiscal_year"])
    assert (ours["agencies"], theirs["agencies"]) == (["OCC"], [])
    assert ours["is_redacted"]


@pytest.mark.parametrize(
    ("name", "code"), [("U.S. Mint", "MINT"), ("the department of the treasury", "TREAS"), ("fincen", "FINCEN")]
)
def test_its_bureaus_are_found_by_their_names(name: str, code: str) -> None:
    agency = AGENCIES.lookup(name)
    assert agency is not None
    assert agency.code == code


def test_a_bureau_that_ended_names_the_one_that_followed() -> None:
    successors = {agency.code: agency.successor for agency in AGENCIES.agencies if agency.successor}
    assert successors == {"BPD": "BFS", "FMS": "BFS", "OTS": "OCC"}
    assert set(successors.values()) <= set(AGENCIES.by_code)
