"""What looks like the number of a report, whosever it is, and what does not."""

from __future__ import annotations

import pytest

from oig_pipeline.domain.foreign_number import mentions_number

NUMBERS = ("2021-AT-1002", "A-09-17-50231", "DODIG-2021-049", "21-056", "ZA2021023",
           "GAO-21-234", "20-01234-56", "22-P-0001",
           "AUD-MERO-21-10", "50601-0001-31", "05-21-001-03-315", "IG-21-018", "2021\u2013AT\u20131002")  # fmt: skip
NOT_NUMBERS = ("202-981-6000", "1-800-323-8603", "981-6000", "2021-03-15", "03/15/2021", "3/5/21",
          "2019-2021", "2019\u201320", "FY2019-20",
          "20528-0305", "116-136", "24/7", "9/11", "COVID-19", "18-64", "F-35", "H-2B", "9:00-17:00",
          "$1,000-2,000", "x@a-2021.gov",
          "https://oig.dhs.gov/2021-05/A-2021", "Title 5")  # fmt: skip


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_of_any_office_is_seen(number: str) -> None:
    assert mentions_number(number)
    assert mentions_number(f"The report ({number}) says more.")


@pytest.mark.parametrize("label", ["Report No. 7", "Audit Report No 12", "report # 4", "Report ID: x"])
def test_a_label_of_one_is_seen(label: str) -> None:
    assert mentions_number(label)


@pytest.mark.parametrize("words", NOT_NUMBERS)
def test_what_is_written_alike_is_none(words: str) -> None:
    assert not mentions_number(f"On {words} we spoke.")
