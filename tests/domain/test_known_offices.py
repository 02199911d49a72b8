"""Which office a spelling, an address or a host means."""

from __future__ import annotations

import pytest

from oig_pipeline.domain.known_offices import DEFAULT, HOSTS, NAMES, WITH_GRAMMAR, of_url, qualified, spelled


@pytest.mark.parametrize(
    "name",
    [
        "treasury",
        "TREASURY",
        "Department of the Treasury OIG",
        " department of\u00a0the  treasury ",
        "Department of the Treasury, Office of Inspector General",
        "Department of the Treasury Office of the Inspector General",
    ],
)
def test_a_known_office_has_one_code_in_any_spelling(name: str) -> None:
    assert spelled(name) == "treasury"


@pytest.mark.parametrize("name", ["Denali  Commission OIG", "Treasury Inspector General for Tax Administration"])
def test_any_other_keeps_its_spelling(name: str) -> None:
    assert spelled(name) == " ".join(name.split())


@pytest.mark.parametrize(
    ("url", "office"),
    [
        ("https://www.oig.dhs.gov/reports", "dhs"),
        ("HTTP://OIG.DHS.GOV:443", "dhs"),
        ("https://notoig.dhs.gov/reports", None),
        ("https://example.org/https://www.oig.dhs.gov/", None),
        ("/reports/a.pdf", None),
    ],
)
def test_an_address_is_of_the_office_whose_host_it_has(url: str, office: str | None) -> None:
    assert of_url(url) == office


def test_what_is_said_of_offices_is_said_of_known_ones() -> None:
    assert {DEFAULT, *HOSTS.values(), *WITH_GRAMMAR} <= set(NAMES)
    assert (qualified(DEFAULT, "OIG-21-49"), qualified("treasury", "OIG-14-049")) == (
        "OIG-21-49",
        "treasury:OIG-14-049",
    )
