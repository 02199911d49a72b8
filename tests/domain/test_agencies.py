"""The closed list of agencies: its names, the site's ids, and what names an agency in a cell, an address or a title."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oig_pipeline.domain.agencies import Agency
from oig_pipeline.domain.whitespace import WHITESPACE
from oig_pipeline.offices.dhs import agencies as dhs_agencies

DHS = dhs_agencies.AGENCIES
AGENCIES, BY_CODE = DHS.agencies, DHS.by_code
inferred, lookup, of_url, stated_column = DHS.inferred, DHS.lookup, DHS.of_url, DHS.stated_column
SITE = "https://www.oig.dhs.gov"
FILTER_IDS = {
    1: "CBP",
    2: "FEMA",
    3: "ICE",
    4: "MGMT",
    5: "TSA",
    6: "USCIS",
    7: "USCG",
    8: "USSS",
    9: "Others",
    2632: "CISA",
}


def names_of(agency: Agency) -> list[str]:
    return [agency.code, agency.name, *agency.acronyms, *agency.names, *agency.aliases]


NAMES = [name for agency in AGENCIES for name in names_of(agency)]


def stated(text: str | None) -> list[str | None]:
    codes: list[str | None] = pl.select(stated_column(pl.lit(text, dtype=pl.String))).item().to_list()
    return codes


def code_of(name: str) -> str | None:
    agency = lookup(name)
    return agency.code if agency else None


def test_each_code_and_each_name_stands_once() -> None:
    for values in ([a.code for a in AGENCIES], [a.name.casefold() for a in AGENCIES]):
        assert len(values) == len(set(values))
    assert list(BY_CODE) == [a.code for a in AGENCIES]


@pytest.mark.parametrize("agency", AGENCIES, ids=lambda a: a.code)
def test_every_name_of_an_agency_means_that_agency_and_no_other(agency: Agency) -> None:
    assert {code_of(name) for name in names_of(agency)} == {agency.code}


def test_the_filter_ids_are_those_of_the_site() -> None:
    assert {a.filter_id: a.code for a in AGENCIES if a.filter_id is not None} == FILTER_IDS


def test_a_successor_is_another_agency_of_the_list() -> None:
    successors = {a.code: a.successor for a in AGENCIES if a.successor is not None}
    assert successors == {"NPPD": "CISA", "DNDO": "CWMD"}
    assert set(successors.values()) <= set(BY_CODE)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("cbp", "CBP"),
        ("U.S. Customs and Border Protection", "CBP"),
        ("us customs & border protection", "CBP"),
        ("United States Customs and Border Protection", "CBP"),
        ("BORDER PATROL", "CBP"),
        ("Air and Marine Operations", "CBP"),
        ("OFO", "CBP"),
        ("Federal Emergency Management Agency", "FEMA"),
        ("HSI", "ICE"),
        ("ero", "ICE"),
        ("Management", "MGMT"),
        ("FAMS", "TSA"),
        ("the Coast Guard", "USCG"),
        ("The U.S. Secret Service", "USSS"),
        ("others", "Others"),
        ("OBP", "CISA"),
        ("nppd", "NPPD"),
        ("The Department", "DHS"),
        ("OCIO", "DHS"),
        ("s&t", "S&T"),
        ("S & T", "S&T"),
        ("I&A", "I&A"),
        ("  FPS  ", "FPS"),
        ("Federal Law Enforcement Training Centers", "FLETC"),
        ("Office of Inspector General", "OIG"),
        ("Privacy Office", "PRIV"),
    ],
)
def test_an_agency_is_found_by_code_name_and_alias_in_any_case(name: str, code: str) -> None:
    assert code_of(name) == code
    assert stated(name) == [code]


@pytest.mark.parametrize("name", ["", " ", "EPA", "C B P", "ice storm", "Department of Agriculture", "CBP FEMA", "The"])
def test_what_the_list_does_not_have_is_no_agency(name: str) -> None:
    assert lookup(name) is None


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("CBP", ["CBP"]),
        ("CBP, ICE", ["CBP", "ICE"]),
        ("CBP;ICE|FEMA", ["CBP", "ICE", "FEMA"]),
        ("U.S. Coast Guard\nU.S. Secret Service", ["USCG", "USSS"]),
        ("CBP,\n ICE", ["CBP", "ICE"]),
        (", CBP ;", ["CBP"]),
        ("CBP,, ICE", ["CBP", "ICE"]),
        ("CBP, EPA", ["CBP", None]),
        ("EPA", [None]),
        ("EPA, NASA, TSA", [None, None, "TSA"]),
    ],
)
def test_a_cell_states_several_agencies_and_shows_where_one_is_unknown(cell: str, codes: list[str | None]) -> None:
    assert stated(cell) == codes


@pytest.mark.parametrize("cell", [None, "", " \u00a0\n"])
def test_an_empty_cell_states_nothing(cell: str | None) -> None:
    assert pl.select(stated_column(pl.lit(cell, dtype=pl.String))).item() is None


@st.composite
def written_names(draw: st.DrawFn) -> str:
    """A name of the list in some case, with blanks, points or an exotic character somewhere; or any text."""
    name = draw(st.sampled_from(NAMES) | st.text(max_size=12))
    cases: tuple[Callable[[str], str], ...] = (str, str.lower, str.upper, str.swapcase)
    case = draw(st.sampled_from(cases))
    place = draw(st.integers(0, len(name)))
    strange = draw(st.sampled_from(("", "", " ", ".", "  ", "&", "\u00a0", "\u00df", "\u0130", "the ", "U.S. ")))
    return case(name)[:place] + strange + case(name)[place:]


@given(st.lists(written_names().filter(lambda name: not set(name) & set(",;|/()\n")), min_size=1, max_size=20))
def test_the_stated_column_says_what_the_lookup_says(written: list[str]) -> None:
    codes = pl.DataFrame({"cell": written}).select(stated_column(pl.col("cell"))).to_series().to_list()
    assert codes == [[code_of(name)] if name.strip(WHITESPACE) else None for name in written]


@pytest.mark.parametrize("name", ["FP\u017f", "FPS\x1c", "\ufb01ps", "\x1ftsa"])
def test_lookup_and_column_fold_rare_characters_alike(name: str) -> None:
    assert stated(name) == [code_of(name)]


@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=6), st.sampled_from((",", ", ", " ;", " | ", "\n")))
def test_a_cell_states_its_agencies_in_the_order_written(names: list[str], between: str) -> None:
    assert stated(between.join(names)) == [code_of(name) for name in names]


@pytest.mark.parametrize(("filter_id", "code"), FILTER_IDS.items())
def test_a_listing_filtered_by_agency_is_of_that_agency(filter_id: int, code: str) -> None:
    listing = f"{SITE}/reports/audits-inspections-and-evaluations"
    for query in (
        f"?field_dhs_agency_target_id={filter_id}",
        f"?page=3&field_dhs_agency_target_id={filter_id}&field_fy_value=All",
    ):
        agency = of_url(listing + query)
        assert agency is not None
        assert agency.code == code


@pytest.mark.parametrize("tail", ["", "?page=2", "#content"])
@pytest.mark.parametrize("term", range(1, 9))
def test_an_agency_term_is_of_that_agency(term: int, tail: str) -> None:
    agency = of_url(f"{SITE}/taxonomy/term/{term}{tail}")
    assert agency is not None
    assert agency.code == FILTER_IDS[term]


def test_a_slash_behind_an_agency_term_changes_nothing() -> None:
    assert of_url(f"{SITE}/taxonomy/term/1/") == BY_CODE["CBP"]


@pytest.mark.parametrize(
    "address",
    [
        *(f"/taxonomy/term/{keyword}" for keyword in (182, 205, 254, 304, 307)),
        *(f"/taxonomy/term/{area}" for area in (10, 807, 16)),
        "/taxonomy/term/9",
        "/taxonomy/term/2632",
        "/taxonomy/term/182?page=1",
        "/reports/audits-inspections-and-evaluations",
        "/reports/audits-inspections-and-evaluations?field_dhs_agency_target_id=All",
        "/reports/audits-inspections-and-evaluations?field_dhs_agency_target_id=",
        "/reports/audits-inspections-and-evaluations?field_dhs_agency_target_id=77",
        "/reports/audits-inspections-and-evaluations?page=1",
    ],
)
def test_keywords_areas_and_unfiltered_listings_are_of_no_agency(address: str) -> None:
    assert of_url(SITE + address) is None


@pytest.mark.parametrize(
    ("title", "codes"),
    [
        ("CBP Has Placed Travelers' PII at Risk of Exploitation", ["CBP"]),
        ("Review of the February 16, 2020 Childbirth at the Chula Vista Border Patrol Station", ["CBP"]),
        ("Assessment of Office of Field Operations Staffing", ["CBP"]),
        ("ICE's Oversight of Detention", ["ICE"]),
        ("ICE\u2019s Oversight of Detention", ["ICE"]),
        (">United States Immigration and Customs Enforcement's Management Letter", ["ICE"]),
        ("Enforcement and removal operations in Texas", ["ICE"]),
        ("Review of U.S. Coast Guard's Fiscal Year 2017 Submission", ["USCG"]),
        ("Audit of Debris Removal after the ice storm", []),
        ("FEMA Funds for the 2009 Ice Storm in Kentucky", ["FEMA"]),
        ("The Ice-Storm of January, as ICE saw it", ["ICE"]),
        ("Ice on Roads and Practice of Licences", []),
        ("Oversight of Transitional Sheltering Assistance (TSA)", []),
        ("FEMA's Transitional Sheltering Assistance (TSA) Program", ["FEMA"]),
        ("TSA Payments for Transitional Sheltering", []),
        ("Transportation Security Administration's Use of Canines", ["TSA"]),
        ("Transitional Sheltering at the Transportation Security Administration", ["TSA"]),
        ("TSA's Federal Air Marshal Service", ["TSA"]),
        ("DHS Actions Related to an I&A Intelligence Product", ["DHS", "I&A"]),
        ("S&T and the Science & Technology Directorate", ["S&T"]),
        ("ICE and CBP Should Share Data with FEMA", ["CBP", "FEMA", "ICE"]),
        ("CBP and the Border Patrol", ["CBP"]),
        ("DHS Privacy Office Needs to Improve Oversight", ["PRIV"]),
        ("The Office for Bombing Prevention Needs to Improve", ["CISA"]),
        ("National Protection and Programs Directorate's Management Letter", ["NPPD"]),
        ("Department-wide Management of the HSPD-12 Program Needs Improvement", []),
        ("Challenges Facing the Department of Homeland Security", ["DHS"]),
        ("Use of Funds by States, Tribes and Others", []),
        ("Cancellation of OIG Audit \u2013 Review of Grants", []),
        ("Office of Inspector General Semiannual Report", []),
        ("FEMAs and PICEA", []),
        ("", []),
    ],
)
def test_a_title_names_agencies_by_their_cues(title: str, codes: list[str]) -> None:
    assert list(inferred(title)) == codes


@pytest.mark.parametrize(
    "title",
    [
        "Transitional Sheltering Assistance That FEMA Paid For (TSA)",
        "TSA: Hotels That FEMA Paid For under Transitional Sheltering",
    ],
)
def test_a_decoy_hides_no_other_agency_of_the_title(title: str) -> None:
    assert inferred(title) == ("FEMA",)


@pytest.mark.parametrize(
    "name", [n for a in AGENCIES if a.code in ("Others", "OIG") for n in names_of(a)] + ["Management", "Department"]
)
def test_a_name_that_is_no_cue_is_never_inferred(name: str) -> None:
    # "DHS OIG" is the one alias with a cue inside: the Department is named, the Inspector General is not inferred.
    assert set(inferred(f"Review of {name} Spending")) <= {"DHS"}


CUES = [
    (cue, agency.code)
    for agency in AGENCIES
    if agency.code not in ("Others", "OIG")
    for cue in (agency.name, *agency.acronyms, *agency.names)
]


@given(st.lists(st.sampled_from(CUES), max_size=4))
def test_several_agencies_in_a_title_are_a_sorted_set(cues: list[tuple[str, str]]) -> None:
    title = "Review of " + " with ".join(cue for cue, _ in cues)
    assert list(inferred(title)) == sorted({code for _, code in cues})


@pytest.mark.parametrize(("code", "other"), [("CBP", "ICE"), ("ICE", "TSA"), ("TSA", "USCIS"), ("DHS", "FEMA")])
def test_the_order_of_agencies_in_a_title_does_not_matter(code: str, other: str) -> None:
    assert inferred(f"{code} and {other} Share Data") == inferred(f"{other} and {code} Share Data") == (code, other)


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("Customs and Border Protection (CBP)", ["CBP", "CBP"]),
        ("Federal Emergency Management Agency (FEMA), U.S. Coast Guard (USCG)", ["FEMA", "FEMA", "USCG", "USCG"]),
        ("CBP and ICE", ["CBP", "ICE"]),
        ("CBP/ICE", ["CBP", "ICE"]),
        ("Science and Technology", ["S&T"]),
        ("Intelligence and Analysis", ["I&A"]),
        ("Customs and Border Protection (XYZ)", ["CBP", None]),
    ],
)
def test_a_cell_may_give_name_and_acronym_or_several_with_a_word_between(cell: str, codes: list[str | None]) -> None:
    assert stated(cell) == codes
