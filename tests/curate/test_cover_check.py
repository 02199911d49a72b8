"""What a document's cover says against its row."""

from __future__ import annotations

import polars as pl
import pytest

from oig_pipeline.contract.schemas import POLARS_SCHEMAS
from oig_pipeline.curate.cover_check import with_covers
from oig_pipeline.run.by_office import normalize_rows as normalize
from tests.rows import sightings

URL = "https://www.oig.dhs.gov/a.pdf"


def documents(*numbers: str, url: str = URL) -> pl.DataFrame:
    row = {"url": url, "cover_numbers": list(numbers)}
    return pl.DataFrame([row], schema={n: POLARS_SCHEMAS["documents"][n] for n in row})


@pytest.mark.parametrize(
    ("row", "cover", "expected"),
    [
        ({}, ["OIG-21-50"], "OIG-21-50"),
        ({}, ["OIG-21-51", "OIG-21-50"], "OIG-21-50, OIG-21-51"),
        ({}, ["OIG-21-49"], None),
        ({}, ["OIG-20-07", "OIG-21-49"], None),
        ({}, [], None),
        ({"report_number": "oig 21-49-D"}, ["OIG-21-49"], None),
        ({"report_number": "OIG-21-49"}, ["OIG-21-49-D"], None),
        ({"title": "Verification Review of Grants (OIG-15-34-D)"}, ["OIG-15-34-D"], None),
        ({"report_number": "nothing"}, ["OIG-21-50"], None),
        ({"document_url": "https://www.oig.dhs.gov/b.pdf"}, ["OIG-21-50"], None),
    ],
)
def test_only_covers_that_name_other_numbers_alone_differ(
    row: dict[str, str], cover: list[str], expected: str | None
) -> None:
    result = with_covers(normalize(sightings({"document_url": URL, **row})), documents(*cover))
    assert result["cover_number"].to_list() == [expected]


def test_rows_keep_their_order_and_columns() -> None:
    rows = normalize(sightings(*({"report_number": f"OIG-21-{n}", "document_url": URL} for n in range(40, 60))))
    result = with_covers(rows, documents("OIG-21-50"))
    assert result.columns == rows.columns
    assert result.drop("cover_number").equals(rows.drop("cover_number"))
    assert result["cover_number"].null_count() == 1
