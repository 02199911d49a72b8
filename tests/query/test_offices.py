"""One number of two offices, side by side in everything that is made of a release."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from oig_pipeline import CannotRun
from oig_pipeline.query import search, service
from oig_pipeline.release import exports
from oig_pipeline.release.files import read_reports
from oig_pipeline.release.metadata.about import OF_ANY_OFFICES, OF_DEFAULT_OFFICE
from oig_pipeline.release.metadata.croissant import CROISSANT
from oig_pipeline.release.metadata.dcat import CATALOG_JSON
from oig_pipeline.release.metadata.dictionary import DICTIONARY
from oig_pipeline.release.metadata.frictionless import DATA_PACKAGE
from oig_pipeline.run import pipeline
from oig_pipeline.settings import settings
from oig_pipeline.site import jsonld, urls
from oig_pipeline.site.report_pages import citation, key_of

LISTING = """office,report_number,title,fiscal_year
dhs,OIG-14-131,Audit of Ports,2014
Department of the Treasury OIG,OIG-14-131,Audit of Banks,2014
treasury,OIG-14-132,Audit of Mints,2014
Department of Agriculture OIG,27401-0001-21,Audit of Crops,2014
epa,14-P-0109,Audit of Rivers,2014
dhs,OIG-14-134,Audit of Dams,2015
treasury,OIG-14-134,Audit of Loans,2015
"""
RECAPTURED = """office,report_number,title,fiscal_year
dhs,OIG-14-133,Audit of Roads,2014
treasury,OIG-14-133,Audit of Bonds,2014
"""
CORRECTIONS = """corrections:
  - rule: fiscal_year_mismatch
    where: {report_number: OIG-14-134, office: treasury}
    expect: {fiscal_year: "2015"}
    set: {fiscal_year: "2014"}
    why: The cover says so.
"""


@pytest.fixture(scope="module")
def curated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return two releases of four offices, of which two have one number each time."""
    folder = tmp_path_factory.mktemp("offices")
    raw = folder / "raw"
    raw.mkdir()
    (folder / "corrections.yml").write_text(CORRECTIONS)
    for year, listing in (("2020", RECAPTURED), ("2021", RECAPTURED.replace("Bonds", "Bonds and Notes"))):
        (raw / f"{year}.csv").write_text(listing)
        metadata = {"url": "https://example.org/list.csv", "retrieved_at": f"{year}-01-01T00:00:00Z"}
        (raw / f"{year}.csv.meta.json").write_text(json.dumps(metadata))
    for title in ("Audit of Coins", "Audit of Mints"):
        (raw / "list.csv").write_text(LISTING.replace("Audit of Mints", title))
        built = pipeline.build(settings(raw, folder / "curated", max_quarantine=0.2, exports=False))
        assert built.release is not None
    return folder / "curated"


def test_a_bare_number_of_two_offices_asks_which(curated: Path) -> None:
    with pytest.raises(CannotRun, match=r"several offices .*dhs:OIG-14-131 or treasury:OIG-14-131"):
        service.explain("OIG-14-131", curated)


@pytest.mark.parametrize(("office", "title"), [("dhs", "Audit of Ports"), ("treasury", "Audit of Banks")])
@pytest.mark.parametrize("spelling", ["{}:OIG-14-131", "{}: oig 14_131"])
def test_a_number_with_its_office_is_that_offices(office: str, title: str, spelling: str, curated: Path) -> None:
    (report,) = service.explain(spelling.format(office), curated).published
    assert (report.office, report.report_number, report.title) == (office, "OIG-14-131", title)
    assert len(report.sightings) == 1
    (source,) = next(value for value in report.values if value.field == "office").sources
    assert source.column == "listed_office"


def test_a_bare_number_of_one_office_needs_none(curated: Path) -> None:
    (report,) = service.explain("OIG-14-132", curated).published
    assert (report.office, [change["change"] for change in report.releases]) == (
        "treasury",
        ["added", "changed: title"],
    )


def test_a_number_that_the_named_office_does_not_have_is_unknown(curated: Path) -> None:
    with pytest.raises(CannotRun, match="no row has this number"):
        service.explain("dhs:OIG-14-132", curated)


def test_the_difference_of_two_releases_names_the_office(curated: Path) -> None:
    assert [change.key for change in service.difference(out=curated).changed] == [("treasury", "OIG-14-132", 2014)]


def test_an_office_without_a_grammar_has_no_gaps(curated: Path) -> None:
    _, rows = service.query("SELECT office, known, missing FROM series_years ORDER BY ALL", curated)
    assert rows == [("dhs", 2, 1), ("epa", 1, 0), ("treasury", 4, 0)]


def test_exports_hold_both_and_search_finds_both(curated: Path, tmp_path: Path) -> None:
    reports = read_reports((curated / "latest").resolve())
    exports.write(reports, tmp_path)
    assert list(exports.problems(reports, tmp_path)) == []
    matches = search.search(tmp_path / "reports.sqlite", "OIG-14-131")
    assert sorted(row[:2] for row in matches) == [("dhs", "OIG-14-131"), ("treasury", "OIG-14-131")]


def test_the_site_keeps_the_addresses_of_the_default_office_and_puts_others_beside_them(curated: Path) -> None:
    rows = read_reports((curated / "latest").resolve()).filter(report_number="OIG-14-131").to_dicts()
    assert [urls.of_report(row) for row in rows] == ["reports/2014/OIG-14-131", "reports/2014/treasury-OIG-14-131"]
    assert [key_of(row) for row in rows] == [("dhs", "OIG-14-131", 2014), ("treasury", "OIG-14-131", 2014)]
    unsafe = {**rows[1], "report_number": "A 09/13"}
    assert urls.of_report(unsafe).startswith("reports/2014/treasury-a-09-13-")
    assert citation(rows[1], None).startswith("Department of the Treasury OIG. Audit of Banks")
    assert jsonld.report(rows[1], None)["publisher"]["name"] == "Department of the Treasury OIG"


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        (
            "SELECT office, title FROM reports WHERE report_number = 'OIG-14-131' ORDER BY ALL",
            [("dhs", "Audit of Ports"), ("treasury", "Audit of Banks")],
        ),
        (
            "SELECT p.office, s.listed_title FROM provenance AS p JOIN sightings AS s ON s.sighting_id = p.title "
            "WHERE p.report_number = 'OIG-14-131' ORDER BY ALL",
            [("dhs", "Audit of Ports"), ("treasury", "Audit of Banks")],
        ),
        (
            "SELECT office, report_number, old_value, new_value FROM report_history",
            [("treasury", "OIG-14-133", "Audit of Bonds", "Audit of Bonds and Notes")],
        ),
        (
            "SELECT office, change FROM changes WHERE report_number = 'OIG-14-133' ORDER BY ALL",
            [("dhs", "first seen"), ("treasury", "first seen"), ("treasury", "title changed")],
        ),
        ("SELECT office, listed_number FROM quarantine", [("dhs", "OIG-14-134")]),
        ("SELECT office FROM violations WHERE rule = 'fiscal_year_mismatch'", [("dhs",)]),
        (
            "SELECT office, name, reports FROM reports_by_office ORDER BY office",
            [
                ("dhs", "Department of Homeland Security", 2),
                ("epa", "Environmental Protection Agency", 1),
                ("treasury", "Department of the Treasury", 4),
                ("usda", "Department of Agriculture", 1),
            ],
        ),
        ("SELECT DISTINCT office FROM in_one_source ORDER BY ALL", [("dhs",), ("epa",), ("treasury",), ("usda",)]),
    ],
)
def test_tables_and_views_tell_them_apart(sql: str, rows: list[tuple[Any, ...]], curated: Path) -> None:
    assert service.query(sql, curated)[1] == rows


def test_a_correction_of_one_office_leaves_the_other_in_quarantine(curated: Path) -> None:
    answer = service.explain("treasury:OIG-14-134", curated)
    assert [report.fiscal_year for report in answer.published] == [2014]
    assert [row.office for row in service.explain("dhs:OIG-14-134", curated).quarantined] == ["dhs"]


@pytest.mark.parametrize("name", [DATA_PACKAGE, CATALOG_JSON, CROISSANT, DICTIONARY])
def test_no_description_calls_it_the_release_of_one_office(name: str, curated: Path) -> None:
    text = (curated / "latest" / name).read_text(encoding="utf-8")
    assert OF_ANY_OFFICES.title in text
    assert OF_ANY_OFFICES.notice in text
    assert [words for words in (OF_DEFAULT_OFFICE.title, OF_DEFAULT_OFFICE.short_name) if words in text] == []
