"""What changed between captures of one listing, and what did not."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.contract.schemas import TABLES
from oig_pipeline.curate.history import history
from oig_pipeline.curate.judge import judge
from oig_pipeline.run.by_office import normalize_rows as normalize
from tests.conftest import examples
from tests.rows import SITE, Values, sightings, valid_rows

LISTING = f"{SITE}/reports/audits-inspections-and-evaluations"
FIRST, SECOND, THIRD, FOURTH = (dt.datetime(2022, month, 1) for month in (1, 2, 3, 4))
ROWS = {
    "a": {"report_number": "OIG-21-49", "title": "CBP Needs to Strengthen Its Oversight of Medical Attention"},
    "b": {"report_number": "OIG-21-50", "title": "Debris Removal in Louisiana"},
    "c": {"report_number": "OIG-21-51", "title": "ICE Jails Fail Inspections"},
    "d": {"report_number": "OIG-21-52", "title": "Cargo Screening at Ports"},
}
Page = tuple[str, dt.datetime, list[Values]]


def rows(names: str) -> list[Values]:
    return [ROWS[name] for name in names]


def page(names: str, time: dt.datetime, url: str = LISTING) -> Page:
    return url, time, rows(names)


def sightings_of(*pages: Page) -> pl.DataFrame:
    """Return the judged sightings of captures, each with its address, time and rows from the top."""
    values = []
    for number, (url, time, page_rows) in enumerate(pages):
        for ordinal, row in enumerate(page_rows, start=1):
            source = {"capture_url": url, "retrieved_at": time, "capture_path": f"{number}.csv", "ordinal": ordinal}
            values.append({**row, **source, "sighting_id": f"{number}-{ordinal}", "line": ordinal})
    return judge(normalize(sightings(*values))).sightings


def changes_of(*pages: Page) -> list[tuple[Any, ...]]:
    """Return number, field, old and new value of each change; it is the same in whatever order the rows come."""
    changes = history(sightings_of(*pages))
    TABLES["report_history"].validate(changes, lazy=True)
    assert history(sightings_of(*pages).reverse()).equals(changes)
    return changes.select("report_number", "field", "old_value", "new_value").rows()


def versions(field: str, *values: Any) -> list[Page]:
    """Return one capture a month in which the first report has these values, beside another one that stays."""
    return [
        (LISTING, dt.datetime(2022, month, 1), [{**ROWS["a"], field: value}, ROWS["b"]])
        for month, value in enumerate(values, start=1)
    ]


@pytest.mark.parametrize(
    ("field", "old", "new", "changes"),
    [
        ("title", "Audit of Ports", "Audit of All Ports", [("title", "Audit of Ports", "Audit of All Ports")]),
        ("title", "Audit of Ports", "Audit of Ports (REDACTED)", [("is_redacted", "false", "true")]),
        ("title", "Audit of Ports (Revised)", "Audit of Ports", [("is_revised", "true", "false")]),
        ("title", "Audit of Ports", "(U) Audit of Ports", [("classification", None, "U")]),
        ("title", "Audit of Ports", "Management Alert - Audit of Ports", [("kind", "report", "management_alert")]),
        ("title", "Audit of DHS' Ports", "Audit of DHS\u2019 Ports", []),
        ("summary", "We looked.", "We looked twice.", [("summary", "We looked.", "We looked twice.")]),
        ("summary", None, "We looked.", [("summary", None, "We looked.")]),
        ("issue_date", "07/20/2021", "07/21/2021", [("issue_date", "2021-07-20", "2021-07-21")]),
        ("issue_date", "07/20/2021", None, [("issue_date", "2021-07-20", None)]),
        ("document_url", "/a.pdf", "/b.pdf", [("document_url", f"{SITE}/a.pdf", f"{SITE}/b.pdf")]),
        ("agency", "CBP", "ICE", []),
    ],
)  # fmt: skip
def test_a_changed_value_is_told_with_both_states(
    field: str, old: str | None, new: str | None, changes: list[tuple[str, str | None, str | None]]
) -> None:
    assert changes_of(*versions(field, old, new)) == [("OIG-21-49", *change) for change in changes]
    assert changes_of(*versions(field, old, old)) == []


def test_a_change_names_listing_times_and_sightings() -> None:
    changes = history(sightings_of(*versions("summary", "One.", "One.", "Two.", "One."))).to_dicts()
    assert [(f["old_seen"], f["new_seen"]) for f in changes] == [(SECOND, THIRD), (THIRD, FOURTH)]
    assert [(f["old_sighting_id"], f["new_sighting_id"]) for f in changes] == [("1-1", "2-1"), ("2-1", "3-1")]
    assert {f["listing"] for f in changes} == {LISTING}


def test_a_capture_that_lost_a_field_on_every_row_says_nothing_of_it() -> None:
    lost = dict.fromkeys(("issue_date", "document_url", "summary"))
    text: Page = (LISTING, SECOND, [{**ROWS["a"], **lost}, {**ROWS["b"], **lost}])
    assert changes_of(page("ab", FIRST), text, page("ab", THIRD)) == []
    moved: Page = (LISTING, THIRD, [{**ROWS["a"], "issue_date": "07/21/2021"}, ROWS["b"]])
    assert changes_of(page("ab", FIRST), text, moved) == [("OIG-21-49", "issue_date", "2021-07-20", "2021-07-21")]


def test_what_differs_between_listings_or_at_one_time_is_no_change() -> None:
    other: Values = {**ROWS["a"], "summary": "Otherwise."}
    assert changes_of(page("ab", FIRST), (f"{SITE}/topic", SECOND, [other])) == []
    assert changes_of(page("ab", FIRST), (LISTING, FIRST, [other])) == []
    assert changes_of((LISTING, None, rows("a")), (LISTING, None, [other])) == []  # type: ignore[arg-type]


def test_a_quarantined_row_changes_nothing_but_stands_there() -> None:
    broken = {**ROWS["a"], "title": "", "summary": "Otherwise."}
    assert changes_of(page("ab", FIRST), (LISTING, SECOND, [broken, ROWS["b"]])) == []
    misnumbered = {**ROWS["a"], "report_number": "OIG-2021-49"}
    assert changes_of(page("ab", FIRST), (LISTING, SECOND, [misnumbered, ROWS["b"]])) == []


DEPARTURE = ("OIG-21-49", "listing", LISTING, None)


def test_a_report_that_is_gone_from_above_others_has_left() -> None:
    assert changes_of(page("abd", FIRST), page("cbd", SECOND)) == [DEPARTURE]
    (row,) = history(sightings_of(page("abd", FIRST), page("cbd", SECOND))).to_dicts()
    assert (row["old_seen"], row["new_seen"]) == (FIRST, SECOND)
    assert (row["old_sighting_id"], row["new_sighting_id"]) == ("0-1", None)


def test_a_report_that_is_gone_from_a_shorter_page_has_left() -> None:
    assert changes_of(page("ba", FIRST), page("b", SECOND)) == [DEPARTURE]


def test_a_report_pushed_off_the_pages_end_has_not_left() -> None:
    assert changes_of(page("ba", FIRST), page("cb", SECOND)) == []


def numbered(*sequences: int) -> list[Values]:
    """Return the rows of reports of one year, told by their sequence numbers."""
    return [{"report_number": f"OIG-21-{n}", "title": f"Review {'of ' * n}Things"} for n in sequences]


@pytest.mark.parametrize(
    ("url", "before", "after"),
    [
        (f"{LISTING}?page=1", (11, 10, 9, 8), (10, 9, 8, 7)),  # it moved up to a page that nobody looked at
        (f"{LISTING}?page=1", (11, 10, 9, 8), (12, 10, 9, 8)),  # or changed places with the one above it
        (f"{LISTING}?page=0", (15, 14, 12, 13), (16, 15, 14, 13)),  # two of one day changed places at the end
    ],
)
def test_what_may_have_been_pushed_off_has_not_left(url: str, before: tuple[int, ...], after: tuple[int, ...]) -> None:
    assert changes_of((url, FIRST, numbered(*before)), (url, SECOND, numbered(*after))) == []


def test_a_page_that_breaks_off_says_nothing_of_what_is_missing() -> None:
    sightings_ = sightings_of(page("abc", FIRST), page("a", SECOND))
    assert history(sightings_).height == 2
    assert history(sightings_, ["1.csv"]).is_empty()


@pytest.mark.parametrize(
    ("field", "old", "new"),
    [
        ("summary", "CBP's plan  failed.", "CBP\u2019s plan failed"),
        ("document_url", "http://www.oig.dhs.gov/a.pdf", "https://www.oig.dhs.gov/a.pdf"),
    ],
)
def test_another_spelling_is_no_change(field: str, old: str, new: str) -> None:
    assert changes_of(*versions(field, old, new)) == []


def test_a_report_that_moved_to_another_page_has_not_left() -> None:
    second_page = f"{LISTING}?page=1"
    later = SECOND + dt.timedelta(seconds=5)
    assert changes_of(page("ab", FIRST), page("b", SECOND), page("a", later, second_page)) == []
    assert changes_of(page("ab", FIRST), page("b", SECOND), page("a", later, f"{SITE}/topic")) == [DEPARTURE]


def test_a_report_that_comes_back_is_told_twice() -> None:
    came = ("OIG-21-49", "listing", None, LISTING)
    assert changes_of(page("ab", FIRST), page("b", SECOND), page("ab", THIRD)) == [DEPARTURE, came]
    assert changes_of(page("ab", FIRST), page("b", SECOND), page("ab", THIRD), page("b", FOURTH)) == [
        DEPARTURE,
        came,
        DEPARTURE,
    ]


def test_so_is_one_whose_fiscal_year_nothing_shows() -> None:
    undated: Values = {**ROWS["a"], "office": "usda", "issue_date": "", "fiscal_year": ""}
    pages = [(LISTING, FIRST, [undated, ROWS["b"]]), page("b", SECOND), (LISTING, THIRD, [undated, ROWS["b"]])]
    assert [field for _, field, *_ in changes_of(*pages)] == ["listing", "listing"]


def test_what_was_told_stays_told_when_later_captures_come() -> None:
    pages = [page("abc", FIRST), page("bc", SECOND), page("abc", THIRD), page("dab", FOURTH)]
    before: list[tuple[Any, ...]] = []
    for count in range(1, len(pages) + 1):
        now = changes_of(*pages[:count])
        assert set(before) <= set(now)
        before = now


@examples(30)
@given(
    st.lists(
        st.tuples(st.sampled_from((LISTING, f"{LISTING}?page=1")), st.sampled_from((FIRST, SECOND, THIRD)),
                  st.lists(valid_rows(), max_size=4)),
        max_size=5,
    )
)  # fmt: skip
def test_history_is_valid_and_of_published_reports_alone(pages: list[Page]) -> None:
    all_sightings = sightings_of(*pages)
    changes = history(all_sightings)
    TABLES["report_history"].validate(changes, lazy=True)
    assert history(all_sightings.reverse()).equals(changes)
    identity = ["report_number", "fiscal_year"]
    published = all_sightings.filter(outcome="published")
    assert changes.join(published, on=identity, how="anti").is_empty()
    assert (changes["old_seen"] < changes["new_seen"]).all()
