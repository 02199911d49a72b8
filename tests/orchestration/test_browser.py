"""The Dagster UI as a person uses it: the real UI, driven in a real browser.

With `OIG_SCREENSHOTS` the pictures of the README are taken into that folder (`make screenshots`).
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import dagster as dg
import pytest
from playwright.sync_api import Browser, Page, expect

from oig_pipeline.contract.columns import REPORTS
from oig_pipeline.contract.rules import RULES
from tests.conftest import PROJECT
from tests.orchestration import server
from tests.orchestration.server import ask

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::DeprecationWarning")]
PATIENCE = 120_000  # milliseconds that a page may take on a busy machine


class Ui(NamedTuple):
    """A running UI: its address, the project behind it, and a browser."""

    url: str
    project: Path
    browser: Browser

    def page(self, path: str) -> Page:
        page = self.browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        page.goto(f"{self.url}{path}")
        return page

    def shoot(self, page: Page, name: str) -> None:
        if folder := os.environ.get("OIG_SCREENSHOTS"):
            page.screenshot(path=Path(folder) / f"{name}.png")

    def materialize_all(self) -> str:
        """Click as a person does; return the status that the run ends with."""
        before = len(self.runs())
        page = self.page("/asset-groups")
        page.get_by_role("button", name="Materialize all").click()
        for _ in range(600):
            runs = self.runs()
            if len(runs) > before:
                page.close()  # open pages ask the server all the time
                if runs[0] in ("SUCCESS", "FAILURE", "CANCELED"):
                    return runs[0]
            time.sleep(0.5)
        raise AssertionError(f"the run has not ended: {self.runs()}")

    def runs(self) -> list[str]:
        results = ask(self.url, "{ runsOrError { ... on Runs { results { status } } } }")["runsOrError"]["results"]
        return [run["status"] for run in results]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with server.browser() as browser:
        yield browser


@pytest.fixture(autouse=True)
def _pages_close(chromium: Browser) -> Iterator[None]:
    """Close what a test has opened: each page goes on asking the server."""
    yield
    for context in chromium.contexts:
        context.close()


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, str]]]:
    """Yield a project, and the environment in which it finds a team's PostgreSQL, if that is installed."""
    project = server.project_in(tmp_path_factory.mktemp("ui"))
    programs = server.postgres_programs()
    if programs is None:
        assert not os.environ.get("OIG_CI"), "CI installs PostgreSQL"
        yield project, {}
        return
    (project / ".dagster").mkdir()
    (project / ".dagster" / "dagster.yaml").write_text((PROJECT / "deploy" / "dagster.yaml").read_text())
    with server.postgres(programs) as environment:
        yield project, environment


@pytest.fixture(scope="module")
def ui(team: tuple[Path, dict[str, str]], chromium: Browser) -> Iterator[Ui]:
    """Yield the UI of a team; the one that keeps its history in files is started by test_ui."""
    project, environment = team
    with server.running(project, **environment) as url:
        yield Ui(url, project, chromium)


def test_materialize_all_succeeds_and_publishes(ui: Ui) -> None:
    assert ui.materialize_all() == "SUCCESS"
    assert (ui.project / "data" / "curated" / "latest" / "catalog.duckdb").exists()
    groups = ui.page("/asset-groups")
    for group in ("raw", "curated", "published"):
        expect(groups.get_by_text(group, exact=True).first).to_be_visible()
    page = ui.page("/assets/reports?view=lineage&lineageScope=neighbors")
    for asset in ("sightings", "reports", "release"):
        expect(page.get_by_text(asset, exact=True).first).to_be_visible()
    expect(page.get_by_text("Loading...")).to_have_count(0)
    expect(page.get_by_text("Materialized", exact=True)).to_have_count(3)
    page.wait_for_timeout(1000)
    ui.shoot(page, "assets")
    runs = ui.page("/runs")
    expect(runs.get_by_text("Success", exact=True).first).to_be_visible()


def test_the_catalogue_shows_counts_chart_and_preview(ui: Ui) -> None:
    overview = ui.page("/assets/reports?view=overview")
    expect(overview.get_by_text(REPORTS["fiscal_year"].description).first).to_be_visible()
    expect(overview.get_by_text("oversight-data", exact=True).first).to_be_visible()
    page = ui.page("/assets/reports?view=events")
    for text in ("reports_by_year", "reports_by_agency", "preview"):
        expect(page.get_by_text(text, exact=True).first).to_be_attached()
    page.wait_for_timeout(2000)
    ui.shoot(page, "reports")


def test_the_checks_tab_shows_every_rule(ui: Ui) -> None:
    page = ui.page("/assets/quarantine?view=checks")
    missing = {rule.code for rule in RULES}
    page.get_by_text("agency_unknown", exact=True).first.hover()
    for _ in range(60):  # the list holds only the rows that are in sight
        missing -= {code for code in missing if page.get_by_text(code, exact=True).count()}
        if not missing:
            break
        page.mouse.wheel(0, 150)
        page.wait_for_timeout(200)
    assert missing == set()


def test_a_broken_capture_is_a_red_run_and_its_check_names_file_and_line(ui: Ui) -> None:
    latest = (ui.project / "data" / "curated" / "latest").resolve()
    rows = [f"OIG-21-{n},Audit of Port No. {n},2019" for n in range(80, 120)]
    broken = ui.project / "data" / "raw" / "broken.csv"
    broken.write_text("\n".join(["report_number,title,fiscal_year", *rows, ""]))
    try:
        assert ui.materialize_all() == "FAILURE"
        assert (ui.project / "data" / "curated" / "latest").resolve() == latest, "the last release stays"
        page = ui.page("/assets/quarantine?view=checks&checkDetail=fiscal_year_mismatch")
        page.get_by_text("fiscal_year_mismatch", exact=True).first.click()
        expect(page.get_by_text("Failed").first).to_be_visible()
        sample = page.get_by_role("button", name="Show table").or_(page.get_by_text("[Show Table]"))
        if sample.count():
            sample.first.click()
        row = page.get_by_role("row").filter(has_text="OIG-21-81")
        for text in ("broken.csv:3", "2019"):
            expect(row.get_by_text(text, exact=True).first).to_be_visible()
        page.wait_for_timeout(1000)
        ui.shoot(page, "check")
        run = ui.page("/runs")
        expect(run.get_by_text("Failure", exact=True).first).to_be_visible()
        why = ui.page("/assets/reports?view=checks")
        why.get_by_text("threshold", exact=True).first.click()
        expect(why.get_by_text("Failed").first).to_be_visible()
    finally:
        broken.unlink()


def test_a_team_keeps_its_history_in_postgresql(
    ui: Ui, team: tuple[Path, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, environment = team
    if not environment:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    if not ui.runs():
        ui.materialize_all()
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with dg.DagsterInstance.from_config(str(project / ".dagster")) as instance:
        history = [run.status.value for run in instance.get_runs()]
    assert history == ui.runs() != []
    assert dg.DagsterRunStatus.SUCCESS.value in history
    assert not list((project / ".dagster").glob("**/*.db")), "nothing is kept in files"
