"""What the file name of a link says against the number of its row."""

from __future__ import annotations

import polars as pl
import pytest

from oig_pipeline.curate.file_names import with_file_numbers
from oig_pipeline.offices.dhs.numbers import NUMBERS
from tests.rows import judgement_of

FOLDER = "https://www.oig.dhs.gov/assets/Mgmt/OIG-13-99"


def differing(number: str | None, url: str | None) -> str | None:
    frame = pl.DataFrame(
        {"report_number": [number], "document_url": [url]},
        schema={"report_number": pl.String, "document_url": pl.String},
    )
    numbers = with_file_numbers(frame, NUMBERS)["file_number"].item()
    return numbers if numbers is None else str(numbers)


@pytest.mark.parametrize(
    ("number", "file", "other"),
    [
        *(("OIG-13-48", "OIG_14-48_Mar14.pdf", "OIG-14-48"), ("OIG-13-48", "oig%2014-48%20mar.PDF", "OIG-14-48")),
        *(("OIG-14-48", "OIG-14-480-Mar14.pdf", "OIG-14-480"), ("OIG-14-480", "OIG-14-48.pdf", "OIG-14-48")),
        *(("OIG-17-97-D", "OIG-17-98-SR-Jul17.pdf", "OIG-17-98"), ("DA-08-05", "DD_08-05_Mar08.pdf", "DD-08-05")),
        ("GC-HQ-06-19", "GC_FL-06-19.pdf", "GC-FL-06-19"),
        ("OIG-13-48", "OIG-14-48_OIG-14-49.pdf", "OIG-14-48, OIG-14-49"),
        ("OIG-13-48", "OIG_14-48.pdf?itok=OIG-13-48", "OIG-14-48"),
        ("OIG-13-48", "OIGr_OIG\u201314\u201348.pdf", "OIG-14-48"),
        # The row's own number, however it is spelled, or with another suffix.
        *(("OIG-14-48", "OIG_14-48_Mar14.pdf", None), ("OIG-14-48", "oig-14-48.pdf", None)),
        *(("OIG-17-97-D", "OIG-17-97-Jul17.pdf", None), ("OIG-17-97", "OIG-17-97-D-Jul17.pdf", None)),
        *(("OIG-14-48", "OIG-13-11_and_OIG-14-48.pdf", None), ("GC-HQ-06-19", "GC_HQ_06-19.pdf", None)),
        # No number.
        *(("OIG-14-48", "report.pdf", None), ("OIG-14-48", "2014-03-48.pdf", None), ("OIG-14-48", "OIG-14.pdf", None)),
        *(("OIG-14-48", "law-05-03.pdf", None), ("OIG-14-48", "OIG-14-048.pdf", None), ("OIG-14-48", "", None)),
        *((None, "OIG_14-48.pdf", None), ("OIG-14-48", "a.pdf?n=OIG-13-48", None), ("OIG-14-48", "#OIG-13-48", None)),
    ],
)  # fmt: skip
def test_only_another_number_in_the_file_name_differs(number: str | None, file: str, other: str | None) -> None:
    assert differing(number, f"{FOLDER}/{file}") == other


def test_no_link_says_nothing() -> None:
    assert differing("OIG-14-48", None) is None
    assert differing("OIG-14-48", "nonsense") is None


def test_the_row_is_published_with_a_warning() -> None:
    rows = [
        {"report_number": "OIG-21-48", "document_url": "/assets/OIG-21-50-Mar21.pdf", "title": "A"},
        {"report_number": "OIG-21-50", "document_url": "/assets/OIG-21-50-Mar21.pdf", "title": "B"},
        {"report_number": "OIG-21-51", "document_url": "/assets/OIG-21-51-Mar21.pdf", "title": "C"},
    ]
    judgement = judgement_of(*rows)
    assert set(judgement.sightings["outcome"]) == {"published"}
    assert judgement.sightings["rules"].to_list() == [["document_misnamed", "document_shared"], ["document_shared"], []]
    (message,) = judgement.violations.filter(rule="document_misnamed")["message"]
    assert message == "the listing says OIG-21-48, the file name in its link OIG-21-50"
