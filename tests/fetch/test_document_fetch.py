"""The documents behind the reports' links: fetched once, filed by content, read, compared with the listing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from oig_pipeline.capture.refusal import MAX_WORDS
from oig_pipeline.contract.schemas import TABLES
from oig_pipeline.errors import CannotRun
from oig_pipeline.fetch import service
from oig_pipeline.fetch.crawl_policy import CrawlPolicy
from oig_pipeline.fetch.document_fetch import FetchedDocuments
from oig_pipeline.run import pipeline
from oig_pipeline.settings import Settings
from tests.fetch.conftest import Project
from tests.replica import misdeeds
from tests.replica.documents import pdf
from tests.replica.facts import newer
from tests.replica.server import Reply

REPORTS = newer(6)
LINKS = [report.link for report in REPORTS]
GOOD = pdf(f"Office of Inspector General\n{REPORTS[0].number}\nJanuary 2026", "", "Appendix")


@dataclass
class DocumentProject:
    """A project whose listings are fetched, and whose documents are to be."""

    project: Project

    @property
    def settings(self) -> Settings:
        return Settings(raw=self.project.raw, out=self.project.folder / "curated")

    def fetch(self, again: bool = False, fiscal_year: int | None = None, **options: Any) -> FetchedDocuments:
        policy = CrawlPolicy(delay=0, backoff=0, base=self.project.replica.url, **options)
        return service.fetch_documents(self.settings, policy, again=again, fiscal_year=fiscal_year)

    def request_paths(self) -> list[str]:
        return [request.path for request in self.project.replica.requests if request.path.endswith(".pdf")]


@pytest.fixture
def doc_project(project: Project) -> DocumentProject:
    replica = project.replica
    replica.facts.reports = list(REPORTS)
    replica.documents = {LINKS[0]: GOOD, LINKS[1]: pdf("OIG-25-99 is what this cover says"), LINKS[2]: pdf("", "")}
    replica.documents[LINKS[3]] = pdf("locked", password="pw")
    replica.documents[LINKS[4]] = GOOD[:700]
    project.fetch()
    return DocumentProject(project)


def test_each_document_is_filed_by_content_and_listed_with_what_became_of_it(doc_project: DocumentProject) -> None:
    result = doc_project.fetch()
    assert dict(result.counted) == {"read": 2, "no_text": 1, "encrypted": 1, "corrupt": 1, "missing": 1}
    assert result.status == 0
    documents = pipeline.take_documents(doc_project.settings)
    for name, frame in (("documents", documents.table), ("document_pages", documents.pages)):
        TABLES[name].validate(frame, lazy=True)
    url = doc_project.project.replica.url + LINKS[0]
    (row,) = documents.table.filter(url=url).to_dicts()
    sha256 = hashlib.sha256(GOOD).hexdigest()
    assert (row["sha256"], row["bytes"], row["pages"]) == (sha256, len(GOOD), 3)
    assert (doc_project.project.folder / "documents" / f"{sha256}.pdf").read_bytes() == GOOD
    pages = documents.pages.filter(sha256=sha256)
    assert pages["page"].to_list() == [1, 2, 3]
    assert pages["has_text"].to_list() == [True, False, True]
    note_by_status = dict(documents.table.select("status", "note").iter_rows())
    assert "status 404" in note_by_status["missing"]


def test_a_cover_with_another_number_is_a_violation_and_the_same_one_is_not(doc_project: DocumentProject) -> None:
    doc_project.fetch()
    result = pipeline.check(doc_project.settings).result
    broken = result.violations.filter(rule="document_mismatch")
    assert set(broken["message"]) == {f"the listing says {REPORTS[1].number}, the document's cover OIG-25-99"}
    flagged = result.reports.filter(report_number=REPORTS[1].number)["quality_flags"].to_list()
    assert "document_mismatch" in flagged[0]


def test_what_is_held_is_not_asked_for_again(doc_project: DocumentProject) -> None:
    doc_project.fetch()
    request_count = len(doc_project.request_paths())
    result = doc_project.fetch()
    assert (result.stored, result.not_had, len(doc_project.request_paths())) == (5, 1, request_count)


def test_what_could_not_be_had_is_said_each_time_and_not_called_held(doc_project: DocumentProject) -> None:
    doc_project.project.replica.documents.clear()
    url = doc_project.project.replica.url + LINKS[0]
    assert "status 404" in doc_project.fetch().unread[url]
    for _ in range(2):
        result = doc_project.fetch()
        assert (result.stored, result.not_had, dict(result.counted)) == (0, 6, {})
        assert "status 404 (missing on " in result.unread[url]
    doc_project.project.replica.documents[LINKS[0]] = GOOD
    assert dict(doc_project.fetch(again=True).counted) == {"read": 1, "missing": 5}
    assert doc_project.fetch().stored == 1


def test_asked_again_only_what_has_changed_is_taken(doc_project: DocumentProject) -> None:
    doc_project.fetch()
    doc_project.project.replica.documents[LINKS[0]] = GOOD + b"\n"
    doc_project.project.replica.documents[LINKS[5]] = pdf(REPORTS[5].number)
    result = doc_project.fetch(again=True)
    assert (result.unchanged, dict(result.counted)) == (4, {"read": 2})


def test_only_the_fiscal_year_that_is_asked_for(doc_project: DocumentProject) -> None:
    assert doc_project.fetch(fiscal_year=2025).requests == 0
    assert sum(doc_project.fetch(fiscal_year=2026).counted.values()) == 6


def test_a_fetch_that_ends_early_goes_on_where_it_stopped(doc_project: DocumentProject) -> None:
    first = doc_project.fetch(max_pages=3)
    assert first.status == 1
    assert "--max-pages" in first.faults[0]
    second = doc_project.fetch()
    assert (second.stored, second.status) == (2, 0)
    assert len(doc_project.request_paths()) == len(set(doc_project.request_paths())) == 6


def test_a_build_publishes_the_documents_and_is_the_same_again(doc_project: DocumentProject) -> None:
    doc_project.fetch()
    first, second = (pipeline.build(doc_project.settings).release for _ in range(2))
    assert first is not None
    assert second is not None
    assert (first.id, second.is_new) == (second.id, False)
    with __import__("oig_pipeline").connect(doc_project.settings.out) as connection:
        rows = connection.sql(
            "SELECT r.report_number FROM document_pages p JOIN documents d USING (sha256) "
            "JOIN reports r ON r.document_url = d.url WHERE p.text = 'Appendix'"
        ).fetchall()
    assert rows == [(REPORTS[0].number,)]


WRONG: dict[str, tuple[Any, str]] = {
    "a challenge page": (misdeeds.CHALLENGE, "challenge page"),
    "a login page": (misdeeds.LOGIN, "login page"),
    "a page that denies access": (misdeeds.page("Access Denied", "<p>Reference 18.ab</p>"), "refuses access"),
    "a notice of maintenance": (misdeeds.page("Site under maintenance", ""), "under maintenance"),
    "a server that keeps failing": (misdeeds.error(500), "status 500"),
}


@pytest.mark.parametrize(("reply", "message"), WRONG.values(), ids=WRONG)
def test_a_site_that_does_not_give_documents_ends_the_fetch(
    reply: Reply, message: str, doc_project: DocumentProject
) -> None:
    doc_project.project.replica.misdeeds.append(misdeeds.always(reply, lambda request: request.path.endswith(".pdf")))
    result = doc_project.fetch(attempts=2)
    assert result.status == 1
    assert message in result.faults[0]
    assert not result.counted


REFUSED: dict[str, tuple[Any, str, str]] = {
    "elsewhere": (misdeeds.redirect("https://example.org/a.pdf"), "refused", "leads away"),
    "an access rule": (misdeeds.error(403), "refused", "status 403"),
    "a soft 404": (misdeeds.SOFT_404, "not_a_pdf", ""),
    "a long page that speaks of a refusal": (
        misdeeds.page("About us", f"<p>Then access was denied. {'We go on. ' * MAX_WORDS}</p>"), "not_a_pdf", "",
    ),
    "an enormous one": (
        Reply(200, {"Content-Type": "application/pdf", "Content-Length": str(10**9)}, b"%PDF-", cut=5), "over_limit",
        "953.7 MiB",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("reply", "status", "note"), REFUSED.values(), ids=REFUSED)
def test_a_document_that_cannot_be_had_is_listed_with_its_reason(
    reply: Reply, status: str, note: str, doc_project: DocumentProject
) -> None:
    doc_project.project.replica.misdeeds.append(misdeeds.always(reply, lambda request: request.path == LINKS[0]))
    doc_project.fetch()
    rows = pipeline.take_documents(doc_project.settings).table.filter(url=doc_project.project.replica.url + LINKS[0])
    assert rows["status"].to_list() == [status]
    assert note in rows["note"][0]


TRANSIENT_FAULTS: dict[str, Callable[..., Any]] = {
    "a 503 at first": lambda where: misdeeds.once(misdeeds.error(503), where),
    "a reset at first": lambda where: misdeeds.once(Reply(200, {}, GOOD, cut=300), where),
}


@pytest.mark.parametrize("fault", TRANSIENT_FAULTS.values(), ids=TRANSIENT_FAULTS)
def test_a_fault_that_passes_costs_no_document(fault: Callable[..., Any], doc_project: DocumentProject) -> None:
    doc_project.project.replica.misdeeds.append(fault(lambda request: request.path == LINKS[0]))
    doc_project.fetch()
    assert (doc_project.project.folder / "documents" / f"{hashlib.sha256(GOOD).hexdigest()}.pdf").read_bytes() == GOOD


@pytest.mark.parametrize(
    ("content", "message"),
    [("nonsense\n", "documents.ndjson:1: not a line"), ('{"url": 1}\n', "documents.ndjson:1: not a line")],
)
def test_a_damaged_index_is_named_with_its_line(
    content: str, message: str, doc_project: DocumentProject, tmp_path: Path
) -> None:
    doc_project.fetch()
    (doc_project.settings.documents / "documents.ndjson").write_text(content)
    with pytest.raises(CannotRun, match=message):
        pipeline.check(doc_project.settings)


def test_lost_pages_are_named_with_what_to_do(doc_project: DocumentProject) -> None:
    doc_project.fetch()
    for file in (doc_project.settings.documents / "pages").iterdir():
        file.unlink()
    with pytest.raises(CannotRun, match="oig fetch documents --again"):
        pipeline.check(doc_project.settings)
