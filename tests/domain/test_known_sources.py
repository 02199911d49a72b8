"""The places that captures come from."""

from __future__ import annotations

import pytest

from oig_pipeline.domain.known_sources import MIRRORS, OFFICE_OF, source_of_url


@pytest.mark.parametrize(
    ("url", "source"),
    [
        ("https://www.oig.dhs.gov/reports", "oig_dhs_gov"),
        ("HTTPS://WWW.OVERSIGHT.GOV:443/reports/federal?page=0", "oversight_gov"),
        ("https://oversight.gov", "oversight_gov"),
        ("https://notoversight.gov/", None),
        ("https://oversight.gov.example.org/", None),
        ("https://[", None),
        ("reports", None),
        ("", None),
        (None, None),
    ],
)
def test_the_host_says_whose_an_address_is(url: str | None, source: str | None) -> None:
    assert source_of_url(url) == source


def test_a_mirror_speaks_for_no_office() -> None:
    assert not MIRRORS & OFFICE_OF.keys()
