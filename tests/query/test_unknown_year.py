"""A report whose fiscal year nothing shows, in everything that is made of a release."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from oig_pipeline.cli.terminal import print_explanation
from oig_pipeline.query import search, service
from oig_pipeline.release import changelog, exports
from oig_pipeline.release.files import read_reports, read_table
from oig_pipeline.run import pipeline
from oig_pipeline.settings import Limits, settings
from oig_pipeline.site import lists, report_pages, urls
from oig_pipeline.site.release_data import open_source
from oig_pipeline.site.render import Site
from oig_pipeline.site.write import SiteWriter

KEY = ("usda", "27401-0001", None)
SITE, MIRROR = "https://oig.usda.gov/reports", "https://www.oversight.gov/reports"
LISTINGS = {
    "older.csv": ("27401-0001", "Audit of Crops in the West", SITE, "2024-02-01T00:00:00Z"),
    "newer.csv": ("27401-0001", "Audit of Crops in the West and South", SITE, "2024-03-01T00:00:00Z"),
    "mirror.csv": ("27401-1", "Audit of Crops in the West and North", MIRROR, "2024-02-15T00:00:00Z"),
}
CORRECTION = """corrections:
  - rule: date_missing
    where: {office: usda, report_number: 27401-1}
    expect: {issue_date: null}
    set: {report_number: 27401-0001}
    why: The document has the whole number.
"""


def write(raw: Path, name: str) -> None:
    number, title, url, retrieved_at = LISTINGS[name]
    raw.mkdir(exist_ok=True)
    (raw / name).write_text(
        "office,report_number,title,issue_date,fiscal_year,document_url\n"
        f"usda,{number},{title},,,https://oig.usda.gov/a.pdf\n"
        "dhs,OIG-21-49,Audit of Ports,,2021,\n"
    )
    (raw / f"{name}.meta.json").write_text(json.dumps({"url": url, "retrieved_at": retrieved_at}))


@pytest.fixture(scope="module")
def curated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return two releases: the first listing alone, then all of them."""
    folder = tmp_path_factory.mktemp("undated")
    (folder / "corrections.yml").write_text(CORRECTION)
    for name in LISTINGS:
        write(folder / "raw", name)
        if name != "newer.csv":
            built = pipeline.build(settings(folder / "raw", folder / "curated", exports=False))
            assert built.release is not None
    return folder / "curated"


@pytest.fixture(scope="module")
def release(curated: Path) -> Path:
    return (curated / "latest").resolve()


def rows_of(curated: Path, sql: str) -> list[tuple[Any, ...]]:
    return service.query(sql, curated)[1]


def test_its_rows_lie_in_files_of_their_own_and_the_release_is_whole(curated: Path, release: Path) -> None:
    for table in ("reports", "provenance", "report_history"):
        assert read_table(release, table).filter(office="usda")["fiscal_year"].unique().to_list() == [None]
        assert (release / table / "unknown.parquet").is_file()
    assert service.verify(curated)[1] == []


def test_years_merged_one_by_one_give_the_same_release(curated: Path, release: Path, tmp_path: Path) -> None:
    raw = curated.parent / "raw"
    built = pipeline.build(replace(settings(raw, tmp_path, exports=False), limits=Limits(merged_at_once=1)))
    assert built.release is not None
    assert built.release.id == release.name


def test_it_is_explained_with_sources_history_and_releases(curated: Path, capsys: pytest.CaptureFixture[str]) -> None:
    explanation = service.explain("27401-0001", curated)
    (report,) = explanation.published
    assert (report.office, report.report_number, report.fiscal_year) == KEY
    assert report.title == "Audit of Crops in the West and South"
    assert len(report.sightings) == 3
    (title,) = (value for value in report.values if value.field == "title")
    assert [source.capture for source in title.sources] == ["newer.csv"]
    assert {violation.rule for violation in report.violations} >= {"date_missing"}
    assert [(change["field"], change["old_value"]) for change in report.history] == [
        ("title", "Audit of Crops in the West")
    ]
    assert [change["change"] for change in report.releases] == ["added", "changed: title, quality_flags"]
    print_explanation(explanation)
    assert "usda:27401-0001, fiscal year unknown: Audit of Crops" in capsys.readouterr().out


def test_a_number_that_a_correction_replaced_finds_it(curated: Path) -> None:
    assert service.explain("27401-1", curated).published == service.explain("27401-0001", curated).published


def test_the_difference_of_two_releases_is_what_changed_in_it(curated: Path) -> None:
    difference = service.difference(out=curated)
    assert (difference.added, difference.removed) == ((), ())
    assert [(change.key, change.column) for change in difference.changed] == [(KEY, "title"), (KEY, "quality_flags")]
    assert "**usda:27401-0001** (unknown)" in changelog.markdown(difference)


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("SELECT change FROM changes WHERE office = 'usda'", [("title changed",), ("first seen",)]),
        ("SELECT value_there FROM source_differences WHERE field = 'title'", [(LISTINGS["mirror.csv"][1],)]),
        ("SELECT reports FROM reports_by_fiscal_year WHERE fiscal_year IS NULL", [(1,)]),
        ("SELECT count(*) FROM in_one_source", [(0,)]),
    ],
)
def test_views_join_it(view: str, expected: list[tuple[Any, ...]], curated: Path) -> None:
    assert rows_of(curated, view) == expected


def test_exports_hold_it_and_search_finds_it(release: Path, tmp_path: Path) -> None:
    reports = read_reports(release)
    exports.write(reports, tmp_path)
    assert list(exports.problems(reports, tmp_path)) == []
    assert [row[:3] for row in search.search(tmp_path / "reports.sqlite", "crops")] == [KEY]


@pytest.fixture(scope="module")
def site(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return the pages of the reports and of their lists."""
    folder, source = tmp_path_factory.mktemp("site") / "site", open_source(release, None, None)
    places, pages = urls.of_lists(source.reports), Site(None)
    with source.connection, SiteWriter(folder, "") as writer:
        reports = report_pages.write(source, places, pages, writer)
        lists.write(lists.lists(reports, places), places, {}, pages, writer)
        yield folder


def test_its_page_lies_under_unknown_and_leads_to_the_list_of_such_reports(site: Path) -> None:
    page = (site / "reports" / "unknown" / "usda-27401-0001" / "index.html").read_text()
    assert 'href="../../../years/unknown/index.html">Fiscal year unknown</a>' in page
    assert "27401-0001, fiscal year unknown" in page
    list_page = (site / "years" / "unknown" / "index.html").read_text()
    assert 'href="../../reports/unknown/usda-27401-0001/index.html"' in list_page
    index = (site / "years" / "index.html").read_text()
    assert index.index("Fiscal year 2021") < index.index("Fiscal year unknown")
