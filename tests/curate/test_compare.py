"""When titles are one report, when they conflict, and when one title stands under two numbers."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.curate.compare import compare, same_title
from oig_pipeline.domain import titles
from oig_pipeline.run.by_office import normalize_rows as normalize
from tests.conftest import examples
from tests.rows import SITE, sightings, valid_rows

JAILS, DEBRIS, FLOODS = "Jails Fail Inspections", "Debris Removal in Louisiana", "City of Oakland, California"
NO_LINK = {"document_url": ""}


def key(title: str) -> str:
    return str(pl.select(titles.key(pl.lit(title))).item())


def compare_rows(*rows: dict[str, Any]) -> pl.DataFrame:
    return compare(normalize(sightings(*rows)))


def rivals(*rows: dict[str, Any]) -> list[str | None]:
    return compare_rows(*rows)["rival_title"].to_list()


def other_numbers(*rows: dict[str, Any]) -> list[str | None]:
    return compare_rows(*rows)["other_number"].to_list()


@pytest.mark.parametrize(
    ("title", "other", "same"),
    [
        ("DHS\u2019 Jails \u2013 Fail, Again!", "dhs' jails fail again", True),
        ("Café Audit", "CAFE AUDIT", True),
        ("x" * 20, f"{'x' * 20}y and many quite different words", True),
        ("x" * 19, f"{'x' * 19}y and many quite different words", False),
        ("CBP Needs to Strengthen Its Oversight", "CBP Must Strengthen Its Oversight", True),
        ("FEMA Should Recover $1.2 Million in Grants", "FEMA Should Recover $1.3 Million in Grants", True),
        (JAILS, DEBRIS, False),
        ("Audit of Grants for Fiscal Year 2019", "Audit of Grants for Fiscal Year 2020", False),
        ("Audit of Grants, FY 2019", "Audit of Grants, FY 2020", False),
        ("Audit of Grants, FY 19", "Audit of Grants, FY20", False),
        ("Audit of Grants, FY 19", "Audit of the Grants, Fiscal Year 2019", True),
        ("2019 Audit of Grants", "2020 Audit of Grants", False),
        ("Audit of Grants for FYs 2018\u20132019", "Audit of Grants for FYs 2018\u20132020", False),
        ("Audit of Grants for Fiscal Year 2019", "Audit of Grants for Fiscal Year", True),
        ("Audit of Grants for Fiscal Year 2019", "Audit of Grants for Fiscal Year 20\u2026", True),
        ("Audit of Grants in 2018 for Fiscal", "Audit of Grants in 2018 for Fiscal Year 2019", True),
        ("Audit of Grants in 2018 for Year 2019", "Audit of Grants in 2018 for Year 2020", False),
        ("Audit of 2,019 Grants to Nobody at All", "Audit of 2,020 Grants to Nobody at All", True),
        ("Audit of Debris Removal, City of Kenner", "Investigation of Alleged Misuse of Vehicles", False),
    ],
)
def test_two_titles_are_one_when_equal_opening_or_close(title: str, other: str, same: bool) -> None:
    assert same_title(key(title), key(other)) is same
    assert same_title(key(other), key(title)) is same


def test_two_unrelated_titles_conflict_and_each_names_the_other() -> None:
    assert rivals({"title": JAILS, **NO_LINK}, {"title": DEBRIS, **NO_LINK}) == [DEBRIS, JAILS]


def test_of_three_unrelated_titles_each_names_the_first_of_the_others() -> None:
    rows = [{"title": title, **NO_LINK} for title in (JAILS, DEBRIS, FLOODS)]
    assert rivals(*rows) == [FLOODS, FLOODS, DEBRIS]


def test_every_sighting_of_a_conflict_is_named() -> None:
    rows = [{"title": title, **NO_LINK} for title in (JAILS, f"{JAILS} (REDACTED)", DEBRIS)]
    assert rivals(*rows) == [DEBRIS, DEBRIS, JAILS]


def test_a_conflict_leaves_other_reports_alone() -> None:
    rows = [{"title": title, **NO_LINK} for title in (JAILS, DEBRIS)]
    assert rivals(*rows, {"title": JAILS, "report_number": "OIG-21-50"})[2] is None


def test_marks_do_not_make_a_conflict() -> None:
    marked = f"Management Alert - {JAILS} (REDACTED) (Revised)"
    assert rivals({"title": JAILS, **NO_LINK}, {"title": marked, **NO_LINK}) == [None, None]


def test_a_shared_document_joins_unrelated_titles() -> None:
    assert rivals({"title": JAILS}, {"title": DEBRIS}) == [None, None]


@pytest.mark.parametrize(
    "rows",
    [
        [(JAILS, "/a"), (DEBRIS, "/a"), (DEBRIS, "/b"), (FLOODS, "/b")],
        [(JAILS, "/a"), (FLOODS, "/b"), (DEBRIS, "/a"), (DEBRIS, "/b")],
        [(JAILS, "/a"), (f"{JAILS} in Texas", None), (f"{JAILS} in Texas", "/b"), (DEBRIS, "/b")],
    ],
)
def test_titles_are_joined_over_several_steps(rows: list[tuple[str, str | None]]) -> None:
    assert rivals(*({"title": title, "document_url": link} for title, link in rows)) == [None] * len(rows)


def test_no_document_is_not_a_shared_document() -> None:
    assert rivals({"title": JAILS, "document_url": None}, {"title": DEBRIS, "document_url": None}) == [DEBRIS, JAILS]


def test_a_number_used_again_in_another_era_is_no_conflict() -> None:
    reused = {"report_number": "DA-07-04", "issue_date": "", **NO_LINK}
    frame = compare_rows(
        {**reused, "title": JAILS, "fiscal_year": "2004"}, {**reused, "title": DEBRIS, "fiscal_year": "2007"}
    )
    assert frame["rival_title"].to_list() == [None, None]
    assert frame["fiscal_year"].to_list() == [2004, 2007]


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (["OIG-21-49", "OIG-21-50"], ["OIG-21-50", "OIG-21-49"]),
        (["OIG-21-49", "OIG-21-50", "OIG-21-51"], ["OIG-21-50", "OIG-21-49", "OIG-21-49"]),
        (["OIG-21-49", "OIG-20-49"], [None, None]),
        (["OIG-21-49", "OIG-21-49"], [None, None]),
    ],
)
def test_a_title_is_shared_only_within_one_year(numbers: list[str], expected: list[str | None]) -> None:
    assert other_numbers(*({"report_number": n, "fiscal_year": f"20{n[4:6]}"} for n in numbers)) == expected


def test_titles_are_shared_whatever_their_case_and_marks() -> None:
    rows = [{"title": JAILS}, {"title": f"{JAILS.upper()} (REDACTED)", "report_number": "OIG-21-50"}]
    assert other_numbers(*rows) == ["OIG-21-50", "OIG-21-49"]


def test_no_rows_give_no_rows() -> None:
    frame = compare_rows()
    assert frame.is_empty()
    assert frame.select("rival_title", "other_number").dtypes == [pl.String, pl.String]


met = st.fixed_dictionaries(
    {
        "title": st.sampled_from((JAILS, JAILS.upper(), f"{JAILS} in Texas", DEBRIS, FLOODS, f"{FLOODS} (Revised)")),
        "document_url": st.sampled_from((None, f"{SITE}/a.pdf", f"{SITE}/b.pdf", f"{SITE}/c.pdf")),
        "report_number": st.sampled_from(("OIG-21-49", "OIG-21-50")),
    }
)


@examples(100)
@given(st.lists(met, min_size=2, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(rows: list[dict[str, Any]], random: Any) -> None:
    frame = normalize(sightings(*rows))
    order = list(range(frame.height))
    random.shuffle(order)
    assert compare(frame[order]).equals(compare(frame)[order])


@examples(60)
@given(st.lists(valid_rows(), max_size=10))
def test_years_may_be_compared_one_by_one(rows: list[dict[str, Any]]) -> None:
    frame = normalize(sightings(*rows))
    all_years = compare(frame)
    for (_,), year in frame.group_by("fiscal_year"):
        assert (
            compare(year)
            .sort("ordinal")
            .equals(all_years.filter(pl.col("sighting_id").is_in(year["sighting_id"].implode())).sort("ordinal"))
        )


DATED = {year: f"Independent Audit of Grants for Fiscal Year {year}" for year in (2019, 2020)}
UNDATED = "Independent Audit of Grants for Fiscal\u2026"


def test_a_title_cut_before_its_year_joins_one_that_names_it() -> None:
    assert rivals({"title": DATED[2019], **NO_LINK}, {"title": UNDATED, **NO_LINK}) == [None, None]


def test_a_title_cut_before_its_year_does_not_make_two_years_one_report() -> None:
    rows = [{"title": title, **NO_LINK} for title in (DATED[2019], UNDATED, DATED[2020])]
    assert all(rivals(*rows))
    assert all(rivals(*reversed(rows)))


def test_a_shared_document_joins_titles_of_different_years() -> None:
    assert rivals({"title": DATED[2019]}, {"title": DATED[2020]}) == [None, None]
    rows = [{"title": DATED[2019], "document_url": "/a.pdf"}, {"title": DATED[2020], **NO_LINK}]
    assert all(rivals(*rows))
    cut = {"title": UNDATED, "document_url": "/a.pdf"}
    assert rivals(*rows, cut)[0] == rivals(*rows, cut)[2] == DATED[2020], "its document tells whose it is"


def documents_of(*rows: dict[str, Any]) -> list[str | None]:
    return compare_rows(*rows)["document_of"].to_list()


def rows_with_links(*links: str, **more: Any) -> list[dict[str, Any]]:
    return [{"report_number": f"OIG-21-{49 + n}", "document_url": link, **more} for n, link in enumerate(links)]


def test_one_document_under_two_reports_is_told_of_both() -> None:
    rows = rows_with_links("http://www.oig.dhs.gov/a.pdf", "https://oig.dhs.gov/a.pdf", "/b.pdf")
    assert documents_of(*rows) == ["OIG-21-50", "OIG-21-49", None]
    assert documents_of(*rows_with_links("/a.pdf", "/a.pdf", "/a.pdf")) == ["OIG-21-50", "OIG-21-49", "OIG-21-49"]


def test_one_report_several_times_or_a_page_of_several_reports_is_no_shared_document() -> None:
    assert documents_of({"document_url": "/a.pdf"}, {"document_url": "/a.pdf"}) == [None, None]
    assert (
        documents_of(*rows_with_links(f"{SITE}/reports/management-alerts", f"{SITE}/reports/management-alerts"))
        == [None] * 2
    )
    assert documents_of(*rows_with_links("", "")) == [None, None]


def test_what_is_in_conflict_shares_no_document() -> None:
    rows = [{"title": JAILS, "document_url": "/a.pdf"}, {"title": DEBRIS, "document_url": "/b.pdf"}]
    assert documents_of(*rows, *rows_with_links("/c.pdf", "/a.pdf")[1:]) == [None, None, None]
