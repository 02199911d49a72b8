"""Sites for tests: one of the repository's own data, one of rows that mean harm, each served on a local port."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from oig_pipeline.run import pipeline
from oig_pipeline.settings import settings
from oig_pipeline.site import serve, service
from tests.conftest import shared
from tests.orchestration import server

BASE_URL = "https://example.org/oig/"
# What would run, if any page took it for markup, sets this name in the page's window.
ALARM = "window.harmed=1"
TITLE = (
    f"<script>{ALARM}</script> \"Audit\" of 'Ports' & {{{{ 7*7 }}}} {{% raw %}} <img src=x onerror={ALARM}> $`${{1}}"
)
SUMMARY = (
    f"</script><script>{ALARM}</script> ]]> <!-- \u202e\u2028 & &amp; </title></textarea> "
    "We made two recommendations. CBP did not concur with one recommendation. <b>Harmless</b>"
)
TOPIC = f'<b onmouseover="{ALARM}">Border</b> ../../..'
HOSTILE = {
    "report_number": "OIG-21-07", "title": TITLE, "summary": SUMMARY, "issue_date": "11/18/2020", "agency": "CBP; S&T",
    "document_url": f"javascript:{ALARM}", "fiscal_year": "2021", "oversight_area": TOPIC,
}  # fmt: skip
PLAIN = {
    "report_number": "OIG-21-08", "title": "CBP's Care for Migrants Needing Medical Attention (REDACTED)",
    "summary": "We made three recommendations. CBP concurred with all three recommendations.",
    "issue_date": "12/01/2020", "document_url": "https://www.oig.dhs.gov/sites/default/files/assets/OIG-21-08.pdf",
    "agency": "CBP", "fiscal_year": "2021", "oversight_area": "Border Security",
}  # fmt: skip
BROKEN = {**PLAIN, "report_number": f"<i>{ALARM}</i>", "title": f"<img src=x onerror={ALARM}>"}
HARMFUL_NAME = f"listing <img src=x onerror={ALARM}>"
"""How the names of the listings begin."""
MANY = 30
"""Reports of one listing beside those above, so that lists have a second page."""
REVISED = {**HOSTILE, "title": f"{TITLE}, Revisited"}
ARRIVED = {
    **PLAIN, "report_number": "OIG-21-09", "title": "Audit of the Coast Guard's Icebreakers", "agency": "USCG",
    "document_url": "https://www.oig.dhs.gov/sites/default/files/assets/OIG-21-09.pdf",
}  # fmt: skip


def write_captures(raw: Path, *, changed: bool = False) -> None:
    """Write listings and their metadata into a raw folder; `changed`, one of them was captured again, later."""
    further = [
        {**PLAIN, "report_number": f"OIG-20-{n:02d}", "fiscal_year": "2020", "issue_date": "02/03/2020",
         "title": f"Audit of Port No. {n} and the Screening of Its Cargo", "agency": "FEMA", "oversight_area": ""}
        for n in range(1, MANY)
    ]  # fmt: skip
    raw.mkdir(parents=True, exist_ok=True)
    name = HARMFUL_NAME
    _write_listing(raw / f"{name}.ndjson", [PLAIN, BROKEN, *further], "reports", "2024-02-01")
    _write_listing(raw / f"{name}-2.ndjson", [HOSTILE], "reports/others", "2024-02-01")
    if changed:
        _write_listing(raw / f"{name}-3.ndjson", [REVISED, ARRIVED], "reports/others", "2024-03-01")


def _write_listing(file: Path, rows: list[dict[str, str]], page: str, day: str) -> None:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    metadata = {"url": f"https://www.oig.dhs.gov/{page}", "retrieved_at": f"{day}T00:00:00Z"}
    file.with_name(f"{file.name}.meta.json").write_text(json.dumps(metadata))


@dataclass
class SiteServer:
    """A local server of a site: the site's folder, its URL, and the errors and warnings that pages logged."""

    path: Path
    url: str
    faults: list[str] = field(default_factory=list)

    def open(self, browser: Browser | BrowserContext, page: str, **options: Any) -> Page:
        """Open a page in a new or an existing context, and record its errors, warnings and foreign requests."""
        browser_page = browser.new_page(**options)
        browser_page.on("console", lambda m: self.faults.append(m.text) if m.type in ("error", "warning") else None)
        browser_page.on("pageerror", lambda error: self.faults.append(str(error)))
        browser_page.on("request", lambda r: None if r.url.startswith(self.url) else self.faults.append(r.url))
        browser_page.goto(self.url + page)
        return browser_page


@contextmanager
def serving(path: Path) -> Iterator[SiteServer]:
    with serve.server(path) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield SiteServer(path, f"http://{serve.HOST}:{running.server_address[1]}/")
        running.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    # Not of the session: while Playwright runs, nothing else in this process may run an event loop of its own.
    with server.browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def own_site(own_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the site of the repository's own data."""
    curated = own_release.parent.parent
    fill = lambda folder: service.build(settings(), place=curated, out=folder / "site")  # noqa: E731
    return shared(tmp_path_factory, "own", fill) / "site"


@pytest.fixture(scope="session")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the site of two releases of rows that mean harm; it knows its address on the web."""

    def fill(folder: Path) -> None:
        config = settings(folder / "raw", folder / "curated", max_quarantine=0.1, site=True, base_url=BASE_URL)
        for changed in (False, True):
            write_captures(folder / "raw", changed=changed)
            assert pipeline.build(config).site == folder / "curated" / "site"

    return shared(tmp_path_factory, "hostile", fill) / "curated" / "site"


@pytest.fixture(scope="session")
def repo_server(own_site: Path) -> Iterator[SiteServer]:
    with serving(own_site) as site_server:
        yield site_server


@pytest.fixture(scope="session")
def hostile(hostile_site: Path) -> Iterator[SiteServer]:
    with serving(hostile_site) as site_server:
        yield site_server
