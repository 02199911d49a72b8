"""Which of several values a report publishes, field by field."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.contract.columns import KEY
from oig_pipeline.contract.schemas import POLARS_SCHEMAS, TABLES
from oig_pipeline.curate.judge import judge
from oig_pipeline.curate.merge import _of_several, _of_single, with_values
from oig_pipeline.run.by_office import normalize_rows as normalize
from tests.conftest import examples
from tests.rows import FILTERED, NEWER, OLDER, SITE, any_rows, judgement_of, merge, published, sightings, valid_rows

LONG, SHORT = "CBP Needs to Strengthen Its Oversight of Medical Attention", "CBP Needs to Strengthen Its Oversight"
MADE_FOUR, MADE_TWO = "We made four recommendations. CBP concurred with all four.", "We made two recommendations."
ON_FEMAS_PAGE = {"capture_url": FILTERED}
OLD, NEW, UNDATED = {"retrieved_at": OLDER}, {"retrieved_at": NEWER}, {"retrieved_at": None}


def merged(*rows: dict[str, Any]) -> dict[str, Any]:
    """Return the one report of these rows; it is the same in whatever order they come."""
    report, backwards = merge(published(*rows)), merge(published(*reversed(rows)))
    assert report.height == 1
    assert backwards.equals(report)
    return report.row(0, named=True)


VALUES = [
    ("title", LONG, SHORT, LONG, SHORT),
    ("summary", MADE_FOUR, MADE_TWO, MADE_FOUR, MADE_TWO),
    ("issue_date", "07/20/2021", "07/21/2021", dt.date(2021, 7, 20), dt.date(2021, 7, 21)),
    ("document_url", f"{SITE}/a.pdf", f"{SITE}/b.pdf", f"{SITE}/a.pdf", f"{SITE}/b.pdf"),
]
each_value = pytest.mark.parametrize(
    ("field", "first", "second", "first_value", "second_value"), VALUES, ids=[v[0] for v in VALUES]
)


@each_value
def test_the_newest_capture_wins(
    field: str, first: str, second: str, first_value: object, second_value: object
) -> None:
    link = {"document_url": f"{SITE}/a.pdf"}
    assert merged({**link, field: first, **OLD}, {**link, field: second, **NEW})[field] == second_value
    assert merged({**link, field: first, **NEW}, {**link, field: second, **OLD})[field] == first_value


@each_value
def test_a_tie_goes_by_value(field: str, first: str, second: str, first_value: object, second_value: object) -> None:
    for time in (OLD, UNDATED):
        assert merged({field: first, **time}, {field: second, **time})[field] == first_value


@each_value
def test_a_capture_without_a_time_is_older_than_any(
    field: str, first: str, second: str, first_value: object, second_value: object
) -> None:
    assert merged({field: first, **UNDATED}, {field: second, **OLD})[field] == second_value


@pytest.mark.parametrize(
    ("field", "value"), [("summary", MADE_FOUR), ("issue_date", dt.date(2021, 7, 20)), ("document_url", f"{SITE}/a")]
)
def test_no_value_never_wins(field: str, value: object) -> None:
    assert merged({field: str(value), **OLD}, {field: None, **NEW})[field] == value


@pytest.mark.parametrize("mark", ["\u2026", "..."])
def test_a_title_that_was_cut_wins_only_where_none_is_whole(mark: str) -> None:
    cut, shorter = f"{SHORT}{mark}", f"CBP Needs to Strengthen Its{mark}"
    for newer, older in ((NEW, OLD), (OLD, NEW), (UNDATED, UNDATED)):
        assert merged({"title": cut, **newer}, {"title": LONG, **older})["title"] == LONG
        assert merged({"title": f"{LONG}, {LONG}{mark}", **newer}, {"title": SHORT, **older})["title"] == SHORT
    assert merged({"title": cut, **OLD}, {"title": shorter, **NEW})["title"] == shorter


def test_each_field_is_chosen_by_itself() -> None:
    report = merged({"title": LONG, "summary": MADE_FOUR, **OLD}, {"title": SHORT, "summary": "", **NEW})
    assert (report["title"], report["summary"]) == (SHORT, MADE_FOUR)


@pytest.mark.parametrize(
    ("rows", "agencies", "source"),
    [
        ([{"agency": "ICE"}, {"agency": "CBP; TSA"}], ["CBP", "ICE", "TSA"], "stated"),
        ([{"agency": "ICE", **OLD}, {"agency": "", **ON_FEMAS_PAGE, **NEW}], ["ICE"], "stated"),
        ([{"agency": "", **ON_FEMAS_PAGE, **OLD}, {"agency": "", **NEW}], ["FEMA"], "listing"),
        ([{"agency": "", **ON_FEMAS_PAGE}, {"agency": "ICE", "agency_from": "listing"}], ["FEMA", "ICE"], "listing"),
        ([{"agency": ""}, {"agency": "", "title": f"{LONG} in ICE Jails"}], ["CBP", "ICE"], "inferred"),
        ([{"agency": "", "title": "City of Oakland"}], [], None),
    ],
)  # fmt: skip
def test_agencies_are_united_within_the_strongest_source(
    rows: list[dict[str, Any]], agencies: list[str], source: str | None
) -> None:
    report = merged(*rows)
    assert (report["agencies"], report["agency_source"]) == (agencies, source)


def test_topics_and_documents_are_united() -> None:
    report = merged(
        {"oversight_area": "Jails", "document_url": f"{SITE}/b.pdf", **NEW},
        {"oversight_area": "Borders", "document_url": f"{SITE}/a.pdf", **OLD},
        {"oversight_area": "Jails", "document_url": f"{SITE}/a.pdf"},
        {"oversight_area": None, "document_url": None},
    )
    assert report["topics"] == ["Borders", "Jails"]
    assert report["document_urls"] == [f"{SITE}/a.pdf", f"{SITE}/b.pdf"]
    assert report["document_url"] == f"{SITE}/b.pdf"


def test_what_no_sighting_has_is_an_empty_list_or_null() -> None:
    bare = dict.fromkeys(("summary", "issue_date", "document_url", "agency", "oversight_area"))
    report = merged({**bare, "title": "City of Oakland"})
    assert [report[n] for n in ("document_urls", "agencies", "topics")] == [[], [], []]
    nulls = ("summary", "issue_date", "document_url", "agency_source", "recommendations", "first_seen", "last_seen")
    assert [report[n] for n in nulls] == [None] * len(nulls)


@pytest.mark.parametrize(
    ("times", "first", "last"),
    [([OLD, NEW, OLD], OLDER, NEWER), ([UNDATED, NEW], NEWER, NEWER), ([UNDATED, UNDATED], None, None)],
)
def test_the_sightings_of_a_report_are_counted_and_dated(
    times: list[dict[str, Any]], first: dt.datetime | None, last: dt.datetime | None
) -> None:
    report = merged(*times)
    assert (report["sighting_count"], report["first_seen"], report["last_seen"]) == (len(times), first, last)


@pytest.mark.parametrize(
    ("rows", "flags"),
    [
        ([{}], []),
        ([{"issue_date": ""}, {}], []),
        ([{"issue_date": ""}, {"issue_date": ""}], ["date_missing"]),
        ([{"report_number": "oig 21-49"}, {}], ["number_repaired"]),
        ([{"summary": "", "document_url": ""}, {"summary": ""}], ["summary_missing"]),
        ([{"title": f">{LONG}"}, {"issue_date": "10/01/2021"}], ["date_edge", "title_repaired"]),
    ],
)
def test_a_flag_stands_if_any_sighting_bears_it_or_all_where_something_is_missing(
    rows: list[dict[str, Any]], flags: list[str]
) -> None:
    assert merged(*rows)["quality_flags"] == flags


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        ([{"title": LONG}], "report"),
        ([{"title": LONG}, {"title": f"Management Alert - {LONG}"}], "management_alert"),
        ([{"title": LONG, **NEW}, {"title": f"Management Alert - {LONG}", **OLD}], "report"),
        ([{"title": f"Special Report: {LONG}"}, {"title": f"Management Alert - {LONG}"}], "management_alert"),
    ],
)
def test_a_kind_that_a_title_names_outranks_none_of_the_same_time(rows: list[dict[str, Any]], kind: str) -> None:
    assert merged(*rows)["kind"] == kind


def test_marks_of_any_sighting_stand() -> None:
    report = merged(
        {"title": f"{LONG} (REDACTED)", **OLD}, {"title": f"{LONG} (Revised)", **NEW}, {"title": f"(U) {LONG}"}
    )
    assert [report[n] for n in ("is_redacted", "is_revised", "classification")] == [True, True, "U"]  # fmt: skip


def test_recommendations_are_read_from_the_summary_that_won() -> None:
    counts = ("recommendations", "recommendations_concurred", "recommendations_text")
    report = merged({"summary": MADE_FOUR, **OLD}, {"summary": MADE_TWO, **NEW})
    assert tuple(report[n] for n in counts) == (2, None, MADE_TWO)
    report = merged({"summary": MADE_FOUR, **NEW}, {"summary": MADE_TWO, **OLD})
    assert tuple(report[n] for n in counts) == (4, 4, "We made four recommendations. … CBP concurred with all four.")


def test_a_reused_number_makes_two_reports() -> None:
    reused = {"report_number": "DA-07-04", "issue_date": "", "document_url": ""}
    reports = merge(
        published({**reused, "fiscal_year": "2007"}, {**reused, "fiscal_year": "2004", "title": "City of Oakland"})
    )
    assert reports.select("fiscal_year", "sequence", "title").rows() == [(2004, 7, "City of Oakland"), (2007, 4, LONG)]


def test_reports_stand_by_year_series_sequence_and_suffix() -> None:
    numbers = ["OIG-21-100", "OIG-21-49-VR", "GC-HQ-06-19", "OIG-21-49", "DA-21-07"]
    rows = [
        {"report_number": n, "fiscal_year": "2006" if n.startswith("GC") else "2021", "issue_date": ""} for n in numbers
    ]
    assert merge(published(*rows))["report_number"].to_list() == [
        *("GC-HQ-06-19", "DA-21-07", "OIG-21-49-VR", "OIG-21-49", "OIG-21-100")
    ]  # fmt: skip


def test_no_sightings_make_no_reports() -> None:
    assert merge(published()).equals(POLARS_SCHEMAS["reports"].to_frame())


times = st.sampled_from((OLD, NEW, UNDATED))
crowds = st.lists(st.builds(lambda row, time: {**row, **time}, valid_rows(), times), max_size=8)


def accepted(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return judge(normalize(sightings(*rows))).sightings.filter(outcome="published")


@examples(50)
@given(crowds, st.data())
def test_neither_order_nor_capture_changes_a_report(rows: list[dict[str, Any]], data: st.DataObject) -> None:
    paths = st.sampled_from(("a.csv", "b.csv", "z/c.txt"))
    order = data.draw(st.permutations(rows))
    split = [{**r, "capture_path": p, "capture_sha256": p} for r in order for p in [data.draw(paths)]]
    assert merge(accepted(split)).equals(merge(accepted(rows)))


@examples(50)
@given(st.lists(st.one_of(valid_rows(), any_rows()), max_size=8))
def test_every_published_sighting_is_in_one_valid_report(rows: list[dict[str, Any]]) -> None:
    sightings_ = accepted(rows)
    reports = merge(sightings_)
    TABLES["reports"].validate(reports, lazy=True)
    assert reports["sighting_count"].sum() == sightings_.height
    assert set(reports.select("office", "report_number", "fiscal_year").iter_rows()) == set(
        sightings_.select("office", "report_number", "fiscal_year").iter_rows()
    )


@examples(30)
@given(crowds)
def test_years_may_be_merged_one_by_one(rows: list[dict[str, Any]]) -> None:
    sightings_ = accepted(rows)
    years = [merge(sightings_.filter(fiscal_year=year)) for year in sorted(sightings_["fiscal_year"].unique())]
    assert pl.concat([POLARS_SCHEMAS["reports"].to_frame(), *years]).equals(merge(sightings_))


@given(st.lists(valid_rows(), max_size=8), st.sampled_from((None, FILTERED)))
def test_a_report_that_was_seen_once_is_united_as_one_of_many_would_be(
    rows: list[dict[str, Any]], url: str | None
) -> None:
    accepted = judgement_of(*({**row, "capture_url": url, "retrieved_at": NEWER} for row in rows)).sightings
    once = accepted.filter(outcome="published").unique(KEY, maintain_order=True)
    single, several = (way(with_values(once)).sort(KEY) for way in (_of_single, _of_several))
    assert single.select(sorted(single.columns)).equals(several.select(sorted(several.columns)))
