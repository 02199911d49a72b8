"""The registry of offices, and the folders that declare what is known of one."""

from __future__ import annotations

import re
from pkgutil import iter_modules

import pytest

from oig_pipeline import offices
from oig_pipeline.contract.columns import REPORTS
from oig_pipeline.domain.office import folded
from oig_pipeline.offices import AGENCIES, OFFICES, agency_of_name, canonical_number, office_of_name, office_of_url
from oig_pipeline.offices.registry import REGISTRY


def test_the_registry_holds_every_federal_office_once() -> None:
    assert len(REGISTRY) == len(OFFICES) == 74
    assert [office.code for office in REGISTRY] == sorted(OFFICES)
    assert all(office.code.isalpha() and office.code.islower() for office in REGISTRY)


def test_no_name_means_two_offices() -> None:
    names = [name for office in REGISTRY for name in {folded(name) for name in office.names}]
    assert sorted(names) == sorted(set(names))


def test_every_folder_is_an_office_of_the_registry() -> None:
    assert {module.name for module in iter_modules(offices.__path__) if module.ispkg} <= set(OFFICES)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Department of Homeland Security OIG", "dhs"),
        ("DHS", "dhs"),
        ("department of the treasury  oig", "treasury"),
        ("Treasury Inspector General for Tax Administration", "tigta"),
        ("Intelligence Community Inspector General", "icig"),
        ("Department of Health and Human Services, Office of Inspector General", "hhs"),
        ("U.S. Department of Justice Office of the Inspector General", "doj"),
        ("Environmental Protection Agency OIG", "epa"),
    ],
)
def test_an_office_is_found_by_its_names(name: str, code: str) -> None:
    office = office_of_name(name)
    assert office is not None
    assert office.code == code


@pytest.mark.parametrize("name", ["", "OIG", "Department", "Department of Mysteries OIG", "Texas State Auditor"])
def test_a_name_outside_the_registry_is_no_office(name: str) -> None:
    assert office_of_name(name) is None


def test_spellings_that_were_seen_are_told_from_inferred_ones() -> None:
    certain = {office.code for office in REGISTRY if office.is_certain}
    assert certain == {"dhs", "doj", "eac", "fec", "icig", "opm", "state", "tigta", "treasury"}
    assert OFFICES["icig"].spelling == "Intelligence Community Inspector General"
    assert OFFICES["va"].spelling == "Department of Veterans Affairs OIG"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://www.oig.dhs.gov/reports", "dhs"),
        ("https://oig.dhs.gov/", "dhs"),
        (None, "dhs"),
        ("https://example.org/oig.dhs.gov", "dhs"),
        ("//[", "dhs"),
    ],
)
def test_an_address_speaks_for_the_office_whose_site_it_is_on(url: str | None, code: str) -> None:
    assert office_of_url(url).code == code


def test_no_two_offices_give_a_code_to_different_agencies() -> None:
    codes = [code for office in OFFICES.values() for code in office.agencies.by_code]
    assert sorted(codes) == sorted(AGENCIES)
    assert all(re.fullmatch(REPORTS["agencies"].form or "", code) for code in codes)


@pytest.mark.parametrize(("text", "number"), [("oig 21_49", "OIG-21-49"), ("REPORT 7", None), ("", None)])
def test_a_number_has_the_spelling_that_an_office_gives_it(text: str, number: str | None) -> None:
    assert canonical_number(text) == number


def test_an_agency_is_found_in_the_list_of_any_office() -> None:
    assert agency_of_name("coast guard") is AGENCIES["USCG"]
    assert agency_of_name("Ministry of Works") is None
