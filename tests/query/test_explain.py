"""What a release knows of a number: where each value comes from, why a row was not published, when it changed."""

from __future__ import annotations

import csv
import json
import shutil
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from oig_pipeline import CannotRun, connect
from oig_pipeline.cli import terminal
from oig_pipeline.contract.columns import REPORTS
from oig_pipeline.contract.example_office import Row
from oig_pipeline.contract.names import LISTED_COLUMNS
from oig_pipeline.contract.rules import BY_CODE, GROUP_RULES, SIGHTING_RULES
from oig_pipeline.query import service
from oig_pipeline.query.explain import Explanation, Published, Quarantined, SightingPlace, Value, explain
from oig_pipeline.run import pipeline
from oig_pipeline.settings import settings
from tests.conftest import DATA, Oig
from tests.dhs_examples import CORRECTION, MISTYPED, files, row

SITE = "https://www.oig.dhs.gov"
ALL_REPORTS = f"{SITE}/reports/audits-inspections-and-evaluations"
OF_FEMA = f"{ALL_REPORTS}?field_dhs_agency_target_id=2"
JANUARY, MARCH = "2022-01-01T00:00:00Z", "2022-03-01T00:00:00Z"
OTHER = row(report_number="OIG-21-98", title="Grants Awarded to a County", document_url="/other.pdf")
"""A row that is published, beside the one that is in question."""


def listing(name: str, *rows: Row, **meta: str) -> dict[str, bytes]:
    """Return an NDJSON listing and what stands beside it."""
    metadata = {f"{name}.ndjson.meta.json": json.dumps(meta).encode()} if meta else {}
    return {f"{name}.ndjson": files(rows)["listing.ndjson"], **metadata}


def built(folder: Path, captures: Mapping[str, str | bytes]) -> Path:
    """Return the curated folder of a release of these captures, however many of their rows are quarantined."""
    raw, out = folder / "raw", folder / "curated"
    raw.mkdir(exist_ok=True)
    for name, content in captures.items():
        target = folder / name if name == "corrections.yml" else raw / name
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert pipeline.build(settings(raw, out, max_quarantine=1.0)).release is not None
    return out


@pytest.fixture(scope="module")
def release_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Mapping[str, str | bytes]], Path]:
    """Return what builds a release of captures, by name, in a folder of its own."""
    return lambda captures: built(tmp_path_factory.mktemp("data"), captures)


ReleaseOf = Callable[[Mapping[str, str | bytes]], Path]


def report(out: Path, number: str = "OIG-21-49", **options: Any) -> Published:
    """Return the one report of a number."""
    (published,) = service.explain(number, out, **options).published
    return published


def value(of: Published, field: str) -> Value:
    return next(v for v in of.values if v.field == field)


def source_words(of: Published, field: str) -> list[tuple[str, str]]:
    """Return the column and words of each source of a field."""
    return [(source.column, source.words) for source in value(of, field).sources]


def is_there(value_: Value) -> bool:
    return value_.value is not False and value_.value not in (None, [], "unknown")


# The repository's own data: what is traced stands there.


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("curated")
    pipeline.build(settings(DATA / "raw", out))
    return out


@pytest.fixture(scope="module")
def sample_reports(repository: Path) -> list[Published]:
    """Return every report of the topic page and every tenth of the transcript, explained."""
    with connect(repository) as connection:
        keys = connection.sql("SELECT report_number, fiscal_year, topics FROM reports ORDER BY ALL").fetchall()
        sample_keys = [key for place, key in enumerate(keys) if key[2] or place % 10 == 0]
        return [explain(connection, number, year).published[0] for number, year, _ in sample_keys]


BOOKKEEPING = ("agency_source", "recommendations_text", "quality_flags", "sighting_count", "first_seen", "last_seen")
TRACED = [field for field in REPORTS if field not in BOOKKEEPING]


def stands(source: SightingPlace) -> bool:
    """Return whether the raw file has the words of a source on its line: the first of them begin there."""
    if source.column in ("layout", "capture_url"):  # of an office that no row names
        return True
    lines = (DATA / "raw" / source.capture).read_text(encoding="utf-8").split("\n")
    if source.capture.endswith(".csv"):
        names = {column: name for name, column in LISTED_COLUMNS.items()}
        return next(csv.DictReader([lines[0], lines[source.line - 1]]))[names[source.column]] == source.words
    bare = lines[source.line - 1].strip(" \u2022")
    if " \u2026 " in source.words or source.words not in bare:  # sentences of a summary, which need not be its first
        below = takewhile(lambda line: line.strip() != "Report Number", lines[source.line - 1 :])
        folded = " ".join(" ".join(below).split())
        return source.column == "listed_summary" and all(words in folded for words in source.words.split(" \u2026 "))
    return source.column == "listed_summary" or source.words == bare


def test_the_words_of_every_source_stand_on_the_line_that_it_names(sample_reports: list[Published]) -> None:
    sources = [source for published in sample_reports for value_ in published.values for source in value_.sources]
    assert len(sources) > 150
    assert [source for source in sources if not stands(source)] == []


def test_a_summary_leads_to_its_own_line_and_not_to_its_cards(sample_reports: list[Published]) -> None:
    published = next(report for report in sample_reports if report.report_number == "OIG-21-49")
    lines = (DATA / "raw" / "border-security.txt").read_text(encoding="utf-8").split("\n")
    for field, line in {"title": 18, "summary": 22, "report_number": 25, "fiscal_year": 30, "topics": 16}.items():
        assert line in [source.line for source in value(published, field).sources]
    assert lines[22 - 1].strip() == value(published, "summary").value


def is_added(value_: Value, published: Published) -> bool:
    """Return whether a correction put a value where the page shows none: it says from where, in words."""
    return value_.field in ("title", "kind") and any("title (none) \u2192" in text for text in published.corrections)


def test_every_published_value_has_a_source(sample_reports: list[Published]) -> None:
    untraced = [
        (published.report_number, value_.field, value_.value)
        for published in sample_reports
        for value_ in published.values
        if is_there(value_) and not value_.sources and not is_added(value_, published)
    ]
    assert untraced == []


def test_what_is_not_published_has_none(sample_reports: list[Published]) -> None:
    assert not [v for published in sample_reports for v in published.values if not is_there(v) and v.sources]


def test_a_value_is_what_its_words_say(sample_reports: list[Published]) -> None:
    for report_ in (published for published in sample_reports if not published.corrections):
        of = {field: value(report_, field) for field in TRACED}
        assert {s.words for s in of["report_number"].sources} == {report_.report_number}
        assert {s.words for s in of["fiscal_year"].sources} <= {str(report_.fiscal_year), report_.report_number}
        assert all(report_.title in " ".join(s.words.split()) for s in of["title"].sources)
        assert {" ".join(s.words.split()) for s in of["summary"].sources} <= {of["summary"].value}
        assert all("(redacted)" in s.words.lower() for s in of["is_redacted"].sources)


def test_every_field_is_told_and_every_rule_is_either_broken_or_kept(sample_reports: list[Published]) -> None:
    rules = [rule.code for rule in (*SIGHTING_RULES, *GROUP_RULES)]
    for published in sample_reports:
        assert [value_.field for value_ in published.values] == TRACED
        assert sorted({*(v.rule for v in published.violations), *published.passed}) == sorted(rules)
        assert ("date_missing" in published.broken) == (value(published, "issue_date").value is None)
        assert {rule for sighting in published.sightings for rule in sighting["rules"]} == {
            v.rule for v in published.violations
        }


# A report that several captures show.


@pytest.fixture(scope="module")
def merged(release_of: ReleaseOf) -> Path:
    """Return a release in which the older capture alone has a summary and a link, and the newer another title."""
    older = row(agency="ICE", oversight_area="Borders", document_url="/a.pdf")
    newer = row(summary="", document_url="/b.pdf", oversight_area="Jails", title=f"{row()['title']} (REDACTED)")
    first = listing("older", older, url=ALL_REPORTS, retrieved_at=JANUARY)
    return release_of({**first, **listing("newer", OTHER, newer, url=ALL_REPORTS, retrieved_at=MARCH)})


def test_each_value_of_a_merged_report_is_traced_to_its_own_capture(merged: Path) -> None:
    published = report(merged)
    places = {v.field: [(s.capture, s.line) for s in v.sources] for v in published.values}
    old, new = ("older.ndjson", 1), ("newer.ndjson", 2)
    assert places["title"] == [new]
    assert places["summary"] == places["recommendations"] == places["recommendations_concurred"] == [old]
    assert places["document_url"] == [new]
    assert set(places["document_urls"]) == set(places["topics"]) == set(places["agencies"]) == {old, new}
    assert places["is_redacted"] == [new]
    assert set(source_words(published, "agencies")) == {("listed_agency", "ICE"), ("listed_agency", "CBP")}


def test_of_captures_that_say_the_same_the_newest_is_named(merged: Path) -> None:
    published = report(merged)
    assert [(s.capture, s.words) for s in value(published, "report_number").sources] == [("newer.ndjson", "OIG-21-49")]
    assert [(s.capture, s.words) for s in value(published, "fiscal_year").sources] == [("newer.ndjson", "2021")]


def test_all_sightings_are_told_newest_first_and_what_changed_between_them(merged: Path) -> None:
    published = report(merged)
    assert [(sighting["capture_path"], sighting["line"]) for sighting in published.sightings] == [
        ("newer.ndjson", 2), ("older.ndjson", 1),
    ]  # fmt: skip
    changed = {(h["field"], h["old_value"], h["new_value"]) for h in published.history}
    assert ("is_redacted", "false", "true") in changed
    assert ("document_url", f"{SITE}/a.pdf", f"{SITE}/b.pdf") in changed
    assert [h["new_seen"] for h in published.history] == sorted(h["new_seen"] for h in published.history)


# Where a value comes from depends on what said it.


class Origin(NamedTuple):
    """Pages that show a report (what is known of each, and what its row says), a field of it, and the words behind."""

    pages: tuple[tuple[dict[str, str], dict[str, str]], ...]
    field: str
    value: Any
    words: tuple[str, str]


TITLE = row()["title"]
ALERTS = f"{SITE}/reports/management-alerts"
COUNTING = "We looked. We made four recommendations. It was late. CBP concurred with all four recommendations."
COUNTED = "We made four recommendations. \u2026 CBP concurred with all four recommendations."
PLAIN, BY_FEMA, BY_PAGE = {"url": ALL_REPORTS}, {"url": OF_FEMA}, {"agency_from": "listing"}
OLDER, NEWER = {"retrieved_at": JANUARY}, {"retrieved_at": MARCH}
ORIGINS = {
    "agencies that the row states": Origin(
        ((BY_FEMA, {"agency": "ICE; CBP"}),), "agencies", ["CBP", "ICE"], ("listed_agency", "ICE; CBP")
    ),
    "an agency of the page": Origin(((BY_FEMA, {"agency": ""}),), "agencies", ["FEMA"], ("capture_url", OF_FEMA)),
    "an agency of the page, written into the row": Origin(
        ((BY_PAGE, {"agency": "FEMA"}),), "agencies", ["FEMA"], ("listed_agency", "FEMA")
    ),
    "an inferred agency": Origin(((PLAIN, {"agency": ""}),), "agencies", ["CBP"], ("listed_title", TITLE)),
    "an agency of the page, and a page that names none": Origin(
        ((BY_FEMA, {"agency": ""}), (PLAIN, {"agency": ""})), "agencies", ["FEMA"], ("capture_url", OF_FEMA)
    ),
    "a stated agency, and another of the page": Origin(
        (({}, {"agency": "CBP"}), (BY_PAGE, {"agency": "ICE"})), "agencies", ["CBP"], ("listed_agency", "CBP")
    ),
    "an inferred agency, and a title that names none": Origin(
        ((PLAIN, {"agency": "", "title": f"{TITLE} in Custody"}), (PLAIN, {"agency": "", "title": TITLE[4:]})),
        "agencies", ["CBP"], ("listed_title", f"{TITLE} in Custody"),
    ),
    "a year that the row shows": Origin((({}, {}),), "fiscal_year", 2021, ("listed_fiscal_year", "2021")),
    "a year that the row does not show": Origin(
        (({}, {"fiscal_year": "", "report_number": "OIG-21-80"}),), "fiscal_year", 2021, ("listed_number", "OIG-21-80")
    ),
    "a kind that the title names": Origin(
        ((PLAIN, {"title": f"Management Alert - {TITLE}"}),),
        "kind", "management_alert", ("listed_title", f"Management Alert - {TITLE}"),
    ),
    "a kind that the suffix names": Origin(
        ((PLAIN, {"report_number": "OIG-21-81-VR"}),), "kind", "verification_review", ("listed_number", "OIG-21-81-VR")
    ),
    "a kind that the listing names": Origin(
        (({"url": ALERTS}, {}),), "kind", "management_alert", ("capture_url", ALERTS)
    ),
    **{
        f"{field}, of the older of two titles": Origin(
            ((OLDER, {"title": f"{TITLE} {mark}"}), (NEWER, {})), field, flag, ("listed_title", f"{TITLE} {mark}")
        )
        for field, mark, flag in (
            ("is_redacted", "(REDACTED)", True), ("is_revised", "(Revised)", True), ("classification", "(SSI)", "SSI"),
        )
    },
    "recommendations": Origin((({}, {"summary": COUNTING}),), "recommendations", 4, ("listed_summary", COUNTED)),
    "agreement": Origin((({}, {"summary": COUNTING}),), "recommendations_concurred", 4, ("listed_summary", COUNTED)),
    "a count of none": Origin(
        (({}, {"summary": "We made no recommendations."}),),
        "recommendations", 0, ("listed_summary", "We made no recommendations."),
    ),
}  # fmt: skip
NUMBERS = {
    name: origin.pages[0][1].get("report_number", f"OIG-21-{place}")
    for place, (name, origin) in enumerate(ORIGINS.items(), start=10)
}


@pytest.fixture(scope="module")
def origins(release_of: ReleaseOf) -> Path:
    """Return a release of all of these reports, each on pages of its own."""
    pages: dict[str, bytes] = {}
    for name, origin in ORIGINS.items():
        for place, (meta, cells) in enumerate(origin.pages):
            shown_ = row(**{"report_number": NUMBERS[name], "document_url": f"/{NUMBERS[name]}.pdf", **cells})
            pages |= listing(f"{NUMBERS[name]}-{place}", shown_, **meta)
    return release_of(pages)


@pytest.mark.parametrize("name", ORIGINS)
def test_a_value_is_traced_to_the_words_that_say_it_and_to_no_others(name: str, origins: Path) -> None:
    origin, published = ORIGINS[name], report(origins, NUMBERS[name])
    assert value(published, origin.field).value == origin.value
    assert source_words(published, origin.field) == [origin.words]


# Corrections.


CORRECTIONS = f"""{CORRECTION}
  - rule: date_missing
    where: {{report_number: OIG-21-49}}
    expect: {{issue_date: null}}
    set: {{issue_date: "2021-07-20"}}
    why: The document is dated.
  - rule: number_malformed
    where: {{report_number: OIG-2021-50}}
    expect: {{fiscal_year: "2021"}}
    set: {{report_number: OIG-21-50}}
    why: The year has two digits too many.
"""


@pytest.fixture(scope="module")
def corrected(release_of: ReleaseOf) -> Path:
    undated = {name: cell for name, cell in row().items() if name != "issue_date"}
    rows = (undated, row(report_number="OIG-2021-50", title="Ports of Entry", document_url="/50.pdf"))
    return release_of({"a.csv": MISTYPED, **listing("b", *rows), "corrections.yml": CORRECTIONS})


def test_a_corrected_value_shows_what_the_page_says_and_the_correction(corrected: Path) -> None:
    published = report(corrected, "OIG-18-16")
    assert value(published, "fiscal_year").value == 2018
    assert [(s.capture, s.line, s.words) for s in value(published, "fiscal_year").sources] == [("a.csv", 2, "20187")]
    assert published.corrections == ("corrected: fiscal_year 20187 \u2192 2018",)
    assert published.broken["value_corrected"] == "corrected: fiscal_year 20187 \u2192 2018"


def test_a_corrected_value_of_which_the_page_says_nothing_is_told_by_its_correction(corrected: Path) -> None:
    published = report(corrected)
    assert str(value(published, "issue_date").value) == "2021-07-20"
    assert published.corrections == ("corrected: issue_date (none) \u2192 2021-07-20",)


def test_a_report_is_found_by_the_number_that_its_page_says(corrected: Path) -> None:
    assert source_words(report(corrected, "OIG-21-50"), "report_number") == [("listed_number", "OIG-2021-50")]
    assert service.explain("OIG-2021-50", corrected).published == service.explain("OIG-21-50", corrected).published


# Rows that were not published.


def quarantined(out: Path, number: str, **options: Any) -> Quarantined:
    """Return the one fault of the rows of a number."""
    (fault,) = service.explain(number, out, **options).quarantined
    return fault


@pytest.fixture(scope="module")
def refused(release_of: ReleaseOf) -> Path:
    """Return a release in which one row is published, and the others break rules."""
    broken = [row(report_number="OIG-21-50", fiscal_year="20217"), row(issue_date="02/30/2021")]
    broken.append(row(report_number="OIG-21-51", fiscal_year="20217", issue_date="soon"))
    for number, missing in (("OIG-21-52", "title"), ("OIG-21-53", "fiscal_year")):
        bare = row(report_number=number, issue_date="02/30/2021")
        broken.append({name: cell for name, cell in bare.items() if name != missing})
    return release_of(listing("a", row(), *broken))


def test_a_quarantined_number_says_where_why_and_what_would_mend_it(refused: Path) -> None:
    explanation = service.explain("OIG-21-50", refused)
    assert explanation.published == ()
    (fault,) = explanation.quarantined
    assert (fault.capture, fault.line, fault.listed_number) == ("a.ndjson", 2, "OIG-21-50")
    assert fault.listed_title == row()["title"]
    assert (fault.rule, fault.message) == ("fiscal_year_malformed", "'20217' is not a fiscal year")
    assert fault.remedy == BY_CODE["fiscal_year_malformed"].remedy
    assert not fault.acknowledged


def test_a_row_that_breaks_several_rules_tells_each(refused: Path) -> None:
    faults = service.explain("OIG-21-51", refused).quarantined
    assert [fault.rule for fault in faults] == ["date_unreadable", "fiscal_year_malformed"]


def test_published_and_quarantined_rows_of_one_number_are_both_told(refused: Path) -> None:
    explanation = service.explain("OIG-21-49", refused)
    assert [fault.line for fault in explanation.quarantined] == [3]
    assert [sighting["line"] for sighting in explanation.published[0].sightings] == [1]


@pytest.mark.parametrize("number", ["OIG-21-52", "OIG-21-53"], ids=["title", "fiscal year"])
def test_a_row_that_lacks_something_else_is_found_too(number: str, refused: Path) -> None:
    assert "date_unreadable" in [fault.rule for fault in service.explain(number, refused).quarantined]


SPELLED = {"OIG-21-42": "oig 21 42", "OIG-21-43": "\u00a0OIG_21_43"}
BROKEN = {"OIG-21-52": "oig 21 52", "OIG-21-53": "\u00a0OIG_21_53"}
MALFORMED = {"OIG-2021-61": "OIG-2021-61", "OIG-2021-62": "\u00a0oig 2021 62"}


@pytest.fixture(scope="module")
def spelled(release_of: ReleaseOf) -> Path:
    """Return a release of numbers in odd spellings: published, quarantined for their date, and no numbers at all."""
    rows = [row(report_number=n, title=f"Audit of Programme {n}") for n in (*SPELLED.values(), *MALFORMED.values())]
    rows += [row(report_number=n, issue_date="02/30/2021") for n in BROKEN.values()]
    return release_of(listing("a", *rows))


in_any_spelling = pytest.mark.parametrize(
    "spell",
    [
        str,
        str.lower,
        lambda number: f" {number.replace('-', ' ')} ",
        lambda number: number.replace("-", "\u2011"),
    ],
    ids=["canonical", "lower", "blanks", "hyphens that do not break"],
)


@in_any_spelling
@pytest.mark.parametrize("number", SPELLED)
def test_a_report_is_found_in_any_spelling(number: str, spell: Callable[[str], str], spelled: Path) -> None:
    assert report(spelled, spell(number)).report_number == number


@in_any_spelling
@pytest.mark.parametrize("number", BROKEN)
def test_a_quarantined_row_is_found_in_any_spelling(number: str, spell: Callable[[str], str], spelled: Path) -> None:
    assert quarantined(spelled, spell(number)).rule == "date_unreadable"


@in_any_spelling
@pytest.mark.parametrize("number", MALFORMED)
def test_so_is_one_whose_number_is_none(number: str, spell: Callable[[str], str], spelled: Path) -> None:
    assert quarantined(spelled, spell(number)).rule == "number_malformed"


def test_an_acknowledged_quarantine_says_so(repository: Path) -> None:
    fault = quarantined(repository, "w-05-03")
    assert fault.acknowledged
    assert (fault.capture, fault.rule) == ("listing-transcript.csv", "fiscal_year_mismatch")
    assert fault.message.endswith("W-05-03 can mean no year")


# A number of two years, and numbers that nobody has.


@pytest.fixture(scope="module")
def reused(release_of: ReleaseOf) -> Path:
    shared = {"report_number": "DA-07-04", "issue_date": "", "document_url": ""}
    wrong = row(**shared, fiscal_year="2004", title="Mississippi", agency="Ministry of Works")
    rows = (row(**shared, fiscal_year="2007"), row(**shared, fiscal_year="2004", title="City of Oakland"), wrong)
    return release_of(listing("a", *rows))


def test_a_reused_number_gives_the_reports_of_both_years(reused: Path) -> None:
    explanation = service.explain("DA-07-04", reused)
    assert [(p.fiscal_year, p.title) for p in explanation.published] == [
        (2004, "City of Oakland"),
        (2007, row()["title"]),
    ]
    assert [value(p, "sequence").value for p in explanation.published] == [7, 4]
    assert [[s["line"] for s in p.sightings] for p in explanation.published] == [[2], [1]]
    assert len(explanation.quarantined) == 1


def test_a_fiscal_year_narrows_it(reused: Path) -> None:
    assert [p.fiscal_year for p in service.explain("DA-07-04", reused, fiscal_year=2007).published] == [2007]
    assert service.explain("DA-07-04", reused, fiscal_year=2007).quarantined == ()
    assert [p.fiscal_year for p in service.explain("DA-07-04", reused, fiscal_year=2004).published] == [2004]
    assert len(service.explain("DA-07-04", reused, fiscal_year=2004).quarantined) == 1
    with pytest.raises(CannotRun, match=r"^DA-07-04: no row of fiscal year 2010 has this number; oig search finds"):
        service.explain("DA-07-04", reused, fiscal_year=2010)


@pytest.mark.parametrize("number", ["OIG-99-99", "Border Security", "", "'; DROP VIEW reports; --", "%", "\x00"])
def test_an_unknown_number_cannot_be_explained_and_says_what_can(number: str, repository: Path) -> None:
    with pytest.raises(CannotRun, match=r"no row has this number; oig search finds reports by their words"):
        service.explain(number, repository)


@pytest.mark.parametrize(("number", "year"), [("OIG-21-49", 10**50), ("OIG-21-49", -1), ("OIG-21-\udc49", None)])
def test_so_it_is_with_what_no_number_or_year_can_be(number: str, year: int | None, repository: Path) -> None:
    with pytest.raises(CannotRun):
        service.explain(number, repository, fiscal_year=year)


# The releases in which a report changed.


@pytest.fixture(scope="module")
def five(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Return a folder with five releases, oldest first: without the report, with it, retitled, without it, with it."""
    folder = tmp_path_factory.mktemp("five")
    ids = []
    for rows in (
        (OTHER,),
        (OTHER, row()),
        (OTHER, row(title="Ports of Entry", summary="We looked.")),
        (row(report_number="OIG-21-98", title="Grants Awarded to Two Counties"),),
        (row(report_number="OIG-21-98", title="Grants Awarded to Three Counties"), row(title="Ports of Entry")),
    ):
        out = built(folder, listing("a", *rows))
        ids.append((out / "latest").resolve().name)
    return out, ids


@pytest.fixture
def copied(five: tuple[Path, list[str]], tmp_path: Path) -> tuple[Path, list[str]]:
    """Return the same in a folder of its own, in which releases may be moved."""
    return Path(shutil.copytree(five[0], tmp_path / "copied", symlinks=True)), five[1]


def test_the_releases_in_which_a_report_came_changed_and_went_are_told(five: tuple[Path, list[str]]) -> None:
    out, ids = five
    fields = (
        "title, summary, recommendations, recommendations_concurred, recommendations_not_concurred, concurrence, "
        "recommendations_text"
    )
    assert [(r["release"], r["version"], r["change"]) for r in report(out).releases] == [
        (ids[1], "1.1.0", "added"),
        (ids[2], "1.1.1", f"changed: {fields}"),
        (ids[3], "1.2.0", "removed"),
        (ids[4], "1.3.0", "added"),
    ]


def test_they_are_told_from_an_older_release_too(five: tuple[Path, list[str]]) -> None:
    out, ids = five
    assert report(out / "releases" / ids[1]).releases == report(out).releases
    assert report(out / "releases" / ids[1]).title == row()["title"]


def test_a_report_that_was_only_seen_again_did_not_change(tmp_path: Path) -> None:
    built(tmp_path, listing("a", row(), url=ALL_REPORTS, retrieved_at=JANUARY))
    out = built(tmp_path, listing("b", OTHER, row(), url=ALL_REPORTS, retrieved_at=MARCH))
    assert len(list((out / "releases").iterdir())) == 2
    assert [r["change"] for r in report(out).releases] == ["added"]


def test_a_pruned_release_is_passed_over(copied: tuple[Path, list[str]]) -> None:
    out, ids = copied
    (out / "releases" / ids[1]).rename(out / "elsewhere")
    changes = [
        (ids[2], "added, in or before this release: older ones were pruned"),
        (ids[3], "removed"),
        (ids[4], "added"),
    ]
    assert [(r["release"], r["change"]) for r in report(out).releases] == changes


def test_a_release_alone_tells_of_none(copied: tuple[Path, list[str]], tmp_path: Path) -> None:
    out, ids = copied
    alone = (out / "releases" / ids[1]).rename(tmp_path / "alone")
    assert report(alone).releases == ()


# How it is shown.


def terminal_text(explanation: Explanation, capsys: pytest.CaptureFixture[str]) -> str:
    terminal.print_explanation(explanation)
    return capsys.readouterr().out


@pytest.fixture
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "500")


def beginnings(text: str) -> Iterator[list[str]]:
    return (line.split(maxsplit=1) for line in text.splitlines() if line.strip())


@pytest.mark.usefixtures("wide")
def test_the_text_shows_every_published_value_with_its_place(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in ("OIG-21-49", "OIG-22-06"):
        explanation = service.explain(number, repository)
        (published,) = explanation.published
        text = terminal_text(explanation, capsys)
        assert text.startswith(f"{number}, fiscal year {published.fiscal_year}: {published.title}\n")
        rows = {words[0]: words[-1] for words in beginnings(text)}
        for value_ in filter(is_there, published.values):
            expected_text = ", ".join(value_.value) if isinstance(value_.value, list) else str(value_.value)
            assert expected_text[:100] in rows[value_.field], value_.field
            assert all(f"{s.capture}:{s.line}" in rows[value_.field] for s in value_.sources)
        assert "Seen once." in text


@pytest.mark.usefixtures("wide")
def test_a_value_of_which_the_page_says_nothing_is_shown(corrected: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = {words[0]: words[-1] for words in beginnings(terminal_text(service.explain("OIG-21-49", corrected), capsys))}
    assert rows["issue_date"].startswith("2021-07-20")


@pytest.mark.usefixtures("wide")
def test_the_text_tells_sightings_history_and_releases(merged: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = terminal_text(service.explain("OIG-21-49", merged), capsys)
    assert "Seen 2 times, 2022-01-01 00:00:00 to 2022-03-01 00:00:00." in text
    assert f"2022-03-01 00:00:00: document_url: {SITE}/a.pdf \u2192 {SITE}/b.pdf" in text
    assert f"Release {(merged / 'latest').resolve().name} (1.0.0): added" in text
    assert "Nothing listed: suffix, " in text


@pytest.mark.usefixtures("wide")
def test_the_text_tells_a_quarantined_row_and_its_remedy(
    repository: Path, refused: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert terminal_text(service.explain("OIG-21-50", refused), capsys) == (
        "a.ndjson:2: not published: fiscal_year_malformed: '20217' is not a fiscal year\n"
        f"    OIG-21-50: {row()['title']}\n"
        f"    {BY_CODE['fiscal_year_malformed'].remedy}\n"
    )
    phrase = "not published (acknowledged): fiscal_year_mismatch"
    assert phrase in terminal_text(service.explain("W-05-03", repository), capsys)


CONTROLS = "\x1b[31m\x07\x08\x1b]0;owned\x07\x7f\x9b2J\x9d0;owned\x9c\x90q\x9c\r"
HOSTILE = ("title", "summary", "document_url", "agency", "oversight_area")


@pytest.fixture(scope="module")
def hostile(release_of: ReleaseOf) -> Path:
    """Return a release in which one column of each report has control characters, and so has a quarantined row."""
    rows = [row(report_number="OIG-21-76", title="[red]Audit[/red] of [link=x] :ship: Ports")]
    for place, name in enumerate(HOSTILE, start=71):
        hostile_value = f"{SITE}/{CONTROLS}.pdf" if name == "document_url" else f"CBP, {CONTROLS},"
        changes = {"report_number": f"OIG-21-{place}", name: hostile_value}
        rows += [row(**changes), row(**changes, issue_date="02/30/2021" if name != "agency" else "07/20/2021")]
    return release_of(listing("a", *rows))


@pytest.mark.usefixtures("wide")
@pytest.mark.parametrize("name", HOSTILE)
def test_control_characters_of_a_listing_are_not_obeyed(
    name: str, hostile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = terminal_text(service.explain(f"OIG-21-{71 + HOSTILE.index(name)}", hostile), capsys)
    assert "not published: " in text
    assert {character for character in text if unicodedata.category(character) == "Cc"} == {"\n"}


def test_brackets_of_a_listing_are_no_markup(hostile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = terminal_text(service.explain("OIG-21-76", hostile), capsys)
    assert text.startswith("OIG-21-76, fiscal year 2021: [red]Audit[/red] of [link=x] :ship: Ports\n")


# What a sighting broke, and another mended.


def test_a_violation_is_told_of_the_sighting_that_has_it(merged: Path) -> None:
    published = report(merged)
    (lacking,) = [v for v in published.violations if v.rule == "summary_missing"]
    assert (lacking.places, lacking.is_mended) == (("newer.ndjson:2",), True)
    assert "summary_missing" not in published.broken
    assert "summary_missing" not in published.passed
    assert set(published.broken) == {v.rule for v in published.violations if not v.is_mended}


@pytest.mark.usefixtures("wide")
def test_a_flag_that_another_sighting_has_mended_is_never_shown_as_broken(
    merged: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = terminal_text(service.explain("OIG-21-49", merged), capsys).splitlines()
    assert [line for line in lines if "summary_missing" in line] == [
        "Mended by another sighting: summary_missing: no summary is shown (newer.ndjson:2)"
    ]


def test_flags_that_no_sighting_mends_are_broken_with_every_place(release_of: ReleaseOf) -> None:
    first, second = ({**row(summary=""), "title": f"{row()['title']}{mark}"} for mark in ("", " (REDACTED)"))
    out = release_of({**listing("a", *[first] * 7), **listing("b", second)})
    published = report(out)
    (lacking,) = [v for v in published.violations if v.rule == "summary_missing"]
    assert not lacking.is_mended
    assert sorted(lacking.places) == [*(f"a.ndjson:{line}" for line in range(1, 8)), "b.ndjson:1"]
    assert lacking.where.endswith(" and 3 more")
    assert published.broken["summary_missing"] == "no summary is shown"


# On the command line.


def test_the_command_explains_as_text_and_as_json(five: tuple[Path, list[str]], oig: Oig) -> None:
    out, ids = five
    done = oig("explain", "oig 21 49", "--release", out)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("OIG-21-49, fiscal year 2021: Ports of Entry\n")
    assert f"Release {ids[4]} (1.3.0): added" in done.stdout
    done = oig("explain", "oig 21 49", "--release", out, "--fiscal-year", "2021", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    payload = json.loads(done.stdout)
    assert (payload["asked"], payload["quarantined"]) == ("oig 21 49", [])
    (published,) = payload["published"]
    assert published["title"] == "Ports of Entry"
    (title,) = [v for v in published["values"] if v["field"] == "title"]
    assert title["sources"] == [
        {"capture": "a.ndjson", "line": 2, "column": "listed_title", "words": "Ports of Entry"}
    ]  # fmt: skip
    (date,) = [v for v in published["values"] if v["field"] == "issue_date"]
    assert date["value"] == "2021-07-20"
    assert [r["change"] for r in published["releases"]][-2:] == ["removed", "added"]


def test_the_command_says_in_one_line_that_it_knows_nothing(repository: Path, oig: Oig) -> None:
    done = oig("explain", "OIG-99-99", "--release", repository)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "oig: OIG-99-99: no row has this number; oig search finds reports by their words\n"
