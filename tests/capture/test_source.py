"""The places that captures come from, and which of them an address belongs to."""

from __future__ import annotations

import pytest

from oig_pipeline.capture.source import source_of_url
from oig_pipeline.domain.known_sources import MIRRORS
from oig_pipeline.offices import OFFICES
from oig_pipeline.sources import SOURCES


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
    assert source_of_url(url, SOURCES) == source


def test_a_mirror_speaks_for_no_office() -> None:
    assert not MIRRORS & OFFICES.of_source.keys()


def test_what_an_office_says_of_sources_is_of_sources_that_there_are() -> None:
    assert OFFICES.of_source.keys() | MIRRORS == {source.name for source in SOURCES}
