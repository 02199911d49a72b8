"""Which address a copy in a web archive is of, and when it was made."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.domain.wayback import copied_at, original, original_column

PDF = "https://www.oig.dhs.gov/sites/default/files/OIG-21-31.pdf"
MOMENT = dt.datetime(2021, 6, 1, 12, 0, 0)
STAMP = "20210601120000"
COPIES = {
    **{f"{archive}/web/{STAMP}{mark}/{PDF}": MOMENT
       for archive in ("", "https://web.archive.org", "http://web.archive.org", "//web.archive.org", "web.archive.org",
                       "https://www.oig.dhs.gov", "..", "../..")
       for mark in ("", "im_", "id_", "if_", "js_", "cs_", "fw_", "oe_", "mp_")},
    f"web/{STAMP}/{PDF}": MOMENT,
    f"https://web.archive.org/web/2021/{PDF}": None,
    f"https://web.archive.org/web/2/{PDF}": None,
    f"https://web.archive.org/web/*/{PDF}": None,
    f"https://web.archive.org/web/2021*/{PDF}": None,
    f"https://web.archive.org/web/{PDF}": None,
    f"https://web.archive.org/web/20219901120000/{PDF}": None,
    f"/web/{STAMP}/www.oig.dhs.gov/sites/default/files/OIG-21-31.pdf": MOMENT,
    f"/web/{STAMP}/https:/www.oig.dhs.gov/sites/default/files/OIG-21-31.pdf": MOMENT,
    f"/web/{STAMP}/https%3A//www.oig.dhs.gov/sites/default/files/OIG-21-31.pdf": MOMENT,
    f"/web/{STAMP}/https%3A%2F%2Fwww.oig.dhs.gov%2Fsites%2Fdefault%2Ffiles%2FOIG-21-31.pdf": MOMENT,
    f"/web/{STAMP}/https://www.oig.dhs.gov:443/sites/default/files/OIG-21-31.pdf": MOMENT,
    f"https://web.archive.org/web/20240101000000/https://web.archive.org/web/{STAMP}id_/{PDF}": MOMENT,
    f"https://web.archive.org/web/{STAMP}wkp_/{PDF}": MOMENT,
    f"https://web.archive.org/save/{PDF}": None,
    f"https://web.archive.org/save/_embed/{PDF}": None,
    f"https://web.archive.org/{PDF}": None,
    f"https://archive.today/newest/{PDF}": None,
    f"https://wayback.archive-it.org/1234/{STAMP}/{PDF}": MOMENT,
    f"https://webarchive.loc.gov/all/{STAMP}/{PDF}": MOMENT,
}  # fmt: skip
NOT_COPIES = [
    *(
        "",
        PDF,
        "/sites/default/files/a.pdf",
        "https://web.archive.org/",
        "https://web.archive.org/about/",
        "/web/a.pdf",
    ),
    *("https://www.oig.dhs.gov/web/oig.report.pdf", "/web/2021/report.pdf", "https://x.gov/web/reports/2021/a.pdf"),
    *(
        f"https://x.gov/search?at=/web/{STAMP}/{PDF}",
        f"https://x.gov/{STAMP}.pdf",
        f"https://web.archive.org/screenshot/{PDF}",
    ),
]


@pytest.mark.parametrize(("copy", "moment"), COPIES.items())
def test_a_copy_gives_the_address_behind_it_and_its_time(copy: str, moment: dt.datetime | None) -> None:
    assert (original(copy), copied_at(copy)) == (PDF, moment)


@pytest.mark.parametrize("behind", ["mailto:a@b.gov", "javascript:void(0)", "ftp://b.gov/a.pdf"])
def test_a_copy_of_what_is_no_page_is_that(behind: str) -> None:
    assert original(f"/web/{STAMP}/{behind}") == behind


@pytest.mark.parametrize("address", NOT_COPIES)
def test_any_other_address_stays_as_it_is(address: str) -> None:
    assert (original(address), copied_at(address)) == (address, None)


def test_a_usual_port_is_no_part_of_the_address_behind_a_copy() -> None:
    assert original(f"/web/{STAMP}/http://www.oig.dhs.gov:80/a.pdf") == "http://www.oig.dhs.gov/a.pdf"
    assert original(f"/web/{STAMP}/http://www.oig.dhs.gov:8080/a.pdf") == "http://www.oig.dhs.gov:8080/a.pdf"
    assert original("http://www.oig.dhs.gov:80/a.pdf") == "http://www.oig.dhs.gov:80/a.pdf"


@given(st.lists(st.none() | st.sampled_from([*COPIES, *NOT_COPIES]) | st.text()))
def test_a_column_says_the_same(addresses: list[str | None]) -> None:
    column = pl.DataFrame({"a": addresses}, schema={"a": pl.String})
    expected = [None if address is None else original(address) for address in addresses]
    assert column.select(original_column(pl.col("a"))).to_series().to_list() == expected
