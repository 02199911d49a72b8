"""One number of two offices, side by side in everything that is made of a release."""

from __future__ import annotations

from pathlib import Path

import pytest

from oig_pipeline import CannotRun
from oig_pipeline.query import search, service
from oig_pipeline.release import exports
from oig_pipeline.release.files import read_reports
from oig_pipeline.run import pipeline
from oig_pipeline.settings import settings
from oig_pipeline.site import jsonld, urls
from oig_pipeline.site.report_pages import citation, key_of

LISTING = """office,report_number,title,fiscal_year
dhs,OIG-14-131,Audit of Ports,2014
Department of the Treasury OIG,OIG-14-131,Audit of Banks,2014
treasury,OIG-14-132,Audit of Mints,2014
Department of Agriculture OIG,27401-0001-21,Audit of Crops,2014
"""


@pytest.fixture(scope="module")
def curated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("offices")
    (folder / "raw").mkdir()
    (folder / "raw" / "list.csv").write_text(LISTING)
    for title in ("Audit of Coins", "Audit of Mints"):
        (folder / "raw" / "list.csv").write_text(LISTING.replace("Audit of Mints", title))
        assert pipeline.build(settings(folder / "raw", folder / "curated", exports=False)).release is not None
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
    assert rows == [("dhs", 1, 0), ("treasury", 2, 0)]


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
