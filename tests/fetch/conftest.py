"""A project that fetches from the replica, without waiting."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import trustme

from oig_pipeline.fetch import capture_fetch
from oig_pipeline.fetch.capture_fetch import FetchResult
from oig_pipeline.fetch.crawl_policy import CrawlPolicy
from oig_pipeline.offices.dhs.agencies import AGENCIES
from oig_pipeline.run import pipeline
from oig_pipeline.settings import Settings
from tests.replica.facts import Facts, Report, reports
from tests.replica.server import Misdeed, Replica, serving

Serve = Callable[..., Replica]
ReportRows = set[tuple[str, int, str | None, str | None, str | None]]
"""Number, fiscal year, day of issue, document and agency of reports."""


@dataclass
class Project:
    """A data folder that is filled from a replica."""

    replica: Replica
    folder: Path
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def raw(self) -> Path:
        return self.folder / "raw"

    def fetch(self, **options: Any) -> FetchResult:
        """Fetch from the replica; options of `CrawlPolicy` go there."""
        policy = {"delay": 0.0, "backoff": 0.0, "base": self.replica.url, **self.options}
        policy |= {name: options.pop(name) for name in list(options) if name in CrawlPolicy.__dataclass_fields__}
        return capture_fetch.fetch(self.raw, self.folder / "fetch", CrawlPolicy(**policy), **options)

    def published(self) -> ReportRows:
        """Return what a build would publish of what was fetched."""
        outcome = pipeline.check(Settings(raw=self.raw, out=self.folder / "curated"))
        assert outcome.assessment.reasons == ()
        rows = set()
        for report in outcome.reports.iter_rows(named=True):
            link = (report["document_url"] or "").removeprefix(self.replica.url) or None
            day = report["issue_date"].isoformat() if report["issue_date"] else None
            agency = ", ".join(report["agencies"]) if report["agency_source"] == "listing" else None
            rows.add((report["report_number"], report["fiscal_year"], day, link, agency))
        return rows

    def files(self) -> dict[str, bytes]:
        """Return the captures and their metadata by path."""
        paths = (p for p in self.raw.rglob("*") if p.is_file())
        return {p.relative_to(self.raw).as_posix(): p.read_bytes() for p in paths}


def expected_rows(*site_reports: Report) -> ReportRows:
    """Return what a build must publish of these reports."""
    return {
        (r.number, int(r.fiscal_year), r.date.isoformat() if r.date else None, r.link if r.document else None,
         r.agency if r.agency in AGENCIES.by_code else None)
        for r in site_reports
    }  # fmt: skip


@pytest.fixture(autouse=True, scope="package")
def few_authorities(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let each fetch read one certificate, where it would read those of all authorities in the world."""
    file = tmp_path_factory.mktemp("authorities") / "one.pem"
    trustme.CA().cert_pem.write_to_path(str(file))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(file))
        yield


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let nobody sleep; return for how long each would have."""
    delays: list[float] = []
    monkeypatch.setattr(time, "sleep", delays.append)
    return delays


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Return a function that starts replicas, which end with the test."""
    with ExitStack() as stack:

        def start(
            *misdeeds: Misdeed, facts: Facts | None = None, replica: Replica | None = None, **options: Any
        ) -> Replica:
            return stack.enter_context(serving(replica or Replica(facts or Facts(reports()), *misdeeds), **options))

        yield start


@pytest.fixture
def project(serve: Serve, tmp_path: Path, slept: list[float]) -> Project:
    """Return a project with an honest replica."""
    return Project(serve(), tmp_path / "data")
