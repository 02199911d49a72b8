"""The registry of offices, and the folders that declare what is known of one."""

from __future__ import annotations

import re
from pkgutil import iter_modules

import pytest

from oig_pipeline import offices
from oig_pipeline.contract.columns import REPORTS
from oig_pipeline.contract.example_office import ROW
from oig_pipeline.domain.office import folded
from oig_pipeline.offices import AGENCIES, OFFICES, agency_of_name, canonical_number
from oig_pipeline.offices.registry import REGISTRY


def test_the_registry_holds_every_federal_office_once() -> None:
    assert len(REGISTRY) == len(OFFICES.by_code) == 74
    assert [office.code for office in REGISTRY] == sorted(OFFICES.by_code)
    assert all(office.code.isalpha() and office.code.islower() for office in REGISTRY)


def test_no_name_means_two_offices() -> None:
    names = [name for office in REGISTRY for name in {folded(name) for name in office.names}]
    assert sorted(names) == sorted(set(names))


def test_every_folder_is_an_office_of_the_registry() -> None:
    assert {module.name for module in iter_modules(offices.__path__) if module.ispkg} <= set(OFFICES.by_code)


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
    office = OFFICES.of_name(name)
    assert office is not None
    assert office.code == code


@pytest.mark.parametrize("name", ["", "OIG", "Department", "Department of Mysteries OIG", "Texas State Auditor"])
def test_a_name_outside_the_registry_is_no_office(name: str) -> None:
    assert OFFICES.of_name(name) is None


def test_the_office_of_examples_is_none_of_them() -> None:
    assert not OFFICES.of_name("examples")
    assert not OFFICES.of_name("Department of Examples OIG")
    assert not OFFICES.of_url(ROW["document_url"])
    assert canonical_number(ROW["report_number"]) is None


def test_the_default_office_says_how_to_speak_of_it() -> None:
    assert all(vars(OFFICES.first.about).values())


def test_spellings_that_were_seen_are_told_from_inferred_ones() -> None:
    certain = {office.code for office in REGISTRY if office.is_certain}
    assert certain == {"dhs", "doj", "eac", "fec", "icig", "opm", "state", "tigta", "treasury"}
    assert OFFICES.by_code["icig"].spelling == "Intelligence Community Inspector General"
    assert OFFICES.by_code["va"].spelling == "Department of Veterans Affairs OIG"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://www.oig.dhs.gov/reports", "dhs"),
        ("https://oig.dhs.gov/", "dhs"),
        ("HTTP://OIG.DHS.GOV:443", "dhs"),
        (None, None),
        ("https://notoig.dhs.gov/reports", None),
        ("https://example.org/https://www.oig.dhs.gov/", None),
        ("/reports/a.pdf", None),
        ("//[", None),
    ],
)
def test_an_address_is_of_the_office_whose_site_it_is_on(url: str | None, code: str | None) -> None:
    office = OFFICES.of_url(url)
    assert (office.code if office else None) == code


@pytest.mark.parametrize("name", ["Department of  Mysteries OIG", "Texas State Auditor"])
def test_an_office_outside_the_registry_keeps_its_spelling_and_nothing_is_known_of_it(name: str) -> None:
    assert OFFICES.spelled(name) == " ".join(name.split())
    assert OFFICES.declared(name).numbers is None


def test_a_number_is_read_with_its_office_unless_that_is_the_default() -> None:
    assert OFFICES.qualified(OFFICES.default, "OIG-21-49") == "OIG-21-49"
    assert OFFICES.qualified("treasury", "OIG-14-049") == "treasury:OIG-14-049"


def test_no_two_offices_give_a_code_to_different_agencies() -> None:
    codes = [code for office in OFFICES.by_code.values() for code in office.agencies.by_code]
    assert sorted(codes) == sorted(AGENCIES)
    assert all(re.fullmatch(REPORTS["agencies"].form or "", code) for code in codes)


@pytest.mark.parametrize(("text", "number"), [("oig 21_49", "OIG-21-49"), ("REPORT 7", None), ("", None)])
def test_a_number_has_the_spelling_that_an_office_gives_it(text: str, number: str | None) -> None:
    assert canonical_number(text) == number


def test_an_agency_is_found_in_the_list_of_any_office() -> None:
    assert agency_of_name("coast guard") is AGENCIES["USCG"]
    assert agency_of_name("Ministry of Works") is None
