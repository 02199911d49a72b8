"""What a listed string means, and that no string whatever breaks the reading of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.contract.judged_columns import NORMALIZED
from oig_pipeline.contract.names import LISTED_COLUMNS
from oig_pipeline.domain.report_number import NumberGrammar
from oig_pipeline.offices.dhs.numbers import NUMBERS
from oig_pipeline.run.by_office import normalize_rows as normalize
from tests.conftest import examples
from tests.rows import FILTERED, SITE, any_rows, sightings, text

KEYWORD_TERM, AGENCY_TERM = f"{SITE}/taxonomy/term/182", f"{SITE}/taxonomy/term/2"
LISTING = f"{SITE}/reports/audits?page=2"
TYPES = {name: column.dtype for name, column in NORMALIZED.items()}


def normal(**values: Any) -> dict[str, Any]:
    return normalize(sightings(values)).row(0, named=True)


@pytest.mark.parametrize(
    "text",
    [
        *("07/20/2021", "7/20/2021", "07/20/21", "7/20/21", " 07/20/2021\u00a0", "2021-07-20"),
        *("2021-07-20T12:00:00Z", "2021-07-20T23:30:00-05:00", "2021-07-20 12:00"),
        *("July 20, 2021", "Jul 20, 2021", "Tue, 07/20/2021", "Tuesday, July 20, 2021"),
        *(
            "7/20/2021 0:00",
            "7/20/2021 12:00:00 AM",
            "07/20/21 14:30",
            "Tue, 07/20/2021 - 12:00",
            "7/20/2021 3:05 p.m.",
        ),
        *("2021-07-20 00:00:00", "2021-07-20T00:00:00.000+00:00", "2021/07/20", "2021/7/20", "2021-7-20"),
        *(
            "Jul. 20, 2021",
            "20 July 2021",
            "20 Jul. 2021",
            "20-Jul-21",
            "20-Jul-2021",
            "JULY 20 2021",
            "July 20th, 2021",
        ),
        *("20/07/2021", "20/7/21", "07/20/2021\n"),
    ],
)
def test_a_date_is_read_in_every_known_form(text: str) -> None:
    assert normal(issue_date=text)["issue_date"] == dt.date(2021, 7, 20)


@pytest.mark.parametrize(
    "text",
    [
        *("02/30/2021", "13/13/2021", "31/02/2021", "00/10/2021", "2021-02-30", "2021-13-01", "2/29/21", "0000-01-01"),
        *(
            "July 2021",
            "20.07.2021",
            "07-20-2021",
            "2021/07-20",
            "20 Jly 2021",
            "07/20/2021 25:00",
            "31 June 2021",
            "20210720",
            "07/2021",
            "2021",
            "7/20/021",
        ),
        *(
            "07/20/2021 (revised)",
            "on 07/20/2021",
            "2021-07-200",
            "2021-07-20 to 2021-08-01",
            "\u0660\u0667/\u0662\u0660/\u0662\u0660\u0662\u0661",
        ),
    ],
)
def test_no_other_date_is_guessed_at(text: str) -> None:
    row = normal(issue_date=text)
    assert (row["stated_issue_date"], row["issue_date"], row["days_outside"]) == (text, None, None)


@pytest.mark.parametrize(
    ("text", "day"),
    [("10/01/04", dt.date(2004, 10, 1)), ("12/31/16", dt.date(2016, 12, 31)), ("2/29/2020", dt.date(2020, 2, 29))],
)
def test_a_day_is_read_with_its_century(text: str, day: dt.date) -> None:
    assert normal(issue_date=text)["issue_date"] == day


@pytest.mark.parametrize(
    ("date", "days"),
    [("09/30/2020", 1), ("10/01/2020", 0), ("09/30/2021", 0), ("10/01/2021", 1), ("11/15/2021", 46), ("", None)],
)
def test_days_outside_the_fiscal_year_are_counted_from_its_edges(date: str, days: int | None) -> None:
    assert normal(issue_date=date)["days_outside"] == days


@pytest.mark.parametrize(
    ("link", "page", "address"),
    [
        (f"{SITE}/a.pdf", None, f"{SITE}/a.pdf"),
        (f"\u00a0{SITE}/a.pdf ", None, f"{SITE}/a.pdf"),
        ("http://oig.dhs.gov/a.pdf", None, "http://oig.dhs.gov/a.pdf"),
        ("HTTPS://WWW.OIG.DHS.GOV/a.pdf", None, "HTTPS://WWW.OIG.DHS.GOV/a.pdf"),
        ("https://www.oig.dhs.gov:443/a.pdf", None, "https://www.oig.dhs.gov:443/a.pdf"),
        ("/sites/a.pdf", None, f"{SITE}/sites/a.pdf"),
        ("/sites/a.pdf", LISTING, f"{SITE}/sites/a.pdf"),
        ("/sites/a.pdf", "http://oig.dhs.gov/reports", "http://oig.dhs.gov/sites/a.pdf"),
        ("/sites/a.pdf", f"{SITE}?page=2", f"{SITE}/sites/a.pdf"),
        ("www.oig.dhs.gov/sites/a.pdf", LISTING, f"{SITE}/sites/a.pdf"),
        ("WWW.oig.dhs.gov/a.pdf", None, "https://WWW.oig.dhs.gov/a.pdf"),
        ("oig.dhs.gov/node/7", None, "https://oig.dhs.gov/node/7"),
        ("assets/a.pdf", None, f"{SITE}/assets/a.pdf"),
        ("assets/a.pdf?v=2", LISTING, f"{SITE}/reports/assets/a.pdf?v=2"),
        ("./a.pdf", LISTING, f"{SITE}/reports/a.pdf"),
        ("?document=7", LISTING, f"{SITE}/reports/audits?document=7"),
        ("../a.pdf", LISTING, f"{SITE}/a.pdf"),
        ("//www.oig.dhs.gov/a.pdf", LISTING, f"{SITE}/a.pdf"),
    ],
)
def test_a_link_is_resolved_against_its_page_or_the_site(link: str, page: str | None, address: str) -> None:
    row = normal(document_url=link, capture_url=page)
    assert (row["document_url"], row["document_offsite"]) == (address, False)


@pytest.mark.parametrize(
    ("link", "page", "address"),
    [
        ("https://example.org/a.pdf", LISTING, "https://example.org/a.pdf"),
        ("//example.org/a.pdf", LISTING, "https://example.org/a.pdf"),
        ("./a.pdf", "https://example.org/mirror/", "https://example.org/mirror/a.pdf"),
        ("www.example.org/a.pdf", None, "https://www.example.org/a.pdf"),
        ("/a.pdf", "https://example.org/mirror/", "https://example.org/a.pdf"),
        *(
            (link, None, link)
            for link in (
                "https://evil-oig.dhs.gov.example.org/a.pdf",
                "https://evil-oig.dhs.gov/a.pdf",
                "https://www.oig.dhs.gov.example.org/a.pdf",
                "https://oig.dhs.gov@example.org/a.pdf",
                "https://oig.dhs.gov:443@example.org/a.pdf",
                "https://example.org/https://www.oig.dhs.gov/a.pdf",
            )
        ),
    ],
)
def test_a_link_that_leads_away_is_kept_and_marked(link: str, page: str | None, address: str) -> None:
    row = normal(document_url=link, capture_url=page, office="dhs")
    assert (row["document_url"], row["document_offsite"]) == (address, True)


@pytest.mark.parametrize(
    "link",
    [
        "#top",
        "?page=2",
        "https://www.oig.dhs.gov/",
        "https://example.org?oig.dhs.gov/",
        "http://[::1",
        "javascript:void(0)",
        "JavaScript:alert(1)",
        "mailto:a@example.org",
        "ftp://example.org/a",
        "tel:1",
        *("https://https://www.oig.dhs.gov/a.pdf", "https:///www.oig.dhs.gov/a.pdf", "///www.oig.dhs.gov/a.pdf"),
        *("http//www.oig.dhs.gov/a.pdf", "http://N/A", f"{SITE}/N/A", f"{SITE}/None", "/nan", "/undefined/", "./null"),
        *(f"{SITE}/sites/default/files/None", f"{SITE}/a.pdf;{SITE}/b.pdf", f"{SITE}/a.pdf,{SITE}/b.pdf"),
        *(
            "a.pdf",
            "OIG-21-49",
            "see page",
            "yes/no",
            "available on request",
            "www.oig.dhs.gov",
            "03/15/2021",
        ),
        *("1/2.5", "https:/a.pdf", f"{SITE}/a.pdf {SITE}/b.pdf", "and/or see a.pdf"),
    ],
)
def test_a_link_that_is_no_web_address_is_not_published(link: str) -> None:
    row = normal(document_url=link, capture_url=LISTING)
    assert (row["stated_document_url"], row["document_url"], row["document_offsite"]) == (link, None, True)


@pytest.mark.parametrize(
    "link",
    [
        *(None, "", "\u00a0", "N/A", "pdf", " \u2014 ", '=HYPERLINK("")', '=HYPERLINK("","PDF")', "=A2"),
        *("#", "/", "//[", "Download", "#REF"),
    ],
)
def test_no_link_leads_nowhere(link: str | None) -> None:
    row = normal(document_url=link)
    assert (row["stated_document_url"], row["document_url"], row["document_offsite"]) == (None, None, False)


@pytest.mark.parametrize(
    ("agency", "page", "title", "agencies", "source"),
    [
        ("TSA", FILTERED, "ICE Needs Oversight", ["TSA"], "stated"),
        ("ICE; CBP, ICE", None, "A", ["CBP", "ICE"], "stated"),
        ("u.s. coast guard", None, "A", ["USCG"], "stated"),
        (None, FILTERED, "ICE Needs Oversight", ["FEMA"], "listing"),
        ("", AGENCY_TERM, "ICE Needs Oversight", ["FEMA"], "listing"),
        (None, KEYWORD_TERM, "ICE Needs Oversight", ["ICE"], "inferred"),
        (None, LISTING, "ICE and CBP Need Oversight", ["CBP", "ICE"], "inferred"),
        (None, None, "City of Oakland, California", [], None),
        ("Ministry of Works", FILTERED, "ICE Needs Oversight", [], None),
        ("CBP, Ministry of Works", None, "ICE Needs Oversight", [], None),
    ],
)
def test_the_row_outranks_its_page_and_the_page_outranks_the_title(
    agency: str | None, page: str | None, title: str, agencies: list[str], source: str | None
) -> None:
    row = normal(agency=agency, capture_url=page, title=title)
    assert (row["agencies"], row["agency_source"]) == (agencies, source)
    assert row["agency_broken"] == ("Ministry" in (agency or ""))


def test_an_agency_that_was_copied_from_the_page_counts_as_the_pages_word() -> None:
    row = normal(agency="CBP", agency_from="listing")
    assert (row["agencies"], row["agency_source"]) == (["CBP"], "listing")


@pytest.mark.parametrize(
    ("retrieved_at", "horizon"),
    [(None, 2027), (dt.datetime(2021, 9, 30, 23, 59), 2021), (dt.datetime(2021, 10, 1), 2022)],
)
def test_a_capture_knows_years_up_to_the_one_it_was_taken_in(retrieved_at: dt.datetime | None, horizon: int) -> None:
    assert normal(retrieved_at=retrieved_at)["horizon"] == horizon


@pytest.mark.parametrize(
    ("number", "year", "decided"),
    [
        ("OIG-21-49", "2021", ("OIG-21-49", 2021, "OIG", 49, None)),
        ("oig 21_49-vr", "2021", ("OIG-21-49-VR", 2021, "OIG", 49, "VR")),
        ("OIG-21-49", None, ("OIG-21-49", 2021, "OIG", 49, None)),
        ("OIG-21-49", "2020", ("OIG-21-49", None, "OIG", None, None)),
        ("OIG-21-49", "20217", ("OIG-21-49", None, "OIG", None, None)),
        ("DA-07-04", "2004", ("DA-07-04", 2004, "DA", 7, None)),
        ("DA-07-04", "2007", ("DA-07-04", 2007, "DA", 4, None)),
        ("DA-07-04", "", ("DA-07-04", None, "DA", None, None)),
        ("W-05-03", "2002", ("W-05-03", None, "W", None, None)),
        ("GC-HQ-06-19", "2006", ("GC-HQ-06-19", 2006, "GC-HQ", 19, None)),
        ("OIG-2021-49", "2021", (None, None, None, None, None)),
        (None, "2021", (None, None, None, None, None)),
    ],
)
def test_number_and_year_decide_together(number: str | None, year: str | None, decided: tuple[object, ...]) -> None:
    row = normal(report_number=number, fiscal_year=year)
    assert tuple(row[n] for n in ("report_number", "fiscal_year", "series", "sequence", "suffix")) == decided


@pytest.mark.parametrize(
    ("text", "year", "broken"),
    [("2021", 2021, False), (" 2021 ", 2021, False), (None, None, False), ("\u00a0", None, False)]
    + [(text, None, True) for text in ("20217", "FY21", "n.s.", "21", "2021.0", "1821", "\u0662\u0660\u0662\u0661")],
)
def test_a_fiscal_year_is_four_digits(text: str | None, year: int | None, broken: bool) -> None:
    row = normal(fiscal_year=text)
    assert (row["year"], row["year_broken"]) == (year, broken)


def test_the_facts_in_a_title_stand_beside_it() -> None:
    row = normal(title=">(U) Management Alert - Jails\u00a0 Fail (Redacted) (Revised) (")
    columns = ("title", "title_repaired", "kind", "classification", "is_redacted", "is_revised")
    assert tuple(row[n] for n in columns) == ("Jails Fail", True, "management_alert", "U", True, True)


def test_a_corrected_value_takes_the_place_of_the_listed_one() -> None:
    frame = sightings({"fiscal_year": "20217"}, {"title": None}).with_columns(
        pl.Series("corrected_fiscal_year", ["2021", None]), pl.Series("corrected_title", [None, "Jails Fail"])
    )
    first, second = normalize(frame).iter_rows(named=True)
    assert (first["listed_fiscal_year"], first["year"]) == ("20217", 2021)
    assert first["corrected"] == "fiscal_year 20217 → 2021"
    assert (second["year"], second["title"], second["corrected"]) == (2021, "Jails Fail", "title (none) → Jails Fail")


@pytest.mark.parametrize(
    ("number", "words"),
    [("OIG-21-49", "2021"), ("DA-07-04", "2007 or 2004"), ("W-05-03", "no year"), (None, "no year")],
)
def test_the_years_of_a_number_are_said_in_words(number: str | None, words: str) -> None:
    assert pl.select(NUMBERS.years_column(pl.lit(number, dtype=pl.String))).item() == words


def test_the_years_of_a_number_are_looked_up_once_and_where_nothing_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers: list[str] = []

    def recorded(_: NumberGrammar, number: pl.Expr) -> pl.Expr:
        def record(values: pl.Series) -> pl.Series:
            numbers.extend(values.drop_nulls())
            return values

        return number.map_batches(record, return_dtype=pl.String)

    monkeypatch.setattr(NumberGrammar, "years_column", recorded)
    rows = ("OIG-21-49", "DA-07-04", "DA-07-04", "DA-07-04", None)
    normalized = normalize(sightings(*({"report_number": number} for number in rows)))
    assert numbers == ["DA-07-04"]
    assert normalized["years_of_number"].to_list() == [None, *["DA-07-04"] * 3, None]


listings = st.fixed_dictionaries(
    {**dict.fromkeys(LISTED_COLUMNS, text()), "capture_url": text(), "retrieved_at": st.none() | st.datetimes()}
)


@examples(150)
@given(st.lists(st.one_of(listings, any_rows()), max_size=6))
def test_no_text_breaks_normalizing_and_the_types_are_the_declared_ones(rows: list[dict[str, Any]]) -> None:
    raw = sightings(*rows)
    frame = normalize(raw)
    assert frame.select(raw.columns).equals(raw)
    assert frame.drop(raw.columns).schema == pl.Schema(TYPES)


@examples(40)
@given(st.lists(any_rows(), min_size=1, max_size=6), st.data())
def test_a_row_means_the_same_whatever_stands_around_it(rows: list[dict[str, Any]], data: st.DataObject) -> None:
    raw = sightings(*rows)
    place = data.draw(st.integers(0, len(rows) - 1))
    pieces = pl.concat([raw.slice(0, place), raw.slice(place)], rechunk=False)
    assert normalize(raw.slice(place, 1)).equals(normalize(pieces).slice(place, 1))


@pytest.mark.parametrize(
    ("listing", "title", "kind"),
    [
        ("management-alerts", "Conditions in a Facility", "management_alert"),
        ("whistleblower-retaliation-reports-of-investigation", "Conditions in a Facility", "investigation"),
        ("audits-inspections-and-evaluations", "Conditions in a Facility", "report"),
        ("management-alerts", "Special Report: Conditions in a Facility", "special_report"),
    ],
)
def test_a_listing_of_one_kind_tells_the_kind_where_the_title_does_not(listing: str, title: str, kind: str) -> None:
    assert normal(title=title, capture_url=f"{SITE}/reports/{listing}?page=2")["kind"] == kind


@pytest.mark.parametrize(
    ("number", "day", "year"),
    [
        *(("DA-08-05", "03/20/2008", 2008), ("DA-08-05", "03/20/2005", 2005), ("DS-07-05", "2007-10-20", 2007)),
        *(("DD 07-04", "September 30, 2004", 2004), ("DA-07-04", "11/14/2007", 2007)),
        # Both readings are near, or none.
        *(("DA-07-06", "10/10/2006", None), ("DA-07-04", "03/20/2010", None), ("DA-07-04", "", None)),
        *(("DA-07-04", "soon", None), ("W-05-03", "03/20/2005", None)),
        # One reading is kept though the day contradicts it, which is a rule's matter.
        ("OIG-21-49", "03/20/2010", 2021),
    ],
)
def test_the_day_of_issue_decides_between_two_readings(number: str, day: str, year: int | None) -> None:
    assert normal(report_number=number, issue_date=day, fiscal_year="")["fiscal_year"] == year


def test_a_stated_year_counts_before_the_day_of_issue() -> None:
    assert normal(report_number="DA-07-04", issue_date="02/02/2007", fiscal_year="2004")["fiscal_year"] == 2004
    assert normal(report_number="DA-07-04", issue_date="02/02/2007", fiscal_year="20O7")["fiscal_year"] is None


@pytest.mark.parametrize(
    "link",
    [
        "/web/20210601120000/https://www.oig.dhs.gov/a/b.pdf",
        "https://web.archive.org/web/20210601120000id_/https://www.oig.dhs.gov/a/b.pdf",
        "/web/20210601120000im_/http://web.archive.org/web/2019/https://www.oig.dhs.gov/a/b.pdf",
    ],
)
def test_a_link_to_an_archived_copy_is_one_to_what_lies_behind(link: str) -> None:
    row = normal(document_url=link, capture_url=LISTING)
    assert row["document_url"] == "https://www.oig.dhs.gov/a/b.pdf"
    assert row["document_offsite"] is False
    assert row["listed_document_url"] == link
    assert normal(document_url="/web/20210601120000/https://example.org/b.pdf")["document_offsite"] is True
    assert normal(document_url="/web/20210601120000/javascript:void(0)")["document_url"] is None
