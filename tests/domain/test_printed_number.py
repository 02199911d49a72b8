"""One spelling for numbers of offices whose grammar is not declared."""

from __future__ import annotations

import polars as pl
import pytest

from oig_pipeline.domain.printed_number import printed_column


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("OIG-14-049", "OIG-14-049"),
        ("OIG--24\u201340", "OIG-24-40"),
        (" oig-24 - 40 ", "OIG-24-40"),
        ("34099-12-Te", "34099-12-TE"),
        ("2002-M-000013", "2002-M-000013"),
        ("A 09/13\u00a0 001", "A 09/13 001"),
        ("20901002", "20901002"),
        ("AUD-FM-14-10, Vol. 2", "AUD-FM-14-10, VOL. 2"),
        ("AUD/SI-09-03", "AUD/SI-09-03"),
        ("ISP-I-07-23/A", "ISP-I-07-23/A"),
        ("2006-05-17", "2006-05-17"),
        ("220-2005 (Revised)", "220-2005 (REVISED)"),
        ("May", None),
        ("May 17, 2006", None),
        ("Friday, May 17, 2006", None),
        ("17 Sept. 2006", None),
        ("05/17/2006", None),
        ("$5", None),
        ("34099-12-Te; 34099-13-Te", None),
        ("34099-12-Te,34099-13-Te and 34099-14-Te", None),
        ("26-010 & 26-011", None),
        ("26-010/26-011", None),
        ("-", None),
        ("", None),
        (None, None),
    ],
)
def test_a_number_is_kept_as_printed_but_for_case_blanks_and_dashes(printed: str | None, number: str | None) -> None:
    assert pl.select(printed_column(pl.lit(printed, pl.String))).item() == number
